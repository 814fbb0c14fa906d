"""A JACK server to measure on: the one that runs, or one of our own without a sound card.

Our own runs with real-time priority where the system allows it. It asks JACK for its place by a
name of its own, and gives that back.
"""

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_char_p, c_int, c_uint32, c_ulong, c_void_p

from accompanist.devices.errors import DeviceError

SAMPLE_RATE, PERIOD_FRAMES = 48_000, 256
PERIODS = (32, 64, 128, 256, 512, 1024)
PRIORITY = 70
READY_WITHIN_S = 10.0

_NO_START_SERVER = 1
_SAYS = ctypes.CFUNCTYPE(None, c_char_p)
_SIGNATURES = {
    "jack_client_open": (c_void_p, [c_char_p, c_int, c_void_p]),
    "jack_client_close": (c_int, [c_void_p]),
    "jack_get_sample_rate": (c_uint32, [c_void_p]),
    "jack_get_buffer_size": (c_uint32, [c_void_p]),
    "jack_port_register": (
        c_void_p,
        [c_void_p, c_char_p, c_char_p, c_ulong, c_ulong],
    ),
    "jack_is_realtime": (c_int, [c_void_p]),
    "jack_set_process_callback": (c_int, [c_void_p, c_void_p, c_void_p]),
    "jack_set_xrun_callback": (c_int, [c_void_p, c_void_p, c_void_p]),
    "jack_activate": (c_int, [c_void_p]),
    "jack_deactivate": (c_int, [c_void_p]),
    "jack_port_by_name": (c_void_p, [c_void_p, c_char_p]),
    "jack_connect": (c_int, [c_void_p, c_char_p, c_char_p]),
    "jack_disconnect": (c_int, [c_void_p, c_char_p, c_char_p]),
    "jack_get_ports": (POINTER(c_char_p), [c_void_p, c_char_p, c_char_p, c_ulong]),
    "jack_free": (None, [c_void_p]),
    "jack_set_error_function": (None, [_SAYS]),
    "jack_set_info_function": (None, [_SAYS]),
}


def _ignore(_: bytes) -> None:
    """Say nothing: failures are told by return values."""


# JACK keeps the pointer, so the function must live as long as the program.
_say_nothing = _SAYS(_ignore)


def load_jack() -> ctypes.CDLL:
    """Load JACK's client library.

    Raises
    ------
    DeviceError
        If it is not installed.
    """
    name = ctypes.util.find_library("jack")
    if name is None:
        raise DeviceError("JACK is not installed here; run: sudo apt-get install jackd2")
    library = ctypes.CDLL(name)
    for function, (returns, takes) in _SIGNATURES.items():
        getattr(library, function).restype = returns
        getattr(library, function).argtypes = takes
    library.jack_set_error_function(_say_nothing)
    library.jack_set_info_function(_say_nothing)
    return library


def open_client(jack: ctypes.CDLL, name: str) -> int | None:
    """Join the running server under a name; none if no server runs."""
    client: int | None = jack.jack_client_open(name.encode(), _NO_START_SERVER, None)
    return client


@contextmanager
def running_jack(period_frames: int | None = None) -> Iterator[bool]:
    """See that a JACK server runs; true if it is one of our own, which ends with the block.

    Parameters
    ----------
    period_frames
        Frames a cycle; with a number one of our own is always started, without one only where
        none runs.

    Raises
    ------
    DeviceError
        If none can be used and none can be started.
    """
    jack = load_jack()
    if period_frames is None and _answers(jack):
        yield False
        return
    program = shutil.which("jackd")
    if program is None:
        raise DeviceError(
            "no JACK server runs and jackd is not installed; run: sudo apt-get install jackd2"
        )
    name = f"accompanist-{os.getpid()}"
    formerly = os.environ.get("JACK_DEFAULT_SERVER")
    urgency = ["-R", "-P", str(PRIORITY)] if may_be_urgent() else ["-r"]
    driver = ["-d", "dummy", "-r", str(SAMPLE_RATE), "-p", str(period_frames or PERIOD_FRAMES)]
    server = subprocess.Popen(
        [program, "-n", name, *urgency, *driver],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ["JACK_DEFAULT_SERVER"] = name
    try:
        _wait_for(jack, server)
        yield True
    finally:
        if formerly is None:
            del os.environ["JACK_DEFAULT_SERVER"]
        else:
            os.environ["JACK_DEFAULT_SERVER"] = formerly
        server.terminate()
        server.wait()


def may_be_urgent(priority: int = PRIORITY) -> bool:
    """Whether the system allows this program real-time priority."""
    if not hasattr(os, "sched_setscheduler"):
        return False
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    except OSError:
        return False
    os.sched_setscheduler(0, policy, parameters)
    return True


def _wait_for(jack: ctypes.CDLL, server: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + READY_WITHIN_S
    while not _answers(jack):
        if server.poll() is not None or time.monotonic() > deadline_s:
            raise DeviceError("jackd does not start here; start a JACK server first")
        time.sleep(0.02)


def _answers(jack: ctypes.CDLL) -> bool:
    client = open_client(jack, "accompanist-look")
    if client is not None:
        jack.jack_client_close(client)
    return client is not None
