"""Ornaments: how bass and harmony play a written bar a little differently each time.

In about six groove bars in ten one mark is changed: a degree or a voice exchanged, a held note
struck again, a soft chord played by its upper voices. The first note of a bar stays as it is, and
so do fills and arranged sections. Which bar and which mark is drawn from the seed and the bar
alone: however long the same chords go on, the band does not fall into a loop. Playing outside
changes more bars and more marks, and from the middle on complexity strikes between the eighths.
"""

from accompanist.players.player import Frame
from accompanist.players.style_feel import Spot, dice

_SHARE = 0.6
_MOST_OUTSIDE = 3.0
_MOST_SIXTEENTHS = 4.0
"""Marks a bar that are changed, or struck between the eighths, at the top of their controls."""

Choice = tuple[int, str]
"""A place in the bar, and the mark that takes its place."""


def bass_ornament(bar: str, spot: Spot, frame: Frame) -> str:
    """A bar of a bass line as it is played this time."""
    degrees = "R358" if "3" in bar else "R58"
    choices: list[Choice] = []
    for place in range(1, len(bar)):
        if bar[place] in degrees:
            choices += [(place, degree) for degree in degrees if degree != bar[place]]
        elif bar[place] == "-" and _between_beats(place, spot):
            choices += [(place, degree) for degree in degrees]
    finer = [(place, degree) for place in _sixteenths(bar, spot, "-") for degree in degrees]
    return _ornamented(bar, choices, finer, spot, frame, 21)


def harmony_ornament(bar: str, spot: Spot, frame: Frame) -> str:
    """A bar of a comping rhythm as it is played this time."""
    choices: list[Choice] = []
    for place in range(1, len(bar)):
        mark = bar[place]
        if mark.isdigit():
            choices += [(place, voice) for voice in "1234" if voice != mark]
        elif mark in "xu":
            choices.append((place, "u" if mark == "x" else "x"))
        elif mark in "-." and _between_beats(place, spot):
            choices += [(place, "u"), (place, "3")]
    finer = [(place, "u") for place in _sixteenths(bar, spot, "-.")]
    return _ornamented(bar, choices, finer, spot, frame, 22)


def _between_beats(place: int, spot: Spot) -> bool:
    """Whether a place is an off-beat: the half of a beat, or the last third of one in three."""
    parts = spot.style.parts
    return place % parts == {3: 2, 4: 2, 6: 4}[parts]


def _sixteenths(bar: str, spot: Spot, silent: str) -> list[int]:
    """Places between the eighths where nothing is struck."""
    if spot.style.parts != 4:
        return []
    return [place for place in range(1, len(bar), 2) if bar[place] in silent]


def _ornamented(
    bar: str, choices: list[Choice], finer: list[Choice], spot: Spot, frame: Frame, salt: int
) -> str:
    if frame.section != "groove":
        return bar
    changed = 0
    if dice(frame.seed, spot.bar, salt) < _SHARE + (1.0 - _SHARE) * frame.outside:
        changed = 1 + int(_MOST_OUTSIDE * frame.outside + dice(frame.seed, spot.bar, salt, 2))
    struck = int(
        _MOST_SIXTEENTHS * max(2.0 * frame.complexity - 1.0, 0.0)
        + dice(frame.seed, spot.bar, salt, 3)
    )
    for number in range(changed if choices else 0):
        bar = _changed(bar, choices, dice(frame.seed, spot.bar, salt, 1, number))
    for number in range(struck if finer else 0):
        bar = _changed(bar, finer, dice(frame.seed, spot.bar, salt, 4, number))
    return bar


def _changed(bar: str, choices: list[Choice], chance: float) -> str:
    place, mark = choices[int(chance * len(choices))]
    return bar[:place] + mark + bar[place + 1 :]
