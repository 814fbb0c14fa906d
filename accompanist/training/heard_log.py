"""Announcements read back from a log, as any version of the program writes it.

Lines are those of ``docs/log.schema.json``; only what a listener announces is read, and of it only
the kinds that are scored.
"""

import json
from pathlib import Path
from typing import Any

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.errors import Refusal
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    Heard,
    KeyHeard,
    StateHeard,
    TempoHeard,
)
from accompanist.music.key import NO_KEY, Key
from accompanist.music.pitch import parse_pitch_class

_Line = dict[str, Any]


def read_log(path: Path) -> list[Heard]:
    """Beats, tempi, states, keys, chords and expected chords, in order of announcement.

    Raises
    ------
    Refusal
        If the log is missing or a line is not one of a log.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [heard for line in lines if (heard := _heard(json.loads(line))) is not None]
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(f"{path} is no log that can be read ({error})") from error


def _heard(line: _Line) -> Heard | None:
    said_s = float(line["announced_s"])
    match line["kind"]:
        case "beat":
            return BeatHeard(
                said_s,
                line["at_s"],
                line["beat"],
                line["bar"],
                line["downbeat"],
                line["tempo_bpm"],
                line["confidence"],
            )
        case "tempo":
            return TempoHeard(said_s, line["tempo_bpm"], line["confidence"])
        case "state":
            return StateHeard(said_s, line["state"])
        case "key":
            return KeyHeard(said_s, _key(line), line["confidence"])
        case "chord":
            return ChordHeard(said_s, line["at_s"], _chord(line), line["confidence"])
        case "chord_expected":
            return ChordExpected(said_s, line["at_s"], _chord(line), line["probability"])
    return None


def _key(line: _Line) -> Key:
    if line["tonic"] is None:
        return NO_KEY
    return Key(parse_pitch_class(line["tonic"]), line["mode"])


def _chord(line: _Line) -> Chord:
    if line["root"] == "N":
        return NO_CHORD
    root, bass = parse_pitch_class(line["root"]), parse_pitch_class(line["bass"])
    return Chord(root, line["quality"], None if bass == root else bass)
