"""Real MIDI ports: what is played in comes in, what the band plays goes out, nothing stays on."""

import builtins
import threading

import pytest

from accompanist.devices import midi_connection
from accompanist.devices.clock import SystemClock, VirtualClock
from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import choose, stable_name
from accompanist.devices.midi_port import (
    CHANNELS,
    MidiInput,
    MidiOutput,
    first_controller,
    list_ports,
    panic,
)
from accompanist.music.band import BandNote, NoteCut, Panic
from accompanist.music.events import NoteOff, NoteOn, Pedal
from tests.conftest import poll
from tests.devices.midi_peer import Keyboard, Synth

pytestmark = pytest.mark.usefixtures("jack_server")


@pytest.fixture(autouse=True)
def without_alsa(monkeypatch, tmp_path):
    """Every port of these tests is JACK's, on machines with a sound card too."""
    monkeypatch.setattr(midi_connection, "ALSA_SEQUENCER", tmp_path / "seq")


@pytest.fixture
def keyboard():
    keyboard = Keyboard()
    yield keyboard
    keyboard.unplug()


@pytest.fixture
def synth():
    synth = Synth()
    yield synth
    synth.unplug()


@pytest.fixture
def ear(keyboard):
    heard = MidiInput("Keystation", VirtualClock(3.25))
    yield heard
    heard.close()


def events(ear: MidiInput, count: int) -> list:
    heard = []
    poll(lambda: heard.extend(ear.poll()) or len(heard) >= count, what=f"{count} events")
    return heard


def note(note_id: int, on_s: float, off_s: float, pitch: int = 40, part: str = "bass") -> BandNote:
    return BandNote(0.0, note_id, part, on_s, off_s, 0.0, pitch, 90, "model")


def test_ports_are_listed_by_name_and_ours_left_out(keyboard, synth, ear):
    ports = list_ports()
    assert ports.inputs == ("Keystation:keys",)
    assert ports.outputs == ("Module:midi in",)
    assert first_controller() == "Keystation:keys"


def test_a_key_is_heard_with_the_engine_clock_of_its_arrival(keyboard, ear):
    keyboard.play([0x90, 60, 100], [0x90, 60, 0], [0xB0, 64, 127])
    assert events(ear, 3) == [NoteOn(3.25, 60, 100, 0), NoteOff(3.25, 60, 0), Pedal(3.25, True, 0)]


def test_keys_are_heard_in_the_order_in_which_they_were_played(keyboard, ear):
    keyboard.play(*([0x90, pitch, 100] for pitch in range(30, 90)))
    assert [event.pitch for event in events(ear, 60)] == list(range(30, 90))


def test_clock_and_unknown_messages_are_passed_over(keyboard, ear):
    keyboard.play([0xF8], [0xB0, 1, 5], [0xC0, 3], [0xE0, 0, 70], [0x90, 60, 100])
    assert [event.pitch for event in events(ear, 1)] == [60]


def test_nothing_is_taken_before_its_time(keyboard, ear):
    keyboard.play([0x90, 60, 100])
    poll(lambda: ear.wait(0.01), what="the key")
    assert ear.take(3.0) == ()
    assert len(ear.take(3.25)) == 1


def test_a_port_that_vanishes_lets_its_keys_and_pedals_up_and_is_heard_when_it_is_back():
    keyboard = Keyboard()
    ear = MidiInput("keystation", VirtualClock(1.0))
    try:
        keyboard.play([0x90, 60, 100], [0x90, 64, 100], [0x80, 64, 0], [0xB0, 64, 127])
        events(ear, 4)
        keyboard.unplug()
        assert events(ear, 2) == [NoteOff(1.0, 60, 0), Pedal(1.0, False, 0)]
        assert not ear.is_joined
        keyboard = Keyboard()
        poll(lambda: ear.is_joined, what="the port's return")
        keyboard.play([0x90, 67, 100])
        assert events(ear, 1) == [NoteOn(1.0, 67, 100, 0)]
    finally:
        ear.close()
        keyboard.unplug()


def test_without_a_name_a_port_is_opened_that_others_may_join():
    ear = MidiInput(None, VirtualClock(1.0))
    keyboard = Keyboard(joined_to="accompanist-in:performer")
    try:
        keyboard.play([0x90, 60, 100])
        assert events(ear, 1) == [NoteOn(1.0, 60, 100, 0)]
    finally:
        keyboard.unplug()
        ear.close()


def test_an_unknown_port_is_refused_with_those_there_are(keyboard):
    with pytest.raises(DeviceError, match=r"no MIDI input named 'Organ'; there are .*Keystation"):
        MidiInput("Organ", VirtualClock())


def test_an_unknown_port_is_refused_when_there_are_none_too():
    with pytest.raises(DeviceError, match="no MIDI output named 'Organ'; none is connected"):
        MidiOutput("Organ", VirtualClock())


def test_a_name_that_could_mean_two_ports_is_refused_with_both():
    ports = ["Keystation 49:keys 20:0", "Keystation 88:keys 24:0"]
    with pytest.raises(DeviceError, match=r"could be Keystation 49.* or Keystation 88"):
        choose("keystation", ports, "input")


def test_a_whole_name_means_its_port_even_if_others_contain_it():
    assert choose("Piano", ["Piano 20:0", "Piano 2 24:0"], "input") == "Piano 20:0"


def test_numbers_that_change_when_plugged_in_again_are_no_part_of_a_name():
    assert stable_name("Keystation:Keystation MIDI 1 20:0") == "Keystation:Keystation MIDI 1"


def test_a_machine_without_midi_lists_nothing_and_says_so_when_asked_to_play(monkeypatch, capfd):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "there-is-none")
    assert list_ports().outputs == ()
    with pytest.raises(DeviceError, match="no ALSA sequencer and no JACK server"):
        MidiOutput(None, VirtualClock())
    assert capfd.readouterr().err == ""


def test_a_missing_rtmidi_is_said_in_one_sentence(monkeypatch):
    importing = builtins.__import__

    def without_rtmidi(name, *rest):
        if name == "rtmidi":
            raise ImportError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_rtmidi)
    with pytest.raises(DeviceError, match=r"^MIDI ports need python-rtmidi"):
        list_ports()


def test_every_part_is_introduced_with_its_program(synth):
    output = MidiOutput("Module", SystemClock())
    poll(lambda: len(synth.messages) >= 3, what="three programs")
    assert sorted(synth.messages) == [[0xC1, 33], [0xC2, 4], [0xC9, 0]]
    output.close()


def test_without_a_name_an_output_is_opened_that_others_may_join():
    output = MidiOutput(None, SystemClock())
    synth = Synth(joined_to="accompanist-out:band")
    output.send(note(1, 0.5, 60.0))
    poll(lambda: synth.sounding == {(1, 40)}, what="the note")
    output.close()
    poll(lambda: synth.sounding == set(), what="its end")
    synth.unplug()


def test_a_device_is_meant_by_its_own_name_even_if_another_begins_with_it():
    assert choose("piano", ["Piano:in 20:0", "Piano 2:in 24:0"], "output") == "Piano:in 20:0"


def test_notes_go_out_in_time_on_their_parts_channels(synth):
    clock = SystemClock()
    output = MidiOutput("Module", clock)
    output.send(note(2, 0.10, 0.20, 64, "harmony"))
    output.send(note(1, 0.05, 0.15, 36, "drums"))
    poll(lambda: len(synth.notes) >= 4, what="two notes")
    output.close()
    assert synth.notes[:4] == [[0x99, 36, 90], [0x92, 64, 90], [0x89, 36, 0], [0x82, 64, 0]]
    assert clock.now_s() >= 0.20


def test_a_level_is_the_volume_of_its_channel(synth):
    output = MidiOutput("Module", SystemClock())
    output.set_level("harmony", 1.0)
    output.set_level("harmony", 1.0)
    output.set_level("drums", 0.0)
    poll(lambda: [0xB9, 7, 0] in synth.messages, what="two levels")
    assert synth.messages.count([0xB2, 7, 127]) == 1
    output.close()


def test_a_cut_note_ends_early(synth):
    clock = SystemClock()
    output = MidiOutput("Module", clock)
    output.send(note(1, 0.0, 60.0))
    poll(lambda: synth.sounding, what="the note")
    output.send(NoteCut(0.0, 1, "bass", clock.now_s()))
    poll(lambda: not synth.sounding, what="its end")
    output.close()


def test_panic_silences_at_once_and_what_follows_still_sounds(synth):
    output = MidiOutput("Module", SystemClock())
    for each in range(20):
        output.send(note(each, 0.0, 60.0, 30 + each))
    poll(lambda: len(synth.sounding) == 20, what="twenty notes")
    output.send(Panic(0.0))
    poll(lambda: [0xB9, 120, 0] in synth.messages, what="panic")
    assert synth.sounding == set()
    output.send(note(99, 0.0, 60.0, 70))
    poll(lambda: synth.sounding == {(CHANNELS["bass"], 70)}, what="the next note")
    output.close()


def test_closing_releases_every_note_and_clears_every_channel(synth):
    output = MidiOutput("Module", SystemClock())
    for each in range(100):
        output.send(note(each, 0.0, 60.0, 20 + each, "harmony"))
    output.send(note(100, 60.0, 61.0))
    poll(lambda: len(synth.sounding) == 100, what="a hundred notes")
    output.close()
    poll(lambda: [0xB9, 120, 0] in synth.messages, what="the end")
    assert synth.sounding == set()
    for channel in CHANNELS.values():
        for controller in (64, 120, 123):
            assert [0xB0 | channel, controller, 0] in synth.messages
    assert (output.faults, output.dropped) == (0, 0)


def test_a_synth_that_comes_back_is_played_and_introduced_again():
    synth = Synth()
    output = MidiOutput("Module", SystemClock())
    synth.unplug()
    poll(lambda: not output._connection.is_joined, what="the synth's going")
    output.send(note(1, 0.0, 0.1))
    synth = Synth()
    poll(lambda: len(synth.messages) >= 3, what="the programs")
    output.send(note(2, 0.0, 60.0))
    poll(lambda: synth.sounding == {(1, 40)}, what="the next note")
    output.close()
    synth.unplug()


def test_panic_clears_all_channels_of_all_outputs_named(synth):
    other = Synth("Sampler")
    assert panic(list_ports().outputs) == ["Module:midi in", "Sampler:midi in"]
    for each in (synth, other):
        poll(lambda each=each: len(each.messages) == 48, what="16 channels")
        assert [0xBF, 120, 0] in each.messages
    other.unplug()


def test_no_thread_outlives_the_ports(synth, keyboard):
    before = threading.active_count()
    MidiOutput("Module", SystemClock()).close()
    MidiInput("Keystation", SystemClock()).close()
    assert threading.active_count() <= before
