"""A file that grows is whole at every moment, whatever the disk refuses and whoever removes it."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.errors import DeviceError
from accompanist.devices.growing import GrowingFile, cut_to_whole_lines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits files as Linux does")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_what_is_written_stands_there_at_once(tmp_path):
    file = GrowingFile(tmp_path / "log")
    file.append(b"one\n")
    assert (tmp_path / "log").read_bytes() == b"one\n"


def test_it_goes_on_where_it_ended(tmp_path):
    (tmp_path / "log").write_bytes(b"one\n")
    file = GrowingFile(tmp_path / "log", goes_on=True)
    file.append(b"two\n")
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\n"


def test_what_stands_there_is_never_begun_anew(tmp_path):
    (tmp_path / "log").write_bytes(b"one\n")
    with pytest.raises(DeviceError, match="file exists"):
        GrowingFile(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b"one\n"


def test_a_process_that_is_killed_leaves_everything_it_wrote(tmp_path):
    writer = f"""
import os, signal, sys
from pathlib import Path
from accompanist.devices.growing import GrowingFile
file = GrowingFile(Path({str(tmp_path / "log")!r}))
for number in range(100):
    file.append(f"line {{number}}\\n".encode())
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", writer]).returncode == -signal.SIGKILL
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == [f"line {number}" for number in range(100)]


def test_what_a_full_disk_takes_half_of_is_taken_off_again_and_counted(tmp_path):
    file = GrowingFile(tmp_path / "log")
    with room_for(10):
        assert file.append(b"12345\n")
        assert not file.append(b"67890\n")
        assert file.refusal == "file too large"
    assert (tmp_path / "log").read_bytes() == b"12345\n"
    assert file.lost == 1


def test_a_disk_that_has_room_again_is_written_to(tmp_path):
    file = GrowingFile(tmp_path / "log")
    with room_for(10):
        file.append(b"1234567890\n")
    assert file.append(b"again\n")
    assert file.refusal is None
    assert (tmp_path / "log").read_bytes() == b"again\n"


def test_a_disk_that_refuses_everything_raises_nothing():
    file = GrowingFile(Path("/dev/full"), goes_on=True)
    assert not file.append(b"one\n")
    assert "no space left" in file.refusal


def test_a_file_that_is_removed_is_noticed_and_what_follows_is_lost(tmp_path):
    file = GrowingFile(tmp_path / "log")
    (tmp_path / "log").unlink()
    file.settle()
    assert file.refusal == "it was removed"
    assert not file.append(b"one\n")
    assert file.lost == 1


@given(st.lists(st.binary().map(lambda text: text.replace(b"\n", b"") + b"\n")), st.binary())
def test_only_a_last_line_that_was_not_ended_is_cut_off(tmp_path_factory, whole, begun):
    path = tmp_path_factory.mktemp("log") / "log"
    path.write_bytes(b"".join(whole) + begun.replace(b"\n", b""))
    cut_to_whole_lines(path)
    assert path.read_bytes() == b"".join(whole)


def test_a_last_line_is_cut_off_however_long_it_is(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"whole\n" + b"x" * 200_000)
    cut_to_whole_lines(path)
    assert path.read_bytes() == b"whole\n"
