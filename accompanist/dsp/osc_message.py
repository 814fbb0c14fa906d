"""OSC 1.0 messages and bundles as bytes: those that the band says, and those that it takes.

Floats are 32 bit, integers 32 bit signed, texts UTF-8 up to their first zero. A time tag is NTP
time: seconds since 1900 and fractions of 2**-32 s. Only plain messages are read (see
`accompanist.dsp.osc_plain`), so that nothing that is read can take long or much.
"""

import struct
from collections.abc import Iterable

Argument = float | int | str

IMMEDIATELY = 1
"""The time tag that says: at once."""

_UNIX_EPOCH_NTP_S = 2_208_988_800

_NUMBERS = {"f": ">f", "d": ">d", "i": ">i", "h": ">q"}
_TRUTHS = {"T": True, "F": False}


def message(address: str, *arguments: Argument) -> bytes:
    """Bytes of a message."""
    return typed_message(address, [(_tag(argument), argument) for argument in arguments])


def typed_message(address: str, arguments: Iterable[tuple[str, Argument]]) -> bytes:
    """Bytes of a message with arguments of the types ``f``, ``i`` and ``s``."""
    pairs = list(arguments)
    tags = "," + "".join(tag for tag, _ in pairs)
    return _text(address) + _text(tags) + b"".join(_encoded(*pair) for pair in pairs)


def bundle(time_tag: int, *messages: bytes) -> bytes:
    """Bytes of a bundle of messages that are due together."""
    elements = b"".join(struct.pack(">i", len(content)) + content for content in messages)
    return b"#bundle\0" + struct.pack(">Q", time_tag) + elements


def time_tag(unix_s: float) -> int:
    """Time tag of a wall clock time in seconds since 1970."""
    return round((unix_s + _UNIX_EPOCH_NTP_S) * 2**32) & 0xFFFF_FFFF_FFFF_FFFF


def read_message(content: bytes) -> tuple[str, list[Argument]]:
    """Address and arguments of a plain message.

    Raises
    ------
    ValueError
        If it is none.
    """
    address, rest = _read_text(content)
    tags, rest = _read_text(rest)
    if not (address.startswith("/") and tags.startswith(",")) or len(tags) > 2:
        raise ValueError("no plain message")
    tag = tags[1:]
    if tag in _NUMBERS:
        if len(rest) != struct.calcsize(_NUMBERS[tag]):
            raise ValueError("a number of another size")
        number: float | int = struct.unpack(_NUMBERS[tag], rest)[0]
        return address, [number]
    if tag == "s":
        text, rest = _read_text(rest)
        arguments: list[Argument] = [text]
    elif tag in _TRUTHS or not tag:
        arguments = [_TRUTHS[tag]] if tag else []
    else:
        raise ValueError(f"an argument of type {tag!r}")
    if rest:
        raise ValueError("more than it says")
    return address, arguments


def _tag(argument: Argument) -> str:
    if isinstance(argument, str):
        return "s"
    return "i" if isinstance(argument, int) else "f"


def _encoded(tag: str, argument: Argument) -> bytes:
    if tag == "s":
        return _text(str(argument))
    return struct.pack(_NUMBERS[tag], argument)


def _text(text: str) -> bytes:
    """UTF-8 up to its first zero, with one to four zeros, to a multiple of four bytes."""
    letters = text.encode("utf-8", "replace").partition(b"\0")[0]
    return letters + b"\0" * (4 - len(letters) % 4)


def _read_text(content: bytes) -> tuple[str, bytes]:
    """Read a text in ASCII off the front; return it and what follows."""
    letters, _, _ = content.partition(b"\0")
    past = (len(letters) // 4 + 1) * 4
    padding = content[len(letters) : past]
    if len(padding) != past - len(letters) or any(padding):
        raise ValueError("a text without its end")
    return letters.decode("ascii"), content[past:]
