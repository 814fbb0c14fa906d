"""A recorded performance is rendered whole, the same every time, and never written over."""

import json
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from accompanist.app.main import main
from accompanist.devices.band_file import write_band
from tests.performances import two_hands

BARS = 8


@pytest.fixture(scope="module")
def performance(tmp_path_factory) -> Path:
    """Eight bars of a loop as a MIDI file."""
    path = tmp_path_factory.mktemp("performance") / "song.mid"
    write_band(path, two_hands("C:maj A:min F:maj G:maj", BARS, tempo_bpm=100.0), ())
    return path


def rendered(performance: Path, folder: Path, *words: str) -> dict[str, Path]:
    files = {ending: folder / f"band.{ending}" for ending in ("mid", "wav", "jsonl")}
    outputs = ["-o", files["mid"], "--audio", files["wav"], "--log", files["jsonl"]]
    assert main([str(word) for word in ("render", performance, *outputs, *words)]) == 0
    return files


@pytest.fixture(scope="module")
def files(performance, tmp_path_factory) -> dict[str, Path]:
    return rendered(performance, tmp_path_factory.mktemp("band"))


def test_the_same_performance_gives_the_same_bytes(performance, files, tmp_path):
    again = rendered(performance, tmp_path)
    assert all(again[ending].read_bytes() == files[ending].read_bytes() for ending in files)


def test_another_style_gives_another_band(performance, files, tmp_path):
    again = rendered(performance, tmp_path, "--style", "jazz")
    assert again["mid"].read_bytes() != files["mid"].read_bytes()


def test_the_performer_comes_first_and_drums_are_on_channel_ten(files):
    tracks = mido.MidiFile(files["mid"]).tracks
    assert [track.name for track in tracks] == ["Performer", "Drums", "Bass", "Harmony"]
    assert {message.channel for message in tracks[1] if message.type == "note_on"} == {9}
    assert all(any(message.type == "note_on" for message in track) for track in tracks)


def test_the_sound_lasts_from_the_first_note_to_the_ending(files):
    sound = soundfile.info(files["wav"])
    assert sound.duration > BARS * 4 * 60 / 100.0 + 4 * 4 * 60 / 100.0
    assert sound.channels == 2


def test_a_recorded_controller_steers_where_its_map_is_asked_for(performance, tmp_path):
    song = mido.MidiFile(performance)
    song.tracks[0].insert(0, mido.Message("control_change", control=48, value=127))
    song.save(tmp_path / "steered.mid")
    words = ["render", tmp_path / "steered.mid", "-o", tmp_path / "band.mid"]
    words += ["--log", tmp_path / "band.jsonl", "--controller", "nanokontrol2"]
    assert main([str(word) for word in words]) == 0
    log = [json.loads(line) for line in (tmp_path / "band.jsonl").read_text().splitlines()]
    turned = [(line["parameter"], line["value"]) for line in log if line.get("from") == "midi"]
    assert turned == [("/accompanist/drums/mute", 1)]
    assert not [line for line in log if line["kind"] == "note" and line["part"] == "drums"]


def test_controls_are_turned_when_the_file_says(performance, tmp_path):
    controls = tmp_path / "controls.jsonl"
    controls.write_text('{"at_s": 0, "parameter": "/accompanist/drums/mute", "value": 1}\n')
    log = rendered(performance, tmp_path, "--controls", str(controls))["jsonl"]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {"parameter": "/accompanist/drums/mute", "value": 1, "from": "file"}.items() <= next(
        line for line in lines if line["kind"] == "control"
    ).items()
    assert {line["part"] for line in lines if line["kind"] == "note"} == {"bass", "harmony"}


def test_a_performance_is_never_written_over(performance, capsys):
    before = performance.read_bytes()
    assert main(["render", str(performance), "-o", str(performance)]) == 2
    assert performance.read_bytes() == before
    assert "named twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "kind"),
    [(["-o", "band.wav"], "MIDI"), (["-o", "band.mid", "--audio", "band.mp3"], "WAV")],
)
def test_a_name_that_promises_another_kind_of_file_is_refused(
    words, kind, performance, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["render", str(performance), *words]) == 2
    assert f"writes {kind}" in capsys.readouterr().err
    assert not list(tmp_path.glob("band.*"))


def test_a_band_is_rendered_to_sound(tmp_path):
    """Strokes count in and go on; the band joins them."""
    rate_hz = 16000
    sound = np.zeros(16 * rate_hz)
    decay = np.exp(-np.arange(1500) / 200) * np.random.default_rng(0).standard_normal(1500)
    for stroke in range(30):
        first = round((0.5 + 0.5 * stroke) * rate_hz)
        sound[first : first + 1500] += 0.4 * decay
    soundfile.write(tmp_path / "drumming.wav", sound, rate_hz)
    made = [
        {
            kind: path.read_bytes()
            for kind, path in rendered(tmp_path / "drumming.wav", folder).items()
        }
        for folder in (tmp_path, tmp_path)
    ]
    assert made[0] == made[1]
    tracks = mido.MidiFile(tmp_path / "band.mid").tracks
    assert "Drums" in [track.name for track in tracks]
