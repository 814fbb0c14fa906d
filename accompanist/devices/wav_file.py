"""A WAV that grows: 16-bit stereo, whole up to the last time it was settled, mended if need be.

The head of a WAV says how long it is, so it is written anew whenever the file is settled; after a
crash `mend` sets it right by what is really there. Libraries of sound write the head when a file is
closed, which a crash never does.
"""

import struct
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError

CHANNELS = 2
HEAD_BYTES = 44

_FRAME_BYTES = 2 * CHANNELS
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM = 1
_FULL_SCALE = 32767.0
_MOST_BYTES = 2**32 - HEAD_BYTES - _FRAME_BYTES


class Place(Protocol):
    """A file that bytes are written into, and that has so many."""

    size: int

    def write_at(self, place: int, payload: bytes) -> bool:
        """Write bytes somewhere; false if the disk refused them."""


class WavFile:
    """Sound added at the end of a file, or of what was there before.

    Parameters
    ----------
    place
        The file, empty or a WAV of this kind.
    rate_hz
        Frames a second.

    Attributes
    ----------
    frames
        Length so far; what the disk refused counts, and is silence.
    """

    def __init__(self, place: Place, rate_hz: int) -> None:
        self._place = place
        self._rate_hz = rate_hz
        self.frames = max(0, place.size - HEAD_BYTES) // _FRAME_BYTES
        self.settle()

    def write(self, sound: NDArray[np.float32]) -> None:
        """Add frames, shape (frames, 2), full scale at 1."""
        at = HEAD_BYTES + self.frames * _FRAME_BYTES
        if at + len(sound) * _FRAME_BYTES > _MOST_BYTES:
            return
        samples = np.rint(np.clip(sound, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
        self._place.write_at(at, samples.tobytes())
        self.frames += len(sound)

    def settle(self) -> None:
        """Say in the head how long the file is now."""
        self._place.write_at(0, _head(self.frames, self._rate_hz))


def mend(path: Path) -> float:
    """Have the head of a WAV say what is there, and return how many seconds that is.

    Raises
    ------
    DeviceError
        If the file cannot be read or written, or is no WAV of this kind.
    """
    try:
        with path.open("r+b") as file:
            head = file.read(HEAD_BYTES)
            if len(head) < HEAD_BYTES or head[:4] != b"RIFF":
                raise DeviceError(f"{path} is no recording of the band's sound")
            rate_hz = int.from_bytes(head[24:28], "little")
            frames = (min(file.seek(0, 2), _MOST_BYTES) - HEAD_BYTES) // _FRAME_BYTES
            file.seek(0)
            file.write(_head(frames, rate_hz))
            file.truncate(HEAD_BYTES + frames * _FRAME_BYTES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{path} cannot be mended ({reason})") from error
    return frames / max(rate_hz, 1)


def _head(frames: int, rate_hz: int) -> bytes:
    sound_bytes = frames * _FRAME_BYTES
    form = (16, _PCM, CHANNELS, rate_hz, rate_hz * _FRAME_BYTES, _FRAME_BYTES, 16)
    whole_bytes = HEAD_BYTES - 8 + sound_bytes
    return _HEAD.pack(b"RIFF", whole_bytes, b"WAVE", b"fmt ", *form, b"data", sound_bytes)
