"""What the callbacks became: code that cannot raise, allocate, wait or enter the interpreter.

An error in a callback would take the interpreter's lock in the sound server's own thread. numba
adds a frame that does so to every callback; it runs only if a function beneath it says that it
failed, so those functions are inspected: none may hold an exception, or call anything that isn't
known to return at once.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import carray, cfunc, njit, types

from accompanist.dsp.native import sleep_until

REPOSITORY = Path(__file__).resolve().parent.parent.parent

SIGNATURE = types.int32(types.uint32, types.voidptr)

RETURNS_AT_ONCE = {
    "clock_gettime": "reads a page that the kernel shares",
    "memcpy": "of sizes that are bounded",
    "memset": "of sizes that are bounded",
    "memmove": "of sizes that are bounded",
    "NRT_incref": "of the callback's own memory, which isn't counted",
    "NRT_decref": "of the callback's own memory, which isn't counted",
    "NRT_MemInfo_call_dtor": "of counted memory, which a callback has none of",
    "jack_port_get_buffer": "made for the process callback",
    "jack_midi_clear_buffer": "made for the process callback",
    "jack_midi_event_get": "made for the process callback",
    "jack_midi_event_reserve": "made for the process callback",
    "jack_midi_event_write": "made for the process callback",
    "jack_midi_get_event_count": "made for the process callback",
    "jack_midi_max_event_size": "made for the process callback",
    "jack_last_frame_time": "made for the process callback",
    **dict.fromkeys(
        ("sin", "cos", "tan", "tanh", "exp", "exp2", "log", "log2", "log10", "pow", "floor"),
        "arithmetic",
    ),
    **dict.fromkeys(("ceil", "fmod", "rint", "round", "sqrt", "ldexp"), "arithmetic"),
}
"""Everything outside that a callback may call, and why."""

FRAME = "cfunc."
"""How numba calls what it puts around a callback."""

EXCEPTION = "picklebuf"
"""What a function refers to that may raise."""

LATE_ON_PURPOSE = {"accompanist.dsp.jack_kernels._doze": "clock_nanosleep"}
"""What bench makes a server late with."""


def breaches(code: str) -> list[str]:
    """Sentences about everything in LLVM assembly that a callback must not do."""
    functions = {
        match.group(1): text
        for text in re.split(r"(?m)^(?=define )", code)
        if (match := re.match(r"define .*?@\"?([\w.$]+)\"?\(", text))
    }
    found = [f"{name} may raise" for name, text in functions.items() if EXCEPTION in text]
    for name, text in functions.items():
        if name.startswith(FRAME):
            continue
        called = set(re.findall(r"\bcall [^\n]*?[@%]\"?([\w.$]+)\"?\(", text))
        outside = {other for other in called - set(functions) if not other.startswith("llvm.")}
        found += [f"{name} calls {other}" for other in sorted(outside - set(RETURNS_AT_ONCE))]
    return found


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> dict[str, str]:
    """Every callback's code by name, compiled anew."""
    kept = tmp_path_factory.mktemp("compiled")
    result = subprocess.run(
        [sys.executable, "-m", "tests.dsp.callbacks"],
        cwd=REPOSITORY,
        env={**os.environ, "NUMBA_CACHE_DIR": str(kept)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    code: dict[str, str] = json.loads(result.stdout)
    return code


def test_no_callback_can_raise_allocate_wait_or_enter_the_interpreter(compiled):
    found = [
        f"{name}: {breach}"
        for name, code in compiled.items()
        for breach in breaches(code)
        if not breach.endswith(f" calls {LATE_ON_PURPOSE.get(name)}")
    ]

    assert found == []


def test_the_callbacks_of_audio_and_midi_are_among_those_inspected(compiled):
    rooms = {name.rpartition(".")[0] for name in compiled}

    assert len(compiled) > len(rooms)
    assert rooms >= {"accompanist.dsp.stream", "accompanist.dsp.jack_midi"}


def test_a_callback_that_allocates_is_caught():
    @cfunc(SIGNATURE, error_model="numpy")
    def greedy(frames, place):
        carray(place, (1,), np.float64)[0] = np.zeros(frames).sum()
        return 0

    assert any("NRT_MemInfo_alloc" in breach for breach in breaches(greedy.inspect_llvm()))


def test_a_callback_whose_kernel_raises_is_caught():
    @njit(error_model="numpy")
    def half(number):
        if number % 2:
            raise ValueError
        return number // 2

    @cfunc(SIGNATURE, error_model="numpy")
    def strict(frames, place):
        return half(frames)

    assert any("raise" in breach for breach in breaches(strict.inspect_llvm()))


def test_a_callback_that_divides_as_python_does_is_caught():
    @cfunc(SIGNATURE)
    def dividing(frames, place):
        words = carray(place, (2,), np.int64)
        return words[0] // words[1]

    assert any("raise" in breach for breach in breaches(dividing.inspect_llvm()))


def test_a_callback_that_sleeps_is_caught():
    @cfunc(SIGNATURE, error_model="numpy")
    def sleepy(frames, place):
        sleep_until(carray(place, (1,), np.int64)[0])
        return 0

    # Kept code names what it calls; code compiled now holds the system's call itself.
    assert breaches(sleepy.inspect_llvm()) != []


def test_a_callback_that_only_counts_is_fine():
    @cfunc(SIGNATURE, error_model="numpy")
    def counting(frames, place):
        carray(place, (1,), np.int64)[0] += frames
        return 0

    assert breaches(counting.inspect_llvm()) == []
