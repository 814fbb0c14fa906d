"""Power spectra are numpy's, for windows side by side."""

import numpy as np
import pytest

from accompanist.dsp.fourier import lay, new_transform, power_spectra, size_for


@pytest.mark.parametrize("size", (8, 16, 64, 2048, 4096))
@pytest.mark.parametrize("batch", (1, 4))
def test_the_powers_are_numpys(size, batch):
    sounds = np.random.default_rng(size).standard_normal((batch, size)).astype(np.float32)
    room, window = new_transform(size, batch), np.ones(size, np.float32)
    for which, sound in enumerate(sounds):
        lay(sound, window, room, which, batch)
    powers = np.empty((size // 2, batch), np.float32)
    power_spectra(room, powers)
    theirs = np.abs(np.fft.rfft(sounds, axis=1).T[: size // 2]) ** 2
    assert np.abs(powers - theirs).max() < 1e-5 * theirs.max()


def test_a_short_window_is_filled_up_with_silence():
    room = new_transform(16)
    room.real[:], room.imaginary[:] = 5.0, 5.0
    lay(np.arange(6, dtype=np.float32), np.full(6, 2.0, np.float32), room, 0, 1)
    assert room.real.tolist() == [0.0, 4.0, 8.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert room.imaginary.tolist() == [2.0, 6.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(("samples", "size"), ((1, 8), (8, 8), (9, 16), (3343.5, 4096)))
def test_a_transform_holds_the_samples(samples, size):
    assert size_for(samples) == size
