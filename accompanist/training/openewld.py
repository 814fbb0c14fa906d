"""Lead sheets of OpenEWLD (MusicXML): melody and chords, read as they are written.

Repeats are not played twice. Nearly every sheet calls itself major, so its key is settled by the
last chord: the relative minor, where the song ends on its triad. A sheet that changes its signature
has no key.
"""

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY, Key
from accompanist.training.arrangements import ScoreNote
from accompanist.training.chart import Chart, by_beat, slashed

_KINDS = {
    "major": "maj",
    "minor": "min",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "min7",
    "diminished": "dim",
    "diminished-seventh": "dim7",
    "half-diminished": "hdim7",
    "augmented": "aug",
    "augmented-seventh": "7",
    "augmented-ninth": "7",
    "dominant-ninth": "7",
    "dominant-11th": "7",
    "dominant-13th": "7",
    "major-sixth": "maj6",
    "maj69": "maj6",
    "minor-sixth": "min6",
    "major-ninth": "maj7",
    "minor-ninth": "min7",
    "minor-11th": "min7",
    "minor-13th": "min7",
    "minor-major": "minmaj7",
    "suspended-fourth": "sus4",
    "suspended-second": "sus2",
}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_VELOCITY = 80


@dataclass(slots=True)
class _Sheet:
    """What was read so far, in quarters from the beginning of the first bar."""

    quarters: float = 0.0
    divisions: float = 1.0
    metre: tuple[int, int] = (4, 4)
    fifths: set[int] = field(default_factory=set)
    metres: set[tuple[int, int]] = field(default_factory=set)
    changes: list[tuple[float, Chord]] = field(default_factory=list)
    notes: list[tuple[float, float, int]] = field(default_factory=list)


def read_openewld(data: Path, pieces: list[str]) -> Iterator[Chart]:
    """Sheets that keep one metre and have chords.

    Raises
    ------
    Refusal
        If a sheet is missing or damaged.
    """
    for piece in pieces:
        path = data / "openewld" / piece
        try:
            with zipfile.ZipFile(path) as archive:
                inside = [name for name in archive.namelist() if not name.startswith("META-INF")]
                score = ET.fromstring(archive.read(inside[0]))
        except (OSError, zipfile.BadZipFile, ET.ParseError, IndexError) as error:
            raise Refusal(f"{path} cannot be read; unpack openewld again") from error
        chart = _chart(Path(piece).stem, score)
        if chart is not None:
            yield chart


def _chart(name: str, score: ET.Element) -> Chart | None:
    sheet = _Sheet()
    pickup = 0.0
    for number, bar in enumerate(score.iterfind("part/measure")):
        began = sheet.quarters
        for entry in bar:
            _take(sheet, entry)
        full = 4.0 * sheet.metre[0] / sheet.metre[1]
        if number == 0 and sheet.quarters - began < full - 1e-6:
            pickup = sheet.quarters
        elif sheet.quarters - began < full:
            sheet.quarters = began + full
    if len(sheet.metres) != 1 or not sheet.changes:
        return None
    beats, unit = sheet.metre
    quarters = 1.5 if unit == 8 and beats % 3 == 0 else 1.0
    per_bar = 4.0 * beats / unit / quarters
    if not per_bar.is_integer():
        return None
    changes = [((at - pickup) / quarters, chord) for at, chord in sheet.changes]
    melody = tuple(
        ScoreNote((on - pickup) / quarters, length / quarters, pitch, _VELOCITY)
        for on, length, pitch in sheet.notes
    )
    chords = by_beat(changes, int((sheet.quarters - pickup) / quarters))
    return Chart(name, int(per_bar), chords, melody, _key(sheet.fifths, chords))


def _take(sheet: _Sheet, entry: ET.Element) -> None:
    if entry.tag == "attributes":
        sheet.divisions = float(entry.findtext("divisions") or sheet.divisions)
        sheet.fifths |= {int(fifths.text or 0) for fifths in entry.iterfind("key/fifths")}
        beats, unit = entry.findtext("time/beats"), entry.findtext("time/beat-type")
        if beats and unit:
            sheet.metre = int(beats), int(unit)
            sheet.metres.add(sheet.metre)
    elif entry.tag == "harmony":
        offset = float(entry.findtext("offset") or 0.0) / sheet.divisions
        sheet.changes.append((sheet.quarters + offset, _chord(entry)))
    elif entry.tag == "note" and entry.find("grace") is None and entry.find("chord") is None:
        length = float(entry.findtext("duration") or 0.0) / sheet.divisions
        pitch = entry.find("pitch")
        if pitch is not None:
            _note(sheet, pitch, length, entry.find("tie[@type='stop']") is not None)
        sheet.quarters += length
    elif entry.tag in ("backup", "forward"):
        length = float(entry.findtext("duration") or 0.0) / sheet.divisions
        sheet.quarters += length if entry.tag == "forward" else -length


def _note(sheet: _Sheet, pitch: ET.Element, length: float, tied: bool) -> None:
    octave = int(pitch.findtext("octave") or 4)
    midi = 12 * (octave + 1) + _pitch_class(pitch, "")
    if tied and sheet.notes and sheet.notes[-1][2] == midi:
        on, before, _ = sheet.notes.pop()
        sheet.notes.append((on, before + length, midi))
    else:
        sheet.notes.append((sheet.quarters, length, midi))


def _pitch_class(spelled: ET.Element, prefix: str) -> int:
    alter = float(spelled.findtext(f"{prefix}alter") or 0.0)
    return int(_STEPS[spelled.findtext(f"{prefix}step") or "C"] + alter)


def _chord(harmony: ET.Element) -> Chord:
    root = harmony.find("root")
    quality = _KINDS.get(harmony.findtext("kind") or "")
    if root is None or quality is None:
        return NO_CHORD
    flat_fifth = any(
        degree.findtext("degree-value") == "5" and degree.findtext("degree-alter") == "-1"
        for degree in harmony.iterfind("degree")
    )
    if quality == "min7" and flat_fifth:
        quality = "hdim7"
    bass = harmony.find("bass")
    low = None if bass is None else _pitch_class(bass, "bass-") % 12
    return slashed(_pitch_class(root, "root-") % 12, quality, low)


def _key(fifths: set[int], chords: tuple[Chord, ...]) -> Key:
    if len(fifths) != 1:
        return NO_KEY
    tonic = 7 * min(fifths) % 12
    relative = (tonic + 9) % 12
    last = next((chord for chord in reversed(chords) if chord.root is not None), NO_CHORD)
    if last.root == relative and last.is_minor:
        return Key(relative, "minor")
    return Key(tonic)
