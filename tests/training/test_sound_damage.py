"""Rooms, filters, amplifiers and noise delay nothing and break nothing."""

import numpy as np
import pytest

from accompanist.training.sound_damage import (
    amplified,
    convolved,
    damaged,
    minimum_phase,
    room,
)
from accompanist.training.sound_noise import background
from accompanist.training.sound_scenes import NOISES

RATE_HZ = 16_000


def clicks(*at, frames=RATE_HZ):
    sound = np.zeros(frames, np.float32)
    sound[list(at)] = 1.0
    return sound


def test_overlapping_blocks_convolve_as_one_would():
    random = np.random.default_rng(0)
    sound, response = (random.standard_normal(n).astype(np.float32) for n in (30_000, 700))
    np.testing.assert_allclose(
        convolved(sound, response), np.convolve(sound, response), atol=2e-3, rtol=0
    )


def test_a_filter_is_as_loud_as_its_curve_and_comes_at_once():
    curve_db = np.where(np.arange(2049) > 1000, -20.0, 0.0)
    response = minimum_phase(curve_db)
    loud_db = 20 * np.log10(np.abs(np.fft.rfft(response, 4096)))
    np.testing.assert_allclose(loud_db[[300, 600, 1500, 1900]], [0, 0, -20, -20], atol=0.5)
    assert (response[:10] ** 2).sum() > 0.9 * (response**2).sum()


@pytest.mark.parametrize("seed", range(5))
def test_a_room_lets_the_direct_sound_come_first(seed):
    response = room(RATE_HZ, np.random.default_rng(seed))
    assert np.flatnonzero(response)[0] == 0
    assert np.abs(response).argmax() == 0


@pytest.mark.parametrize("seed", range(12))
def test_nothing_that_is_damaged_is_late_or_out_of_bounds(seed):
    sound = damaged(clicks(8000), RATE_HZ, np.random.default_rng(seed))
    assert len(sound) == RATE_HZ
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.0
    loudness = np.abs(sound[7000:9000] - np.median(sound))
    assert abs(int(loudness.argmax()) - 1000) <= 32


def test_silence_stays_finite():
    for seed in range(6):
        sound = damaged(np.zeros(RATE_HZ, np.float32), RATE_HZ, np.random.default_rng(seed))
        assert np.isfinite(sound).all()


def test_an_amplifier_makes_a_tone_richer_the_harder_it_is_driven():
    tone = np.sin(2 * np.pi * 220 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)

    def overtones(drive):
        sound = amplified(tone, RATE_HZ, drive, np.random.default_rng(0))
        power = np.abs(np.fft.rfft(sound)) ** 2
        return power[400:].sum() / power.sum()

    assert overtones(0.8) > 4 * overtones(0.05)


@pytest.mark.parametrize("kind", NOISES)
def test_every_noise_is_as_long_as_asked(kind):
    sound = background(kind, RATE_HZ, RATE_HZ, np.random.default_rng(0))
    assert sound.shape == (RATE_HZ,)
    assert np.isfinite(sound).all()
    assert np.any(sound) == (kind != "silence")
