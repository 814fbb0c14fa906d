"""The compiled path of sound: events that are due, into voices, out as stereo.

`render` is what an audio callback and a file's writer call. Reading it is reading the path: let
what is due happen, sound the voices up to the next event, go on; then even out the sum and keep it
below full scale. All memory is given by the caller and bounded; when more is asked than there is,
the quietest voice gives way, and notes beyond the queue are dropped and counted. A note that could
not begin within 50 ms of its time never does.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import due, keys
from accompanist.dsp import voices as voicing
from accompanist.dsp.cue import (
    CUT,
    GENERATION,
    HUSH,
    KIND,
    LANE,
    LEVEL,
    NOTE,
    NOTE_ID,
    PERFORM,
    RELEASE,
    SEAT,
    SILENCE,
    A,
    B,
)
from accompanist.dsp.due import ANY_GENERATION, END, FRAME, Event, Queue
from accompanist.dsp.keys import SHORTEST_S, Keys
from accompanist.dsp.master import Bus, even_out
from accompanist.dsp.voices import CHOKE_S, FADE_S, FREE, SHORTEST_RELEASE_S, VOICE

MAX_VOICES = 128
POLYPHONY = 96
"""Voices that may sound; the other places are for those fading out."""

SEAT_STATE = np.dtype(
    [(name, np.int64) for name in ("first", "count", "hushed")]
    + [(name, np.float64) for name in ("balance", "level", "gain")]
)
"""Zones of the seat's instrument, whether it is to be silent, what evens it among others, the level
set, and both as a gain."""

NOW, SERIAL, STOLEN, LATE, STALE, DROPPED, CANCELLED, QUIET_NS = range(8)
"""Counters: frames rendered, notes begun, voices that gave way, notes late by less and by more than
what is still worth playing, events without room, notes of a past generation or a hushed seat, and
the time (ns) before which no note of the band may begin."""
COUNTERS = 8

MILLION = 1_000_000
USUAL_LEVEL = 0.8
"""Where a level control stands by default; there a part has its natural loudness."""

STALE_S = 0.05


class Rig(NamedTuple):
    """All that a synth works on, as arrays that compiled code takes together."""

    frames: NDArray[np.int16]
    zones: NDArray[np.void]
    seats: NDArray[np.void]
    voices: NDArray[np.void]
    queue: Queue
    event: Event
    keys: Keys
    generations: NDArray[np.int64]
    counters: NDArray[np.int64]
    bus: Bus


@njit(cache=True, nogil=True, error_model="numpy")
def render(rig: Rig, rate_hz: float, out: NDArray[np.float32]) -> None:
    """Overwrite stereo `out` with the next frames."""
    out[:] = np.float32(0.0)
    done, count = 0, len(out)
    counters = rig.counters
    while done < count:
        stretch = due.until_next(rig.queue, counters[NOW], count - done)
        if stretch == 0:
            due.pop_into(rig.queue, rig.event)
            _happen(rig.event, rig, rate_hz)
            continue
        for number in range(len(rig.voices)):
            voice = rig.voices[number]
            if voice.stage != FREE:
                gain = rig.seats[voice.seat].gain
                zone = rig.zones[voice.zone]
                voicing.sound(voice, zone, rig.frames, gain, out[done : done + stretch])
        done += stretch
        counters[NOW] += stretch
    even_out(out, rig.bus, rate_hz)


@njit(cache=True, nogil=True, error_model="numpy")
def take(rig: Rig, event: Event) -> bool:
    """Take an event on, and back what it takes back; false (and counted) if there is no room."""
    if event[KIND] == CUT and event[A] == 1:
        due.take_back_ends(rig.queue, event[NOTE_ID])
    elif event[KIND] in (CUT, SILENCE, RELEASE):
        due.take_back(rig.queue, event)
    if due.add(rig.queue, event):
        return True
    rig.counters[DROPPED] += 1
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _happen(event: Event, rig: Rig, rate_hz: float) -> None:
    kind = event[KIND]
    if kind == NOTE:
        _begin(event, rig, rate_hz)
    elif kind in (END, CUT):
        _end(event[NOTE_ID], rig)
    elif kind == PERFORM:
        shortest = round(SHORTEST_S * rate_hz)
        rig.counters[DROPPED] += keys.play(rig.keys, rig.queue, event, shortest)
    elif kind in (SILENCE, RELEASE):
        keys.let_go(rig.keys)
        for number in range(len(rig.voices)):
            _fade(rig.voices[number], FADE_S)
    elif kind in (LEVEL, SEAT):
        _turn(event, rig)
    elif kind == HUSH:
        _hush(event[LANE], event[A] != 0, rig)


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(event: Event, rig: Rig) -> None:
    """Set a lane's level, or give it an instrument for the notes that begin from now on."""
    seat = rig.seats[event[LANE]]
    if event[KIND] == LEVEL:
        seat.level = event[A] / MILLION
    elif event[A] >= 0 and event[B] >= 0 and event[A] + event[B] <= len(rig.zones):
        before = seat.balance
        seat.first, seat.count = event[A], event[B]
        seat.balance = event[NOTE_ID] / MILLION
        if before > 0.0 and seat.balance > 0.0:
            _keep_loudness(rig.voices, event[LANE], seat.balance / before)
    seat.gain = (seat.level / USUAL_LEVEL) ** 2 * seat.balance


@njit(cache=True, nogil=True, error_model="numpy")
def _hush(seat: int, is_silent: bool, rig: Rig) -> None:
    """Let a seat begin nothing, and fade what sounds of it; or let it play."""
    rig.seats[seat].hushed = is_silent
    for number in range(len(rig.voices)):
        voice = rig.voices[number]
        if is_silent and voice.stage != FREE and voice.seat == seat and not voice.fading:
            _fade(voice, FADE_S)


@njit(cache=True, nogil=True, error_model="numpy")
def _keep_loudness(voices: NDArray[np.void], lane: int, louder: float) -> None:
    """Let what rings on in a lane be as loud as before, while the lane's gain changes so much."""
    for number in range(len(voices)):
        voice = voices[number]
        if voice.stage != FREE and voice.seat == lane:
            voice.level *= louder
            voice.gain_left /= louder
            voice.gain_right /= louder


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(event: Event, rig: Rig, rate_hz: float) -> None:
    """Begin a note with all the zones that its key and velocity ask for, if it still may."""
    seat, pitch, velocity = event[LANE], event[A], event[B]
    counters, generation = rig.counters, event[GENERATION]
    late = counters[NOW] - event[FRAME]
    is_past = generation != ANY_GENERATION and generation != rig.generations[seat]
    if is_past or rig.seats[seat].hushed != 0:
        counters[CANCELLED] += 1
        return
    if late > STALE_S * rate_hz:
        counters[STALE] += 1
        return
    if late > 0:
        counters[LATE] += 1
    counters[SERIAL] += 1
    first = rig.seats[seat].first
    for number in range(first, first + rig.seats[seat].count):
        zone = rig.zones[number]
        if not zone.low_key <= pitch <= zone.high_key:
            continue
        if not zone.low_velocity <= velocity <= zone.high_velocity:
            continue
        if zone.exclusive_class != 0:
            _choke(rig.voices, rig.zones, seat, zone.exclusive_class, counters[SERIAL])
        voice = rig.voices[_place_for_voice(rig.voices, counters)]
        voice.note_id = event[NOTE_ID]
        voice.seat = seat
        voice.zone = number
        voice.serial = counters[SERIAL]
        voicing.start(voice, zone, pitch, velocity, rig.seats[seat].gain, rate_hz)


@njit(cache=True, nogil=True, error_model="numpy")
def _end(note_id: int, rig: Rig) -> None:
    for number in range(len(rig.voices)):
        voice = rig.voices[number]
        if voice.stage != FREE and voice.note_id == note_id and not voice.fading:
            seconds = rig.zones[voice.zone].volume_release_s
            voicing.release(voice, max(seconds, SHORTEST_RELEASE_S))


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
    weight = 0.01 if voice.fading else (0.25 if voice.stage == voicing.RELEASE else 1.0)
    return float(present * weight * (voice.gain_left + voice.gain_right) * voice.level)


@njit(cache=True, nogil=True, error_model="numpy")
def _fade(voice: np.record, seconds: float) -> None:
    voicing.release(voice, seconds)
    voice.fading = 1


def new_voices() -> NDArray[np.void]:
    """All voices free."""
    return np.zeros(MAX_VOICES, VOICE)


@njit(cache=True, nogil=True, error_model="numpy")
def sounding(voices: NDArray[np.void]) -> int:
    """Voices that sound, tails included."""
    count = 0
    for number in range(len(voices)):
        count += voices[number].stage != FREE
    return count
