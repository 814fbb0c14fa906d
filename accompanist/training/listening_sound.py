"""Pieces of sound with their truth, and how a listener hears them.

A piece is a file of sound with a JSON file of the same name beside it: ``beats`` and ``downbeats``
in seconds, ``chords`` and ``keys`` as spans (``start``, ``end``, and ``chord`` or ``key``),
``style`` and ``source``, each where it is known. Beats that are known and none mean that nobody
plays; of music without a key nothing is to be heard of keys. Downbeats
that a machine suggested (``downbeats_kind``) are hints and no truth: they are left out.

Sound comes in blocks of 10 ms, and nothing is heard of it before its block is complete.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from accompanist.devices.sound_ear import SoundEar
from accompanist.listening.listener import TICKS_PER_S
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY
from accompanist.training.listening_scores import ASPECTS, Ear, Take
from accompanist.training.listening_sets import spread
from accompanist.training.performances import Performance, Span, notes_from

Floats = NDArray[np.float32]

BLOCK_TICKS = 4
"""A block lasts so many ticks of the engine."""

_AUDIBLE = 1e-3
_SAME_BEAT_S = 0.02
_ENDINGS = (".flac", ".wav")


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """Sound in a file, what is true of it, and which aspects of that are known."""

    path: Path
    performance: Performance
    style: str
    source: str
    aspects: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.performance.name


def sound_pieces(folder: Path, count: int | None = None) -> list[SoundPiece]:
    """So many pieces of a folder, spread evenly over their names; all of them without a count.

    Raises
    ------
    Refusal
        If there are none, or one cannot be read.
    """
    found = [path for path in sorted(folder.glob("*")) if path.suffix in _ENDINGS]
    paths = [path for path in found if path.with_suffix(".json").is_file()]
    if not paths:
        raise Refusal(
            f"{folder} holds no pieces of sound; put NAME.flac and NAME.json with its beats there"
        )
    return [_piece(path) for path in spread(paths, count)]


def read_sound(path: Path) -> tuple[Floats, int]:
    """One channel, and its rate.

    Raises
    ------
    Refusal
        If it cannot be read.
    """
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise Refusal(f"{path} cannot be read as sound; put another file there") from error
    return np.ascontiguousarray(samples.mean(axis=1)), int(rate_hz)


def _piece(path: Path) -> SoundPiece:
    samples, rate_hz = read_sound(path)
    try:
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        beats_s = np.array(said.get("beats") or [], np.float64)
        downs_s = [] if _is_hint(said) else said.get("downbeats") or []
        performance = Performance(
            path.stem,
            notes_from([]),
            beats_s,
            _marked(beats_s, downs_s),
            keys=_spans(said, "keys", "key"),
            chords=_spans(said, "chords", "chord"),
            length_s=len(samples) / rate_hz,
            sound_s=_audible_s(samples, rate_hz),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            f"{path.with_suffix('.json')} tells no truth of a piece: {error!r}"
        ) from error
    aspects = tuple(aspect for aspect in ASPECTS if aspect in said)
    style, source = str(said.get("style", "")), str(said.get("source", ""))
    return SoundPiece(path, performance, style, source, aspects)


def _is_hint(said: Mapping[str, object]) -> bool:
    return "machine" in str(said.get("downbeats_kind", ""))


def _marked(beats_s: NDArray[np.float64], downs_s: list[float]) -> NDArray[np.bool_]:
    """Which beats are downbeats."""
    apart_s = np.abs(beats_s[:, None] - np.array(downs_s, np.float64)[None, :])
    return np.asarray((apart_s < _SAME_BEAT_S).any(axis=1), np.bool_)


def _spans(said: Mapping[str, Any], of: str, label: str) -> tuple[Span, ...]:
    return tuple(
        Span(float(row["start"]), float(row["end"]), str(row[label]))
        for row in said.get(of) or []
        if row[label] != NO_KEY.name
    )


def _audible_s(samples: Floats, rate_hz: int) -> tuple[float, float] | None:
    loud = np.flatnonzero(np.abs(samples) > _AUDIBLE)
    return (float(loud[0]) / rate_hz, float(loud[-1]) / rate_hz) if len(loud) else None


def take_sound(piece: SoundPiece, listener: Ear, hears: type = object) -> Take:
    """Let a listener hear a piece of sound, or only events of one type in it.

    What is made of the samples, and what the listener makes of that, are its cost.
    """
    samples, rate_hz = read_sound(piece.path)
    ear, heard = SoundEar(rate_hz), list[object]()
    count = int(np.ceil(len(samples) / rate_hz * TICKS_PER_S / BLOCK_TICKS))
    blocks_ms = np.zeros(count)
    done = 0
    for block in range(count):
        tick = (block + 1) * BLOCK_TICKS
        end = tick * rate_hz // TICKS_PER_S
        began_ns = time.thread_time_ns()
        for event in ear.feed(samples[done:end], lambda number: number / rate_hz):
            if isinstance(event, hears):
                listener.hear(event)  # type: ignore[arg-type]
        heard += listener.advance(tick / TICKS_PER_S)
        blocks_ms[block] = (time.thread_time_ns() - began_ns) / 1e6
        done = end
    return Take(
        piece.performance, heard, np.repeat(blocks_ms / BLOCK_TICKS, BLOCK_TICKS), blocks_ms
    )
