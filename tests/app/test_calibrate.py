"""Calibration: measured through a real loop, or told; kept by name, shown, and forgotten."""

import json
from pathlib import Path

import pytest

from accompanist.app.main import main
from accompanist.devices import compensation
from accompanist.devices.compensation import calibrations, compensation_for, keep
from accompanist.devices.jack_probe import NativeClient


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch) -> Path:
    """An empty folder for settings."""
    folder = tmp_path / "settings"
    monkeypatch.setattr(compensation, "settings_folder", lambda: folder)
    return folder


@pytest.fixture
def device(jack_server):
    """A synth that gives back what it is played, a period later: its ports are in and out."""
    client = NativeClient("device", "answer", ["in"], ["out"])
    yield client
    client.close()


def told(capsys, *words: object) -> str:
    """What a calibration that succeeds prints."""
    assert main(["calibrate", *map(str, words)]) == 0
    return capsys.readouterr().out


def refused(capsys, *words: object) -> str:
    """The sentence that a calibration is refused with."""
    assert main(["calibrate", *map(str, words)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("accompanist: ")
    return said


def test_a_real_loop_gives_each_end_half_of_what_it_takes(device, jack_server, capsys):
    facts = json.loads(told(capsys, "--loopback", "device:in:device:out", "--json"))

    period_ms = 1000 * jack_server.period_frames / jack_server.sample_rate
    assert (facts["out"], facts["in"], facts["through"]) == ("device:in", "device:out", "JACK")
    assert facts["p50_ms"] == pytest.approx(period_ms, abs=0.5)
    half = pytest.approx(facts["p50_ms"] / 2000, abs=1e-6)
    assert compensation_for("device:out") == (half, 0.0)
    assert compensation_for("device:in") == (0.0, half)


def test_nothing_that_comes_back_is_refused_and_nothing_is_kept(jack_server, capsys):
    deaf = NativeClient("deaf", "listen", ["in"])
    mute = NativeClient("mute", "play", (), ["out"])
    try:
        said = refused(capsys, "--loopback", "deaf:in:mute:out")
    finally:
        deaf.close()
        mute.close()

    assert "nothing sent to deaf:in came back at mute:out" in said
    assert calibrations() == {}


def test_what_is_told_is_kept_and_shown(capsys):
    told(capsys, "--set", "Keystation", 2.5, 0)

    assert compensation_for("Keystation") == (0.0025, 0.0)
    assert told(capsys, "--show") == "Keystation: 2.50 ms to hear, 0.00 ms to sound\n"


def test_facts_come_as_json_with_their_file(capsys):
    keep({"Keystation": compensation.Compensation(0.0025, 0.0)})

    facts = json.loads(told(capsys, "--show", "--json"))

    assert facts["devices"] == {"Keystation": {"input_ms": 2.5, "output_ms": 0.0}}
    assert facts["file"] == str(compensation.calibration_file())


def test_what_is_forgotten_is_gone(capsys):
    told(capsys, "--set", "Keystation", 2.5, 0)

    said = told(capsys, "--forget", "Keystation")

    assert said == "no device is calibrated: each is taken to hear and to sound at once\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--forget", "organ"], "'organ' is not calibrated; calibrated are: none"),
        (["--set", "organ", "soon", 0], "'soon' is no number of milliseconds"),
        (["--set", "organ", 0, -1], "-1 ms is no latency of 'organ'; give 0 to 1000 ms"),
        (["--set", "organ", "nan", 0], "nan ms is no latency"),
        (["--loopback", "organ"], "--loopback needs two names"),
        (["--loopback", "no such organ:no such keys"], "no such organ"),
    ],
)
def test_what_makes_no_sense_is_refused(jack_server, words, sentence, capsys):
    assert sentence in refused(capsys, *words)
    assert calibrations() == {}


@pytest.mark.parametrize("words", [[], ["--show", "--forget", "organ"], ["--set", "organ", "1"]])
def test_words_that_do_not_go_together_end_with_exit_code_2(words):
    assert main(["calibrate", *words]) == 2


def test_a_damaged_file_is_refused_before_anything_is_measured(settings, capsys):
    settings.mkdir()
    compensation.calibration_file().write_text("damaged")

    assert "mend or delete it" in refused(capsys, "--show")
