"""``listen`` says what it hears, keeps a log, and draws what the log says."""

import json
import sys

import numpy as np
import pytest
import soundfile

from accompanist.app.main import main
from accompanist.app.trace import Played, Trace, Weighed
from accompanist.app.trace_picture import MOST_SYSTEMS, figure_of, phase_of, systems
from accompanist.devices.band_file import write_band
from accompanist.devices.log_file import log_line
from accompanist.devices.midi_file import read_performance
from accompanist.music.chord import QUALITIES, parse_chord
from accompanist.music.events import NoteOff, NoteOn
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard, StateHeard
from accompanist.music.key import Key
from accompanist.training.listening_scores import beginning
from accompanist.training.performances import write_midi
from accompanist.training.stress import CASES


@pytest.fixture
def song(tmp_path):
    """The first twelve seconds of steady playing."""
    path = tmp_path / "song.mid"
    write_midi(beginning(CASES["steady_120"](0), 12.0), path)
    return path


def log_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def drawing():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")


def test_listening_ends_with_the_performance(song, tmp_path):
    assert main(["listen", str(song), "--log", str(tmp_path / "song.jsonl")]) == 0
    last_s = max(event.time_s for event in read_performance(song))
    beats = [line for line in log_of(tmp_path / "song.jsonl") if line["kind"] == "beat"]
    assert beats
    assert max(beat["announced_s"] for beat in beats) <= last_s


def test_without_a_file_every_line_of_the_log_is_printed(song, tmp_path, capsys):
    main(["listen", str(song), "--log", str(tmp_path / "song.jsonl")])
    main(["listen", str(song)])
    assert capsys.readouterr().out == (tmp_path / "song.jsonl").read_text()


def test_a_picture_is_drawn_without_a_log_and_nothing_is_printed(song, tmp_path, capsys):
    drawing()
    assert main(["listen", str(song), "--plot", str(tmp_path / "song.png")]) == 0
    written = (tmp_path / "song.png").read_bytes()
    assert written[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(written[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1500, 510)
    assert capsys.readouterr().out == ""


def test_a_picture_changes_nothing_in_the_log(song, tmp_path):
    drawing()
    alone, beside = tmp_path / "alone.jsonl", tmp_path / "beside.jsonl"
    main(["listen", str(song), "--log", str(alone)])
    main(["listen", str(song), "--log", str(beside), "--plot", str(tmp_path / "song.png")])
    assert alone.read_bytes() == beside.read_bytes()


def test_without_matplotlib_one_sentence_says_what_is_missing(song, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["listen", str(song), "--plot", str(tmp_path / "song.png")]) == 2
    assert "matplotlib" in capsys.readouterr().err
    assert not (tmp_path / "song.png").exists()


def test_where_nothing_can_be_written_it_says_so_first(song, tmp_path, capsys):
    drawing()
    nowhere = tmp_path / "nowhere" / "song.png"
    assert main(["listen", str(song), "--plot", str(nowhere)]) == 2
    assert "cannot be written" in capsys.readouterr().err


TRACE = Trace(
    notes=[Played(1.0, 1.9, 60, 80, False), Played(2.0, 2.0, 38, 90, True)],
    beats=[BeatHeard(0.9 + k, 1.0 + k, k, k // 2, k % 2 == 0, 60.0, 0.5) for k in range(5)],
    chords=[
        ChordHeard(1.1, 1.0, parse_chord("C:maj"), 0.9),
        ChordHeard(2.6, 2.5, parse_chord("A:min"), 0.4),
        ChordHeard(2.7, 2.5, parse_chord("F:maj"), 0.9, revises=2.6),
    ],
    keys=[KeyHeard(1.5, Key(0), 0.9)],
    states=[StateHeard(0.9, "locking"), StateHeard(3.0, "locked")],
    weighed=[Weighed(2.0, 60.0, 2.0, 0.75), Weighed(2.0, 120.0, 2.5, 0.25)],
    end_s=6.0,
)


def axes_of(trace):
    drawing()
    return figure_of(trace, "a song").axes


def words(axis):
    return [text.get_text() for text in axis.texts]


def test_a_picture_has_the_announced_beats_and_bars():
    _, roll, _, _ = axes_of(TRACE)
    lines = [line for line in roll.lines if len(set(line.get_xdata())) == 1]
    drawn = {float(line.get_xdata()[0]) for line in lines}
    assert drawn >= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert words(roll) == ["0", "1", "2"]


def test_a_picture_has_chords_and_keys_but_none_that_was_revised():
    harmony, _, _, _ = axes_of(TRACE)
    assert words(harmony) == ["C:maj", "F:maj", "C major"]


def test_a_picture_has_the_tempo_announced_and_every_reading_weighed():
    _, _, tempo, phase = axes_of(TRACE)
    curve = [tuple(line.get_ydata()) for line in tempo.lines if len(line.get_xdata()) == 2]
    assert (60.0, 60.0) in curve
    assert tempo.collections[0].get_offsets().tolist() == [[2.0, 60.0], [2.0, 120.0]]
    sizes = tempo.collections[0].get_sizes()
    assert sizes[0] == 3 * sizes[1]
    assert phase.collections[0].get_offsets().tolist() == [[2.0, 0.0], [2.0, -0.5]]


def test_every_onset_is_in_the_piano_roll():
    _, roll, _, _ = axes_of(TRACE)
    onsets = next(line for line in roll.lines if line.get_marker() == "|")
    assert onsets.get_xydata().tolist() == [[1.0, 60.0], [2.0, 38.0]]


def test_a_performance_in_which_nothing_is_heard_can_be_drawn():
    assert len(axes_of(Trace(end_s=3.0))) == 4


@pytest.mark.parametrize(("end_s", "count"), [(0.0, 1), (24.0, 1), (25.0, 2), (3600.0, 16)])
def test_a_long_performance_has_longer_systems_not_more_of_them(end_s, count):
    spans = list(systems(end_s))
    assert len(spans) == count <= MOST_SYSTEMS
    assert spans[0][0] == 0.0
    assert spans[-1][1] >= end_s


def test_phase_is_counted_from_the_nearest_beat():
    beats_s = np.array([1.0, 2.0, 3.0])
    found = [phase_of(beats_s, at_s) for at_s in (1.9, 2.25, 3.4, 4.75)]
    assert found == pytest.approx([-0.1, 0.25, 0.4, -0.25])


def test_what_is_drawn_is_what_the_log_says(song, tmp_path, monkeypatch):
    drawing()
    kept = []
    monkeypatch.setattr(
        "accompanist.app.trace_picture.draw", lambda trace, _title, _file: kept.append(trace)
    )
    log, picture = tmp_path / "song.jsonl", tmp_path / "song.png"
    main(["listen", str(song), "--log", str(log), "--plot", str(picture)])
    (trace,) = kept
    lines = log.read_text().splitlines()
    for kind, values in (("beat", trace.beats), ("chord", trace.chords), ("key", trace.keys)):
        assert [log_line(value) for value in values] == [
            line for line in lines if json.loads(line)["kind"] == kind
        ]
    assert trace.weighed


def test_a_chord_of_the_players_own_table_is_named(tmp_path, monkeypatch):
    """Fourths on D, held for two seconds; the table is forgotten afterwards."""
    monkeypatch.setitem(QUALITIES, "fourths", ())
    path, table, log = (tmp_path / name for name in ("song.mid", "chords.toml", "song.jsonl"))
    table.write_text("fourths = [0, 5, 10]")
    struck = [NoteOn(1.0, pitch, 90) for pitch in (38, 55, 60)]
    released = [NoteOff(3.0, pitch) for pitch in (38, 55, 60)]
    write_band(path, [*struck, *released], [], [])
    assert main(["listen", str(path), "--chords", str(table), "--log", str(log)]) == 0
    said = [(line["root"], line["quality"]) for line in log_of(log) if line["kind"] == "chord"]
    assert said == [("D", "fourths")]


@pytest.fixture(scope="module")
def drumming(tmp_path_factory):
    """Sixteen strokes at 120 BPM, as stereo sound."""
    rate_hz = 22050
    sound = np.zeros(9 * rate_hz)
    decay = np.exp(-np.arange(2000) / 300) * np.random.default_rng(0).standard_normal(2000)
    for stroke in range(16):
        first = round((0.5 + 0.5 * stroke) * rate_hz)
        sound[first : first + 2000] += 0.3 * decay
    path = tmp_path_factory.mktemp("sound") / "drumming.flac"
    soundfile.write(path, np.stack([sound, 0.5 * sound], axis=1), rate_hz)
    return path


def test_beats_are_heard_in_sound(drumming, tmp_path):
    assert main(["listen", str(drumming), "--log", str(tmp_path / "a.jsonl")]) == 0
    beats = [line for line in log_of(tmp_path / "a.jsonl") if line["kind"] == "beat"]
    assert len(beats) > 8
    assert {round(beat["tempo_bpm"]) for beat in beats[4:]} <= {119, 120, 121}


def test_sound_gives_the_same_log_every_time(drumming, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        main(["listen", str(drumming), "--log", str(tmp_path / name)])
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_picture_of_sound_is_drawn(drumming, tmp_path):
    drawing()
    assert main(["listen", str(drumming), "--plot", str(tmp_path / "a.png")]) == 0
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_what_was_wrong_with_sound_is_said(drumming, tmp_path, capsys):
    sound, rate_hz = soundfile.read(drumming)
    sound[1000:1010, 1] = np.nan
    path = tmp_path / "broken.wav"
    soundfile.write(path, sound[: 2 * rate_hz], rate_hz, subtype="FLOAT")
    assert main(["listen", str(path), "--log", str(tmp_path / "a.jsonl")]) == 0
    said = "broken.wav: 10 samples are no numbers and counted as silence\n"
    assert capsys.readouterr().err.endswith(said)
