"""A MIDI desk in a test's hands: time in milliseconds, messages as their bytes."""

from typing import NamedTuple

import numpy as np

from accompanist.dsp import cue, midi_cues, midi_desk
from accompanist.dsp.cue import (
    CUT,
    HUSH,
    LANES,
    LEVEL,
    MESSAGE,
    NOTE,
    RELEASE,
    SILENCE,
    packed,
    unpacked,
)

OFTEN_A_SECOND = 1000
AGAIN_AFTER = 100
BASS, HARMONY, DRUMS = (LANES.index(name) for name in ("bass", "harmony", "drums"))
BAR_OF_LANES = 64


class Sent(NamedTuple):
    """A message and the time (ms) at which it was sent."""

    time: int
    message: tuple[int, ...]


class TestDesk:
    """A desk whose time goes on only when it is told to."""

    __test__ = False

    def __init__(self) -> None:
        self.desk = midi_desk.new_desk(OFTEN_A_SECOND)
        self.generations = np.zeros(BAR_OF_LANES, np.int64)
        self.now = 0
        self.gate = 0

    def row(self, *columns: int) -> None:
        """Take a row whose times are those of the desk."""
        row = np.array(columns, np.int64)
        on, off = int(row[cue.ON_NS]), int(row[cue.OFF_NS])
        midi_cues.take(self.desk, row, on, off, self.now, self.gate)

    def note(self, number: int, on: int, off: int, pitch: int = 40, lane: int = BASS) -> None:
        """Take a note of the lane's present generation."""
        self.row(NOTE, lane, pitch, 90, number, on, off, int(self.generations[lane]))

    def cut(self, number: int, off: int) -> None:
        """Take a cut."""
        self.row(CUT, BASS, 0, 0, number, 0, off, 0)

    def hold(self, number: int, off: int) -> None:
        """Take a cut that lets a note last."""
        self.row(CUT, BASS, 1, 0, number, 0, off, 0)

    def silence(self) -> None:
        """Take a panic."""
        self.row(SILENCE, 0, 0, 0, 0, 0, 0, 0)

    def release(self) -> None:
        """Take a release."""
        self.row(RELEASE, 0, 0, 0, 0, 0, 0, 0)

    def hush(self, lane: int, is_silent: int) -> None:
        """Take it that a lane is to be silent, or may play."""
        self.row(HUSH, lane, is_silent, 0, 0, 0, 0, 0)

    def level(self, lane: int, millionths: int) -> None:
        """Take a loudness."""
        self.row(LEVEL, lane, millionths, 0, 0, 0, 0, 0)

    def message(self, message: tuple[int, ...], at: int = 0) -> None:
        """Take a message."""
        self.row(MESSAGE, 0, packed(message), 0, 0, at, 0, 0)

    def until(self, time: int) -> list[Sent]:
        """Send, with time standing still, all that is due before `time`; then it is `time`."""
        sent = []
        while True:
            planned, message = midi_desk.next_due(self.desk, self.generations, self.now, time)
            if message == 0:
                break
            sent.append(Sent(max(planned, self.now), unpacked(message)))
        self.now = time
        return sent

    @property
    def counts(self) -> dict[str, int]:
        """What the desk has counted that is not nothing."""
        return {name: count for name, count in midi_desk.counts(self.desk).items() if count}


def on(lane: int = BASS, pitch: int = 40, velocity: int = 90) -> tuple[int, int, int]:
    return 0x90 | midi_desk.CHANNELS[lane], pitch, velocity


def off(lane: int = BASS, pitch: int = 40) -> tuple[int, int, int]:
    return 0x80 | midi_desk.CHANNELS[lane], pitch, 0


def keys_down(sent: list[Sent]) -> set[tuple[int, int]]:
    """Keys that are down in the end; fails where one is struck that is down."""
    down: set[tuple[int, int]] = set()
    for _, message in sent:
        key = (message[0] & 15, message[1]) if message[0] >> 4 in (8, 9) else None
        if message[0] >> 4 == 9:
            assert key not in down, f"{key} is struck twice"
            down.add(key)
        elif key:
            down.discard(key)
    return down
