"""Latency and jitter with ever more to do: more parts, more notes, OSC, busy cores."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from accompanist.app.bench import clock_lines, house_lines
from accompanist.app.bench.figures import Line
from accompanist.app.bench.house import open_house
from accompanist.app.bench.house_run import Evening, spend
from accompanist.app.bench.playing import free_port
from accompanist.app.bench.pressure import HEAVY, LOADED, pressed
from accompanist.app.bench.score import MOST_PARTS, Tests

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Condition:
    """What there is to do: parts beside the band's four, notes a second, and who else is busy.

    `others` are words for `accompanist.app.bench.pressure`, a line each.
    """

    key: str
    name: str
    parts: int
    notes_a_second: float
    others: tuple[str, ...] = ()
    with_flood: bool = False


CONDITIONS = (
    Condition("few", "5 parts, 100 notes/s", 1, 100),
    Condition("parts", "16 parts, 500 notes/s", MOST_PARTS, 500),
    Condition("core", "… and a busy second core", MOST_PARTS, 500, ("spin",)),
    Condition("notes", "16 parts, 2000 notes/s", MOST_PARTS, 2000),
    Condition("osc", "16 parts, 500 notes/s, OSC flood", MOST_PARTS, 500, with_flood=True),
    Condition("load", "… three networks, JSON (load)", MOST_PARTS, 500, (f"crowd {LOADED}",)),
    Condition("heavy", "… and a busy thread (heavy)", MOST_PARTS, 500, (f"crowd {HEAVY}",)),
)


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Measure reflex, jitter in frames and MIDI clock under every condition in turn."""
    lines: list[Line] = []
    for condition in CONDITIONS:
        lines += _measure(condition, seconds, tell)
    return lines


def _measure(condition: Condition, seconds: float, tell: Tell) -> list[Line]:
    evening = evening_of(condition, seconds, tell)
    frames, reflex = house_lines.jitter_in_frames(evening), house_lines.reflex(evening)
    clock = clock_lines.clock(evening)
    return [
        replace(frames, key=f"load/{condition.key}/jitter", name=f"{condition.name}: stray"),
        replace(reflex, key=f"load/{condition.key}/reflex", name=f"{condition.name}: reflex"),
        replace(clock, key=f"load/{condition.key}/clock", name=f"{condition.name}: clock"),
    ]


def evening_of(condition: Condition, seconds: float, tell: Tell) -> Evening:
    """Write down what happens under a condition."""
    port = free_port() if condition.with_flood else 0
    floods = (f"flood {port}",) if condition.with_flood else ()
    with ExitStack() as pressure:
        house, _ = open_house(seconds, with_input=False)
        pressure.enter_context(house)
        for words in (*condition.others, *floods):
            pressure.enter_context(pressed(*words.split()))
        tests = Tests(seconds, condition.notes_a_second, condition.parts, port)
        return spend(house, tests, tell)
