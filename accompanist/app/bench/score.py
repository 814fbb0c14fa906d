"""What the thinking part does while it is measured: a stream of test notes beside the band's."""

import json
from dataclasses import asdict, dataclass

from accompanist.dsp.midi_desk import CHANNELS

AHEAD_NS = 150_000_000
SETTLES_NS = 1_000_000_000
"""The band plays so long before it is measured."""

NOTE_NS = 25_000_000
MOST_PARTS = 12
"""Beside the band's three and the reflex: sixteen in all."""

CLOCK_BPM = 113.0
"""Of the MIDI clock that is sent all the while: its ticks do not last whole frames."""

CLOCK_AHEAD_NS = 100_000_000
"""So much before it falls the clock learns of a beat, as it does when the band hears one."""

_FIRST_LANE = 5
_PITCHES = 100


@dataclass(frozen=True, slots=True)
class Tests:
    """So many test notes a second for some seconds, in so many parts beside the band's.

    `osc_port` is where control surfaces may flood the band; 0 keeps it closed.
    """

    seconds: float
    notes_a_second: float
    parts: int = 3
    osc_port: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What the thinking part does, where it leaves what it wrote down, and the port of surfaces."""

    door: str
    kept: str
    tests: Tests
    osc_port: tuple[int, int] | None = None

    def to_text(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Score":
        """Read it off a command line."""
        facts = json.loads(text)
        port = facts["osc_port"] and tuple(facts["osc_port"])
        return cls(**{**facts, "tests": Tests(**facts["tests"]), "osc_port": port})


def place_of(number: int, parts: int) -> tuple[int, int, int]:
    """Lane, pitch and velocity of a test note: the parts take turns; no two near are alike."""
    lane, turn = _FIRST_LANE + number % parts, number // parts
    return lane, 10 + turn % _PITCHES, 1 + turn // _PITCHES % 127


def channels_of(parts: int) -> set[int]:
    """MIDI channels of so many parts of test notes."""
    return {CHANNELS[_FIRST_LANE + part] for part in range(parts)}
