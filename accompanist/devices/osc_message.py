"""OSC 1.0 messages and bundles as bytes; writing only, so nothing foreign is ever parsed here.

Floats are 32 bit, integers 32 bit signed. A time tag is NTP time: seconds since 1900 and fractions
of 2**-32 s.
"""

import struct

IMMEDIATELY = 1
"""The time tag that says: at once."""

_UNIX_EPOCH_NTP_S = 2_208_988_800

Argument = int | float | str


def message(address: str, *arguments: Argument) -> bytes:
    """Bytes of a message."""
    tags = "," + "".join(_tag(argument) for argument in arguments)
    return _text(address) + _text(tags) + b"".join(_encoded(argument) for argument in arguments)


def bundle(time_tag: int, *messages: bytes) -> bytes:
    """Bytes of a bundle of messages that are due together."""
    elements = b"".join(struct.pack(">i", len(content)) + content for content in messages)
    return b"#bundle\0" + struct.pack(">Q", time_tag) + elements


def time_tag(unix_s: float) -> int:
    """Time tag of a wall clock time in seconds since 1970."""
    return round((unix_s + _UNIX_EPOCH_NTP_S) * 2**32) & 0xFFFF_FFFF_FFFF_FFFF


def _tag(argument: Argument) -> str:
    if isinstance(argument, str):
        return "s"
    return "i" if isinstance(argument, int) else "f"


def _encoded(argument: Argument) -> bytes:
    if isinstance(argument, str):
        return _text(argument)
    return struct.pack(">i" if isinstance(argument, int) else ">f", argument)


def _text(text: str) -> bytes:
    """ASCII with one to four zeros, to a multiple of four bytes; other letters become ``?``."""
    letters = text.encode("ascii", "replace").replace(b"\0", b"?")
    return letters + b"\0" * (4 - len(letters) % 4)
