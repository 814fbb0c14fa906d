"""Whether the band goes round in circles: the same eight bars twice, and neighbouring bars.

A span is eight bars from a bar line, told as the sixteenths and pitches that were struck; loudness
and micro-timing do not count, though no human repeats them either.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.band import PARTS
from accompanist.players.drums import PITCHES
from accompanist.training.anticipation_examples import beats_of
from accompanist.training.arrangements import Arrangement
from accompanist.training.listening_table import Figures
from accompanist.training.playing_drums import ALIKE, alike
from accompanist.training.playing_takes import Playing, SoundedNote

SPAN_BARS = 8


def loop_figures(playing: Playing) -> Figures:
    """Share of spans that were there before, and how alike neighbouring bars are, by part."""
    bar = playing.song.truth.beats_per_bar * 4
    frames = len(playing.followed)
    figures: Figures = {}
    for part in PARTS:
        notes = playing.of(part)
        figures[f"{part}: eight bars again"] = repeated_share(notes, frames // bar, bar)
        figures[f"{part}: {ALIKE}"] = notes_alike(notes, playing.song)
    return figures


def notes_alike(notes: list[SoundedNote], song: Arrangement) -> float:
    """How alike neighbouring bars of a part are, by where it strikes; drums by voice too."""
    return alike(onsets(notes, beats_of(song) * 4), song.truth.beats_per_bar * 4)


def repeated_share(notes: list[SoundedNote], bars: int, bar: int) -> float:
    """Share of eight-bar spans, from every bar line on, that equal an earlier one.

    Spans with a silent bar are left out: the band had not begun, or had ended.
    """
    struck: dict[int, set[tuple[int, int]]] = {}
    for note in notes:
        struck.setdefault(note.frame // bar, set()).add((note.frame % bar, note.pitch))
    spans = [
        tuple(frozenset(struck[bar]) for bar in range(first, first + SPAN_BARS))
        for first in range(bars - SPAN_BARS + 1)
        if all(bar in struck for bar in range(first, first + SPAN_BARS))
    ]
    return 1.0 - len(set(spans)) / len(spans) if spans else float("nan")


def onsets(notes: list[SoundedNote], frames: int) -> NDArray[np.bool_]:
    """Where a part strikes, shape (frames, 9): drums by voice, others in the first column."""
    grid = np.zeros((frames, len(PITCHES)), bool)
    for note in notes:
        if 0 <= note.frame < frames:
            is_voice = note.part == "drums" and note.pitch in PITCHES
            grid[note.frame, PITCHES.index(note.pitch) if is_voice else 0] = True
    return grid
