"""What every MIDI backend of the stage does alike, through real ports: the same tests for each."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.midi_device import MidiDevice
from accompanist.devices.rtmidi_ports import RtMidiPorts
from accompanist.devices.stage_door import FROM_MIDI, GATE_NS, TO_MIDI, StageDoor
from accompanist.dsp import cue, ring
from accompanist.dsp.cue import unpacked
from accompanist.dsp.reflex import reflex_table
from tests.conftest import poll
from tests.devices.midi_peer import Keyboard, Synth

pytestmark = pytest.mark.usefixtures("jack_server")

MS = 1_000_000
HOUR = 3_600_000 * MS
DRUMS, BASS, HARMONY = 1, 2, 3


class Backend:
    """Makes devices of a backend, and closes those that are left at the end."""

    def __init__(self, name: str, door: StageDoor) -> None:
        self._name, self._door = name, door
        self._devices: list[MidiDevice] = []

    def __call__(self, monitor: np.ndarray | None = None, **options) -> MidiDevice:
        if self._name == "jack":
            device: MidiDevice = JackMidi(self._door, monitor, **options)
        else:
            device = RtMidiPorts(self._door, monitor, jack=True, **options)
        self._devices.append(device)
        return device

    def close(self) -> None:
        while self._devices:
            self._devices.pop().close()


@pytest.fixture
def door() -> Iterator[StageDoor]:
    made = StageDoor.create()
    yield made
    made.remove()


@pytest.fixture(params=["jack", "rtmidi"])
def make(request, door) -> Iterator[Backend]:
    backend = Backend(request.param, door)
    yield backend
    backend.close()


@pytest.fixture
def synth() -> Iterator[Synth]:
    made = Synth()
    yield made
    made.unplug()


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    made = Keyboard()
    yield made
    made.unplug()


def now_ns() -> int:
    return time.perf_counter_ns()


def until(device: MidiDevice, condition: Callable[[], object], what: str) -> None:
    """Let the device work until a condition holds."""

    def served() -> object:
        device.serve(now_ns() + 5 * MS)
        return condition()

    poll(served, what=what)


def send(
    door: StageDoor,
    number: int,
    on_ns: int,
    off_ns: int,
    pitch: int = 40,
    lane: int = BASS,
    generation: int = 0,
) -> None:
    """Send a note as the band does."""
    row = (cue.NOTE, lane, pitch, 90, number, on_ns, off_ns, generation)
    assert ring.push(door.rings[TO_MIDI], row)


def tell(words: np.ndarray, kind: int, lane: int = 0, value: int = 0) -> None:
    assert ring.push(words, (kind, lane, value, 0, 0, 0, 0, 0))


def cut(door: StageDoor, number: int, off_ns: int) -> None:
    assert ring.push(door.rings[TO_MIDI], (cue.CUT, BASS, 0, 0, number, 0, off_ns, 0))


def rows(words: np.ndarray) -> list[tuple[int, tuple[int, ...]]]:
    """Times (ns) and messages of what the performer played, off a ring."""
    row, taken = np.zeros(ring.WIDTH, np.int64), []
    for _ in range(ring.waiting(words)):
        ring.pop_into(words, row)
        assert row[cue.KIND] == cue.PERFORM
        taken.append((int(row[cue.ON_NS]), unpacked(int(row[cue.A]))))
    return taken


def test_a_note_sent_ahead_sounds_at_its_time_and_ends(make, door, synth):
    device = make(midi_out="Module")
    on_ns = now_ns() + 300 * MS
    send(door, 1, on_ns, on_ns + 100 * MS)
    device.serve(on_ns - 50 * MS)
    assert synth.notes == []
    until(device, lambda: synth.sounding == {(1, 40)}, what="the note")
    assert now_ns() >= on_ns
    until(device, lambda: synth.sounding == set(), what="its end")
    assert now_ns() >= on_ns + 100 * MS


def test_notes_leave_in_the_order_of_their_times_on_their_lanes_channels(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns() + 100 * MS
    send(door, 2, at_ns + 60 * MS, at_ns + 180 * MS, 64, HARMONY)
    send(door, 1, at_ns, at_ns + 120 * MS, 36, DRUMS)
    until(device, lambda: len(synth.notes) >= 4, what="two notes")
    assert synth.notes[:2] == [[0x99, 36, 90], [0x92, 64, 90]]
    assert synth.notes[2] == [0x89, 36, 0]
    assert [0x82, 64, 0] in synth.notes


def test_a_key_struck_again_is_let_up_first_and_keeps_to_its_later_note(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns() + 50 * MS
    send(door, 1, at_ns, at_ns + 60 * MS)
    send(door, 2, at_ns + 30 * MS, at_ns + HOUR)
    until(device, lambda: synth.notes.count([0x91, 40, 90]) == 2, what="both notes")
    device.serve(at_ns + 250 * MS)
    assert synth.notes == [[0x91, 40, 90], [0x81, 40, 0], [0x91, 40, 90]]


def test_a_cut_note_ends_early_and_one_cut_before_it_begins_never_sounds(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns()
    send(door, 1, at_ns, at_ns + HOUR, 40)
    send(door, 2, at_ns + 200 * MS, at_ns + HOUR, 50)
    until(device, lambda: synth.sounding == {(1, 40)}, what="the first note")
    cut(door, 1, at_ns)
    cut(door, 2, at_ns + 100 * MS)
    until(device, lambda: synth.sounding == set(), what="its end")
    device.serve(at_ns + 300 * MS)
    assert [0x91, 50, 90] not in synth.notes


def test_silence_ends_everything_and_clears_our_channels_and_what_follows_sounds(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns()
    for number in range(20):
        send(door, number, at_ns, at_ns + HOUR, 30 + number)
    send(door, 20, at_ns + 400 * MS, at_ns + HOUR, 80)
    until(device, lambda: len(synth.sounding) == 20, what="twenty notes")
    tell(door.rings[TO_MIDI], cue.SILENCE)
    until(device, lambda: [0xB3, 120, 0] in synth.messages, what="silence")
    assert synth.sounding == set()
    for channel in (9, 1, 2, 3):
        for controller in (64, 120, 123):
            assert [0xB0 | channel, controller, 0] in synth.messages
    device.serve(at_ns + 450 * MS)
    send(door, 21, now_ns(), now_ns() + HOUR, 70)
    until(device, lambda: synth.sounding == {(1, 70)}, what="the next note")
    assert [0x91, 80, 90] not in synth.notes


def test_release_ends_everything_and_leaves_the_synth_as_it_is(make, door, synth):
    device = make(midi_out="Module")
    send(door, 1, now_ns(), now_ns() + HOUR)
    until(device, lambda: synth.sounding == {(1, 40)}, what="the note")
    told = len(synth.messages)
    tell(device.own, cue.RELEASE)
    until(device, lambda: synth.sounding == set(), what="its end")
    device.serve(now_ns() + 150 * MS)
    assert {tuple(message) for message in synth.messages[told:]} == {(0x81, 40, 0)}


def test_the_gate_keeps_out_notes_of_the_band_and_lets_the_stages_own_through(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns() + 100 * MS
    door.tell(GATE_NS, at_ns + 50 * MS)
    send(door, 1, at_ns, at_ns + HOUR, 40)
    send(door, 2, at_ns + 60 * MS, at_ns + HOUR, 41)
    ring.push(device.own, (cue.NOTE, DRUMS, 36, 90, 3, at_ns, at_ns + HOUR, 0))
    until(device, lambda: synth.sounding == {(1, 41), (9, 36)}, what="the other notes")
    assert device.counts()["gated"] == 1


def test_a_lane_taken_back_never_begins_and_the_others_do(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns() + 100 * MS
    send(door, 1, at_ns, at_ns + HOUR, 40, BASS)
    send(door, 2, at_ns, at_ns + HOUR, 60, HARMONY)
    device.serve(at_ns - 50 * MS)
    door.cancel("bass")
    send(door, 3, at_ns, at_ns + HOUR, 45, BASS, generation=1)
    until(device, lambda: synth.sounding == {(1, 45), (2, 60)}, what="what replaced it")
    assert [0x91, 40, 90] not in synth.notes
    assert device.counts()["cancelled"] == 1


def test_notes_that_come_too_late_are_left_out(make, door, synth):
    device = make(midi_out="Module")
    send(door, 1, now_ns() - 200 * MS, now_ns() + HOUR)
    send(door, 2, now_ns(), now_ns() + HOUR, 41)
    until(device, lambda: synth.sounding == {(1, 41)}, what="the note in time")
    assert device.counts()["stale"] == 1


def test_a_hundred_notes_at_once_all_sound_and_all_end(make, door, synth):
    device = make(midi_out="Module")
    at_ns = now_ns() + 50 * MS
    for number in range(100):
        send(door, number, at_ns, at_ns + 300 * MS, 20 + number, HARMONY)
    until(device, lambda: len(synth.sounding) == 100, what="a hundred notes")
    until(device, lambda: synth.sounding == set(), what="their ends")


def test_a_synth_is_told_its_programs_and_levels(make, door, synth):
    device = make(midi_out="Module")
    tell(device.own, cue.LEVEL, HARMONY, 1_000_000)
    until(device, lambda: [0xB2, 7, 127] in synth.messages, what="the level")
    programs = [message for message in synth.messages if message[0] >> 4 == 0xC]
    assert sorted(programs) == [[0xC1, 33], [0xC2, 4], [0xC3, 0], [0xC9, 0]]


def test_what_a_hand_on_a_surface_brings_about_is_done_at_once(make, door, synth):
    device = make(midi_out="Module")
    send(door, 1, now_ns(), now_ns() + HOUR, 40)
    send(door, 2, now_ns(), now_ns() + HOUR, 60, HARMONY)
    until(device, lambda: synth.sounding == {(1, 40), (2, 60)}, what="two notes")
    tell(device.at_once, cue.HUSH, BASS, 1)
    until(device, lambda: synth.sounding == {(2, 60)}, what="the bass's silence")
    tell(device.at_once, cue.LEVEL, HARMONY, 1_000_000)
    until(device, lambda: [0xB2, 7, 127] in synth.messages, what="the level")


def test_what_is_played_comes_in_order_with_the_time_of_its_arrival(make, door, keyboard):
    monitor = ring.new_ring()
    device = make(monitor, midi_in="Keystation")
    device.serve(now_ns() + 20 * MS)
    before_ns = now_ns()
    keyboard.play(*([0x90, pitch, 100] for pitch in range(30, 90)))
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 60, what="sixty keys")
    played = rows(door.rings[FROM_MIDI])
    assert [message for _, message in played] == [(0x90, pitch, 100) for pitch in range(30, 90)]
    times_ns = [time_ns for time_ns, _ in played]
    assert times_ns == sorted(times_ns)
    # A stamp may lie within the period that JACK is just filling.
    assert before_ns - 10 * MS <= times_ns[0] and times_ns[-1] <= now_ns() + 10 * MS
    assert rows(monitor) == played


def test_the_clock_is_heard_and_what_else_is_of_no_channel_is_passed_over(make, door, keyboard):
    device = make(midi_in="Keystation")
    keyboard.play([0xF8], [0x90, 60, 100], [0xF8], [0xFE], [0xF0, 1, 2, 0xF7], [0x80, 60, 0])
    keyboard.play([0xF8], [0xB0, 64, 127], [0xE0, 0, 70])
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 7, what="seven messages")
    assert [message for _, message in rows(door.rings[FROM_MIDI])] == [
        (0xF8,),
        (0x90, 60, 100),
        (0xF8,),
        (0x80, 60, 0),
        (0xF8,),
        (0xB0, 64, 127),
        (0xE0, 0, 70),
    ]


def test_sensing_between_two_keys_does_not_bend_their_times(make, door, keyboard):
    device = make(midi_in="Keystation")
    keyboard.play([0x90, 60, 100])
    for _ in range(4):
        device.serve(now_ns() + 100 * MS)
        keyboard.play([0xFE])
    before_ns = now_ns()
    keyboard.play([0x80, 60, 0])
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 2, what="the key")
    (_, _), (let_up_ns, _) = rows(door.rings[FROM_MIDI])
    assert let_up_ns > before_ns - 50 * MS


def test_a_key_is_answered_by_the_reflex_until_it_is_let_up(make, door, synth, keyboard):
    device = make(midi_in="Keystation", midi_out="Module")
    door.reflex[:] = reflex_table("octave", ())
    keyboard.play([0x90, 60, 100])
    until(device, lambda: synth.sounding == {(3, 72)}, what="the answer")
    door.reflex[:] = reflex_table("off", ())
    keyboard.play([0x80, 60, 0])
    until(device, lambda: synth.sounding == set(), what="its end")


def test_an_input_that_vanishes_lets_keys_up_and_is_heard_again_when_it_is_back(make, door, synth):
    keyboard = Keyboard()
    device = make(midi_in="keystation", midi_out="Module")
    door.reflex[:] = reflex_table("thru", ())
    assert device.input_name == "Keystation:keys"
    keyboard.play([0x90, 60, 100], [0x90, 64, 100], [0x80, 64, 0], [0xB0, 64, 127])
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 4, what="what was played")
    rows(door.rings[FROM_MIDI])
    keyboard.unplug()
    said: list[str] = []
    until(device, lambda: said.extend(device.look()) or said, what="its going")
    assert said == ["MIDI input 'Keystation:keys' is gone"]
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 2, what="keys and pedal")
    assert [message for _, message in rows(door.rings[FROM_MIDI])] == [
        (0x80, 60, 0),
        (0xB0, 64, 0),
    ]
    until(device, lambda: synth.notes and synth.sounding == set(), what="the end of the answer")
    keyboard = Keyboard()
    until(device, lambda: said.extend(device.look()) or len(said) == 2, what="its return")
    assert said[1] == "MIDI input 'Keystation:keys' is back"
    keyboard.play([0x90, 67, 100])
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 1, what="a key")
    keyboard.unplug()


def test_a_synth_that_comes_back_is_told_programs_and_levels_and_plays_on(make, door):
    synth = Synth()
    device = make(midi_out="module")
    tell(device.own, cue.LEVEL, BASS, 500_000)
    until(device, lambda: [0xB1, 7, 64] in synth.messages, what="the level")
    said: list[str] = []
    synth.unplug()
    until(device, lambda: said.extend(device.look()) or said, what="its going")
    send(door, 1, now_ns(), now_ns() + 20 * MS)
    device.serve(now_ns() + 60 * MS)
    synth = Synth()
    until(device, lambda: said.extend(device.look()) or len(said) == 2, what="its return")
    assert said == ["MIDI output 'Module:midi in' is gone", "MIDI output 'Module:midi in' is back"]
    until(device, lambda: [0xB1, 7, 64] in synth.messages, what="its level")
    assert {(0xC1, 33), (0xC9, 0)} <= {tuple(message) for message in synth.messages}
    send(door, 2, now_ns(), now_ns() + HOUR, 52)
    until(device, lambda: synth.sounding == {(1, 52)}, what="the next note")
    assert [0x91, 40, 90] not in synth.notes
    synth.unplug()


def test_a_port_is_back_within_two_seconds_while_the_band_plays(make, door):
    synth = Synth()
    device = make(midi_out="Module")
    synth.unplug()
    said: list[str] = []
    start_ns = now_ns()
    for number in range(1000):
        send(door, number, start_ns + number * 4 * MS, start_ns + number * 4 * MS + 2 * MS)
    until(device, lambda: said.extend(device.look()) or said, what="its going")
    synth = Synth()
    back_ns = now_ns()
    until(device, lambda: said.extend(device.look()) or len(said) == 2, what="its return")
    assert now_ns() - back_ns < 2_000 * MS
    tell(device.own, cue.RELEASE)
    synth.unplug()


def test_without_names_there_are_ports_that_others_may_join(make, door):
    device = make()
    assert (device.input_name, device.output_name) == (None, None)
    keyboard, synth = Keyboard(joined_to=":performer"), Synth(joined_to=":band")
    keyboard.play([0x90, 60, 100])
    until(device, lambda: ring.waiting(door.rings[FROM_MIDI]) == 1, what="the key")
    send(door, 1, now_ns(), now_ns() + HOUR)
    until(device, lambda: synth.sounding == {(1, 40)}, what="the note")
    keyboard.unplug()
    synth.unplug()


def test_a_device_that_wants_no_input_has_no_port_for_it(make, jack_server):
    device = make(wants_input=False)
    device.serve(now_ns() + 10 * MS)
    assert not [port for port in jack_server.ports() if port.endswith(":performer")]


def test_a_name_that_means_no_port_is_refused_and_nothing_is_left_open(make, jack_server, synth):
    with pytest.raises(DeviceError, match="no MIDI output named 'Organ'; there are Module:midi in"):
        make(midi_out="Organ")
    with pytest.raises(DeviceError, match="no MIDI input named 'Organ'; none is connected"):
        make(midi_in="Organ", midi_out="Module")
    assert [port for port in jack_server.ports() if port.startswith("accompanist")] == []


def test_a_patient_device_waits_for_the_port_it_was_told(make, synth):
    device = make(midi_in="Keystation:keys", midi_out="Module", is_patient=True)
    keyboard, said = Keyboard(), []
    until(device, lambda: said.extend(device.look()) or said, what="its coming")
    assert said == ["MIDI input 'Keystation:keys' is back"]
    keyboard.unplug()


def test_closing_ends_every_note_clears_every_channel_and_leaves(make, door, synth, jack_server):
    before = threading.active_count()
    device = make(midi_out="Module")
    at_ns = now_ns()
    for number in range(60):
        send(door, number, at_ns, at_ns + HOUR, 30 + number, HARMONY)
    send(door, 60, at_ns + HOUR, at_ns + 2 * HOUR)
    until(device, lambda: len(synth.sounding) == 60, what="sixty notes")
    make.close()
    poll(lambda: [0xB3, 120, 0] in synth.messages, what="the end")
    assert synth.sounding == set()
    for channel in (9, 1, 2, 3):
        for controller in (64, 120, 123):
            assert [0xB0 | channel, controller, 0] in synth.messages
    assert [port for port in jack_server.ports() if port.startswith("accompanist")] == []
    assert threading.active_count() == before
    counts = device.counts()
    assert (counts["dropped"], counts["unheard"]) == (0, 0)
