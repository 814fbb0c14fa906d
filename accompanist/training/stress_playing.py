"""Written notes played by two hands along a tempo curve: a performance with its exact truth."""

import zlib
from itertools import pairwise

import numpy as np

from accompanist.training.performances import Notes, Performance, Span, notes_from
from accompanist.training.songs import seconds_of
from accompanist.training.stress_textures import LEFT, RIGHT, Song, Written
from accompanist.training.stress_timing import Floats, Hand, beat_times

_SHORTEST_S = 0.03
_LEGATO = 0.92


def drawn(name: str, seed: int) -> np.random.Generator:
    """Chance of its own for every case and seed."""
    return np.random.default_rng([zlib.crc32(name.encode()), seed])


def performed(
    name: str,
    written: list[Written],
    tempo_bpm: Floats,
    per_bar: int,
    random: np.random.Generator,
    *,
    music: Song | None = None,
    changes: tuple[int, ...] = (),
    rests: tuple[tuple[int, int], ...] = (),
    channel: int = 0,
    pickup: int = 0,
) -> Performance:
    """What is written, played by hands; `changes` and `rests` are in beats."""
    beats_s = beat_times(tempo_bpm, start_s=float(random.uniform(0.5, 1.5)))
    lines_s = [float(at_s) for at_s in beats_s[pickup::per_bar]]
    bars = list(pairwise(lines_s))
    keys: tuple[Span, ...] = ()
    chords: tuple[Span, ...] = ()
    if music is not None:
        keys = (Span(bars[0][0], bars[-1][1], music.key.name),)
        chords = tuple(Span(*bar, music.chord(k).label) for k, bar in enumerate(bars))
    return Performance(
        name,
        _played(written, beats_s, random, channel),
        beats_s[:-1],
        np.arange(-pickup, len(tempo_bpm) - pickup) % per_bar == 0,
        keys=keys,
        chords=chords,
        changes_s=tuple(float(beats_s[beat]) for beat in changes),
        rests_s=tuple((float(beats_s[a]), float(beats_s[b])) for a, b in rests),
    )


def _played(
    written: list[Written], beats_s: Floats, random: np.random.Generator, channel: int
) -> Notes:
    """Notes in seconds: every hand strays a little, and a key comes up before it is struck anew."""
    hands = {hand: Hand(random) for hand in (LEFT, RIGHT)}
    onsets: dict[tuple[float, int], list[Written]] = {}
    for note in sorted(written, key=lambda note: (note.onset_beats, note.hand, note.pitch)):
        onsets.setdefault((round(note.onset_beats, 6), note.hand), []).append(note)
    struck: dict[int, list[tuple[float, float, int]]] = {}
    for (onset, hand), notes in onsets.items():
        strays_s = hands[hand].strays_s(len(notes))
        for note, stray_s in zip(notes, strays_s, strict=True):
            on_s, off_s = seconds_of(
                np.array([onset, onset + _LEGATO * note.length_beats]), beats_s
            )
            on_s = max(float(on_s) + stray_s, 0.0)
            off_s = max(float(off_s) + stray_s, on_s + _SHORTEST_S)
            struck.setdefault(note.pitch, []).append((on_s, off_s, note.velocity))
    rows = []
    for pitch, keys in struck.items():
        keys.sort()
        nexts_s = [*(following[0] for following in keys[1:]), np.inf]
        for (on_s, off_s, velocity), next_s in zip(keys, nexts_s, strict=True):
            if next_s - on_s > _SHORTEST_S:
                rows.append((on_s, min(off_s, next_s - 0.01), pitch, velocity, channel))
    return notes_from(rows)
