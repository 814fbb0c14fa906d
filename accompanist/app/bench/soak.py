"""What a long evening does: memory, descriptors, threads, missed cycles and lost notes.

A hand plays through real ports for as long as asked, with the reflex answering each of its keys, so
that every note can be counted. Growth counts from the fifth minute on (from a sixth of shorter
evenings), when everything has been used once. Cycles that JACK missed while the machine itself
stood still are told apart: what is left may be the doing of any program in JACK's graph.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.matching import note_ons
from accompanist.app.bench.playing import BAND, HAND, Hand, Playing
from accompanist.app.bench.processes import Taken, taken_by
from accompanist.app.bench.standstill import Spans, Watch, fall_into
from accompanist.app.bench.timeline import Timeline
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp.cue import LANES
from accompanist.dsp.midi_desk import CHANNELS
from accompanist.music.errors import Refusal

BEAT_S = 0.5
SETTLED_S, SETTLED_SHARE = 300.0, 1 / 6

_LISTENER = "bench-hear"
_REFLEX = CHANNELS[LANES.index("reflex")]
_LOOK_EVERY_BEATS = 4
_MOST_A_SECOND = 80
_MOST_AROUND_S = 180.0
_TOLD_WITHIN_NS = 50_000_000
_CHORDS = ((48, 60, 64, 67), (43, 59, 62, 67), (45, 60, 64, 69), (41, 60, 65, 69))
_MIB = float(1 << 20)

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Look:
    """What was taken at a time."""

    at_s: float
    taken: Taken


def measure(minutes: float, tell: Tell, audio_in: str | None = None) -> list[Line]:
    """Let `play` run to a hand for so many minutes, and look at it all the while.

    It hears `audio_in` too, if that is given.
    """
    words = () if audio_in is None else ("--audio-in", audio_in)
    seconds = 60.0 * minutes
    with ExitStack() as house:
        hand = Hand(records=int(20 * seconds) + 1000)
        house.callback(hand.client.close)
        room = int(seconds * _MOST_A_SECOND) + 10_000
        frames = int((seconds + _MOST_AROUND_S) * hand.client.sample_rate)
        cycles = frames // hand.client.period_frames
        listener = NativeClient(_LISTENER, "listen", ("in",), records=room, cycles=cycles)
        house.callback(listener.close)
        if listener.sees(BAND):
            raise Refusal("the band is playing on this JACK server; stop it before measuring")
        playing = house.enter_context(Playing("--midi-in", HAND, *words))
        playing.settle("reflex", "thru")
        listener.connect(BAND, f"{_LISTENER}:in")
        time.sleep(BEAT_S)
        watch, began = Watch(), len(listener.cycles())
        looks = _play(playing, hand, seconds, tell)
        stood = watch.stop()
        timeline = Timeline(listener.cycles()[began:], listener.sample_rate, listener.period_frames)
        time.sleep(BEAT_S)
        struck, heard = note_ons(hand.client.records()), note_ons(listener.records(), _REFLEX)
    return [_memory(looks, len(struck), len(heard)), _cycles(timeline, stood)]


def _play(playing: Playing, hand: Hand, seconds: float, tell: Tell) -> list[_Look]:
    looks: list[_Look] = []
    began_s = due_s = time.perf_counter()
    beat = 0
    while due_s - began_s < seconds:
        if playing.process.poll() is not None:
            raise Refusal(f"play ended in the middle: {playing.said.strip().splitlines()[-1:]}")
        if beat % _LOOK_EVERY_BEATS == 0:
            taken = taken_by(playing.process.pid)
            looks.append(_Look(time.perf_counter() - began_s, taken))
        hand.strike(list(_CHORDS[beat // 4 % len(_CHORDS)][(beat % 4 > 0) :]))
        beat += 1
        due_s += BEAT_S
        time.sleep(max(due_s - time.perf_counter(), 0.0))
        tell(BEAT_S)
    hand.release()
    return looks


def _memory(looks: list[_Look], struck: int, answered: int) -> Line:
    at_s = np.array([look.at_s for look in looks])
    mib = np.array([look.taken.memory_bytes for look in looks]) / _MIB
    settled = at_s >= min(SETTLED_S, at_s[-1] * SETTLED_SHARE)
    grown = np.maximum(mib[settled] - mib[settled][0], 0.0)
    steady = [look.taken for look, is_settled in zip(looks, settled, strict=True) if is_settled]
    files, threads = (
        (counts[0], counts[-1])
        for counts in ([t.descriptors for t in steady], [t.threads for t in steady])
    )
    final = float(np.median(grown[-max(len(grown) // 20, 1) :]))
    return Line(
        key="soak/memory",
        name=f"{at_s[-1] / 60:.1f} minutes of playing, memory grown",
        unit="MiB",
        spread=Spread.of(grown),
        verdict=verdicts.of_growth(final),
        lost=max(struck - answered, 0),
        remarks=(
            f"{mib[-1]:.0f} MiB in all processes; {final:+.2f} MiB at the end since it settled",
            f"descriptors {files[0]} → {files[1]}, threads {threads[0]} → {threads[1]}",
            f"{struck} keys, {struck - answered} without an answer",
        ),
        **kept(mib, at_s),
    )


def _cycles(timeline: Timeline, stood: Spans | None) -> Line:
    began_ns = timeline.cycles[:, 1]
    late_ms = (began_ns - timeline.ns_at(timeline.cycles[:, 0])) / 1e6
    is_known = np.isfinite(late_ms)
    own = timeline.missed
    remark = "whether the machine itself stood still is not known: no real-time priority"
    if stood is not None:
        own -= int(fall_into(timeline.missed_ns, stood, _TOLD_WITHIN_NS).sum())
        longest_ms = max((stood[:, 1] - stood[:, 0]) / 1e6, default=0.0)
        remark = (
            f"the machine itself stood still {len(stood)} times, for up to {longest_ms:.1f} ms: "
            f"{timeline.missed - own} were missed then, {own} otherwise"
        )
    return Line(
        key="soak/cycles",
        name="JACK's cycles, begun too late by",
        unit="ms",
        spread=Spread.of(late_ms[is_known]),
        verdict=verdicts.of_cycles(own),
        lost=own,
        remarks=(f"{timeline.missed} of {len(began_ns)} cycles missed", remark),
        **kept(late_ms[is_known], (began_ns[is_known] - began_ns[0]) / 1e9),
    )
