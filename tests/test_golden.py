"""The engine says what it said before: a rule-played session against one that was read and kept.

Rules alone play and listen here, so that a model trained anew changes nothing. After an intended
change, ``python -m tests.test_golden`` writes the file anew; read its difference before keeping it.
"""

import json
from pathlib import Path

import pytest

from accompanist.app.demonstration import demonstration
from accompanist.devices.log_file import log_line
from accompanist.engine import Engine
from accompanist.listening.listener import Listener
from accompanist.players.band import Band
from accompanist.players.chair import Chair
from accompanist.players.expectation import Expectation
from accompanist.players.understudy import (
    RuleAnticipator,
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
    load_styles,
)

GOLDEN = Path(__file__).parent / "golden" / "first_light.jsonl"
UNTIL_S = 16.0
CLOSE_S = 0.002
"""Sums round otherwise on other processors; a player would not hear this."""


def session() -> list[dict]:
    """Log of the demonstration's first bars, by rule."""
    styles = load_styles()
    players = (UnderstudyHarmony(styles), UnderstudyDrums(styles), UnderstudyBass(styles))
    band = Band([Chair(None, player) for player in players])
    expectation = Expectation(RuleAnticipator(), RuleAnticipator())
    engine = Engine(Listener(), band, expectation, styles, seed=1)
    for event in demonstration():
        engine.hear(event)
    return [json.loads(log_line(said)) for said in engine.advance(UNTIL_S)]


def likened(line: dict) -> dict:
    """A line with its numbers made comparable."""
    return {
        name: pytest.approx(value, abs=CLOSE_S) if isinstance(value, float) else value
        for name, value in line.items()
    }


def test_the_first_bars_are_played_as_they_were():
    kept = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    said = session()
    assert len(said) == len(kept)
    for line, expected in zip(said, kept, strict=True):
        assert line == likened(expected)


if __name__ == "__main__":
    lines = [json.dumps(line, ensure_ascii=False) for line in session()]
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
