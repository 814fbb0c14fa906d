"""Five minutes over the same four chords: nothing repeats, and nothing falls apart."""

from functools import cache

import pytest

from accompanist.music.band import PARTS, PlannedNote
from accompanist.music.parameters import STYLES
from tests.players import understudies
from tests.players.understudies import perform

TEMPO_BPM = 104
SPAN_BARS = 8
PLACES_IN_A_BEAT = 12


@cache
def performed(style: str, letter: str) -> dict[str, list[PlannedNote]]:
    """Five minutes of a style in one of its variations."""
    written = understudies.STYLES[style]
    added = written.variations[letter]
    return perform(
        5 * TEMPO_BPM // written.beats,
        beats_per_bar=written.beats,
        style=style,
        variation=letter,
        density=0.5 + added.density,
        intensity=0.5 + added.intensity,
        complexity=0.5 + added.complexity,
    )


def five_minutes(style: str, part: str, letter: str) -> list[frozenset[tuple[int, int]]]:
    """What a part strikes in each bar: place and pitch, whatever its velocity and micro-timing."""
    beats = understudies.STYLES[style].beats
    bars = 5 * TEMPO_BPM // beats
    struck: list[set[tuple[int, int]]] = [set() for _ in range(bars + 1)]
    for note in performed(style, letter)[part]:
        bar, place = divmod(note.onset_beats + 0.5 / PLACES_IN_A_BEAT, beats)
        struck[int(bar)].add((int(PLACES_IN_A_BEAT * place), note.pitch))
    return [frozenset(bar) for bar in struck[:bars]]


@pytest.mark.parametrize("letter", ["A", "B", "D"])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("style", STYLES)
def test_no_eight_bars_are_played_twice(style, part, letter):
    bars = five_minutes(style, part, letter)
    spans = [tuple(bars[first : first + SPAN_BARS]) for first in range(len(bars) - SPAN_BARS + 1)]
    assert len(spans) > 100
    assert len(set(spans)) == len(spans)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("style", STYLES)
def test_a_bar_is_like_one_of_those_before_it(style, part):
    """Likeness is of rhythms: places shared with the likest of the four bars before."""
    rhythms = [{place for place, _ in bar} for bar in five_minutes(style, part, "B")]
    likeness = [
        max(len(now & before) / len(now | before) for before in rhythms[bar - 4 : bar])
        for bar, now in enumerate(rhythms)
        if bar >= 4
    ]
    assert sum(likeness) / len(likeness) > 0.7
