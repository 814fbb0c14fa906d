"""What a hand turned at the stage comes to agree with what the engine says."""

import pytest

from accompanist.app.settling import SETTLED_NS, Settling
from accompanist.dsp import cue
from accompanist.dsp.cue import LANES
from accompanist.dsp.immediate import LOUDNESS, MUTE, TURNED_NS, new_words

BASS = LANES.index("bass")
NOW_NS = 10_000_000_000


@pytest.fixture
def controls():
    return new_words()


@pytest.fixture
def settling(controls):
    return Settling(controls)


def turned_by_hand(controls, place, word):
    controls[place], controls[TURNED_NS + place] = word, NOW_NS


def test_what_the_engine_says_of_a_foot_switch_is_done_at_once(settling, controls):
    settling.hear(MUTE + BASS, 1)
    (row,) = settling.step(NOW_NS)
    assert row[:3] == (cue.HUSH, BASS, 1)
    assert controls[MUTE + BASS] == 1


def test_what_the_engine_only_confirms_changes_nothing(settling, controls):
    turned_by_hand(controls, MUTE + BASS, 1)
    settling.hear(MUTE + BASS, 1)
    assert settling.step(NOW_NS) == []
    assert settling.step(NOW_NS + 2 * SETTLED_NS) == []


def test_a_fader_that_moves_does_not_jump_back_to_what_the_engine_heard_before(settling, controls):
    turned_by_hand(controls, LOUDNESS + BASS, 300_000)
    settling.hear(LOUDNESS + BASS, 100_000)
    assert settling.step(NOW_NS) == []
    settling.hear(LOUDNESS + BASS, 300_000)
    assert settling.step(NOW_NS + 2 * SETTLED_NS) == []
    assert controls[LOUDNESS + BASS] == 300_000


def test_the_engines_last_word_holds_once_the_hand_rests(settling, controls):
    turned_by_hand(controls, LOUDNESS + BASS, 300_000)
    settling.hear(LOUDNESS + BASS, 500_000)
    assert settling.step(NOW_NS + SETTLED_NS - 1) == []
    (row,) = settling.step(NOW_NS + SETTLED_NS)
    assert row[:3] == (cue.LEVEL, BASS, 500_000)
    assert settling.step(NOW_NS + 2 * SETTLED_NS) == []


def test_the_bands_level_moves_every_part(settling):
    settling.hear(LOUDNESS, 400_000)
    assert [row[:3] for row in settling.step(NOW_NS)] == [
        (cue.LEVEL, lane, 400_000) for lane in range(1, 4)
    ]
