"""Songs as the listener heard them, with the chords that truly came."""

from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.app.train import listening  # noqa: E402
from accompanist.music.chord import Chord  # noqa: E402
from accompanist.players.anticipation import INPUT_WIDTH, chord_class  # noqa: E402
from accompanist.training.anticipation_hearing import (  # noqa: E402
    heard_example,
    heard_examples,
)
from accompanist.training.playing_songs import four_chords  # noqa: E402

ROUND = [chord_class(chord) for chord in (Chord(0), Chord(7), Chord(9, "min"), Chord(5))]
SONG = four_chords(24)


def test_every_beat_heard_is_told_with_the_chord_that_comes_next_and_a_bar_later():
    example = heard_example((SONG, "both"), listening)
    assert example is not None
    assert len(example["inputs"]) > 80
    assert example["inputs"].shape[1] == INPUT_WIDTH
    later = {ROUND[place]: ROUND[(place + 1) % 4] for place in range(4)}
    told = list(zip(example["next"].tolist(), example["in_a_bar"].tolist(), strict=True))[8:-8]
    assert [in_a_bar for _, in_a_bar in told] == [later[following] for following, _ in told]


def test_what_is_hardly_heard_is_left_out():
    assert heard_example((four_chords(2), "both"), listening) is None


def test_hearing_side_by_side_changes_nothing():
    alone = heard_example((SONG, "both"), listening)
    (together,) = heard_examples([(SONG, "both"), (four_chords(2), "both")], listening, processes=2)
    assert alone is not None
    assert all((alone[name] == together[name]).all() for name in alone)
