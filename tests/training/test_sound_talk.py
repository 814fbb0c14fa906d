"""Talk that means nothing has what talk has: syllables, a pitch that glides, pauses."""

import numpy as np
import pytest

from accompanist.training.sound_talk import talk

RATE_HZ = 16000


def levels(sound, every_s=0.01):
    """How loud it is (RMS), every so many seconds."""
    size = round(every_s * RATE_HZ)
    return np.sqrt((sound[: len(sound) // size * size].reshape(-1, size) ** 2).mean(1))


@pytest.mark.parametrize("seed", range(3))
def test_talk_is_as_long_and_as_loud_as_asked(seed):
    sound = talk(5 * RATE_HZ + 7, RATE_HZ, np.random.default_rng(seed))
    assert sound.shape == (5 * RATE_HZ + 7,)
    assert np.abs(sound).max() == pytest.approx(1.0)


def test_the_same_seed_says_the_same():
    said = [talk(RATE_HZ, RATE_HZ, np.random.default_rng(1)) for _ in range(2)]
    assert np.array_equal(*said)


@pytest.mark.parametrize("seed", range(3))
def test_syllables_come_a_few_times_a_second_and_leave_pauses(seed):
    heard = levels(talk(20 * RATE_HZ, RATE_HZ, np.random.default_rng(seed)))
    swing = np.abs(np.fft.rfft(heard - heard.mean()))
    hz = np.fft.rfftfreq(len(heard), 0.01)
    assert swing[(hz > 2) & (hz < 8)].sum() > swing[(hz > 15) & (hz < 21)].sum()
    assert 0.05 < np.mean(heard < 0.05 * heard.max()) < 0.7


def test_its_voice_lies_in_the_formants():
    sound = talk(10 * RATE_HZ, RATE_HZ, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    assert power[(hz > 80) & (hz < 4000)].sum() > 0.8 * power.sum()
