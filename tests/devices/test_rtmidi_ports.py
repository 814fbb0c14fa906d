"""What the sender over rtmidi does with its one thread."""

import time
from collections.abc import Iterator

import pytest

from accompanist.devices import rtmidi_ports
from accompanist.devices.rtmidi_ports import LOOK_EVERY_NS, LOOK_WITHIN_NS, RtMidiPorts
from accompanist.devices.stage_door import TO_MIDI, StageDoor
from accompanist.dsp import ring
from accompanist.dsp.cue import CLOCK, NOTE
from tests.devices.rtmidi_fake import FakeDevice, plug

MS = 1_000_000
BASS = 2


@pytest.fixture
def door() -> Iterator[StageDoor]:
    made = StageDoor.create()
    yield made
    made.remove()


@pytest.fixture
def synth(monkeypatch) -> FakeDevice:
    return plug(monkeypatch, "Module:in 20:0")


@pytest.fixture
def ports(door, synth) -> Iterator[RtMidiPorts]:
    made = RtMidiPorts(door, None, midi_out="Module", wants_input=False)
    made.serve(0)
    yield made
    made.close()


def send(door: StageDoor, on_ns: int) -> None:
    row = (NOTE, BASS, 40, 90, 1, on_ns, on_ns + 10_000 * MS, 0)
    assert ring.push(door.rings[TO_MIDI], row)


def notes(synth: FakeDevice) -> list[tuple[int, ...]]:
    return [message for message in synth.sent if message[0] >> 4 in (8, 9)]


def test_nothing_leaves_before_its_time_and_lateness_is_kept(door, synth, ports):
    on_ns = time.perf_counter_ns() + 40 * MS
    send(door, on_ns)
    sent = ports.sendings.count
    ports.serve(on_ns - 5 * MS)
    assert notes(synth) == []
    ports.serve(on_ns + 5 * MS)
    assert notes(synth) == [(0x91, 40, 90)]
    late_us = ports.sendings.late_us()[sent:]
    assert len(late_us) == 1
    assert 0 < late_us[0] < 50_000


def test_what_is_due_at_once_leaves_before_the_thread_is_given_back(door, synth, ports):
    on_ns = time.perf_counter_ns() + 40 * MS
    send(door, on_ns)
    ports.serve(on_ns - 50_000)
    assert notes(synth) == [(0x91, 40, 90)]
    assert time.perf_counter_ns() >= on_ns


def test_however_many_are_due_at_once_all_leave(door, synth, ports):
    on_ns = time.perf_counter_ns() + 20 * MS
    for number in range(1000):
        row = (NOTE, 1 + number % 3, number % 128, 90, number, on_ns, on_ns + 10_000 * MS, 0)
        assert ring.push(door.rings[TO_MIDI], row)
    ports.serve(on_ns + 50 * MS)
    assert sum(message[0] >> 4 == 9 for message in synth.sent) == 1000


def test_messages_that_the_system_refuses_are_counted(door, synth, ports, monkeypatch):
    def refuse(_message):
        raise ValueError("not now")

    monkeypatch.setattr(synth, "send_message", refuse)
    send(door, time.perf_counter_ns())
    ports.serve(time.perf_counter_ns() + 10 * MS)
    assert ports.counts()["unsent"] == 1


def test_nothing_is_sent_to_a_port_that_is_gone(door, synth, ports):
    synth.ports.clear()
    assert ports.look() == ["MIDI output 'Module:in' is gone"]
    send(door, time.perf_counter_ns())
    ports.serve(time.perf_counter_ns() + 10 * MS)
    assert notes(synth) == []
    assert ports.counts()["unsent"] == 0


def test_names_are_looked_at_in_a_gap_or_else_after_a_while(door, synth, ports, monkeypatch):
    on_ns = time.perf_counter_ns() + 3_600_000 * MS
    send(door, on_ns)
    ports.serve(0)

    def looks_at(time_ns: int) -> bool:
        monkeypatch.setattr(rtmidi_ports, "now_ns", lambda: time_ns)
        before = synth.looks
        ports.look()
        return synth.looks > before

    start_ns = on_ns - LOOK_EVERY_NS
    assert looks_at(start_ns)
    assert not looks_at(start_ns + LOOK_EVERY_NS - MS)
    assert not looks_at(on_ns)
    assert looks_at(start_ns + LOOK_WITHIN_NS)
    monkeypatch.undo()


def test_a_look_that_waits_is_made_as_soon_as_nothing_is_due(door, synth, ports):
    synth.takes_s = 0.01
    ports.look()
    synth.ports.clear()
    on_ns = time.perf_counter_ns() + 600 * MS
    send(door, on_ns)
    ports.serve(on_ns - 10 * MS)
    assert ports.look() == []
    ports.serve(on_ns + 5 * MS)
    assert ports.look() == ["MIDI output 'Module:in' is gone"]


def test_ticks_of_the_clock_leave_at_their_times_beside_the_notes(door, synth, ports):
    on_ns = time.perf_counter_ns() + 40 * MS
    ring.push(ports.own, (CLOCK, 0, 0, 0, 0, on_ns, on_ns + 240 * MS, 0))
    send(door, on_ns + 15 * MS)
    ports.serve(on_ns + 25 * MS)
    heard = [message for message in synth.sent if message[0] in (0xF8, 0x91)]
    assert heard == [(0xF8,), (0xF8,), (0x91, 40, 90), (0xF8,)]
