"""Instruments by General MIDI program, with their ranges, and who may play what."""

from dataclasses import dataclass

import numpy as np

from accompanist.training.performances import Notes

DRUM_BANK = 128


@dataclass(frozen=True, slots=True)
class Instrument:
    """A preset, the keys it plays, whether it is amplified, sings or is plucked."""

    program: int
    lowest: int = 21
    highest: int = 108
    bank: int = 0
    electric: bool = False
    sings: bool = False
    plucked: bool = False


def _keys(*programs: int) -> tuple[Instrument, ...]:
    return tuple(Instrument(program, 24, 103) for program in programs)


PIANOS = _keys(0, 0, 0, 0, 1, 1, 2, 3, 4, 5)
CHORDAL = (*_keys(0, 0, 1, 4, 4, 5, 7, 11, 16, 17, 18), Instrument(48, 40, 96),
           Instrument(49, 40, 96), Instrument(89, 40, 96), *_keys(24, 25, 26, 27))  # fmt: skip
GUITARS = (
    *(Instrument(program, 40, 86, plucked=True) for program in (24, 24, 25, 25, 25)),
    *(
        Instrument(program, 40, 86, electric=True, plucked=True)
        for program in (26, 26, 27, 27, 28, 29, 30)
    ),
)
BASSES = tuple(
    Instrument(program, 26, 60, plucked=program < 35)
    for program in (32, 32, 33, 33, 34, 35, 36, 38, 39)
)
_SINGING = (
    *((voice, 45, 79) for voice in (52, 53, 54, 85)),
    *((64, 56, 88), (65, 49, 81), (65, 49, 81), (66, 44, 76), (66, 44, 76), (67, 37, 69)),
    *((56, 54, 84), (57, 40, 72), (59, 54, 84), (68, 58, 89), (71, 50, 91)),
    *((flute, 60, 96) for flute in (73, 73, 74, 75, 78, 79)),
    *((40, 55, 96), (41, 48, 84), (42, 36, 74), (22, 60, 96), (21, 48, 96)),
    *((80, 48, 91), (81, 48, 91)),
)
"""Voices, saxophones, other winds, flutes and whistles, strings and reeds, leads."""

LINES = (
    *(Instrument(program, low, high, sings=True) for program, low, high in _SINGING),
    Instrument(11, 53, 89),
    Instrument(12, 45, 91),
    Instrument(26, 40, 86, electric=True),
    Instrument(29, 40, 86, electric=True),
)
KITS = tuple(
    Instrument(program, 0, 127, DRUM_BANK)
    for program in (0, 0, 0, 8, 8, 16, 16, 24, 25, 32, 32, 40, 40)
)


def in_range(notes: Notes, instrument: Instrument) -> Notes:
    """The notes moved by octaves to where the instrument is at home, strays folded in."""
    if instrument.bank == DRUM_BANK or not len(notes):
        return notes
    middle = (instrument.lowest + instrument.highest) / 2
    wide = instrument.highest - instrument.lowest > 60
    moved = 0 if wide else 12 * round((middle - float(np.median(notes.pitch))) / 12)
    pitch = notes.pitch + moved
    low = -(-(instrument.lowest - pitch) // 12) * 12
    high = -(-(pitch - instrument.highest) // 12) * 12
    pitch = np.where(pitch < instrument.lowest, pitch + low, pitch)
    pitch = np.where(pitch > instrument.highest, pitch - high, pitch)
    return Notes(notes.on_s, notes.off_s, pitch, notes.velocity, notes.role)
