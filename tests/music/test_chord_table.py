"""A player's own chords are read from TOML or JSON, and nonsense is refused in one sentence."""

from pathlib import Path

import pytest

from accompanist.music.chord import QUALITIES, Chord
from accompanist.music.chord_table import MOST_CHORDS, know, read_chord_table
from accompanist.music.errors import Refusal


def written(folder: Path, text: str, name: str = "chords.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_intervals_are_brought_within_the_octave(tmp_path: Path) -> None:
    path = written(tmp_path, '"7#9" = [0, 4, 7, 10, 15]\nfourths = [0, 5, 10]\n')
    assert read_chord_table(path) == {"7#9": (0, 3, 4, 7, 10), "fourths": (0, 5, 10)}


def test_json_says_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, '{"fourths": [0, 5, 10]}', "chords.json")
    assert read_chord_table(path) == {"fourths": (0, 5, 10)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fourths = [0, 5", "neither TOML nor JSON"),
        ("", "must name 1 to"),
        ("\n".join(f"c{k} = [0, 5]" for k in range(MOST_CHORDS + 1)), "must name 1 to"),
        ("maj7 = [0, 4, 7, 11]", "built in"),
        ('"a b" = [0, 5]', "without spaces"),
        ('"quartär" = [0, 5]', "plain characters"),
        ('"G:7" = [0, 5]', "without spaces"),
        ("fourths = [5, 10]", "no root"),
        ("fourths = [0, 12]", "no root"),
        ("fourths = [0, 5.5]", "no list of semitones"),
        ("fourths = [0, true]", "no list of semitones"),
        ("fourths = [0, -2]", "no list of semitones"),
        ("fourths = 5", "no list of semitones"),
        ("[fourths]\nroot = 0", "no list of semitones"),
        ("#" * 70000, "larger than"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        read_chord_table(written(tmp_path, text))
    assert "\n" not in str(refused.value).partition("(")[0]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be read"):
        read_chord_table(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "chords.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refusal, match="neither TOML nor JSON"):
        read_chord_table(path)


def test_chords_of_a_table_can_be_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUALITIES, "fourths", ())
    know({"fourths": (0, 5, 10)})
    assert Chord(2, "fourths").pitch_classes == {2, 7, 0}
    assert Chord(2, "fourths").label == "D:fourths"
