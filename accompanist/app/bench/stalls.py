"""Notes that hang when the machine stops for a moment.

A client that the band listens to dozes for 30 ms inside JACK's cycle, so that the band's own turn
comes too late, several times over: whatever MIDI would have gone out then is lost, ends of notes
too. Nothing may hang for it.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.house import PERFORMER, House
from accompanist.app.bench.matching import FRAME, MESSAGE, Records, hanging
from accompanist.app.bench.score import MOST_PARTS, NOTE_NS, Tests, channels_of
from accompanist.devices.jack_probe import NativeClient
from accompanist.music.errors import Refusal

STALL_S, EVERY_S = 0.03, 0.3
NOTES_A_SECOND = 150.0
LONGEST_NS = NOTE_NS + 500_000_000

_DOZER = "bench-doze"

Tell = Callable[[float], None]
Floats = NDArray[np.float64]


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Stall the server again and again while notes sound, and see which do not end."""
    count = max(int(seconds / EVERY_S), 2)
    with ExitStack() as guests:
        house = guests.enter_context(House(seconds, with_audio=False))
        house.invite(Tests(count * EVERY_S + 0.5, NOTES_A_SECOND, MOST_PARTS))
        dozer = NativeClient(_DOZER, "doze", (), ("out",))
        guests.callback(dozer.close)
        dozer.connect(f"{_DOZER}:out", PERFORMER)
        before = house.listener.xruns
        house.begin()
        for _ in range(count):
            time.sleep(EVERY_S)
            dozer.stall(STALL_S)
            tell(EVERY_S)
        house.end()
        time.sleep(LONGEST_NS / 1e9)
        ended_ns = time.perf_counter_ns()
        heard, missed = house.listener.records(), house.listener.xruns - before
        rate_hz = house.listener.sample_rate
    channels = np.array(sorted(channels_of(MOST_PARTS)))
    heard = heard[np.isin(heard[:, MESSAGE] & 0x0F, channels)]
    over_ms, at_s = _overstayed(heard, rate_hz)
    if len(over_ms) == 0:
        raise Refusal("no note came through JACK; see that no other program holds its ports")
    lost = hanging(heard, LONGEST_NS, ended_ns)
    return [
        Line(
            key="stalls/releases",
            name=f"notes over {count} stalls, end too late by",
            unit="ms",
            spread=Spread.of(over_ms),
            verdict=verdicts.of_losses(lost),
            lost=lost,
            remarks=(f"JACK told of {missed} xruns",),
            **kept(over_ms, at_s),
        )
    ]


def _overstayed(heard: Records, rate_hz: int) -> tuple[Floats, Floats]:
    """By how much notes lasted too long (ms), and when they began (s)."""
    began: dict[int, int] = {}
    over, at = [], []
    for message, frame in heard[:, [MESSAGE, FRAME]].tolist():
        key, is_on = message & 0x7F0F, message & 0xF0 == 0x90 and message >> 16 & 0x7F > 0
        since = began.pop(key, None)
        if since is not None and not is_on:
            over.append(max(1000.0 * (frame - since) / rate_hz - NOTE_NS / 1e6, 0.0))
            at.append((since - heard[0, FRAME]) / rate_hz)
        if is_on:
            began[key] = frame
    return np.array(over), np.array(at)
