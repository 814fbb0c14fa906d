"""A hold on a file lasts as long as its process, and not a moment longer."""

import subprocess
import sys

from accompanist.devices.hold import Hold, is_held

HOLDER = """
import sys
from pathlib import Path
from accompanist.devices.hold import Hold
hold = Hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_that_nobody_holds_is_free(tmp_path):
    assert not is_held(tmp_path / "alive")


def test_a_hold_is_seen_until_it_is_released(tmp_path):
    hold = Hold(tmp_path / "alive")
    assert is_held(tmp_path / "alive")
    hold.release()
    assert not is_held(tmp_path / "alive")


def test_a_killed_process_holds_nothing(tmp_path):
    words = [sys.executable, "-c", HOLDER, str(tmp_path / "alive")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert is_held(tmp_path / "alive")
        holder.kill()
    assert not is_held(tmp_path / "alive")


def test_several_may_hold_it_and_the_last_to_go_frees_it(tmp_path):
    holds = [Hold(tmp_path / "alive"), Hold(tmp_path / "alive")]
    holds[0].release()
    assert is_held(tmp_path / "alive")
    holds[1].release()
    assert not is_held(tmp_path / "alive")
