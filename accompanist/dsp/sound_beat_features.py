"""What distinguishes a beat in sound to the ear that looks for bars.

Frames (see `accompanist.dsp.spectrum`) are kept for some seconds: what rose in each spectrum and
how loud it was, in low, middle and high bands, and which pitch classes stood out, in all registers
and in the bass. Once a beat is over it is described twice: as far as it was heard, and, a beat
later, as a whole. It is told what rose on it and in its twelve parts, how far harmony moved across
it, and how much its harmony, its bass and its rhythm are those of one to eight beats ago: bars
repeat, and harmony moves on their lines. All is relative to what was usual of late.

Spectra and semitones are seen through windows, so that a frame tells of what sounded a while before
its end; times are put back by that.

Limits: a beat of more than `KEPT_S` is heard in part. The kernels trust their shapes; they
allocate nothing.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.beat_features import likeness
from accompanist.dsp.frame_features import FRAME_S
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, SPECTRA

Floats = NDArray[np.float64]

BEFORE_BEATS, AFTER_BEATS = 0.25, 0.75
NEAR_BEATS = 0.1
PARTS = 12
RECALLED = 8
REGISTERS = 3
KEPT_S = 10.24

_SPECTRUM_S = FRAME_S / SPECTRA
_FRAMES = round(KEPT_S / FRAME_S)
_SPECTRA = _FRAMES * SPECTRA
_LOW_BANDS, _MIDDLE_BANDS = 16, 34
_BASS_SEMITONES, _NEAR_SEMITONES = 24, 3
_APART = 2
"""A rise is measured over so many spectra."""

_RISES_AFTER_S = 0.023
_TONES_AFTER_S = 0.12
"""So long after it sounded something is seen to rise, and a tone stands out."""

_ACROSS_BEATS = (0.25, 0.5)
"""Harmony is compared over so much of a beat before and after."""

_TONES = 12
_SPECTRUM_ROW = 1 + 2 * REGISTERS
_FRAME_ROW = 1 + 2 * _TONES
_BEAT_ROW = 2 * PARTS + 2 * _TONES
_USUAL = 1 + 3 * REGISTERS + 1
_ENDS = np.cumsum(
    [1, _SPECTRA * _SPECTRUM_ROW, _FRAMES * _FRAME_ROW, _APART * BANDS, _USUAL,
     (RECALLED + 1) * _BEAT_ROW, 4 * _TONES]
)  # fmt: skip
_AT_SPECTRA, _AT_FRAMES, _AT_PAST, _AT_USUAL, _AT_BEATS, _AT_SPANS, MEMORY = (
    int(end) for end in _ENDS
)
"""MEMORY is the length of what is remembered from frame to frame and beat to beat."""

_DESCRIBED = REGISTERS * PARTS + 2 * REGISTERS + 1 + 2 * len(_ACROSS_BEATS) + 4 * RECALLED + 1
FEATURES = 2 * _DESCRIBED + 3
"""The beat as far as it was heard, the one before as a whole, tempo, beats heard, part heard."""


def fresh_memory() -> Floats:
    """Memory (MEMORY,) of nothing."""
    memory = np.zeros(MEMORY)
    memory[_AT_SPECTRA:_AT_FRAMES:_SPECTRUM_ROW] = -math.inf
    memory[_AT_FRAMES:_AT_PAST:_FRAME_ROW] = -math.inf
    return memory


def forget_beats(memory: Floats) -> None:
    """Remember no beat any more, but the frames."""
    memory[_AT_USUAL:] = 0.0


@njit(cache=True)
def keep_frame(
    time_s: float, bands: NDArray[np.uint8], tones: NDArray[np.uint8], memory: Floats
) -> None:
    """Keep the next frame, which ended then.

    Parameters
    ----------
    time_s
        When its last sample came in.
    bands, tones
        Levels (SPECTRA * BANDS,) and (SEMITONES,), 0–255.
    memory
        Shape (MEMORY,), updated.
    """
    spectra = memory[_AT_SPECTRA:_AT_FRAMES].reshape(_SPECTRA, _SPECTRUM_ROW)
    frames = memory[_AT_FRAMES:_AT_PAST].reshape(_FRAMES, _FRAME_ROW)
    past = memory[_AT_PAST:_AT_USUAL].reshape(_APART, BANDS)
    place = int(memory[0])
    for s in range(SPECTRA):
        row = spectra[(place * SPECTRA + s) % _SPECTRA]
        row[:] = 0.0
        row[0] = time_s - (SPECTRA - 1 - s) * _SPECTRUM_S - _RISES_AFTER_S
        for band in range(BANDS):
            register = 0 if band < _LOW_BANDS else 1 if band < _MIDDLE_BANDS else 2
            level = bands[s * BANDS + band] / 255.0
            before = 0.0
            for other in range(max(band - 1, 0), min(band + 2, BANDS)):
                if s < _APART:
                    before = max(before, past[s, other])
                else:
                    before = max(before, bands[(s - _APART) * BANDS + other] / 255.0)
            row[1 + register] += max(level - before, 0.0) / 16.0
            row[1 + REGISTERS + register] += level / 16.0
    for s in range(_APART):
        for band in range(BANDS):
            past[s, band] = bands[(SPECTRA - _APART + s) * BANDS + band] / 255.0
    row = frames[place % _FRAMES]
    row[:] = 0.0
    row[0] = time_s - _TONES_AFTER_S
    for tone in range(SEMITONES):
        first, last = max(tone - _NEAR_SEMITONES, 0), min(tone + _NEAR_SEMITONES + 1, SEMITONES)
        around = 0.0
        for near in range(first, last):
            around += tones[near]
        clear = max(tones[tone] - around / (last - first), 0.0) / 255.0
        row[1 + tone % _TONES] += clear
        if tone < _BASS_SEMITONES:
            row[1 + _TONES + tone % _TONES] += clear
    memory[0] = (place + 1) % _FRAMES


@njit(cache=True)
def _gather(frames: Floats, from_s: float, to_s: float, out: Floats) -> None:
    """Write what pitch classes stood out between two times, all and bass, (2 * 12,)."""
    out[:] = 0.0
    for n in range(len(frames)):
        if from_s <= frames[n, 0] < to_s:
            for tone in range(2 * _TONES):
                out[tone] += frames[n, 1 + tone]


@njit(cache=True)
def _describe(
    beat_s: float, period_s: float, whole: bool, memory: Floats, out: NDArray[np.float32]
) -> None:
    """Describe a beat by what is kept of it; remember it if it is `whole`."""
    spectra = memory[_AT_SPECTRA:_AT_FRAMES].reshape(_SPECTRA, _SPECTRUM_ROW)
    frames = memory[_AT_FRAMES:_AT_PAST].reshape(_FRAMES, _FRAME_ROW)
    usual = memory[_AT_USUAL:_AT_BEATS]
    beats = memory[_AT_BEATS:_AT_SPANS].reshape(RECALLED + 1, _BEAT_ROW)
    spans = memory[_AT_SPANS:].reshape(2, 2 * _TONES)
    rhythm, chroma = beats[0, : 2 * PARTS], beats[0, 2 * PARTS :]
    rhythm[:] = 0.0
    out[:] = 0.0
    parts, at = out[: REGISTERS * PARTS], REGISTERS * PARTS
    accents, levels = out[at : at + REGISTERS], out[at + REGISTERS : at + 2 * REGISTERS]
    at += 2 * REGISTERS
    seen, low, near_low = 0, 0.0, 0.0
    for n in range(_SPECTRA):
        off = (spectra[n, 0] - beat_s) / period_s
        if not -BEFORE_BEATS <= off < AFTER_BEATS:
            continue
        seen += 1
        part = min(int((off + BEFORE_BEATS) * PARTS), PARTS - 1)
        for register in range(REGISTERS):
            rise = spectra[n, 1 + register]
            parts[register * PARTS + part] += rise
            rhythm[part] += rise
            levels[register] += spectra[n, 1 + REGISTERS + register]
            if abs(off) < NEAR_BEATS:
                accents[register] += rise
        rhythm[PARTS + part] += spectra[n, 1]
        low += spectra[n, 1]
        near_low += spectra[n, 1] if abs(off) < NEAR_BEATS else 0.0
    pace = 1.0 if usual[0] == 0.0 else max(0.08, 1.0 / (1.0 + usual[0]))
    for register in range(REGISTERS):
        risen = 0.0
        for part in range(PARTS):
            risen += parts[register * PARTS + part]
        level = levels[register] / max(seen, 1)
        accent = accents[register]
        if whole:
            usual[1 + register] += pace * (risen - usual[1 + register])
            usual[1 + REGISTERS + register] += pace * (accent - usual[1 + REGISTERS + register])
            usual[1 + 2 * REGISTERS + register] += pace * (
                level - usual[1 + 2 * REGISTERS + register]
            )
        scale = PARTS / (usual[1 + register] + 0.02)
        for part in range(PARTS):
            place = register * PARTS + part
            parts[place] = math.log1p(parts[place] * scale)
        usually = usual[1 + REGISTERS + register]
        accents[register] = math.log((accent + 0.02) / (usually + 0.02))
        levels[register] = level - usual[1 + 2 * REGISTERS + register] if seen else 0.0
    out[at] = near_low / (low + 0.02)
    at += 1
    for across in _ACROSS_BEATS:
        _gather(frames, beat_s - across * period_s, beat_s, spans[0])
        _gather(frames, beat_s, beat_s + across * period_s, spans[1])
        out[at] = 1.0 - likeness(spans[0, :_TONES], spans[1, :_TONES])
        out[at + 1] = 1.0 - likeness(spans[0, _TONES:], spans[1, _TONES:])
        at += 2
    _gather(frames, beat_s, beat_s + period_s, chroma)
    for back in range(RECALLED):
        past = beats[1 + back]
        out[at] = likeness(rhythm[:PARTS], past[:PARTS])
        out[at + RECALLED] = likeness(rhythm[PARTS:], past[PARTS : 2 * PARTS])
        out[at + 2 * RECALLED] = likeness(chroma[:_TONES], past[2 * PARTS : 2 * PARTS + _TONES])
        out[at + 3 * RECALLED] = likeness(chroma[_TONES:], past[2 * PARTS + _TONES :])
        at += 1
    at += 3 * RECALLED
    bass, full = 0.0, 0.0
    for tone in range(_TONES):
        full += chroma[tone]
        bass += chroma[_TONES + tone]
    share = bass / (full + 0.1)
    if whole:
        usual[_USUAL - 1] += pace * (share - usual[_USUAL - 1])
        usual[0] += 1.0
        for back in range(RECALLED, 0, -1):
            for i in range(_BEAT_ROW):
                beats[back, i] = beats[back - 1, i]
    out[at] = share - usual[_USUAL - 1]


@njit(cache=True)
def describe_beat(
    beat_s: float,
    period_s: float,
    before_s: float,
    memory: Floats,
    out: NDArray[np.float32],
) -> None:
    """Describe a beat that is over, as far as it was heard, and the one before it.

    Parameters
    ----------
    beat_s
        When it was.
    period_s
        Seconds to the next one.
    before_s
        When the beat before it was.
    memory
        Shape (MEMORY,), updated.
    out
        Shape (FEATURES,), written.
    """
    _describe(before_s, beat_s - before_s, True, memory, out[_DESCRIBED : 2 * _DESCRIBED])
    _describe(beat_s, period_s, False, memory, out[:_DESCRIBED])
    last = (int(memory[0]) * SPECTRA - 1) % _SPECTRA
    out[2 * _DESCRIBED] = math.log2(period_s / 0.5)
    out[2 * _DESCRIBED + 1] = math.log2(memory[_AT_USUAL]) / 4.0
    heard = (memory[_AT_SPECTRA + last * _SPECTRUM_ROW] - beat_s) / period_s
    out[2 * _DESCRIBED + 2] = min(max(heard, 0.0), 1.0)


@njit(cache=True)
def describe_beats(
    beats_s: Floats,
    heard_beats: float,
    ends_s: Floats,
    bands: NDArray[np.uint8],
    tones: NDArray[np.uint8],
    memory: Floats,
    out: NDArray[np.float32],
) -> None:
    """Describe all beats but the first and the last, (n - 2, FEATURES).

    Each is described so many beats after it, by the frames that ended until then.
    """
    frame = 0
    for beat in range(1, len(beats_s) - 1):
        period_s = beats_s[beat + 1] - beats_s[beat]
        while frame < len(ends_s) and ends_s[frame] <= beats_s[beat] + heard_beats * period_s:
            keep_frame(ends_s[frame], bands[frame], tones[frame], memory)
            frame += 1
        describe_beat(beats_s[beat], period_s, beats_s[beat - 1], memory, out[beat - 1])
