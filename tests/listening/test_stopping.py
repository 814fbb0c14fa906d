"""Noise, rests and entries: when there is a beat, and where it is after a silence."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.events import Gesture, NoteOff, NoteOn
from tests.listening.performers import beats, comping, in_order, listen, strum

START_S, BEAT_S, BAR_S = 1.0, 0.6, 2.4
CHORD = (43, 62, 67, 71)

both = pytest.mark.parametrize("make", [Listener, learned_listener], ids=["rules", "learned"])


def random_keys(per_s: float, seed: int) -> list[Gesture]:
    """Twenty seconds of keys struck at random, anywhere and as loud as may be."""
    random, at_s, events = np.random.default_rng(seed), 0.5, []
    while (at_s := at_s + float(random.exponential(1.0 / per_s))) < 20.0:
        pitch = int(random.integers(24, 100))
        events.append(NoteOn(at_s, pitch, int(random.integers(20, 120))))
        events.append(NoteOff(at_s + float(random.uniform(0.05, 0.6)), pitch))
    return in_order(events)


@pytest.mark.parametrize("per_s", [3.0, 6.0, 12.0])
def test_hardly_a_beat_is_heard_in_keys_struck_at_random(per_s: float) -> None:
    """In twenty seconds there would be some thirty, were the first likely tempo believed.

    By rules alone: the network is surer of itself than random keys deserve.
    """
    counts = [len(beats(listen(random_keys(per_s, seed), 21.0, Listener()))) for seed in range(6)]
    assert min(counts) == 0
    assert sum(counts) < 6 * 8


@both
def test_a_steady_player_is_heard_within_four_beats(make: Callable[[], Listener]) -> None:
    heard = beats(listen(comping(4), START_S + 4 * BAR_S, make()))
    assert heard[0].at_s < START_S + 4.5 * BEAT_S


def rested(entry_s: float, chord: tuple[int, ...] = CHORD) -> list[Gesture]:
    """Eight bars, three of rest, and then from `entry_s` on four more, a chord a beat."""
    after = [event for k in range(16) for event in strum(entry_s + BEAT_S * k, chord, 0.4)]
    return in_order([*comping(8), *after])


@both
def test_confidence_falls_with_every_silent_beat(make: Callable[[], Listener]) -> None:
    heard = beats(listen(rested(START_S + 11 * BAR_S), START_S + 11 * BAR_S, make()))
    silent = [beat for beat in heard if beat.at_s > START_S + 8.25 * BAR_S]
    assert len(silent) >= 10
    assert all(after.confidence < before.confidence for before, after in pairwise(silent))


@both
def test_an_entry_on_the_beat_keeps_the_count(make: Callable[[], Listener]) -> None:
    entry_s = START_S + 11 * BAR_S
    heard = beats(listen(rested(entry_s), entry_s + 8 * BEAT_S, make()))
    gaps = [after.at_s - before.at_s for before, after in pairwise(heard)]
    assert max(abs(gap_s - BEAT_S) for gap_s in gaps) < 0.1 * BEAT_S


@both
@pytest.mark.parametrize("off", [-0.25, -0.15, 0.15, 0.25])
def test_a_chord_beside_the_downbeat_after_a_rest_is_the_downbeat(
    make: Callable[[], Listener], off: float
) -> None:
    listener = make()
    expected_s = START_S + 11 * BAR_S
    before = [event for event in rested(expected_s) if event.time_s < expected_s - 0.5 * BEAT_S]
    listen(before, expected_s - 0.3 * BEAT_S, listener)
    count = round(listener.beats_at(expected_s))
    while listener.beat_in_bar(count) != 0:
        count += 1
    entry_s = listener.seconds_at(count) + off * BEAT_S
    after = [event for k in range(8) for event in strum(entry_s + BEAT_S * k, CHORD, 0.4)]
    heard = beats(listen(in_order(after), entry_s + 4.5 * BEAT_S, listener))
    following = [beat.at_s - entry_s for beat in heard if beat.at_s > entry_s + 0.5 * BEAT_S]
    assert next(beat.beat for beat in heard if beat.at_s > entry_s + 0.5 * BEAT_S) == count + 1
    assert following[:4] == pytest.approx([BEAT_S * k for k in (1, 2, 3, 4)], abs=0.06)


strokes = st.lists(
    st.tuples(st.floats(0.02, 3.0), st.integers(30, 90), st.floats(0.02, 4.0)),
    min_size=8,
    max_size=40,
)


@settings(max_examples=10, deadline=None)
@given(strokes)
def test_whatever_is_played_beats_come_in_order_ahead_of_time_and_apart(
    played: list[tuple[float, int, float]],
) -> None:
    events: list[Gesture] = [*comping(4)]
    at_s = START_S + 4 * BAR_S
    for gap_s, pitch, length_s in played:
        at_s += gap_s
        events += strum(at_s, (pitch,), length_s)
    heard = beats(listen(in_order(events), at_s + 5.0, Listener()))
    assert [beat.beat for beat in heard] == list(range(len(heard)))
    assert all(beat.announced_s <= beat.at_s for beat in heard)
    for before, beat in pairwise(heard):
        assert beat.at_s - before.at_s >= 0.5 * 60.0 / beat.tempo_bpm - 1e-9
