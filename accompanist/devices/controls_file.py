"""A file of controls, for ``--controls``: turns of parameters as JSON lines.

A line is ``{"at_s": 12.0, "parameter": "/accompanist/bass/mute", "value": 1}``.
"""

import json
import math
from pathlib import Path

from accompanist.devices.errors import DeviceError
from accompanist.music.events import ControlTurn
from accompanist.music.parameters import PARAMETERS

MOST_BYTES = 16 * 1024 * 1024

_PARAMETERS = {parameter.address: parameter for parameter in PARAMETERS}


def read_controls(path: Path) -> tuple[ControlTurn, ...]:
    """Turns of controls from a file of JSON lines, by time; empty lines are passed over.

    Raises
    ------
    DeviceError
        If the file cannot be read, or a line does not fit: it is named by its number.
    """
    try:
        with path.open("rb") as file:
            payload = file.read(MOST_BYTES + 1)
        text = payload.decode()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{path} cannot be read ({reason}); give a file of controls") from error
    except UnicodeDecodeError as error:
        raise DeviceError(f"{path} is not text; give a file of JSON lines") from error
    if len(payload) > MOST_BYTES:
        raise DeviceError(f"{path} is larger than 16 MiB; give fewer controls")
    turns = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                turns.append(_turn(line))
            except (ValueError, OverflowError, RecursionError) as error:
                raise DeviceError(f"{path}, line {number}: {error}") from error
    return tuple(sorted(turns, key=lambda turn: turn.time_s))


def _turn(line: str) -> ControlTurn:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON ({error.msg.lower()})") from error
    if not isinstance(fields, dict) or set(fields) != {"at_s", "parameter", "value"}:
        raise ValueError("a control has at_s, parameter and value, and nothing else")
    at_s, address, value = fields["at_s"], fields["parameter"], fields["value"]
    if isinstance(at_s, bool) or not isinstance(at_s, int | float) or not 0 <= at_s < math.inf:
        raise ValueError("at_s is a number of seconds from 0")
    if not isinstance(address, str) or address not in _PARAMETERS:
        raise ValueError(f"there is no parameter {address}")
    if not isinstance(value, int | float | str):
        raise ValueError("value is a number or a name")
    return ControlTurn(float(at_s), address, _PARAMETERS[address].checked(value), "file")
