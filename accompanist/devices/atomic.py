"""Files that appear whole or not at all: written beside their place, then put there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from accompanist.devices.errors import DeviceError


class AtomicFile:
    """A file that takes its name only when it is kept; until then the old one stays.

    Parameters
    ----------
    path
        Where the file will be; its folder must exist.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        if self._path.exists() and not self._path.is_file():
            raise DeviceError(f"{path} is not a file; choose another name to write to")
        self._part = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.part")
        try:
            self._stream = self._part.open("xb")
        except OSError as error:
            raise self._refusal(error) from error

    def write(self, payload: bytes) -> None:
        """Append bytes.

        Raises
        ------
        DeviceError
            If the disk refuses them.
        """
        try:
            self._stream.write(payload)
        except OSError as error:
            self.discard()
            raise self._refusal(error) from error

    @property
    def stream(self) -> BinaryIO:
        """The open file, for libraries that write by themselves."""
        return self._stream

    def keep(self) -> None:
        """Put the file in its place; what stood there before is gone.

        Raises
        ------
        DeviceError
            If the disk refuses it; then what stood there before still stands.
        """
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.replace(self._path)
        except OSError as error:
            self.discard()
            raise self._refusal(error) from error

    def discard(self) -> None:
        """Leave everything as it was before."""
        try:
            self._stream.close()
        finally:
            self._part.unlink(missing_ok=True)

    def _refusal(self, error: OSError) -> DeviceError:
        reason = (error.strerror or str(error)).lower()
        return DeviceError(f"{self._path} cannot be written ({reason}); choose another path")


@contextmanager
def written_atomically(path: Path) -> Iterator[AtomicFile]:
    """A file that is kept when the block ends well, and discarded when it doesn't."""
    file = AtomicFile(path)
    try:
        yield file
    except BaseException:
        file.discard()
        raise
    file.keep()
