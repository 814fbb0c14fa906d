"""Whatever falls while the band plays: nothing hangs, and the music goes on.

A performer plays on and on through a JACK server; a synth hears every message of the band. One
after the other its processes are made to fall by hand, as crashes would on stage. Bounds are twice
what is asked of a quiet machine, since this one may be busy.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from accompanist.devices.midi_connection import open_device
from accompanist.dsp.cue import LANES
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.music.band import PARTS
from accompanist.music.events import NoteOn
from tests.conftest import JackServer, poll
from tests.performances import two_hands

STARTS_WITHIN_S = 90.0
PLAYING_WITHIN_S = 40.0
TEMPO_BPM, BARS = 96.0, 60

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays through a JACK server")


@dataclass
class Synth:
    """Hears the band's port, on a thread of its own, and stamps what comes in."""

    messages: list[tuple[float, tuple[int, ...]]] = field(default_factory=list)
    is_gone: bool = False

    def listen(self, port) -> None:
        while not self.is_gone:
            received = port.get_message()
            if received:
                self.messages.append((time.perf_counter(), tuple(received[0])))
            else:
                time.sleep(0.0005)

    def onsets(self, part: str, since_s: float = 0.0) -> list[float]:
        status = 0x90 | CHANNELS[LANES.index(part)]
        return [
            at_s
            for at_s, (kind, *data) in self.messages
            if kind == status and data[1] > 0 and at_s >= since_s
        ]

    def sounding(self, until_s: float = float("inf")) -> set[tuple[int, int]]:
        """Channel and pitch of every note that has begun and not ended by then."""
        down: set[tuple[int, int]] = set()
        for at_s, (status, *data) in list(self.messages):
            if at_s > until_s:
                break
            kind, channel = status & 0xF0, status & 0x0F
            if kind == 0x90 and data[1] > 0:
                down.add((channel, data[0]))
            elif kind in (0x80, 0x90):
                down.discard((channel, data[0]))
            elif kind == 0xB0 and data[0] in (120, 123):
                down = {key for key in down if key[0] != channel}
        return down

    def silent_from(self, since_s: float) -> float:
        """First moment after `since_s` at which nothing sounds."""
        return next(
            at_s for at_s, _ in self.messages if at_s >= since_s and not self.sounding(at_s)
        )

    def controllers(self, since_s: float) -> dict[tuple[int, int], float]:
        """When each channel's controllers were first heard."""
        heard: dict[tuple[int, int], float] = {}
        for at_s, (status, *data) in self.messages:
            if status & 0xF0 == 0xB0 and at_s >= since_s:
                heard.setdefault((status & 0x0F, data[0]), at_s)
        return heard


@dataclass(frozen=True)
class Concert:
    """The program while it plays, and what is heard of it."""

    program: subprocess.Popen
    synth: Synth

    def pid(self, name: str) -> int:
        """Process of the ``stage`` or the ``band``; 0 while there is none."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.program.pid), "-f", f"accompanist.app.{name}"],
            capture_output=True,
            text=True,
        )
        return int(children.stdout.split()[0]) if children.stdout else 0

    def kill(self, name: str, how: int = signal.SIGKILL) -> float:
        """Have a process fall in the middle of a note, and say when that was."""
        poll(lambda: self.synth.sounding(), 5.0, "a note")
        pid = self.pid(name)
        os.kill(pid, how)
        return time.perf_counter()


@dataclass
class Performer:
    """Plays the same four bars on and on, until told to stop."""

    port: object
    has_left: bool = False

    def play(self) -> None:
        began_s = time.perf_counter()
        for event in two_hands("C:maj A:min F:maj G:maj", BARS, TEMPO_BPM):
            while (
                not self.has_left and (ahead_s := began_s + event.time_s - time.perf_counter()) > 0
            ):
                time.sleep(min(ahead_s, 0.1))
            if self.has_left:
                return
            if isinstance(event, NoteOn):
                self.port.send_message([0x90, event.pitch, event.velocity])
            else:
                self.port.send_message([0x80, event.pitch, 0])


@pytest.fixture(scope="module")
def concert(jack_server: JackServer) -> Iterator[Concert]:
    """A performer, and the band that has joined in."""
    keyboard, ear = open_device("output", "keyboard", True), open_device("input", "synth", True)
    keyboard.open_virtual_port("keys")
    ear.open_virtual_port("band")
    synth, performer = Synth(), Performer(keyboard)
    threads = [
        threading.Thread(target=synth.listen, args=[ear]),
        threading.Thread(target=performer.play),
    ]
    threads[0].start()
    words = ["play", "--midi-in", "keys", "--midi-out", "synth", "--synth", "none"]
    program = subprocess.Popen(
        [sys.executable, "-m", "accompanist", *words, "--osc-in", "0"], env=jack_server.environment
    )
    try:
        poll(lambda: jack_server.ports("accompanist:band"), STARTS_WITHIN_S, "the stage")
        threads[1].start()
        yield Concert(program, synth)
    finally:
        program.kill()
        program.wait()
        performer.has_left = synth.is_gone = True
        for thread in threads:
            thread.join()
        keyboard.delete()
        ear.delete()


@pytest.fixture(autouse=True)
def whole_band(concert: Concert) -> None:
    """Begin when everyone plays."""
    since_s = time.perf_counter()
    poll(
        lambda: all(len(concert.synth.onsets(part, since_s)) > 3 for part in PARTS),
        PLAYING_WITHIN_S,
        "the whole band",
    )


def test_a_killed_band_is_released_at_once_and_its_groove_goes_on_until_it_is_back(concert):
    synth = concert.synth
    killed_s = concert.kill("band")
    poll(lambda: len(synth.onsets("drums", killed_s)) > 4, 5.0, "the groove")
    poll(lambda: synth.onsets("harmony", killed_s + 0.05), 16.0, "the band's return")

    assert synth.silent_from(killed_s) - killed_s <= 0.1
    drums = synth.onsets("drums", killed_s - 4.0)
    assert max(b - a for a, b in pairwise(drums)) < 1.3
    assert concert.pid("band")


def test_a_stalled_band_is_released_and_takes_over_again(concert):
    synth = concert.synth
    stalled_s = concert.kill("band", signal.SIGSTOP)
    poll(lambda: len(synth.onsets("drums", stalled_s + 0.3)) > 4, 5.0, "the groove")
    os.kill(concert.pid("band"), signal.SIGCONT)
    poll(lambda: synth.onsets("harmony", stalled_s + 0.5), 16.0, "the band's return")

    assert synth.silent_from(stalled_s) - stalled_s <= 0.5


def test_a_killed_stage_leaves_no_channel_sounding_and_another_plays_on(concert):
    synth = concert.synth
    killed_s = concert.kill("stage")
    poll(lambda: len(synth.onsets("drums", killed_s + 0.05)) > 4, 10.0, "another stage")

    heard = synth.controllers(killed_s)
    wanted = {(channel, controller) for channel in range(16) for controller in (64, 120, 123)}
    assert wanted <= heard.keys()
    assert max(heard[key] for key in wanted) - killed_s <= 1.0


def test_an_interrupt_ends_everything_and_leaves_no_note_on(concert):
    poll(concert.synth.sounding, 5.0, "a note")
    concert.program.send_signal(signal.SIGINT)

    assert concert.program.wait(timeout=20) == 0
    poll(lambda: not concert.synth.sounding(), 2.0, "the end of every note")
