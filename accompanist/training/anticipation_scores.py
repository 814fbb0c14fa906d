"""How well coming chords are expected, with the melody alone and with melody and piano.

NiC is the share of sixteenths with melody whose pitch class is in the expected chord; coupling is
what it loses when the chords are moved by two bars; CHE the entropy (nats) of the chords expected
and CC how many there are, by song. At changes the question is which chord comes, given that
another does: major and minor triads, the present one left out. Compared are the true chords, the
best single chord of each song, and the chord that a listener last believed in.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.anticipation import (
    CLASSES,
    QUALITIES,
    ModelAnticipator,
    beat_row,
    chord_class,
)
from accompanist.training.anticipation_examples import beats_of, evidence
from accompanist.training.arrangements import Arrangement

_ORDERS = (3, 4)
_MARKOV_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of every beat of a song, the chances of triads (24) with it."""

    chords: list[Chord]
    chances: NDArray[np.float64]


def anticipation_scores(
    model: StreamingModel, train: list[Arrangement], heldout: list[Arrangement]
) -> dict[str, dict[str, float]]:
    """Every figure, by who achieved it."""
    songs = [song for song in heldout if song.melody and song.truth.chords]
    heard = {
        which: [_expected(model, song, which, seed) for seed, song in enumerate(songs)]
        for which in ("melody", "both")
    }
    truths = [true_chords(song) for song in songs]
    players = {
        "model, melody alone": [said.chords for said in heard["melody"]],
        "model, melody and piano": [said.chords for said in heard["both"]],
        "human": truths,
        "best single chord": [[best_single(song)] * beats_of(song) for song in songs],
        "last chord believed, melody alone": [
            _believed(song, seed) for seed, song in enumerate(songs)
        ],
    }
    scores: dict[str, dict[str, float]] = {}
    for who, chords in players.items():
        for figure, value in harmony_figures(chords, songs).items():
            scores.setdefault(figure, {})[who] = value
    for figure, values in _atchanges(heard, truths, [true_chords(s) for s in train]).items():
        scores[figure] = values
    return scores


def true_chords(song: Arrangement) -> list[Chord]:
    """The chord of every beat."""
    return [song.truth.chord_at(beat + 0.1) for beat in range(beats_of(song))]


def _expected(model: StreamingModel, song: Arrangement, which: str, seed: int) -> Expected:
    player, state = ModelAnticipator(model), model.initial_state()
    chords, chances = [NO_CHORD], [np.full(24, 1 / 24)]
    for beat in evidence(song, which, seed)[:-1]:
        chords.append(player.expect(beat)[0])
        out, state = model.step(state, beat=beat_row(beat)[None])
        chances.append(triads(out["chances"][0]))
    return Expected(chords, np.array(chances))


def triads(chances: NDArray[np.float32]) -> NDArray[np.float64]:
    """Chances of 24 triads from those of all classes: coloured chords count with their triad."""
    by_quality = chances[: CLASSES - 1].astype(float).reshape(-1, 12)
    major, minor = by_quality[[0, 2, 3]].sum(axis=0), by_quality[[1, 4]].sum(axis=0)
    return np.concatenate([major, minor]) + 1e-9


def triad_of(chord: Chord) -> int | None:
    """Place among 24 triads; none for no chord and for diminished ones."""
    quality = chord_class(chord) // 12
    if chord.root is None or QUALITIES[quality] == "dim":
        return None
    return chord.root + 12 * QUALITIES[quality].startswith("min")


def _believed(song: Arrangement, seed: int) -> list[Chord]:
    labels = [beat.chord for beat in evidence(song, "melody", seed)]
    return [NO_CHORD, *labels[:-1]]


def melody_by_frame(song: Arrangement) -> dict[int, int]:
    """Pitch class that the melody sounds in each sixteenth in which it does."""
    sounding: dict[int, int] = {}
    for note in song.melody:
        first = max(0, round(4 * note.onset_beats))
        last = max(first + 1, round(4 * (note.onset_beats + note.length_beats)))
        sounding.update({frame: note.pitch % 12 for frame in range(first, last)})
    return sounding


def best_single(song: Arrangement) -> Chord:
    """The triad that most of a song's melody is in."""
    sung = Counter(melody_by_frame(song).values())
    triads = [Chord(root, quality) for quality in ("maj", "min") for root in range(12)]
    return max(triads, key=lambda chord: sum(sung[tone] for tone in chord.pitch_classes))


def _nic(chords: list[Chord], song: Arrangement, shift: int) -> tuple[int, int]:
    inside = total = 0
    for frame, tone in melody_by_frame(song).items():
        beat = frame // 4 + shift
        if beat < len(chords) and frame // 4 < len(chords):
            inside += tone in chords[beat].pitch_classes
            total += 1
    return inside, total


def harmony_figures(chords: list[list[Chord]], songs: list[Arrangement]) -> dict[str, float]:
    """NiC, coupling, CHE and CC of one chord a beat for every song."""
    straight = np.array([_nic(c, s, 0) for c, s in zip(chords, songs, strict=True)]).sum(axis=0)
    shifted = np.array(
        [_nic(c, s, 2 * s.truth.beats_per_bar) for c, s in zip(chords, songs, strict=True)]
    ).sum(axis=0)
    nic = straight[0] / max(straight[1], 1)
    counts = [Counter(chord_class(chord) for chord in song) for song in chords]
    entropies = []
    for count in counts:
        share = np.array(list(count.values())) / sum(count.values())
        entropies.append(float(-(share * np.log(share)).sum()))
    return {
        "NiC": float(nic),
        "coupling": float(nic - shifted[0] / max(shifted[1], 1)),
        "CHE": float(np.mean(entropies)),
        "CC": float(np.mean([len(count) for count in counts])),
    }


def changes(chords: list[Chord]) -> list[tuple[int, int, int]]:
    """(beat, triad before, triad after) wherever one triad follows another."""
    triads = [triad_of(chord) for chord in chords]
    return [
        (beat, before, after)
        for beat, (before, after) in enumerate(pairwise(triads), start=1)
        if before is not None and after is not None and before != after
    ]


def _atchanges(
    heard: dict[str, list[Expected]], truths: list[list[Chord]], train: list[list[Chord]]
) -> dict[str, dict[str, float]]:
    said: dict[str, list[tuple[NDArray[np.float64], int]]] = {}
    for who, which in (("model, melody alone", "melody"), ("model, melody and piano", "both")):
        said[who] = []
        for expected, truth in zip(heard[which], truths, strict=True):
            for beat, before, after in changes(truth):
                chances = expected.chances[beat].copy()
                chances[before] = 0.0
                said[who].append((chances / chances.sum(), after))
    for order in _ORDERS:
        said[f"Markov of order {order}"] = markov(order, train, truths)
    return {
        "right at chord changes": {
            who: float(np.mean([np.argmax(c) == after for c, after in pairs]))
            for who, pairs in said.items()
        },
        "perplexity at chord changes": {
            who: float(np.exp(np.mean([-np.log(max(c[after], 1e-6)) for c, after in pairs])))
            for who, pairs in said.items()
        },
    }


def markov(
    order: int, train: list[list[Chord]], truths: list[list[Chord]]
) -> list[tuple[NDArray[np.float64], int]]:
    """Chances by the chords that went before, in all keys, backing off to shorter memories."""
    counts: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for chords in train:
        for past, after in _pasts(chords, order):
            for length in range(1, order + 1):
                shape, row = _relative(past[-length:], after)
                counts.setdefault(shape, np.zeros(24))[row] += 1.0
    said = []
    for chords in truths:
        for past, after in _pasts(chords, order):
            chances = np.full(24, 1 / 24)
            for length in range(1, order + 1):
                shape, _ = _relative(past[-length:], after)
                seen = counts.get(shape, np.zeros(24))
                chances = (seen + _MARKOV_WEIGHT * chances) / (seen.sum() + _MARKOV_WEIGHT)
            said.append((chances, _relative(past, after)[1]))
    return said


def _pasts(chords: list[Chord], order: int) -> list[tuple[tuple[int, ...], int]]:
    moves = changes(chords)
    triads = [before for _, before, _ in moves[:1]] + [after for _, _, after in moves]
    return [
        (tuple(triads[max(0, place - order) : place]), triads[place])
        for place in range(1, len(triads))
    ]


def _relative(past: tuple[int, ...], after: int) -> tuple[tuple[int, ...], int]:
    """The past and the next triad seen from the last root."""
    root = past[-1] % 12

    def turned(triad: int) -> int:
        return (triad % 12 - root) % 12 + 12 * (triad // 12)

    return tuple(turned(triad) for triad in past), turned(after)
