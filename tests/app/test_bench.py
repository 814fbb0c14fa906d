"""The bench measures through real JACK ports, beside its floors."""

import json

import pytest

from accompanist.app.bench import measure, table
from accompanist.app.main import main
from accompanist.devices.clock import SystemClock
from accompanist.devices.midi_port import MidiOutput

MEASURES = {"reaction", "reaction_floor", "lateness", "lateness_floor"}


@pytest.fixture(scope="module")
def figures(jack_server):
    return measure(1.0)


def test_everything_is_measured_beside_its_floor(figures):
    assert set(figures["measures"]) == MEASURES
    assert all(measure["n"] >= 50 for measure in figures["measures"].values())


def test_hardly_a_note_is_lost_even_where_jack_misses_a_cycle(figures):
    for measure_ in figures["measures"].values():
        assert measure_["lost"] <= 0.1 * measure_["n"]


def test_the_reaction_waits_longer_than_its_floor(figures):
    measures = figures["measures"]
    assert measures["reaction"]["p50_us"] > measures["reaction_floor"]["p50_us"]
    assert measures["reaction"]["ratio"] > 1


def test_percentiles_rise(figures):
    for measure_ in figures["measures"].values():
        assert (
            measure_["p50_us"] <= measure_["p99_us"] <= measure_["p99_9_us"] <= measure_["max_us"]
        )


def test_the_table_has_a_line_for_every_measure(figures):
    lines = table(figures).splitlines()
    assert len(lines) == 2 + len(MEASURES)
    assert "period 256 frames = 5333 µs" in lines[0]


def test_a_band_that_plays_is_not_disturbed(jack_server, capsys):
    output = MidiOutput(None, SystemClock(), jack=True)
    assert main(["bench", "--seconds", "1"]) == 2
    assert "the band is playing on this JACK server" in capsys.readouterr().err
    output.close()


def test_figures_are_written_as_json(jack_server, tmp_path, capsys):
    path = tmp_path / "bench.json"
    assert main(["bench", "--seconds", "0.5", "--json", str(path)]) == 0
    assert set(json.loads(path.read_text())["measures"]) == MEASURES
    assert "MIDI in → MIDI out" in capsys.readouterr().out


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "1e9"])
def test_no_such_duration(seconds, capsys):
    assert main(["bench", "--seconds", seconds]) == 2
    assert "--seconds must lie between" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_refused_before_measuring(tmp_path, capsys):
    assert main(["bench", "--json", str(tmp_path / "nowhere" / "b.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err
