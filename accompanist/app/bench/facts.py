"""What was measured on: the machine, its libraries, and the JACK server."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from accompanist import __version__
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import may_be_urgent

_LIBRARIES = ("numpy", "numba", "onnxruntime", "python-rtmidi", "sounddevice")
_CPU = Path("/proc/cpuinfo")


def machine_facts() -> dict[str, Any]:
    """Facts of the machine; `sentences` says them to the player."""
    cores = os.cpu_count() or 1
    processor = _processor()
    urgent = may_be_urgent()
    granted = "granted" if urgent else "REFUSED (see accompanist doctor): expect late notes"
    load = f"; busy with {os.getloadavg()[0]:.1f} of {cores}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return {
        "accompanist": __version__,
        "system": system,
        "processor": processor,
        "cores": cores,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "real_time_priority": urgent,
        "sentences": [
            f"accompanist {__version__} on {processor}, {cores} cores, {system}{load}",
            f"real-time priority {granted}",
        ],
    }


def server_facts(client: NativeClient, *, is_own: bool) -> dict[str, Any]:
    """Facts of the JACK server, with a sentence that says them."""
    rate, period = client.sample_rate, client.period_frames
    whose = "one of our own, without a sound card" if is_own else "the one that runs"
    manner = "real-time" if client.is_realtime else "NOT real-time"
    sentence = (
        f"JACK: {whose}, {manner}; "
        f"period {period} frames at {rate} Hz = {1000 * period / rate:.2f} ms"
    )
    return {
        "is_own": is_own,
        "sample_rate": rate,
        "period_frames": period,
        "is_realtime": client.is_realtime,
        "sentence": sentence,
    }


def _processor() -> str:
    try:
        lines = _CPU.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unnamed processor"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
