"""The built-in performance: what the band hears when nobody is there to play.

The score stands in ``demonstration.toml`` beside this module; here it is performed. Hands are a few
milliseconds apart and off the beat (normal, `JITTER_MS`), chords are spread, phrases swell, and
the pedal changes with the harmony. The same bytes come out every time. `demonstration_truth` tells
what was meant: beats, chords and keys, against which following can be measured.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from random import Random
from typing import Any

from accompanist.music.chord import QUALITIES, Chord, parse_chord
from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent
from accompanist.music.key import Key, parse_key
from accompanist.music.pitch import parse_pitch_class
from accompanist.music.tempo_map import TempoMap

JITTER_MS = 8.0
SPREAD_MS = 6.0

_MOST_JITTER_MS = 20.0
_LOWEST_ROOT = 36
_LEFT_HAND_SOFTER = 9.0
_PHRASE_BARS = 4
_SWELL = 6.0
_ACCENTS = {0.0: 7.0, 2.0: 3.0}
_PEDAL_UP_BEATS = 0.04
_PEDAL_DOWN_BEATS = 0.2
_LEGATO = 0.96


@dataclass(frozen=True, slots=True)
class DemonstrationTruth:
    """What the demonstration means, beats counted from its first downbeat.

    `chords` and `keys` hold each with the beat it begins on; the piece lasts `beats` beats.
    """

    tempo_map: TempoMap
    beats: int
    beats_per_bar: int
    chords: tuple[tuple[int, Chord], ...]
    keys: tuple[tuple[int, Key], ...]


@dataclass(frozen=True, slots=True)
class _Note:
    """A written note: `loudness` is the velocity meant before a human plays it."""

    beat: float
    length_beats: float
    pitch: int
    loudness: float


def demonstration() -> tuple[PerformerEvent, ...]:
    """The performance, in order of time, the first note at half a second."""
    score = _score()
    truth = demonstration_truth()
    chance = Random(score["seed"])
    events: list[PerformerEvent] = []
    written = sorted(_written(score), key=lambda note: (note.beat, note.pitch))
    for beat in sorted({note.beat for note in written}):
        chord = [note for note in written if note.beat == beat]
        events += _struck(chord, truth.tempo_map, chance)
    events += _pedalled(truth, max(event.time_s for event in events))
    return tuple(sorted(_unrepeated(events), key=lambda event: event.time_s))


def demonstration_truth() -> DemonstrationTruth:
    """Beats, chords and keys that the performance is played from."""
    score = _score()
    per_bar = score["beats_per_bar"]
    labels = [bar.partition("|")[0].strip() for bar in _bars(score)]
    chords: list[tuple[int, Chord]] = []
    for number, label in enumerate(labels):
        chord = parse_chord(label)
        if not chords or chords[-1][1] != chord:
            chords.append((number * per_bar, chord))
    keys = tuple(((entry["bar"] - 1) * per_bar, parse_key(entry["key"])) for entry in score["keys"])
    beats = len(labels) * per_bar
    return DemonstrationTruth(_tempo_map(score, beats), beats, per_bar, tuple(chords), keys)


def _score() -> dict[str, Any]:
    file = resources.files("accompanist.app").joinpath("demonstration.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _bars(score: dict[str, Any]) -> list[str]:
    return [bar for section in score["section"] for bar in section["bars"]]


def _tempo_map(score: dict[str, Any], beats: int) -> TempoMap:
    """An anchor on every beat; between two tempi the beats shorten or lengthen in a line."""
    per_bar = score["beats_per_bar"]
    marks = [((mark["bar"] - 1) * per_bar, float(mark["tempo_bpm"])) for mark in score["tempo"]]
    time_s = float(score["starts_s"])
    anchors = [(0.0, time_s)]
    for beat in range(beats):
        time_s += 60.0 / _tempo_bpm_at(marks, beat + 0.5)
        anchors.append((beat + 1.0, time_s))
    return TempoMap(tuple(anchors))


def _tempo_bpm_at(marks: list[tuple[int, float]], beat: float) -> float:
    for (begins, from_bpm), (ends, to_bpm) in pairwise(marks):
        if begins <= beat < ends:
            return from_bpm + (to_bpm - from_bpm) * (beat - begins) / (ends - begins)
    return marks[-1][1]


def _written(score: dict[str, Any]) -> list[_Note]:
    """Every note of the score, both hands."""
    notes: list[_Note] = []
    bar_number = 0
    for section in score["section"]:
        left = score["left_hand"][section["left_hand"]]
        for bar in section["bars"]:
            begins = float(bar_number * score["beats_per_bar"])
            arch = 1.0 - abs(2.0 * (bar_number % _PHRASE_BARS + 1) / (_PHRASE_BARS + 1) - 1.0)
            loudness = section["loudness"] + _SWELL * arch
            label, _, line = bar.partition("|")
            notes += _right_hand(line, begins, loudness)
            notes += _left_hand(left, parse_chord(label.strip()), begins, loudness)
            bar_number += 1
    return notes


def _right_hand(line: str, begins: float, loudness: float) -> list[_Note]:
    """A line of melody; under the top note of a chord the others are softer."""
    notes: list[_Note] = []
    words = line.split()
    at = 0.0
    for name, length in zip(words[::2], words[1::2], strict=True):
        pitches = [] if name == "-" else [_pitch(word) for word in name.split("+")]
        for pitch in pitches:
            inner = 0.0 if pitch == max(pitches) else 10.0
            force = loudness + _ACCENTS.get(at, 0.0) + (pitch - 72) / 3.0 - inner
            notes.append(_Note(begins + at, float(length) * _LEGATO, pitch, force))
        at += float(length)
    return notes


def _left_hand(pattern: list[str], chord: Chord, begins: float, loudness: float) -> list[_Note]:
    """A pattern on a chord, its root between the two lowest Cs of a bass."""
    assert chord.root is not None
    root = _LOWEST_ROOT + (chord.root - _LOWEST_ROOT) % 12
    steps = dict(zip("R357", QUALITIES[chord.quality], strict=False))
    notes: list[_Note] = []
    for stroke in pattern:
        beat, length, degrees = stroke.split()
        force = loudness - _LEFT_HAND_SOFTER + _ACCENTS.get(float(beat), 0.0)
        for degree in degrees.split("+"):
            pitch = root + steps[degree[0]] + 12 * degree.count("'")
            notes.append(_Note(begins + float(beat), float(length), pitch, force))
    return notes


def _pitch(name: str) -> int:
    """MIDI pitch of a name with octave; C4 is 60."""
    return 12 * (int(name[-1]) + 1) + parse_pitch_class(name[:-1])


def _struck(chord: list[_Note], tempo_map: TempoMap, chance: Random) -> list[PerformerEvent]:
    """Notes written together, as hands play them: nearly on time, nearly at once."""
    events: list[PerformerEvent] = []
    jitter_ms = min(max(chance.gauss(0.0, JITTER_MS), -_MOST_JITTER_MS), _MOST_JITTER_MS)
    for note in chord:
        late_s = (jitter_ms + chance.uniform(0.0, SPREAD_MS)) / 1000.0
        on_s = tempo_map.seconds_at(note.beat) + late_s
        off_s = tempo_map.seconds_at(note.beat + note.length_beats) + late_s
        velocity = round(min(max(note.loudness + chance.uniform(-4.0, 4.0), 1.0), 127.0))
        events.append(NoteOn(on_s, note.pitch, velocity))
        events.append(NoteOff(off_s, note.pitch))
    return events


def _pedalled(truth: DemonstrationTruth, last_s: float) -> list[PerformerEvent]:
    """Pedal up just before each chord, down again just after it, up with the last."""
    events: list[PerformerEvent] = []
    for beat, _ in truth.chords:
        down_s = truth.tempo_map.seconds_at(beat + _PEDAL_DOWN_BEATS)
        if beat > 0:
            events.append(Pedal(truth.tempo_map.seconds_at(beat - _PEDAL_UP_BEATS), False))
        events.append(Pedal(down_s, True))
    events.append(Pedal(last_s, False))
    return events


def _unrepeated(events: list[PerformerEvent]) -> list[PerformerEvent]:
    """Let a key come up before it goes down again, and only once."""
    keys: dict[int, list[NoteOn | NoteOff]] = {}
    for event in events:
        if not isinstance(event, Pedal):
            keys.setdefault(event.pitch, []).append(event)
    kept: list[PerformerEvent] = [event for event in events if isinstance(event, Pedal)]
    for pitch, moves in keys.items():
        downs = sorted((m for m in moves if isinstance(m, NoteOn)), key=lambda m: m.time_s)
        ups = sorted((m for m in moves if isinstance(m, NoteOff)), key=lambda m: m.time_s)
        following = [down.time_s - 0.005 for down in downs[1:]] + [ups[-1].time_s]
        for down, latest_s in zip(downs, following, strict=True):
            up_s = min(next(up.time_s for up in ups if up.time_s > down.time_s), latest_s)
            kept += [down, NoteOff(up_s, pitch)]
    return kept
