"""Other programs that hear beats or keys, run beside the listener where they are installed.

None is needed, imported by the program, or shipped. Those that hear audio are given every note as
a decaying tone, and drums as bursts of noise, at 44.1 kHz. An offline peer sees the whole piece
before it says anything, so it has an advantage that no live listener can have; key finders are
given only what was played until each moment they are asked at.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import BeatHeard, KeyHeard
from accompanist.music.key import Key
from accompanist.music.pitch import parse_pitch_class
from accompanist.training.key_scores import AFTER_S
from accompanist.training.performances import Performance

RATE = 44_100
_TONE_S, _DECAY_S, _PARTIALS = 0.35, 0.09, 4
_PERCUSSION = 9

Hear = Callable[[Performance], list[object]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, its module and licence, what it hears (`ASPECTS`), and how."""

    module: str
    licence: str
    offline: bool
    hears: tuple[str, ...]
    hear: Hear

    def heard(self, performance: Performance) -> list[object]:
        """What it hears; nothing where it gives up, whatever it raises."""
        if not len(performance.notes):
            return []
        try:
            return self.hear(performance)
        except Exception as error:
            sys.stderr.write(f"{self.module} gives up on {performance.name}: {error}\n")
            return []

    @property
    def installed(self) -> bool:
        """Whether it can be imported here."""
        return find_spec(self.module) is not None


def tones(performance: Performance) -> NDArray[np.float32]:
    """Sound of a performance, one channel, from time 0."""
    notes = performance.notes
    length = int((float(notes.off_s.max(initial=0.0)) + 1.0) * RATE)
    sound = np.zeros(length + int(_TONE_S * RATE), np.float32)
    at_s = np.arange(int(_TONE_S * RATE)) / RATE
    decay = np.exp(-at_s / _DECAY_S)
    noise = np.random.default_rng(0).uniform(-1.0, 1.0, len(at_s)) * decay**3
    for on_s, pitch, velocity, role in zip(
        notes.on_s, notes.pitch, notes.velocity, notes.role, strict=True
    ):
        hertz = 440.0 * 2.0 ** ((pitch - 69) / 12)
        wave = noise
        if role != _PERCUSSION:
            partials = [np.sin(2 * np.pi * n * hertz * at_s) / n**2 for n in range(1, _PARTIALS)]
            wave = np.sum(partials, axis=0) * decay
        start = int(on_s * RATE)
        sound[start : start + len(wave)] += (0.2 * velocity / 127 * wave).astype(np.float32)
    return sound


def _said(times_s: NDArray[np.float64], announced_s: NDArray[np.float64]) -> list[object]:
    return [
        BeatHeard(float(said_s), float(at_s), k, k // 4, k % 4 == 0, 0.0, 1.0)
        for k, (at_s, said_s) in enumerate(zip(times_s, announced_s, strict=True))
    ]


def _aubio(performance: Performance) -> list[object]:
    import aubio

    hop = 512
    tracker = aubio.tempo("default", 1024, hop, RATE)
    sound, times_s, announced_s = tones(performance), [], []
    for start in range(0, len(sound) - hop, hop):
        if tracker(sound[start : start + hop])[0]:
            times_s.append(float(tracker.get_last_s()))
            announced_s.append((start + hop) / RATE)
    return _said(np.array(times_s), np.array(announced_s))


def _librosa(performance: Performance) -> list[object]:
    import librosa

    _, times_s = librosa.beat.beat_track(y=tones(performance), sr=RATE, units="time")
    return _said(times_s, times_s)


def _pretty_midi(performance: Performance) -> list[object]:
    import pretty_midi

    instrument = pretty_midi.Instrument(0)
    notes = performance.notes
    for on_s, off_s, pitch, velocity in zip(
        notes.on_s, notes.off_s, notes.pitch, notes.velocity, strict=True
    ):
        instrument.notes.append(pretty_midi.Note(int(velocity), int(pitch), on_s, off_s))
    midi = pretty_midi.PrettyMIDI()
    midi.instruments.append(instrument)
    # Its own get_beats reads the file's tempo map, which a performance hasn't got.
    period_s = 60.0 / midi.estimate_tempo()
    times_s = np.arange(midi.estimate_beat_start(), float(notes.on_s[-1]), period_s)
    return _said(times_s, times_s)


def _partitura_notes(performance: Performance, until_s: float) -> NDArray[Any]:
    notes = performance.notes
    kept = notes.on_s <= until_s
    rows = np.zeros(
        int(kept.sum()),
        [("onset_sec", "f4"), ("duration_sec", "f4"), ("pitch", "i4"), ("velocity", "i4")],
    )
    rows["onset_sec"], rows["pitch"] = notes.on_s[kept], notes.pitch[kept]
    rows["duration_sec"] = (notes.off_s - notes.on_s)[kept]
    rows["velocity"] = notes.velocity[kept]
    return rows


def _partitura(performance: Performance) -> list[object]:
    from partitura.musicanalysis import estimate_key, estimate_time

    found = estimate_time(_partitura_notes(performance, np.inf))
    times_s = np.array([at_s for at_s, _ in found["beats"]])

    def key(until_s: float) -> Key:
        name = estimate_key(_partitura_notes(performance, until_s))
        return _key(name.removesuffix("m"), "minor" if name.endswith("m") else "major")

    return [*_said(times_s, times_s), *_keys(performance, key)]


def _music21(performance: Performance) -> list[object]:
    from music21 import note, stream

    def key(until_s: float) -> Key:
        heard = stream.Stream()
        notes = performance.notes
        for on_s, off_s, pitch in zip(notes.on_s, notes.off_s, notes.pitch, strict=True):
            if on_s <= until_s:
                heard.insert(float(on_s), note.Note(int(pitch), quarterLength=float(off_s - on_s)))
        found = heard.analyze("key")
        return _key(found.tonic.name.replace("-", "b"), found.mode)

    return list(_keys(performance, key))


def _key(tonic: str, mode: str) -> Key:
    letter, signs = tonic[:1].upper(), tonic[1:]
    shift = signs.count("#") - signs.count("b")
    return Key((parse_pitch_class(letter) + shift) % 12, mode)


def _keys(performance: Performance, key: Callable[[float], Key]) -> list[KeyHeard]:
    """The key at every moment that is scored, of what was played until then."""
    if not performance.keys:
        return []
    start_s = float(performance.notes.on_s[0])
    return [KeyHeard(start_s + after_s, key(start_s + after_s), 1.0) for after_s in AFTER_S]


PEERS: dict[str, Peer] = {
    "aubio": Peer("aubio", "GPL-3.0", False, ("beats",), _aubio),
    "librosa": Peer("librosa", "ISC", True, ("beats",), _librosa),
    "partitura": Peer("partitura", "Apache-2.0", True, ("beats", "keys"), _partitura),
    "pretty_midi": Peer("pretty_midi", "MIT", True, ("beats",), _pretty_midi),
    "music21": Peer("music21", "BSD-3-Clause", False, ("keys",), _music21),
}
"""Peers by name; aubio is installed as aubio-ledfx."""
