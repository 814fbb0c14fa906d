"""Pitch classes by name, spelled as a lead sheet spells them (C C# D Eb E F F# G Ab A Bb B)."""

PITCH_CLASS_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_class_name(pitch_class: int) -> str:
    """Name of a pitch or pitch class, octaves ignored."""
    return PITCH_CLASS_NAMES[pitch_class % 12]


def parse_pitch_class(name: str) -> int:
    """Pitch class of a letter with any number of sharps and flats.

    Raises
    ------
    ValueError
        If `name` is not a letter A to G followed by sharps or flats.
    """
    letter, accidentals = name[:1], name[1:]
    if letter not in _STEPS or accidentals.strip("#b"):
        raise ValueError(f"{name!r} is not a note name such as C, F# or Bb")
    return (_STEPS[letter] + accidentals.count("#") - accidentals.count("b")) % 12
