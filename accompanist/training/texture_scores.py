"""How comping compares with pianists': how much, how full, how it sits on beats and changes.

The learned hand plays to the true chords with controls in the middle and hears the melody; the
simple one lays a chord of three keys on every beat. Chord tones of the learned hand are all notes
whose pitch class is in the chord of their frame.
"""

from dataclasses import replace

import numpy as np

from accompanist.inference.model import StreamingModel
from accompanist.players.harmony import ModelHarmony
from accompanist.training.bass_line import STEPS
from accompanist.training.bass_scores import frames_of
from accompanist.training.texture_examples import Texture, performer_before

Strokes = dict[int, int]


def texture_scores(model: StreamingModel, songs: list[Texture]) -> dict[str, dict[str, float]]:
    """Every figure, by who achieved it."""
    played = [_played(model, song) for song in songs]
    strokes: dict[str, list[Strokes]] = {
        "model": [hand for hand, _ in played],
        "human": [{at: s.voices for at, s in song.strokes.items()} for song in songs],
        "a chord on every beat": [dict.fromkeys(range(0, len(s.chords), 4), 3) for s in songs],
    }
    scores: dict[str, dict[str, float]] = {}
    for who, hands in strokes.items():
        for figure, value in _shape(hands, songs).items():
            scores.setdefault(figure, {})[who] = value
    fitting = np.concatenate([fits for _, fits in played])
    scores["chord tones"] = {"model": float(fitting.mean())}
    return scores


def _played(model: StreamingModel, song: Texture) -> tuple[Strokes, list[bool]]:
    player, strokes, fits = ModelHarmony(model), Strokes(), list[bool]()
    for told in frames_of(song.chords, song.beats_per_bar, song.tempo_bpm, song.style):
        heard = performer_before(song.melody, told.index // STEPS)
        notes = player.play(replace(told, recent=heard))
        if notes:
            strokes[told.index] = len(notes)
            fits += [note.pitch % 12 in told.chord.pitch_classes for note in notes]
    return strokes, fits


def _shape(hands: list[Strokes], songs: list[Texture]) -> dict[str, float]:
    frames = sum(len(song.chords) for song in songs)
    struck = [(at, keys) for hand in hands for at, keys in hand.items()]
    changes = [
        (hand, at)
        for hand, song in zip(hands, songs, strict=True)
        for at in range(1, len(song.chords))
        if song.chords[at].root is not None and song.chords[at] != song.chords[at - 1]
    ]
    return {
        "strokes per beat": STEPS * len(struck) / frames,
        "keys per stroke": float(np.mean([keys for _, keys in struck])),
        "strokes on the beat": float(np.mean([at % STEPS == 0 for at, _ in struck])),
        "chord changes struck": float(np.mean([at in hand for hand, at in changes])),
    }
