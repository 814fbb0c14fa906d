"""The last half hour of a play, always kept: its log, in pieces that are dropped when they are old.

A piece begins where the band is known to be, a minute after the last one, and says so, so that any
of them can be the first. What is on disk is bounded in time and in bytes.
"""

from collections import deque
from dataclasses import replace
from pathlib import Path

from accompanist.devices.errors import DeviceError
from accompanist.devices.growing import GrowingFile, cut_to_whole_lines
from accompanist.devices.session_log import CUT, LogBegun, session_line
from accompanist.devices.session_reader import read_session
from accompanist.music.whereabouts import Whereabouts

LENGTH_S = 1800.0
PIECE_S = 60.0
MOST_BYTES = 64 * 1024 * 1024
MOST_PIECE_BYTES = MOST_BYTES // 16


class Capture:
    """Keeps the last lines of a log.

    Parameters
    ----------
    folder
        Where the pieces go; those that are there are taken to be of the same play.
    begun
        How the log begins.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    """

    def __init__(self, folder: Path, begun: LogBegun) -> None:
        self.name = "the last half hour"
        self._folder = folder
        self._begun = begun
        self._pieces: deque[tuple[float, Path, int]] = deque(maxlen=4096)
        former = sorted(folder.glob("*.jsonl"))
        self._number = int(former[-1].stem) if former else 0
        for path in former:
            cut_to_whole_lines(path)
            first = next(read_session(path), None)
            if first is not None:
                self._pieces.append((first.announced_s, path, path.stat().st_size))
        self._began_s = begun.announced_s
        self._file = self._open(begun)

    @property
    def refusal(self) -> str | None:
        """Why the disk refused the last line; None while all is well."""
        return self._file.refusal

    def append(self, lines: bytes) -> bool:
        """Add whole lines; false if the disk refused them, or there are too many in one place."""
        return self._file.size < MOST_BYTES and self._file.append(lines)

    def stand(self, where: Whereabouts) -> None:
        """Hear where the band is: here a new piece may begin."""
        aged = where.now_s - self._began_s >= PIECE_S
        if not (aged or self._file.size >= MOST_PIECE_BYTES):
            return
        begun = replace(self._begun, announced_s=where.now_s, begins=CUT, place=where, missed=())
        try:
            following = self._open(begun)
        except DeviceError as error:
            self._file.refusal = str(error)
            return
        self._pieces.append((self._began_s, self._file.path, self._file.size))
        self._file.close()
        self._file, self._began_s = following, where.now_s
        self._drop_the_old(where.now_s)

    def settle(self) -> None:
        """Have the disk keep it."""
        self._file.settle()

    def close(self) -> None:
        """Settle, and let go of it."""
        self._file.close()

    def _open(self, begun: LogBegun) -> GrowingFile:
        self._number += 1
        file = GrowingFile(self._folder / f"{self._number:06}.jsonl")
        file.append(f"{session_line(begun)}\n".encode())
        return file

    def _drop_the_old(self, now_s: float) -> None:
        """Drop pieces that end before the half hour, and what is too much."""
        total = sum(size for _, _, size in self._pieces)
        while self._pieces:
            ends_s = self._pieces[1][0] if len(self._pieces) > 1 else self._began_s
            if ends_s > now_s - LENGTH_S and total <= MOST_BYTES:
                return
            _, path, size = self._pieces.popleft()
            total -= size
            path.unlink(missing_ok=True)
