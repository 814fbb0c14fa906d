"""The compiled path of sound: events off a ring, into voices, out as stereo.

`render` is what an audio callback calls. Reading it is reading the path: take the new events, sound
the voices up to the next due event, let it happen, go on; then even out the sum and keep it below
full scale. All memory is given by the caller and bounded; when more is asked than there is, the
quietest voice gives way, and notes beyond the queue are dropped and counted.

An event is a row: frame, kind, and four numbers that depend on the kind.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import voices as voicing
from accompanist.dsp.ring import CAPACITY, WIDTH, pop_into, waiting
from accompanist.dsp.voices import CHOKE_S, FADE_S, FREE, RELEASE, SHORTEST_RELEASE_S, VOICE

NOTE_ON, NOTE_OFF, CUT, SILENCE, LEVEL, INSTRUMENT = range(1, 7)
"""Kinds: seat pitch velocity id; id; id; –; seat and level in millionths; seat, first zone, zones.

An off ends a note that sounds; a cut also takes back one that is still to come. A silence ends
everything that sounds at its frame, and takes back everything after it that was sent before it.
"""

FRAME, KIND, SEAT, A, B, C = range(6)

MAX_VOICES = 128
POLYPHONY = 96
"""Voices that may sound; the other places are for those fading out."""

SEAT_STATE = np.dtype([("first", np.int64), ("count", np.int64), ("level", np.float64)])
NOW, QUEUED, SERIAL, STOLEN, LATE, DROPPED = range(6)
COUNTERS = 8

MILLION = 1_000_000

POWER = 0

_LOUDNESS_S = 0.3
_EVENED_POWER = 10 ** (-2.8)
_MAKE_UP = 2.0
_KNEE = 0.6
_CEILING = 0.97


@njit(cache=True, nogil=True, error_model="numpy")
def render(
    frames: NDArray[np.int16],
    zones: NDArray[np.void],
    seats: NDArray[np.void],
    voices: NDArray[np.void],
    queue: NDArray[np.int64],
    ring: NDArray[np.int64],
    counters: NDArray[np.int64],
    bus: NDArray[np.float64],
    rate_hz: float,
    out: NDArray[np.float32],
) -> None:
    """Overwrite stereo `out` with the next frames."""
    _take_events(ring, queue, counters)
    out[:] = np.float32(0.0)
    done, count = 0, len(out)
    while True:
        while counters[QUEUED] > 0 and queue[0, FRAME] <= counters[NOW]:
            if queue[0, FRAME] < counters[NOW]:
                counters[LATE] += 1
            _happen(queue[0], zones, seats, voices, counters, rate_hz)
            _remove(queue, counters, 0)
        if done == count:
            break
        stretch = count - done
        if counters[QUEUED] > 0:
            stretch = min(stretch, queue[0, FRAME] - counters[NOW])
        for number in range(len(voices)):
            voice = voices[number]
            if voice.stage != FREE:
                level = seats[voice.seat].level
                zone = zones[voice.zone]
                voicing.sound(voice, zone, frames, level, out[done : done + stretch])
        done += stretch
        counters[NOW] += stretch
    _master(out, bus, rate_hz)


@njit(cache=True, nogil=True, error_model="numpy")
def _take_events(
    ring: NDArray[np.int64], queue: NDArray[np.int64], counters: NDArray[np.int64]
) -> None:
    """Move new events from the ring into the queue, which is kept in order of time.

    Beginnings of notes get half of the queue, so that there is always room for what ends them.
    """
    fresh = waiting(ring)
    while fresh > 0 and counters[QUEUED] < CAPACITY:
        place = counters[QUEUED]
        row = queue[place]
        pop_into(ring, row)
        fresh -= 1
        if row[KIND] == NOTE_ON and place >= CAPACITY // 2:
            counters[DROPPED] += 1
            continue
        counters[QUEUED] += 1
        if row[KIND] == CUT or row[KIND] == SILENCE:
            place = _take_back(queue, counters)
        _sink_into_order(queue, place)


@njit(cache=True, nogil=True, error_model="numpy")
def _take_back(queue: NDArray[np.int64], counters: NDArray[np.int64]) -> int:
    """Drop waiting notes that the last event of the queue cuts; return its new place."""
    last = counters[QUEUED] - 1
    frame, kind, note_id = queue[last, FRAME], queue[last, KIND], queue[last, C]
    place = 0
    while place < counters[QUEUED] - 1:
        meant = kind == SILENCE or queue[place, C] == note_id
        if meant and queue[place, KIND] == NOTE_ON and queue[place, FRAME] >= frame:
            _remove(queue, counters, place)
        else:
            place += 1
    return int(counters[QUEUED] - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _sink_into_order(queue: NDArray[np.int64], place: int) -> None:
    """Move an event before all that are due later; those of the same frame keep their order."""
    while place > 0 and queue[place - 1, FRAME] > queue[place, FRAME]:
        for column in range(WIDTH):
            earlier = queue[place - 1, column]
            queue[place - 1, column] = queue[place, column]
            queue[place, column] = earlier
        place -= 1


@njit(cache=True, nogil=True, error_model="numpy")
def _remove(queue: NDArray[np.int64], counters: NDArray[np.int64], place: int) -> None:
    for later in range(place + 1, counters[QUEUED]):
        for column in range(WIDTH):
            queue[later - 1, column] = queue[later, column]
    counters[QUEUED] -= 1


@njit(cache=True, nogil=True, error_model="numpy")
def _happen(
    event: NDArray[np.int64],
    zones: NDArray[np.void],
    seats: NDArray[np.void],
    voices: NDArray[np.void],
    counters: NDArray[np.int64],
    rate_hz: float,
) -> None:
    kind, seat = event[KIND], event[SEAT]
    if kind == NOTE_ON:
        _note_on(event, zones, seats, voices, counters, rate_hz)
    elif kind == LEVEL:
        seats[seat].level = event[A] / MILLION
    elif kind == INSTRUMENT:
        seats[seat].first = event[A]
        seats[seat].count = event[B]
    else:
        for number in range(len(voices)):
            voice = voices[number]
            if kind == SILENCE:
                _fade(voice, FADE_S)
            elif voice.note_id == event[C] and not voice.fading:
                seconds = zones[voice.zone].volume_release_s
                voicing.release(voice, max(seconds, SHORTEST_RELEASE_S))


@njit(cache=True, nogil=True, error_model="numpy")
def _note_on(
    event: NDArray[np.int64],
    zones: NDArray[np.void],
    seats: NDArray[np.void],
    voices: NDArray[np.void],
    counters: NDArray[np.int64],
    rate_hz: float,
) -> None:
    seat, pitch, velocity = event[SEAT], event[A], event[B]
    counters[SERIAL] += 1
    first = seats[seat].first
    for number in range(first, first + seats[seat].count):
        zone = zones[number]
        if not zone.low_key <= pitch <= zone.high_key:
            continue
        if not zone.low_velocity <= velocity <= zone.high_velocity:
            continue
        if zone.exclusive_class != 0:
            _choke(voices, zones, seat, zone.exclusive_class, counters[SERIAL])
        voice = voices[_place_for_voice(voices, counters)]
        voice.note_id = event[C]
        voice.seat = seat
        voice.zone = number
        voice.serial = counters[SERIAL]
        voicing.start(voice, zone, pitch, velocity, seats[seat].level, rate_hz)


@njit(cache=True, nogil=True, error_model="numpy")
def _choke(
    voices: NDArray[np.void], zones: NDArray[np.void], seat: int, group: int, serial: int
) -> None:
    """A hi-hat that closes ends the open one: others of its group fade."""
    for number in range(len(voices)):
        voice = voices[number]
        others = voice.stage != FREE and voice.seat == seat and voice.serial != serial
        if others and zones[voice.zone].exclusive_class == group:
            _fade(voice, CHOKE_S)


@njit(cache=True, nogil=True, error_model="numpy")
def _place_for_voice(voices: NDArray[np.void], counters: NDArray[np.int64]) -> int:
    """A free place; when too many sound, the quietest (then oldest) begins to fade."""
    free, sounding = -1, 0
    quietest, quietest_loudness = -1, math.inf
    gone, gone_loudness = 0, math.inf
    for number in range(len(voices)):
        voice = voices[number]
        if voice.stage == FREE:
            if free < 0:
                free = number
            continue
        loudness = _loudness(voice)
        if loudness < gone_loudness:
            gone, gone_loudness = number, loudness
        if not voice.fading:
            sounding += 1
            older = quietest >= 0 and voice.serial < voices[quietest].serial
            if loudness < quietest_loudness or (loudness == quietest_loudness and older):
                quietest, quietest_loudness = number, loudness
    if sounding >= POLYPHONY:
        counters[STOLEN] += 1
        _fade(voices[quietest], FADE_S)
    return free if free >= 0 else gone


@njit(cache=True, nogil=True, error_model="numpy")
def _loudness(voice: np.record) -> float:
    """How much a voice would be missed: one that has just begun counts in full."""
    present = voice.envelope if voice.stage > voicing.HOLD else 1.0
    weight = 0.01 if voice.fading else (0.25 if voice.stage == RELEASE else 1.0)
    return float(present * weight * (voice.gain_left + voice.gain_right) * voice.level)


@njit(cache=True, nogil=True, error_model="numpy")
def _fade(voice: np.record, seconds: float) -> None:
    voicing.release(voice, seconds)
    voice.fading = 1


@njit(cache=True, nogil=True, error_model="numpy")
def _master(out: NDArray[np.float32], bus: NDArray[np.float64], rate_hz: float) -> None:
    """Even out loudness (two to one, over a third of a second), then bend what is too loud.

    Above the knee a value is bent towards the ceiling, so that nothing reaches full scale.
    """
    smoothing = 1.0 / (_LOUDNESS_S * rate_hz)
    power = bus[POWER]
    room = _CEILING - _KNEE
    for i in range(len(out)):
        left, right = float(out[i, 0]), float(out[i, 1])
        power += (left * left + right * right - power) * smoothing
        gain = _MAKE_UP * math.sqrt(math.sqrt(_EVENED_POWER / max(power, _EVENED_POWER)))
        for side in range(2):
            value = out[i, side] * gain
            if abs(value) > _KNEE:
                bent = _KNEE + room * math.tanh((abs(value) - _KNEE) / room)
                value = math.copysign(bent, value)
            out[i, side] = np.float32(value)
    bus[POWER] = power


def new_bus() -> NDArray[np.float64]:
    """The state of the sum, silent."""
    return np.zeros(1)


def new_voices() -> NDArray[np.void]:
    """All voices free."""
    return np.zeros(MAX_VOICES, VOICE)


def new_queue() -> NDArray[np.int64]:
    """An empty queue; its length is a counter."""
    return np.zeros((CAPACITY, WIDTH), np.int64)
