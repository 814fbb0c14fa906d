"""How well chords are expected beyond pop songs, and beyond the next beat.

Charts of three sets are heard as a rule accompanies them; Markov chains told the true past chords
stand beside, as in `accompanist.training.anticipation_scores`. A bar ahead, the question is which
triad will sound there; beside stands whoever says that the present one will.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.chord import Chord
from accompanist.players.anticipation import beat_row
from accompanist.training.anticipation_examples import evidence
from accompanist.training.anticipation_scores import (
    changes,
    markov,
    triad_of,
    triads,
    true_chords,
)
from accompanist.training.arrangements import Arrangement

_ORDER = 4

Chances = dict[str, NDArray[np.float64]]


def further_scores(
    model: StreamingModel,
    songs: list[Arrangement],
    train: list[Arrangement],
    charts: list[Arrangement],
) -> dict[str, dict[str, float]]:
    """Every figure, by who achieved it: songs with melody and piano, charts with piano."""
    songs = [song for song in songs if song.melody and song.truth.chords]
    chords = [true_chords(song) for song in songs]
    heard = [_chances(model, song, "both") for song in songs]
    said = [_chances(model, chart, "piano")["chances"] for chart in charts]
    truths = [true_chords(chart) for chart in charts]
    own = [
        pair for chances, truth in zip(said, truths, strict=True) for pair in _at(chances, truth)
    ]
    chain = markov(_ORDER, [true_chords(chart) for chart in train], truths)
    who = {"model": own, f"Markov of order {_ORDER}": chain}
    return {
        "right a bar ahead, melody and piano": _in_a_bar(heard, chords, songs),
        "right at chord changes of charts": {
            name: float(np.mean([np.argmax(chances) == after for chances, after in pairs]))
            for name, pairs in who.items()
        },
        "perplexity at chord changes of charts": {
            name: float(np.exp(np.mean([-np.log(max(c[after], 1e-6)) for c, after in pairs])))
            for name, pairs in who.items()
        },
    }


def _chances(model: StreamingModel, song: Arrangement, which: str) -> Chances:
    """Chances of triads (beats, 24) said on every beat, of the next beat and of a bar later."""
    state = model.initial_state()
    found: dict[str, list[NDArray[np.float64]]] = {"chances": [], "chances_in_a_bar": []}
    for beat in evidence(song, which, 0):
        out, state = model.step(state, beat=beat_row(beat)[None])
        for name, rows in found.items():
            rows.append(triads(out[name][0]))
    return {name: np.array(rows) for name, rows in found.items()}


def _at(said: NDArray[np.float64], truth: list[Chord]) -> list[tuple[NDArray[np.float64], int]]:
    pairs = []
    for beat, before, after in changes(truth):
        chances = said[beat - 1].copy()
        chances[before] = 0.0
        pairs.append((chances / chances.sum(), after))
    return pairs


def _in_a_bar(
    heard: list[Chances], chords: list[list[Chord]], songs: list[Arrangement]
) -> dict[str, float]:
    right, stays = [], []
    for said, truth, song in zip(heard, chords, songs, strict=True):
        ahead = 1 + song.truth.beats_per_bar
        for beat in range(len(truth) - ahead):
            now, then = triad_of(truth[beat]), triad_of(truth[beat + ahead])
            if now is not None and then is not None:
                right.append(int(np.argmax(said["chances_in_a_bar"][beat])) == then)
                stays.append(now == then)
    return {"model": float(np.mean(right)), "the present chord": float(np.mean(stays))}
