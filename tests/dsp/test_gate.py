"""Noise, hum and silence close the gate; whatever stands out of them opens it, in any block."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.gate import Gate, learn, new_floor

RATE_HZ = 48000
CHANCE = np.random.default_rng(0)
SECONDS = 8
TIME_S = np.arange(SECONDS * RATE_HZ) / RATE_HZ


def opened(sound: np.ndarray, rate_hz: int = RATE_HZ, blocks=(1920,)) -> np.ndarray:
    """Whether the gate was open at the end of each 40 ms."""
    gate, place, turn = Gate(rate_hz), 0, 0
    every = rate_hz // 25
    said = []
    while place < len(sound):
        block = sound[place : place + blocks[turn % len(blocks)]].astype(np.float32)
        gate.feed(block)
        place, turn = place + len(block), turn + 1
        while (len(said) + 1) * every <= place:
            said.append(gate.was_open((len(said) + 1) * every))
    return np.array(said)


def noise(level: float, seconds: int = SECONDS, rate_hz: int = RATE_HZ) -> np.ndarray:
    return level * CHANCE.standard_normal(seconds * rate_hz)


def pink(level: float) -> np.ndarray:
    spectrum = np.fft.rfft(noise(1.0)) / np.sqrt(np.maximum(np.arange(len(TIME_S) // 2 + 1), 20))
    sound = np.fft.irfft(spectrum)
    return level * sound / sound.std()


HUM = 0.05 * np.sin(2 * np.pi * 50 * TIME_S) + 0.02 * np.sin(2 * np.pi * 150 * TIME_S)


@pytest.mark.parametrize(
    "sound",
    [
        noise(0.003),
        np.clip(noise(1.0), -1, 1),
        pink(0.003),
        HUM + noise(0.0001),
        0.05 * np.sign(np.sin(2 * np.pi * 50 * TIME_S)),
        np.zeros(len(TIME_S)),
        np.full(len(TIME_S), 0.3),
    ],
    ids=["hiss", "noise at full scale", "room", "hum", "buzz", "digital silence", "offset"],
)
def test_what_stays_as_it_is_is_silence_after_four_seconds(sound):
    assert not opened(sound)[100:].any()


@pytest.mark.parametrize("rate_hz", [8000, 44100, 192000])
def test_noise_is_learned_at_any_rate(rate_hz):
    assert not opened(noise(0.01, 6, rate_hz), rate_hz)[100:].any()


def test_a_soft_note_over_noise_opens_it_at_once_and_for_a_quarter_of_a_second_more():
    sound = noise(0.003)
    sound[6 * RATE_HZ : 6 * RATE_HZ + 4800] += 0.02 * np.sin(2 * np.pi * 440 * TIME_S[:4800])
    is_open = opened(sound)
    first, last = np.nonzero(is_open[100:])[0][[0, -1]] + 100
    assert first == 150
    assert 6.1 + 0.2 <= (last + 1) / 25 <= 6.1 + 0.36


def test_it_is_open_before_anything_is_known():
    assert opened(noise(0.01))[:50].all()


def test_a_steady_beat_is_never_taken_for_noise():
    sound = noise(0.0003)
    for beat in range(SECONDS * 8):
        first = beat * RATE_HZ // 8
        length = min(2000, len(sound) - first)
        sound[first : first + length] += 0.3 * noise(1.0)[:length] * np.exp(-TIME_S[:length] * 60)
    assert opened(sound)[5:].all()


def test_noise_that_ends_is_forgotten():
    sound = np.concatenate([noise(0.1), np.zeros(4 * RATE_HZ)])
    sound[-RATE_HZ:-43200] += 0.01 * np.sin(2 * np.pi * 440 * TIME_S[:4800])
    assert opened(sound)[-25:].any()


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6))
def test_blocks_of_any_size_say_the_same(blocks):
    sound = pink(0.003)[: 5 * RATE_HZ]
    sound[4 * RATE_HZ :: 4800] += 0.5
    assert (opened(sound, blocks=blocks) == opened(sound)).all()


def test_samples_that_are_no_numbers_count_as_silence():
    gate = Gate(RATE_HZ)
    gate.feed(np.full(4800, np.nan, np.float32))
    assert not gate.was_open(4800)


def test_a_floor_is_the_loudest_of_levels_that_hardly_differ():
    floor = new_floor(4)
    assert [learn(floor, level) for level in (1.0, 3.0, 2.0, 1.5)] == [0, 0, 0, 3.0]


def test_a_floor_does_not_rise_to_levels_that_differ():
    floor = new_floor(4)
    assert [learn(floor, level) for level in (1.0, 9.0, 1.0, 9.0)][-1] == 0.0
