"""The level of the pulse is heard from where the backbeat falls."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.feel_level import LevelTracker
from accompanist.listening.onset import Onset

KICK, SNARE, HAT = (36,), (38,), (42,)
BASS, CHORD, TUNE = (36,), (55, 60, 64), (79,)

Bar = dict[float, tuple[int, ...]]

ROCK: Bar = {0: KICK, 1: SNARE, 2: KICK, 3: SNARE, 0.5: HAT, 1.5: HAT, 2.5: HAT, 3.5: HAT}
HALF_TIME_ROCK: Bar = {**ROCK, 1: HAT, 2: SNARE, 3: HAT}
DOUBLE_TIME_ROCK: Bar = {k / 2: SNARE if k % 2 else KICK for k in range(8)}
OOMPAH: Bar = {0: BASS, 1: CHORD, 2: BASS, 3: CHORD}
COMPING: Bar = {0: BASS, 1: CHORD, 2: CHORD, 3: CHORD}
HALF_NOTES: Bar = {0: BASS, 2: CHORD}
OFF_BEATS: Bar = {k / 2: CHORD if k % 2 else BASS for k in range(8)}
SIXTEENTHS: Bar = {k / 4 + 0.25: TUNE for k in range(0, 16, 2)}
ARPEGGIOS: Bar = {0: BASS, **{k / 2: TUNE for k in range(1, 8)}}


def played(
    bars: Sequence[Bar], pads: bool = False, late: float = 0.0, per_bar: int = 4
) -> list[str]:
    """Level after every bar, heard with the first onset of the next."""
    tracker = LevelTracker()
    levels = []
    for number, bar in enumerate([*bars, {0: KICK}]):
        for index, (place, pitches) in enumerate(sorted(bar.items())):
            onset = Onset(0.0, pitches, (90,) * len(pitches), has_tones=not pads)
            tracker.hear(onset, per_bar * number, place + late, per_bar)
            if index == 0 and number:
                levels.append(tracker.level)
    return levels


@pytest.mark.parametrize("bar", [OOMPAH, COMPING, ARPEGGIOS, OFF_BEATS, {0: (*BASS, *CHORD)}])
def test_keys_are_played_at_the_normal_level(bar: Bar) -> None:
    assert set(played([bar] * 8)) == {"normal"}


def test_rock_is_played_at_the_normal_level() -> None:
    assert set(played([ROCK] * 8, pads=True)) == {"normal"}


@pytest.mark.parametrize(("bar", "pads"), [(HALF_TIME_ROCK, True), (HALF_NOTES, False)])
def test_a_backbeat_on_three_alone_is_half_time(bar: Bar, pads: bool) -> None:
    assert played([bar] * 4, pads) == ["normal", "half", "half", "half"]


@pytest.mark.parametrize(
    ("bar", "pads"), [(DOUBLE_TIME_ROCK, True), ({**OFF_BEATS, **SIXTEENTHS}, False)]
)
def test_a_backbeat_on_every_off_beat_is_double_time(bar: Bar, pads: bool) -> None:
    assert played([bar] * 4, pads) == ["normal", "double", "double", "double"]


@pytest.mark.parametrize("late", [-0.06, 0.06])
def test_hands_need_not_be_exact(late: float) -> None:
    assert played([HALF_TIME_ROCK] * 4, pads=True, late=late)[-1] == "half"


def test_half_time_is_taken_up_and_left_within_two_bars() -> None:
    levels = played([*[ROCK] * 8, *[HALF_TIME_ROCK] * 8, *[ROCK] * 4], pads=True)
    assert levels[:8] == ["normal"] * 8
    assert levels[9:16] == ["half"] * 7
    assert levels[17:] == ["normal"] * 3


def test_one_bar_of_another_kind_changes_nothing() -> None:
    assert set(played([*[ROCK] * 4, HALF_TIME_ROCK, *[ROCK] * 4], pads=True)) == {"normal"}


def test_a_rock_beat_whose_bar_line_is_a_beat_off_is_no_half_time() -> None:
    shifted: Bar = {(place + 1) % 4: pitches for place, pitches in ROCK.items()}
    assert set(played([shifted] * 8, pads=True)) == {"normal"}


def test_bars_of_two_are_felt_in_doubles_where_every_off_beat_has_the_backbeat() -> None:
    polka: Bar = {0: BASS, 0.5: CHORD, 1: BASS, 1.5: CHORD}
    dense: Bar = {**polka, 0.25: TUNE, 1.75: TUNE}
    assert set(played([polka] * 4, per_bar=2)) == {"normal"}
    assert played([dense] * 4, per_bar=2)[-1] == "double"
    assert set(played([{0: KICK, 1: SNARE}] * 4, pads=True, per_bar=2)) == {"normal"}


def test_a_waltz_has_no_halves() -> None:
    assert set(played([{0: BASS, 2: CHORD}] * 8, per_bar=3)) == {"normal"}


@given(
    st.lists(
        st.tuples(
            st.floats(-20.0, 60.0),
            st.lists(st.integers(0, 127), min_size=1, max_size=5),
            st.integers(0, 40),
            st.sampled_from((2, 3, 4, 7)),
        ),
        max_size=40,
    )
)
def test_whatever_is_played_some_level_is_held(
    onsets: list[tuple[float, list[int], int, int]],
) -> None:
    tracker = LevelTracker()
    for place, pitches, bar, per_bar in onsets:
        tracker.hear(Onset(0.0, tuple(pitches), (90,) * len(pitches)), bar, place, per_bar)
        assert tracker.level in ("half", "normal", "double")
