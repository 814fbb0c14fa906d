"""The bench of listening runs from the command line, and writes what it prints."""

import sys

import pytest

from tests.training.benches import runner
from tests.training.clicks import write_clicks, write_peers
from tests.training.tiny import write_songs


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Run the bench with these words; return its exit code and the JSON it wrote."""
    return runner("listening", "-o", monkeypatch, tmp_path / "out.json")


def test_stress_is_measured_with_intervals_and_drawn(bench, tmp_path, capsys) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    picture = tmp_path / "phase.png"
    words = ("--sets", "stress", "--listeners", "metronome", "--seeds", 1, "--figure", picture)
    code, written = bench(*words)
    stress = written["sets"]["stress"]["metronome"]
    assert code == 0
    assert stress["pieces"]["steady_120 0"]["FOLLOW"] == 1.0
    low, high = stress["interval"]["F_sound"]
    assert low <= stress["mean"]["F_sound"] <= high
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert "FOLLOW" in capsys.readouterr().out


def test_a_recorded_set_is_measured_from_its_folder(bench, tmp_path) -> None:
    write_songs(tmp_path)
    words = ("--sets", "pop909", "--data", tmp_path, "--listeners", "metronome", "intervals")
    code, written = bench(*words, "--seconds", 15)
    assert code == 0
    assert set(written["sets"]["pop909"]) == {"metronome", "intervals"}
    assert list(written["sets"]["pop909"]["metronome"]["pieces"]) == ["003"]


def test_our_listener_is_held_against_its_targets(bench, capsys) -> None:
    code, written = bench("--sets", "noise", "--listeners", "accompanist", "--seeds", 1)
    assert code == 0
    (verdict,) = written["targets"]
    assert (verdict["set"], verdict["figure"]) == ("noise", "false starts")
    assert "targets" in capsys.readouterr().out


def test_missing_data_end_with_a_sentence(bench, tmp_path, capsys) -> None:
    code, _ = bench("--sets", "wjd", "--data", tmp_path, "--listeners", "metronome")
    assert code == 2
    assert "wjd.csv is missing" in capsys.readouterr().err


def test_recorded_sets_without_a_folder_are_refused(bench, capsys) -> None:
    with pytest.raises(SystemExit):
        bench("--sets", "wjd")
    assert "--data" in capsys.readouterr().err


def test_sound_is_measured_beside_peers_of_another_environment(
    bench, tmp_path, monkeypatch, capsys
) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    write_clicks(tmp_path / "pieces", "clicks", 20)
    monkeypatch.setattr(sys.modules["bench_listening"], "PEERS_SCRIPT", write_peers(tmp_path))
    words = ("--recordings", tmp_path / "pieces", "--sound-peers", sys.executable)
    code, written = bench(*words, "--listeners", "accompanist", "--figure", tmp_path / "phase.png")
    assert code == 0
    heard = written["sets"]["recordings"]
    assert list(heard) == ["accompanist", "late", "madmom (offline)"]
    assert heard["late"]["pieces"]["clicks"]["F_sound"] == 1.0
    assert "recordings: F_sound" in capsys.readouterr().out
    targets = {verdict["figure"] for verdict in written["targets"]}
    assert {"F_sound", "worst case ahead of causal peers", "cost"} <= targets
    assert (tmp_path / "phase-recordings.png").exists()


def test_without_an_environment_of_peers_they_are_left_out(bench, tmp_path, capsys) -> None:
    write_clicks(tmp_path / "pieces", "clicks", 4, style="drums")
    code, written = bench("--rendered", tmp_path / "pieces", "--listeners", "told")
    assert code == 0
    assert list(written["sets"]) == ["rendered"]
    assert "left out; name their python with --sound-peers" in capsys.readouterr().out


def test_a_set_of_sound_without_its_folder_is_refused(bench, capsys) -> None:
    with pytest.raises(SystemExit):
        bench("--sets", "rendered")
    assert "needs --rendered" in capsys.readouterr().err
