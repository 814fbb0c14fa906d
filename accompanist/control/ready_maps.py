"""Ready maps: what common controllers turn out of the box, and whose map it is that a port needs.

A map belongs to a port whose name holds the name of its device, whatever the capitals, spaces and
marks: MIDI systems name the same port each in its own way. Of several the longest name counts.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from accompanist.control.controller_file import ENDING, names_of, read_map
from accompanist.control.controller_map import ControllerMap
from accompanist.control.errors import ControlError

PACKAGE = Path(__file__).resolve().parent.parent

_BRIDGED = re.compile(r"(?:a2j|midi-bridge):.*\(capture(?:_\d+)?\)[: ]*(.+)", re.IGNORECASE)
"""How bridges from ALSA to JACK name a port: with numbers that change, before its own name."""

_MARKS = re.compile(r"[\W_]+")


def ready_directory() -> Path:
    """Where ready maps lie: inside the installed package, or among a checkout's patches."""
    installed = PACKAGE / "controllers"
    return installed if installed.is_dir() else PACKAGE.parent / "patches" / "controllers"


@cache
def ready_maps() -> dict[str, ControllerMap]:
    """Every ready map, by the name of its file.

    Raises
    ------
    ControlError
        If one is damaged.
    """
    return {path.stem: read_map(path) for path in sorted(ready_directory().glob(f"*{ENDING}"))}


@cache
def ready_names() -> dict[str, str]:
    """Names of devices that have a ready map, with the name of its file."""
    paths = sorted(ready_directory().glob(f"*{ENDING}"))
    return {name: path.stem for path in paths for name in names_of(path)}


def ready_map(wanted: str) -> ControllerMap:
    """Ready map of a name, or of a device with that in its name.

    Raises
    ------
    ControlError
        If there is none.
    """
    if wanted in ready_maps():
        return ready_maps()[wanted]
    stem = meant(wanted, ready_names())
    if stem is None:
        raise ControlError(f"there is no ready map {wanted!r}; there are {', '.join(ready_maps())}")
    return ready_maps()[stem]


def device_of(port: str) -> str:
    """Name by which a port's device is known again, whatever numbers it has today."""
    bridged = _BRIDGED.fullmatch(port)
    name = bridged[1] if bridged else port
    client, _, own = name.partition(":")
    return own if own.startswith(client) else name


def meant(port: str, names: Mapping[str, str]) -> str | None:
    """What belongs to the longest of `names` that the name of a port holds."""
    plain = _plain(port)
    fitting = [name for name in names if _plain(name) and _plain(name) in plain]
    return names[max(fitting, key=lambda name: len(_plain(name)))] if fitting else None


def _plain(name: str) -> str:
    return _MARKS.sub("", name.casefold())
