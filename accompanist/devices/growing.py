"""Files that grow while the band plays, and are whole at every moment: no crash takes them along.

What is written stands in the file at once, under its own name; `settle`, once a second, has the
disk keep it even through a power cut. A disk that refuses raises nothing here: what it refused is
cut off again, counted as lost, and the next write is another try.
"""

import os
from pathlib import Path
from typing import BinaryIO

from accompanist.devices.errors import DeviceError


class GrowingFile:
    """A file that only grows.

    Parameters
    ----------
    path
        Where it is; its folder must exist.
    goes_on
        Whether to go on where such a file ended, rather than begin one that is not there yet.

    Raises
    ------
    DeviceError
        If it cannot be begun there, or there is one already.

    Attributes
    ----------
    lost
        Writes that the disk refused.
    refusal
        Why it refused the last of them; None while all is well.
    """

    def __init__(self, path: Path, *, goes_on: bool = False) -> None:
        self.path = path
        self.lost = 0
        self.refusal: str | None = None
        self._is_gone = False
        try:
            self._stream: BinaryIO = path.open("r+b" if goes_on else "x+b", buffering=0)
            self.size = self._stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise DeviceError(f"{path} cannot be written ({_reason(error)})") from error

    def append(self, payload: bytes) -> bool:
        """Add bytes at the end, all or none; false if the disk refused them."""
        return self.write_at(self.size, payload)

    def write_at(self, place: int, payload: bytes) -> bool:
        """Write bytes somewhere, all or none; what lies between the end and them is zeros."""
        if self._is_gone:
            self.lost += 1
            return False
        try:
            self._stream.seek(place)
            written = self._stream.write(payload)
            if written < len(payload):
                self._stream.seek(place + written)
                self._stream.write(payload[written:])
        except (OSError, ValueError) as error:
            self._refuse(error)
            return False
        self.size = max(self.size, place + len(payload))
        self.refusal = None
        return True

    def settle(self) -> None:
        """Have the disk keep what was written, even through a power cut; it may take its time."""
        try:
            self._is_gone = os.fstat(self._stream.fileno()).st_nlink == 0
            if self._is_gone:
                raise FileNotFoundError(0, "it was removed")
            os.fsync(self._stream.fileno())
        except (OSError, ValueError) as error:
            self.refusal = _reason(error)

    def close(self) -> None:
        """Settle, and let go of the file."""
        self.settle()
        try:
            self._stream.close()
        except OSError as error:
            self.refusal = _reason(error)

    def _refuse(self, error: OSError | ValueError) -> None:
        self.lost += 1
        self.refusal = _reason(error)
        try:
            self._stream.truncate(self.size)
        except (OSError, ValueError):
            return


def cut_to_whole_lines(path: Path) -> None:
    """Cut off a last line that was begun and not ended.

    Raises
    ------
    DeviceError
        If the file cannot be read or written.
    """
    try:
        with path.open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            while end > 0:
                begin = max(0, end - _LOOKED_AT)
                file.seek(begin)
                whole = file.read(end - begin).rfind(b"\n")
                if whole >= 0:
                    file.truncate(begin + whole + 1)
                    return
                end = begin
            file.truncate(0)
    except OSError as error:
        raise DeviceError(f"{path} cannot be mended ({_reason(error)})") from error


_LOOKED_AT = 1 << 16


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error)).lower()
