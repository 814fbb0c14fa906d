"""Checks of the machine itself: what the system allows a program that must never be late.

Real-time rights are found out by asking for them, since limits alone don't tell: containers and
capabilities grant or refuse them beside the limits.
"""

import os
import platform
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from accompanist.app.called import called, installing
from accompanist.app.finding import ATTENTION, OK, UNTESTED, Finding
from accompanist.devices.priority import IS_ASKED, REMEDY, trial
from accompanist.dsp import kept

LIBRARIES = (
    "numpy",
    "numba",
    "onnxruntime",
    "mido",
    "python-rtmidi",
    "sounddevice",
    "soundfile",
    "tomlkit",
    "websockets",
    "py2tosc",
    "zeroconf",
)
WITHOUT_WHEELS_EVERYWHERE = ("pyliblo3",)
"""Libraries that the band does without where they cannot be had."""

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def python() -> Finding:
    """Which Python runs, on what system."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    fact = f"{platform.python_version()} on {system}"
    if sys.platform == "linux":
        return Finding("Python", OK, fact)
    return Finding(
        "Python", UNTESTED, fact, "tests run on Linux alone; please report what differs here"
    )


def libraries() -> Finding:
    """Versions of the libraries that the band stands on."""
    found: list[str] = []
    missing: list[str] = []
    for name in (*LIBRARIES, *WITHOUT_WHEELS_EVERYWHERE):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing += [name] if name in LIBRARIES else []
    if missing:
        return Finding(
            "libraries",
            ATTENTION,
            f"{', '.join(missing)} missing",
            f"run: {installing(*missing)}",
        )
    return Finding("libraries", OK, ", ".join(found))


def rights() -> tuple[Finding, Finding]:
    """Whether output may have priority, and its memory stay: asked for as ``play`` asks."""
    if not IS_ASKED:
        return (
            Finding("priority", UNTESTED, "not asked on this system", "listen for late notes"),
            Finding("memory", UNTESTED, "not asked on this system", "leave memory free"),
        )
    with trial() as granted:
        pass
    return (
        Finding("priority", OK, "real-time priority allowed")
        if granted.priority
        else Finding("priority", ATTENTION, "real-time priority refused", REMEDY),
        Finding("memory", OK, "memory may be locked")
        if granted.memory_locked
        else Finding("memory", ATTENTION, "locking memory refused", REMEDY),
    )


def governor(path: Path = GOVERNOR) -> Finding:
    """Whether the processor waits to speed up until it is busy, which makes short work late."""
    try:
        name = path.read_text(encoding="ascii").strip()
    except OSError:
        return Finding("processor", OK, f"{os.cpu_count()} cores, speed not ours to see")
    fact = f"{os.cpu_count()} cores, governor {name}"
    if name == "performance":
        return Finding("processor", OK, fact)
    return Finding("processor", ATTENTION, fact, "run: sudo cpupower frequency-set -g performance")


def compiled_code() -> Finding:
    """Whether machine code is kept from one start to the next, and whether it is all there."""
    folder = kept.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return Finding(
            "compiled code",
            ATTENTION,
            f"{folder} cannot be written, so a start may have to compile anew",
            f"set {kept.VARIABLE} to a folder of yours",
        )
    if kept.is_complete():
        return Finding("compiled code", OK, f"complete, in {folder}")
    return Finding(
        "compiled code",
        ATTENTION,
        f"not complete in {folder}, so the next start takes longer",
        f"run: {called('doctor --warm')}",
    )
