"""Every announcement has its line, and the line fits the schema."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.log_file import LogFile, log_line
from accompanist.music.band import (
    BandNote,
    ControlRefused,
    ControlTaken,
    Fault,
    InputLevel,
    LearnSaid,
    NoteCut,
    NoteHeld,
    Panic,
)
from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    CountInHeard,
    FeelHeard,
    HoldHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
    TapHeard,
    TempoHeard,
)
from accompanist.music.key import NO_KEY, Key
from accompanist.music.metre import Metre
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "log.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

KINDS_OF_A_SESSION = {"session", "gesture", "sound", "tone", "control_turn", "clock", "end"}

LINES = {
    BeatHeard(4.02, 4.11, 9, 3, True, 96.4, 0.93): (
        '{"kind": "beat", "announced_s": 4.02, "at_s": 4.11, "beat": 9, "bar": 3, '
        '"downbeat": true, "tempo_bpm": 96.4, "confidence": 0.93}'
    ),
    TempoHeard(1.0, 120.0, 0.5): (
        '{"kind": "tempo", "announced_s": 1.0, "tempo_bpm": 120.0, "confidence": 0.5}'
    ),
    MetreHeard(1.0, Metre(3)): (
        '{"kind": "metre", "announced_s": 1.0, "beats_per_bar": 3, "beat_unit": 4}'
    ),
    KeyHeard(2.0, Key(2, "minor"), 0.8): (
        '{"kind": "key", "announced_s": 2.0, "tonic": "D", "mode": "minor", "confidence": 0.8}'
    ),
    KeyHeard(2.0, NO_KEY, 0.0): (
        '{"kind": "key", "announced_s": 2.0, "tonic": null, "mode": "major", "confidence": 0.0}'
    ),
    ChordHeard(2.0, 1.9, Chord(7, "min7"), 0.7): (
        '{"kind": "chord", "announced_s": 2.0, "at_s": 1.9, "root": "G", "quality": "min7", '
        '"bass": "G", "confidence": 0.7}'
    ),
    ChordHeard(2.1, 1.9, Chord(7, "7", 11), 0.7, revises=2.0): (
        '{"kind": "chord", "announced_s": 2.1, "at_s": 1.9, "root": "G", "quality": "7", '
        '"bass": "B", "confidence": 0.7, "revises": 2.0}'
    ),
    ChordHeard(2.0, 1.9, NO_CHORD, 0.7): (
        '{"kind": "chord", "announced_s": 2.0, "at_s": 1.9, "root": "N", "quality": null, '
        '"bass": null, "confidence": 0.7}'
    ),
    ChordExpected(2.0, 2.5, Chord(0, "7"), 0.4): (
        '{"kind": "chord_expected", "announced_s": 2.0, "at_s": 2.5, "root": "C", '
        '"quality": "7", "bass": "C", "probability": 0.4}'
    ),
    StateHeard(0.5, "locking"): '{"kind": "state", "announced_s": 0.5, "state": "locking"}',
    FeelHeard(3.0, 0.62, "half", True, (0.9, 1.2, 1.0), 0.55): (
        '{"kind": "feel", "announced_s": 3.0, "swing": 0.62, "level": "half", "shuffled": true, '
        '"accent_strong": 0.9, "accent_weak": 1.2, "accent_off": 1.0, "sixteenth_swing": 0.55}'
    ),
    CountInHeard(3.5, 4.0, 120.0): (
        '{"kind": "count_in", "announced_s": 3.5, "at_s": 4.0, "tempo_bpm": 120.0}'
    ),
    TapHeard(3.5, 4.0, 120.0): (
        '{"kind": "tap", "announced_s": 3.5, "at_s": 4.0, "tempo_bpm": 120.0}'
    ),
    HoldHeard(40.0, True): '{"kind": "hold", "announced_s": 40.0, "holding": true}',
    InputHeard(3.0, "left hand", False): (
        '{"kind": "input", "announced_s": 3.0, "model": "left hand", "mpe": false}'
    ),
    SectionBegun(4.02, 4.11, "fill", "funk", "C"): (
        '{"kind": "section", "announced_s": 4.02, "at_s": 4.11, "section": "fill", '
        '"style": "funk", "variation": "C"}'
    ),
    SongBegun(0.0, 2, 5, "Blue Room"): (
        '{"kind": "song", "announced_s": 0.0, "number": 2, "count": 5, "title": "Blue Room"}'
    ),
    SongSectionBegun(4.02, 4.11, "bridge"): (
        '{"kind": "song_section", "announced_s": 4.02, "at_s": 4.11, "name": "bridge"}'
    ),
    TurnBegun(4.02, 4.11, "band"): (
        '{"kind": "turn", "announced_s": 4.02, "at_s": 4.11, "whose": "band"}'
    ),
    BandNote(1.0, 17, "bass", 1.5, 2.0, 3.0, 43, 88, "model"): (
        '{"kind": "note", "announced_s": 1.0, "note_id": 17, "part": "bass", "on_s": 1.5, '
        '"off_s": 2.0, "on_beats": 3.0, "pitch": 43, "velocity": 88, "source": "model"}'
    ),
    NoteCut(1.2, 17, "bass", 1.7): (
        '{"kind": "note_end", "announced_s": 1.2, "note_id": 17, "part": "bass", "off_s": 1.7}'
    ),
    NoteHeld(1.2, 17, "bass", 13.2): (
        '{"kind": "note_held", "announced_s": 1.2, "note_id": 17, "part": "bass", "off_s": 13.2}'
    ),
    Panic(9.0): '{"kind": "panic", "announced_s": 9.0}',
    ControlTaken(5.0, "/accompanist/fill", 1, "web"): (
        '{"kind": "control", "announced_s": 5.0, "parameter": "/accompanist/fill", '
        '"value": 1, "from": "web"}'
    ),
    ControlTaken(5.0, "/accompanist/bass/mute", 1, "osc"): (
        '{"kind": "control", "announced_s": 5.0, "parameter": "/accompanist/bass/mute", '
        '"value": 1, "from": "osc"}'
    ),
    LearnSaid(5.5, "intensity is on CC 74"): (
        '{"kind": "learn", "announced_s": 5.5, "what": "intensity is on CC 74"}'
    ),
    ControlRefused(5.0, "/accompanist/style", "pop", "midi"): (
        '{"kind": "control_refused", "announced_s": 5.0, "parameter": "/accompanist/style", '
        '"value": "pop", "from": "midi"}'
    ),
    InputLevel(2.0, -23.0, True): (
        '{"kind": "input_level", "announced_s": 2.0, "level_db": -23.0, "is_clipping": true}'
    ),
    Fault(6.0, "the bass model was late"): (
        '{"kind": "fault", "announced_s": 6.0, "what": "the bass model was late"}'
    ),
}


@pytest.mark.parametrize("event", LINES, ids=lambda event: type(event).__name__)
def test_an_announcement_has_its_line(event):
    assert log_line(event) == LINES[event]


@pytest.mark.parametrize("event", LINES, ids=lambda event: type(event).__name__)
def test_every_line_fits_the_schema(event):
    VALIDATOR.validate(json.loads(log_line(event)))


def test_the_schema_knows_every_kind_that_is_written_and_no_other():
    announced = {json.loads(line)["kind"] for line in LINES.values()}
    assert not announced & KINDS_OF_A_SESSION
    written = announced | KINDS_OF_A_SESSION
    known = {entry["$ref"].removeprefix("#/$defs/") for entry in SCHEMA["oneOf"]}
    assert known == written


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "beat", "announced_s": 1.0}',
        '{"kind": "panic", "announced_s": 1.0, "more": 1}',
        '{"kind": "key", "announced_s": 1.0, "tonic": "H", "mode": "major", "confidence": 1}',
        '{"kind": "applause", "announced_s": 1.0}',
    ],
)
def test_the_schema_refuses_other_lines(line):
    assert not VALIDATOR.is_valid(json.loads(line))


@given(st.sampled_from(sorted(QUALITIES)), st.integers(0, 11), st.integers(0, 11))
def test_every_chord_fits_the_schema(quality, root, bass):
    line = log_line(ChordHeard(1.0, 1.0, Chord(root, quality, bass), 1.0))
    VALIDATOR.validate(json.loads(line))


def test_times_are_rounded_to_a_microsecond():
    assert json.loads(log_line(Panic(1.23456789)))["announced_s"] == 1.234568


def test_a_tiny_negative_time_is_plain_zero():
    assert '"announced_s": 0.0' in log_line(Panic(-1e-9))


def test_numbers_of_arrays_are_written_as_numbers():
    assert log_line(Panic(np.float32(0.5))) == '{"kind": "panic", "announced_s": 0.5}'


def test_a_number_that_is_none_is_written_as_null():
    assert json.loads(log_line(TempoHeard(1.0, float("nan"), 0.0)))["tempo_bpm"] is None


def test_a_log_appears_only_when_it_is_kept(tmp_path):
    log = LogFile(tmp_path / "log.jsonl")
    log.show(Panic(1.0))
    assert not (tmp_path / "log.jsonl").exists()
    log.keep()
    assert (tmp_path / "log.jsonl").read_text() == '{"kind": "panic", "announced_s": 1.0}\n'


def test_a_discarded_log_leaves_nothing(tmp_path):
    log = LogFile(tmp_path / "log.jsonl")
    log.show(Panic(1.0))
    log.discard()
    assert list(tmp_path.iterdir()) == []
