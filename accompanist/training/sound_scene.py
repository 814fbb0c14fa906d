"""A scene to be rendered: who plays what on which instrument, and what is true of it."""

from dataclasses import dataclass

import numpy as np

from accompanist.training.performances import Notes
from accompanist.training.sound_excerpt import Playing, excerpt
from accompanist.training.sound_instruments import Instrument, in_range
from accompanist.training.sound_performed import Truth, without_harmony
from accompanist.training.sound_score import DRUMS, Score

Cast = dict[int, tuple[Instrument, float]]
"""Who plays each role, and how loud in decibels; roles that nobody plays are not heard."""


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument: what it plays, how loud, and how hard its amplifier works."""

    notes: Notes
    instrument: Instrument
    level_db: float = 0.0
    drive: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be heard, and what is true of it; `noise` is heard where nobody plays."""

    kind: str
    name: str
    parts: tuple[Part, ...]
    truth: Truth
    length_s: float
    tuning_cents: float = 0.0
    noise: str = ""


def staged(
    kind: str,
    score: Score,
    cast: Cast,
    playing: Playing,
    random: np.random.Generator,
    length_s: float,
) -> Scene:
    """Some stretch of a score, performed by a cast."""
    parts, truth = excerpt(score, playing, random, length_s)
    if set(parts) <= {DRUMS}:
        truth = without_harmony(truth, length_s)
    return Scene(
        kind,
        score.name,
        tuple(
            Part(
                in_range(notes, cast[role][0]),
                cast[role][0],
                cast[role][1],
                drive(cast[role][0], random),
            )
            for role, notes in parts.items()
            if role in cast
        ),
        truth,
        length_s,
        tuning(random),
    )


def drive(instrument: Instrument, random: np.random.Generator) -> float:
    """Electric guitars go through amplifiers, mostly clean ones."""
    if not instrument.electric:
        return 0.0
    return float(random.choice([0.0, 0.15, 0.4, 0.8], p=[0.35, 0.3, 0.2, 0.15]))


def tuning(random: np.random.Generator) -> float:
    """Cents from 440 Hz, mostly few."""
    widest = float(random.choice([0.0, 12.0, 50.0, 65.0], p=[0.25, 0.35, 0.38, 0.02]))
    return float(random.uniform(-widest, widest))
