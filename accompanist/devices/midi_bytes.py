"""MIDI messages out of bytes, as controllers and drivers really send them.

A status byte may be left out when it is the same again (running status), clock bytes may stand
anywhere, even inside a message, and system messages lie between; no note is lost to any of these.
Whole messages of channels, clock, start, stop, continue and song position come out, as numbers (see
`accompanist.dsp.cue.packed`); the rest is passed over.
"""

from collections.abc import Sequence

from accompanist.dsp.cue import packed

_REAL_TIME, _SYSTEM, _STATUS = 0xF8, 0xF0, 0x80
_PROGRAM, _PRESSURE = 0xC0, 0xD0
_POSITION = 0xF2
_CLOCK = (0xF8, 0xFA, 0xFB, 0xFC)
"""Tick, start, continue, stop."""


def _size(status: int) -> int:
    return 2 if status & 0xF0 in (_PROGRAM, _PRESSURE) else 3


class MidiBytes:
    """Takes bytes as they come and gives messages once they are whole."""

    def __init__(self) -> None:
        self._status = 0
        self._data: list[int] = []

    def messages(self, received: Sequence[int]) -> list[int]:
        """Messages that these bytes complete, with their status."""
        whole: list[int] = []
        for byte in received:
            if byte >= _REAL_TIME:
                whole += [packed((byte,))] if byte in _CLOCK else []
            elif byte >= _STATUS:
                self._status = byte if byte < _SYSTEM or byte == _POSITION else 0
                self._data.clear()
            elif self._status:
                self._data.append(byte)
                if len(self._data) == _size(self._status) - 1:
                    whole.append(packed((self._status, *self._data)))
                    self._data.clear()
                    if self._status >= _SYSTEM:
                        # Only what is said on channels may be said again without its status.
                        self._status = 0
        return whole
