"""The house stands on its floors: imports go down, never sideways, and torch stays in training."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "accompanist"

FLOORS = {
    "music": 0,
    "dsp": 1,
    "inference": 1,
    "listening": 2,
    "players": 2,
    "scheduler": 2,
    "devices": 2,
    "control": 2,
    "provenance": 2,
    "engine": 3,
    "app": 4,
    "training": 4,
}
THE_FRONT_DOOR = "__main__"


@dataclass(frozen=True)
class Import:
    """A module brought in: where it stands, what it names, and whether only a function asks."""

    module: str
    line: int
    lazy: bool


def imports_of(source: str) -> Iterator[Import]:
    """Every import of a module's text, however deep."""
    tree = ast.parse(source)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            within = "." * node.level + (node.module or "")
            names = [within, *(f"{within}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield Import(name, node.lineno, id(node) in inside)


def room_of(module: str) -> str | None:
    """Room that a dotted module name of ours lies in; none for others' modules."""
    words = module.split(".")
    return words[1] if words[0] == "accompanist" and len(words) > 1 else None


def breaches(module: str, source: str) -> list[str]:
    """Sentences about every import and call of `source` that the house forbids to `module`."""
    room = room_of(module)
    found = [
        sentence
        for entry in imports_of(source)
        if (sentence := forbidden_import(module, room, entry))
    ]
    return found + [f"{module}:{line} {what}" for line, what in forbidden_calls(module, source)]


def forbidden_import(module: str, room: str | None, entry: Import) -> str:
    """Why `module` may not import that, or nothing."""
    place, other = f"{module}:{entry.line}", room_of(entry.module)
    if entry.module.startswith("."):
        return f"{place} imports relatively"
    if entry.module.split(".")[0] in ("torch", "onnx") and room != "training":
        return f"{place} imports {entry.module} outside training"
    if other not in FLOORS or other == room or room == THE_FRONT_DOOR:
        return ""
    if other == "training":
        allowed = room == "app" and entry.lazy
        return "" if allowed else f"{place} imports training"
    if room is None or room not in FLOORS:
        return f"{place} imports {other} from no room"
    if FLOORS[room] <= FLOORS[other]:
        return f"{place} imports {other} from floor {FLOORS[room]}"
    return ""


def forbidden_calls(module: str, source: str) -> Iterator[tuple[int, str]]:
    """Calls that break the house's manners: prints below the app."""
    room = room_of(module)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "print" and room not in ("app", "training"):
            yield node.lineno, "prints"


def modules() -> dict[str, Path]:
    """Every module of the package by dotted name."""
    return {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_from_floors_below(module: str):
    assert breaches(module, modules()[module].read_text(encoding="utf-8")) == []


def test_every_room_has_a_floor():
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}

    assert rooms <= set(FLOORS)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("accompanist.music.chord", "from accompanist.dsp import rings"),
        ("accompanist.players.drums", "import accompanist.listening.key"),
        ("accompanist.players.drums", "from accompanist import listening"),
        ("accompanist.dsp.rings", "from accompanist.inference.model import StreamingModel"),
        ("accompanist.engine", "from accompanist.app.main import main"),
        ("accompanist.devices.clock", "from ..music import chord"),
        ("accompanist.devices.clock", "import torch"),
        ("accompanist.inference.model", "def load():\n    import torch.nn"),
        ("accompanist.app.main", "from accompanist.training.train import run"),
        ("accompanist.app.main", "from accompanist import training"),
        ("accompanist.engine", "def f():\n    from accompanist.training import drums"),
        ("accompanist.scheduler.commit", "print('note')"),
    ],
)
def test_a_breach_is_caught(module: str, source: str):
    assert breaches(module, source) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("accompanist.players.drums", "from accompanist.music.chord import Chord"),
        ("accompanist.players.drums", "from accompanist.players.player import Frame"),
        ("accompanist.app.main", "def train():\n    from accompanist.training import drums"),
        ("accompanist.__main__", "from accompanist.app.main import main"),
        ("accompanist.training.network", "import torch"),
        ("accompanist.app.main", "print('C major')"),
    ],
)
def test_what_the_house_allows_passes(module: str, source: str):
    assert breaches(module, source) == []
