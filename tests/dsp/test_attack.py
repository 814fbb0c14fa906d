"""What is struck is heard at its moment, whatever the blocks; noise and ringing are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.attack import EAR_WORDS, NO_ATTACK, hear, new_ear, strength
from accompanist.dsp.capture import KEPT_FRAMES, listen
from accompanist.dsp.clock_map import new_clock_map, track
from accompanist.dsp.cue import ATTACK, KIND, ON_NS, A
from accompanist.dsp.ring import WIDTH, new_ring, pop_into, waiting
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.zones import load_bank

RATE_HZ = 48000
START_NS = 5_000_000_000


def attacks(sound, sizes=(256,), latency_ns=0, channels=1):
    """Frames and strengths of the attacks in a sound given in blocks of these sizes in turn."""
    clock, rows, row = new_clock_map(RATE_HZ), new_ring(), np.zeros(WIDTH, np.int64)
    ear, heard = new_ear(RATE_HZ), np.zeros(KEPT_FRAMES, np.float32)
    track(clock, 0, START_NS)
    first, turn, found = 0, 0, []
    sound = np.repeat(sound.astype(np.float32)[:, None], channels, axis=1)
    while first < len(sound):
        block = sound[first : first + sizes[turn % len(sizes)]]
        assert listen(block, heard, ear, rows, clock, first, latency_ns) == 0
        first, turn = first + len(block), turn + 1
    while waiting(rows):
        pop_into(rows, row)
        assert row[KIND] == ATTACK
        found.append(((int(row[ON_NS]) - START_NS) * RATE_HZ / 1e9, int(row[A])))
    return found


def noise(seconds, level=0.003, seed=0):
    return level * np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))


def clicks(frames, seconds=4.0, level=0.5):
    sound = noise(seconds)
    decay = np.exp(-np.arange(2000) / 300) * np.random.default_rng(1).standard_normal(2000)
    for frame in frames:
        sound[frame : frame + 2000] += level * decay
    return sound


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.integers(5_000, 14_000), min_size=1, max_size=15),
    st.sampled_from((0.05, 0.2, 0.8)),
)
def test_clicks_in_noise_are_found_within_two_milliseconds(gaps, level):
    frames = 20_000 + np.cumsum(gaps) - gaps[0]
    found = attacks(clicks(frames, 6.0, level))
    assert len(found) == len(frames)
    assert np.abs(np.array([at for at, _ in found]) - frames).max() < 96


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 1500), min_size=1, max_size=8))
def test_attacks_do_not_depend_on_the_size_of_blocks(sizes):
    sound = clicks([30_000, 44_321, 60_000, 77_777], 2.0)
    assert attacks(sound, sizes) == attacks(sound, (64,))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [0.0, 0.0005, 0.01, 0.2])
def test_steady_noise_and_silence_hold_no_attack(seed, level):
    assert attacks(noise(10.0, level, seed)) == []


@pytest.mark.parametrize("hertz", [55, 220, 1760])
def test_a_tone_that_rings_is_one_attack(hertz):
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    ringing = 0.5 * np.sin(2 * np.pi * hertz * time_s) * np.exp(-time_s)
    assert len(attacks(np.concatenate([noise(0.5), ringing + noise(4.0, seed=2)]))) <= 1


@pytest.mark.parametrize("kit", ["standard kit", "jazz kit"])
def test_drums_are_heard_at_their_frames_however_they_fall(kit):
    """Kick, snare, rim and hat, soft and loud, 100–290 ms apart; their first sample may be soft."""
    chance = np.random.default_rng(3)
    synth = BandSynth(RATE_HZ, load_bank())
    synth.set_instrument("drums", kit)
    frames = 24_000 + np.cumsum(chance.integers(5_000, 14_000, 60))
    for k, frame in enumerate(frames):
        pitch, velocity = int(chance.choice([36, 38, 37, 42])), int(chance.integers(50, 110))
        assert synth.note_on("drums", pitch, velocity, int(frame), k)
    sound = synth.render(int(frames[-1]) + 24_000)[:, 0]
    found = np.array([at for at, _ in attacks(sound + noise(len(sound) / RATE_HZ, 0.0003))])
    nearest = np.abs(found[:, None] - frames).min(axis=0)
    assert (nearest < 0.008 * RATE_HZ).sum() >= 59
    assert len(found) <= 60


def test_the_louder_click_is_the_stronger_attack():
    sound = clicks([20_000], 1.0, 0.05)
    sound += clicks([40_000], 1.0, 0.5)
    (_, soft), (_, loud) = attacks(sound)
    assert 0 < soft < loud <= 1000


def test_the_inputs_latency_is_taken_off():
    ((plain, _),) = attacks(clicks([20_000], 1.0))
    ((earlier, _),) = attacks(clicks([20_000], 1.0), latency_ns=10_000_000)
    assert plain - earlier == pytest.approx(480, abs=0.1)


def test_two_channels_are_heard_as_their_mean():
    sound = clicks([20_000], 1.0)
    assert attacks(sound, channels=2) == attacks(sound)


def test_the_last_seconds_are_kept():
    heard, sound = np.zeros(KEPT_FRAMES, np.float32), noise(8.0).astype(np.float32)
    clock = new_clock_map(RATE_HZ)
    track(clock, 0, 0)
    for first in range(0, len(sound), 480):
        block = sound[first : first + 480, None]
        listen(block, heard, new_ear(RATE_HZ), new_ring(), clock, first, 0)
    last = np.arange(len(sound) - KEPT_FRAMES, len(sound))
    assert (heard[last % KEPT_FRAMES] == sound[last]).all()


def test_values_that_are_no_numbers_do_not_deafen():
    sound = clicks([30_000], 1.0)
    sound[10_000:10_100] = np.nan
    sound[11_000] = np.inf
    assert any(at == pytest.approx(30_000, abs=96) for at, _ in attacks(sound))


def test_an_ear_that_heard_nothing_has_no_strength():
    ear = new_ear(RATE_HZ)
    assert len(ear) == EAR_WORDS
    assert hear(ear, 0.0) == NO_ATTACK
    assert strength(ear) == 0
