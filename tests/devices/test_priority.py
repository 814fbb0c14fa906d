"""What a process that must never be late is granted: asked for here, and given back."""

import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accompanist.devices import priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its rights")

GET_TIMER_SLACK = 30

needs_rights = pytest.mark.skipif(os.geteuid() != 0, reason="needs rights that not everyone has")


def locked_kb() -> int:
    """Memory of this process that stays in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmLck")).split()[1])


def timer_slack_ns() -> int:
    return ctypes.CDLL(None).prctl(GET_TIMER_SLACK, 0, 0, 0, 0)


@needs_rights
def test_everything_is_granted_where_everything_is_allowed():
    with priority.trial(60) as granted:
        assert granted == priority.Granted(60, True, ())
        assert os.sched_getscheduler(0) == os.SCHED_FIFO
        assert os.sched_getparam(0).sched_priority == 60
        assert locked_kb() > 0
        assert timer_slack_ns() <= 1
        assert gc.get_freeze_count() > 0


def test_a_trial_leaves_everything_as_it_was():
    before = os.sched_getscheduler(0), os.sched_getparam(0), locked_kb(), timer_slack_ns()

    with priority.trial():
        pass

    assert (os.sched_getscheduler(0), os.sched_getparam(0), locked_kb(), timer_slack_ns()) == before
    assert gc.get_freeze_count() == 0


@needs_rights
def test_what_is_refused_is_told_with_its_remedy_and_the_rest_is_done():
    script = (
        "import os, resource\n"
        "from accompanist.devices import priority\n"
        "resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))\n"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "granted = priority.claim()\n"
        "print(granted.priority, granted.memory_locked, *granted.refused, sep='\\n')"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert said[:2] == ["0", "False"]
    assert [sentence.split(";")[0] for sentence in said[2:]] == [
        "real-time priority refused",
        "locking memory refused",
    ]
    assert all("limits.d" in sentence for sentence in said[2:])


def test_a_system_that_is_not_asked_is_told_so(monkeypatch):
    monkeypatch.setattr(priority, "IS_ASKED", False)

    with priority.trial() as granted:
        assert (granted.priority, granted.memory_locked) == (0, False)
        assert len(granted.refused) == 1
