"""Lines measured on the whole program from outside: what the band answers, and what OSC brings.

The hand plays chords in a steady beat. On every bar line it plays one that shares no tone with the
last, so that the bass, which plays what was expected, has struck a wrong note and must let it
go: from the chord to the end of that note is how long the band takes to think again. Where the
chord was expected after all, or was heard before the bass struck, there is nothing to measure.
"""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.floors import Waker
from accompanist.app.bench.matching import MESSAGE, NS, answers
from accompanist.app.bench.playing import BAND, HAND, Hand, Playing
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp.cue import LANES
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.music.errors import Refusal

BEAT_S = 60.0 / 150.0
BEATS_PER_CHORD = 4
PANIC_EVERY_S = 0.07
PATIENCE_NS = 100_000_000
"""A wrong note that lasts longer ended by itself: the chord was not heeded."""


_LISTENER = "bench-hear"
_BASS = CHANNELS[LANES.index("bass")]
_LOCKING_BEATS, _MOST_LOCKING_BEATS = 12, 48
_MOST_CHORDS = 16
_NEAR_NS, _AT_ONCE_NS = 100_000_000, 3_000_000
_OSC_WITHIN_NS = 500_000_000
_CONTROLLER = 0xB0
_FOR_EVER_NS = 1 << 62

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Triad:
    """A major or minor triad, by its root and tones."""

    root: int
    tones: frozenset[int]


C_MAJOR = Triad(0, frozenset((0, 4, 7)))


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Start `play`, let it find the beat, contradict it, and steer it over OSC."""
    with ExitStack() as house:
        hand = Hand()
        house.callback(hand.client.close)
        listener = NativeClient(_LISTENER, "listen", ("in",))
        house.callback(listener.close)
        if listener.sees(BAND):
            raise Refusal("the band is playing on this JACK server; stop it before measuring")
        playing = house.enter_context(Playing("--midi-in", HAND))
        listener.connect(BAND, f"{_LISTENER}:in")
        began_ns = time.perf_counter_ns()
        waker = Waker()
        chords = _contradict(hand, listener, seconds, tell)
        hand.release()
        panics_ns = _panic(playing, seconds / 2.0, tell)
        woken = Spread.of(waker.stop() / 1000.0)
        heard = listener.records()
    return [
        _response(chords, heard, began_ns, woken),
        _osc(panics_ns, heard, began_ns, woken),
    ]


def triads_apart(chord: Triad) -> list[Triad]:
    """Major and minor triads that share no tone with one."""
    triads = [
        Triad(root, frozenset((root + step) % 12 for step in steps))
        for root in range(12)
        for steps in ((0, 4, 7), (0, 3, 7))
    ]
    return [triad for triad in triads if not triad.tones & chord.tones]


def replies(
    chords: list[tuple[int, Triad]], heard: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """When the bass let go of what chords made wrong.

    Parameters
    ----------
    chords
        When each was struck (ns), and what.
    heard
        Records of all that the band sent.

    Returns
    -------
    tuple
        Times from chords to ends of wrong notes (ns), when those chords were (ns), and how many
        chords left a wrong note sounding for longer than `PATIENCE_NS`.
    """
    notes = _notes(heard)
    took, at, unheeded = [], [], 0
    for chord_ns, chord in chords:
        ends = [
            off_ns - chord_ns
            for on_ns, off_ns, pitch in notes
            if pitch % 12 not in chord.tones
            and off_ns > chord_ns
            and (abs(on_ns - chord_ns) < _NEAR_NS or _is_replaced(notes, on_ns, off_ns, chord))
            and on_ns < chord_ns + _NEAR_NS
        ]
        if ends and min(ends) <= PATIENCE_NS:
            took.append(min(ends))
            at.append(chord_ns)
        else:
            unheeded += bool(ends)
    return np.array(took, np.int64), np.array(at, np.int64), unheeded


def _is_replaced(notes: list[tuple[int, int, int]], on_ns: int, off_ns: int, chord: Triad) -> bool:
    """Whether a note that sounded before the chord gives way to one of its tones at once."""
    return any(
        pitch % 12 in chord.tones and other_ns > on_ns and abs(other_ns - off_ns) < _AT_ONCE_NS
        for other_ns, _, pitch in notes
    )


def _notes(heard: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Beginnings (ns), ends and pitches of the bass's notes."""
    began: dict[int, int] = {}
    notes = []
    for time_ns, message, _ in heard.tolist():
        status, pitch = message & 0xFF, message >> 8 & 0x7F
        if status == 0x90 | _BASS and message >> 16 & 0x7F:
            began[pitch] = time_ns
        elif status in (0x80 | _BASS, 0x90 | _BASS) and pitch in began:
            notes.append((began.pop(pitch), time_ns, pitch))
    return notes + [(began_ns, _FOR_EVER_NS, pitch) for pitch, began_ns in began.items()]


def _contradict(
    hand: Hand, listener: NativeClient, seconds: float, tell: Tell
) -> list[tuple[int, Triad]]:
    """Play in a steady beat; return when each contradicting chord was struck, and what."""
    chance = random.Random(0)
    chord = C_MAJOR
    chords: list[tuple[int, Triad]] = []
    due_s, beats, has_begun = time.perf_counter() + 0.1, 0, False
    ends_s = 0.0
    while not has_begun or due_s < ends_s or _is_unanswered(chords, listener):
        if not has_begun and beats >= _LOCKING_BEATS and beats % BEATS_PER_CHORD == 0:
            has_begun = bool(_notes(listener.records()))
            ends_s = due_s + seconds
        if beats > _MOST_LOCKING_BEATS and not has_begun:
            raise Refusal("the band does not come in here; see accompanist doctor")
        is_change = has_begun and beats % BEATS_PER_CHORD == 0
        if is_change:
            chord = chance.choice(triads_apart(chord))
        time.sleep(max(due_s - time.perf_counter(), 0.0))
        struck_ns = hand.strike(voiced(chord))
        if is_change:
            chords.append((struck_ns, chord))
        due_s += BEAT_S
        beats += 1
        tell(BEAT_S)
    return chords


def _is_unanswered(chords: list[tuple[int, Triad]], listener: NativeClient) -> bool:
    """Whether no chord has surprised the band yet, though it may soon."""
    return len(chords) < _MOST_CHORDS and len(replies(chords, listener.records())[0]) == 0


def voiced(chord: Triad) -> list[int]:
    """The root in the left hand, the triad around middle C in the right."""
    return [36 + chord.root, *(60 + (tone - 60) % 12 for tone in sorted(chord.tones))]


def _panic(playing: Playing, seconds: float, tell: Tell) -> list[int]:
    """Ask for silence again and again; return when (ns)."""
    sent_ns = []
    for _ in range(max(int(seconds / PANIC_EVERY_S), 10)):
        sent_ns.append(playing.turn("panic", 1))
        # Uneven, so that it does not fall in step with the band's turns.
        time.sleep(PANIC_EVERY_S * random.uniform(0.8, 1.2))
        tell(PANIC_EVERY_S)
    return sent_ns


def _response(
    chords: list[tuple[int, Triad]],
    heard: NDArray[np.int64],
    began_ns: int,
    woken_ms: Spread,
) -> Line:
    took_ns, at_ns, unheeded = replies(chords, heard)
    if len(took_ns) == 0:
        raise Refusal("no chord surprised the band; measure for longer with --seconds")
    took_ms = took_ns / 1e6
    spread = Spread.of(took_ms)
    return Line(
        key="latency/response",
        name="player's chord → band thinks again",
        unit="ms",
        spread=spread,
        verdict=verdicts.of_latency(spread),
        floor=woken_ms,
        floor_name="a bare thread's waking",
        lost=unheeded,
        remarks=(f"{len(chords)} chords; those neither here nor lost caught no wrong note",),
        **kept(took_ms, (at_ns - began_ns) / 1e9),
    )


def _osc(panics_ns: list[int], heard: NDArray[np.int64], began_ns: int, woken_ms: Spread) -> Line:
    asked = np.zeros((len(panics_ns), 3), np.int64)
    asked[:, NS] = panics_ns
    pairs = answers(asked, heard[heard[:, MESSAGE] & 0xF0 == _CONTROLLER], _OSC_WITHIN_NS)
    if len(pairs.took_ns) == 0:
        raise Refusal("no MIDI came of an OSC message; see accompanist doctor")
    took_ms = pairs.took_ns / 1e6
    spread = Spread.of(took_ms)
    return Line(
        key="latency/osc",
        name="OSC in (panic) → MIDI out",
        unit="ms",
        spread=spread,
        verdict=verdicts.of_latency(spread),
        floor=woken_ms,
        floor_name="a bare thread's waking",
        lost=pairs.lost,
        **kept(took_ms, (pairs.at_ns - began_ns) / 1e9),
    )
