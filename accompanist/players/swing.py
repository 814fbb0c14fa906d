"""Where swing puts what is written."""


def swung_place(step: int, swing: float, sixteenth_swing: float) -> float:
    """Where in the beat a written sixteenth (0–3) sounds.

    `swing` is the share of the beat before its off-beat eighth, `sixteenth_swing` that of half a
    beat before its off-beat sixteenth; 0.5 is straight.
    """
    return (0.0, swing * sixteenth_swing, swing, swing + (1.0 - swing) * sixteenth_swing)[step]
