"""Response: how the band makes room for the performer, follows their dynamics, and begins.

What is answered here is answered by every player, learned or by rule: it moves the density and the
loudness of the frames they are given, by bounded amounts. A network plays as if the performer had
no dynamics, and what it plays is scaled: it would come to them only bars later. All functions are
pure: onsets in, in beats, oldest first; amounts or pitches out.
"""

import math
from itertools import pairwise

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.player import Frame, PerformerOnset

Onsets = tuple[PerformerOnset, ...]
Register = tuple[int, int]
"""Lowest and highest pitch."""

MOST_SPACE = 0.3
"""Density taken from the band while the performer is busiest."""

MOST_DYNAMICS = 0.35
"""Intensity added for the loudest performer, or taken for the softest."""

MOST_ANSWER = 0.25
"""Density added while the performer rests."""

OPENING = (0.2, 0.1)
"""Density withheld in the first bars after the band has entered."""

_LISTENED_BEATS = 4.0
_TOGETHER_BEATS = 0.07
_ROOMY_PER_BEAT = 2.0
_SPACE_PER_ONSET = 0.18
_ANSWERED_BEATS = (1.5, 8.0)
_USUAL_VELOCITY = 76.0
_VELOCITIES = 90.0
_HALVED_BEATS = 0.75
_SOFTEST, _LOUDER = 0.55, 0.7


def space(recent: Onsets, now_beats: float) -> float:
    """Density to add: less while the performer is busy, more while they rest.

    More than two onsets a beat over the last four beats count as busy; chords are one onset. From
    a rest of a beat and a half on, and for two bars of four, the band answers.
    """
    resting = now_beats - recent[-1].onset_beats if recent else 0.0
    if _ANSWERED_BEATS[0] <= resting < _ANSWERED_BEATS[1]:
        return MOST_ANSWER
    since = now_beats - _LISTENED_BEATS
    places = [note.onset_beats for note in recent if note.onset_beats > since]
    strokes = sum(later - earlier > _TOGETHER_BEATS for earlier, later in pairwise(places))
    busy = strokes / _LISTENED_BEATS - _ROOMY_PER_BEAT
    return -min(max(_SPACE_PER_ONSET * busy, 0.0), MOST_SPACE)


def dynamics(recent: Onsets, now_beats: float) -> float:
    """Intensity to add as the performer plays louder or softer than usual.

    An onset's say halves with every beat, so that a crescendo or a drop is followed within a bar.
    """
    weights = [
        math.exp2(-max((now_beats - note.onset_beats) / _HALVED_BEATS, 0.0)) for note in recent
    ]
    total = math.fsum(weights)
    if total < 1e-3:
        return 0.0
    loudness = (weight * note.velocity for weight, note in zip(weights, recent, strict=True))
    heard = math.fsum(loudness) / total
    return min(max((heard - _USUAL_VELOCITY) / _VELOCITIES, -MOST_DYNAMICS), MOST_DYNAMICS)


def strength(intensity: float) -> float:
    """Factor by which an intensity makes notes harder than written."""
    return _SOFTEST + _LOUDER * intensity


def swell(frame: Frame) -> float:
    """Factor by which the performer's dynamics make notes harder than the intensity does."""
    return strength(frame.loudness) / strength(frame.intensity)


def velocity_of(force: float, frame: Frame) -> int:
    """MIDI velocity of a force 0–1 that a network gives a note, as the performer has it swell."""
    return min(max(round(127 * force * swell(frame)), 1), 127)


def opening(bar: int) -> float:
    """Density to add in a bar since the band entered: sparse beginnings."""
    return -OPENING[bar] if bar < len(OPENING) else 0.0


def solo_register(frame: Frame) -> Register | None:
    """Where the performer's melody lies: the top notes of the last four beats; None in a rest."""
    since = frame.index / FRAMES_PER_BEAT - _LISTENED_BEATS
    tops: list[PerformerOnset] = []
    for note in frame.recent:
        if note.onset_beats <= since:
            continue
        if tops and note.onset_beats - tops[-1].onset_beats <= _TOGETHER_BEATS:
            if note.pitch > tops[-1].pitch:
                tops[-1] = note
        else:
            tops.append(note)
    pitches = [note.pitch for note in tops]
    return (min(pitches), max(pitches)) if pitches else None
