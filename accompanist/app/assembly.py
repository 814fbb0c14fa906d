"""Puts an engine together: the shipped models, their understudies, and the listener."""

from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.listening.chord_evidence import LearnedChordEvidence
from accompanist.listening.learned import LearnedEvidence
from accompanist.listening.listener import Listener
from accompanist.players.anticipation import ModelAnticipator
from accompanist.players.band import Band
from accompanist.players.bass import ModelBass
from accompanist.players.chair import Chair
from accompanist.players.drums import ModelDrums
from accompanist.players.expectation import Expectation
from accompanist.players.harmony import ModelHarmony
from accompanist.players.style import load_styles
from accompanist.players.understudy import (
    RuleAnticipator,
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
)


def full_band() -> Band:
    """Three chairs with their models and understudies.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    styles = load_styles()
    return Band(
        [
            Chair(ModelHarmony(StreamingModel("harmony")), UnderstudyHarmony(styles)),
            Chair(ModelDrums(StreamingModel("drums")), UnderstudyDrums(styles)),
            Chair(ModelBass(StreamingModel("bass")), UnderstudyBass(styles)),
        ]
    )


def assemble(seed: int = 0, with_band: bool = True) -> Engine:
    """Build an engine that hears, expects, and plays unless `with_band` is false.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    band = full_band() if with_band else Band([])
    expectation = Expectation(ModelAnticipator(StreamingModel("anticipation")), RuleAnticipator())
    listener = Listener(
        LearnedEvidence(StreamingModel("evidence")), LearnedChordEvidence(StreamingModel("chord"))
    )
    return Engine(listener, band, expectation, seed)
