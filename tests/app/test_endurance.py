"""Two hours, a hundred thousand notes, all keys at once: rendered, in bounded time and memory."""

import subprocess
import sys
from pathlib import Path

import mido
import pytest

from accompanist.devices.band_file import write_band
from accompanist.music.band import PARTS
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from tests.performances import two_hands

LOOP = "C:maj A:min F:maj G:maj D:min E:min C:maj G:maj"
TEMPO_BPM, BARS = 112.0, 3360
BEAT_S = 60.0 / TEMPO_BPM
LENGTH_S = BARS * 4 * BEAT_S
BARS_BETWEEN_CLUSTERS = 32
TIMES_REAL_TIME = 20.0
MOST_BYTES = 700 * 1024 * 1024

RENDER = """
import re, sys, time
from pathlib import Path
from accompanist.app.main import main
outcome = main(sys.argv[1:])
peak = re.search("VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]
print(time.process_time(), peak)
sys.exit(outcome)
"""
"""Renders, then tells the processor time it took and its peak memory."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for peak memory")


def performance() -> list[PerformerEvent]:
    """Two hands, the right one doubled on the off-beats, and now and then all 128 keys at once."""
    events = list(two_hands(LOOP, BARS, TEMPO_BPM))
    for event in tuple(events):
        if isinstance(event, NoteOn) and event.pitch >= 60:
            off_s = event.time_s + 0.9 * BEAT_S
            events.append(NoteOn(event.time_s + BEAT_S / 2, event.pitch + 12, 60))
            events.append(NoteOff(off_s, event.pitch + 12))
    for bar in range(0, BARS, BARS_BETWEEN_CLUSTERS):
        at_s = 0.5 + bar * 4 * BEAT_S
        events += [NoteOn(at_s, pitch, 90) for pitch in range(128)]
        events += [NoteOff(at_s + BEAT_S / 2, pitch) for pitch in range(128)]
    return sorted(events, key=lambda event: event.time_s)


def test_two_hours_and_a_hundred_thousand_notes_are_rendered(tmp_path: Path):
    events = performance()
    assert events[-1].time_s >= 7200.0
    assert sum(isinstance(event, NoteOn) for event in events) >= 100_000
    write_band(tmp_path / "long.mid", events, [], [])

    result = subprocess.run(
        [sys.executable, "-c", RENDER, "render", "long.mid", "-o", "band.mid"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stderr
    used_s, peak_kib = map(float, result.stdout.split())
    assert used_s < LENGTH_S / TIMES_REAL_TIME
    assert peak_kib * 1024 < MOST_BYTES
    tracks = {track.name.lower(): track for track in mido.MidiFile(tmp_path / "band.mid").tracks}
    for part in PARTS:
        assert sum(message.type == "note_on" for message in tracks[part]) > BARS / 2
