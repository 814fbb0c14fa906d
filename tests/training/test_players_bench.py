"""The bench of players runs from the command line, and writes what it prints."""

import pytest

from tests.training.benches import runner
from tests.training.tiny import torch_or_skip, write_charts, write_groove, write_songs

torch_or_skip()


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Run the bench with these words; return its exit code and the JSON it wrote."""
    return runner("players", "--json", monkeypatch, tmp_path / "out.json")


def test_songs_are_played_to_and_drawn_with_three_seeds(bench, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    write_songs(tmp_path)
    write_groove(tmp_path)
    words = ("--data", tmp_path, "--seconds", 16, "--figure", tmp_path / "rolls")
    code, written = bench("--parts", "harmony", "bass", *words)
    assert code == 0
    table = written["tables"]["harmony, melody and piano"]
    assert {"human", "model", "understudy", "Markov of order 3"} <= set(table)
    assert table["human"]["pieces"]["003"]["NiC"] == 1.0
    assert "push recovery, beats" in table["model"]["mean"]
    assert written["targets"]
    assert "perplexity of the coming chord" in capsys.readouterr().out
    pictures = sorted(path.name for path in (tmp_path / "rolls").iterdir())
    assert pictures == ["003-both.png", "003-melody.png"]
    assert (tmp_path / "rolls" / "003-both.png").read_bytes()[:4] == b"\x89PNG"


def test_grooves_and_walking_lines_are_measured(bench, tmp_path):
    write_groove(tmp_path)
    write_charts(tmp_path)
    rows = (tmp_path / "wjd" / "wjd_annotated_beat_tracks.csv").read_text().splitlines()
    walking = [
        rows[0] + ",bass",
        *(f"{row},{36 + place % 5}" for place, row in enumerate(rows[1:])),
    ]
    (tmp_path / "wjd" / "wjd_annotated_beat_tracks.csv").write_text("\n".join(walking) + "\n")
    code, written = bench("--parts", "drums", "walking", "--data", tmp_path)
    assert code == 0
    assert written["tables"]["drums"]["copy of the bar before"]["mean"]["F1 of the next bar"] == 1.0
    assert written["tables"]["drums"]["human"]["mean"]["adjacent bars alike"] > 0.99
    assert written["tables"]["walking in swing"]["human"]["mean"]["notes per beat"] == 1.0


def test_dynamics_need_no_data_and_set_the_model_beside_its_understudy(bench):
    code, written = bench("--parts", "dynamics", "--seeds", 1)
    assert code == 0
    table = written["tables"]["dynamics and space"]
    for who in ("model", "understudy"):
        assert "louder: share of the step" in table[who]["mean"]


def test_cost_needs_no_data_and_stands_beside_its_floor(bench):
    code, written = bench("--parts", "cost")
    assert code == 0
    cost = written["tables"]["cost"]
    floor, model = (cost[who]["mean"]["a frame p50"] for who in ("networks alone", "model"))
    assert 0.0 < floor < model


def test_missing_data_end_with_a_sentence(bench, tmp_path, capsys):
    code, written = bench("--parts", "harmony", "--data", tmp_path)
    assert (code, written) == (2, None)
    assert "splits" in capsys.readouterr().err


def test_parts_that_need_data_say_so(bench, capsys):
    with pytest.raises(SystemExit):
        bench("--parts", "harmony")
    assert "--data" in capsys.readouterr().err
