"""Chord annotations of the McGill Billboard set: bars of chords, without notes.

Chords within a bar share it evenly; ``.`` holds the last one. The mode of the key is that of the
tonic chord heard more: the files name the tonic alone. Silences and lines without bars are left
out, songs whose metre changes keep the bars of their first, and those that modulate have no key.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY, Key
from accompanist.music.pitch import parse_pitch_class
from accompanist.training.chart import Chart, harte_quality, slashed

_BEATS = {"4/4": 4, "3/4": 3, "2/4": 2, "5/4": 5, "7/4": 7, "6/8": 2, "12/8": 4, "9/8": 3}
_DEGREES = {"b3": 3, "3": 4, "5": 7, "b7": 10, "7": 11, "6": 9, "b5": 6, "#5": 8, "2": 2, "4": 5}


def read_mcgill(data: Path, pieces: list[str]) -> Iterator[Chart]:
    """Songs in a metre that is known here.

    Raises
    ------
    Refusal
        If a file is missing.
    """
    for piece in pieces:
        path = data / "mcgill" / "SalamiFiles" / piece
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise Refusal(f"{path} cannot be read; unpack mcgill again") from error
        chart = _chart(Path(piece).stem, text)
        if chart is not None:
            yield chart


def _chart(name: str, text: str) -> Chart | None:
    metres = re.findall(r"^# metre: (\S+)$", text, re.MULTILINE)
    tonics = set(re.findall(r"^# tonic: (\S+)$", text, re.MULTILINE))
    per_bar = _BEATS.get(metres[0]) if metres else None
    if per_bar is None:
        return None
    chords: list[Chord] = []
    for line in text.splitlines():
        words = line.split("|")
        if line.startswith("#") or len(words) < 3:
            continue
        times = re.search(r"x(\d+)", words[-1])
        bars = [bar for word in words[1:-1] if (bar := _bar(word, per_bar, chords))]
        for _ in range(int(times.group(1)) if times else 1):
            chords.extend(chord for bar in bars for chord in bar)
    if not chords:
        return None
    key = _key(tonics.pop(), chords) if len(tonics) == 1 else NO_KEY
    return Chart(name, per_bar, tuple(chords), key=key)


def _bar(text: str, per_bar: int, before: list[Chord]) -> list[Chord]:
    """One chord a beat of a bar; empty for what is no bar of that metre."""
    words = text.split()
    if not words or words[0].startswith(("(", "&")) or len(words) > per_bar:
        return []
    named: list[Chord] = []
    for word in words:
        held = named[-1] if named else before[-1] if before else NO_CHORD
        named.append(held if word == "." else _chord(word))
    return [named[beat * len(named) // per_bar] for beat in range(per_bar)]


def _chord(label: str) -> Chord:
    head, _, degree = label.partition("/")
    root, _, name = head.partition(":")
    quality = harte_quality(name)
    if quality is None:
        return NO_CHORD
    pitch_class = parse_pitch_class(root)
    bass = (pitch_class + _DEGREES[degree]) % 12 if degree in _DEGREES else None
    return slashed(pitch_class, quality, bass)


def _key(name: str, chords: list[Chord]) -> Key:
    tonic = parse_pitch_class(name)
    minor = [chord.is_minor for chord in chords if chord.root == tonic]
    return Key(tonic, "minor" if 2 * sum(minor) > len(minor) else "major")
