"""What cannot be played: one sentence, exit code 2, and whatever stood there still stands."""

from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from accompanist.app.main import main
from accompanist.devices.band_file import write_band
from accompanist.inference import model
from tests.performances import two_hands

BEFORE = b"an earlier take"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Four bars of two hands."""
    path = tmp_path / "song.mid"
    write_band(path, two_hands("C:maj G:maj", bars=4), [], [])
    return path


@pytest.fixture
def band(tmp_path: Path) -> Path:
    """Where the band's answer should go, and an earlier one stands."""
    path = tmp_path / "band.mid"
    path.write_bytes(BEFORE)
    return path


def refused(capsys, *words: object) -> str:
    """The sentence that a command is refused with."""
    assert main([str(word) for word in words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("accompanist: ")
    assert said.count("\n") == 1
    return said


def without_notes(path: Path) -> None:
    file = mido.MidiFile()
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("track_name", name="silence")]))
    file.save(path)


def truncated(path: Path) -> None:
    write_band(path, two_hands("C:maj", bars=4), [], [])
    path.write_bytes(path.read_bytes()[:60])


def too_slow(path: Path) -> None:
    soundfile.write(path, np.zeros(4000), 4000)


def without_sound(path: Path) -> None:
    soundfile.write(path, np.zeros(0), 48000)


PERFORMANCES = {
    "missing.mid": lambda path: None,
    "empty.mid": lambda path: path.write_bytes(b""),
    "text.mid": lambda path: path.write_text("do re mi"),
    "truncated.mid": truncated,
    "silent.mid": without_notes,
    "folder.mid": lambda path: path.mkdir(),
    "empty.wav": lambda path: path.write_bytes(b""),
    "text.wav": lambda path: path.write_text("do re mi"),
    "folder.flac": lambda path: path.mkdir(),
    "silent.wav": without_sound,
    "slow.wav": too_slow,
}


@pytest.mark.parametrize("command", ["render", "listen"])
@pytest.mark.parametrize("name", PERFORMANCES)
def test_a_performance_that_cannot_be_heard_is_refused(command, name, tmp_path, band, capsys):
    performance = tmp_path / name
    PERFORMANCES[name](performance)
    option = "-o" if command == "render" else "--log"

    assert name in refused(capsys, command, performance, option, band)
    assert band.read_bytes() == BEFORE


def test_an_unknown_style_is_refused_with_the_known_ones(song, band, capsys):
    said = refused(capsys, "render", song, "-o", band, "--style", "polka")

    assert "'polka' is not a style" in said
    assert "waltz" in said
    assert band.read_bytes() == BEFORE


@pytest.mark.parametrize("option", ["-o", "--audio", "--log"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is(
    option, song, band, tmp_path, capsys
):
    outputs = {"-o": band, option: tmp_path / "absent" / "file"}
    words = [word for pair in outputs.items() for word in pair]

    assert "absent" in refused(capsys, "render", song, *words)
    assert band.read_bytes() == BEFORE


@pytest.mark.parametrize(
    "line",
    [
        "this is not JSON",
        '{"at_s": 1.0, "parameter": "/accompanist/reverb", "value": 1}',
        '{"at_s": 1.0, "parameter": "/accompanist/style", "value": "polka"}',
        '{"at_s": "soon", "parameter": "/accompanist/bass/mute", "value": 1}',
    ],
)
def test_controls_that_make_no_sense_are_refused(line, song, band, tmp_path, capsys):
    controls = tmp_path / "controls.jsonl"
    controls.write_text(f"{line}\n")

    assert "controls.jsonl" in refused(capsys, "render", song, "-o", band, "--controls", controls)
    assert band.read_bytes() == BEFORE


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"noise")])
@pytest.mark.parametrize("name", ["drums.onnx", "drums.toml", "bass.onnx", "harmony.onnx"])
def test_a_damaged_or_missing_model_is_refused(
    name, harm, song, band, tmp_path, capsys, monkeypatch
):
    folder = tmp_path / "models"
    folder.mkdir()
    for path in model.models_directory().iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    harm(folder / name)
    monkeypatch.setattr(model, "models_directory", lambda: folder)

    assert "reinstall it" in refused(capsys, "render", song, "-o", band)
    assert band.read_bytes() == BEFORE


@pytest.mark.parametrize("option", ["--midi-in", "--midi-out"])
def test_an_unknown_port_is_refused(option, capfd, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-started-this-one")
    monkeypatch.setattr("accompanist.app.play.warm_if_cold", lambda: None)

    refused(capfd, "play", "--synth", "none", "--osc-in", "0", option, "Nobody's keyboard")
    assert list(tmp_path.iterdir()) == []


def test_a_chord_table_that_makes_no_sense_is_refused(capsys, song, band):
    table = song.with_name("chords.toml")
    table.write_text("fourths = [5, 10]")
    said = refused(capsys, "render", song, "-o", band, "--chords", table)
    assert "no root" in said
    assert band.read_bytes() == BEFORE
    assert "no root" in refused(capsys, "listen", song, "--chords", table)
    assert "no root" in refused(capsys, "play", "--chords", table)
