"""Drums on held-out human grooves: what comes next, and how alike neighbouring bars are.

The next bar, bits, lateness and velocity are those of `drum_scores`, of one groove each. The
understudy is not told the past: its next bar is what it plays of its own accord in the groove's
style, tempo and metre; its lateness and velocity are judged on those repeated human hits that it
plays too. *Adjacent bars alike* is the mean cosine between the hits of neighbouring bars.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import PlannedNote
from accompanist.music.chord import NO_CHORD
from accompanist.players.drums import PITCHES, VOICES
from accompanist.players.encoding import bar_frames
from accompanist.players.player import Player
from accompanist.training.bass_scores import frames_of
from accompanist.training.controls import Ranks
from accompanist.training.drum_scores import drum_scores
from accompanist.training.groove import Drumming
from accompanist.training.listening_table import Figures

F1, BITS = "F1 of the next bar", "bits per frame"
LATENESS, VELOCITY = "lateness error in ms", "velocity error"
ALIKE = "adjacent bars alike"

_LEAST_BARS = 4
_FIRST_SCORED_BAR = 2
_VOICE_OF_PITCH = {pitch: voice for voice, pitch in enumerate(PITCHES)} | {
    35: VOICES.index("kick"),
    37: VOICES.index("snare"),
    40: VOICES.index("snare"),
    44: VOICES.index("closed hat"),
    57: VOICES.index("crash"),
    59: VOICES.index("ride"),
}


def scored_grooves(grooves: Sequence[Drumming], most_bars: int) -> list[Drumming]:
    """Those that are no fills and long enough, and their first bars."""
    found = []
    for groove in grooves:
        bar = bar_frames(groove.beats_per_bar)
        bars = min(len(groove.hits) // bar, most_bars)
        if bars >= _LEAST_BARS and not groove.fill.all():
            found.append(groove.part(0, bars * bar))
    return found


def told_figures(
    model: StreamingModel, train: list[Drumming], grooves: list[Drumming], ranks: Ranks
) -> dict[str, dict[str, Figures]]:
    """Figures of the model and its baselines, told the true past, by who and groove."""
    found: dict[str, dict[str, Figures]] = {}
    for groove in grooves:
        for figure, values in drum_scores(model, train, [groove], ranks).items():
            for who, value in values.items():
                if np.isfinite(value):
                    found.setdefault(who, {}).setdefault(groove.piece, {})[figure] = value
    return found


def alone(player: Player, groove: Drumming, seed: int = 0) -> Drumming:
    """What a drummer plays of its own accord in a groove's style, tempo, metre and length."""
    frames = len(groove.hits)
    told = frames_of((NO_CHORD,) * frames, groove.beats_per_bar, groove.tempo_bpm, groove.style)
    player.reset()
    notes = [
        note
        for frame in told
        for note in player.play(replace(frame, swing=groove.swing, seed=seed))
    ]
    return drummed(notes, groove)


def drummed(notes: Sequence[PlannedNote], groove: Drumming) -> Drumming:
    """Notes as nine voices on the sixteenths of a groove; other drums are left out."""
    shape = groove.hits.shape
    hits = np.zeros(shape, bool)
    velocity, offset = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for note in notes:
        place, voice = note.onset_beats * 4, _VOICE_OF_PITCH.get(note.pitch)
        frame = round(place)
        if voice is not None and 0 <= frame < shape[0]:
            hits[frame, voice] = True
            velocity[frame, voice] = note.velocity / 127
            offset[frame, voice] = place - frame
    return replace(groove, hits=hits, velocity=velocity, offset=offset)


def understudy_figures(played: Drumming, groove: Drumming) -> Figures:
    """Next bars, lateness and velocity of what was played of its own accord."""
    bar = bar_frames(groove.beats_per_bar)
    first = _FIRST_SCORED_BAR * bar
    said, true = played.hits[first:], groove.hits[first:]
    figures = {F1: float(2 * (said & true).sum() / max(said.sum() + true.sum(), 1))}
    again = groove.hits.copy()
    again[:bar] = False
    again[bar:] &= groove.hits[:-bar]
    both = again & played.hits
    if both.any():
        frame_ms = 15000.0 / groove.tempo_bpm
        late, force = played.offset - groove.offset, played.velocity - groove.velocity
        figures[LATENESS] = float(np.abs(late[both]).mean() * frame_ms)
        figures[VELOCITY] = float(np.abs(force[both]).mean() * 127)
    return figures


def alike(hits: NDArray[Any], bar: int) -> float:
    """Mean cosine between neighbouring bars of hits, shape (frames, voices); nan without any.

    A pair of which one bar is silent counts as 0, one of which both are is left out.
    """
    bars = hits[: len(hits) // bar * bar].reshape(-1, bar * hits.shape[1]).astype(float)
    norms = np.linalg.norm(bars, axis=1)
    products = (bars[1:] * bars[:-1]).sum(axis=1)
    played = (norms[1:] + norms[:-1]) > 0
    cosines = products / np.maximum(norms[1:] * norms[:-1], 1e-9)
    return float(cosines[played].mean()) if played.any() else float("nan")


def groove_alike(groove: Drumming) -> float:
    """How alike the neighbouring bars of a groove are."""
    return alike(groove.hits, bar_frames(groove.beats_per_bar))
