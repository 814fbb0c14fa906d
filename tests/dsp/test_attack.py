"""What is struck is heard at its moment, whatever the blocks; noise and ringing are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.attack import EAR_WORDS, NO_ATTACK, hear, new_ear, strength
from accompanist.dsp.capture import Capture, listen
from accompanist.dsp.clock_map import new_clock_map, ns_at, track
from accompanist.dsp.cue import ATTACK, KIND, ON_NS, A
from accompanist.dsp.ring import WIDTH, new_ring, pop_into, waiting
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.tape import CLIPPED, HEAD, NOT_NUMBERS, TAPE_FRAMES, Tape, new_tape, rewind
from accompanist.dsp.taping import anchor, put_mean
from accompanist.dsp.zones import load_bank
from tests.dsp.leaking import BAND_BPM, PLAYER_BPM, drummed, leaking, onsets_s, strummed

RATE_HZ = 48000
START_NS = 5_000_000_000


def ear_of(tape: Tape, played: Tape) -> Capture:
    """What hears a new stream, in which nothing came so far."""
    clock = new_clock_map(RATE_HZ)
    track(clock, 0, START_NS)
    return Capture(tape, played, new_ear(RATE_HZ), new_ring(), clock, np.zeros(1))


def attacks(sound, sizes=(256,), latency_ns=0, channels=1, played=None):
    """Frames and strengths of the attacks in a sound given in blocks of these sizes in turn."""
    heard, known, row = new_tape(), new_tape(), np.zeros(WIDTH, np.int64)
    rewind(heard, RATE_HZ, latency_ns)
    if played is not None:
        rewind(known, RATE_HZ, 0)
    ear = ear_of(heard, known)
    first, turn, found = 0, 0, []
    sound = np.repeat(sound.astype(np.float32)[:, None], channels, axis=1)
    while first < len(sound):
        block = sound[first : first + sizes[turn % len(sizes)]]
        if played is not None:
            anchor(known.words, first, ns_at(ear.clock, first))
            put_mean(known, first, played[first : first + len(block), None])
        assert listen(ear, block, first, 0, channels) == 0
        first, turn = first + len(block), turn + 1
    while waiting(ear.attacks):
        pop_into(ear.attacks, row)
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


def test_one_channel_alone_is_heard_if_asked_for():
    heard, sound = new_tape(), np.zeros((4800, 3), np.float32)
    rewind(heard, RATE_HZ, 0)
    sound[:, 1] = 0.25
    listen(ear_of(heard, new_tape()), sound, 0, 1, 1)
    assert (heard.samples[:4800] == 0.25).all()


def test_the_last_seconds_are_kept_on_tape():
    heard, sound = new_tape(), noise(12.0).astype(np.float32)
    rewind(heard, RATE_HZ, 0)
    ear = ear_of(heard, new_tape())
    for first in range(0, len(sound), 480):
        listen(ear, sound[first : first + 480, None], first, 0, 1)
    last = np.arange(len(sound) - TAPE_FRAMES, len(sound))
    assert heard.words[HEAD] == len(sound)
    assert (heard.samples[last % TAPE_FRAMES] == sound[last]).all()


def test_what_is_odd_is_counted():
    heard, sound = new_tape(), np.zeros((480, 2), np.float32)
    rewind(heard, RATE_HZ, 0)
    sound[7, 1], sound[8, 0], sound[9, 0] = 1.0, -1.0, np.nan
    listen(ear_of(heard, new_tape()), sound, 0, 0, 2)
    assert (heard.words[CLIPPED], heard.words[NOT_NUMBERS]) == (2, 1)
    assert np.isfinite(heard.samples).all()


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


def hum(seconds):
    """A rectifier's buzz: a hundred pulses a second, each with an edge."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 0.2 * np.exp(-500 * (time_s % 0.01))


@pytest.mark.parametrize(
    "sound",
    [
        np.clip(noise(8.0, 1.0), -1, 1),
        hum(8.0),
        hum(8.0) + noise(8.0),
        np.full(8 * RATE_HZ, 0.9),
        np.sign(np.sin(2 * np.pi * 50 * np.arange(8 * RATE_HZ) / RATE_HZ)),
    ],
    ids=["noise at full scale", "buzz", "buzz and hiss", "offset", "square hum"],
)
def test_noise_never_brings_a_burst_of_attacks(sound):
    """A second is enough to learn it."""
    at = np.array([at for at, _ in attacks(sound)])
    assert (at > 1.1 * RATE_HZ).sum() == 0


def test_a_stroke_is_heard_over_buzz():
    sound = hum(8.0)
    decay = np.exp(-np.arange(2000) / 300) * np.random.default_rng(1).standard_normal(2000)
    sound[6 * RATE_HZ : 6 * RATE_HZ + 2000] += 0.8 * decay
    late = [at for at, _ in attacks(sound) if at > 3 * RATE_HZ]
    assert late == [pytest.approx(6 * RATE_HZ, abs=96)]


def near(at, onsets_s):
    """How many attacks lie within 25 ms of onsets."""
    at_s = np.array(at) / RATE_HZ
    return int((np.abs(at_s[:, None] - onsets_s).min(axis=1) < 0.025).sum())


@pytest.mark.parametrize("is_room", [False, True], ids=["cable", "room"])
def test_attacks_of_the_band_that_leaks_are_not_the_players(is_room):
    """A drummer at one tempo, six decibels louder than a band at another."""
    heard, played, _ = leaking(drummed(), is_room=is_room)
    known, unknown = (
        [at for at, _ in attacks(heard, played=known) if at > 5 * RATE_HZ]
        for known in (played, None)
    )
    player_s, band_s = onsets_s(PLAYER_BPM), onsets_s(BAND_BPM)
    band_alone_s = band_s[np.abs(band_s[:, None] - player_s).min(axis=1) > 0.06]
    assert near(unknown, band_alone_s) >= 15
    assert near(known, band_alone_s) <= 3
    assert near(known, player_s) > 0.7 * near(unknown, player_s)


def test_without_a_leak_attacks_are_those_of_a_player_whom_no_band_accompanies():
    _, played, player = leaking(strummed(), is_room=False)
    assert attacks(player, played=played) == attacks(player)
