"""What each device takes to hear and to sound, as measured here or told: kept by the device's name.

A device's input latency is what passes from a key to its message; what is heard counts as having
happened so much earlier. Its output latency is what passes from a message, or a block of sound, to
the ear; what is played leaves so much earlier. Latencies that a driver states itself are taken into
account where its device is opened, and are no part of these.

The file is JSON in the user's folder for settings: ``{"devices": {NAME: {"input_ms": …,
"output_ms": …}}}``.
"""

import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from accompanist.devices.atomic import written_atomically
from accompanist.devices.errors import DeviceError

LONGEST_MS = 1000.0
"""Whatever takes longer than this cannot be played with."""

_MOST_BYTES = 1 << 20
_FIELDS = ("input_ms", "output_ms")


class Compensation(NamedTuple):
    """What a device takes, in seconds."""

    input_s: float = 0.0
    output_s: float = 0.0


NONE = Compensation()


def settings_folder() -> Path:
    """Folder of the user's for this program's settings, by the system's custom."""
    if sys.platform == "win32":
        home = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "accompanist"


def calibration_file() -> Path:
    """Where calibrations are kept."""
    return settings_folder() / "calibration.json"


def calibrations() -> dict[str, Compensation]:
    """Every device that was calibrated, by name; empty before the first.

    Raises
    ------
    DeviceError
        If the file is damaged, or cannot be read.
    """
    path = calibration_file()
    try:
        with path.open("rb") as file:
            payload = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{path} cannot be read ({reason}); mend or delete it") from error
    try:
        if len(payload) > _MOST_BYTES:
            raise ValueError("it is too long")
        return {name: _compensation(entry) for name, entry in _devices(payload).items()}
    except (ValueError, RecursionError) as error:
        raise DeviceError(f"{path} is damaged ({error}); mend or delete it") from error


def compensation_for(name: str | None) -> Compensation:
    """What the device of that name takes; nothing if it was never calibrated.

    Raises
    ------
    DeviceError
        If the calibrations cannot be read.
    """
    return calibrations().get(name, NONE) if name is not None else NONE


def keep(changes: Mapping[str, Compensation]) -> None:
    """Keep what devices take, beside what was kept of others.

    Raises
    ------
    DeviceError
        If a latency makes no sense, or the calibrations cannot be read or written.
    """
    for name, (input_s, output_s) in changes.items():
        for latency_s in (input_s, output_s):
            if not _is_sensible(1000 * latency_s):
                raise DeviceError(
                    f"{1000 * latency_s:g} ms is no latency of {name!r}; "
                    f"give 0 to {LONGEST_MS:g} ms"
                )
    _write({**calibrations(), **changes})


def forget(name: str) -> None:
    """Forget what a device takes.

    Raises
    ------
    DeviceError
        If it was never calibrated, or the calibrations cannot be read or written.
    """
    known = calibrations()
    if name not in known:
        there_are = ", ".join(repr(other) for other in known) or "none"
        raise DeviceError(f"{name!r} is not calibrated; calibrated are: {there_are}")
    del known[name]
    _write(known)


def _devices(payload: bytes) -> dict[str, Any]:
    whole = json.loads(payload)
    devices = whole.get("devices") if isinstance(whole, dict) else None
    if not isinstance(devices, dict):
        raise ValueError("it names no devices")
    return devices


def _compensation(entry: object) -> Compensation:
    values = [entry.get(field) for field in _FIELDS] if isinstance(entry, dict) else []
    latencies_s = [value / 1000 for value in values if _is_sensible(value)]
    if len(latencies_s) < len(_FIELDS):
        raise ValueError("a latency is not a number of milliseconds")
    return Compensation(*latencies_s)


def _is_sensible(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= LONGEST_MS


def _write(known: Mapping[str, Compensation]) -> None:
    path = calibration_file()
    devices = {
        name: {"input_ms": round(1000 * input_s, 3), "output_ms": round(1000 * output_s, 3)}
        for name, (input_s, output_s) in sorted(known.items())
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{path.parent} cannot be made ({reason}); make it yourself") from error
    with written_atomically(path) as file:
        file.write(json.dumps({"devices": devices}, indent=2, ensure_ascii=False).encode() + b"\n")
