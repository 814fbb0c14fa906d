"""What a gig was asked to be, handed by the guard to the processes that play it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accompanist.devices.stage_door import NAMES, StageDoor
from accompanist.music.parameter import Value

SERVER_GONE = 75
"""Exit code of a stage whose sound or MIDI server died: another stage will find it again."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a stage has open, by name; nothing before the first.

    `midi_in` and `midi_out` are the ports joined by name; `heard` and `played` all ports that are
    joined to ours, whoever joined them.
    """

    midi_in: str | None = None
    midi_out: str | None = None
    audio: str | None = None
    is_jack: bool = False
    heard: tuple[str, ...] = ()
    played: tuple[str, ...] = ()

    @classmethod
    def read(cls, door: StageDoor) -> "Names":
        """What the last stage left at the door."""
        facts: dict[str, Any] = json.loads(door.read(NAMES) or "{}")
        joints = {name: tuple(facts.get(name, ())) for name in ("heard", "played")}
        return cls(**{**facts, **joints})

    def write(self, door: StageDoor) -> None:
        """Leave it at the door."""
        door.write(NAMES, json.dumps(asdict(self)))


@dataclass(frozen=True, slots=True)
class Gig:
    """Options of `play`, and what its processes share.

    `door` is the file of the shared memory, `origin_ns` the steady clock's time at which engine
    time is 0, `guard` the guard's process, `audio_in` what is heard beside MIDI, if anything (the
    system's default if it is empty), `osc_port` what it handed down of the port of surfaces,
    `stage_view` the port of the page for browsers, `pairing` the word without which no other
    machine may open it or steer but those that `allow` names, `resting` the parts that failed too
    often to play. `play` is the folder in which this play is remembered, `record` the path of what
    is recorded, without its endings, `audio` the output that sounded last time, and `songs` are the
    texts of the set's song files, `settings` addresses and values that everything is set to at the
    start.
    """

    door: str
    origin_ns: int
    guard: int
    midi_in: str | None = None
    midi_out: str | None = None
    audio_in: str | None = None
    osc_out: str | None = None
    osc_immediate: bool = False
    osc_in: int = 0
    lan: bool = False
    allow: str = ""
    osc_port: tuple[int, int] = (-1, -1)
    stage_view: int | None = None
    pairing: str = ""
    synth: str = "builtin"
    style: str | None = None
    songs: tuple[str, ...] = ()
    chords: str | None = None
    controller: str | None = None
    record: str | None = None
    seed: int = 0
    resting: tuple[str, ...] = ()
    play: str | None = None
    audio: str | None = None
    settings: tuple[tuple[str, Value], ...] = ()

    def to_text(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Gig":
        """Read it off a command line."""
        facts = json.loads(text)
        settings = tuple((address, value) for address, value in facts["settings"])
        tuples = {name: tuple(facts[name]) for name in ("osc_port", "resting", "songs")}
        return cls(**{**facts, **tuples, "settings": settings})

    @property
    def door_path(self) -> Path:
        """Where the shared memory is."""
        return Path(self.door)

    @property
    def is_abandoned(self) -> bool:
        """Whether the guard is gone; without parents to ask (Windows) it never seems so."""
        return os.name == "posix" and os.getppid() != self.guard
