"""Compiled voices: one sample each, with pitch, envelope, filter and place.

Kernels take a row of `VOICE` and the row of `ZONE` it plays. All recurrences run sample by sample
and slow ones step at multiples of a voice's own age, so the sound does not depend on how a
stretch of time is cut into blocks. Nothing allocates, raises or takes the interpreter's lock.

Sources of formulas: four-point Hermite interpolation (de Soras, *The Quest For The Perfect
Resampler*, 2005); low-pass by R. Bristow-Johnson's cookbook; envelopes by SoundFont 2.04, 8.1.2,
decaying 100 dB in the time given.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.zones import LOOPED, LOOPED_UNTIL_RELEASE

FREE, DELAY, ATTACK, HOLD, DECAY, SUSTAIN, RELEASE = range(7)

_INTEGERS = ("stage", "left", "note_id", "seat", "zone", "serial", "age", "fading", "released_age")
_FLOATS = (
    *("position", "step", "gain_left", "gain_right", "level"),
    *("envelope", "factor", "addend", "key", "rate_hz"),
    *("b0", "a1", "a2", "z1", "z2"),
)
VOICE = np.dtype(
    [(n, np.int64) for n in (*_INTEGERS, "filtered")] + [(n, np.float64) for n in _FLOATS]
)

FOREVER = 1 << 62
CONTROL_FRAMES = 64
"""A moving filter takes new coefficients this often."""

SHORTEST_ATTACK_S = 0.001
SHORTEST_RELEASE_S = 0.04
FADE_S = 0.03
CHOKE_S = 0.15
"""Times for 100 dB; even the shortest takes 2 ms for the first 5 dB, so that nothing clicks."""

_SILENCE = 1e-5
_FULL_SCALE = 32768.0
_LEVEL_SMOOTHING_S = 0.01
_OPEN_CUTOFF_CENTS = 13500.0
_NO_LEVEL, _AIR = 1e-12, 1e-20
"""A level that falls further is none, and a filter always hears so much: processors compute the
smallest numbers slowly."""


@njit(cache=True, nogil=True, error_model="numpy")
def start(
    voice: np.record, zone: np.record, pitch: int, velocity: int, level: float, rate_hz: float
) -> None:
    """Begin a note; whoever calls has set what identifies the voice."""
    key = pitch if zone.fixed_key < 0 else zone.fixed_key
    force = velocity if zone.fixed_velocity < 0 else zone.fixed_velocity
    cents = zone.cents_per_key * key - zone.root_cents + zone.tune_cents
    if zone.cents_per_key != 100.0:
        cents += (100.0 - zone.cents_per_key) * zone.root_cents / 100.0
    voice.position = zone.start
    voice.step = zone.rate_hz / rate_hz * 2.0 ** (cents / 1200.0)
    # A resonant filter is turned down by half its resonance, even where it stays wide open.
    gain = zone.gain * (force / 127.0) ** 2 * 10.0 ** (-zone.resonance_db / 40.0) / _FULL_SCALE
    voice.gain_left = gain * zone.left
    voice.gain_right = gain * zone.right
    voice.level = level
    voice.key = key
    voice.rate_hz = rate_hz
    voice.age = 0
    voice.fading = 0
    voice.released_age = FOREVER
    voice.envelope = 0.0
    voice.z1 = 0.0
    voice.z2 = 0.0
    _tune_filter(voice, zone)
    voice.stage = DELAY
    _enter(voice, zone, voice.stage)


@njit(cache=True, nogil=True, error_model="numpy")
def release(voice: np.record, seconds: float) -> None:
    """Let a voice fall 100 dB in so many seconds, from where it is; never slower than before."""
    if voice.stage == FREE:
        return
    frames = max(1.0, seconds * voice.rate_hz)
    factor = 10.0 ** (-5.0 / frames)
    if voice.stage == RELEASE and factor > voice.factor:
        return
    if voice.stage != RELEASE:
        voice.released_age = voice.age
    voice.stage = RELEASE
    voice.factor = factor
    voice.addend = 0.0
    decibels = 20.0 * math.log10(max(voice.envelope, _SILENCE)) + 100.0
    voice.left = np.int64(math.ceil(frames * decibels / 100.0))


@njit(cache=True, nogil=True, error_model="numpy")
def sound(
    voice: np.record,
    zone: np.record,
    frames: NDArray[np.int16],
    level: float,
    out: NDArray[np.float32],
) -> None:
    """Add a voice to stereo `out` until it is full or the voice has ended."""
    done, count = 0, len(out)
    while done < count and voice.stage != FREE:
        stretch = min(count - done, voice.left)
        if voice.filtered and zone.filter_envelope_cents != 0.0:
            phase = voice.age % CONTROL_FRAMES
            if phase == 0:
                _tune_filter(voice, zone)
            stretch = min(stretch, CONTROL_FRAMES - phase)
        if voice.stage != DELAY:
            looping = zone.loop_mode == LOOPED or (
                zone.loop_mode == LOOPED_UNTIL_RELEASE and voice.stage != RELEASE
            )
            bound = zone.loop_end if looping else zone.end
            length = float(zone.loop_end - zone.loop_start) if looping else 0.0
            if not _stretch(voice, bound, length, frames, level, out[done : done + stretch]):
                voice.stage = FREE
                return
        done += stretch
        voice.age += stretch
        if voice.left != FOREVER:
            voice.left -= stretch
            if voice.left == 0:
                _enter(voice, zone, voice.stage + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _enter(voice: np.record, zone: np.record, stage: int) -> None:
    """Begin an envelope stage; those that take no time are passed over."""
    while True:
        voice.factor, voice.addend, seconds = 1.0, 0.0, 0.0
        if stage == DELAY:
            voice.factor, seconds = 0.0, zone.volume_delay_s
        elif stage == ATTACK:
            seconds = max(zone.volume_attack_s, SHORTEST_ATTACK_S)
            voice.envelope = 0.0
        elif stage == HOLD:
            voice.envelope = 1.0
            seconds = zone.volume_hold_s * _per_key(zone.volume_hold_cents_per_key, voice.key)
        elif stage == DECAY:
            full_s = zone.volume_decay_s * _per_key(zone.volume_decay_cents_per_key, voice.key)
            seconds = full_s * min(zone.volume_sustain, 100.0) / 100.0
        elif stage == SUSTAIN:
            sustained = 10.0 ** (-zone.volume_sustain / 20.0)
            voice.envelope = sustained
            voice.left = FOREVER
            voice.stage = FREE if sustained <= _SILENCE else SUSTAIN
            return
        else:
            voice.stage = FREE
            return
        voice.left = np.int64(round(seconds * voice.rate_hz))
        if voice.left > 0:
            break
        stage += 1
    voice.stage = stage
    if stage == ATTACK:
        voice.addend = 1.0 / voice.left
    elif stage == DECAY:
        voice.factor = 10.0 ** (-min(zone.volume_sustain, 100.0) / 20.0 / voice.left)


@njit(cache=True, nogil=True, error_model="numpy")
def _per_key(cents: float, key: float) -> float:
    return float(2.0 ** (cents * (60.0 - key) / 1200.0))


@njit(cache=True, nogil=True, error_model="numpy")
def _tune_filter(voice: np.record, zone: np.record) -> None:
    """Set the low-pass for the voice's age; a wide open one is left out."""
    cents = zone.cutoff_cents + zone.filter_envelope_cents * _filter_envelope(voice, zone)
    if zone.cutoff_cents >= _OPEN_CUTOFF_CENTS and zone.filter_envelope_cents >= 0.0:
        voice.filtered = 0
        return
    voice.filtered = 1
    cutoff_hz = 8.176 * 2.0 ** (min(max(cents, 1500.0), 14000.0) / 1200.0)
    omega = 2.0 * math.pi * min(cutoff_hz / voice.rate_hz, 0.45)
    quality = 10.0 ** ((zone.resonance_db - 3.01) / 20.0)
    alpha = math.sin(omega) / (2.0 * quality)
    scale = 1.0 / (1.0 + alpha)
    voice.b0 = (1.0 - math.cos(omega)) / 2.0 * scale
    voice.a1 = -2.0 * math.cos(omega) * scale
    voice.a2 = (1.0 - alpha) * scale


@njit(cache=True, nogil=True, error_model="numpy")
def _filter_envelope(voice: np.record, zone: np.record) -> float:
    """Value 0–1 at the voice's age; straight lines between the corners."""
    age_s = min(voice.age, voice.released_age) / voice.rate_hz - zone.filter_delay_s
    if age_s < 0.0:
        held = 0.0
    elif age_s < zone.filter_attack_s:
        held = age_s / zone.filter_attack_s
    else:
        falling_s = age_s - zone.filter_attack_s - zone.filter_hold_s
        held = 1.0 - falling_s / max(zone.filter_decay_s, 1e-3) if falling_s > 0.0 else 1.0
        held = max(held, zone.filter_sustain)
    if voice.age <= voice.released_age:
        return held
    since_s = (voice.age - voice.released_age) / voice.rate_hz
    return float(max(0.0, held - since_s / max(zone.filter_release_s, 1e-3)))


@njit(cache=True, nogil=True, error_model="numpy")
def _stretch(
    voice: np.record,
    bound: float,
    loop_length: float,
    frames: NDArray[np.int16],
    level: float,
    out: NDArray[np.float32],
) -> bool:
    """Sound a stretch within which nothing changes its course; false when the sample ran out."""
    position, envelope, smoothed = voice.position, voice.envelope, voice.level
    z1, z2 = voice.z1, voice.z2
    step, factor, addend = voice.step, voice.factor, voice.addend
    b0, a1, a2, filtered = voice.b0, voice.a1, voice.a2, voice.filtered
    left, right = voice.gain_left, voice.gain_right
    smoothing = 1.0 / (_LEVEL_SMOOTHING_S * voice.rate_hz)
    for i in range(len(out)):
        while position >= bound:
            if loop_length <= 0.0:
                return False
            position -= loop_length
        place = np.int64(position)
        t = position - place
        before, here = float(frames[place - 1]), float(frames[place])
        after, beyond = float(frames[place + 1]), float(frames[place + 2])
        slope = 0.5 * (after - before)
        bend = here - after
        curve = slope + bend
        tail = curve + bend + 0.5 * (beyond - here)
        value = ((tail * t - (curve + tail)) * t + slope) * t + here
        position += step
        if filtered:
            driven = b0 * value + _AIR
            value = driven + z1
            z1 = 2.0 * driven - a1 * value + z2
            z2 = driven - a2 * value
        envelope = envelope * factor + addend
        smoothed += (level - smoothed) * smoothing
        if smoothed < _NO_LEVEL:
            smoothed = 0.0
        value *= envelope * smoothed
        out[i, 0] += np.float32(value * left)
        out[i, 1] += np.float32(value * right)
    voice.position, voice.envelope, voice.level = position, envelope, smoothed
    voice.z1, voice.z2 = z1, z2
    return True
