"""Music of a few bars to be rendered while tests run, and what is needed to render it."""

import ctypes.util
from pathlib import Path

import mido
import numpy as np
import pytest

from accompanist.music.errors import Refusal
from accompanist.training.performances import PIANO
from accompanist.training.sound_fonts import find_fonts
from accompanist.training.sound_score import BeatSpan, Score
from tests.training.tiny import (
    groove_notes,
    track,
    write_charts,
    write_groove,
    write_midi,
    write_songs,
)


def score_of(rows, beats=32, per_bar=4, tempo_bpm=120.0, chords=(), keys=()):
    """Notes as (on, off, pitch, velocity, role) in beats, at a tempo."""
    none, nowhere = np.zeros(0, np.int64), np.zeros(0)
    number = np.arange(beats, dtype=np.float64)
    empty = Score(
        "piece",
        nowhere,
        nowhere,
        none,
        none,
        none,
        number * 60.0 / tempo_bpm,
        (np.arange(beats) % per_bar == 0).astype(np.int8),
        tuple(BeatSpan(*chord) for chord in chords),
        tuple(BeatSpan(*key) for key in keys),
    )
    return empty.sounding(rows)


def quarters(beats=32, pitch=60, role=PIANO):
    return [(float(beat), beat + 0.5, pitch, 90, role) for beat in range(beats)]


def write_material(data: Path) -> None:
    """Two splits of songs, solos, sheets, charts and drumming."""
    write_groove(data)
    _write_drumming(data)
    write_songs(data, bars=40)
    write_charts(data)
    rows = ["id,onset,pitch_raw,articulation_raw"]
    rows += [f"{piece},{beat / 2},60,0.8" for piece in ("train", "val") for beat in range(96)]
    (data / "wjd" / "wjd_transforms.csv").write_text("\n".join(rows) + "\n")


def _write_drumming(data: Path) -> None:
    """The grooves once more, with their tempo and metre in the file."""
    head = [
        mido.MetaMessage("set_tempo", tempo=600_000),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
    ]
    for path in (data / "groove").rglob("*_beat_*.mid"):
        write_midi(path, track(groove_notes(16), head=head))


def fonts_or_skip():
    """The soundfonts that are installed; skip with a reason where FluidSynth or they are absent."""
    if ctypes.util.find_library("fluidsynth") is None:
        pytest.skip("FluidSynth is not installed here")
    try:
        return find_fonts()
    except Refusal:
        pytest.skip("no soundfont is installed here")
