"""The terminal beside the stage: sentences, and below them a live line that whoever plays rewrites.

Several processes share it. A sentence takes the place of the live line, which comes back with the
next beat. Nobody waits for a terminal that takes no words, because it was halted (Ctrl-S) or is
gone: then words are lost, and music is not.
"""

import os
import select
import sys
from typing import TextIO

FRESH_LINE, TO_THE_END = "\r\x1b[K", "\x1b[K"

USUAL_COLUMNS = 80


def say(sentence: str, stream: TextIO | None = None) -> None:
    """Say a sentence, on a line of its own whatever stands there; standard error unless given."""
    stream = stream or sys.stderr
    write(f"{FRESH_LINE if stream.isatty() else ''}{sentence}\n", stream)


def write(text: str, stream: TextIO) -> bool:
    """Write at once or not at all; return whether it was written."""
    try:
        if not _takes_words(stream):
            return False
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):  # it is gone, or closed
        return False
    return True


def columns_of(stream: TextIO) -> int:
    """How many letters a line of a terminal holds; what is usual where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_COLUMNS
    except (OSError, ValueError):
        return USUAL_COLUMNS


def _takes_words(stream: TextIO) -> bool:
    """Whether a stream takes words without a wait; Windows and memory are taken at their word."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return True
    if sys.platform == "win32":
        return True
    return bool(select.select([], [descriptor], [], 0.0)[1])
