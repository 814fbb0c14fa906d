"""The live path keeps time: no wall clock, no locks, no queue that grows without bound.

The live path is every module that the stage and the band load, but for those that have done their
work before the first note. A lock makes whoever is in time wait for whoever is late; the wall clock
jumps when it is set; a queue without bound hides that somebody is late until memory is gone. What
breaks a rule for a reason is named here, with the reason. Names are read from the sources, so what
a library does inside is not seen.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "accompanist"

ENTRANCES = ("accompanist.app.stage", "accompanist.app.band")

DONE_BEFORE_THE_FIRST_NOTE = {
    "accompanist.app.assembly": "puts the engine together",
    "accompanist.app.demonstration": "makes the performance that is played where nobody plays",
    "accompanist.app.gig": "reads what was asked for",
    "accompanist.app.rehearsal": "plays before the doors open",
    "accompanist.app.starting": "reads what was asked for",
    "accompanist.dsp.soundfont": "decodes the samples",
    "accompanist.dsp.zones": "decodes the samples",
    "accompanist.dsp.kept": "finds compiled code",
    "accompanist.players.style": "reads the styles",
}

WALL_CLOCK = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    "datetime.date.today",
}

LOCKS = {
    f"{library}.{name}"
    for library in ("threading", "multiprocessing", "asyncio")
    for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Barrier")
}

QUEUES = {
    *(f"queue.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")),
    *(f"multiprocessing.{name}" for name in ("Queue", "JoinableQueue", "SimpleQueue", "Manager")),
    *(f"asyncio.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue")),
}

DEQUE = "collections.deque"
UNBOUNDED_DEQUE = "a deque without maxlen"
LIST_AS_QUEUE = "a list emptied from its front"

REASONS = {
    ("accompanist.devices.osc_out", "time.time"): "time tags are wall clock time by definition",
    ("accompanist.engine.engine", UNBOUNDED_DEQUE): "it refuses events beyond MOST_PENDING",
    ("accompanist.listening.listener", UNBOUNDED_DEQUE): "each tick empties it of what came in",
    ("accompanist.control.turns", UNBOUNDED_DEQUE): "it drops turns beyond MOST_WAITING",
}
"""What is allowed nevertheless: module, breach, and why."""


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by dotted name."""
    return {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def names_imported(tree: ast.AST) -> dict[str, str]:
    """What every name that an import brings in stands for, wherever the import is."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.split(".")[0]
                origins[alias.asname or whole] = whole
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return origins


def modules_imported(tree: ast.AST, known: dict[str, Path]) -> set[str]:
    """Our modules that a module loads, at once or later."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return named & set(known)


@cache
def live_path() -> dict[str, Path]:
    """Modules at work while the band plays."""
    known = modules()
    found: dict[str, Path] = {}
    waiting = list(ENTRANCES)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found[module] = known[module]
        tree = ast.parse(known[module].read_text(encoding="utf-8"))
        waiting += modules_imported(tree, known)
    return {name: found[name] for name in sorted(set(found) - set(DONE_BEFORE_THE_FIRST_NOTE))}


def breaches(source: str, forbidden: set[str]) -> Iterator[str]:
    """Every name in `source` that is forbidden, and what grows without bound in it."""
    tree = ast.parse(source)
    origins = names_imported(tree)

    def meaning(node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return origins.get(node.id, "")
        if isinstance(node, ast.Attribute):
            owner = meaning(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return ""

    for node in ast.walk(tree):
        if (name := meaning(node)) in forbidden:
            yield name
        if isinstance(node, ast.Call):
            yield from unbounded(node, meaning(node.func), [meaning(arg) for arg in values(node)])
        elif isinstance(node, ast.Delete) and any(is_front(target) for target in node.targets):
            yield LIST_AS_QUEUE


def values(call: ast.Call) -> list[ast.expr]:
    """Everything that is handed over in a call."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def unbounded(call: ast.Call, name: str, handed: list[str]) -> Iterator[str]:
    """What a call makes or uses that can grow without bound."""
    has_bound = len(call.args) > 1 or any(keyword.arg == "maxlen" for keyword in call.keywords)
    if DEQUE in handed or (name == DEQUE and not has_bound):
        yield UNBOUNDED_DEQUE
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    first = call.args[0] if call.args else None
    is_first = isinstance(first, ast.Constant) and first.value == 0
    if (method == "pop" and is_first and len(call.args) == 1) or (method == "insert" and is_first):
        yield LIST_AS_QUEUE


def is_front(target: ast.expr) -> bool:
    """Whether what is deleted is the first of a list."""
    place = target.slice if isinstance(target, ast.Subscript) else None
    return isinstance(place, ast.Constant) and place.value == 0


def breaches_of(module: str, path: Path, forbidden: set[str]) -> list[str]:
    """Breaches of a module that nothing is said for."""
    found = set(breaches(path.read_text(encoding="utf-8"), forbidden))
    return sorted(breach for breach in found if (module, breach) not in REASONS)


@pytest.mark.parametrize("module", live_path())
def test_nothing_on_the_live_path_waits_jumps_or_grows_without_bound(module: str):
    assert breaches_of(module, live_path()[module], WALL_CLOCK | LOCKS | QUEUES) == []


@pytest.mark.parametrize("module", sorted(set(modules()) - set(live_path())))
def test_nothing_else_reads_the_wall_clock_either(module: str):
    only_the_clock = set(breaches(modules()[module].read_text(encoding="utf-8"), WALL_CLOCK))

    assert only_the_clock & WALL_CLOCK == set()


def test_the_live_path_goes_from_the_ports_to_the_players():
    assert set(live_path()) >= {
        "accompanist.app.session",
        "accompanist.devices.jack_midi",
        "accompanist.devices.rtmidi_ports",
        "accompanist.dsp.mixer",
        "accompanist.engine",
        "accompanist.listening.listener",
        "accompanist.players.drums",
        "accompanist.scheduler.scheduler",
    }


def test_every_exception_is_still_needed():
    known = modules()
    found = {
        (module, breach)
        for module in {module for module, _ in REASONS}
        for breach in breaches(
            known[module].read_text(encoding="utf-8"), WALL_CLOCK | LOCKS | QUEUES
        )
    }

    assert set(REASONS) - found == set()
    assert set(DONE_BEFORE_THE_FIRST_NOTE) - set(known) == set()


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        ("import time\nnow = time.time()", "time.time"),
        ("import time as t\nclock = t.time_ns", "time.time_ns"),
        ("from time import time\nnow = time()", "time.time"),
        ("def f():\n    from time import time as now\n    now()", "time.time"),
        ("from datetime import datetime\ndatetime.now()", "datetime.datetime.now"),
        ("import datetime\ndatetime.datetime.utcnow()", "datetime.datetime.utcnow"),
        ("import threading\nlock = threading.RLock()", "threading.RLock"),
        ("from threading import Condition\nc = Condition()", "threading.Condition"),
        ("import multiprocessing as m\nm.Semaphore(3)", "multiprocessing.Semaphore"),
        ("from queue import SimpleQueue\nq: object = SimpleQueue()", "queue.SimpleQueue"),
        ("import queue\nmake = queue.Queue", "queue.Queue"),
        ("from multiprocessing import Queue\nq = Queue(5)", "multiprocessing.Queue"),
        ("from collections import deque\nwaiting = deque()", UNBOUNDED_DEQUE),
        ("import collections\nwaiting = collections.deque([1])", UNBOUNDED_DEQUE),
        ("from collections import deque\nx = field(default_factory=deque)", UNBOUNDED_DEQUE),
        ("waiting = []\nwaiting.pop(0)", LIST_AS_QUEUE),
        ("del waiting[0]", LIST_AS_QUEUE),
        ("waiting.insert(0, note)", LIST_AS_QUEUE),
    ],
)
def test_a_breach_is_caught(source: str, breach: str):
    assert list(breaches(source, WALL_CLOCK | LOCKS | QUEUES)) == [breach]


@pytest.mark.parametrize(
    "source",
    [
        "import time\nnow = time.monotonic() + time.perf_counter()",
        "from time import sleep as time\ntime(1)",
        "time = 3\nlater = time + 1",
        "from collections import deque\nlast: deque[int] = deque(maxlen=4)",
        "from collections import deque\nlast = deque((), 4)",
        "def f(waiting: 'deque[int]') -> None: ...",
        "import threading\nworker = threading.Thread(target=print)",
        "waiting.pop()\nwaiting.pop(0, None)\ndel waiting[:4], waiting[-1]",
    ],
)
def test_what_keeps_time_passes(source: str):
    assert list(breaches(source, WALL_CLOCK | LOCKS | QUEUES)) == []
