"""Four even strokes of one key, pad or pedal count in, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.count_in import Count, CountIn
from accompanist.music.events import Attack, Controller, Gesture, NoteOff, NoteOn, Pedal


def counts(events: list[Gesture], lost: bool = True) -> list[Count]:
    count_in = CountIn()
    heard = [count_in.hear(event, lost) for event in events]
    return [count for count in heard if count is not None]


def taps(*times_s: float, pitch: int = 60, channel: int = 0) -> list[Gesture]:
    return [
        event
        for time_s in times_s
        for event in (
            NoteOn(time_s, pitch, 80, channel),
            NoteOff(time_s + 0.1, pitch, channel),
        )
    ]


@pytest.mark.parametrize(("pitch", "channel"), [(60, 0), (21, 3), (37, 9)])
def test_four_even_strokes_of_one_key_or_pad_count_in(pitch: int, channel: int) -> None:
    (count,) = counts(taps(2.0, 2.5, 3.0, 3.5, pitch=pitch, channel=channel))
    assert (count.beat_s, count.period_s) == (pytest.approx(3.5), pytest.approx(0.5))


def test_the_count_is_complete_with_the_fourth_stroke() -> None:
    assert counts(taps(2.0, 2.5, 3.0)) == []


def test_presses_of_the_sustain_pedal_count_in() -> None:
    presses = [Pedal(2.0 + 0.25 * k, k % 2 == 0) for k in range(8)]
    (count,) = counts([*presses])
    assert (count.beat_s, count.period_s) == (pytest.approx(3.5), pytest.approx(0.5))


@pytest.mark.parametrize("number", [4, 66, 67])
def test_presses_of_another_pedal_count_in(number: int) -> None:
    """A continuous pedal says many values on its way."""
    values = [(0.0, 30), (0.02, 70), (0.04, 127), (0.2, 60), (0.22, 0)]
    presses = [Controller(2.0 + 0.6 * k + at, number, v) for k in range(4) for at, v in values]
    (count,) = counts([*presses])
    assert count.period_s == pytest.approx(0.6)


def test_the_long_count_is_two_slow_strokes_and_four() -> None:
    (count,) = counts(taps(1.0, 2.0, 3.0, 3.5, 4.0, 4.5))
    assert (count.beat_s, count.period_s) == (pytest.approx(4.5), pytest.approx(0.5))


def test_a_fast_count_must_be_long() -> None:
    fast = [3.0, 3.24, 3.48, 3.72]
    assert counts(taps(*fast)) == []
    assert len(counts(taps(2.04, 2.52, *fast))) == 1


def test_a_stroke_that_strays_is_smoothed() -> None:
    (count,) = counts(taps(2.0, 2.5, 3.0, 3.53))
    assert count.period_s == pytest.approx(0.509)
    assert count.beat_s == pytest.approx(3.521)


def test_an_early_last_stroke_is_not_yet_to_come() -> None:
    (count,) = counts(taps(2.0, 2.5, 3.0, 3.47))
    assert count.beat_s == pytest.approx(3.47)


@pytest.mark.parametrize(
    "times_s",
    [(2.0, 2.5, 3.0, 3.6), (2.0, 2.5, 3.0, 3.4), (2.0, 2.1, 2.2, 2.3), (2.0, 4.0, 6.0, 8.0)],
    ids=["late", "early", "too fast", "too slow"],
)
def test_uneven_or_impossible_beats_count_nothing(times_s: tuple[float, ...]) -> None:
    assert counts(taps(*times_s)) == []


def test_a_pad_that_bounces_counts_once_a_stroke() -> None:
    struck = [time_s + bounce for time_s in (2.0, 2.5, 3.0, 3.5) for bounce in (0.0, 0.015)]
    assert len(counts(taps(*struck, pitch=37, channel=9))) == 1


def test_another_key_breaks_the_row() -> None:
    struck = [*taps(2.0, 2.5, 3.0), *taps(3.2, pitch=64), *taps(3.5, 4.0)]
    assert counts(struck) == []


def test_repeated_notes_within_a_melody_count_nothing() -> None:
    """Three other notes right before; the beat is not yet found."""
    melody = [*taps(1.0, pitch=64), *taps(1.5, pitch=62), *taps(2.0, 2.5, 3.0, 3.5)]
    assert counts(melody) == []


def test_nothing_counts_while_there_is_a_beat() -> None:
    assert counts(taps(2.0, 2.5, 3.0, 3.5), lost=False) == []


def test_pedalling_while_playing_counts_nothing() -> None:
    """A pedal change with every chord, a chord a beat."""
    playing: list[Gesture] = []
    for k in range(8):
        playing += [Pedal(2.0 + 0.6 * k, False), NoteOn(2.0 + 0.6 * k, 60 + k, 80)]
        playing += [Pedal(2.1 + 0.6 * k, True)]
    assert counts(playing) == []


def test_claps_count_nothing() -> None:
    assert counts([Attack(2.0 + 0.5 * k, 0.9) for k in range(8)]) == []


def test_eight_strokes_are_one_count() -> None:
    assert len(counts(taps(*(2.0 + 0.5 * k for k in range(8))))) == 1


@given(
    st.floats(0.31, 1.45),
    st.floats(0.0, 1000.0),
    st.lists(st.floats(-0.03, 0.03), min_size=4, max_size=4),
)
def test_four_strokes_within_three_percent_give_tempo_and_phase(
    period_s: float, start_s: float, strays: list[float]
) -> None:
    struck = [start_s + 2.0 + period_s * (k + stray) for k, stray in enumerate(strays)]
    (count,) = counts(taps(*struck))
    assert count.period_s == pytest.approx(period_s, rel=0.04)
    assert count.beat_s == pytest.approx(start_s + 2.0 + 3 * period_s, abs=0.05 * period_s)
