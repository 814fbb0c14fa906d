"""Voicings: a chord laid out under a pianist's or guitarist's hand, led smoothly from the last.

Pitches are MIDI numbers between `LOWEST` and `HIGHEST`, sorted, and only ever tones of the chord;
the bass belongs to somebody else, so root and fifth are the first to go when voices are few. Every
layout that fits is weighed and the cheapest taken: no randomness, no memory beyond `previous`.
Up to `MOST_VOICES` voices; a foreign bass tone of a slash chord is not voiced.
"""

from functools import lru_cache
from itertools import combinations, pairwise

from accompanist.music.chord import QUALITIES, Chord

LOWEST = 50
HIGHEST = 76
MOST_VOICES = 6

_NOWHERE = (HIGHEST + 3, LOWEST - 3)
"""A register that holds no pitch."""

_CENTRE = 63.0
_WIDEST = 16
_CACHED = 8192

# Weights are in semitones of movement: what a voice would rather travel than suffer the fault.
_WITHOUT_GUIDE_TONE = 14.0
_WITHOUT_ROOT = 3.0
_WITHOUT_FIFTH = 1.5
_DOUBLED_INSTEAD = 4.0
_IN_SOLO = 120.0
_BESIDE_SOLO = 2.5
_ABOVE_SOLO = 4.0
_SEMITONE_ON_TOP = 4.0
_MUD = 10.0
_TOO_WIDE = 2.0
_OFF_CENTRE = 0.35
_FAR_OFF, _FAR_OFF_CENTRE = 6.0, 4.0


def voice(
    chord: Chord,
    previous: tuple[int, ...],
    voices: int,
    solo: tuple[int, int] | None = None,
) -> tuple[int, ...]:
    """Lay out a chord for so many voices, close to where the hand already is.

    Parameters
    ----------
    chord
        What to voice; no chord gives no notes.
    previous
        The voicing before, from which movement is smallest; empty for the first.
    voices
        How many notes; less than one gives none, more than `MOST_VOICES` gives that many.
    solo
        Lowest and highest pitch of the performer's melody: the voicing lies below it, or else
        above it, when it can.

    Returns
    -------
    tuple of int
        Distinct pitches from low to high.
    """
    if chord.root is None or voices < 1:
        return ()
    near = (max(solo[0], LOWEST - 2), min(solo[1], HIGHEST + 2)) if solo else _NOWHERE
    return _cheapest(chord, previous, min(voices, MOST_VOICES), near)


def masks(layout: tuple[int, ...], solo: tuple[int, int] | None) -> bool:
    """Whether a voicing lies in the register of the performer's melody."""
    return solo is not None and any(solo[0] <= pitch <= solo[1] for pitch in layout)


@lru_cache(maxsize=_CACHED)
def _cheapest(
    chord: Chord, previous: tuple[int, ...], voices: int, solo: tuple[int, int]
) -> tuple[int, ...]:
    tones = chord.pitch_classes
    within_reach = [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 in tones]
    layouts = combinations(within_reach, min(voices, len(within_reach)))
    return min(
        layouts,
        key=lambda layout: (
            _movement(previous, layout)
            + _missing_tones(chord, layout)
            + _clashes(layout)
            + _solo_covered(layout, solo)
            + _strayed(layout),
            layout,
        ),
    )


def _movement(previous: tuple[int, ...], layout: tuple[int, ...]) -> float:
    """Semitones travelled: voice by voice, or to the nearest voice when their number changes."""
    if not previous:
        return 0.0
    if len(previous) == len(layout):
        return float(sum(abs(a - b) for a, b in zip(sorted(previous), layout, strict=True)))
    there = sum(min(abs(a - b) for b in layout) for a in previous)
    back = sum(min(abs(a - b) for a in previous) for b in layout)
    return (there + back) / 2


def _missing_tones(chord: Chord, layout: tuple[int, ...]) -> float:
    root = chord.root or 0
    present = {(pitch - root) % 12 for pitch in layout}
    cost = 0.0
    for interval in QUALITIES[chord.quality]:
        if interval in present:
            continue
        cost += {0: _WITHOUT_ROOT, 7: _WITHOUT_FIFTH}.get(interval, _WITHOUT_GUIDE_TONE)
        if len(layout) >= len(QUALITIES[chord.quality]):
            cost += _DOUBLED_INSTEAD
    return cost


def _clashes(layout: tuple[int, ...]) -> float:
    """Mud and grit: close intervals low down, a semitone under the top voice, a wide hand."""
    cost = _TOO_WIDE * max(0, layout[-1] - layout[0] - _WIDEST)
    for low, high in pairwise(layout):
        interval = high - low
        narrowest = 5 if low < 53 else 3 if low < 57 else 2 if low < 60 else 1
        cost += _MUD * max(0, narrowest - interval)
        cost += 1.0 * max(0, interval - 9)
    if len(layout) > 1 and layout[-1] - layout[-2] == 1:
        cost += _SEMITONE_ON_TOP
    return cost


def _strayed(layout: tuple[int, ...]) -> float:
    """How far the hand lies from the middle; where that is too far nothing else is worth it."""
    off = abs(sum(layout) / len(layout) - _CENTRE)
    return _OFF_CENTRE * off + _FAR_OFF_CENTRE * max(off - _FAR_OFF, 0.0)


def _solo_covered(layout: tuple[int, ...], solo: tuple[int, int]) -> float:
    low, high = solo
    cost = 0.0
    for pitch in layout:
        if low <= pitch <= high:
            cost += _IN_SOLO
        elif pitch in (low - 1, high + 1):
            cost += _BESIDE_SOLO
        if high < pitch <= HIGHEST and low <= high:
            cost += _ABOVE_SOLO
    return cost
