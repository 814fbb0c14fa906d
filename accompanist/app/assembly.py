"""Puts an engine together: the shipped models, their understudies, and the listener."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.listening.bar_evidence import LearnedBarEvidence
from accompanist.listening.chord_evidence import LearnedChordEvidence
from accompanist.listening.key_evidence import LearnedKeyEvidence
from accompanist.listening.learned import LearnedEvidence
from accompanist.listening.listener import Listener
from accompanist.listening.sound import BarsInSound, BeatInSound, HarmonyInSound, SoundEars
from accompanist.music.song import Song
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

Meet = Callable[[str, object], None]
"""Told of a network, by name, and of who thinks with it."""

Thinker = TypeVar("Thinker")


def _nobody_watches(_part: str | None) -> None:
    """Let players take their turns unseen."""


def _nobody_meets(_network: str, _thinker: object) -> None:
    """Let everybody take up their network unseen."""


def full_band(
    styles: dict[str, Style],
    resting: Collection[str] = (),
    on_turn: Callable[[str | None], None] = _nobody_watches,
    meet: Meet = _nobody_meets,
) -> Band:
    """Three chairs with their models and understudies, but for the parts that rest.

    `on_turn` is told the part whose turn it is, and None after it; `meet`, who plays with which
    network.

    Raises
    ------
    Refusal
        If a model is missing or damaged.
    """
    chairs = (
        Chair(_with("harmony", ModelHarmony, meet), UnderstudyHarmony(styles)),
        Chair(_with("drums", ModelDrums, meet), UnderstudyDrums(styles)),
        Chair(_with("bass", ModelBass, meet), UnderstudyBass(styles)),
    )
    return Band([chair for chair in chairs if chair.part not in resting], on_turn)


def assemble(
    seed: int = 0,
    with_band: bool = True,
    resting: Collection[str] = (),
    on_turn: Callable[[str | None], None] = _nobody_watches,
    anticipator: Anticipator | None = None,
    meet: Meet = _nobody_meets,
    songs: Sequence[Song] = (),
) -> Engine:
    """Build an engine that hears, expects, and plays unless `with_band` is false.

    `resting` and `on_turn` are the band's (see `full_band`); `anticipator` guesses the coming chord
    in the network's place; `meet` is told of every network that the engine steps, and of who thinks
    with it; `songs` are what is known beforehand.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    styles = load_styles()
    band = full_band(styles, resting, on_turn, meet) if with_band else Band([])
    learned = anticipator or _with("anticipation", ModelAnticipator, meet)
    expectation = Expectation(learned, RuleAnticipator())
    listener = Listener(
        _with("evidence", LearnedEvidence, meet),
        _with("chord", LearnedChordEvidence, meet),
        _with("bar", LearnedBarEvidence, meet),
        _with("key", LearnedKeyEvidence, meet),
        SoundEars(
            _with("sound-beat", BeatInSound, meet),
            _with("sound-harmony", HarmonyInSound, meet),
            _with("sound-bar", BarsInSound, meet),
        ),
    )
    return Engine(listener, band, expectation, styles, seed, songs)


def _with(network: str, thinker: Callable[[StreamingModel], Thinker], meet: Meet) -> Thinker:
    """Give a shipped network to whoever thinks with it."""
    thinking = thinker(StreamingModel(network))
    meet(network, thinking)
    return thinking
