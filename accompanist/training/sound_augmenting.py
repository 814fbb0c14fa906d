"""Sound that was rendered once, heard in other rooms and at other tempi: frames bent as needed.

What is bent are the levels of frames (see `accompanist.dsp.spectrum`), not sound, which costs
nothing to speak of: stretched in time, transposed by whole bands, coloured by another equaliser,
over another floor of noise, with dropouts. Truth is bent along.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.spectrum import BANDS, SPECTRA

Levels = NDArray[np.float32]

_STRETCH_OCTAVES = 0.4
_TINT_LEVELS = 45.0
_MOST_BANDS = 5
_FLOOR_LEVELS = 90.0


def augmented(
    bands: NDArray[np.uint8], tones: NDArray[np.uint8], random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], float]:
    """Frames (n, SPECTRA * BANDS) and (n, semitones) bent at random.

    Returns them and how many times as long they are now.
    """
    spectra = bands.reshape(-1, BANDS).astype(np.float32)
    stretch = 1.0
    if random.random() < 0.8:
        stretch = 2.0 ** random.uniform(-_STRETCH_OCTAVES, _STRETCH_OCTAVES)
        spectra = _stretched(spectra, stretch)
    if random.random() < 0.6:
        spectra = _moved(spectra, int(random.integers(-_MOST_BANDS, _MOST_BANDS + 1)))
    if random.random() < 0.8:
        spectra = np.where(spectra > 0.0, spectra + _tint(random), 0.0).astype(np.float32)
    if random.random() < 0.3:
        floor = random.uniform(0.0, _FLOOR_LEVELS) + _tint(random)
        floor = floor + random.normal(0.0, 6.0, spectra.shape)
        spectra = np.where(spectra.any(1, keepdims=True), np.maximum(spectra, floor), spectra)
    if random.random() < 0.5:
        spectra = np.where(spectra > 0.0, 255.0 - random.uniform(0.7, 1.4) * (255.0 - spectra), 0.0)
    if random.random() < 0.1:
        start = int(random.integers(len(spectra)))
        spectra[start : start + int(random.integers(20, 200))] = 0.0
    levels = np.clip(np.rint(spectra), 0, 255).astype(np.uint8)
    frames = levels.reshape(-1, SPECTRA * BANDS)
    places = ((np.arange(len(frames)) + 0.5) / stretch).astype(np.int64)
    heard = tones[np.minimum(places, len(tones) - 1)]
    return frames, np.roll(heard, int(random.integers(12)), axis=1), stretch


def _stretched(spectra: Levels, stretch: float) -> Levels:
    """Spectra over `stretch` times their time, a whole number of frames."""
    count = int(len(spectra) * stretch) // SPECTRA * SPECTRA
    # A frame's time is its end, so the end of every spectrum is mapped.
    places = np.clip((np.arange(count) + 1) / stretch - 1, 0, len(spectra) - 1)
    before = np.floor(places).astype(np.int64)
    after = np.minimum(before + 1, len(spectra) - 1)
    part = (places - before)[:, None].astype(np.float32)
    return np.asarray((1.0 - part) * spectra[before] + part * spectra[after], np.float32)


def _moved(spectra: Levels, bands: int) -> Levels:
    """Spectra moved up by so many bands; where nothing was, there is what was at the edge."""
    source = np.clip(np.arange(BANDS) - bands, 0, BANDS - 1)
    return spectra[:, source]


def _tint(random: np.random.Generator) -> Levels:
    """The curve (BANDS,) of an equaliser, in levels."""
    at = np.linspace(0.0, BANDS - 1.0, 6)
    curve = random.normal(0.0, 0.4 * _TINT_LEVELS, 6)
    return np.interp(np.arange(BANDS), at, curve).astype(np.float32)
