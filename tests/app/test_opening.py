"""Ports are opened where they are: JACK's through JACK, those only ALSA knows through ALSA."""

import pytest

from accompanist.app import opening
from accompanist.app.gig import Gig, Names
from accompanist.devices.midi_ports import MidiPorts

KEYSTATION, PIANO = "Keystation 49:Keystation MIDI 1 20:0", "a2j:Piano (capture): MIDI 1"


class Device:
    """Notes what it was opened with."""

    def __init__(self, door, monitor, midi_in, midi_out, is_patient):
        self.joins = (midi_in, midi_out)
        self.is_patient = is_patient

    def join(self, heard, played):
        self.joined = (heard, played)


class Jack(Device):
    """JACK's MIDI."""

    @staticmethod
    def answers():
        return True


class Other(Device):
    """The system's own MIDI."""

    @staticmethod
    def answers():
        return True


@pytest.fixture
def both_systems(monkeypatch, tmp_path):
    """ALSA with a Keystation, and a JACK server that shows a piano."""
    ports = {False: MidiPorts((KEYSTATION,), ("Synth 28:0",)), True: MidiPorts((PIANO,), ())}
    monkeypatch.setattr(opening, "ALSA_SEQUENCER", tmp_path)
    monkeypatch.setattr(opening, "list_ports", lambda jack=False: ports[jack])
    monkeypatch.setattr(
        opening, "first_controller", lambda jack=False: next(iter(ports[jack].inputs), None)
    )
    monkeypatch.setattr(opening, "JackMidi", Jack)
    monkeypatch.setattr(opening, "RtMidiPorts", Other)


def opened(former=None, **wanted):
    return opening.open_midi(Gig("", 0, 0, **wanted), None, None, former or Names())


def test_a_controller_that_only_alsa_knows_is_opened_there(both_systems):
    device = opened(midi_in="keystation")

    assert isinstance(device, Other)
    assert device.joins == ("keystation", None)


def test_a_controller_that_jack_shows_is_opened_through_jack(both_systems):
    assert isinstance(opened(midi_in="piano"), Jack)


def test_a_synth_that_only_alsa_knows_is_opened_there(both_systems):
    assert isinstance(opened(midi_in="piano", midi_out="synth"), Other)


def test_the_first_controller_of_the_system_counts_where_none_is_named(both_systems):
    assert isinstance(opened(), Other)


def test_without_alsa_everything_is_jacks(both_systems, monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "ALSA_SEQUENCER", tmp_path / "nothing")

    device = opened()
    assert isinstance(device, Jack)
    assert device.joins == (PIANO, None)


def test_a_stage_that_stands_in_joins_what_was_joined_and_waits_for_it(both_systems):
    former = Names(midi_in=PIANO, midi_out="Synth", heard=(PIANO,), played=("Synth", "Other"))
    device = opened(former, midi_in="piano")

    assert device.joins == (PIANO, "Synth")
    assert device.is_patient
    assert device.joined == ((PIANO,), ("Synth", "Other"))
