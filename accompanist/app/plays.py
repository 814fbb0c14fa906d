"""What is remembered of the last plays, in the user's folder for state, a folder each.

``plays/12`` holds the last half hour as a log in pieces (`capture`), how everything was set
(``state.json``), which recordings were begun (``recordings``), and, once it is over, how it ended
(``ended``). Numbers rise. A play is alive while one of its processes holds ``alive``. The last
`KEPT` that are over stay.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from accompanist.devices.atomic import written_atomically
from accompanist.devices.errors import DeviceError
from accompanist.devices.hold import Hold, is_held

KEPT = 4

WELL, CUT_OFF = "well", "cut off"
"""How a play ended."""

_MOST_BYTES = 1 << 20


def state_folder() -> Path:
    """Folder of the user's for what programs remember, by the system's custom."""
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "accompanist"


class Play:
    """What is remembered of one play.

    Parameters
    ----------
    path
        Its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hold: Hold | None = None

    @classmethod
    def begin(cls) -> "Play":
        """Make a folder for a play that begins, and forget the oldest that are over.

        Raises
        ------
        DeviceError
            If nothing can be remembered there.
        """
        folder = state_folder() / "plays"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            numbers = [play.number for play in known_plays()]
            path = folder / str(max(numbers, default=0) + 1)
            # What pairs other machines with the band is in it, too.
            path.mkdir(mode=0o700)
            play = cls(path)
            play.hold()
        except OSError as error:
            raise DeviceError(
                f"{folder} cannot be written ({(error.strerror or str(error)).lower()}), so this "
                "play can be neither kept nor resumed; mend that, or set XDG_STATE_HOME"
            ) from error
        for former in [play for play in known_plays() if play.is_over][:-KEPT]:
            former.forget()
        return play

    @property
    def number(self) -> int:
        """By which it is known; the higher, the later."""
        return int(self.path.name)

    @property
    def is_alive(self) -> bool:
        """Whether one of its processes runs."""
        return is_held(self.path / "alive")

    @property
    def is_over(self) -> bool:
        """Whether it was brought to an end, by itself or afterwards."""
        return (self.path / "ended").exists()

    @property
    def was_cut_off(self) -> bool:
        """Whether it did not end well."""
        if not self.is_over:
            return not self.is_alive
        return (self.path / "ended").read_text(encoding="utf-8") != WELL

    @property
    def pieces(self) -> list[Path]:
        """Pieces of its log, in order."""
        return sorted(self.path.glob("*.jsonl"))

    def hold(self) -> None:
        """Be a process of it, for as long as this one runs."""
        self._hold = Hold(self.path / "alive")

    def end(self, how: str) -> None:
        """Take note of how it ended."""
        with suppress(OSError):
            (self.path / "ended").write_text(how, encoding="utf-8")

    def forget(self) -> None:
        """Remember nothing of it."""
        if self._hold is not None:
            self._hold.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def note_recording(self, stem: Path) -> None:
        """Take note that a recording was begun."""
        with suppress(OSError), (self.path / "recordings").open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(str(stem.resolve()))}\n")

    def recordings(self) -> list[Path]:
        """Recordings that were begun, by their paths without an ending."""
        try:
            lines = (self.path / "recordings").read_text(encoding="utf-8").splitlines()
            return [Path(json.loads(line)) for line in lines]
        except (OSError, ValueError, TypeError):
            return []

    def remember(self, state: Mapping[str, Any]) -> None:
        """Replace what is remembered of how everything was set.

        Raises
        ------
        DeviceError
            If it cannot be written; then what was remembered still is.
        """
        with written_atomically(self.path / "state.json") as file:
            file.write(json.dumps(state, ensure_ascii=False).encode())

    def remembered(self) -> dict[str, Any] | None:
        """How everything was set; none if that is not known."""
        try:
            with (self.path / "state.json").open("rb") as file:
                state = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        return state if isinstance(state, dict) else None


def known_plays() -> list[Play]:
    """Every play of which something is remembered, the earliest first."""
    folder = state_folder() / "plays"
    if not folder.is_dir():
        return []
    plays = [Play(path) for path in folder.iterdir() if path.name.isdecimal() and path.is_dir()]
    return sorted(plays, key=lambda play: play.number)
