"""Sound in a file, heard as if it came in now: WAV, FLAC and whatever else the library reads.

Channels are mixed down. The file is read as its time comes, so memory stays flat however long it
is. Of a file that is cut off or damaged within, what comes before is heard.
"""

import math
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from accompanist.devices.errors import PerformanceError
from accompanist.devices.sound_ear import FASTEST_HZ, SLOWEST_HZ, SoundEar
from accompanist.music.events import SourceEvent

_BLOCK_FRAMES = 1 << 14
_UNKNOWN_FRAMES = 1 << 60
"""A file that was written as it came says that it has more."""


class SoundInput:
    """Gives what a file's sound says as its time comes.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    PerformanceError
        If it is missing, not audio, empty, or sampled too slowly or fast.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _opened(path)
        self._rate_hz: int = self._file.samplerate
        if not SLOWEST_HZ <= self._rate_hz <= FASTEST_HZ:
            raise PerformanceError(
                f"{path} has {self._rate_hz} samples a second; convert it to 48000"
            )
        self._ear = SoundEar(self._rate_hz)
        self._read = np.zeros(0, np.float32)
        self._given = 0
        self._taken = 0
        self._has_ended = False
        self._next_block()
        if self._has_ended:
            raise PerformanceError(f"{path} holds no sound; record it again")

    @property
    def last_s(self) -> float:
        """Where the sound ends; while it goes on, where the file says so."""
        if self._has_ended:
            return self._taken / self._rate_hz
        return self._said_frames / self._rate_hz

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Events not given yet that were heard by then."""
        upto = int(until_s * self._rate_hz + 1e-6)
        events: list[SourceEvent] = []
        while self._taken < upto and not self._has_ended:
            samples = self._read[self._given : self._given + upto - self._taken]
            events += self._ear.feed(samples, lambda number: number / self._rate_hz)
            self._given += len(samples)
            self._taken += len(samples)
            if self._given == len(self._read):
                self._next_block()
        return tuple(events)

    def doubts(self) -> list[str]:
        """What was wrong with what has been heard, a sentence each."""
        said = []
        if self._has_ended and self._taken < self._said_frames < math.inf:
            said.append(f"its sound breaks off after {self.last_s:.0f} s")
        if self._ear.not_numbers:
            said.append(f"{self._ear.not_numbers} samples are no numbers and counted as silence")
        return said

    @property
    def _said_frames(self) -> float:
        """How many the file says there are; infinite where it doesn't."""
        frames: int = self._file.frames
        return frames if frames < _UNKNOWN_FRAMES else math.inf

    def _next_block(self) -> None:
        room = np.full((_BLOCK_FRAMES, self._file.channels), np.nan, np.float32)
        try:
            block = self._file.read(out=room)
        except (soundfile.LibsndfileError, OSError):
            # What was read before the damage lies in the room nevertheless.
            read = np.flatnonzero(~np.isnan(room).all(axis=1))
            block = room[: read[-1] + 1 if len(read) else 0]
        self._read, self._given = _mixed(block), 0
        self._has_ended = not len(block)


def _mixed(block: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):
        return np.asarray(block.mean(axis=1), np.float32)


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        with path.open("rb"):
            pass
        return soundfile.SoundFile(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PerformanceError(f"{path} cannot be read ({reason}); give a WAV or FLAC") from error
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise PerformanceError(
            f"{path} cannot be read (not audio, or damaged); give a WAV or FLAC"
        ) from error
