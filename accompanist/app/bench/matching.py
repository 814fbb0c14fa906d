"""Which note heard answers which note played, and what became of notes that were planned.

Records are rows of time (ns), message (three bytes and the port) and frame, as native clients write
them down.
"""

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Records = NDArray[np.int64]

NS, MESSAGE, FRAME = range(3)
_NOTE_OFF, _NOTE_ON = 0x80, 0x90


@dataclass(frozen=True, slots=True)
class Pairs:
    """Times from cause to effect.

    `took_ns` and `at_ns` run in parallel: how long, and when the cause was; `lost` counts causes
    without an effect.
    """

    took_ns: NDArray[np.int64]
    at_ns: NDArray[np.int64]
    lost: int


def note_ons(records: Records, channel: int | None = None, port: int | None = None) -> Records:
    """Records of notes that begin, of a channel (from 0) and a port alone if these are given."""
    status = records[:, MESSAGE] & 0xFF
    is_on = (status & 0xF0 == _NOTE_ON) & (records[:, MESSAGE] >> 16 & 0xFF > 0)
    if channel is not None:
        is_on &= status & 0x0F == channel
    if port is not None:
        is_on &= records[:, MESSAGE] >> 24 == port
    return np.asarray(records[is_on], np.int64)


def answers(asked: Records, heard: Records, within_ns: int) -> Pairs:
    """Pair every note played with the first one heard afterwards that nobody claimed yet.

    Notes are answered in order, since what answers them keeps their order; one that is not answered
    within the time is lost.
    """
    waiting = deque(heard[:, NS].tolist())
    took, at = [], []
    for asked_ns in asked[:, NS].tolist():
        while waiting and waiting[0] < asked_ns:
            waiting.popleft()
        if waiting and waiting[0] - asked_ns <= within_ns:
            took.append(waiting.popleft() - asked_ns)
            at.append(asked_ns)
    return Pairs(np.array(took, np.int64), np.array(at, np.int64), len(asked) - len(took))


def frames_apart(
    planned: NDArray[np.int64], heard: NDArray[np.int64], reach_frames: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair every planned message with the same one heard nearest to its frame.

    Parameters
    ----------
    planned, heard
        Rows of message (three bytes) and frame.
    reach_frames
        Further away than this it is another one.

    Returns
    -------
    tuple
        Frames by which each was heard too late, of those that were heard, and their places among
        `planned`.
    """
    frames: dict[int, list[int]] = defaultdict(list)
    for message, frame in heard.tolist():
        frames[message].append(frame)
    by_message = {message: np.array(sorted(when)) for message, when in frames.items()}
    late, places = [], []
    for place, (message, frame) in enumerate(planned.tolist()):
        when = by_message.get(message)
        if when is None:
            continue
        nearest = int(when[np.argmin(np.abs(when - frame))])
        if abs(nearest - frame) <= reach_frames:
            late.append(nearest - frame)
            places.append(place)
    return np.array(late, np.int64), np.array(places, np.int64)


def hanging(records: Records, longest_ns: int, until_ns: int) -> int:
    """How many notes began and did not end within the longest time that any was meant to last.

    A note struck again counts as ended; what began too late to tell is not counted.
    """
    open_since: dict[int, int] = {}
    hung = 0
    for time_ns, message, _ in records.tolist():
        status, key = message & 0xF0, message & 0x7F0F
        is_on = status == _NOTE_ON and message >> 16 & 0xFF > 0
        if not (is_on or status in (_NOTE_OFF, _NOTE_ON)):
            continue
        began_ns = open_since.pop(key, None)
        hung += began_ns is not None and time_ns - began_ns > longest_ns
        if is_on:
            open_since[key] = time_ns
    return hung + sum(until_ns - began_ns > longest_ns for began_ns in open_since.values())
