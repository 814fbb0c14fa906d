"""Which sounds the band has: presets of the shipped soundfont, and who plays what in a style."""

from collections.abc import Mapping
from dataclasses import dataclass

from accompanist.music.band import PARTS

PERFORMER = "performer"
SEATS = (PERFORMER, *PARTS)
"""Everyone who may sound: the performer's own piano, then the parts."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A preset by General MIDI bank (128 for drum kits) and program, counted from 0."""

    bank: int
    program: int


INSTRUMENTS: Mapping[str, Instrument] = {
    "piano": Instrument(0, 0),
    "electric piano": Instrument(0, 4),
    "nylon guitar": Instrument(0, 24),
    "clean guitar": Instrument(0, 27),
    "upright bass": Instrument(0, 32),
    "fingered bass": Instrument(0, 33),
    "strings": Instrument(0, 49),
    "warm pad": Instrument(0, 89),
    "standard kit": Instrument(128, 0),
    "room kit": Instrument(128, 8),
    "jazz kit": Instrument(128, 32),
    "brush kit": Instrument(128, 40),
}
"""Every instrument of the shipped soundfont, by its name here."""

_LINE_UP = ("piano", "standard kit", "fingered bass", "electric piano")
_LINE_UPS: Mapping[str, tuple[str, str, str, str]] = {
    "pop": _LINE_UP,
    "rock": ("piano", "room kit", "fingered bass", "clean guitar"),
    "funk": ("piano", "standard kit", "fingered bass", "clean guitar"),
    "jazz": ("piano", "jazz kit", "upright bass", "electric piano"),
    "latin": ("piano", "standard kit", "upright bass", "nylon guitar"),
    "ballad": ("piano", "brush kit", "upright bass", "strings"),
    "waltz": ("piano", "brush kit", "upright bass", "nylon guitar"),
    "bossa": ("piano", "brush kit", "upright bass", "nylon guitar"),
    "blues": ("piano", "room kit", "fingered bass", "clean guitar"),
    "six_eight": ("piano", "standard kit", "fingered bass", "electric piano"),
    "reggae": ("piano", "standard kit", "fingered bass", "clean guitar"),
    "electronic": ("piano", "standard kit", "fingered bass", "warm pad"),
}


def line_up(style: str) -> Mapping[str, str]:
    """Name of the instrument at each of `SEATS`; an unknown style has the usual ones."""
    return dict(zip(SEATS, _LINE_UPS.get(style, _LINE_UP), strict=True))
