"""The band's own sound is taken out of what the microphone hears, and the player's stays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.leak import LeakSuppressor
from tests.dsp.leaking import PLAYER_BPM, RATE_HZ, leaking, level_db, pulse, strummed


def suppressed(heard: np.ndarray, played: np.ndarray, blocks=(480,)) -> np.ndarray:
    """What is left, at the place where it was heard."""
    leak, place, turn, out = LeakSuppressor(RATE_HZ), 0, 0, []
    while place < len(heard):
        size = blocks[turn % len(blocks)]
        out.append(leak.feed(heard[place : place + size], played[place : place + size]))
        place, turn = place + size, turn + 1
    return np.concatenate(out)[leak.delay_frames :]


@pytest.mark.parametrize("is_room", [False, True], ids=["cable", "room"])
def test_a_band_at_another_tempo_no_longer_leads_what_is_left(is_room):
    """Band six decibels below the player, seven percent faster; the second half, when it knows."""
    heard, played, _ = leaking(strummed(), is_room=is_room)
    left = suppressed(heard, played)
    half = len(left) // 2
    before = pulse(heard[half:], PLAYER_BPM) / pulse(heard[half:], 1.07 * PLAYER_BPM)
    after = pulse(left[half:], PLAYER_BPM) / pulse(left[half:], 1.07 * PLAYER_BPM)
    assert before < 1.2
    assert after > 2.0 * before
    assert after > 1.5


def test_without_a_leak_the_player_is_left_alone():
    _, played, player = leaking(strummed(), is_room=False)
    left = suppressed(player, played)
    half = len(left) // 2
    apart = left[half:] - player[half : len(left)]
    assert level_db(apart) < level_db(player[half:]) - 20


def test_while_the_band_is_silent_the_sound_is_as_it_was():
    sound = np.random.default_rng(0).normal(0, 0.1, RATE_HZ).astype(np.float32)
    left = suppressed(sound, np.zeros_like(sound))
    assert np.abs(left - sound[: len(left)])[1024:].max() < 1e-6


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=5))
def test_blocks_of_any_size_leave_the_same(blocks):
    heard, played, _ = leaking(strummed(), is_room=False)
    few = 2 * RATE_HZ
    left = suppressed(heard[:few], played[:few], blocks)
    assert (left == suppressed(heard[:few], played[:few])).all()


@pytest.mark.parametrize("rate_hz", [8000, 44100, 192000])
def test_any_rate_has_a_delay_of_about_eleven_milliseconds(rate_hz):
    assert LeakSuppressor(rate_hz).delay_frames / rate_hz == pytest.approx(0.0107, abs=0.003)


def test_samples_that_are_no_numbers_do_no_harm():
    heard, played, _ = leaking(strummed(), is_room=False)
    odd = heard[: 2 * RATE_HZ].copy()
    odd[5000:5100] = np.nan
    odd[6000] = np.inf
    assert np.isfinite(suppressed(odd, played[: 2 * RATE_HZ])).all()
