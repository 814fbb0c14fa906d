"""How broad the performer plays, told from the gaps between their last onsets.

The tempo usual so far gives every gap its note value: of those it could be, the one that asks for
the least change from how the tempo has just been changing. What remains, the length of the gap over
that of its value at the usual tempo, is how broad it was. This says within two or three gaps what a
beat tracker believes only later: before a last chord there may be no later.

Gaps shorter than a beat are added up to one.

Limits: values of up to four beats; a tempo that changes by more than a third from gap to gap, or a
performer who broadens to half the tempo within a few beats, isn't understood.
"""

import math
from collections.abc import Sequence

_VALUES = {1.0: 0.0, 2.0: 0.0, 0.75: 0.15, 1.5: 0.1, 2.5: 0.1, 3.0: 0.1, 4.0: 0.1, 4 / 3: 0.15}
"""Note values in beats, and how unlikely each is: natural logs, to be weighed against those of the
change of tempo that it would mean."""

_SHORTEST, _LONGEST = 0.8, 5.0
_GAPS = 6
_MOST_AT_ONCE = 1.3


def breadth(onsets_s: Sequence[float], usual_s: float) -> tuple[float, float]:
    """How broad the last gaps were, and those before them.

    Parameters
    ----------
    onsets_s
        Onsets in order of time, seconds.
    usual_s
        Seconds from beat to beat so far.

    Returns
    -------
    tuple of float
        Length over usual length: mean of the last two gaps, and of the two before. Both are 1
        where there are fewer than four gaps.
    """
    gaps = _gaps([onset_s / usual_s for onset_s in onsets_s])[-_GAPS:]
    if len(gaps) < 4:
        return 1.0, 1.0
    broad, change = [1.0], 1.0
    for gap in gaps:
        broad.append(_broad(gap, broad[-1] * change))
        change = min(max(broad[-1] / broad[-2], 1.0), _MOST_AT_ONCE)
    return math.sqrt(broad[-1] * broad[-2]), math.sqrt(broad[-3] * broad[-4])


def _gaps(onsets: Sequence[float]) -> list[float]:
    """Gaps of about a beat or more, from the last onset back; shorter ones are added up."""
    gaps: list[float] = []
    last = onsets[-1] if onsets else 0.0
    for onset in reversed(onsets):
        if last - onset >= _SHORTEST:
            gaps.append(last - onset)
            last = onset
    return [gap for gap in reversed(gaps) if gap <= _LONGEST]


def _broad(gap: float, expected: float) -> float:
    """How broad a gap is, if about as much is `expected`."""

    def strangeness(value: float) -> float:
        return abs(math.log(gap / value / expected)) + _VALUES[value]

    return gap / min(_VALUES, key=strangeness)
