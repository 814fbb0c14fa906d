"""Signals that end a program, and what they do to each of its processes."""

import signal
from collections.abc import Callable

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""A program started in the background ignores interrupts unless it asks for them."""


def on_ending(act: Callable[[], object]) -> None:
    """Have every signal that asks for the end call `act`, and nothing more."""
    for ending in ENDING:
        signal.signal(ending, lambda *_: act())
