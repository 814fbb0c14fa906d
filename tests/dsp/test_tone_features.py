"""What is told of a moment of sound for harmony."""

import numpy as np

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.tone_features import (
    FEATURES,
    FRAMES,
    MEMORY,
    describe_all_tones,
    describe_tones,
)

LEVELS, CLEAR = slice(0, SEMITONES), slice(SEMITONES, 2 * SEMITONES)
LAST_SECOND, BASS = slice(2 * SEMITONES, 2 * SEMITONES + 12), slice(FEATURES - 12, FEATURES)


def described(tones):
    tones = np.asarray(tones, np.uint8)
    out = np.empty((len(tones) // FRAMES, FEATURES), np.float32)
    describe_all_tones(tones, out)
    return out


def sounding(*places, level=200, frames=FRAMES):
    tones = np.zeros((frames, SEMITONES))
    tones[:, list(places)] = level
    return tones


def test_levels_are_the_mean_of_two_frames():
    loud, soft = sounding(30, level=204, frames=1), sounding(30, level=102, frames=1)

    assert np.isclose(described([*loud, *soft])[0, LEVELS][30], 0.6)


def test_a_tone_stands_out_and_an_even_noise_does_not():
    tone, noise = (
        described(sounding(30))[0, CLEAR],
        described(np.full((2, SEMITONES), 90))[0, CLEAR],
    )

    assert np.argmax(tone) == 30
    assert not noise.any()


def test_octaves_are_one_pitch_class():
    heard = described(sounding(0, 12, 24))[0, LAST_SECOND]

    assert np.isclose(heard[0], 1.0, atol=1e-3)


def test_the_bass_is_what_stands_out_in_the_lowest_two_octaves():
    heard = described(sounding(7, 28, 31, 36))[0, BASS]

    assert np.argmax(heard) == 7
    assert np.isclose(heard[7], 1.0, atol=1e-3)


def test_what_ended_is_forgotten_slowly():
    heard = described(np.concatenate([sounding(40, frames=20), sounding(45, frames=20)]))
    last = heard[-1, LAST_SECOND]

    assert last[45 % 12] > last[40 % 12] > 0.0


def test_steps_one_by_one_are_described_as_all_at_once():
    tones = np.random.default_rng(0).integers(0, 256, (100, SEMITONES)).astype(np.uint8)
    memory, one = np.zeros(MEMORY, np.float32), np.empty(FEATURES, np.float32)
    for start in range(0, len(tones), FRAMES):
        describe_tones(tones[start : start + FRAMES], memory, one)

    assert np.array_equal(one, described(tones)[-1])
