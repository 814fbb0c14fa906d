"""Every version of a part is audibly another, whoever plays it."""

from itertools import combinations

import pytest

from accompanist.music.band import PARTS
from accompanist.music.parameters import STYLES
from accompanist.players.understudy import UnderstudyBass, UnderstudyDrums, UnderstudyHarmony
from accompanist.players.version import in_version
from tests.players import learned, understudies
from tests.players.frames import frame

LEAST_DIFFERENCE = 0.15
"""Share of the notes of two bars that are others, in the style that leaves the least room."""

UNDERSTUDIES = {"drums": UnderstudyDrums, "bass": UnderstudyBass, "harmony": UnderstudyHarmony}
LEARNED = {"drums": learned.drummer, "bass": learned.bassist, "harmony": learned.comper}


def later_phrase(player, frames, number: int) -> set[tuple[int, int]]:
    """Places and pitches from the third bar on."""
    notes = [note for each in frames for note in player.play(in_version(each, number))]
    begins = 8 * frames[0].beats_per_bar
    placed = {(round(4 * note.onset_beats), note.pitch) for note in notes}
    return {note for note in placed if note[0] >= begins}


def difference(one: set, other: set) -> float:
    return 1.0 - len(one & other) / len(one | other)


def test_the_first_version_is_told_what_everybody_is():
    told = frame()
    assert in_version(told, 0) is told


def test_a_version_is_as_loud_as_is_set():
    assert [in_version(frame(), number).loudness for number in (1, 2, 3)] == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("style", STYLES)
def test_players_by_rule_have_three_versions_of_every_style(style, part):
    beats_per_bar = 3 if style == "waltz" else 4
    frame_at = understudies.frames(4, style=style, beats_per_bar=beats_per_bar)
    frames = [frame_at(index) for index in range(16 * beats_per_bar)]
    played = [later_phrase(UNDERSTUDIES[part](understudies.STYLES), frames, n) for n in range(3)]
    assert min(difference(*two) for two in combinations(played, 2)) >= LEAST_DIFFERENCE


@pytest.mark.parametrize("part", PARTS)
def test_learned_players_have_three_versions(part):
    frames = learned.song_frames(10)
    played = [later_phrase(LEARNED[part](), frames, number) for number in range(3)]
    assert min(difference(*two) for two in combinations(played, 2)) >= 0.3
