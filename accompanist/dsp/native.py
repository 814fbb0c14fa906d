"""What compiled code needs of the machine: time, sleep, memory by address, ordered words, UDP.

Times are nanoseconds of the machine's steady clock, the one that `time.perf_counter_ns` reads; it
does not move when the wall clock is set, and every process of the machine reads the same.
Addresses are plain integers. Nothing here takes the interpreter's lock, allocates or raises.
"""

import ctypes
import ctypes.util
import sys
from typing import Any

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

Words = NDArray[np.int64]

WORD_BYTES = 8

external: Any = types.ExternalFunction
address: Any = types.intp

# numba hands the function a typing context that callers don't pass, which type checkers can't know.
_intrinsic: Any = intrinsic

_LINUX, _MACOS = sys.platform == "linux", sys.platform == "darwin"
_CLOCK = 8 if _MACOS else 1
"""CLOCK_UPTIME_RAW on macOS, CLOCK_MONOTONIC elsewhere: what Python's performance counter reads."""
_ABSOLUTE = 1
_CALENDAR = 0
"""CLOCK_REALTIME."""
_CALENDAR_BEGAN = 116_444_736_000_000_000
"""1970 on Windows' calendar, which counts tenths of a microsecond from 1601."""

if sys.platform == "win32":
    llvmlite.binding.load_library_permanently("kernel32.dll")
    llvmlite.binding.load_library_permanently("ws2_32.dll")
    _frequency = ctypes.c_int64()
    ctypes.windll.kernel32.QueryPerformanceFrequency(ctypes.byref(_frequency))
    _NS_PER_COUNT = 1_000_000_000 // _frequency.value
    _read_counter = external("QueryPerformanceCounter", types.int32(address))
    _sleep_ms = external("Sleep", types.void(types.uint32))
    _read_calendar = external("GetSystemTimeAsFileTime", types.void(address))
    _SOCKET, _SIZE, _RESULT = types.uintp, types.int32, types.int32
else:
    _SOCKET, _SIZE, _RESULT = types.int32, types.uintp, types.intp
    _clock_gettime = external("clock_gettime", types.int32(types.int32, address))
    _usleep = external("usleep", types.int32(types.uint32))
    if _LINUX:
        _clock_nanosleep = external(
            "clock_nanosleep", types.int32(types.int32, types.int32, address, address)
        )

_recvfrom = external("recvfrom", _RESULT(_SOCKET, address, _SIZE, types.int32, address, address))
_sendto = external("sendto", _RESULT(_SOCKET, address, _SIZE, types.int32, address, types.int32))

ADDRESS_BYTES = 16
"""Size of the system's form of an IPv4 address and port."""


@_intrinsic
def pointer(_typing: Any, place: Any) -> Any:  # noqa: ANN401
    """Pointer to an address held as a number, for `carray`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.intp), generate


@_intrinsic
def scratch(_typing: Any, words: Any) -> Any:  # noqa: ANN401
    """Address of so many 64-bit words (a literal) that last until the function returns."""
    if not isinstance(words, types.IntegerLiteral):
        return None
    count = words.literal_value

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        with builder.goto_entry_block():
            place = builder.alloca(ir.ArrayType(ir.IntType(64), count))
        return builder.ptrtoint(place, ir.IntType(8 * np.dtype(np.intp).itemsize))

    return types.intp(words), generate


@_intrinsic
def load_acquire(_typing: Any, array: Any, index: Any) -> Any:  # noqa: ANN401
    """Element of an int64 array; nothing after it is read before it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        view = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.load_atomic(builder.gep(view.data, [args[1]]), "acquire", WORD_BYTES)

    return types.int64(array, types.intp), generate


@_intrinsic
def store_release(_typing: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ANN401
    """Set an element of an int64 array; nothing before it is written after it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        view = context.make_array(signature.args[0])(context, builder, args[0])
        builder.store_atomic(args[2], builder.gep(view.data, [args[1]]), "release", WORD_BYTES)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.int64), generate


if sys.platform == "win32":

    @njit(cache=True, nogil=True, error_model="numpy")
    def now_ns() -> int:
        """The present on the machine's steady clock."""
        place = scratch(1)
        _read_counter(place)
        return int(carray(pointer(place), (1,), np.int64)[0] * _NS_PER_COUNT)

    @njit(cache=True, nogil=True, error_model="numpy")
    def sleep_until(time_ns: int) -> None:
        """Sleep until a time has come; return at once if it has passed."""
        while now_ns() < time_ns:
            _sleep_ms(max((time_ns - now_ns()) // 1_000_000, 0))

else:

    @njit(cache=True, nogil=True, error_model="numpy")
    def now_ns() -> int:
        """The present on the machine's steady clock."""
        place = scratch(2)
        _clock_gettime(_CLOCK, place)
        parts = carray(pointer(place), (2,), np.int64)
        return int(parts[0] * 1_000_000_000 + parts[1])

    if _LINUX:

        @njit(cache=True, nogil=True, error_model="numpy")
        def sleep_until(time_ns: int) -> None:
            """Sleep until a time has come; return at once if it has passed."""
            place = scratch(2)
            parts = carray(pointer(place), (2,), np.int64)
            parts[0] = time_ns // 1_000_000_000
            parts[1] = time_ns % 1_000_000_000
            while now_ns() < time_ns:
                _clock_nanosleep(_CLOCK, _ABSOLUTE, place, 0)

    else:

        @njit(cache=True, nogil=True, error_model="numpy")
        def sleep_until(time_ns: int) -> None:
            """Sleep until a time has come; return at once if it has passed."""
            remaining_ns = time_ns - now_ns()
            while remaining_ns > 0:
                _usleep(min(remaining_ns // 1000 + 1, 900_000))
                remaining_ns = time_ns - now_ns()


if sys.platform == "win32":

    @njit(cache=True, nogil=True, error_model="numpy")
    def unix_ns() -> int:
        """The present by the calendar, which may be set: nanoseconds since 1970."""
        place = scratch(1)
        _read_calendar(place)
        return int((carray(pointer(place), (1,), np.int64)[0] - _CALENDAR_BEGAN) * 100)

else:

    @njit(cache=True, nogil=True, error_model="numpy")
    def unix_ns() -> int:
        """The present by the calendar, which may be set: nanoseconds since 1970."""
        place = scratch(2)
        _clock_gettime(_CALENDAR, place)
        parts = carray(pointer(place), (2,), np.int64)
        return int(parts[0] * 1_000_000_000 + parts[1])


@njit(cache=True, nogil=True, error_model="numpy")
def receive_from(socket: int, place: int, room: int, sender: int) -> int:
    """Wait for a datagram and lay it, and who sent it, at addresses.

    Parameters
    ----------
    socket
        The system's number of a UDP socket, which says how long to wait at most.
    place, room
        Where the datagram goes, and how many bytes it may have; of a longer one the rest is lost.
    sender
        Where `ADDRESS_BYTES` bytes say who sent it.

    Returns
    -------
    int
        Bytes of the datagram; negative when none came.
    """
    length = scratch(1)
    carray(pointer(length), (1,), np.int32)[0] = ADDRESS_BYTES
    return int(_recvfrom(socket, place, room, 0, sender, length))


@njit(cache=True, nogil=True, error_model="numpy")
def send_to(socket: int, place: int, size: int, receiver: int) -> bool:
    """Send a datagram that lies at an address to whom `ADDRESS_BYTES` bytes name."""
    return bool(_sendto(socket, place, size, 0, receiver, ADDRESS_BYTES) == size)
