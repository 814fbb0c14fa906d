"""Songs beat by beat, as somebody who listens hears them, with the chord that comes next.

What a listener believes is simulated: the key as the true one blurred with its neighbours (and at
times mistaken for one), the chord by matching triads with what sounded lately. So the network
learns to lean on beliefs as far as they deserve it: with the melody alone they are poor.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.key import Key, key_at
from accompanist.players.anticipation import BLOCKS, NONE, beat_row, chord_class
from accompanist.players.player import BeatEvidence
from accompanist.players.understudy_chords import RuleAnticipator
from accompanist.training.arrangements import Arrangement, ScoreNote

INPUTS = ("melody", "both", "piano")

_KEY_HEARD_AFTER_BEATS = 8
_MISTAKEN_KEY_SHARE = 0.1
_CHORD_DECAY = 0.5
_TRIADS = np.zeros((24, 12))
for _root in range(12):
    _TRIADS[_root, [_root, (_root + 4) % 12, (_root + 7) % 12]] = 1.0
    _TRIADS[12 + _root, [_root, (_root + 3) % 12, (_root + 7) % 12]] = 1.0
_SCALES = np.zeros((24, 12))
for _place in range(24):
    _SCALES[_place, list(key_at(_place).pitch_classes)] = 1.0
_FOREIGN = 0.5
_BASS_BONUS = 0.4
_KEY_BONUS = 0.4


def heard_notes(song: Arrangement, which: str) -> tuple[ScoreNote, ...]:
    """What the performer plays: the ``melody``, the ``piano`` or ``both``."""
    chosen = {
        "melody": song.melody,
        "piano": song.piano,
        "both": song.melody + song.piano,
    }
    return chosen[which]


def next_chords(song: Arrangement, beats: int, later: int = 0) -> NDArray[np.int64]:
    """Class of the chord on the beat after each beat, or on one so many beats later."""
    return np.array([chord_class(song.truth.chord_at(b + later + 1.1)) for b in range(beats)])


def beats_of(song: Arrangement) -> int:
    """Beats from the beginning to the end of the last chord."""
    return int(song.truth.chords[-1].end_beats) if song.truth.chords else 0


def evidence(song: Arrangement, which: str, seed: int) -> list[BeatEvidence]:
    """Every beat as it was heard, with simulated beliefs."""
    chance = np.random.default_rng((seed, INPUTS.index(which)))
    beats = beats_of(song)
    weights = _weights(heard_notes(song, which), beats)
    keys = _key_beliefs(song, beats, chance)
    chords, labels = _chord_beliefs(weights, keys, chance)
    total = weights.sum(axis=2, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    heard = [
        BeatEvidence(
            beat,
            beat % song.truth.beats_per_bar,
            song.truth.beats_per_bar,
            shares[0, beat].astype(np.float32),
            shares[1, beat].astype(np.float32),
            shares[2, beat].astype(np.float32),
            labels[beat],
            chords[beat].astype(np.float32),
            keys[beat].astype(np.float32),
        )
        for beat in range(beats)
    ]
    return list(recalling(heard))


def recalling(heard: Iterable[BeatEvidence]) -> Iterator[BeatEvidence]:
    """The beats of a piece in order, with what is recalled of it on each."""
    memory = RuleAnticipator()
    for beat in heard:
        memory.expect(beat)
        yield replace(beat, recalled=memory.recalled)


def _weights(notes: tuple[ScoreNote, ...], beats: int) -> NDArray[np.float64]:
    """Sounding time by beat and pitch class, shape (3, beats, 12): all, lowest, highest."""
    grid = np.zeros((4 * beats, 128), bool)
    for note in notes:
        first = max(round(4 * note.onset_beats), 0)
        last = max(round(4 * (note.onset_beats + note.length_beats)), first + 1)
        grid[first:last, note.pitch] = True
    weights = np.zeros((3, beats, 12))
    for frame, sounding in enumerate(grid):
        pitches = np.flatnonzero(sounding)
        if len(pitches):
            np.add.at(weights[0, frame // 4], pitches % 12, 1.0)
            weights[1, frame // 4, pitches[0] % 12] += 1.0
            weights[2, frame // 4, pitches[-1] % 12] += 1.0
    return weights


def _key_beliefs(song: Arrangement, beats: int, chance: np.random.Generator) -> NDArray[np.float64]:
    sure = chance.uniform(0.35, 0.95)
    mistake = chance.integers(1, 4) if chance.random() < _MISTAKEN_KEY_SHARE else 0
    beliefs = np.full((beats, 25), 1 / 25)
    heard_after = int(chance.integers(2, 2 * _KEY_HEARD_AFTER_BEATS))
    for beat in range(heard_after, beats):
        key = song.truth.key_at(max(0, beat - _KEY_HEARD_AFTER_BEATS))
        if key.tonic is None:
            continue
        near = _neighbours(key)
        beliefs[beat] = 0.02 / 25
        beliefs[beat, near[mistake]] += sure
        for other in near:
            beliefs[beat, other] += (0.98 - sure) / len(near)
    return beliefs


def _neighbours(key: Key) -> list[int]:
    """The key itself, its relative, its dominant and its subdominant, as places among 24."""
    tonic = key.tonic or 0
    minor = key.mode == "minor"
    relative = Key((tonic + (3 if minor else 9)) % 12, "major" if minor else "minor")
    fifths = [Key((tonic + step) % 12, key.mode) for step in (7, 5)]
    return [near.index for near in (key, relative, *fifths)]


def _chord_beliefs(
    weights: NDArray[np.float64], keys: NDArray[np.float64], chance: np.random.Generator
) -> tuple[NDArray[np.float64], list[Chord]]:
    sharpness = chance.uniform(3.0, 8.0)
    beats = weights.shape[1]
    beliefs, labels = np.zeros((beats, 25)), []
    lately, low = np.zeros(12), np.zeros(12)
    label = NO_CHORD
    for beat in range(beats):
        lately = _CHORD_DECAY * lately + weights[0, beat]
        low = _CHORD_DECAY * low + weights[1, beat]
        share = lately / max(lately.sum(), 1e-9)
        bass = low / max(low.sum(), 1e-9)
        in_key = keys[beat, :24] @ _SCALES
        score = _TRIADS @ share - _FOREIGN * ((1 - _TRIADS) @ share)
        score += _BASS_BONUS * np.tile(bass, 2) + _KEY_BONUS * _TRIADS @ in_key / 3
        chances = np.exp(sharpness * (score - score.max()))
        beliefs[beat, :24] = 0.98 * chances / chances.sum()
        beliefs[beat, 24] = 0.02
        if lately.sum() > 0:
            best = int(np.argmax(beliefs[beat]))
            label = Chord(best % 12, "min" if best >= 12 else "maj")
        labels.append(label)
    return beliefs, labels


def anticipation_example(song: Arrangement, which: str, seed: int) -> dict[str, Tensor]:
    """All beats of a song: what is heard, the class of the next beat's chord, and a bar later."""
    rows = np.stack([beat_row(beat) for beat in evidence(song, which, seed)])
    in_a_bar = next_chords(song, len(rows), later=song.truth.beats_per_bar)
    return {
        "inputs": torch.from_numpy(rows),
        "next": torch.from_numpy(next_chords(song, len(rows))),
        "in_a_bar": torch.from_numpy(in_a_bar),
    }


def transposed(example: dict[str, Tensor], semitones: int) -> dict[str, Tensor]:
    """The same music, so many semitones higher."""
    rows = example["inputs"]
    blocks = rows[:, : 12 * BLOCKS].reshape(len(rows), BLOCKS, 12).roll(semitones, dims=2)
    return {
        "inputs": torch.cat([blocks.reshape(len(rows), -1), rows[:, 12 * BLOCKS :]], dim=1),
        "next": _moved(example["next"], semitones),
        "in_a_bar": _moved(example["in_a_bar"], semitones),
    }


def _moved(classes: Tensor, semitones: int) -> Tensor:
    moved = classes // 12 * 12 + (classes % 12 + semitones) % 12
    return torch.where(classes == NONE, classes, moved)
