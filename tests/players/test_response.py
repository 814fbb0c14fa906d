"""The band makes room, follows dynamics and begins sparsely, within bounds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.player import PerformerOnset
from accompanist.players.response import (
    MOST_ANSWER,
    MOST_DYNAMICS,
    MOST_SPACE,
    dynamics,
    opening,
    solo_register,
    space,
    swell,
    velocity_of,
)
from accompanist.players.understudy import UnderstudyHarmony
from tests.players import understudies
from tests.players.frames import frame
from tests.players.learned import bassist, comper, drummer, play, song_frames

ONSETS = st.lists(
    st.builds(PerformerOnset, st.floats(0.0, 8.0), st.integers(0, 127), st.integers(1, 127)),
    max_size=24,
).map(lambda notes: tuple(sorted(notes, key=lambda note: note.onset_beats)))


def melody(*, beats: float, per_beat: float, velocity: int = 80, until: float = 8.0):
    """A line of so many notes a beat that ends at a beat."""
    places = np.arange(until - beats, until, 1 / per_beat)
    return tuple(PerformerOnset(float(place), 72, velocity) for place in places)


@given(ONSETS, st.floats(8.0, 40.0))
def test_answers_are_bounded(recent, now_beats):
    assert -MOST_SPACE <= space(recent, now_beats) <= MOST_ANSWER
    assert -MOST_DYNAMICS <= dynamics(recent, now_beats) <= MOST_DYNAMICS


def test_a_silent_performer_changes_nothing():
    assert space((), 8.0) == 0.0
    assert dynamics((), 8.0) == 0.0


def test_the_band_thins_out_as_the_performer_gets_busier():
    answers = [space(melody(beats=8, per_beat=rate), 8.0) for rate in (1, 2, 3, 4, 6)]
    assert answers[0] == answers[1] == 0.0
    assert answers[1] > answers[2] > answers[3]
    assert answers[4] == -MOST_SPACE


def test_chords_are_not_busier_than_single_notes():
    single = melody(beats=8, per_beat=3)
    chords = tuple(
        replace(note, pitch=note.pitch + step, onset_beats=note.onset_beats + step / 1000)
        for note in single
        for step in (0, 4, 7)
    )
    assert space(chords, 8.1) == pytest.approx(space(single, 8.1))


def test_the_band_answers_a_rest_and_not_a_silence():
    played = melody(beats=8, per_beat=4)
    assert [space(played, 8.0 + rest) > 0 for rest in (0.0, 1.0, 2.0, 7.0, 9.0)] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("before", "after"), [(50, 105), (105, 50)])
def test_a_crescendo_or_a_drop_is_followed_within_a_bar(before, after):
    lately = melody(beats=4, per_beat=2, velocity=after)
    played = (*melody(beats=4, per_beat=2, velocity=before, until=4.0), *lately)
    steady = dynamics(melody(beats=8, per_beat=2, velocity=after), 8.0)
    was = dynamics(melody(beats=8, per_beat=2, velocity=before), 8.0)
    assert abs(dynamics(played, 8.0) - steady) < 0.1 * abs(was - steady)


def test_the_first_bars_are_sparser_than_the_rest():
    assert opening(0) < opening(1) < opening(2) == opening(100) == 0.0


def test_the_register_of_the_melody_is_that_of_the_top_notes():
    two_hands = tuple(
        PerformerOnset(beat + pitch / 10000, pitch, 80)
        for beat, top in zip((4.0, 5.0, 6.0), (72, 76, 74), strict=True)
        for pitch in (48, 55, top)
    )
    assert solo_register(frame(index=28, recent=two_hands)) == (72, 76)
    assert solo_register(frame(index=28)) is None
    assert solo_register(frame(index=60, recent=two_hands)) is None


@pytest.mark.parametrize("player", [UnderstudyHarmony(understudies.STYLES), comper()])
@pytest.mark.parametrize("low", [58, 62, 67, 72])
def test_the_harmony_never_masks_the_melody(player, low):
    """A melody over nine semitones; it begins in the midst of a chord that lasts."""
    player.reset()
    played = []
    for told in song_frames(8, density=0.7):
        now = told.index / FRAMES_PER_BEAT
        heard = tuple(
            PerformerOnset(beat / 2, low + (beat * 5) % 10, 90)
            for beat in range(4, int(2 * now))
            if beat / 2 > now - 8
        )
        notes = player.play(replace(told, recent=heard))
        played += [(note, solo_register(replace(told, recent=heard))) for note in notes]
    covered = [note for note, solo in played if solo and solo[0] <= note.pitch <= solo[1]]
    assert len(played) > 20
    assert not covered


@given(st.floats(0.0, 1.0), st.floats(-MOST_DYNAMICS, MOST_DYNAMICS), st.floats(0.0, 1.2))
def test_a_swell_goes_where_the_performer_goes(intensity, added, force):
    each = frame(intensity=intensity, dynamics=added)
    assert (swell(each) - 1.0) * added >= 0.0
    assert 1 <= velocity_of(force, each) <= 127


@pytest.mark.parametrize("player", [drummer, bassist, comper])
def test_networks_swell_with_the_performer_from_one_note_to_the_next(player):
    plain, loud = (
        play(player(), song_frames(4, dynamics=dynamics)) for dynamics in (0.0, MOST_DYNAMICS)
    )
    assert [replace(note, velocity=0) for note in plain] == [
        replace(note, velocity=0) for note in loud
    ]
    harder = [b.velocity / a.velocity for a, b in zip(plain, loud, strict=True)]
    assert np.median(harder) == pytest.approx(swell(frame(dynamics=MOST_DYNAMICS)), abs=0.02)
