"""How long the players think, with a rest between two thoughts as on stage.

The models rest 8 ms between steps: in a hot loop, with the caches warm, they look up to five times
faster than they are when music plays. What they think about was heard in the demonstration, by the
engine that the band plays with.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from accompanist.app.assembly import assemble, full_band
from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.networks import bare_network
from accompanist.app.demonstration import demonstration
from accompanist.app.rehearsal import any_sound
from accompanist.listening.key_evidence import STEP_S
from accompanist.music.band import FRAMES_PER_BEAT, PARTS
from accompanist.players.band import Band
from accompanist.players.player import Frame
from accompanist.players.style_file import load_styles

IDLE_S = 0.008
FRAMES_PER_BAR = 4 * FRAMES_PER_BEAT

THOUGHTS = {
    "harmony": ("play", "harmony", "harmony, a sixteenth"),
    "drums": ("play", "drums", "drums, a sixteenth"),
    "bass": ("play", "bass", "bass, a sixteenth"),
    "anticipation": ("expect", "anticipation", "the next chord"),
    "evidence": ("weigh", "evidence", "an onset's place in the beat"),
    "chord": ("weigh", "chord", "an onset's chord"),
    "bar": ("weigh", "downbeat", "a beat's place in the bar"),
    "key": ("hear", "key", "half a second's key"),
    "sound-beat": ("weigh", "sound/beat", "the beat in 40 ms of sound"),
    "sound-harmony": ("judge", "sound/harmony", "the harmony in 80 ms of sound"),
    "sound-bar": ("weigh", "sound/bar", "a beat's place in the bar, by sound"),
}
"""What is thought with each network: what it is called in code, in the files and on the page."""

_HEARD_S = 14.0
_LEAST_ROUNDS = 12

Work = Callable[[], object]
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Task:
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
    tasks = tasks_of_the_engine()
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


def _line(task: Task, took_ms: dict[str, list[float]], at_s: np.ndarray[Any, Any]) -> Line:
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


def tasks_of_the_engine() -> list[Task]:
    """Let an engine hear the demonstration, and return everybody's thoughts to be thought again."""
    heard: dict[str, Remembered] = {}

    def meet(network: str, thinker: object) -> None:
        heard[network] = Remembered(thinker, THOUGHTS[network][0])

    engine = assemble(meet=meet)
    events = [*demonstration(), *any_sound(0.0, _HEARD_S)]
    for event in sorted(events, key=lambda event: event.time_s):
        engine.hear(event)
    engine.advance(_HEARD_S)
    # Keys are judged twice a second, and what is heard in between only adds up.
    heard["key"].calls = [(sound, STEP_S) for sound, _ in heard["key"].calls]
    frames = [frame for (frame,) in heard["drums"].calls]
    thoughts = [
        Task(f"inference/{key}", name, heard[network].again(), network)
        for network, (_, key, name) in THOUGHTS.items()
    ]
    bar = Task(
        "inference/bar", "all three parts, a bar", _bar(full_band(load_styles()), frames), None
    )
    return [*thoughts[: len(PARTS)], bar, *thoughts[len(PARTS) :]]


def _bar(band: Band, frames: list[Frame]) -> Work:
    """Plan the same bar again and again, as when the chord turns out otherwise."""
    by_index = {frame.index: frame for frame in frames}
    first = next(index for index in by_index if index + FRAMES_PER_BAR - 1 in by_index)
    return lambda: band.plan(first, first + FRAMES_PER_BAR - 1, lambda index: by_index[index])
