"""Stress cases for following: constructed performances with exact truth, of at least 96 beats.

Every case is a function of a seed, which draws key, progression, register, figure, tune, tempo
where the name doesn't say it, and every small deviation of the hands (`stress_timing.Hand`). Two
hands play unless the case says otherwise. Truth lies on the tempo curve, not on what was played.

What counts as a beat: in 6/8 the dotted quarter, two to a bar, as it is conducted; in 7/8 the
eighth, seven to a bar, because its groups of 2+2+3 are no even pulse. Both are the conventions of
partitura and pretty_midi. In half- and double-time feel the beat goes on unchanged: the feel comes
and goes every eight bars over it. A rest's beats are true beats.

These are evaluation material: what is trained on is drawn elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from accompanist.training.performances import Performance, notes_from
from accompanist.training.stress_figures import (
    DOUBLE_TIME,
    DRUMS,
    FOUR,
    HALF_TIME,
    SEVEN_EIGHT,
    SIX_EIGHT,
    SYNCOPATED,
    THREE,
    TUNES_IN_FOUR,
    TUNES_IN_HALVES,
    TUNES_IN_SEVEN_EIGHT,
    TUNES_IN_SIX_EIGHT,
    TUNES_IN_SIXTEENTHS,
    TUNES_IN_THREE,
    WALKING,
    WHOLE_NOTES,
    Cells,
    Figure,
)
from accompanist.training.stress_playing import drawn, performed
from accompanist.training.stress_textures import (
    Song,
    Written,
    accompaniment,
    drumming,
    song,
    tune,
    with_wrong_notes,
)
from accompanist.training.stress_timing import Floats, ramp, rubato, steady, swung

Random = np.random.Generator
Case = Callable[[int], Performance]
Writer = Callable[[Song, range, Random], list[Written]]

_BARS = 28
_BEATS = 4 * _BARS
_PERCUSSION = 9
_MODERATE_BPM = (80.0, 140.0)


def _pick(figures: tuple[Figure, ...], random: Random) -> Figure:
    return figures[random.integers(len(figures))]


def _two_hands(figures: tuple[Figure, ...], cells: Cells, per_bar: int = 4) -> Writer:
    """One of the figures under a tune."""

    def write(music: Song, bars: range, random: Random) -> list[Written]:
        left = accompaniment(music, _pick(figures, random), bars, per_bar, random)
        return left + tune(music, cells, bars, per_bar, random)

    return write


_in_four = _two_hands(FOUR, TUNES_IN_FOUR)


def _left_hand(figures: tuple[Figure, ...]) -> Writer:
    def write(music: Song, bars: range, random: Random) -> list[Written]:
        return accompaniment(music, _pick(figures, random), bars, 4, random)

    return write


def _right_hand(music: Song, bars: range, random: Random) -> list[Written]:
    return tune(music, TUNES_IN_FOUR, bars, 4, random)


def _syncopated(music: Song, bars: range, random: Random) -> list[Written]:
    """Comping that is louder off the beat; under a tune every other time."""
    comping = _left_hand(SYNCOPATED)(music, bars, random)
    return comping + (_right_hand(music, bars, random) if random.random() < 0.5 else [])


def _swinging(music: Song, bars: range, random: Random) -> list[Written]:
    ratio = random.uniform(0.6, 0.68)
    return [
        replace(note, onset_beats=swung(note.onset_beats, ratio))
        for note in _two_hands(WALKING, TUNES_IN_FOUR)(music, bars, random)
    ]


def _smudged(music: Song, bars: range, random: Random) -> list[Written]:
    return with_wrong_notes(_in_four(music, bars, random), random)


def _now_and_then(other: Writer) -> Writer:
    """Eight bars straight, eight in another feel, and again."""

    def write(music: Song, bars: range, random: Random) -> list[Written]:
        written: list[Written] = []
        plain_random = int(random.integers(2**32))
        other_random = int(random.integers(2**32))
        for first in range(bars.start, bars.stop, 16):
            straight, feel = range(first, first + 8), range(first + 8, first + 16)
            written += _in_four(music, straight, np.random.default_rng(plain_random))
            written += other(music, feel, np.random.default_rng(other_random))
        return written

    return write


def _at_one_tempo(
    name: str,
    write: Writer,
    tempi_bpm: tuple[float, float] = _MODERATE_BPM,
    per_bar: int = 4,
    bars: int = _BARS,
) -> Case:
    """A tempo between two, held throughout."""

    def case(seed: int) -> Performance:
        random = drawn(name, seed)
        music = song(random)
        written = write(music, range(bars), random)
        tempo_bpm = steady(random.uniform(*tempi_bpm), per_bar * bars)
        return performed(f"{name} {seed}", written, tempo_bpm, per_bar, random, music=music)

    return case


def _along(name: str, curve: Callable[[Random], tuple[Floats, tuple[int, ...]]]) -> Case:
    """Two hands in 4/4 along a tempo curve, which says after which beats to find the beat anew."""

    def case(seed: int) -> Performance:
        random = drawn(name, seed)
        tempo_bpm, changes = curve(random)
        music = song(random)
        written = _in_four(music, range(len(tempo_bpm) // 4), random)
        return performed(
            f"{name} {seed}", written, tempo_bpm, 4, random, music=music, changes=changes
        )

    return case


def _accelerando(_random: Random) -> tuple[Floats, tuple[int, ...]]:
    parts = [steady(90.0, 32), ramp(90.0, 140.0, 32), steady(140.0, 48)]
    return np.concatenate(parts), (64,)


def _subito(factor: float) -> Callable[[Random], tuple[Floats, tuple[int, ...]]]:
    def curve(random: Random) -> tuple[Floats, tuple[int, ...]]:
        first_bpm = random.uniform(85.0, 125.0)
        return np.concatenate([steady(first_bpm, 48), steady(factor * first_bpm, 64)]), (48,)

    return curve


def _ritardando(random: Random) -> tuple[Floats, tuple[int, ...]]:
    first_bpm = random.uniform(85.0, 125.0)
    phrase = [steady(first_bpm, 40), ramp(first_bpm, 0.6 * first_bpm, 8)]
    return np.concatenate([*phrase, *phrase, steady(first_bpm, 24)]), (48, 96)


def _wandering(random: Random) -> tuple[Floats, tuple[int, ...]]:
    return rubato(random.uniform(70.0, 110.0), _BEATS, 0.18, random), ()


def _drums_only(seed: int) -> Performance:
    random = drawn("drums_only", seed)
    written = drumming(_pick(DRUMS, random), range(_BARS), random)
    tempo_bpm = steady(random.uniform(80.0, 150.0), _BEATS)
    return performed(f"drums_only {seed}", written, tempo_bpm, 4, random, channel=_PERCUSSION)


def _pickup(seed: int) -> Performance:
    """One to three beats of tune before the first downbeat."""
    random = drawn("pickup_bar", seed)
    music, pickup = song(random), int(random.integers(1, 4))
    bars, before = _in_four(music, range(_BARS), random), _right_hand(music, range(1), random)
    written = [replace(note, onset_beats=note.onset_beats + pickup) for note in bars]
    written += [
        replace(note, onset_beats=note.onset_beats + pickup - 4)
        for note in before
        if note.onset_beats >= 4 - pickup
    ]
    tempo_bpm = steady(random.uniform(*_MODERATE_BPM), pickup + _BEATS)
    name = f"pickup_bar {seed}"
    return performed(name, written, tempo_bpm, 4, random, music=music, pickup=pickup)


def _rests(seed: int) -> Performance:
    """Three times three bars of silence, each after six bars of playing."""
    random = drawn("three_bars_rest", seed)
    music, bars, rests = song(random), 33, ((24, 36), (60, 72), (96, 108))
    written = [
        note
        for note in _in_four(music, range(bars), random)
        if not any(start <= note.onset_beats < end for start, end in rests)
    ]
    tempo_bpm = steady(random.uniform(*_MODERATE_BPM), 4 * bars)
    ends = tuple(end for _, end in rests)
    name = f"three_bars_rest {seed}"
    return performed(name, written, tempo_bpm, 4, random, music=music, changes=ends, rests=rests)


CASES: dict[str, Case] = {
    "drums_only": _drums_only,
    "pickup_bar": _pickup,
    "three_bars_rest": _rests,
    **{
        name: _along(name, curve)
        for name, curve in {
            "accelerando": _accelerando,
            "subito_faster": _subito(1.2),
            "subito_slower": _subito(0.8),
            "ritardando_a_tempo": _ritardando,
            "free_rubato": _wandering,
        }.items()
    },
    **{
        name: _at_one_tempo(name, write, tempi_bpm)
        for name, (write, tempi_bpm) in {
            "steady_60": (_in_four, (60.0, 60.0)),
            "steady_120": (_in_four, (120.0, 120.0)),
            "steady_176": (_in_four, (176.0, 176.0)),
            "swing_140": (_swinging, (140.0, 140.0)),
            "syncopated_comping": (_syncopated, (80.0, 130.0)),
            "whole_notes_76": (_left_hand(WHOLE_NOTES), (76.0, 76.0)),
            "wrong_notes_doubled_keys": (_smudged, _MODERATE_BPM),
            "left_hand_alone": (_left_hand(FOUR), _MODERATE_BPM),
            "single_line_melody": (_right_hand, _MODERATE_BPM),
        }.items()
    },
    "waltz_150": _at_one_tempo(
        "waltz_150", _two_hands(THREE, TUNES_IN_THREE, 3), (150.0, 150.0), 3, 36
    ),
    "six_eight": _at_one_tempo(
        "six_eight", _two_hands(SIX_EIGHT, TUNES_IN_SIX_EIGHT, 2), (50.0, 84.0), 2, 52
    ),
    "seven_eight": _at_one_tempo(
        "seven_eight", _two_hands(SEVEN_EIGHT, TUNES_IN_SEVEN_EIGHT, 7), (180.0, 260.0), 7, 16
    ),
    "half_time_feel": _at_one_tempo(
        "half_time_feel",
        _now_and_then(_two_hands(HALF_TIME, TUNES_IN_HALVES)),
        (110.0, 150.0),
        bars=32,
    ),
    "double_time_feel": _at_one_tempo(
        "double_time_feel",
        _now_and_then(_two_hands(DOUBLE_TIME, TUNES_IN_SIXTEENTHS)),
        (66.0, 96.0),
        bars=32,
    ),
}
"""Every case by its name."""


def _random_keys(seed: int) -> Performance:
    """Ten seconds of keys struck at random, some six a second, anywhere on the keyboard."""
    random = drawn("random_keys", seed)
    at_s, rows = 0.5, []
    while (at_s := at_s + float(random.exponential(1 / 6))) < 10.5:
        pitch, velocity = int(random.integers(24, 100)), int(random.integers(20, 120))
        rows.append((at_s, at_s + float(random.uniform(0.05, 0.6)), pitch, velocity, 0))
    nothing = np.zeros(0)
    return Performance(f"random_keys {seed}", notes_from(rows), nothing, nothing > 0.0)


def _nothing(seed: int) -> Performance:
    """Ten seconds in which nobody plays."""
    nothing = np.zeros(0)
    return Performance(f"nothing {seed}", notes_from([]), nothing, nothing > 0.0, length_s=10.0)


NOISE: dict[str, Case] = {"random_keys": _random_keys, "nothing": _nothing}
"""What no beat may be announced in, by its name."""
