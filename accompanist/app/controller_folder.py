"""The player's own maps: one readable file a device in a folder of the user's settings."""

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from accompanist.control.controller_file import ENDING, edited, names_of, read_map
from accompanist.control.controller_map import ControllerMap
from accompanist.control.errors import ControlError
from accompanist.control.ready_maps import device_of, meant, ready_maps, ready_names
from accompanist.devices.atomic import written_atomically
from accompanist.devices.compensation import settings_folder
from accompanist.devices.errors import DeviceError
from accompanist.music.errors import Refusal

_LONGEST_STEM = 64
_MARKS = re.compile(r"[^a-z0-9]+")


class Found(NamedTuple):
    """Maps of devices, and why some of them steer nothing, in sentences."""

    maps: tuple[ControllerMap, ...]
    faults: tuple[str, ...]


def controllers_folder() -> Path:
    """Where the player's maps are kept."""
    return settings_folder() / "controllers"


def map_files() -> dict[str, Path]:
    """The player's map files by the names of their devices; damaged ones by their own."""
    files: dict[str, Path] = {}
    for path in sorted(controllers_folder().glob(f"*{ENDING}")):
        for name in names_of(path):
            files.setdefault(name, path)
    return files


def found_for(ports: tuple[str, ...], chosen: ControllerMap | None) -> Found:
    """Maps for the devices behind these ports: the player's own, else a ready one, else none.

    A map that was chosen by name comes last.
    """
    maps: list[ControllerMap] = []
    faults: list[str] = []
    for device in dict.fromkeys(map(device_of, ports)):
        try:
            maps.append(_map_for(device))
        except Refusal as refusal:
            maps.append(ControllerMap(device))
            faults.append(str(refusal))
    if chosen is not None:
        maps = [*(maps or [ControllerMap("")]), chosen]
    return Found(tuple(maps), tuple(faults))


def keep(learned: ControllerMap) -> None:
    """Keep what a device has learned, in its file.

    Raises
    ------
    Refusal
        If its file is damaged, or cannot be written.
    """
    folder = controllers_folder()
    path = map_files().get(learned.device) or _free_path(learned.device)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    changed = edited(text, learned, path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{folder} cannot be made ({reason}); make it yourself") from error
    with written_atomically(path) as file:
        file.write(changed.encode())


def forget(wanted: str) -> Path:
    """Delete a device's own map, and return where it stood.

    Raises
    ------
    Refusal
        If the device has none.
    """
    files = map_files()
    path = files.get(wanted) or next((p for p in files.values() if p.stem == wanted), None)
    if path is None:
        there_are = ", ".join(map(repr, files)) or "none"
        raise ControlError(f"{wanted!r} has no map of yours; there are: {there_are}")
    path.unlink(missing_ok=True)
    return path


def _map_for(device: str) -> ControllerMap:
    files = {name: str(path) for name, path in map_files().items()}
    own = meant(device, files)
    if own is not None:
        return read_map(Path(own))
    ready = meant(device, ready_names())
    if ready is not None:
        return replace(ready_maps()[ready], device=device)
    return ControllerMap(device)


def _free_path(device: str) -> Path:
    """File for a device that has none."""
    stem = _MARKS.sub("-", device.lower()).strip("-")[:_LONGEST_STEM] or "controller"
    names = (f"{stem}-{number}" if number > 1 else stem for number in range(1, 1000))
    paths = (controllers_folder() / f"{name}{ENDING}" for name in names)
    return next(path for path in paths if not path.exists())
