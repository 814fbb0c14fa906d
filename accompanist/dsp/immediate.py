"""Immediate controls: what the stage obeys at once, before the band has heard of it.

Panic, stop, mute, solo and level need no thought, so they act even while nobody thinks. Each has a
word in shared memory, its place: levels in millionths, mutes and solos 0 or 1, panic and stop how
often they were asked for. The engine stays the one truth: it is told of everything, and what it
says in the end holds (see `accompanist.app.settling`); the stage is only earlier.

A lane is silent if it is muted, or if others are solo and it is not.

Nothing here imports numba, so that the guard can know sizes; the cues are made by
`accompanist.dsp.immediate_cues`.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.cue import LANES
from accompanist.music.band import PARTS
from accompanist.music.parameter import Parameter, Value
from accompanist.music.parameters import PARAMETERS

Words = NDArray[np.int64]

MILLION = 1_000_000
USUAL_BAND_LEVEL = 800_000
"""Where the band's level leaves every part at its own."""

WIDE = 8
MUTE, SOLO, LOUDNESS = 0, WIDE, 2 * WIDE
"""First of the places that belong to a lane each; the loudness of lane 0 is the whole band's."""
PANIC, STOP, LOCK, LEARN = range(3 * WIDE, 3 * WIDE + 4)
"""Places of their own; no hand turns the last two past the band: they say what a hand may turn."""
PLACES = 4 * WIDE
TURNED_NS = PLACES
"""First of the words that say, for every place, when a hand last turned it."""
IMMEDIATE_WORDS = 2 * PLACES

_LEAVES = {"mute": MUTE, "solo": SOLO, "level": LOUDNESS}
_WHOLE = {
    "panic": PANIC,
    "stop": STOP,
    "lock": LOCK,
    "learn": LEARN,
    "band/level": LOUDNESS,
}


def _place_of(parameter: Parameter) -> int | None:
    """Place of a parameter that is immediate; none of any other."""
    part, _, leaf = parameter.name.partition("/")
    if part in PARTS and leaf in _LEAVES:
        return _LEAVES[leaf] + LANES.index(part)
    return _WHOLE.get(parameter.name)


PLACE_OF: dict[str, int] = {
    parameter.address: place
    for parameter in PARAMETERS
    if (place := _place_of(parameter)) is not None
}
"""Places by OSC address."""


def word_of(place: int, value: Value) -> int:
    """What a control's value is in its word."""
    return round(float(value) * MILLION) if LOUDNESS <= place < PANIC else int(value)


def new_words() -> Words:
    """Every control at its default."""
    words = np.zeros(IMMEDIATE_WORDS, np.int64)
    for parameter in PARAMETERS:
        place = PLACE_OF.get(parameter.address)
        if place is not None:
            words[place] = word_of(place, parameter.default)
    return words
