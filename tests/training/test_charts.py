"""Chord charts of three sets, each as it is written."""

import zipfile
from pathlib import Path

import pytest

from accompanist.music.chord import parse_chord
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY, Key
from accompanist.training.chart import by_beat, harte_quality, slashed
from accompanist.training.mcgill import read_mcgill
from accompanist.training.openewld import read_openewld
from accompanist.training.wjd_chords import read_wjd_chords, wjd_key

SHEET = """<score-partwise><part id="P1">
<measure number="0"><attributes><divisions>2</divisions>
<key><fifths>-1</fifths><mode>major</mode></key>
<time><beats>3</beats><beat-type>4</beat-type></time></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note></measure>
<measure number="1">
<harmony><root><root-step>D</root-step></root><kind>minor</kind></harmony>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>4</duration><tie type="start"/>
</note>
<harmony><root><root-step>A</root-step></root><kind>dominant</kind>
<bass><bass-step>C</bass-step><bass-alter>1</bass-alter></bass></harmony>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>2</duration><tie type="stop"/></note>
</measure>
<measure number="2">
<harmony><root><root-step>D</root-step></root><kind>minor</kind></harmony>
<note><rest/><duration>6</duration></note></measure>
</part></score-partwise>"""

BILLBOARD = """# title: A Song
# metre: 4/4
# tonic: C

0.0\tsilence
1.0\tA, intro, | C:maj | A:min7 . F:maj9/5 G:sus4(b7) | x2
9.0\tB, verse, | (2/4) C:maj | N | ->, (voice
"""

BEATS = """onset,bar,beat,chord,id
0.0,-1,1,NC,solo
0.5,1,1,Bb6,solo
1.0,1,2,,solo
1.5,1,3,G-7b5,solo
2.0,1,4,C79b/E,solo
"""


def sheet(folder: Path) -> None:
    path = folder / "openewld" / "dataset" / "Tune.mxl"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("Tune.xml", SHEET)


def test_a_lead_sheet_counts_from_the_bar_after_its_pickup(tmp_path: Path) -> None:
    sheet(tmp_path)
    (chart,) = read_openewld(tmp_path, ["dataset/Tune.mxl"])
    assert chart.beats_per_bar == 3
    labels = [chord.label for chord in chart.chords]
    assert labels == ["D:min", "D:min", "A:7/3", "D:min", "D:min", "D:min"]
    assert [(n.onset_beats, n.length_beats, n.pitch) for n in chart.melody] == [
        (-1.0, 1.0, 60),
        (0.0, 3.0, 62),
    ]


def test_a_sheet_that_ends_on_the_relative_minor_is_in_minor(tmp_path: Path) -> None:
    sheet(tmp_path)
    (chart,) = read_openewld(tmp_path, ["dataset/Tune.mxl"])
    assert chart.key == Key(2, "minor")


def test_a_missing_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="unpack openewld"):
        list(read_openewld(tmp_path, ["dataset/None.mxl"]))


def test_billboard_bars_are_shared_evenly_and_played_as_often_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mcgill" / "SalamiFiles" / "0001.txt"
    path.parent.mkdir(parents=True)
    path.write_text(BILLBOARD)
    (chart,) = read_mcgill(tmp_path, ["0001.txt"])
    bars = ["C:maj"] * 4 + ["A:min7", "A:min7", "F:maj7/5", "G:sus4"]
    assert [chord.label for chord in chart.chords] == [*bars, *bars, *["N"] * 4]
    assert chart.key == Key(0)


def test_a_billboard_song_in_an_unknown_metre_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mcgill" / "SalamiFiles" / "0001.txt"
    path.parent.mkdir(parents=True)
    path.write_text(BILLBOARD.replace("4/4", "11/8"))
    assert list(read_mcgill(tmp_path, ["0001.txt"])) == []


def test_a_song_that_modulates_has_no_key(tmp_path: Path) -> None:
    path = tmp_path / "mcgill" / "SalamiFiles" / "0001.txt"
    path.parent.mkdir(parents=True)
    path.write_text(BILLBOARD + "# tonic: D\n10.0\tC, verse, | D:maj |\n")
    (chart,) = read_mcgill(tmp_path, ["0001.txt"])
    assert chart.key == NO_KEY


def test_jazz_chords_begin_with_the_first_downbeat_that_has_one(tmp_path: Path) -> None:
    (tmp_path / "wjd").mkdir()
    (tmp_path / "wjd" / "wjd_meta.csv").write_text("filename_sv,key\nsolo,Bb-maj\n")
    bar = "".join(line + "\n" for line in BEATS.splitlines()[2:])
    table = BEATS + bar * 9
    (tmp_path / "wjd" / "wjd_annotated_beat_tracks.csv").write_text(table)
    (chart,) = read_wjd_chords(tmp_path, ["solo"])
    assert [chord.label for chord in chart.chords[:4]] == ["Bb:maj6", "Bb:maj6", "G:hdim7", "C:7/3"]
    assert chart.key == Key(10)


def test_modes_other_than_major_and_minor_are_no_key() -> None:
    assert wjd_key("D-min") == Key(2, "minor")
    assert wjd_key("D-chrom") == NO_KEY
    assert wjd_key("") == NO_KEY


@pytest.mark.parametrize(
    ("name", "quality"),
    [("7(#9)", "7"), ("maj(9)", "maj(9)"), ("min11", "min7"), ("aug(b7)", "7"), ("5", "maj")],
)
def test_rich_names_count_as_what_they_rest_on(name: str, quality: str) -> None:
    assert harte_quality(name) == quality


def test_an_unknown_name_has_no_quality() -> None:
    assert harte_quality("wild") is None


def test_a_chord_a_little_late_is_on_its_beat() -> None:
    changes = [(0.0, parse_chord("C")), (1.2, parse_chord("F")), (2.4, parse_chord("G"))]
    labels = [chord.label for chord in by_beat(changes, 4)]
    assert labels == ["C:maj", "F:maj", "F:maj", "G:maj"]


def test_a_foreign_bass_is_left_out() -> None:
    assert slashed(0, "maj", 2) == parse_chord("C")
    assert slashed(0, "maj", 4) == parse_chord("C:maj/3")
