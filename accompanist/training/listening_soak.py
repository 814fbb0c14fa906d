"""What listening costs over a long evening: processor time of every update, and memory kept.

The input is constructed (steady two hands, one song after another), brought to ten notes a second.
Memory is counted between the middle of the run and its end, when everything that is bounded has
filled up: blocks that Python holds, and the process's resident size where the system tells it.
"""

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accompanist.listening.listener import TICKS_PER_S
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from accompanist.training.listening_scores import ONSET_TICKS, Ear
from accompanist.training.listening_table import Figures, update_figures
from accompanist.training.stress import CASES

NOTES_PER_S = 10.0
_CASE = "steady_120"
_PAGE_BYTES = 4096


def ten_notes_a_second() -> Iterator[PerformerEvent]:
    """Two hands that never stop."""
    begins_s, seed = 0.0, 0
    while True:
        performance = CASES[_CASE](seed)
        notes = performance.notes
        first_s = float(notes.on_s[0])
        length_s = len(notes) / NOTES_PER_S
        stretch = length_s / (float(notes.off_s.max()) - first_s)
        for event in performance.events():
            at_s = begins_s + (event.time_s - first_s) * stretch
            if isinstance(event, NoteOn):
                yield NoteOn(at_s, event.pitch, event.velocity)
            elif isinstance(event, NoteOff):
                yield NoteOff(at_s, event.pitch)
        begins_s, seed = begins_s + length_s, seed + 1


def soak(ear: Ear, length_s: float) -> Figures:
    """Cost, updates and growth of so many seconds of playing."""
    count = int(length_s * TICKS_PER_S)
    # Filled, so that the pages are there before memory is counted.
    ticks_ms, struck = np.full(count, np.nan), np.full(count, False)
    events = ten_notes_a_second()
    event = next(events)
    blocks, resident = 0, 0.0
    for tick in range(count):
        if tick == count // 2:
            blocks, resident = _held()
        now_s = tick / TICKS_PER_S
        due = []
        while event.time_s <= now_s:
            due.append(event)
            event = next(events)
        struck[tick] = any(isinstance(one, NoteOn) for one in due)
        began_ns = time.thread_time_ns()
        for one in due:
            ear.hear(one)
        ear.advance(now_s)
        ticks_ms[tick] = (time.thread_time_ns() - began_ns) / 1e6
    blocks_later, resident_later = _held()
    minutes = length_s / 2 / 60.0
    updates_ms = [ticks_ms[at : at + ONSET_TICKS].max() for at in np.flatnonzero(struck)]
    return {
        "cost": float(ticks_ms.sum()) / 1000.0 / length_s,
        **update_figures(updates_ms),
        "tick p99.9": float(np.quantile(ticks_ms, 0.999)),
        "blocks grown a minute": (blocks_later - blocks) / minutes,
        "MB grown a minute": (resident_later - resident) / minutes,
        "minutes": length_s / 60.0,
    }


def _held() -> tuple[int, float]:
    """Blocks held by Python, and the resident size in MB (0 where it isn't told)."""
    gc.collect()
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[1]) if statm.exists() else 0
    return sys.getallocatedblocks(), pages * _PAGE_BYTES / 1e6
