"""Bits per frame of a note network's actions with the true past, beside two tables of counts.

Lengths are known to all once a note has begun. The tables know the place in the bar, whether the
chord moves there and whether a note lasts; one also knows what was done a bar ago. Smoothing adds
half a count to every action.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.players.notes import DURATIONS, NEVER
from accompanist.training.crops import Example, excerpt

Keys = NDArray[np.int64]

_PLACES = 64


def note_bits(
    model: StreamingModel, train: list[Example], heldout: list[Example], told: tuple[int, int]
) -> dict[str, float]:
    """Bits per frame, by who achieved them.

    Parameters
    ----------
    model
        A note network.
    train, heldout
        Examples that the tables are counted from, and that all are judged on.
    told
        Which columns of the context row say that the chord moves in this frame, and how much of
        a note is left.
    """
    actions = 1 + max(int(piece["action"].max()) for piece in train)
    return {
        "model": _mean_bits([action_chances(model, piece) for piece in heldout], heldout),
        "place, chord change and note lasting": _table_bits(train, heldout, actions, told, False),
        "the same and the bar before": _table_bits(train, heldout, actions, told, True),
    }


def action_chances(model: StreamingModel, piece: Example) -> NDArray[np.float32]:
    """Chances of every action in every frame, the true ones forced upon the model."""
    frames = len(piece["played"])
    rows = excerpt(piece, 0, frames)["inputs"].numpy()
    actions = piece["action"].numpy()
    width = _actions_of(model)
    still = np.zeros((1, width), np.float32)
    calm = np.zeros((1, len(DURATIONS)), np.float32)
    fair, middle = np.ones((1, 1), np.float32), np.full((1, 2), 0.5, np.float32)
    state, said = model.initial_state(), np.zeros((frames, width), np.float32)
    for frame in range(frames):
        forced = np.full((1, width), NEVER, np.float32)
        forced[0, actions[frame]] = 0.0
        out, state = model.step(
            state,
            frame=rows[frame : frame + 1],
            noise=still,
            favour=forced,
            temperature=fair,
            duration_noise=calm,
            touch=middle,
        )
        said[frame] = out["chances"][0]
    return said


def _actions_of(model: StreamingModel) -> int:
    return int(model.card["inputs"]["noise"][1])


def _mean_bits(chances: list[NDArray[Any]], pieces: list[Example]) -> float:
    bits = [
        -np.log2(np.maximum(said[np.arange(len(said)), piece["action"].numpy()], 1e-7))
        for said, piece in zip(chances, pieces, strict=True)
    ]
    return float(np.concatenate(bits).mean())


def _table_bits(
    train: list[Example], heldout: list[Example], actions: int, told: tuple[int, int], barwise: bool
) -> float:
    counts = np.full((_PLACES * 4 * (actions + 1), actions), 0.5)
    for piece in train:
        np.add.at(counts, (_keys(piece, actions, told, barwise), piece["action"]), 1.0)
    chances = counts / counts.sum(axis=1, keepdims=True)
    said = [chances[_keys(piece, actions, told, barwise)] for piece in heldout]
    return _mean_bits(said, heldout)


def _keys(piece: Example, actions: int, told: tuple[int, int], barwise: bool) -> Keys:
    bar = int(piece["bar"][0])
    place = np.arange(len(piece["played"])) % bar + (16 if bar == 12 else 0)
    moved, lasting = (piece["context"][:, column].numpy() > 0 for column in told)
    before = np.full(len(place), actions)
    if barwise:
        before[bar:] = piece["action"].numpy()[: max(0, len(place) - bar)]
    return np.asarray((place * 4 + 2 * moved + lasting) * (actions + 1) + before)
