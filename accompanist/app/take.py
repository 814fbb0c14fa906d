"""A take: everything a session played and heard, kept to be written down when it is over.

A take holds at most `MOST_EVENTS` of each kind, days of playing; past that it keeps the beginning
and counts what it leaves out.
"""

from pathlib import Path

from accompanist.devices.band_file import write_band
from accompanist.engine import Announcement
from accompanist.music.band import Played
from accompanist.music.events import PerformerEvent
from accompanist.music.heard import BeatHeard, MetreHeard

MOST_EVENTS = 2_000_000


class Take:
    """Remembers the performer's events, the band's notes, and where the bars lay."""

    def __init__(self) -> None:
        self._performance: list[PerformerEvent] = []
        self._played: list[Played] = []
        self._bars: list[BeatHeard | MetreHeard] = []
        self.left_out = 0

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer."""
        if len(self._performance) < MOST_EVENTS:
            self._performance.append(event)
        else:
            self.left_out += 1

    def witness(self, event: Played) -> None:
        """Take a committed event."""
        if len(self._played) < MOST_EVENTS:
            self._played.append(event)
        else:
            self.left_out += 1

    def show(self, announcement: Announcement) -> None:
        """Take a beat or a metre; all else is passed over."""
        if isinstance(announcement, BeatHeard | MetreHeard) and len(self._bars) < MOST_EVENTS:
            self._bars.append(announcement)

    def write_midi(self, path: Path) -> None:
        """Write performer and band as a MIDI file.

        Raises
        ------
        DeviceError
            If it cannot be written; then nothing is changed.
        """
        write_band(path, self._performance, self._played, self._bars)
