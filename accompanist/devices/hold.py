"""A hold on a file, to say that its owner lives: the system lets go of it, however a process ends.

Several processes may hold the same file; whether anyone does is found out by trying to have it
alone, for a moment.
"""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Hold:
    """A hold on a file, from now until `release` or the end of the process.

    Parameters
    ----------
    path
        The file; made if it is missing.

    Raises
    ------
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b")
        _hold(self._file.fileno(), alone=False)

    def release(self) -> None:
        """Let go."""
        self._file.close()


def is_held(path: Path) -> bool:
    """Whether anyone holds a file."""
    try:
        with path.open("a+b") as file:
            return not _hold(file.fileno(), alone=True)
    except OSError:
        return False


def _hold(descriptor: int, *, alone: bool) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except OSError:
        return False
    return True
