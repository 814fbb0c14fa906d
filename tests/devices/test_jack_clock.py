"""MIDI clock through real JACK ports: out at exact frames, in at the frame at which it came."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import StageDoor
from accompanist.dsp import ring
from accompanist.dsp.cue import CLOCK, MESSAGE, packed
from tests.conftest import poll
from tests.devices.jack_peers import MS, heard_by, keyboard, message, performed

BEAT_NS = 240 * MS
"""Ticks are 10 ms apart: 480 frames."""
TICK_FRAMES = 480


@pytest.fixture
def device(door, synth) -> Iterator[JackMidi]:
    made = JackMidi(door, None, midi_out="Module", most_logged=(10_000, 0))
    poll(lambda: (0xC3, 0, 0) in heard_by(synth), what="the synth's introduction")
    yield made
    made.close()


def ticks(synth: NativeClient) -> np.ndarray:
    """Frames of the ticks that a follower got."""
    records = synth.records()
    return records[records[:, 1] & 0xFF == 0xF8, 2]


def lay(device: JackMidi, number: int, at_ns: int, length_ns: int = BEAT_NS) -> None:
    ring.push(device.own, (CLOCK, 0, 1, 0, number, at_ns, at_ns + length_ns, 0))


def test_ticks_leave_at_even_frames_and_start_before_the_first(device, synth):
    began_ns = time.perf_counter_ns() + 100 * MS
    missed = synth.xruns
    lay(device, 0, began_ns)
    start = (MESSAGE, 0, packed((0xFA,)), 0, 0, began_ns - 2 * MS, 0, 0)
    ring.push(device.own, start)
    poll(lambda: len(ticks(synth)) >= 100, what="a hundred ticks")
    clock = [said for said in heard_by(synth) if said[0] >= 0xF8]
    assert clock[:2] == [(0xFA, 0, 0), (0xF8, 0, 0)]
    frames = ticks(synth)[:100]
    if synth.xruns == missed:
        assert np.abs(np.diff(frames) - TICK_FRAMES).max() <= 1
    lay(device, 0, 0, 0)
    planned = device.log.events[: device.log.numbers[0]]
    told = planned[planned[:, 2] & 0xFF == 0xF8]
    assert np.abs(told[:, 1] - told[:, 0]).max() == 0 or synth.xruns > missed


def test_a_tempo_that_changes_bends_the_ticks_and_the_beat_has_its_own(device, synth):
    began_ns = time.perf_counter_ns() + 100 * MS
    periods_ns = [240 * MS, 260 * MS, 230 * MS, 250 * MS, 240 * MS]
    missed, at_ns = synth.xruns, began_ns
    for number, period_ns in enumerate(periods_ns):
        while time.perf_counter_ns() < at_ns - 100 * MS:
            time.sleep(0.002)
        lay(device, number, at_ns, 240 * MS)
        at_ns += period_ns
    poll(lambda: len(ticks(synth)) >= 97, what="four beats of ticks")
    beats = ticks(synth)[:97:24]
    if synth.xruns == missed:
        strays = np.diff(beats) - np.array(periods_ns[:4]) * 48 // MS
        assert np.abs(strays).max() <= 2


def test_the_clock_that_comes_in_reaches_the_band_beside_the_keys(door: StageDoor, device):
    leader = keyboard()
    leader.connect("Keystation:keys", "accompanist:performer")
    said = [(0xFA, 0, 0), (0xF8, 0, 0), (0x90, 60, 90), (0xF8, 0, 0), (0xFC, 0, 0)]
    try:
        performed(door)
        for each in said:
            leader.recite(packed(each))
        rows: list = []
        poll(lambda: rows.extend(performed(door)) or len(rows) >= 5, what="five messages")
    finally:
        leader.close()
    heard = [message(packed(each)) for _, each in rows]
    assert heard == said
