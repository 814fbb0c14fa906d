"""Songs beat by beat as this program's own listener heard them, with the chord that came next.

Nothing is simulated: beats are those announced, keys and chords those believed in, with all their
delays and mistakes, and the truth is looked up where the next announced beat fell. While they are
heard, memory alone expects what comes.
"""

from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from accompanist.music.chord import Chord
from accompanist.music.heard import BeatHeard
from accompanist.players.anticipation import beat_row, chord_class
from accompanist.players.player import BeatEvidence
from accompanist.players.understudy_ear import triad_at
from accompanist.training.arrangements import Arrangement
from accompanist.training.listening_scores import take
from accompanist.training.options import EngineMaker
from accompanist.training.playing_songs import LEAD_S, performance_of

_LEAST_BEATS = 16
_ON_BEAT = 0.1

Hearing = tuple[Arrangement, str]
"""A song, and what of it is played: the ``melody``, the ``piano`` or ``both``."""


class Noted:
    """An anticipator that notes down every beat it is told of, and leaves guessing to memory.

    Beats that are only imagined are told too, and then its state is put back: what was noted of
    them is struck out.
    """

    def __init__(self) -> None:
        self.in_a_bar: tuple[Chord, float] | None = None
        self.rows: list[tuple[int, NDArray[np.float32]]] = []

    @property
    def state(self) -> int:
        """How many beats were noted down."""
        return len(self.rows)

    @state.setter
    def state(self, remembered: int) -> None:
        del self.rows[remembered:]

    def reset(self) -> None:
        """Nothing is remembered."""

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Note a beat down, and say what is recalled most surely."""
        self.rows.append((beat.beat + 1, beat_row(beat)))
        likeliest = int(beat.recalled[0].argmax())
        return triad_at(likeliest), float(beat.recalled[0, likeliest])


def heard_example(hearing: Hearing, engine: EngineMaker) -> dict[str, Tensor] | None:
    """Beats as they were heard, the class of the next beat's chord, and that a bar later.

    None if hardly any were.
    """
    song, which = hearing
    noted = Noted()
    taken = take(performance_of(song, which), engine(noted))
    period_s = 60.0 / song.tempo_bpm
    at = {
        value.beat: (value.at_s - LEAD_S) / period_s + _ON_BEAT
        for value in taken.heard
        if isinstance(value, BeatHeard)
    }
    said = [(row, at[beat]) for beat, row in noted.rows if beat in at]
    if len(said) < _LEAST_BEATS:
        return None
    truth, bar = song.truth, song.truth.beats_per_bar
    return {
        "inputs": torch.from_numpy(np.stack([row for row, _ in said])),
        "next": torch.tensor([chord_class(truth.chord_at(place)) for _, place in said]),
        "in_a_bar": torch.tensor([chord_class(truth.chord_at(place + bar)) for _, place in said]),
    }


def heard_examples(
    hearings: list[Hearing], engine: EngineMaker, processes: int
) -> list[dict[str, Tensor]]:
    """Examples of all that were heard well enough, in order; about two seconds each."""
    with get_context("spawn").Pool(processes) as pool:
        heard = pool.imap(partial(_heard_alone, engine), hearings, chunksize=4)
        told = tqdm(heard, total=len(hearings), desc="listening", unit="take", disable=None)
        found = [_as_tensors(rows) for rows in told]
    return [example for example in found if example is not None]


def _heard_alone(engine: EngineMaker, hearing: Hearing) -> dict[str, NDArray[np.generic]] | None:
    """An example in arrays: tensors would be handed over one file descriptor each."""
    torch.set_num_threads(1)
    example = heard_example(hearing, engine)
    return None if example is None else {name: rows.numpy() for name, rows in example.items()}


def _as_tensors(rows: dict[str, NDArray[np.generic]] | None) -> dict[str, Tensor] | None:
    return None if rows is None else {name: torch.from_numpy(of) for name, of in rows.items()}
