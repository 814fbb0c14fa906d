"""Runs a synth program in a process group of its own, until it has said that it is ready."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import poll, program

PATCHES = Path(__file__).parents[2] / "patches"


@contextmanager
def running(
    command: list[str], package: str, environment: dict[str, str], log: Path, ready: str = ""
) -> Iterator[subprocess.Popen]:
    """Run `command` while the block lasts, once its output holds `ready`; then end it whole."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program(command[0], package), *command[1:]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        poll(lambda: ready in log.read_text(errors="replace"), 60.0, f"{command[0]}: {ready!r}")
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
