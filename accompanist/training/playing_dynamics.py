"""Whether the band follows how loud and how busily the performer plays.

A step of the performer's dynamics from one bar line on; the band's velocity over two beats before
it and at the end of the take tell its own step. *Beats to follow* are those until two beats' mean
velocity covers nine tenths of the way; *share of the step* is how much of the performer's own the
band made. Space: onsets per beat while the performer plays sixteenths, and in the bars where he
rests, the first beat of each left out since nothing can be heard of it before.
"""

import numpy as np

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.training.listening_table import Figures
from accompanist.training.playing_takes import Playing

COVERED = 0.9
_WINDOW_BEATS = 2
_REST_BEATS = 16
_LEAST_STEP = 1.0


def step_figures(playing: Playing, beat: int, step: float) -> Figures:
    """How the band follows a step of the performer's velocity at a beat.

    Parameters
    ----------
    playing
        A take of a song whose velocity changes once, at `beat`.
    beat
        A downbeat, with more than `_REST_BEATS` beats on both sides.
    step
        Of the performer, in units of MIDI velocity; negative for a drop.
    """
    beats = len(playing.expected)
    before = _velocity(playing, beat - _REST_BEATS, beat)
    after = _velocity(playing, beats - _REST_BEATS, beats)
    if before is None or after is None:
        return {}
    made = after - before
    figures = {"share of the step": made / step}
    if made * np.sign(step) < _LEAST_STEP:
        return {**figures, "beats to follow": float(beats - _REST_BEATS - beat)}
    for start in range(beat, beats - _WINDOW_BEATS + 1):
        reached = _velocity(playing, start, start + _WINDOW_BEATS)
        if reached is not None and (reached - before) / made >= COVERED:
            return {**figures, "beats to follow": float(start - beat)}
    return {**figures, "beats to follow": float(beats - beat)}


def _velocity(playing: Playing, first: float, last: float) -> float | None:
    heard = [note.velocity for note in playing.notes if first <= note.beat < last]
    return float(np.mean(heard)) if heard else None


def space_figures(playing: Playing, busy: str) -> Figures:
    """Onsets per beat of bass and harmony, and of all, by what the performer does in the bar.

    `busy` is what `four_chords` was told; the band counts from its third bar on.
    """
    bar = playing.song.truth.beats_per_bar
    onsets: dict[str, list[float]] = {}
    if not playing.notes:
        return {}
    entered = int(playing.notes[0].beat // bar) + 2
    for number in range(entered, len(playing.expected) // bar):
        doing = {"b": "busy", "r": "resting"}.get(busy[number % len(busy)])
        if doing is None:
            continue
        first = number * bar + 1
        heard = [n for n in playing.notes if first <= n.frame / FRAMES_PER_BEAT < first + bar - 1]
        for parts, name in ((("bass", "harmony"), "bass and harmony"), (("drums",), "drums")):
            struck = {(n.part, n.frame) for n in heard if n.part in parts}
            onsets.setdefault(f"{name}, {doing}", []).append(len(struck) / (bar - 1))
    found = {name: float(np.mean(values)) for name, values in onsets.items()}
    for name in ("bass and harmony", "drums"):
        if f"{name}, busy" in found and f"{name}, resting" in found:
            more = found[f"{name}, resting"] - found[f"{name}, busy"]
            found[f"{name}, more while resting"] = more
    return found
