"""What is told of a moment of sound for the beat."""

import numpy as np

from accompanist.dsp.frame_features import (
    FEATURES,
    LAG_STEPS,
    LAGS,
    MEMORY,
    OTHER_FEATURES,
    SPECTRUM_FEATURES,
    describe_frame,
    describe_frames,
)
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, SPECTRA

RISES = slice(SPECTRA * BANDS, SPECTRUM_FEATURES)
COMB = slice(SPECTRUM_FEATURES + 4 * SPECTRA, SPECTRUM_FEATURES + 4 * SPECTRA + LAGS)
REPETITION = slice(COMB.stop, COMB.stop + LAGS)
MOVES = slice(FEATURES - 4, FEATURES)


def described(spectra):
    bands = np.asarray(spectra, np.uint8).reshape(-1, SPECTRA * BANDS)
    return described_with(bands, np.zeros((len(bands), SEMITONES), np.uint8))


def described_with(bands, tones):
    out = np.empty((len(bands), FEATURES), np.float32)
    describe_frames(bands, tones, out)
    return out


def clicks(every, count):
    """Spectra of a click of all bands every so many spectra, silence between."""
    spectra = np.zeros((count, BANDS))
    spectra[::every] = 200
    return spectra


def test_there_is_a_place_for_every_feature():
    assert SPECTRUM_FEATURES + OTHER_FEATURES == FEATURES


def test_levels_come_as_shares_of_the_loudest():
    first = described(np.full((4, BANDS), 51))[0]

    assert np.allclose(first[: SPECTRA * BANDS], 0.2)


def test_what_gets_louder_rises_and_what_gets_softer_does_not():
    louder = described(np.repeat([[0], [0], [100], [100]], BANDS, axis=1))[0, RISES]
    softer = described(np.repeat([[100], [100], [0], [0]], BANDS, axis=1))[0, RISES]

    assert np.allclose(louder.reshape(SPECTRA, BANDS)[2:], 100 / 255)
    assert not softer.reshape(SPECTRA, BANDS)[2:].any()


def test_a_tone_that_glides_to_the_next_band_is_no_onset():
    spectra = np.zeros((8, BANDS))
    spectra[:6, 20] = 200
    spectra[6:, 21] = 200

    assert not described(spectra)[1, RISES].any()


def test_clicks_recur_after_their_own_lag_most():
    every = int(LAG_STEPS[16])
    heard = described(clicks(every, 40 * every // 4 * 4))[-1, REPETITION]

    assert abs(int(np.argmax(heard)) - 16) <= 1


def test_a_comb_recalls_what_rose_one_lag_ago():
    lag = int(LAG_STEPS[24]) // SPECTRA * SPECTRA
    spectra = np.zeros((lag + SPECTRA, BANDS))
    spectra[0:2] = 255
    tooth = int(np.argmin(np.abs(LAG_STEPS - lag)))

    assert described(spectra)[-1, COMB][tooth] > 0.0


def test_frames_one_by_one_are_described_as_all_at_once():
    random = np.random.default_rng(0)
    bands = random.integers(0, 256, (300, SPECTRA * BANDS)).astype(np.uint8)
    tones = random.integers(0, 256, (300, SEMITONES)).astype(np.uint8)
    memory, one = np.zeros(MEMORY, np.float32), np.empty(FEATURES, np.float32)
    for frame, sounding in zip(bands, tones, strict=True):
        describe_frame(frame, sounding, memory, one)

    assert np.array_equal(one, described_with(bands, tones)[-1])


def test_harmony_that_moves_is_told_and_harmony_that_stays_is_not():
    tones = np.zeros((100, SEMITONES), np.uint8)
    tones[:50, [12, 40, 43]] = 200
    tones[50:, [14, 41, 45]] = 200
    moves = described_with(np.zeros((100, SPECTRA * BANDS), np.uint8), tones)[:, MOVES]

    assert moves[49].max() < 0.05
    assert moves[53, ::2].min() > 0.3
