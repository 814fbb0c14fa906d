"""What bench refuses: one sentence, exit code 2, before anything is started."""

import sys

import pytest

from accompanist.app.main import main


def refused(capsys, *words: str) -> str:
    assert main(["bench", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("accompanist: ")
    assert said.count("\n") == 1
    return said


def test_what_nobody_can_measure_is_refused_with_what_can_be(capsys):
    said = refused(capsys, "latency", "charm")

    assert "does not know 'charm'; it knows latency, jitter" in said


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e9"])
def test_no_such_duration(seconds, capsys):
    assert "--seconds must lie between" in refused(capsys, "--seconds", seconds)


@pytest.mark.parametrize("minutes", ["0", "-3", "nan", "1e9"])
def test_no_such_evening(minutes, capsys):
    assert "--minutes must lie between" in refused(capsys, "soak", "--minutes", minutes)


def test_no_such_period(capsys):
    assert "--period must be one of 32, 64, 128" in refused(capsys, "--period", "100")


def test_a_loopback_needs_two_names(capsys):
    assert 'needs two names: "OUT:IN"' in refused(capsys, "--loopback", "Keystation")


def test_a_loopback_is_measured_alone(capsys):
    assert "leave the other words out" in refused(capsys, "jitter", "--loopback", "a:b")


def test_a_file_that_cannot_be_written_is_refused_before_measuring(tmp_path, capsys):
    for option in ("--json", "--plot"):
        assert "cannot be written" in refused(capsys, option, str(tmp_path / "nowhere" / "b"))


def test_a_report_that_is_not_there_is_refused(tmp_path, capsys):
    assert "cannot be read" in refused(capsys, "--compare", str(tmp_path / "old.json"))


@pytest.mark.parametrize("text", ["", "not JSON", "{}", '{"schema": 1, "lines": []}', "[1, 2]"])
def test_what_is_no_report_is_refused(text, tmp_path, capsys):
    path = tmp_path / "old.json"
    path.write_text(text)

    assert "is no report of bench --json" in refused(capsys, "--compare", str(path))


def test_without_matplotlib_there_is_no_picture(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    said = refused(capsys, "--plot", str(tmp_path / "bench.png"))
    assert "run: pip install matplotlib" in said
    assert list(tmp_path.iterdir()) == []
