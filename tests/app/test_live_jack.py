"""The whole way, live: a performance goes into the real input port, the band comes out of another.

A process of its own plays; this one is the performer's keyboard and the synth that hears the band.
Times of both are compared by their shape: what separates them is one constant, found from the
notes themselves.
"""

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from accompanist.app.replay import replay
from accompanist.app.take import Take
from accompanist.devices.midi_connection import open_device
from accompanist.dsp import midi_desk
from accompanist.dsp.cue import LANES
from accompanist.music.band import PARTS
from accompanist.music.events import NoteOn
from accompanist.music.key import Key
from accompanist.music.pitch import parse_pitch_class
from tests.app.logs import Notes, notes_in
from tests.conftest import JackServer, poll
from tests.performances import two_hands

LOOP, KEY = "C:maj A:min F:maj G:maj", Key(0)
TEMPO_BPM, BARS = 96.0, 10
STARTS_WITHIN_S = 90.0
LATE_S = 0.02
GRID_S = 0.035
CHANNELS = {part: midi_desk.CHANNELS[LANES.index(part)] for part in PARTS}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays through a JACK server")


@dataclass
class Synth:
    """Hears the band's port, and stamps what comes in."""

    messages: list[tuple[float, list[int]]] = field(default_factory=list)
    is_gone: bool = False

    def listen(self, port) -> None:
        """Take what comes in, on a thread of its own: JACK's must not wait for Python."""
        while not self.is_gone:
            received = port.get_message()
            if received:
                self.messages.append((time.monotonic(), received[0]))
            else:
                time.sleep(0.001)

    def onsets(self, part: str) -> list[tuple[float, int]]:
        """When each note of a part began, and its pitch."""
        return [
            (at_s, message[1])
            for at_s, message in self.messages
            if message[0] == 0x90 | CHANNELS[part] and message[2] > 0
        ]

    def sounding(self) -> set[tuple[int, int]]:
        """Channel and pitch of every note that has begun and not ended."""
        down: set[tuple[int, int]] = set()
        for _, (status, *data) in self.messages:
            kind, channel = status & 0xF0, status & 0x0F
            if kind == 0x90 and data[1] > 0:
                down.add((channel, data[0]))
            elif kind in (0x80, 0x90):
                down.discard((channel, data[0]))
        return down


@dataclass(frozen=True)
class Concert:
    """What was heard of one performance, and the band's own log of it."""

    synth: Synth
    log: list[dict]
    sounding_at_interrupt: set[tuple[int, int]]
    exit_code: int
    path: Path

    def kind(self, kind: str) -> list[dict]:
        return [line for line in self.log if line["kind"] == kind]


@pytest.fixture(scope="module")
def concert(jack_server: JackServer, tmp_path_factory: pytest.TempPathFactory) -> Concert:
    """Twenty-four seconds of two hands, then an interrupt in the middle of the music."""
    folder = tmp_path_factory.mktemp("concert")
    keyboard, synth_port = (
        open_device("output", "keyboard", True),
        open_device("input", "synth", True),
    )
    synth = Synth()
    keyboard.open_virtual_port("keys")
    synth_port.open_virtual_port("band")
    listening = threading.Thread(target=synth.listen, args=[synth_port])
    listening.start()
    play = ["play", "--midi-in", "keys", "--midi-out", "synth", "--synth", "none", "--osc-in", "0"]
    band = subprocess.Popen(
        [sys.executable, "-m", "accompanist", *play, "--record", folder],
        env=jack_server.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        poll(
            lambda: band.poll() is not None or jack_server.ports("accompanist:performer"),
            STARTS_WITHIN_S,
            "the band's start",
        )
        assert band.poll() is None, band.stderr.read()
        perform(keyboard)
        poll(synth.sounding, 3.0, "a note of the band")
        sounding = synth.sounding()
        band.send_signal(signal.SIGINT)
        exit_code = band.wait(timeout=20)
        poll(lambda: not synth.sounding(), 2.0, "the end of every note")
    finally:
        band.kill()
        band.wait()
        synth.is_gone = True
        listening.join()
        keyboard.delete()
        synth_port.delete()
    path = next(folder.glob("*.jsonl"))
    log = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return Concert(synth, log, sounding, exit_code, path)


def perform(keyboard) -> None:
    """Play the loop in real time on a port."""
    starts_s = time.monotonic()
    for event in two_hands(LOOP, BARS, TEMPO_BPM):
        time.sleep(max(0.0, starts_s + event.time_s - time.monotonic()))
        if isinstance(event, NoteOn):
            keyboard.send_message([0x90, event.pitch, event.velocity])
        else:
            keyboard.send_message([0x80, event.pitch, 0])


def sounded(concert: Concert) -> list[tuple[float, dict]]:
    """Every note that reached the synth, on the band's clock, and the note logged closest to it."""
    heard: dict[tuple[str, int], list[float]] = {}
    for part in PARTS:
        for at_s, pitch in concert.synth.onsets(part):
            heard.setdefault((part, pitch), []).append(at_s)
    logged: dict[tuple[str, int], list[dict]] = {name: [] for name in heard}
    for note in concert.kind("note"):
        logged.setdefault((note["part"], note["pitch"]), []).append(note)
    apart_s = statistics.median(
        at_s - note["on_s"]
        for name, times_s in heard.items()
        for at_s, note in zip(times_s, logged[name], strict=False)
    )
    return [
        (at_s - apart_s, min(logged[name], key=lambda n: abs(n["on_s"] - at_s + apart_s)))
        for name, times_s in heard.items()
        for at_s in times_s
    ]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_reaches_the_synth(concert, part):
    assert len(concert.synth.onsets(part)) >= 8


def test_notes_sound_when_the_band_said_they_would(concert):
    late_s = sorted(abs(at_s - note["on_s"]) for at_s, note in sounded(concert))

    assert late_s[int(0.95 * len(late_s))] <= LATE_S


def test_the_beat_is_the_performers(concert):
    tempi = [beat["tempo_bpm"] for beat in concert.kind("beat")]

    assert statistics.median(tempi) == pytest.approx(TEMPO_BPM, rel=0.03)


def test_drums_lie_on_the_announced_beats_but_for_their_feel(concert):
    beats = {beat["beat"]: beat["at_s"] for beat in concert.kind("beat")}
    apart_s = []
    for at_s, note in sounded(concert):
        beat = round(note["on_beats"])
        feel_s = (note["on_beats"] - beat) * 60.0 / TEMPO_BPM
        if note["part"] == "drums" and abs(feel_s) < GRID_S and beat in beats:
            apart_s.append(at_s - beats[beat] - feel_s)

    assert len(apart_s) >= 20
    assert abs(statistics.median(apart_s)) <= LATE_S
    assert sum(abs(off) <= GRID_S for off in apart_s) / len(apart_s) >= 0.9


def test_the_key_announced_is_the_one_played(concert):
    key = concert.kind("key")[-1]

    assert (parse_pitch_class(key["tonic"]), key["mode"]) == (KEY.tonic, KEY.mode)


def test_the_harmony_is_in_the_announced_key(concert):
    keys = [line for line in concert.kind("key") if line["tonic"] is not None]
    since_s = [line["announced_s"] for line in keys]
    inside = []
    for note in concert.kind("note"):
        at = bisect_right(since_s, note["announced_s"]) - 1
        if note["part"] == "harmony" and at >= 0:
            key = Key(parse_pitch_class(keys[at]["tonic"]), keys[at]["mode"])
            inside.append(note["pitch"] % 12 in key.pitch_classes)

    assert len(inside) >= 20
    assert sum(inside) / len(inside) >= 0.9


def test_an_interrupt_in_the_middle_of_a_chord_leaves_no_note_on(concert):
    assert concert.sounding_at_interrupt
    assert not concert.synth.sounding()


def test_an_interrupt_is_a_good_end(concert):
    assert concert.exit_code == 0


def test_its_log_plays_again_to_the_same_notes_byte_for_byte(concert):
    notes = Notes()
    replay(concert.path, Take(), notes)

    assert notes.lines == notes_in(concert.path.read_text(encoding="utf-8"))
