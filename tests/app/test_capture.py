"""The last half hour is always there, no more of it than is wanted, and can be kept at any time."""

import json
from pathlib import Path

import mido
import pytest

from accompanist.app.capture import LENGTH_S, PIECE_S, Capture
from accompanist.app.main import main
from accompanist.app.plays import Play, known_plays
from accompanist.devices.session_log import CUT, START, InputTaken, LogBegun, session_line
from accompanist.devices.session_reader import read_session
from accompanist.music.band import BandNote
from accompanist.music.events import NoteOff, NoteOn
from accompanist.music.heard import BeatHeard
from tests.app.logs import place

BEAT_S = 0.5


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    """Begin with a memory of its own, and in a folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def lines_of_a_beat(beat: int) -> bytes:
    """A key of the performer, a beat, and a note of the band that answers."""
    at_s = beat * BEAT_S
    lines = [
        InputTaken(at_s, NoteOn(at_s, 60, 90)),
        BeatHeard(at_s, at_s + 0.1, beat, beat // 4, beat % 4 == 0, 120.0, 1.0),
        BandNote(at_s, beat, "bass", at_s + 0.1, at_s + 0.4, float(beat), 40, 90, "model"),
        InputTaken(at_s + 0.25, NoteOff(at_s + 0.25, 60)),
    ]
    return "".join(f"{session_line(line)}\n" for line in lines).encode()


def captured(play: Play, minutes: float) -> Capture:
    """What so long a play leaves, if it does not end."""
    capture = Capture(play.path, LogBegun(0.0, START, "1.2.3", 0))
    for beat in range(round(minutes * 60 / BEAT_S)):
        capture.append(lines_of_a_beat(beat))
        capture.stand(place(beat * BEAT_S))
    return capture


def kept(name: str = "session") -> tuple[list[dict], mido.MidiFile]:
    """Log and MIDI that were kept here."""
    lines = Path(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], mido.MidiFile(f"{name}.mid")


def test_a_play_of_an_hour_leaves_its_last_half_hour():
    play = Play.begin()
    captured(play, 60.0)
    began_s = [next(read_session(piece)).announced_s for piece in play.pieces]
    assert 3600.0 - LENGTH_S - 2 * PIECE_S <= began_s[0] <= 3600.0 - LENGTH_S
    assert began_s[-1] >= 3600.0 - PIECE_S - BEAT_S


def test_a_play_that_is_too_much_is_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr("accompanist.app.capture.MOST_BYTES", 400_000)
    monkeypatch.setattr("accompanist.app.capture.MOST_PIECE_BYTES", 20_000)
    play = Play.begin()
    captured(play, 25.0)
    assert 300_000 < sum(piece.stat().st_size for piece in play.pieces) <= 450_000


def test_where_the_band_never_is_what_is_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("accompanist.app.capture.MOST_BYTES", 1000)
    capture = Capture(Play.begin().path, LogBegun(0.0, START, "1.2.3", 0))
    assert capture.append(b"x" * 999 + b"\n")
    assert not capture.append(b"one more\n")


def test_a_band_started_again_goes_on_in_the_same_capture():
    play = Play.begin()
    captured(play, 3.0)
    before = len(play.pieces)
    with play.pieces[-1].open("ab") as file:
        file.write(b'{"kind": "no')
    Capture(play.path, LogBegun(181.0, START, "1.2.3", 0)).append(lines_of_a_beat(400))
    assert len(play.pieces) == before + 1
    assert not any(line.is_damaged for piece in play.pieces for line in read_session(piece))


def test_all_of_a_short_play_is_kept_as_one_log_from_its_beginning():
    captured(Play.begin(), 3.0)
    assert main(["keep"]) == 0
    log, midi = kept()
    assert [line["begins"] for line in log if line["kind"] == "session"] == [START]
    assert len([line for line in log if line["kind"] == "note"]) == 360
    assert midi.length == pytest.approx(180.0, abs=1.5)
    assert [track.name for track in midi.tracks] == ["Performer", "Drums", "Bass", "Harmony"]


def test_the_last_minutes_are_kept_from_where_the_band_was_known_to_be():
    captured(Play.begin(), 10.0)
    assert main(["keep", "--minutes", "2", "-o", "takes"]) == 0
    log, midi = kept("takes/session")
    assert log[0]["begins"] == CUT
    assert 600.0 - 120.0 - PIECE_S - 1.0 <= log[0]["announced_s"] <= 480.0
    assert 119.0 <= midi.length <= 182.0
    first = next(message for message in midi if message.type == "note_on")
    assert first.time <= 1.5


def test_keeping_again_writes_nothing_over(capsys):
    captured(Play.begin(), 1.0)
    main(["keep"])
    before = Path("session.mid").read_bytes()
    Path("session-2.wav").write_bytes(b"another take")
    main(["keep"])
    assert Path("session.mid").read_bytes() == before
    assert "kept session-3.mid and session-3.jsonl" in capsys.readouterr().out


def test_what_is_played_can_be_kept_while_it_is_played_on():
    capture = captured(Play.begin(), 2.0)
    capture.append(b'{"kind": "note", "announ')
    assert main(["keep"]) == 0
    log, _ = kept()
    assert len([line for line in log if line["kind"] == "note"]) == 240


def test_a_play_before_the_last_can_be_asked_for():
    for minutes in (1.0, 2.0):
        captured(Play.begin(), minutes)
    main(["keep", "--play", str(known_plays()[0].number)])
    log, _ = kept()
    assert len([line for line in log if line["kind"] == "note"]) == 120


def test_a_play_in_which_nothing_was_played_is_passed_over():
    captured(Play.begin(), 1.0)
    Capture(Play.begin().path, LogBegun(0.0, START, "1.2.3", 0))
    main(["keep"])
    log, _ = kept()
    assert len([line for line in log if line["kind"] == "note"]) == 120


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "nothing was played yet that could be kept"),
        (["--minutes", "0"], "give --minutes a number above 0"),
        (["--minutes", "nan"], "give --minutes a number above 0"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(words, sentence, capsys):
    assert main(["keep", *words]) == 2
    assert sentence in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(capsys):
    captured(Play.begin(), 1.0)
    Path("file").write_text("no folder")
    assert main(["keep", "-o", "file"]) == 2
    assert "record elsewhere" in capsys.readouterr().err
