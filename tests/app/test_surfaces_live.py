"""Surfaces and the whole program, live: what needs no thought acts without the band.

The program plays through a JACK server to a performer who goes on and on; what its port says is
written down by a client in machine code.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from accompanist.app.bench.playing import BAND, HAND, Hand, Playing
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp.cue import LANES, REFLEX_LANE
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.music.band import PARTS
from accompanist.music.parameters import PARAMETERS
from tests.conftest import JackServer, poll
from tests.control.surface import TestSurface

CHORDS = ([36, 60, 64, 67], [45, 60, 64, 69], [41, 60, 65, 69], [43, 59, 62, 67])
BEAT_S = 60.0 / 150.0
REFLEX = CHANNELS[REFLEX_LANE]
AT_ONCE_S = 0.1
"""Many times what it takes, and much less than a stopped band would."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays through a JACK server")


class Concert:
    """The program, a performer who goes on and on, a surface, and all that is heard."""

    def __init__(self) -> None:
        self.hand, self.ear = Hand(), NativeClient("ear", "listen", ("in",), records=1 << 18)
        self.program = Playing("--midi-in", HAND, "--synth", "none")
        self.ear.connect(BAND, "ear:in")
        self.surface = TestSurface(self.program.port)
        self.surface.subscribe()
        self._has_left = False
        self._performing = threading.Thread(target=self._perform)
        self._performing.start()

    def _perform(self) -> None:
        due_s = time.perf_counter()
        for beat in range(100_000):
            time.sleep(max(due_s - time.perf_counter(), 0.0))
            if self._has_left:
                return
            self.hand.strike(CHORDS[beat // 4 % 4])
            due_s += BEAT_S

    def close(self) -> None:
        self._has_left = True
        self._performing.join()
        self.program.close()
        self.ear.close()
        self.hand.client.close()

    def pid(self, name: str) -> int:
        """Process of the ``stage`` or the ``band``; 0 while there is none."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.program.process.pid), "-f", f"accompanist.app.{name}"],
            capture_output=True,
            text=True,
        )
        return int(found.stdout.split()[0]) if found.stdout else 0

    def turn(self, name: str, *values: float | int | str) -> int:
        """Turn a control; return when (ns)."""
        self.surface.send(f"/accompanist/{name}", *values)
        return time.perf_counter_ns()

    def said(self, since_ns: int = 0) -> list[tuple[int, int, int]]:
        """Status and data of every message since then."""
        records = self.ear.records()
        messages = records[records[:, 0] >= since_ns, 1]
        return [(int(m & 0xFF), int(m >> 8 & 0xFF), int(m >> 16 & 0xFF)) for m in messages]

    def onsets(self, part: str, since_ns: int) -> int:
        """How many notes of a part began."""
        status = 0x90 | CHANNELS[LANES.index(part)]
        return sum(kind == status and second > 0 for kind, _, second in self.said(since_ns))

    def sounding(self) -> set[tuple[int, int]]:
        """Channel and key of all of the band that sounds; the reflex is the performer's."""
        down: set[tuple[int, int]] = set()
        for status, key, velocity in self.said():
            if status & 0xF0 == 0x90 and velocity:
                down.add((status & 0x0F, key))
            elif status & 0xF0 in (0x80, 0x90):
                down.discard((status & 0x0F, key))
            elif status & 0xF0 == 0xB0 and key in (120, 123):
                down = {other for other in down if other[0] != status & 0x0F}
        return {key for key in down if key[0] != REFLEX}

    def sounds(self, part: str) -> bool:
        return any(channel == CHANNELS[LANES.index(part)] for channel, _ in self.sounding())

    def sees(self, name: str, value: object) -> None:
        self.surface.wait_for(
            lambda: self.surface.value(f"/accompanist/{name}") == value, f"{name} at {value}"
        )


@pytest.fixture(scope="module")
def everyone(jack_server: JackServer) -> Iterator[Concert]:
    concert = Concert()
    yield concert
    concert.close()


@pytest.fixture
def concert(everyone: Concert) -> Concert:
    """Everyone plays, and every control is where it was at the start."""
    everyone.turn("lock", 0)
    for parameter in PARAMETERS:
        if parameter.kind != "trigger":
            everyone.turn(parameter.name, parameter.default)
    since_ns = everyone.turn("start", 1)
    poll(
        lambda: all(everyone.onsets(part, since_ns) > 3 for part in PARTS),
        40.0,
        f"the band, which said: {everyone.program.said}",
    )
    return everyone


@pytest.fixture
def stopped_band(concert: Concert) -> Iterator[Concert]:
    """The band stands still in the midst of a piece; its groove, of two bars or more, goes on."""
    played_ns, pid = time.perf_counter_ns(), concert.pid("band")
    ended_ns = played_ns + int(9e9 * BEAT_S)
    poll(lambda: concert.onsets("drums", ended_ns), 40.0, "two bars")
    os.kill(pid, signal.SIGSTOP)
    since_ns = time.perf_counter_ns()
    try:
        poll(lambda: concert.onsets("bass", since_ns + 300_000_000) > 1, 10.0, "the groove")
        yield concert
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_part_falls_silent_and_comes_back_without_the_band(stopped_band):
    poll(lambda: stopped_band.sounds("bass"), 10.0, "a note of the bass")
    muted_ns = stopped_band.turn("bass/mute", 1)
    poll(lambda: not stopped_band.sounds("bass"), AT_ONCE_S, "the note's end")
    poll(lambda: stopped_band.onsets("drums", muted_ns) > 6, 10.0, "the drums' going on")
    assert stopped_band.onsets("bass", muted_ns + 50_000_000) == 0
    unmuted_ns = stopped_band.turn("bass/mute", 0)
    poll(lambda: stopped_band.onsets("bass", unmuted_ns) > 1, 10.0, "the bass's return")


def test_a_level_is_turned_without_the_band_and_is_still_there_when_it_is_back(stopped_band):
    turned_ns = stopped_band.turn("bass/level", 0.25)
    volume = (0xB0 | CHANNELS[LANES.index("bass")], 7, 32)
    poll(lambda: volume in stopped_band.said(turned_ns), AT_ONCE_S, "the volume")
    os.kill(stopped_band.pid("band"), signal.SIGCONT)
    stopped_band.sees("bass/level", 0.25)
    volumes = [each for each in stopped_band.said(turned_ns) if each[:2] == volume[:2]]
    assert volumes == [volume]


def test_panic_ends_everything_and_the_groove_without_the_band(stopped_band):
    asked_ns = stopped_band.turn("panic", 1)
    poll(lambda: not stopped_band.sounding(), AT_ONCE_S, "silence")
    time.sleep(2.0 * BEAT_S)
    assert [stopped_band.onsets(part, asked_ns + 50_000_000) for part in PARTS] == [0, 0, 0]


def test_a_killed_band_comes_back_to_the_surfaces_that_it_knew(concert):
    concert.turn("density", 0.75)
    concert.sees("density", 0.75)
    concert.surface.said.clear()
    os.kill(concert.pid("band"), signal.SIGKILL)
    concert.sees("density", 0.75)
    concert.sees("style", "pop")


def test_a_mute_pressed_while_there_is_no_band_is_heard_by_the_next(concert):
    os.kill(concert.pid("band"), signal.SIGKILL)
    time.sleep(0.05)
    concert.turn("harmony/mute", 1)
    concert.surface.said.clear()
    concert.sees("harmony/mute", 1)


def test_a_killed_stage_comes_back_with_the_levels_and_tells_surfaces_everything(concert):
    concert.turn("harmony/level", 0.5)
    concert.sees("harmony/level", 0.5)
    concert.surface.said.clear()
    killed_ns = time.perf_counter_ns()
    os.kill(concert.pid("stage"), signal.SIGKILL)
    concert.sees("style", "pop")
    volume = (0xB0 | CHANNELS[LANES.index("harmony")], 7, 64)
    poll(lambda: volume in concert.said(killed_ns), what="the volume")


def test_two_hundred_quick_turns_leave_no_note_behind(concert):
    chance, said_before = random.Random(5), concert.program.said
    for _ in range(200):
        parameter = chance.choice(PARAMETERS)
        if parameter.kind == "choice":
            concert.turn(parameter.name, chance.choice(parameter.choices))
        elif parameter.name != "sync/link":
            concert.turn(parameter.name, chance.uniform(0.0, 1.0))
        time.sleep(chance.uniform(0.0, 0.04))
    concert.turn("lock", 0)
    concert.turn("panic", 1)
    poll(lambda: not concert.sounding(), 2.0, "silence")
    time.sleep(0.5)
    assert not concert.sounding()
    assert concert.program.process.poll() is None
    assert "fell" not in concert.program.said[len(said_before) :]
