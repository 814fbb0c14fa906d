"""An evening in the house: the whole band plays, and everything that happens is written down.

Everything runs at once, as on stage. Only the player takes turns: for a quarter of a second its
notes go through the band's ports, for the next through the floor's thru.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench.floors import THRU, Waker, thru
from accompanist.app.bench.house import PERFORMER, PLAYER, House, Thought
from accompanist.app.bench.matching import NS
from accompanist.app.bench.score import SETTLES_NS, Tests
from accompanist.app.bench.timeline import Timeline
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp import stream
from accompanist.dsp.reflex import reflex_table

TEST_NOTES_A_SECOND, KEYS_A_SECOND, CLICKS_A_SECOND = 150, 150, 6
TURN_S = 0.25
BAND_TURN, THRU_TURN = range(2)

_GAP_S = 0.03
_CLICKER, _FLOOR = "bench-click", "bench-floor"
_SYSTEM_INPUTS = ("system:capture_1", "system:capture_2")

Tell = Callable[[float], None]
"""Told how many more seconds have passed."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evening:
    """What was written down.

    `played`, `heard`, `floor_heard` and `clicks` are records of native clients (see
    `accompanist.app.bench.matching`), `planned` rows of the frame that a message was planned for,
    the one it was written to, and the message; `midi_us` and `synth_us` what the callbacks took,
    `idle_us` what the synth's took before the first note, `woken_us` how late a bare thread was
    woken.
    """

    played: Ints
    heard: Ints
    floor_heard: Ints
    clicks: Ints
    planned: Ints
    midi_us: Floats
    synth_us: Floats
    idle_us: Floats
    woken_us: Floats
    synth_overruns: int
    synth_underflows: int
    thought: Thought
    timeline: Timeline
    thru_name: str
    rate_hz: int
    period_frames: int
    began_ns: int
    ended_ns: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """What happened besides."""
        missed = self.timeline.missed
        if not missed:
            return ()
        return (f"JACK itself missed {missed} cycles: what fell into them is not the band's doing",)


def spend(house: House, tests: Tests, tell: Tell) -> Evening:
    """Let the band play through the tests, and write down all the while."""
    house.door.reflex[:] = reflex_table("thru", ())
    with ExitStack() as guests:
        player, clicker, floor, thru_name = _invite_guests(house, guests)
        house.invite(tests)
        idle_us = house.audio.durations_ns() / 1000.0 if house.audio else np.zeros(0)
        waker = Waker()
        house.begin()
        time.sleep(SETTLES_NS / 1e9)
        counted = house.audio.report.copy() if house.audio else None
        logged = house.midi.log.numbers.copy()
        began_ns = time.perf_counter_ns()
        clicker.enable(True)
        _take_turns(player, tests.seconds, tell)
        clicker.enable(False)
        thought = house.end()
        woken_us = waker.stop()
        heard, log = house.listener.records(), house.midi.log
        synth_us, overruns, underflows = _synth(house, counted)
        return Evening(
            played=player.records(),
            heard=heard[heard[:, NS] >= began_ns],
            floor_heard=floor.records(),
            clicks=clicker.records(),
            planned=log.events[int(logged[0]) : int(log.numbers[0])].copy(),
            midi_us=log.cycles[int(logged[1]) : int(log.numbers[1]), 1] / 1000.0,
            synth_us=synth_us,
            idle_us=idle_us,
            woken_us=woken_us,
            synth_overruns=overruns,
            synth_underflows=underflows,
            thought=thought,
            timeline=Timeline(
                house.listener.cycles(), house.listener.sample_rate, house.listener.period_frames
            ),
            thru_name=thru_name,
            rate_hz=house.listener.sample_rate,
            period_frames=house.listener.period_frames,
            began_ns=began_ns,
            ended_ns=began_ns + int(1e9 * tests.seconds),
        )


def _invite_guests(
    house: House, guests: ExitStack
) -> tuple[NativeClient, NativeClient, NativeClient, str]:
    """Bring the player, the one who clicks, and the floor's thru with a listener of its own."""
    rate_hz = house.listener.sample_rate
    thru_name = guests.enter_context(thru())
    outs = ("band", "thru")
    player = NativeClient(PLAYER, "play", (), outs, rate_hz // KEYS_A_SECOND)
    guests.callback(player.close)
    clicker = NativeClient(_CLICKER, "click", (), ("out",), rate_hz // CLICKS_A_SECOND)
    guests.callback(clicker.close)
    floor = NativeClient(_FLOOR, "listen", ("in",), cycles=1)
    guests.callback(floor.close)
    player.connect(f"{PLAYER}:band", PERFORMER)
    player.connect(f"{PLAYER}:thru", f"{THRU}:in")
    floor.connect(f"{THRU}:out", f"{_FLOOR}:in")
    for port in house.audio_inputs:
        # The room must be quiet: only clicks are to be heard.
        for source in _SYSTEM_INPUTS:
            clicker.disconnect(source, port)
        clicker.connect(f"{_CLICKER}:out", port)
    return player, clicker, floor, thru_name


def _take_turns(player: NativeClient, seconds: float, tell: Tell) -> None:
    ends_s = time.perf_counter() + seconds
    turn = BAND_TURN
    while (left_s := ends_s - time.perf_counter()) > 0:
        player.enable(True, turn)
        lasts_s = min(TURN_S, left_s)
        time.sleep(lasts_s)
        player.enable(False, turn)
        # The last note must have ended before the port changes.
        time.sleep(_GAP_S)
        turn = THRU_TURN if turn == BAND_TURN else BAND_TURN
        tell(lasts_s)


def _synth(house: House, counted: Ints | None) -> tuple[Floats, int, int]:
    """Durations of the synth's calls since it was counted (µs), its overruns and underflows."""
    if house.audio is None or counted is None:
        return np.zeros(0), 0, 0
    report = house.audio.report
    took_us = house.audio.durations_ns() / 1000.0
    calls = min(int(report[stream.CALLS] - counted[stream.CALLS]), len(took_us))
    overruns = int(report[stream.OVERRUNS] - counted[stream.OVERRUNS])
    underflows = int(report[stream.UNDERFLOWS] - counted[stream.UNDERFLOWS])
    return took_us[-calls:], overruns, underflows
