"""An ear says what it hears in order of time, however the sound comes in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.devices.sound_ear import SoundEar
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, SPECTRA
from accompanist.music.events import (
    SOUND_BANDS,
    SOUND_TONES,
    Attack,
    SoundFrame,
    Tone,
    ToneOff,
)

RATE_HZ = 44100


def strokes(at_s, seconds=2.0):
    """A burst of noise at every time, dying away."""
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    decay = np.exp(-np.arange(4000) / 600) * np.random.default_rng(0).standard_normal(4000)
    for time_s in at_s:
        first = round(time_s * RATE_HZ)
        sound[first : first + 4000] += (0.3 * decay).astype(np.float32)[: len(sound) - first]
    return sound


def heard(sound, size, later_s=0.0):
    ear = SoundEar(RATE_HZ)
    blocks = [sound[first : first + size] for first in range(0, len(sound), size)]
    return [event for block in blocks for event in ear.feed(block, lambda n: later_s + n / RATE_HZ)]


SOUND = strokes([0.5, 1.1])


def test_strokes_are_attacks_and_everything_is_frames():
    events = heard(SOUND, 256)
    attacks = [event for event in events if isinstance(event, Attack)]
    frames = [event for event in events if isinstance(event, SoundFrame)]
    assert [attack.time_s for attack in attacks] == pytest.approx([0.5, 1.1], abs=0.003)
    assert [frame.time_s for frame in frames] == pytest.approx([0.04 * k for k in range(1, 51)])


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 5000))
def test_what_is_heard_does_not_depend_on_the_blocks(size):
    at_once = heard(SOUND, len(SOUND))
    assert sorted(heard(SOUND, 64 + size), key=lambda event: event.time_s) == at_once


def test_time_is_told_by_whoever_feeds():
    first = next(event for event in heard(SOUND, 441, 100.0) if isinstance(event, Attack))
    assert first.time_s == pytest.approx(100.5, abs=0.003)


def test_events_of_one_block_are_in_order_of_time():
    times = [event.time_s for event in heard(SOUND, len(SOUND))]
    assert times == sorted(times)


def test_a_frame_has_the_size_that_events_and_logs_know():
    assert (SOUND_BANDS, SOUND_TONES) == (SPECTRA * BANDS, SEMITONES)
    frame = heard(SOUND, 4410)[0]
    assert (len(frame.bands), len(frame.tones)) == (SOUND_BANDS, SOUND_TONES)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(2 * RATE_HZ),
        np.full(2 * RATE_HZ, 0.9),
        np.clip(np.random.default_rng(1).standard_normal(2 * RATE_HZ), -1.0, 1.0),
        np.full(2 * RATE_HZ, np.nan),
        np.full(2 * RATE_HZ, np.inf),
    ],
    ids=["silence", "offset", "full noise", "not a number", "infinite"],
)
def test_no_broken_sound_is_a_burst_of_attacks(sound):
    events = heard(sound.astype(np.float32), 256)
    assert sum(isinstance(event, Attack) for event in events) <= 1
    assert all(np.isfinite(event.level_db) for event in events if isinstance(event, SoundFrame))


def test_frames_of_nothing_but_the_rooms_noise_are_empty_once_it_is_known():
    noise = np.random.default_rng(1).normal(0, 0.003, 6 * RATE_HZ).astype(np.float32)
    frames = [event for event in heard(noise, 4096) if isinstance(event, SoundFrame)]
    assert any(frames[10].bands)
    assert not any(any(frame.bands) or any(frame.tones) for frame in frames[100:])


@pytest.mark.parametrize("knows_band", [False, True])
def test_the_band_in_the_microphone_is_told_apart_by_an_ear_that_knows_it(knows_band):
    """Everything that comes in is what the band plays, 20 ms later and half as loud."""
    played = strokes(np.arange(0.3, 9.5, 0.31), 10.0)
    sound = np.concatenate([np.zeros(882, np.float32), 0.5 * played[:-882]])
    ear, events = SoundEar(RATE_HZ, knows_band=knows_band), []
    for first in range(0, len(sound), 1024):
        block = slice(first, first + 1024)
        known = {"played": played[block]} if knows_band else {}
        events += ear.feed(sound[block], lambda n: n / RATE_HZ, **known)
    late = [event for event in events if event.time_s > 6.0]
    assert any(isinstance(event, Attack) for event in late) != knows_band
    loudest_db = max(event.level_db for event in late if isinstance(event, SoundFrame))
    assert (loudest_db > -25) != knows_band


def test_hum_has_no_tone_once_it_is_known():
    time_s = np.arange(6 * RATE_HZ) / RATE_HZ
    hum = 0.01 * sum(np.sin(2 * np.pi * hertz * time_s) / hertz * 100 for hertz in (100, 200, 300))
    tones = [event for event in heard(hum.astype(np.float32), 1000) if isinstance(event, Tone)]
    assert isinstance(tones[-1], ToneOff)
    assert tones[-1].time_s < 4.0
