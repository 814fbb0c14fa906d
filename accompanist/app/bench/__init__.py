"""The ``bench`` command: how quickly and how evenly notes come out of this machine.

Through real JACK ports (of the running server, or of one started for the purpose) it measures, in
turns within one run, the reaction from a note in to a note out and the lateness of notes sent ahead
of time. Beside each stands its floor: a note returned by machine code in JACK's own thread, and a
bare thread that sleeps. Times are taken by a third program in machine code, in its process
callback: what JACK delivers at the next period counts as late by the wait.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.devices.atomic import written_atomically
from accompanist.devices.clock import SystemClock
from accompanist.devices.jack_probe import NativeClient, sleep_latenesses_ns
from accompanist.devices.jack_server import running_jack
from accompanist.devices.midi_port import (
    CHANNELS,
    INPUT_CLIENT,
    INPUT_PORT,
    OUTPUT_CLIENT,
    OUTPUT_PORT,
    MidiInput,
    MidiOutput,
)
from accompanist.music.band import BandNote, Played
from accompanist.music.errors import Refusal
from accompanist.music.events import NoteOn, PerformerEvent

Reaction = Callable[[PerformerEvent], Sequence[Played]]
"""What is played at once when the performer does something; it keeps pitch and velocity."""

SECONDS = 5.0
NOTES_A_SECOND = 200
SEND_AHEAD_S = 0.1
NOTE_S = 0.005
SLEEP_US = 2000
_FLOOR, _BAND = 0, 1
_PLAY, _THROUGH, _LISTEN = "bench-play", "bench-through", "bench-listen"
_IN, _OUT = f"{INPUT_CLIENT}:{INPUT_PORT}", f"{OUTPUT_CLIENT}:{OUTPUT_PORT}"
_DRUMS_ON = 0x90 | CHANNELS["drums"]
_PERCENTILES = (50.0, 99.0, 99.9, 100.0)
COLUMNS = ("p50_us", "p99_us", "p99_9_us", "max_us")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how long to measure, and where the figures go."""
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of measuring (default 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, and write it down where asked to."""
    report(args)
    return 0


def report(args: argparse.Namespace) -> dict[str, Any]:
    """Measure, print the table, write it down where asked to, and return the figures.

    Raises
    ------
    Refusal
        If there is no JACK here, or the file cannot be written.
    """
    if not 0.5 <= args.seconds <= 60:
        raise Refusal("--seconds must lie between 0.5 and 60")
    with ExitStack() as stage:
        file = stage.enter_context(written_atomically(args.json)) if args.json else None
        figures = measure(args.seconds)
        if file is not None:
            file.write(json.dumps(figures, indent=2).encode() + b"\n")
    print(table(figures))
    return figures


def echo() -> Reaction:
    """Answer every key with a note of the bass, of the same pitch and velocity."""
    numbers = iter(range(1 << 62))

    def react(event: PerformerEvent) -> Sequence[Played]:
        if not isinstance(event, NoteOn):
            return ()
        now_s, end_s = event.time_s, event.time_s + NOTE_S
        pitch, velocity = event.pitch, event.velocity
        number = next(numbers)
        return (BandNote(now_s, number, "bass", now_s, end_s, 0.0, pitch, velocity, "model"),)

    return react


def measure(seconds: float, reaction: Reaction | None = None) -> dict[str, Any]:
    """Play and listen for so long; `reaction` is `echo` unless given.

    Returns
    -------
    dict
        The server's period and sample rate, and a measure by name: ``n``, ``lost``, percentiles in
        microseconds, and ``ratio`` of its median to its floor's.

    Raises
    ------
    DeviceError
        If there is no JACK here.
    """
    with ExitStack() as stage:
        is_own = stage.enter_context(running_jack())
        clock = SystemClock()
        player, listener = _native_clients(stage)
        midi_in = MidiInput(None, clock, jack=True)
        stage.callback(midi_in.close)
        midi_out = MidiOutput(None, clock, jack=True)
        stage.callback(midi_out.close)
        _connect(player)
        stage.enter_context(_reacting(midi_in, midi_out, reaction or echo()))
        with _sleeping(seconds) as bare_ns:
            player.enable(True)
            due_ns = _send_ahead(midi_out, clock, seconds)
            player.enable(False)
            time.sleep(2 * SEND_AHEAD_S)
        played, heard = player.records(), listener.records()
        floor, band = (_reactions_ns(played, heard, port) for port in (_FLOOR, _BAND))
        late = _latenesses_ns(due_ns, heard)
        return {
            "seconds": seconds,
            "server": "our own, without a sound card" if is_own else "the one that runs",
            "sample_rate": player.sample_rate,
            "period_frames": player.period_frames,
            "measures": {
                "reaction": _summary(*band, floor=floor[0]),
                "reaction_floor": _summary(*floor),
                "lateness": _summary(*late, floor=np.concatenate(bare_ns)),
                "lateness_floor": _summary(np.concatenate(bare_ns), 0),
            },
        }


def table(figures: dict[str, Any]) -> str:
    """Lay the figures out in columns."""
    period_us = 1e6 * figures["period_frames"] / figures["sample_rate"]
    names = {
        "reaction": "MIDI in → MIDI out",
        "reaction_floor": "  floor: machine code in JACK's thread",
        "lateness": "notes sent 100 ms ahead, lateness",
        "lateness_floor": "  floor: a bare thread's sleep",
    }
    lines = [
        f"JACK: {figures['server']}; period {figures['period_frames']} frames = {period_us:.0f} µs",
        f"{'µs':<40}{'p50':>8}{'p99':>8}{'p99.9':>8}{'max':>8}{'n':>7}{'lost':>6}{'ratio':>7}",
    ]
    for name, words in names.items():
        row = figures["measures"][name]
        numbers = "".join(f"{row[column]:>8.0f}" for column in COLUMNS)
        ratio = f"{row['ratio']:>6.1f}×" if "ratio" in row else ""
        lines.append(f"{words:<40}{numbers}{row['n']:>7}{row['lost']:>6}{ratio}")
    return "\n".join(lines)


def _native_clients(stage: ExitStack) -> tuple[NativeClient, NativeClient]:
    """Open the player and the listener, and the echo that is their floor."""
    interval = 48_000 // NOTES_A_SECOND
    player = NativeClient(_PLAY, "play", (), ("floor", "band"), interval)
    stage.callback(player.close)
    if any(player.sees(port) for port in (_IN, _OUT)):
        raise Refusal("the band is playing on this JACK server; stop it before measuring")
    stage.callback(NativeClient(_THROUGH, "answer", ("in",), ("out",)).close)
    listener = NativeClient(_LISTEN, "listen", ("floor", "band"))
    stage.callback(listener.close)
    return player, listener


def _connect(player: NativeClient) -> None:
    """Join player and listener through the echo, and through the ports under test."""
    player.connect(f"{_PLAY}:floor", f"{_THROUGH}:in")
    player.connect(f"{_THROUGH}:out", f"{_LISTEN}:floor")
    player.connect(f"{_PLAY}:band", _IN)
    player.connect(_OUT, f"{_LISTEN}:band")


@contextmanager
def _reacting(midi_in: MidiInput, midi_out: MidiOutput, reaction: Reaction) -> Iterator[None]:
    """React to everything that comes in while the block runs."""
    is_over = threading.Event()

    def react() -> None:
        while not is_over.is_set():
            midi_in.wait(0.05)
            for event in midi_in.poll():
                for played in reaction(event):
                    midi_out.send(played)

    thread = threading.Thread(target=react, name="bench-react", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _sleeping(seconds: float) -> Iterator[list[NDArray[np.int64]]]:
    """Let a bare thread sleep while the block runs, and give its latenesses at the end."""
    latenesses: list[NDArray[np.int64]] = []
    sleep_latenesses_ns(1, 1)
    count = int(seconds * 1e6 / SLEEP_US)

    def sleep() -> None:
        latenesses.append(sleep_latenesses_ns(count, SLEEP_US))

    thread = threading.Thread(target=sleep, name="bench-sleep", daemon=True)
    thread.start()
    try:
        yield latenesses
    finally:
        thread.join()


def _send_ahead(midi_out: MidiOutput, clock: SystemClock, seconds: float) -> NDArray[np.int64]:
    """Send drum notes ahead of time, and return when each was due (monotonic ns)."""
    offset_s = time.clock_gettime(time.CLOCK_MONOTONIC) - clock.now_s()
    count = int(seconds * NOTES_A_SECOND)
    gaps = np.random.default_rng(0).uniform(0.5, 1.5, count) / NOTES_A_SECOND
    due_s = clock.now_s() + SEND_AHEAD_S + np.cumsum(gaps)
    progress = tqdm(due_s, desc="measuring", unit=" notes", delay=1.0, disable=None, leave=False)
    for number, at_s in enumerate(progress):
        clock.wait_until(at_s - SEND_AHEAD_S)
        pitch, velocity = number % 128, 1 + number // 128 % 127
        note_id = -1 - number
        end_s = at_s + NOTE_S
        midi_out.send(BandNote(0.0, note_id, "drums", at_s, end_s, 0.0, pitch, velocity, "model"))
    clock.wait_until(float(due_s[-1]))
    return ((due_s + offset_s) * 1e9).astype(np.int64)


def _reactions_ns(
    played: NDArray[np.int64], heard: NDArray[np.int64], port: int
) -> tuple[NDArray[np.int64], int]:
    """Time from each note played on a port to the same note heard there, and how many were not."""
    questions = played[played[:, 1] >> 24 == port]
    answers = heard[(heard[:, 1] >> 24 == port) & (heard[:, 1] & 0xFF != _DRUMS_ON)]
    return _matched(questions[:, 0], questions[:, 1] >> 8 & 0xFFFF, answers)


def _latenesses_ns(
    due_ns: NDArray[np.int64], heard: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    """How long after its due time each note was heard, and how many were not."""
    answers = heard[heard[:, 1] & 0xFF == _DRUMS_ON]
    numbers = np.arange(len(due_ns))
    return _matched(due_ns, numbers % 128 | (1 + numbers // 128 % 127) << 8, answers)


def _matched(
    asked_ns: NDArray[np.int64], notes: NDArray[np.int64], answers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    """Pair each note with the next answer of its pitch and velocity."""
    waiting: dict[int, list[int]] = {}
    for answered_ns, message in answers[::-1].tolist():
        waiting.setdefault(message >> 8 & 0xFFFF, []).append(answered_ns)
    taken = [
        waiting[note].pop() - at_ns
        for at_ns, note in zip(asked_ns.tolist(), notes.tolist(), strict=True)
        if waiting.get(note)
    ]
    return np.array(taken, np.int64), len(asked_ns) - len(taken)


def _summary(
    times_ns: NDArray[np.int64], lost: int, floor: NDArray[np.int64] | None = None
) -> dict[str, float]:
    if len(times_ns) == 0:
        raise Refusal("no note came through JACK; see that no other program holds its ports")
    points = np.percentile(times_ns / 1000, _PERCENTILES, method="higher")
    summary = {
        "n": len(times_ns),
        "lost": lost,
        **{name: round(float(point), 1) for name, point in zip(COLUMNS, points, strict=True)},
    }
    if floor is not None:
        summary["ratio"] = round(float(np.median(times_ns) / np.median(floor)), 2)
    return summary
