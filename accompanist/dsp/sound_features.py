"""What frames of sound say at a glance: how strongly something begins, and which tones sound.

Frames are those of `dsp.spectrum`, so 0 to 255 are 60 dB. Chroma begins at C.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, DEPTH_DB

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

TONES = 12
BASS_OCTAVES = 2
"""C1 to B2: what a bass plays."""


def onset_strength(bands: Bytes, before: Bytes | None = None) -> Floats:
    """Return the flux of every spectrum: by how many decibels the bands rise, in the mean.

    Parameters
    ----------
    bands
        Shape (frames, 204).
    before
        The frame before them, shape (204,); silence unless given.

    Returns
    -------
    NDArray
        Shape (4 * frames,), a hundred a second.
    """
    start = np.zeros(BANDS) if before is None else before[-BANDS:].astype(float)
    spectra = bands.reshape(-1, BANDS).astype(float)
    rises = np.diff(np.vstack([start, spectra]), axis=0)
    return np.asarray(np.maximum(rises, 0.0).mean(axis=1) * DEPTH_DB / 255.0)


def chroma(tones: Bytes, octaves: int = SEMITONES // TONES) -> Floats:
    """Return how strong each pitch class sounds, the strongest 1, shape (frames, 12).

    Parameters
    ----------
    tones
        Shape (frames, 72).
    octaves
        So many from C1 up are heard.
    """
    amplitudes = 10.0 ** ((tones / 255.0 - 1.0) * DEPTH_DB / 20.0) * (tones > 0)
    classes = amplitudes[:, : octaves * TONES].reshape(len(tones), octaves, TONES).sum(axis=1)
    strongest = classes.max(axis=1, keepdims=True)
    return np.asarray(classes / np.where(strongest > 0.0, strongest, 1.0))


def bass_chroma(tones: Bytes) -> Floats:
    """Return the chroma of what a bass plays."""
    return chroma(tones, BASS_OCTAVES)
