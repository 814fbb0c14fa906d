"""An engine that listens and plays by rule, and what it does as it is played to and conducted."""

from collections.abc import Sequence
from dataclasses import dataclass

from accompanist.devices.settled import settled
from accompanist.engine import Announcement, Engine
from accompanist.listening.listener import Listener
from accompanist.music.band import BandNote, Played
from accompanist.music.events import ControlTurn, InputEvent
from accompanist.music.heard import BeatHeard
from accompanist.music.parameter import ROOT, Value
from accompanist.music.section import SectionBegun
from accompanist.players.band import Band
from accompanist.players.chair import Chair
from accompanist.players.expectation import Expectation
from accompanist.players.understudy import (
    RuleAnticipator,
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
    load_styles,
)


def ruled_engine() -> Engine:
    """A fresh engine that needs no network."""
    styles = load_styles()
    players = (UnderstudyHarmony(styles), UnderstudyDrums(styles), UnderstudyBass(styles))
    band = Band([Chair(None, player) for player in players])
    expectation = Expectation(RuleAnticipator(), RuleAnticipator())
    return Engine(Listener(), band, expectation, styles, seed=1)


def turn(name: str, value: Value = 1, at_s: float = 0.0) -> ControlTurn:
    """A turn of a control."""
    return ControlTurn(at_s, f"{ROOT}/{name}", value)


def taps(at_s: float, beat_s: float, count: int = 4) -> list[ControlTurn]:
    """A row of taps."""
    return [turn("tap", at_s=at_s + k * beat_s) for k in range(count)]


@dataclass(frozen=True)
class Take:
    """Everything that was announced, and where everything was in the end."""

    said: tuple[Announcement, ...]
    engine: Engine

    def all(self, kind: type) -> list:
        """Announcements of a kind."""
        return [a for a in self.said if isinstance(a, kind)]

    @property
    def beats(self) -> list[BeatHeard]:
        """Beats announced."""
        return self.all(BeatHeard)

    @property
    def sections(self) -> list[tuple[float, str]]:
        """Where every section began, and its name."""
        return [(a.at_s, a.section) for a in self.all(SectionBegun)]

    @property
    def notes(self) -> list[BandNote]:
        """What sounded of the band."""
        return list(settled(a for a in self.said if isinstance(a, Played)))

    def between(self, from_s: float, to_s: float) -> list[BandNote]:
        """Notes that began then."""
        return [note for note in self.notes if from_s <= note.on_s < to_s]

    def clicks(self) -> list[BandNote]:
        """Sticks of a count-in, which are heard before the band plays."""
        entered_s = min((s for s, name in self.sections if name == "groove"), default=1e9)
        return [n for n in self.notes if n.part == "drums" and n.on_s < entered_s - 0.1]


def conducted(events: Sequence[InputEvent], until_s: float, engine: Engine | None = None) -> Take:
    """Run a performance with its controls."""
    engine = engine or ruled_engine()
    for event in sorted(events, key=lambda event: event.time_s):
        engine.hear(event)
    return Take(tuple(engine.advance(until_s)), engine)
