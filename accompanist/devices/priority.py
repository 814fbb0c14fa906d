"""What a process that must never be late asks of the system, step by step, and what it was granted.

Its thread runs before everything but JACK; its memory stays in memory, so that nothing waits for
the disk; objects made so far are left out of Python's collections of garbage; timers wake at their
time instead of up to 50 µs later, which needs no rights (measured: 90 µs late without, 35 µs with,
in the median). The speed of the processor is the player's to set.

Memory is locked once everything is loaded: what has been touched by then stays, and whatever is
touched later, as soon as it is (bringing in all that sound reserves and never touches would take
300 MB more, and 0.2 s). Kernels before 4.4 lock all of it.

Limits: Linux alone is asked. macOS and Windows give their audio threads the right rank themselves.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STAGE_PRIORITY = 60
"""Of 99: below the 70 that JACK is best started with, above the 50 of the kernel's drivers."""

REMEDY = (
    "join the group audio and give it rtprio 95 and memlock unlimited in /etc/security/limits.d"
)

IS_ASKED = sys.platform == "linux"
"""Whether there is a way here to ask this system for anything."""

_LOCK_CURRENT, _LOCK_WHEN_TOUCHED = 1, 4
_SET_TIMER_SLACK, _GET_TIMER_SLACK = 29, 30
_LEAST_SLACK_NS = 1


@dataclass(frozen=True, slots=True)
class Granted:
    """What the system granted to the calling thread and its process.

    Attributes
    ----------
    priority
        First-in-first-out priority, 1 to 99; 0 without.
    memory_locked
        Whether the memory in use stays in memory.
    refused
        A sentence, with its remedy, for every step refused.
    """

    priority: int
    memory_locked: bool
    refused: tuple[str, ...]


def claim(priority: int = STAGE_PRIORITY) -> Granted:
    """Ask for everything, once all is loaded; never fails.

    Parameters
    ----------
    priority
        First-in-first-out priority of the calling thread, and of threads it begins from then on,
        1 to 99.
    """
    gc.collect()
    gc.freeze()
    if not IS_ASKED:
        return Granted(0, False, ("this system is not asked for priority; close other programs",))
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_TIMER_SLACK, _LEAST_SLACK_NS, 0, 0, 0)
    refused = []
    if not (has_priority := _take_priority(priority)):
        refused.append(f"real-time priority refused; {REMEDY}")
    is_locked = 0 in (
        libc.mlockall(flags) for flags in (_LOCK_CURRENT | _LOCK_WHEN_TOUCHED, _LOCK_CURRENT)
    )
    if not is_locked:
        refused.append(f"locking memory refused; {REMEDY}")
    return Granted(priority if has_priority else 0, is_locked, tuple(refused))


@contextmanager
def trial(priority: int = STAGE_PRIORITY) -> Iterator[Granted]:
    """Claim everything for as long as the block lasts, then give it back."""
    give_back = _present_rights() if IS_ASKED else _nothing
    try:
        yield claim(priority)
    finally:
        gc.unfreeze()
        give_back()


def _present_rights() -> Callable[[], None]:
    """Return what restores the calling thread's rank and timers, and lets memory go."""
    libc = ctypes.CDLL(None)
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    slack_ns = libc.prctl(_GET_TIMER_SLACK, 0, 0, 0, 0)

    def give_back() -> None:
        libc.munlockall()
        os.sched_setscheduler(0, policy, parameters)
        libc.prctl(_SET_TIMER_SLACK, slack_ns, 0, 0, 0)

    return give_back


def _nothing() -> None:
    """Give nothing back where nothing was asked."""


def _take_priority(priority: int) -> bool:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    except OSError:
        return False
    return True
