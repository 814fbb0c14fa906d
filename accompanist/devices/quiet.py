"""Keeps the words of C libraries off the terminal.

MIDI and audio libraries complain on standard error about devices that are absent; here that is a
fact to be told in one sentence of our own, or none.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hushed() -> Iterator[None]:
    """Send what is written to standard error meanwhile to nowhere."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
