"""The band talks through the stage door: cues go out at their times, keys come in."""

import numpy as np
import pytest

from accompanist.devices.door_sink import DoorSink, label_of
from accompanist.devices.door_source import DoorSource
from accompanist.devices.stage_door import (
    CARRY_ON,
    FROM_AUDIO,
    FROM_MIDI,
    HAS_AUDIO,
    HAS_MIDI,
    STYLE_SET,
    TO_AUDIO,
    TO_MIDI,
    TO_STAGE,
    StageDoor,
)
from accompanist.dsp import cue, ring
from accompanist.dsp.immediate import LOUDNESS, MUTE, PANIC, PLACE_OF, SOLO, STOP
from accompanist.music.band import BandNote, ControlTaken, NoteCut, NoteHeld, Panic
from accompanist.music.chord import Chord
from accompanist.music.events import Attack, NoteOff, NoteOn, Pedal
from accompanist.music.heard import BeatHeard, ChordHeard
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import STYLES
from accompanist.music.song import Program, SongBegun

ORIGIN_NS = 5_000_000_000
NOTE = BandNote(1.0, 7, "bass", 1.5, 2.0, 4.0, 43, 90, "model")
ON_NS, OFF_NS = ORIGIN_NS + 1_500_000_000, ORIGIN_NS + 2_000_000_000
BASS = cue.LANES.index("bass")


@pytest.fixture
def door():
    door = StageDoor.create()
    door.tell(HAS_MIDI, 1)
    door.tell(HAS_AUDIO, 1)
    yield door
    door.remove()


def rows(door, to):
    row, taken = np.zeros(ring.WIDTH, np.int64), []
    while ring.waiting(door.rings[to]):
        ring.pop_into(door.rings[to], row)
        taken.append(tuple(row.tolist()))
    return taken


@pytest.mark.parametrize("to", [TO_MIDI, TO_AUDIO, TO_STAGE])
def test_a_note_goes_to_every_device_with_its_times(door, to):
    DoorSink(door, ORIGIN_NS).send(NOTE)

    assert rows(door, to) == [(cue.NOTE, BASS, 43, 90, 8, ON_NS, OFF_NS, 0)]


def test_a_device_that_is_not_there_is_told_nothing(door):
    door.tell(HAS_MIDI, 0)
    DoorSink(door, ORIGIN_NS).send(NOTE)

    assert rows(door, TO_MIDI) == []


def test_a_note_leaves_as_much_earlier_as_the_device_takes_to_sound(door):
    DoorSink(door, ORIGIN_NS, midi_latency_s=0.004, audio_latency_s=0.02).send(NOTE)

    assert rows(door, TO_MIDI)[0][cue.ON_NS] == ON_NS - 4_000_000
    assert rows(door, TO_AUDIO)[0][cue.ON_NS] == ON_NS - 20_000_000
    assert rows(door, TO_STAGE)[0][cue.ON_NS] == ON_NS


def test_a_cut_names_the_note_and_when_it_ends(door):
    DoorSink(door, ORIGIN_NS).send(NoteCut(1.2, 7, "bass", 1.75))

    (row,) = rows(door, TO_MIDI)
    assert (row[cue.KIND], row[cue.NOTE_ID]) == (cue.CUT, 8)
    assert row[cue.OFF_NS] == ORIGIN_NS + 1_750_000_000


def test_a_note_that_lasts_on_is_named_likewise(door):
    DoorSink(door, ORIGIN_NS).send(NoteHeld(1.2, 7, "bass", 12.0))

    (row,) = rows(door, TO_AUDIO)
    assert (row[cue.KIND], row[cue.NOTE_ID], row[cue.A]) == (cue.CUT, 8, 1)
    assert row[cue.OFF_NS] == ORIGIN_NS + 12_000_000_000


def test_panic_takes_back_every_lane_and_silences_every_device(door):
    sink = DoorSink(door, ORIGIN_NS)
    sink.send(Panic(1.0))
    sink.send(NOTE)

    silence, note = rows(door, TO_MIDI)
    assert silence[cue.KIND] == cue.SILENCE
    assert door.generations[: len(cue.LANES)].tolist() == [1] * len(cue.LANES)
    assert note[cue.GENERATION] == 1


def test_levels_and_styles_are_the_stages_to_turn(door):
    sink = DoorSink(door, ORIGIN_NS)
    sink.show(ControlTaken(1.0, "/accompanist/bass/level", 0.25, "midi"))
    sink.set_style("rock", 1.5)

    level, style = rows(door, TO_STAGE)
    assert level[:4] == (cue.SETTLE, 0, LOUDNESS + BASS, 250_000)
    assert (*style[:3], style[cue.ON_NS]) == (cue.STYLE, 0, 1, ON_NS)
    assert rows(door, TO_MIDI) == []
    assert STYLES[door.told(STYLE_SET) - 1] == "rock"


def test_the_midi_output_follows_the_style_if_it_is_asked_to(door):
    sink = DoorSink(door, ORIGIN_NS)
    sink.set_style("jazz", 1.0)
    assert rows(door, TO_MIDI) == []

    sink.show(ControlTaken(1.0, "/accompanist/midi_programs", 1, "osc"))
    at_once = rows(door, TO_MIDI)
    sink.set_style("jazz", 1.2)
    sink.set_style("rock", 1.5)
    later = rows(door, TO_MIDI)

    assert [cue.unpacked(row[cue.A]) for row in at_once] == [
        (0xC9, 32),
        (0xC1, 32),
        (0xC2, 4),
        (0xC3, 0),
    ]
    assert {row[cue.ON_NS] for row in at_once} == {0}
    assert [cue.unpacked(row[cue.A])[1] for row in later] == [8, 33, 27, 0]
    assert {row[cue.ON_NS] for row in later} == {ON_NS}


def test_a_song_sends_its_programs_to_the_midi_output(door):
    programs = (Program(1, 5), Program(2, 128, bank=129))
    DoorSink(door, ORIGIN_NS).show(SongBegun(0.0, 1, 1, "Blue Room", programs))

    sent = [cue.unpacked(row[cue.A]) for row in rows(door, TO_MIDI)]
    assert sent == [(0xC0, 4), (0xB1, 0, 1), (0xB1, 32, 1), (0xC1, 127)]


def test_instruments_change_as_much_earlier_as_the_sound_card_takes_to_sound(door):
    DoorSink(door, ORIGIN_NS, audio_latency_s=0.02).set_style("rock", 1.5)

    assert rows(door, TO_STAGE)[0][cue.ON_NS] == ON_NS - 20_000_000


def test_a_beat_says_where_the_bar_is(door):
    heard = BeatHeard(1.4, 1.5, 9, 2, False, 120.0, 0.9)
    DoorSink(door, ORIGIN_NS).beat(heard, 1, 4, grooving=False, plays=True)

    assert rows(door, TO_STAGE) == [(cue.BEAT, 1, 4, 0, 9, ON_NS, 500_000_000, 1)]


@pytest.mark.parametrize("label", ["C", "G#:min7/b5", "Eb:maj(9)/5"])
def test_a_chord_is_told_by_its_label(door, label):
    chord = Chord(7, "min7", 10)
    DoorSink(door, ORIGIN_NS).show(ChordHeard(1.0, 1.0, chord, 0.9))

    (row,) = rows(door, TO_STAGE)
    assert row[cue.KIND] == cue.CHORD
    assert label_of(row[1:]) == chord.label


def test_the_reflex_follows_the_control_and_the_chord(door):
    sink = DoorSink(door, ORIGIN_NS)
    sink.show(ControlTaken(1.0, "/accompanist/reflex", "harmony", "osc"))
    sink.show(ChordHeard(1.0, 1.0, Chord(0, "maj"), 0.9))
    in_c = door.reflex.copy()
    sink.show(ChordHeard(2.0, 2.0, Chord(2, "min"), 0.9))

    assert in_c.any()
    assert not np.array_equal(in_c, door.reflex)


def test_the_reflex_is_off_until_it_is_turned_on(door):
    DoorSink(door, ORIGIN_NS).show(ChordHeard(1.0, 1.0, Chord(0, "maj"), 0.9))

    assert not door.reflex.any()


@pytest.mark.parametrize("value", [0, 1])
def test_whether_the_groove_carries_on_is_the_players_to_say(door, value):
    DoorSink(door, ORIGIN_NS).show(ControlTaken(1.0, "/accompanist/carry_on", value, "osc"))

    assert door.told(CARRY_ON) == value


def test_the_stage_knows_which_parts_are_muted(door):
    sink = DoorSink(door, ORIGIN_NS)
    sink.show(ControlTaken(1.0, "/accompanist/bass/mute", 1, "osc"))
    sink.show(ControlTaken(1.0, "/accompanist/bass/solo", 1, "osc"))

    assert [row[2:4] for row in rows(door, TO_STAGE)] == [(MUTE + BASS, 1), (SOLO + BASS, 1)]


def test_a_band_that_begins_tells_the_stage_how_every_control_stands(door):
    values = ParameterValues()
    values.take("/accompanist/bass/mute", 1)
    DoorSink(door, ORIGIN_NS).settle(values)

    told = {row[2]: row[3] for row in rows(door, TO_STAGE) if row[cue.KIND] == cue.SETTLE}
    assert set(told) == set(PLACE_OF.values()) - {PANIC, STOP}
    assert told[MUTE + BASS] == 1
    assert told[LOUDNESS] == 800_000


def test_the_performer_is_sounded_from_here_only_where_no_input_hears_them(door):
    event = NoteOn(1.5, 60, 100)
    DoorSink(door, ORIGIN_NS).perform(event)
    assert rows(door, TO_AUDIO) == []

    DoorSink(door, ORIGIN_NS, sounds_performer=True).perform(event)
    (row,) = rows(door, TO_AUDIO)
    assert (row[cue.KIND], cue.unpacked(row[cue.A])) == (cue.PERFORM, (0x90, 60, 100))
    assert row[cue.ON_NS] == ON_NS + 10_000_000


def test_a_full_ring_drops_and_counts(door):
    sink = DoorSink(door, ORIGIN_NS)
    for _ in range(ring.CAPACITY + 3):
        sink.set_style("rock", 0.5)

    assert sink.dropped == 3


@pytest.mark.parametrize(
    "message, event",
    [
        ((0x90, 60, 100), NoteOn(1.5, 60, 100)),
        ((0x93, 60, 0), NoteOff(1.5, 60, 3)),
        ((0xB0, 64, 127), Pedal(1.5, True)),
    ],
)
def test_what_the_performer_played_comes_in_with_its_time(door, message, event):
    row = (cue.PERFORM, 0, cue.packed(message), 0, 0, ON_NS, 0, 0)
    ring.push(door.rings[FROM_MIDI], row)

    assert DoorSource(door, ORIGIN_NS).take(2.0) == (event,)


def test_what_was_struck_comes_in_as_an_attack(door):
    ring.push(door.rings[FROM_AUDIO], (cue.ATTACK, 0, 500, 0, 0, ON_NS, 0, 0))

    assert DoorSource(door, ORIGIN_NS).take(2.0) == (Attack(1.5, 0.5),)


def test_the_time_a_device_takes_to_hear_is_taken_off(door):
    row = (cue.PERFORM, 0, cue.packed((0x90, 60, 100)), 0, 0, ON_NS, 0, 0)
    ring.push(door.rings[FROM_MIDI], row)

    assert DoorSource(door, ORIGIN_NS, midi_latency_s=0.25).take(2.0) == (NoteOn(1.25, 60, 100),)


def test_an_event_a_little_ahead_waits_for_its_time(door):
    row = (cue.PERFORM, 0, cue.packed((0x90, 60, 100)), 0, 0, ON_NS, 0, 0)
    ring.push(door.rings[FROM_MIDI], row)
    source = DoorSource(door, ORIGIN_NS)

    assert source.take(1.499) == ()
    assert source.take(1.5) == (NoteOn(1.5, 60, 100),)
    assert source.take(1.6) == ()
