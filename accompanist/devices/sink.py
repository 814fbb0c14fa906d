"""The seam to everything that sounds: committed notes go in, in order of announcement."""

from typing import Protocol

from accompanist.music.band import Played


class Sink(Protocol):
    """A synth, a MIDI port, an OSC peer or a file."""

    def send(self, event: Played) -> None:
        """Take an event whose time is on the engine clock, now or ahead; never block."""

    def set_level(self, part: str, level: float) -> None:
        """Loudness of a part, 0–1."""

    def close(self) -> None:
        """Release every note, then the device."""
