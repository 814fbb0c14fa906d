"""How long the players think, with a rest between two thoughts as on stage.

The models rest 8 ms between steps: in a hot loop, with the caches warm, they look up to five times
faster than they are when music plays. What they think about was heard in the demonstration.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.networks import bare_network
from accompanist.app.demonstration import demonstration
from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.listening.chord_evidence import LearnedChordEvidence
from accompanist.listening.learned import LearnedEvidence
from accompanist.listening.listener import Listener
from accompanist.music.band import FRAMES_PER_BEAT, PARTS
from accompanist.players.anticipation import ModelAnticipator
from accompanist.players.band import Band
from accompanist.players.bass import ModelBass
from accompanist.players.chair import Chair
from accompanist.players.drums import ModelDrums
from accompanist.players.expectation import Expectation
from accompanist.players.harmony import ModelHarmony
from accompanist.players.player import Frame, Player
from accompanist.players.style_file import load_styles
from accompanist.players.understudy import (
    RuleAnticipator,
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
)

IDLE_S = 0.008
FRAMES_PER_BAR = 4 * FRAMES_PER_BEAT

_HEARD_S = 14.0
_LEAST_ROUNDS = 12

Work = Callable[[], object]
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Task:
    """Something thought about, by its place in the files and its name on the page."""

    key: str
    name: str
    work: Work
    network: str | None


class Remembered:
    """A function, and what it was called with."""

    def __init__(self, owner: object, name: str) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._function = getattr(owner, name)
        setattr(owner, name, self)

    def __call__(self, *heard: Any) -> Any:  # noqa: ANN401 - whatever is passed on
        """Take note, and pass on."""
        self.calls.append(heard)
        return self._function(*heard)

    def again(self) -> Work:
        """Return what calls it with the next of its calls, round and round."""
        turn = iter(range(1 << 62))
        return lambda: self._function(*self.calls[next(turn) % len(self.calls)])


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Time every network and player in turns, and all three parts over a bar."""
    tasks = _tasks()
    networks = {task.network: bare_network(task.network) for task in tasks if task.network}
    took_ms: dict[str, list[float]] = {name: [] for name in (*networks, *(t.key for t in tasks))}
    at_s: list[float] = []
    rounds, began_s = 0, time.perf_counter()
    while rounds < _LEAST_ROUNDS or time.perf_counter() - began_s < seconds:
        round_began_s = time.perf_counter()
        at_s.append(round_began_s - began_s)
        for task in tasks:
            took_ms[task.key].append(_timed_ms(task.work))
            if task.network:
                took_ms[task.network].append(_timed_ms(networks[task.network]))
        rounds += 1
        tell(time.perf_counter() - round_began_s)
    return [_line(task, took_ms, np.array(at_s)) for task in tasks]


def _timed_ms(work: Work) -> float:
    time.sleep(IDLE_S)
    before_s = time.perf_counter()
    work()
    return 1000.0 * (time.perf_counter() - before_s)


def _line(task: _Task, took_ms: dict[str, list[float]], at_s: np.ndarray[Any, Any]) -> Line:
    values = np.array(took_ms[task.key])
    parts = np.array([took_ms[part] for part in PARTS])
    floor_ms = took_ms[task.network] if task.network else FRAMES_PER_BAR * parts.sum(axis=0)
    spread = Spread.of(values)
    return Line(
        key=task.key,
        name=task.name,
        unit="ms",
        spread=spread,
        verdict=verdicts.of_thinking(spread),
        floor=Spread.of(floor_ms),
        floor_name="its network alone" if task.network else "their networks alone",
        **kept(values, at_s),
    )


def _tasks() -> list[_Task]:
    """Let an engine hear the demonstration, and return everybody's thoughts to be thought again."""
    styles = load_styles()
    players: tuple[tuple[Player, Player], ...] = (
        (ModelHarmony(StreamingModel("harmony")), UnderstudyHarmony(styles)),
        (ModelDrums(StreamingModel("drums")), UnderstudyDrums(styles)),
        (ModelBass(StreamingModel("bass")), UnderstudyBass(styles)),
    )
    heard = {player.part: Remembered(player, "play") for player, _ in players}
    band = Band([Chair(player, understudy) for player, understudy in players])
    anticipator = ModelAnticipator(StreamingModel("anticipation"))
    expected = Remembered(anticipator, "expect")
    beats, chords = (
        LearnedEvidence(StreamingModel("evidence")),
        LearnedChordEvidence(StreamingModel("chord")),
    )
    onsets, views = Remembered(beats, "weigh"), Remembered(chords, "weigh")
    engine = Engine(
        Listener(beats, chords), band, Expectation(anticipator, RuleAnticipator()), styles, seed=0
    )
    for event in demonstration():
        engine.hear(event)
    engine.advance(_HEARD_S)
    frames = [frame for (frame,) in heard["drums"].calls]
    return [
        *(
            _Task(f"inference/{part}", f"{part}, a sixteenth", calls.again(), part)
            for part, calls in heard.items()
        ),
        _Task("inference/bar", "all three parts, a bar", _bar(band, frames), None),
        _Task("inference/anticipation", "the next chord", expected.again(), "anticipation"),
        _Task("inference/evidence", "an onset's place in the beat", onsets.again(), "evidence"),
        _Task("inference/chord", "an onset's chord", views.again(), "chord"),
    ]


def _bar(band: Band, frames: list[Frame]) -> Work:
    """Plan the same bar again and again, as when the chord turns out otherwise."""
    by_index = {frame.index: frame for frame in frames}
    first = next(index for index in by_index if index + FRAMES_PER_BAR - 1 in by_index)
    return lambda: band.plan(first, first + FRAMES_PER_BAR - 1, lambda index: by_index[index])
