"""Where swing puts what is written."""


def swung_place(step: int, swing: float, sixteenth_swing: float) -> float:
    """Where in the beat a written sixteenth (0–3) sounds.

    `swing` is the share of the beat before its off-beat eighth, `sixteenth_swing` that of half a
    beat before its off-beat sixteenth; 0.5 is straight.
    """
    return (0.0, swing * sixteenth_swing, swing, swing + (1.0 - swing) * sixteenth_swing)[step]


def place_of_part(part: int, parts: int, swing: float, sixteenth_swing: float) -> float:
    """Where in the beat one of its written parts sounds.

    Of three parts the last is the swung off-beat, and the middle halves the way to it. A beat of
    six is a dotted quarter, which does not swing.
    """
    if parts == 4:
        return swung_place(part, swing, sixteenth_swing)
    if parts == 3:
        return (0.0, swing / 2, swing)[part]
    return part / parts
