"""Files for surfaces that are made from the parameter tree: for TouchOSC and Open Stage Control.

The same parameters give the same file, byte for byte. A tablet and a phone have a TouchOSC layout
each, since TouchOSC keeps the proportions of a drawing: one for both would leave a phone's targets
too small for a finger.
"""

import secrets
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from accompanist.control.errors import ControlError
from accompanist.control.stage_control import session_bytes
from accompanist.music.parameter import Feedback, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

Made = Callable[[Sequence[Parameter], Sequence[Feedback]], bytes]


def write_layout(path: Path, surface: str) -> None:
    """Write the file for one of `SURFACES`, whole or not at all.

    Raises
    ------
    ControlError
        If py2tosc is missing, or nothing can be written there.
    """
    payload = layout_bytes(surface)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(payload)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise ControlError(f"{path} cannot be written ({reason}); choose another path") from error


def layout_bytes(
    surface: str,
    parameters: Sequence[Parameter] = PARAMETERS,
    feedback: Sequence[Feedback] = FEEDBACK,
) -> bytes:
    """Return what the file for one of `SURFACES` holds.

    Raises
    ------
    ControlError
        If py2tosc is not installed.
    """
    return SURFACES[surface](parameters, feedback)


def _touchosc(device: str) -> Made:
    def made(parameters: Sequence[Parameter], feedback: Sequence[Feedback]) -> bytes:
        try:
            import py2tosc
        except ImportError as error:
            raise ControlError(
                "a TouchOSC layout needs py2tosc, which is not installed here; "
                "run: pip install py2tosc"
            ) from error
        from accompanist.control.touchosc.canvas import PHONE, TABLET
        from accompanist.control.touchosc.document import drawn

        document = drawn({"tablet": TABLET, "phone": PHONE}[device], parameters, feedback)
        return zlib.compress(py2tosc.dumps(document).encode("utf-8"), 9)

    return made


SURFACES: dict[str, Made] = {
    "tablet": _touchosc("tablet"),
    "phone": _touchosc("phone"),
    "open-stage-control": session_bytes,
}
"""Surfaces that a file can be written for."""
