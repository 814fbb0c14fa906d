"""What counts as human bass and harmony, and takes held against it."""

import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

from dataclasses import replace  # noqa: E402

from accompanist.training.playing_picture import draw_rolls  # noqa: E402
from accompanist.training.playing_sets import INPUTS, SOURCES, Takes  # noqa: E402
from accompanist.training.playing_shape import (  # noqa: E402
    human_bass_notes,
    human_harmony_notes,
    overlap_table,
    overlaps,
)
from accompanist.training.playing_songs import four_chords  # noqa: E402
from accompanist.training.playing_targets import overlap_verdicts  # noqa: E402
from tests.training.played import TRUTH, playing  # noqa: E402


def test_the_lowest_notes_are_bass_and_the_others_harmony():
    song = four_chords(4)
    bass, harmony = human_bass_notes(song), human_harmony_notes(song)
    roots = [note.pitch % 12 for note in bass if note.beat % 2 == 0]
    assert roots == [0, 0, 7, 7, 9, 9, 5, 5]
    assert len(bass) + len(harmony) == len(song.piano)
    assert min(note.pitch for note in harmony) >= 48


def test_a_band_that_plays_as_humans_do_overlaps_with_them_and_a_stranger_does_not(capsys):
    songs = [replace(four_chords(8, velocities=(40 + 5 * n,)), piece=str(n)) for n in range(10)]
    human = {s.piece: [*human_bass_notes(s), *human_harmony_notes(s)] for s in songs}
    strange = {
        name: [replace(n, pitch=n.pitch % 7 * 9 + 20, beat=n.beat * 0.37) for n in notes]
        for name, notes in human.items()
    }
    takes = Takes(
        songs,
        {
            (source, which): {
                s.piece: playing(TRUTH, (human if source == "model" else strange)[s.piece], s)
                for s in songs
            }
            for source in SOURCES
            for which in INPUTS
        },
        {},
    )
    found = overlaps(takes, songs, [], {source: [] for source in SOURCES})
    assert found["bass"]["model"].overlap > found["bass"]["understudy"].overlap + 0.2
    assert overlap_verdicts(found)["bass, share of human's"] > 0.9
    assert "bass: understudy beside human" in overlap_table(found)
    assert found["drums"] == {}


def test_rolls_are_drawn_as_a_picture(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    song = four_chords(2)
    draw_rolls(song, {"human": human_bass_notes(song)}, tmp_path / "roll.png")
    assert (tmp_path / "roll.png").read_bytes()[:4] == b"\x89PNG"
