"""Puts an engine together: the shipped models, their understudies, and the listener."""

from collections.abc import Callable, Collection

from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.listening.bar_evidence import LearnedBarEvidence
from accompanist.listening.chord_evidence import LearnedChordEvidence
from accompanist.listening.key_evidence import LearnedKeyEvidence
from accompanist.listening.learned import LearnedEvidence
from accompanist.listening.listener import Listener
from accompanist.players.anticipation import ModelAnticipator
from accompanist.players.band import Band
from accompanist.players.bass import ModelBass
from accompanist.players.chair import Chair
from accompanist.players.drums import ModelDrums
from accompanist.players.expectation import Expectation
from accompanist.players.harmony import ModelHarmony
from accompanist.players.player import Anticipator
from accompanist.players.style import Style
from accompanist.players.style_file import load_styles
from accompanist.players.understudy import (
    RuleAnticipator,
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
)


def _nobody_watches(_part: str | None) -> None:
    """Let players take their turns unseen."""


def full_band(
    styles: dict[str, Style],
    resting: Collection[str] = (),
    on_turn: Callable[[str | None], None] = _nobody_watches,
) -> Band:
    """Three chairs with their models and understudies, but for the parts that rest.

    `on_turn` is told the part whose turn it is, and None after it.

    Raises
    ------
    Refusal
        If a model is missing or damaged.
    """
    chairs = (
        Chair(ModelHarmony(StreamingModel("harmony")), UnderstudyHarmony(styles)),
        Chair(ModelDrums(StreamingModel("drums")), UnderstudyDrums(styles)),
        Chair(ModelBass(StreamingModel("bass")), UnderstudyBass(styles)),
    )
    return Band([chair for chair in chairs if chair.part not in resting], on_turn)


def assemble(
    seed: int = 0,
    with_band: bool = True,
    resting: Collection[str] = (),
    on_turn: Callable[[str | None], None] = _nobody_watches,
    anticipator: Anticipator | None = None,
) -> Engine:
    """Build an engine that hears, expects, and plays unless `with_band` is false.

    `resting` and `on_turn` are the band's (see `full_band`); `anticipator` guesses the coming chord
    in the network's place.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    styles = load_styles()
    band = full_band(styles, resting, on_turn) if with_band else Band([])
    learned = anticipator or ModelAnticipator(StreamingModel("anticipation"))
    expectation = Expectation(learned, RuleAnticipator())
    listener = Listener(
        LearnedEvidence(StreamingModel("evidence")),
        LearnedChordEvidence(StreamingModel("chord")),
        LearnedBarEvidence(StreamingModel("bar")),
        LearnedKeyEvidence(StreamingModel("key")),
    )
    return Engine(listener, band, expectation, styles, seed)
