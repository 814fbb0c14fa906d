"""Ornaments: how bass and harmony play a written bar a little differently each time.

In about six groove bars in ten one mark is changed: a degree or a voice exchanged, a held note
struck again, a soft chord played by its upper voices. The first note of a bar stays as it is, and
so do fills and arranged sections. Which bar and which mark is drawn from the seed and the bar
alone: however long the same chords go on, the band does not fall into a loop.
"""

from accompanist.players.player import Frame
from accompanist.players.style_feel import Spot, dice

_SHARE = 0.6

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
    return _ornamented(bar, choices, spot, frame, 21)


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
    return _ornamented(bar, choices, spot, frame, 22)


def _between_beats(place: int, spot: Spot) -> bool:
    """Whether a place is an off-beat: the half of a beat, or the last third of one in three."""
    parts = spot.style.parts
    return place % parts == {3: 2, 4: 2, 6: 4}[parts]


def _ornamented(bar: str, choices: list[Choice], spot: Spot, frame: Frame, salt: int) -> str:
    plain = frame.section != "groove" or dice(frame.seed, spot.bar, salt) >= _SHARE
    if plain or not choices:
        return bar
    place, mark = choices[int(dice(frame.seed, spot.bar, salt, 1) * len(choices))]
    return bar[:place] + mark + bar[place + 1 :]
