"""Frames bent at random stay frames, and say how far they were stretched."""

import numpy as np
import pytest

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, SPECTRA
from accompanist.training.sound_augmenting import augmented

FRAMES = 500


@pytest.mark.parametrize("seed", range(8))
def test_there_are_so_many_times_as_many_frames_as_is_said(seed):
    random = np.random.default_rng(seed)
    bands = random.integers(1, 256, (FRAMES, SPECTRA * BANDS)).astype(np.uint8)
    tones = np.zeros((FRAMES, SEMITONES), np.uint8)
    bent, heard, stretch = augmented(bands, tones, random)

    assert len(bent) == len(heard) == pytest.approx(stretch * FRAMES, abs=1)


@pytest.mark.parametrize("seed", range(8))
def test_silence_stays_silence(seed):
    bands, tones = np.zeros((FRAMES, SPECTRA * BANDS), np.uint8), np.zeros((FRAMES, 72), np.uint8)
    bent, heard, _ = augmented(bands, tones, np.random.default_rng(seed))

    assert not bent.any()
    assert not heard.any()


@pytest.mark.parametrize("seed", range(8))
def test_what_is_struck_is_struck_at_its_stretched_time(seed):
    spectra = np.full((SPECTRA * FRAMES, BANDS), 60)
    spectra[1000:1004] = 250
    random = np.random.default_rng(seed)
    bent, _, stretch = augmented(
        spectra.reshape(FRAMES, -1).astype(np.uint8), np.zeros((FRAMES, 72), np.uint8), random
    )
    loudest = int(np.argmax(np.median(bent.reshape(-1, BANDS).astype(float), axis=1)))

    assert loudest == pytest.approx(1002 * stretch, abs=5)
