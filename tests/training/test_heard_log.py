"""A log read back says what was announced."""

from pathlib import Path

import pytest

from accompanist.devices.log_file import log_line
from accompanist.music.chord import NO_CHORD, parse_chord
from accompanist.music.errors import Refusal
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
    TempoHeard,
)
from accompanist.music.key import NO_KEY, Key
from accompanist.music.metre import Metre
from accompanist.training.heard_log import read_log

SAID = [
    StateHeard(1.0, "locking"),
    TempoHeard(1.0, 96.5, 0.5),
    BeatHeard(1.0, 1.1, 0, 0, True, 96.5, 0.5),
    KeyHeard(1.5, Key(2, "minor"), 0.9),
    KeyHeard(1.6, NO_KEY, 0.9),
    ChordHeard(1.7, 1.6, parse_chord("C:maj/3"), 0.75),
    ChordHeard(1.8, 1.8, NO_CHORD, 0.5),
    ChordExpected(1.9, 2.0, parse_chord("G:7"), 0.25),
]


def test_everything_scored_is_read_back(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(map(log_line, SAID)))
    assert read_log(log) == SAID


def test_other_kinds_are_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(log_line(MetreHeard(1.0, Metre(3))))
    assert read_log(log) == []


@pytest.mark.parametrize("text", ["not json", '{"kind": "beat", "announced_s": 1.0}'])
def test_what_is_no_log_is_refused(tmp_path: Path, text: str) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(text)
    with pytest.raises(Refusal, match="no log"):
        read_log(log)
