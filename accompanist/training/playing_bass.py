"""How the band's bass fits the chords it went by and the true ones, beside a pianist's left hand.

Figures are those of `bass_scores.fit`, of one song each; the live line is heard on the song's own
beats, with the kicks that the band's drums played. *Root on a chord heard* counts against the
chords that the band goes by, the rest against the true ones. Range is in semitones from the lowest
note to the highest. *Kick lock, straight* and *shifted* are the two shares whose difference is the
kick lock. A human's drummer is constructed (see `bass_line`), so its lock is no human's.

Approach notes are told in walking lines: of the changes of root, those whose new root is reached
by a semitone or a whole tone from the last note of the beat before.
"""

import math

import numpy as np

from accompanist.music.chord import Chord
from accompanist.players.encoding import bar_frames
from accompanist.training.anticipation_examples import beats_of
from accompanist.training.bass_examples import BassPart, chords_by_frame
from accompanist.training.bass_line import STEPS, Drummer
from accompanist.training.bass_scores import Line, fit, rooted
from accompanist.training.listening_table import Figures
from accompanist.training.playing_takes import Playing

KICK = 36
_LEAST_NOTES = 4
_LATE_FRAMES = 6


def live_bass(playing: Playing) -> Figures:
    """Figures of the bass of a take; none where it hardly played."""
    return _figures(line_of(playing), _true_part(playing), _heard_part(playing))


def rooted_bass(playing: Playing) -> Figures:
    """Figures of the root of the chord that the band went by, on every beat of a take."""
    heard = _heard_part(playing)
    return _figures(rooted(heard), _true_part(playing), heard)


def human_bass(part: BassPart) -> Figures:
    """Figures of a human line with its constructed drummer."""
    return _figures([(note.frame, note.pitch) for note in part.line], part, part)


def line_of(playing: Playing) -> Line:
    """The bass as (sixteenth, pitch), within the song."""
    last = beats_of(playing.song) * STEPS
    return [(n.frame, n.pitch) for n in playing.of("bass") if 0 <= n.frame < last]


def _true_part(playing: Playing) -> BassPart:
    frames = beats_of(playing.song) * STEPS
    return _part(playing, chords_by_frame(playing.song.truth, frames))


def _heard_part(playing: Playing) -> BassPart:
    return _part(playing, playing.followed)


def _part(playing: Playing, chords: tuple[Chord, ...]) -> BassPart:
    heard = np.zeros((len(chords), 4), np.float32)
    for note in playing.of("drums"):
        if note.pitch == KICK and 0 <= note.frame < len(chords):
            heard[note.frame, 0] = 1.0
    truth, song = playing.song.truth, playing.song
    drummer = Drummer("pop", heard)
    return BassPart("pop", truth.beats_per_bar, song.tempo_bpm, chords, (), drummer)


def _figures(line: Line, true: BassPart, heard: BassPart) -> Figures:
    if len(line) < _LEAST_NOTES:
        return {}
    against_heard, figures = fit([line], [heard]), fit([line], [true])
    pitches = [pitch for _, pitch in line]
    straight, shifted = kick_shares(line, true)
    found = {
        **figures,
        "root on a chord heard": against_heard["root on chord change"],
        "strong beats, chord heard": against_heard["chord tone on strong beats"],
        "range": float(max(pitches) - min(pitches)),
        "kick lock, straight": straight,
        "kick lock, shifted": shifted,
    }
    return {name: value for name, value in found.items() if math.isfinite(value)}


def kick_shares(line: Line, part: BassPart) -> tuple[float, float]:
    """Share of notes within a sixteenth of a kick, and with the kicks a beat and a half late."""
    kicks = part.drummer.heard[:, 0] > 0
    near = kicks | np.roll(kicks, 1) | np.roll(kicks, -1)
    places = np.array([frame for frame, _ in line], np.int64)
    return float(near[places].mean()), float(np.roll(near, _LATE_FRAMES)[places].mean())


def walking_figures(line: Line, chords: tuple[Chord, ...], beats_per_bar: int) -> Figures:
    """Approach notes, notes per beat, and moves of a line to one chord a sixteenth."""
    if len(line) < _LEAST_NOTES:
        return {}
    moves = np.abs(np.diff([pitch for _, pitch in line]))
    bar = bar_frames(beats_per_bar)
    strong = [
        pitch % 12 in chords[frame].pitch_classes
        for frame, pitch in line
        if frame % bar in (0, bar // 2) and chords[frame].root is not None
    ]
    approached = approaches(line, chords)
    return {
        "approach notes into changes": float(np.mean(approached)) if approached else 0.0,
        "chord tone on strong beats": float(np.mean(strong)) if strong else 0.0,
        "steps": float(np.mean((moves == 1) | (moves == 2))),
        "leaps": float(np.mean(moves > 7)),
        "notes per beat": STEPS * len(line) / len(chords),
    }


def approaches(line: Line, chords: tuple[Chord, ...]) -> list[bool]:
    """Whether each new root is approached, where a note was struck in the beat before."""
    struck = dict(line)
    found = []
    for frame in range(1, len(chords)):
        root = chords[frame].root
        if root is None or root == chords[frame - 1].root:
            continue
        before = [struck[f] for f in range(max(frame - STEPS, 0), frame) if f in struck]
        if before:
            step = (before[-1] - root + 6) % 12 - 6
            found.append(abs(step) in (1, 2))
    return found
