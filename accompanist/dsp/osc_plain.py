"""OSC datagrams as machine code reads them: only plain ones, never a byte beyond their end.

A plain message has an address in ASCII and at most one argument: float, double, integer, long, text
in ASCII, true or false. A plain bundle holds such messages alone, and is due. What else OSC may
say, bundles within bundles, blobs, arrays and patterns of many values, has no meaning here.
"""

import math

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp.native import pointer, scratch, unix_ns

Bytes = NDArray[np.uint8]

NO_VALUE, TEXT = math.inf, math.nan
"""What `value` says of a message without an argument, and of one whose argument is a text."""

FIRST_ELEMENT = 16
"""Where the elements of a bundle begin, each with its size before it."""

_SIZE_BYTES = 4
_SLASH, _COMMA, _FIRST_BEYOND_ASCII = 0x2F, 0x2C, 0x80
_F, _D, _I, _H, _S, _TRUE, _FALSE = 0x66, 0x64, 0x69, 0x68, 0x73, 0x54, 0x46
_NO_TAG = 0
_IMMEDIATELY = 1
_NTP_BEGAN_S = 2_208_988_800
_NS = 1_000_000_000


@njit(cache=True, nogil=True, error_model="numpy")
def big_endian(data: Bytes, at: int, count: int) -> int:
    """So many bytes, at most eight, as one number."""
    number = np.int64(0)
    for place in range(at, at + count):
        number = number << 8 | np.int64(data[place])
    return int(number)


@njit(cache=True, nogil=True, error_model="numpy")
def is_bundle(data: Bytes, size: int) -> bool:
    """Whether a datagram says that it is a bundle."""
    # "#bundle" and a zero, as one number.
    return bool(size >= 8 and big_endian(data, 0, 8) == 0x2362756E646C6500)


@njit(cache=True, nogil=True, error_model="numpy")
def plain_messages(data: Bytes, size: int) -> int:
    """How many messages a datagram holds; 0 if not all of it is plain."""
    if not is_bundle(data, size):
        return int(is_plain_message(data, 0, size))
    if size <= FIRST_ELEMENT or not _is_due(data):
        return 0
    at, count = FIRST_ELEMENT, 0
    while at < size:
        if size - at < _SIZE_BYTES:
            return 0
        length = big_endian(data, at, _SIZE_BYTES)
        at += _SIZE_BYTES
        if not 0 < length <= size - at or not is_plain_message(data, at, at + length):
            return 0
        at += length
        count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def is_plain_message(data: Bytes, begin: int, end: int) -> bool:
    """Whether bytes from `begin` up to `end` are a plain message, and nothing else."""
    if end - begin < 8 or (end - begin) % 4 != 0 or data[begin] != _SLASH:
        return False
    at = _past_text(data, begin, end)
    if at < 0 or end - at < 4:
        return False
    tag = data[at + 1]
    if data[at] != _COMMA or data[at + 2] != 0 or data[at + 3] != 0:
        return False
    at += 4
    if tag in (_F, _I):
        return bool(end - at == 4)
    if tag in (_D, _H):
        return bool(end - at == 8)
    if tag == _S:
        return bool(at < end and _past_text(data, at, end) == end)
    return bool(tag in (_NO_TAG, _TRUE, _FALSE) and at == end)


@njit(cache=True, nogil=True, error_model="numpy")
def value(data: Bytes, begin: int, end: int) -> float:
    """Number that a plain message says; see `NO_VALUE` and `TEXT`."""
    at = _past_text(data, begin, end)
    tag = data[at + 1]
    at += 4
    if tag == _NO_TAG:
        return NO_VALUE
    if tag == _S:
        return TEXT
    if tag in (_TRUE, _FALSE):
        return 1.0 if tag == _TRUE else 0.0
    if tag == _I:
        return float(np.int32(big_endian(data, at, 4)))
    if tag == _H:
        return float(big_endian(data, at, 8))
    place = scratch(1)
    if tag == _D:
        carray(pointer(place), (1,), np.int64)[0] = big_endian(data, at, 8)
        return float(carray(pointer(place), (1,), np.float64)[0])
    carray(pointer(place), (1,), np.int32)[0] = np.int32(big_endian(data, at, 4))
    return float(carray(pointer(place), (1,), np.float32)[0])


@njit(cache=True, nogil=True, error_model="numpy")
def _past_text(data: Bytes, begin: int, end: int) -> int:
    """Where what follows a text begins; -1 if it is not in ASCII, or not ended as OSC wants it."""
    at = begin
    while at < end and data[at] != 0:
        if data[at] >= _FIRST_BEYOND_ASCII:
            return -1
        at += 1
    past = begin + ((at - begin) // 4 + 1) * 4
    if past > end:
        return -1
    for place in range(at, past):
        if data[place] != 0:
            return -1
    return past


@njit(cache=True, nogil=True, error_model="numpy")
def _is_due(data: Bytes) -> bool:
    """Whether a bundle's time tag says at once, or a time that has come."""
    seconds, fraction = big_endian(data, 8, 4), big_endian(data, 12, 4)
    if seconds == 0 and fraction == _IMMEDIATELY:
        return True
    due_ns = (seconds - _NTP_BEGAN_S) * _NS + (fraction * _NS >> 32)
    return bool(due_ns <= unix_ns())
