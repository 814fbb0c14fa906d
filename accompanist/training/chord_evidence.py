"""Learn to weigh triads for the listener: data, training, and the model with its card.

Views are taken where the listener takes them, at every onset of songs with reviewed chords, heard
whole or one hand at a time. The same small network judges all twelve roots.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from accompanist.listening.chord_evidence import ROWS, turned, view_of
from accompanist.listening.key import KeyTracker
from accompanist.listening.onset import SPREAD_S, OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.chord import parse_chord
from accompanist.music.events import NoteOn
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.performances import MELODY, PIANO, Performance
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces

EPOCHS = 12
STEPS_PER_EPOCH = 400
BATCH = 256
_HIDDEN = 48
_KEY_STEP_S = 0.1
_EARLY_S = 0.04
_HANDS: tuple[tuple[int, ...], ...] = ((MELODY, PIANO), (MELODY, PIANO), (PIANO,), (MELODY,))
_UNSCORED = -1


class TriadNetwork(nn.Module):
    """Log odds of a major and a minor triad on a root, from views turned to it."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(ROWS * 12, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 2))

    def forward(self, views: Tensor) -> Tensor:
        """Odds (..., 12, 2) of views (..., 12, ROWS * 12)."""
        return torch.as_tensor(self.layers(views))


def train(options: TrainingOptions) -> None:
    """Train on pop909 with its reviewed chords; write ``chord.onnx`` with its card."""
    torch.manual_seed(0)
    network = TriadNetwork()
    views, triads = _views(options.data, "train")
    heldout = _batch(*_views(options.data, "val"))

    def draw(generator: torch.Generator) -> Batch:
        chosen = torch.randint(len(views), (BATCH,), generator=generator).numpy()
        return _batch(views[chosen], triads[chosen])

    fit(
        network,
        draw,
        lambda batch: _loss(network, batch),
        lambda: float(_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "chord.pt",
        options.resume,
    )
    with torch.no_grad():
        right = float((_odds(network, heldout).argmax(-1) == heldout["triads"]).float().mean())
    export(
        network,
        {"views": torch.zeros(12, ROWS * 12)},
        ("odds",),
        _card({"share of held-out onsets right": {"model": right}}),
        options.out,
    )


def _odds(network: TriadNetwork, batch: Batch) -> Tensor:
    return network(batch["views"]).transpose(-1, -2).flatten(-2)


def _loss(network: TriadNetwork, batch: Batch) -> Tensor:
    return functional.cross_entropy(_odds(network, batch), batch["triads"])


def _batch(views: NDArray[np.float32], triads: NDArray[np.int64]) -> Batch:
    every = np.stack([turned(view) for view in views])
    return {"views": torch.from_numpy(every), "triads": torch.from_numpy(triads)}


def _views(data: Path, split: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Views (n, ROWS, 12) and their triads (n,) of a split; validation hears both hands only."""
    listed = pieces(data, "pop909", split)
    views: list[NDArray[np.float32]] = []
    triads: list[int] = []
    songs = tqdm(read_pop909(data, listed), total=len(listed), unit="song", disable=None)
    for number, song in enumerate(songs):
        hands = _HANDS[number % len(_HANDS)] if split == "train" else _HANDS[0]
        if song.chords:
            for view, triad in _onsets(with_roles(song, hands)):
                if triad != _UNSCORED:
                    views.append(view)
                    triads.append(triad)
    return np.stack(views), np.array(triads)


def _onsets(song: Performance) -> list[tuple[NDArray[np.float32], int]]:
    """The view at every onset of a song, with the triad that is true there."""
    starts = np.array([span.start_s for span in song.chords])
    names = [_triad(span.label) for span in song.chords]
    sounding, grouper, key = SoundingNotes(), OnsetGrouper(), KeyTracker()
    found: list[tuple[NDArray[np.float32], int]] = []
    key_s = 0.0
    closes_s: float | None = None
    for event in song.events():
        while key_s <= event.time_s:
            sounding.forget(key_s)
            key.hear(sounding.chroma(key_s), sounding.bass(key_s), _KEY_STEP_S)
            key_s += _KEY_STEP_S
        if closes_s is not None and event.time_s >= closes_s:
            onset = grouper.close(closes_s)
            if onset is not None:
                place = int(np.searchsorted(starts, onset.time_s + _EARLY_S, side="right")) - 1
                triad = names[place] if place >= 0 else _UNSCORED
                found.append((view_of(sounding, closes_s, key.posterior), triad))
            closes_s = None
        if isinstance(event, NoteOn):
            grouper.hear(event)
            closes_s = event.time_s + SPREAD_S if closes_s is None else closes_s
        sounding.hear(event)
    return found


def _triad(label: str) -> int:
    chord = parse_chord(label)
    if chord.root is None or chord.quality in ("sus2", "sus4", "dim", "hdim7", "dim7", "aug"):
        return _UNSCORED
    return chord.root + 12 * chord.quality.startswith("min")


def _card(measured: dict[str, dict[str, float]]) -> Card:
    return Card(
        name="chord",
        what="Weighs major and minor triads on a root by what sounds at an onset.",
        command="accompanist train chord --data DIR",
        data={"pop909": "MIT", "pop909cl": "MIT"},
        constructed="Nothing; half of the songs are heard without melody or accompaniment.",
        measured=measured,
        remarks="One row a root; views are those of accompanist.listening.chord_evidence.",
    )
