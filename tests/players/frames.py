"""Frames for tests: a C major bar of 4/4 at 120, unless a test says otherwise."""

from dataclasses import replace

import numpy as np

from accompanist.music.band import PARTS
from accompanist.music.chord import Chord
from accompanist.music.heard import NO_ACCENTS
from accompanist.music.key import Key
from accompanist.players.player import Frame

_C_MAJOR = np.eye(25, dtype=np.float32)[0]

_FRAME = Frame(
    index=0,
    beat_in_bar=0,
    step=0,
    beats_per_bar=4,
    tempo_bpm=120.0,
    swing=0.5,
    sixteenth_swing=0.5,
    level="normal",
    accents=NO_ACCENTS,
    bar=0,
    chord=Chord(0, "maj"),
    next_chord=Chord(0, "maj"),
    chord_probability=1.0,
    key=Key(0, "major"),
    chord_posterior=_C_MAJOR,
    key_posterior=_C_MAJOR,
    recent=(),
    ensemble=(),
    section="groove",
    section_bar=0,
    style="pop",
    variation="B",
    intensity=0.5,
    density=0.5,
    complexity=0.5,
    outside=0.0,
    dynamics=0.0,
    learned=PARTS,
    seed=1,
)


def frame(**changes) -> Frame:
    """A frame with some of its facts changed; beat and step follow the index unless given."""
    index = changes.get("index", 0)
    per_bar = changes.get("beats_per_bar", 4)
    place = {"step": index % 4, "beat_in_bar": index // 4 % per_bar, "bar": index // 4 // per_bar}
    return replace(_FRAME, **{**place, **changes})
