"""The built-in performance is a human-like piece with a tempo change and a key change."""

from itertools import pairwise
from statistics import mean, pstdev

import pytest

from accompanist.app.demonstration import demonstration, demonstration_truth
from accompanist.music.events import NoteOff, NoteOn, Pedal

EVENTS = demonstration()
TRUTH = demonstration_truth()
DOWN = [event for event in EVENTS if isinstance(event, NoteOn)]


def beat_of(event):
    return TRUTH.tempo_map.beats_at(event.time_s)


def chord_at(beat):
    return [chord for begins, chord in TRUTH.chords if begins <= beat + 0.25][-1]


def test_it_lasts_between_forty_five_and_sixty_seconds():
    assert 45.0 <= EVENTS[-1].time_s <= 60.0


def test_it_is_the_same_every_time():
    assert demonstration() == EVENTS


def test_events_come_in_order_of_time():
    assert all(a.time_s <= b.time_s for a, b in pairwise(EVENTS))


def test_every_key_comes_up_before_it_goes_down_again():
    held = set()
    for event in EVENTS:
        if isinstance(event, NoteOn):
            assert event.pitch not in held
            held.add(event.pitch)
        elif isinstance(event, NoteOff):
            held.remove(event.pitch)
    assert not held


def test_the_pedal_is_up_at_the_end():
    assert not [event for event in EVENTS if isinstance(event, Pedal)][-1].down


def test_the_bass_falls_on_every_downbeat_from_first_to_last():
    for downbeat in range(0, TRUTH.beats, TRUTH.beats_per_bar):
        lowest = [
            event for event in DOWN if event.pitch < 48 and abs(beat_of(event) - downbeat) < 0.1
        ]
        assert lowest
        assert {event.pitch % 12 for event in lowest} <= chord_at(downbeat).pitch_classes


def test_timing_is_off_the_beat_by_some_milliseconds_as_humans_are():
    off_s = []
    for event in DOWN:
        nearest = round(2 * beat_of(event)) / 2
        off_s.append(event.time_s - TRUTH.tempo_map.seconds_at(nearest))
    assert 0.004 < pstdev(off_s) < 0.012
    assert max(abs(late_s) for late_s in off_s) < 0.03
    assert abs(mean(off_s)) < 0.006


def test_the_tempo_rises_from_98_to_108_over_two_bars():
    tempo = TRUTH.tempo_map.tempo_bpm_at
    assert tempo(0.5) == pytest.approx(98.0)
    assert tempo(55.5) == pytest.approx(98.0)
    assert 101.0 < tempo(60.5) < 105.0
    assert tempo(64.5) == pytest.approx(108.0)
    rising = [tempo(beat + 0.5) for beat in range(55, 65)]
    assert rising == sorted(rising)


def test_the_key_rises_by_a_tone_after_its_dominant():
    (_, first), (begins, second) = TRUTH.keys
    assert (first.name, second.name) == ("G major", "A major")
    assert [chord.label for beat, chord in TRUTH.chords if beat == begins - 4] == ["E:7"]


def test_verse_and_chorus_are_one_loop_of_four_chords():
    labels = [chord.label for _, chord in TRUTH.chords]
    assert labels[:4] == labels[4:8] == labels[8:12] == ["G:maj", "D:maj", "E:min", "C:maj"]


def test_the_last_chorus_is_the_first_a_tone_higher():
    chords = [chord for _, chord in TRUTH.chords]
    assert chords[16:22] == [chord.transposed(2) for chord in chords[8:14]]


def test_most_of_the_music_is_in_the_chord_of_its_moment():
    inside = [event.pitch % 12 in chord_at(beat_of(event)).pitch_classes for event in DOWN]
    assert mean(inside) > 0.85


def test_the_melody_climbs_to_its_highest_note_in_the_last_chorus():
    peak = max(DOWN, key=lambda event: event.pitch)
    assert 80 <= beat_of(peak) < 88


def test_the_playing_grows_louder_from_verse_to_last_chorus():
    sections = [(0, 16), (16, 32), (32, 64), (64, 96)]
    loudness = [
        mean(event.velocity for event in DOWN if begins <= beat_of(event) + 0.1 < ends)
        for begins, ends in sections
    ]
    assert all(softer + 3 < louder for softer, louder in pairwise(loudness))


def test_the_last_chord_is_held_for_a_bar():
    last = [event for event in DOWN if beat_of(event) > 95.7]
    ends = [event for event in EVENTS if isinstance(event, NoteOff) and beat_of(event) > 96.5]
    assert len(last) == len(ends) == 6
    assert min(beat_of(event) for event in ends) - 96.0 > 4.0
