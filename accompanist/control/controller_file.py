"""Map files: what a controller's knobs, keys and pedals turn, as text that a player can edit.

One file a device, in TOML::

    device = "MPK mini 3"       # part of the name of its MIDI port, capitals aside
    takeover = "pickup"         # or "jump", or "scale"

    [[control]]
    turns = "intensity"
    on = "CC 70"                # or "note 36", "program 5", or "program" for any
    channel = 1                 # from 1; any channel if it is left out

A control may have, besides: `value`, what a press sets; `step`, what it adds; `hold = true`, on
only while it is down; `switch = "latching"`; `long`, what pressing for long does instead;
`encoder`, for knobs without ends; and a `takeover` of its own. A ready map may have several names
in `devices` and says in `source` where its numbers come from.

What learning changes is changed in the file alone: comments and whatever else stands there stay.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from accompanist.control.controller_map import (
    ENCODERS,
    SWITCHES,
    TAKEOVERS,
    Binding,
    ControllerMap,
)
from accompanist.control.errors import ControlError
from accompanist.control.message import message_written
from accompanist.music.parameter import Parameter
from accompanist.music.parameters import PARAMETERS

MOST_BYTES = 1 << 20
ENDING = ".toml"

_PARAMETERS = {parameter.name: parameter for parameter in PARAMETERS}
_OF_A_MAP = ("device", "devices", "takeover", "source", "control")
_OF_A_CONTROL: dict[str, type | tuple[type, ...]] = {
    "turns": str,
    "on": str,
    "channel": int,
    "value": (int, float, str),
    "step": (int, float),
    "hold": bool,
    "switch": str,
    "long": str,
    "encoder": str,
    "takeover": str,
}
_HEADER = re.compile(r"\s*\[\[\s*control\s*\]\]")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class _Misfit(ValueError):  # noqa: N818 - a value that does not fit, on its way to a sentence
    """Something in a map does not fit: at a control's `place`, with a `key`."""

    def __init__(self, what: str, place: int | None = None, key: str = "") -> None:
        super().__init__(what)
        self.place = place
        self.key = key


def read_map(path: Path) -> ControllerMap:
    """Map that a file holds.

    Raises
    ------
    ControlError
        If it cannot be read or is no map: the sentence names the line.
    """
    return map_of(_text(path), path)


def map_of(text: str, path: Path) -> ControllerMap:
    """Map that a text holds, which stands in the file `path`.

    Raises
    ------
    ControlError
        If it is no map: the sentence names the line.
    """
    try:
        return _map(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        reason, line = str(error), len(text.splitlines())
        if match := _TOML_PLACE.search(reason):
            reason, line = reason[: match.start()], int(match[1] or line)
        sentence = f"this is not TOML ({reason[:1].lower()}{reason[1:]})"
    except _Misfit as error:
        sentence, line = str(error), _line(text, error)
    except RecursionError:
        sentence, line = "this is nested too deep", 1
    raise ControlError(f"{path}, line {line}: {sentence}; mend it, or delete the file")


def names_of(path: Path) -> tuple[str, ...]:
    """Names of devices that a file is meant for; that of the file where it does not tell."""
    try:
        table = tomllib.loads(_text(path))
    except (ControlError, tomllib.TOMLDecodeError, RecursionError):
        table = {}
    devices = table.get("devices")
    names = (table.get("device"), *(devices if isinstance(devices, list) else ()))
    told = tuple(name for name in names if isinstance(name, str) and name.strip())
    return told or (path.stem,)


def edited(text: str, wanted: ControllerMap, path: Path) -> str:
    """A map's text, changed to say what is wanted; from nothing, a text of its own.

    Raises
    ------
    ControlError
        If the text is no map.
    """
    if not text.strip():
        text = tomlkit.dumps(_new(wanted))
    held = map_of(text, path).bindings
    document = tomlkit.parse(text)
    controls = document.get("control")
    if not isinstance(controls, AoT):
        # None yet, or a list within brackets, to which nobody can add a readable line.
        document.pop("control", None)
        controls, held = tomlkit.aot(), ()
    for place in reversed(range(len(held))):
        if held[place] not in wanted.bindings:
            del controls[place]
    for binding in wanted.bindings:
        if binding not in held:
            if controls:
                controls[-1].add(tomlkit.nl())
            controls.append(_table(binding))
    if controls and "control" not in document:
        document.append("control", controls)
    return tomlkit.dumps(document)


def facts_of(binding: Binding) -> dict[str, str | int | float | bool]:
    """What a map file says of a binding."""
    message = binding.message
    facts: dict[str, str | int | float | bool | None] = {
        "turns": binding.parameter.name,
        "on": message.written,
        "channel": None if message.channel is None else message.channel + 1,
        "value": binding.value,
        "step": binding.step,
        "hold": binding.hold or None,
        "switch": binding.switch if binding.switch != SWITCHES[0] else None,
        "long": binding.long.name if binding.long else None,
        "encoder": binding.encoder,
        "takeover": binding.takeover,
    }
    return {key: fact for key, fact in facts.items() if fact is not None}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            payload = file.read(MOST_BYTES + 1)
        if len(payload) > MOST_BYTES:
            raise ControlError(f"{path} is larger than 1 MiB; delete it")
        return payload.decode()
    except FileNotFoundError as error:
        raise ControlError(f"there is no map {path}; name a file that is there") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ControlError(f"{path} cannot be read ({reason}); mend or delete it") from error
    except UnicodeDecodeError as error:
        raise ControlError(f"{path} is not text; mend or delete it") from error


def _map(table: dict[str, Any]) -> ControllerMap:
    for key in table:
        if key not in _OF_A_MAP:
            raise _Misfit(f"a map has no {key!r}; it has {', '.join(_OF_A_MAP)}", key=key)
    names = [table.get("device"), *_listed(table, "devices")]
    if not isinstance(names[0], str) or not names[0].strip():
        raise _Misfit(
            'a map needs the name of its device, as in device = "MPK mini 3"', key="device"
        )
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise _Misfit("devices are names between quotation marks", key="devices")
    takeover = table.get("takeover", TAKEOVERS[0])
    _one_of(takeover, TAKEOVERS, "takeover", None)
    controls = _listed(table, "control")
    bindings = tuple(_binding(entry, place) for place, entry in enumerate(controls))
    for place, binding in enumerate(bindings):
        if any(binding.message == other.message for other in bindings[:place]):
            raise _Misfit(f"{binding.message.written} is bound twice", place, "on")
    return ControllerMap(names[0], takeover, bindings)


def _listed(table: dict[str, Any], key: str) -> list[Any]:
    listed = table.get(key, [])
    if not isinstance(listed, list):
        raise _Misfit(f"{key} is a list", key=key)
    return listed


def _binding(entry: object, place: int) -> Binding:
    if not isinstance(entry, dict):
        raise _Misfit("a control is a table that begins with [[control]]", place)
    for key, value in entry.items():
        if key not in _OF_A_CONTROL:
            raise _Misfit(
                f"a control has no {key!r}; it has {', '.join(_OF_A_CONTROL)}", place, key
            )
        is_number = isinstance(value, bool) and _OF_A_CONTROL[key] is not bool
        if is_number or not isinstance(value, _OF_A_CONTROL[key]):
            raise _Misfit(f"{value!r} is no {key}", place, key)
    for key in ("turns", "on"):
        if key not in entry:
            raise _Misfit(f"a control needs {key!r}", place)
    _one_of(entry.get("switch", SWITCHES[0]), SWITCHES, "switch", place)
    _one_of(entry.get("encoder", ENCODERS[0]), ENCODERS, "encoder", place)
    _one_of(entry.get("takeover", TAKEOVERS[0]), TAKEOVERS, "takeover", place)
    turns = _parameter(entry["turns"], "turns", place)
    long = _parameter(entry["long"], "long", place) if "long" in entry else None
    try:
        message = message_written(entry["on"], entry.get("channel"))
    except ValueError as error:
        raise _Misfit(str(error), place, "on") from error
    rest = {
        k: entry[k]
        for k in ("value", "step", "hold", "switch", "encoder", "takeover")
        if k in entry
    }
    try:
        return Binding(turns, message, long=long, **rest)
    except ValueError as error:
        raise _Misfit(str(error), place) from error


def _one_of(value: object, known: tuple[str, ...], key: str, place: int | None) -> None:
    if value not in known:
        raise _Misfit(f"{value!r} is no {key}; choose from {', '.join(known)}", place, key)


def _parameter(name: str, key: str, place: int) -> Parameter:
    if name not in _PARAMETERS:
        raise _Misfit(f"there is no parameter {name!r}", place, key)
    return _PARAMETERS[name]


def _line(text: str, misfit: _Misfit) -> int:
    """Where a key stands, or its control; the first line where neither is found."""
    place, found = -1, 1
    key = re.compile(rf"\s*{re.escape(misfit.key)}\s*=")
    wanted = -1 if misfit.place is None else misfit.place
    for number, line in enumerate(text.splitlines(), start=1):
        if _HEADER.match(line):
            place += 1
            found = number if place == wanted else found
        if misfit.key and place == wanted and key.match(line):
            return number
    return found


def _new(wanted: ControllerMap) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    document.add(tomlkit.comment("What this device turns; accompanist writes here what it learns."))
    document.add("device", tomlkit.string(wanted.device))
    document.add("takeover", tomlkit.string(wanted.takeover))
    document.add(tomlkit.nl())
    return document


def _table(binding: Binding) -> Table:
    table = tomlkit.table()
    for key, fact in facts_of(binding).items():
        table.add(key, fact)
    return table
