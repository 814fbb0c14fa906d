"""From a soundfont's records to flat tables a compiled voice can read: zones and a pool of frames.

A zone is one sample for a range of keys and velocities with its tuning, loop, envelopes, filter and
place in the stereo picture. Instrument generators are absolute, preset generators are added to
them, ranges intersect (SoundFont 2.04, chapter 9). Left out: LFOs, chorus and reverb sends, and
modulators other than the standard one from velocity to loudness. Sources of formulas: SoundFont
2.04, chapters 8 and 9; attenuation counts 0.4 times, as the hardware did that fonts are made for.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.instruments import INSTRUMENTS, Instrument
from accompanist.dsp.soundfont import SAMPLE_IS_VORBIS, Soundfont, SoundfontError

BAND_SOUNDFONT = Path(__file__).parent / "sounds" / "band.sf3"

GUARD_FRAMES = 4
"""Zeros around every sample, so that interpolation never reads its neighbour."""

_TAPER_FRAMES = 96
"""Unlooped samples fade over these last frames, in case they were cut while sounding."""

_ATTENUATION_FACTOR = 0.4

_INTEGERS = (
    *("start", "end", "loop_start", "loop_end", "loop_mode", "exclusive_class"),
    *("low_key", "high_key", "low_velocity", "high_velocity", "fixed_key", "fixed_velocity"),
)
_ENVELOPE = ("delay_s", "attack_s", "hold_s", "decay_s", "sustain", "release_s")
_FLOATS = (
    *("rate_hz", "root_cents", "cents_per_key", "tune_cents", "gain", "left", "right"),
    *("cutoff_cents", "resonance_db", "filter_envelope_cents"),
    *(f"volume_{name}" for name in _ENVELOPE),
    *("volume_hold_cents_per_key", "volume_decay_cents_per_key"),
    *(f"filter_{name}" for name in _ENVELOPE),
)
ZONE = np.dtype([(n, np.int64) for n in _INTEGERS] + [(n, np.float64) for n in _FLOATS])
"""Times in seconds, `volume_sustain` in dB below full, `filter_sustain` 0–1, frames in the pool."""

UNLOOPED, LOOPED, LOOPED_UNTIL_RELEASE = 0, 1, 3

_START, _END, _LOOP_START, _LOOP_END = (0, 4), (1, 12), (2, 45), (3, 50)
_CUTOFF, _RESONANCE, _FILTER_ENVELOPE, _PAN, _ATTENUATION = 8, 9, 11, 17, 48
_FILTER_TIMES, _VOLUME_TIMES = 25, 33
_HOLD_PER_KEY, _DECAY_PER_KEY = 39, 40
_INSTRUMENT, _KEYS, _VELOCITIES, _KEY, _VELOCITY, _SAMPLE = 41, 43, 44, 46, 47, 53
_COARSE_TUNE, _FINE_TUNE, _LOOP_MODE, _SCALE_TUNING, _EXCLUSIVE, _ROOT = 51, 52, 54, 56, 57, 58
_NO_TIME = -12000
_DEFAULTS: Mapping[int, int] = {
    _CUTOFF: 13500,
    **dict.fromkeys((*range(25, 29), 30, *range(33, 37), 38), _NO_TIME),
    **dict.fromkeys((_KEY, _VELOCITY, _ROOT), -1),
    _SCALE_TUNING: 100,
}
_INSTRUMENT_ONLY = frozenset((0, 1, 2, 3, 4, 12, 45, 50, _KEY, _VELOCITY, 54, 57, 58))
_WHOLE_RANGE = (0, 127)

_Generators = dict[int, int]


@dataclass(frozen=True, slots=True)
class SoundBank:
    """Instruments ready to be voiced.

    Attributes
    ----------
    frames
        All samples one after another, 16 bit.
    zones
        Table of `ZONE`.
    spans
        First zone and number of zones of every instrument by name.
    """

    frames: NDArray[np.int16]
    zones: NDArray[np.void]
    spans: Mapping[str, tuple[int, int]]


def load_bank(
    path: Path = BAND_SOUNDFONT, instruments: Mapping[str, Instrument] = INSTRUMENTS
) -> SoundBank:
    """Read instruments from a soundfont and decode their samples.

    Raises
    ------
    SoundfontError
        If the font is missing, damaged or lacks an instrument.
    """
    pool = _Pool(Soundfont(path))
    zones: list[NDArray[np.void]] = []
    spans: dict[str, tuple[int, int]] = {}
    for name, instrument in instruments.items():
        first = len(zones)
        own = [_zone(generators, pool) for generators in _combined(pool.font, instrument)]
        zones += [zone for zone in own if zone["low_key"] <= zone["high_key"]]
        spans[name] = (first, len(zones) - first)
    return SoundBank(pool.joined(), np.array(zones, ZONE), spans)


class _Pool:
    """Decoded samples, each once."""

    def __init__(self, font: Soundfont) -> None:
        self.font = font
        self._places: dict[int, tuple[int, int]] = {}
        self._parts: list[NDArray[np.int16]] = []
        self._length = 0
        self._looped: set[int] = set()

    def place(self, number: int, looped: bool) -> tuple[int, int]:
        """First frame of a sample in the pool, and its length."""
        if not 0 <= number < len(self.font.tables["shdr"]) - 1:
            raise SoundfontError(f"{self.font.path} names a sample it lacks; reinstall it")
        if looped:
            self._looped.add(number)
        if number not in self._places:
            frames = self.font.sample(number).copy()
            guard = np.zeros(GUARD_FRAMES, np.int16)
            self._places[number] = (self._length + GUARD_FRAMES, len(frames))
            self._parts += [guard, frames, guard]
            self._length += len(frames) + 2 * GUARD_FRAMES
        return self._places[number]

    def joined(self) -> NDArray[np.int16]:
        frames = np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)
        for number, (start, length) in self._places.items():
            if number not in self._looped:
                taper = min(_TAPER_FRAMES, length)
                end = frames[start + length - taper : start + length]
                end[:] = end * np.linspace(1.0, 0.0, taper)
        return frames


def _combined(font: Soundfont, instrument: Instrument) -> Iterable[_Generators]:
    """Generators of every zone of a preset, instrument and preset levels summed."""
    preset = font.preset(instrument.bank, instrument.program)
    for outer, number in _zones_of(font, "phdr", preset, _INSTRUMENT):
        if not 0 <= number < len(font.tables["inst"]) - 1:
            raise SoundfontError(f"{font.path} names an instrument it lacks; reinstall it")
        for inner, sample in _zones_of(font, "inst", number, _SAMPLE):
            total = {**_DEFAULTS, **inner, _SAMPLE: sample}
            for kind, amount in outer.items():
                if kind not in _INSTRUMENT_ONLY and kind not in (_KEYS, _VELOCITIES):
                    total[kind] = total.get(kind, 0) + amount
            for kind in (_KEYS, _VELOCITIES):
                total[kind] = _pack(*_intersection(inner.get(kind), outer.get(kind)))
            yield total


def _zones_of(
    font: Soundfont, owners: str, number: int, reference: int
) -> Iterable[tuple[_Generators, int]]:
    """Generators of each zone with the global zone's beneath, and what the zone refers to."""
    bags, kinds = ("pbag", "pgen") if owners == "phdr" else ("ibag", "igen")
    first, after = (int(font.tables[owners][place]["bag"]) for place in (number, number + 1))
    beneath: _Generators = {}
    for bag in range(first, after):
        start, end = (int(font.tables[bags][place]["generator"]) for place in (bag, bag + 1))
        own = {int(row["kind"]): int(row["amount"]) for row in font.tables[kinds][start:end]}
        if reference in own:
            yield {**beneath, **own}, own[reference] & 0xFFFF
        elif bag == first:
            beneath = own


def _pack(low: int, high: int) -> int:
    return high << 8 | low


def _unpack(packed: int | None) -> tuple[int, int]:
    return _WHOLE_RANGE if packed is None else (packed & 0xFF, packed >> 8 & 0xFF)


def _intersection(inner: int | None, outer: int | None) -> tuple[int, int]:
    (low, high), (least, most) = _unpack(inner), _unpack(outer)
    return max(low, least), min(high, most)


def _seconds(cents: int) -> float:
    """Time of cents of a second; the least value means none."""
    return 0.0 if cents <= _NO_TIME else 2 ** (min(cents, 8000) / 1200)


@dataclass(frozen=True)
class _Reading:
    """Generators read in units."""

    generators: _Generators

    def __getitem__(self, kind: int) -> int:
        return self.generators.get(kind, 0)

    def frames(self, kinds: tuple[int, int]) -> int:
        fine, coarse = kinds
        return self[fine] + 32768 * self[coarse]

    def envelope(self, first: int, sustain: float) -> dict[str, float]:
        """Delay, attack, hold, decay, sustain, release; times are in cents of a second."""
        delay, attack, hold, decay, release = (_seconds(self[first + k]) for k in (0, 1, 2, 3, 5))
        return dict(zip(_ENVELOPE, (delay, attack, hold, decay, sustain, release), strict=True))

    @cached_property
    def pan(self) -> tuple[float, float]:
        """Gains left and right at equal power, from −500 (left) to 500."""
        angle = (min(max(self[_PAN], -500), 500) + 500) / 1000 * math.pi / 2
        return math.cos(angle), math.sin(angle)


def _zone(generators: _Generators, pool: _Pool) -> NDArray[np.void]:
    read = _Reading(generators)
    looped = read[_LOOP_MODE] in (LOOPED, LOOPED_UNTIL_RELEASE)
    header = pool.font.tables["shdr"][read[_SAMPLE]]
    start, length = pool.place(read[_SAMPLE], looped)
    before = 0 if header["kind"] & SAMPLE_IS_VORBIS else int(header["start"])
    loop_start = int(header["loop_start"]) - before + read.frames(_LOOP_START)
    loop_end = int(header["loop_end"]) - before + read.frames(_LOOP_END)
    first = min(max(read.frames(_START), 0), length)
    last = min(max(length + read.frames(_END), first), length)
    valid = looped and first <= loop_start < loop_end <= last
    root = read[_ROOT] if 0 <= read[_ROOT] <= 127 else min(int(header["pitch"]), 127)
    (low_key, high_key), (low_velocity, high_velocity) = (
        _unpack(read[kind]) for kind in (_KEYS, _VELOCITIES)
    )
    volume = read.envelope(_VOLUME_TIMES, min(max(read[37], 0), 1440) / 10)
    filtering = read.envelope(_FILTER_TIMES, 1 - min(max(read[29], 0), 1000) / 1000)
    values: dict[str, float] = {
        "start": start + first,
        "end": start + last,
        "loop_start": start + loop_start if valid else 0,
        "loop_end": start + loop_end if valid else 0,
        "loop_mode": read[_LOOP_MODE] if valid else UNLOOPED,
        "exclusive_class": read[_EXCLUSIVE],
        "low_key": low_key,
        "high_key": high_key,
        "low_velocity": low_velocity,
        "high_velocity": high_velocity,
        "fixed_key": read[_KEY],
        "fixed_velocity": read[_VELOCITY],
        "rate_hz": max(int(header["rate_hz"]), 1),
        "root_cents": 100 * root,
        "cents_per_key": read[_SCALE_TUNING],
        "tune_cents": 100 * read[_COARSE_TUNE] + read[_FINE_TUNE] + header["correction_cents"],
        "gain": 10 ** (-max(read[_ATTENUATION], 0) * _ATTENUATION_FACTOR / 200),
        "left": read.pan[0],
        "right": read.pan[1],
        "cutoff_cents": min(max(read[_CUTOFF], 1500), 13500),
        "resonance_db": min(max(read[_RESONANCE], 0), 960) / 10,
        "filter_envelope_cents": read[_FILTER_ENVELOPE],
        "volume_hold_cents_per_key": read[_HOLD_PER_KEY],
        "volume_decay_cents_per_key": read[_DECAY_PER_KEY],
        **{f"volume_{name}": value for name, value in volume.items()},
        **{f"filter_{name}": value for name, value in filtering.items()},
    }
    zone = np.zeros((), ZONE)
    for name, value in values.items():
        zone[name] = value
    return zone
