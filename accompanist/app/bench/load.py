"""Latency and jitter with ever more to do: more parts, more notes, OSC, busy cores."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from accompanist.app.bench import house_lines
from accompanist.app.bench.figures import Line
from accompanist.app.bench.house import open_house
from accompanist.app.bench.house_run import spend
from accompanist.app.bench.playing import free_port
from accompanist.app.bench.pressure import pressed
from accompanist.app.bench.score import CALM, HEAVY, LOADED, MOST_PARTS, Step

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Condition:
    """What there is to do: parts beside the band's four, notes a second, and what else is busy."""

    key: str
    name: str
    parts: int
    notes_a_second: float
    crowd: int = CALM
    with_flood: bool = False
    with_busy_core: bool = False


CONDITIONS = (
    Condition("few", "5 parts, 100 notes/s", 1, 100),
    Condition("parts", "16 parts, 500 notes/s", MOST_PARTS, 500),
    Condition("core", "… and a busy second core", MOST_PARTS, 500, with_busy_core=True),
    Condition("notes", "16 parts, 2000 notes/s", MOST_PARTS, 2000),
    Condition("osc", "16 parts, 500 notes/s, OSC flood", MOST_PARTS, 500, with_flood=True),
    Condition("load", "… three networks and JSON (load)", MOST_PARTS, 500, LOADED),
    Condition("heavy", "… and a busy thread (heavy)", MOST_PARTS, 500, HEAVY),
)


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Measure the reflex and the jitter in frames under every condition in turn."""
    lines: list[Line] = []
    for condition in CONDITIONS:
        lines += _measure(condition, seconds, tell)
    return lines


def _measure(condition: Condition, seconds: float, tell: Tell) -> list[Line]:
    step = Step(seconds, condition.notes_a_second, condition.parts, condition.crowd)
    with ExitStack() as pressure:
        house, _ = open_house(seconds, with_input=False)
        pressure.enter_context(house)
        port = free_port() if condition.with_flood else 0
        if condition.with_flood:
            pressure.enter_context(pressed("flood", str(port)))
        if condition.with_busy_core:
            pressure.enter_context(pressed("spin"))
        evening = spend(house, [step], tell, osc_port=port)
    frames, reflex = house_lines.jitter_in_frames(evening), house_lines.reflex(evening)
    return [
        replace(frames, key=f"load/{condition.key}/jitter", name=f"{condition.name}: stray"),
        replace(reflex, key=f"load/{condition.key}/reflex", name=f"{condition.name}: reflex"),
    ]
