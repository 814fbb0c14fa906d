"""Whether the band follows how loud and how busily the performer plays.

A step of the performer's dynamics from one bar line on. Each of the band's voices (a part, or a
drum) has its velocity in the four bars before and in the last four; so that another choice of
voices is no crescendo, notes are told by how far they are from the one to the other. *Beats to
follow* are those until two beats' notes cover nine tenths of the way; *share of the step* is how
much of the performer's own the band made. Space: onsets per beat while the performer plays
sixteenths, and in the bars where he rests, the first beat of each left out since nothing can be
heard of it before.
"""

import numpy as np

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.training.listening_table import Figures
from accompanist.training.playing_takes import Playing, SoundedNote

COVERED = 0.9
_WINDOW_BEATS = 2
_REST_BEATS = 16
_LEAST_STEP = 1.0
_EARLY_BEATS = 0.1

Voice = tuple[str, int]


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
    before = _velocities(playing, beat - _REST_BEATS, beat)
    after = _velocities(playing, beats - _REST_BEATS, beats)
    way = {voice: after[voice] - before[voice] for voice in after if voice in before}
    late = [
        way[voice]
        for note in _within(playing, beats - _REST_BEATS, beats)
        if (voice := _voice(note)) in way
    ]
    if not late:
        return {}
    made = float(np.mean(late))
    figures = {"share of the step": made / step}
    if made * np.sign(step) < _LEAST_STEP:
        return {**figures, "beats to follow": float(beats - _REST_BEATS - beat)}
    for start in range(beat, beats - _WINDOW_BEATS + 1):
        notes = [n for n in _within(playing, start, start + _WINDOW_BEATS) if _voice(n) in way]
        whole = sum(way[_voice(note)] for note in notes)
        gone = sum(note.velocity - before[_voice(note)] for note in notes)
        if whole * made > 0 and gone / whole >= COVERED:
            return {**figures, "beats to follow": float(start - beat)}
    return {**figures, "beats to follow": float(beats - beat)}


def _within(playing: Playing, first: float, last: float) -> list[SoundedNote]:
    return [note for note in playing.notes if first <= note.beat + _EARLY_BEATS < last]


def _voice(note: SoundedNote) -> Voice:
    return note.part, note.pitch if note.part == "drums" else 0


def _velocities(playing: Playing, first: float, last: float) -> dict[Voice, float]:
    heard: dict[Voice, list[int]] = {}
    for note in _within(playing, first, last):
        heard.setdefault(_voice(note), []).append(note.velocity)
    return {voice: float(np.mean(forces)) for voice, forces in heard.items()}


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
