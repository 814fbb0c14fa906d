"""What a program and the processes that it started take of the machine."""

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from accompanist.music.errors import Refusal

_PROC = Path("/proc")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """Memory that is resident, open descriptors, and threads.

    The last two are 0 where the system does not tell.
    """

    memory_bytes: int
    descriptors: int
    threads: int


def taken_by(root: int) -> Taken:
    """What a process and its descendants take.

    Raises
    ------
    Refusal
        If the system has no `ps`.
    """
    try:
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal("soak asks ps for the memory in use; install it") from error
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {root}
    while more := {pid for pid, parent, _ in rows if parent in family} - family:
        family |= more
    memory = sum(kib for pid, _, kib in rows if pid in family)
    return Taken(
        memory * _KIB,
        sum(_entries(pid, "fd") for pid in family),
        sum(_entries(pid, "task") for pid in family),
    )


def _entries(pid: int, folder: str) -> int:
    with suppress(OSError):
        return sum(1 for _ in (_PROC / str(pid) / folder).iterdir())
    return 0
