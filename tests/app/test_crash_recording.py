"""Whatever is killed, what was played is there to the last second, and plays again to the note.

The band plays to the built-in demonstration, and its processes are killed by hand: first the band,
then everyone at once, as a power cut would.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import mido
import pyliblo3
import pytest
import soundfile

from accompanist.app.main import main
from accompanist.app.plays import known_plays
from accompanist.devices.wav_file import HEAD_BYTES
from tests.app.logs import notes_in
from tests.conftest import poll

STARTS_WITHIN_S = 90.0
LOST_S = 1.0
RATE_HZ, FRAME_BYTES = 48000, 4

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux does")


@dataclass(frozen=True)
class Gig:
    """A play that was killed, what it had written by then, and when that was."""

    folder: Path
    log: str
    killed_s: float

    def kind(self, kind: str) -> list[dict]:
        lines = [json.loads(line) for line in self.log.splitlines()]
        return [line for line in lines if line["kind"] == kind]


def notes(log: Path) -> int:
    return log.read_text(encoding="utf-8").count('{"kind": "note"') if log.exists() else 0


def child(program: subprocess.Popen, name: str) -> int:
    """Process of the ``stage`` or the ``band``; 0 while there is none."""
    found = subprocess.run(
        ["pgrep", "-P", str(program.pid), "-f", f"accompanist.app.{name}"],
        capture_output=True,
        text=True,
    )
    return int(found.stdout.split()[0]) if found.stdout else 0


def origin_ns(band: int) -> int:
    """Time of the steady clock at which the engine time of a band is 0."""
    words = Path(f"/proc/{band}/cmdline").read_bytes().split(b"\0")
    return json.loads(words[-2])["origin_ns"]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture(scope="module", autouse=True)
def alone(tmp_path_factory):
    """No devices at all, and a memory of their own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JACK_DEFAULT_SERVER", "nobody's")
        patched.setenv("JACK_NO_START_SERVER", "1")
        patched.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("memory")))
        yield


def play(folder: Path, *words: str) -> subprocess.Popen:
    asked = ["play", "--synth", "none", "--record", str(folder), *words]
    return subprocess.Popen(
        [sys.executable, "-m", "accompanist", *asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def gig(alone, tmp_path_factory) -> Gig:
    """A play in which the band is killed, another goes on, and then everyone is killed."""
    folder, port = tmp_path_factory.mktemp("takes"), free_port()
    log = folder / "session.jsonl"
    program = play(folder, "--osc-in", str(port))
    try:
        poll(lambda: notes(log) > 3, STARTS_WITHIN_S, "the band's first notes")
        before = notes(log)
        os.kill(child(program, "band"), signal.SIGKILL)
        poll(lambda: notes(log) > before + 20, STARTS_WITHIN_S, "the notes of the next band")
        pyliblo3.send(("127.0.0.1", port), "/accompanist/outside", 0.75)
        poll(lambda: "/accompanist/outside" in last_play_text(), 5.0, "the memory of a turn")
        band, stage = child(program, "band"), child(program, "stage")
        origin = origin_ns(band)
        for process in (program.pid, band, stage):
            os.kill(process, signal.SIGKILL)
        killed_s = (time.perf_counter_ns() - origin) / 1e9
    finally:
        program.kill()
        program.wait()
    return Gig(folder, log.read_text(encoding="utf-8"), killed_s)


def last_play_text() -> str:
    """How everything is set, as the last play remembers it, where that is not as by default."""
    state = known_plays()[-1].remembered() or {}
    return " ".join(name for name, value in state.get("parameters", {}).items() if value == 0.75)


def test_the_log_goes_to_the_last_second(gig):
    last = json.loads(gig.log.splitlines()[-1])
    assert gig.killed_s - last["announced_s"] < LOST_S


def test_the_sound_goes_to_the_last_second(gig):
    sound_s = ((gig.folder / "session.wav").stat().st_size - HEAD_BYTES) / FRAME_BYTES / RATE_HZ
    assert gig.killed_s - sound_s < LOST_S
    assert soundfile.info(gig.folder / "session.wav").duration > gig.killed_s - 3 * LOST_S


def test_the_band_that_was_started_again_went_on_in_the_same_session(gig):
    assert [line["begins"] for line in gig.kind("session")] == ["start", "restart"]
    beats = [line["beat"] for line in gig.kind("beat")]
    assert beats == sorted(beats)


def test_what_was_played_while_there_was_no_band_is_there(gig):
    missed = gig.kind("session")[1]["missed"]
    heard = [line["at_s"] for line in gig.kind("gesture")]
    times = sorted(heard + [event["at_s"] for event in missed])
    assert missed
    assert max(after - before for before, after in pairwise(times)) < 1.5


def test_its_log_plays_again_to_the_same_notes(gig, tmp_path):
    again = tmp_path / "again.jsonl"
    words = ["-o", str(tmp_path / "again.mid"), "--log", str(again)]
    assert main(["render", str(gig.folder / "session.jsonl"), *words]) == 0
    played = notes_in(gig.log)
    assert len(played) > 20
    assert notes_in(again.read_text(encoding="utf-8"))[: len(played)] == played


def test_the_next_play_makes_it_whole_and_sets_everything_as_it_was(gig):
    former = known_plays()[-1]
    before = {path.name: path.read_bytes() for path in gig.folder.iterdir()}
    port = free_port()
    program = play(gig.folder, "--osc-in", str(port), "--resume")
    log = gig.folder / "session-2.jsonl"
    try:
        poll(lambda: log.exists() and '"gesture"' in log.read_text(), STARTS_WITHIN_S, "a key")
        poll(lambda: former.is_over, 20.0, "the end of the former play")
        pyliblo3.send(("127.0.0.1", port), "/accompanist/keep", 1)
        poll((gig.folder / "session-3.mid").exists, 20.0, "what was asked to be kept")
        os.kill(program.pid, signal.SIGKILL)
        # Nobody watches any more: the others notice, and keep what they have.
        poll((gig.folder / "session-2.mid").exists, 20.0, "the end of the band")
    finally:
        program.kill()
    told = program.communicate()[0]
    assert f"is whole again: {gig.folder}/session.jsonl" in told
    turn = next(json.loads(line) for line in log.read_text().splitlines() if "control_turn" in line)
    assert (turn["parameter"], turn["value"], turn["from"]) == (
        *("/accompanist/outside", 0.75, "memory"),
    )
    midi = mido.MidiFile(gig.folder / "session.mid")
    assert midi.length == pytest.approx(gig.killed_s, abs=3.0)
    assert (gig.folder / "session.jsonl").read_bytes() == before["session.jsonl"]
    assert soundfile.info(gig.folder / "session.wav").duration > gig.killed_s - LOST_S


def test_what_was_captured_of_it_can_be_kept(gig, tmp_path):
    number = known_plays()[0].number
    assert main(["keep", "--play", str(number), "-o", str(tmp_path)]) == 0
    assert notes_in((tmp_path / "session.jsonl").read_text()) == notes_in(gig.log)
    assert (tmp_path / "session.mid").stat().st_size > 500
