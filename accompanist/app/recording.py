"""The files a session leaves behind, under a name that nothing there has yet.

``session.jsonl`` and ``session.wav`` grow while the band plays, so that no crash takes them along;
``session.mid`` is made from the log when all is over, or, after a crash, by whoever looks next.
Where a session was kept before, it is ``session-2`` and so on, and no take is ever lost. A band
that is started again in the same gig goes on in the same files.
"""

from contextlib import suppress
from itertools import count
from pathlib import Path

from accompanist.app.take import take_of
from accompanist.devices.errors import DeviceError
from accompanist.devices.growing import GrowingFile, cut_to_whole_lines
from accompanist.devices.session_log import LogBegun, session_line
from accompanist.devices.session_reader import read_session
from accompanist.devices.wav import WavRendering
from accompanist.devices.wav_file import mend

LOG, SOUND, NOTES = ENDINGS = (".jsonl", ".wav", ".mid")


class Recording:
    """Log and sound of a session, as they grow.

    Parameters
    ----------
    stem
        Path of the files without their endings; the log is there, as `claim` left it.
    begun
        How this band begins.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    """

    def __init__(self, stem: Path, begun: LogBegun) -> None:
        self.name = f"the recording {stem}"
        self.stem = stem
        log, sound = stem.with_name(stem.name + LOG), stem.with_name(stem.name + SOUND)
        cut_to_whole_lines(log)
        self._log = GrowingFile(log, goes_on=True)
        self._sound = GrowingFile(sound, goes_on=sound.exists())
        self.audio = WavRendering(self._sound)
        self.append(f"{session_line(begun)}\n".encode())

    @property
    def refusal(self) -> str | None:
        """Why the disk refused the last of it; None while all is well."""
        return self._log.refusal or self._sound.refusal

    def append(self, lines: bytes) -> bool:
        """Add whole lines to the log; false if the disk refused them."""
        return self._log.append(lines)

    def settle(self) -> None:
        """Have the disk keep it."""
        self.audio.settle()
        self._log.settle()
        self._sound.settle()

    def close(self) -> None:
        """Settle, and let go of the files."""
        self._log.close()
        self._sound.close()


def claim(folder: Path) -> Path:
    """Begin an empty log under a name that is free, and return its path without the ending.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            stem = folder / (f"session-{number}" if number > 1 else "session")
            if any(path.exists() for path in files_of(stem)):
                continue
            try:
                stem.with_name(stem.name + LOG).touch(exist_ok=False)
            except FileExistsError:
                continue
            return stem
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{folder} cannot be written ({reason}); record elsewhere") from error
    raise AssertionError


def unclaim(stem: Path) -> None:
    """Take away a log in which nothing was ever written."""
    log = stem.with_name(stem.name + LOG)
    with suppress(OSError):
        if log.stat().st_size == 0:
            log.unlink()


def is_unfinished(stem: Path) -> bool:
    """Whether there is a log, and no MIDI file made from it."""
    log, _, notes = files_of(stem)
    return log.exists() and not notes.exists()


def files_of(stem: Path) -> tuple[Path, ...]:
    """Files that a recording has, or will have."""
    return tuple(stem.with_name(stem.name + ending) for ending in ENDINGS)


def finish(stem: Path) -> tuple[Path, ...]:
    """Mend what a crash may have left, make the MIDI file, and say what there is now.

    Raises
    ------
    DeviceError
        If a file cannot be read or written.
    """
    log, sound, notes = files_of(stem)
    if notes.exists():
        return tuple(path for path in files_of(stem) if path.exists())
    cut_to_whole_lines(log)
    # Sound that cannot be mended must not stand in the way of the notes.
    with suppress(DeviceError):
        mend(sound)
    take_of(read_session(log)).write_midi(notes)
    return tuple(path for path in files_of(stem) if path.exists())
