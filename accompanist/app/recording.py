"""The files a session leaves behind, under a name that nothing there has yet.

``session.mid`` and ``session.wav``, and a log where one is wanted; where a session was kept
before, ``session-2`` and so on, so that no take is ever lost.
"""

from itertools import count
from pathlib import Path

from accompanist.app.take import Take
from accompanist.devices.errors import DeviceError
from accompanist.devices.log_file import LogFile
from accompanist.devices.wav import WavSink

ENDINGS = (".mid", ".wav", ".jsonl")


class Recording:
    """Takes part in a session as an observer, a monitor, a witness and a sink; then is kept.

    Parameters
    ----------
    folder
        Where the files go; made if it is missing.
    with_log
        Whether a log is wanted.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    """

    def __init__(self, folder: Path, *, with_log: bool) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceError(
                f"{folder} cannot be made ({error.strerror}); record elsewhere"
            ) from error
        stem = _free_stem(folder)
        self.take = Take()
        self._midi = folder / f"{stem}.mid"
        self._wav = folder / f"{stem}.wav"
        self._jsonl = folder / f"{stem}.jsonl"
        self.audio = WavSink(self._wav)
        self.log = LogFile(self._jsonl) if with_log else None

    def keep(self) -> tuple[Path, ...]:
        """Put the files in their places, and say where."""
        self.take.write_midi(self._midi)
        self.audio.keep()
        if self.log is None:
            return (self._midi, self._wav)
        self.log.keep()
        return (self._midi, self._wav, self._jsonl)


def _free_stem(folder: Path) -> str:
    stems = (f"session-{number}" if number > 1 else "session" for number in count(1))
    return next(
        stem for stem in stems if not any((folder / (stem + ending)).exists() for ending in ENDINGS)
    )
