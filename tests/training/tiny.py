"""Data sets of a few bars, laid out as the unpacked archives are, made while tests run."""

import zipfile
from pathlib import Path

import mido
import pytest

TICKS = 480
NEEDS_TORCH = "training needs torch, an extra that is not installed here"


def torch_or_skip():
    """Skip with a reason where the training extra is absent."""
    pytest.importorskip("torch", reason=NEEDS_TORCH)
    pytest.importorskip("onnx", reason=NEEDS_TORCH)


def write_split(data: Path, name: str, pieces: dict[str, str]) -> None:
    (data / "splits").mkdir(parents=True, exist_ok=True)
    lines = ["piece,split", *(f"{piece},{split}" for piece, split in pieces.items())]
    (data / "splits" / f"{name}.csv").write_text("\n".join(lines) + "\n")


def track(notes, name="", head=()):
    """A track of (onset in beats, length in beats, pitch, velocity)."""
    timed = [(0, message) for message in head]
    for onset, length, pitch, velocity in notes:
        on = mido.Message("note_on", note=pitch, velocity=velocity)
        off = mido.Message("note_off", note=pitch, velocity=0)
        timed += [(round(onset * TICKS), on), (round((onset + length) * TICKS), off)]
    timed.sort(key=lambda pair: pair[0])
    made, now = mido.MidiTrack(), 0
    if name:
        made.append(mido.MetaMessage("track_name", name=name))
    for at, message in timed:
        made.append(message.copy(time=at - now))
        now = at
    return made


def write_midi(path: Path, *tracks) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    midi = mido.MidiFile(ticks_per_beat=TICKS)
    midi.tracks.extend(tracks)
    midi.save(path)


def groove_notes(bars, late_beats=0.0):
    """Kick, snare and eighth hats, all so late."""
    notes = []
    for bar in range(bars):
        notes += [(4 * bar + beat + late_beats, 0.1, 36, 100) for beat in (0, 2)]
        notes += [(4 * bar + beat + late_beats, 0.1, 38, 110) for beat in (1, 3)]
        notes += [(4 * bar + half / 2 + late_beats, 0.1, 42, 70) for half in range(8)]
    return notes


def write_groove(data: Path) -> None:
    """Three grooves and a fill to train on, one groove held out."""
    pieces = {
        "d/s/1_rock_100_beat_4-4.mid": ("train", 16),
        "d/s/2_funk_96_beat_4-4.mid": ("train", 16),
        "d/s/3_rock_104_fill_4-4.mid": ("train", 1),
        "d/s/4_rock_110_beat_4-4.mid": ("val", 8),
    }
    write_split(data, "groove", {piece: split for piece, (split, _) in pieces.items()})
    for piece, (_, bars) in pieces.items():
        write_midi(data / "groove" / piece, track(groove_notes(bars)))


CHORDS = ((48, 52, 55), (55, 59, 62), (57, 60, 64), (53, 57, 60))
BEATS_BEFORE = 2


def write_songs(data: Path, bars=12) -> None:
    """Two songs to train on and one held out; POP909 has two beats more before the first bar."""
    write_split(data, "pop909", {"001": "train", "002": "train", "003": "val"})
    for piece in ("001", "002", "003"):
        chords, piano, melody = [], [], []
        for bar in range(bars):
            keys = CHORDS[bar % 4]
            chords += [(4 * bar, 4, key, 90) for key in keys]
            piano += [(4 * bar, 2, keys[0] - 12, 80), (4 * bar + 2, 1.5, keys[0] - 12, 70)]
            piano += [(4 * bar + half / 2, 0.5, keys[half % 3] + 12, 64) for half in range(8)]
            melody += [(4 * bar + beat, 1, keys[(beat + bar) % 3] + 24, 90) for beat in range(4)]
        head = [
            mido.MetaMessage("time_signature", numerator=4, denominator=4),
            mido.MetaMessage("key_signature", key="C"),
        ]
        write_midi(
            data / "pop909cl" / "POP909_processed" / f"{piece}.mid",
            track([], head=head),
            track(piano + melody, "piano"),
            track(chords, "chords"),
        )
        folder = data / "pop909" / "POP909" / piece
        moved = [
            [(onset + BEATS_BEFORE, *rest) for onset, *rest in notes] for notes in (melody, piano)
        ]
        write_midi(
            folder / f"{piece}.mid",
            track([], head=[mido.MetaMessage("set_tempo", tempo=500000)]),
            track(moved[0], "MELODY"),
            track(moved[1], "PIANO"),
        )
        times = "".join(f"{beat * 0.5} 0.0 0.0\n" for beat in range(4 * bars + 4))
        (folder / "beat_midi.txt").write_text(times)


def write_charts(data: Path, bars=24) -> None:
    """A lead sheet, a Billboard song and a jazz solo's chords, each to train on and held out."""
    changes = ("C", "A:min", "D:min7", "G:7")
    steps = {"C": ("C", "major"), "A:min": ("A", "minor"), "D:min7": ("D", "minor-seventh")}
    names, jazz = [], {"C": "C", "A:min": "A-", "D:min7": "D-7", "G:7": "G7"}
    measures = [
        "<attributes><divisions>1</divisions><key><fifths>0</fifths></key>"
        "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    ]
    for bar in range(bars):
        name = changes[bar % 4]
        root, kind = steps.get(name, ("G", "dominant"))
        measures.append(
            f"<harmony><root><root-step>{root}</root-step></root><kind>{kind}</kind></harmony>"
            f"<note><pitch><step>{root}</step><octave>5</octave></pitch>"
            "<duration>4</duration></note>"
        )
        names.append("C:maj" if name == "C" else name)
    sheet = "".join(f"<measure>{inside}</measure>" for inside in measures[1:])
    sheet = sheet.replace("<measure>", f"<measure>{measures[0]}", 1)
    for split in ("train", "val"):
        path = data / "openewld" / f"{split}.mxl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("sheet.xml", f"<score-partwise><part>{sheet}</part></score-partwise>")
        path = data / "mcgill" / "SalamiFiles" / f"{split}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# metre: 4/4\n# tonic: C\n0.0\tA, | " + " | ".join(names) + " |\n")
    rows = ["onset,bar,beat,chord,id"]
    for piece in ("train", "val"):
        for beat in range(4 * bars):
            chord = jazz[changes[beat // 4 % 4]] if beat % 4 == 0 else ""
            rows.append(f"{beat / 2},{beat // 4},{beat % 4 + 1},{chord},{piece}")
    folder = data / "wjd"
    folder.mkdir()
    (folder / "wjd_annotated_beat_tracks.csv").write_text("\n".join(rows) + "\n")
    (folder / "wjd_meta.csv").write_text("filename_sv,key\ntrain,C-maj\nval,C-maj\n")
    for name, ending in (("openewld", ".mxl"), ("mcgill", ".txt"), ("wjd", "")):
        write_split(data, name, {f"{split}{ending}": split for split in ("train", "val")})
