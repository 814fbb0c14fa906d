"""Whoever writes beside the band never makes it wait, and counts what could not be written."""

import json
import threading
from pathlib import Path

import pytest

from accompanist.app import scribe as scribing
from accompanist.app.capture import Capture
from accompanist.app.plays import Play
from accompanist.app.recording import Recording, claim, files_of, finish
from accompanist.app.scribe import Scribe
from accompanist.devices.session_log import START, LogBegun
from accompanist.music.band import BandNote, ControlTaken
from accompanist.music.events import NoteOn
from accompanist.music.song import SongBegun
from tests.conftest import poll
from tests.devices.test_growing import room_for

BEGUN = LogBegun(0.0, START, "1.2.3", 0)


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    """Begin with a memory of its own, and keep up with it quickly."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(scribing, "WRITE_EVERY_S", 0.005)
    monkeypatch.setattr(scribing, "SETTLE_EVERY_S", 0.02)


def note(number: int) -> BandNote:
    at_s = number * 0.1
    return BandNote(at_s, number, "bass", at_s + 0.1, at_s + 0.2, 0.0, 40, 90, "model")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def capturing(play: Play) -> Scribe:
    return Scribe(play, Capture(play.path, BEGUN), None, {"gig": {}}, lambda: 0.0)


def test_everything_is_written_in_order_and_the_end_last():
    play = Play.begin()
    scribe = capturing(play)
    for number in range(100):
        scribe.hear(NoteOn(number * 0.1, 60, 90), number * 0.1)
        scribe.show(note(number))
    assert scribe.end(12.0)
    written = lines(play.pieces[0])
    assert [line["kind"] for line in written] == ["session", *["gesture", "note"] * 100, "end"]
    assert [line["note_id"] for line in written if line["kind"] == "note"] == list(range(100))
    assert scribe.lost == 0


def test_it_stands_on_the_disk_while_the_band_plays():
    play = Play.begin()
    scribe = capturing(play)
    scribe.show(note(1))
    poll(lambda: "note_id" in play.pieces[0].read_text(), 5.0, "the note's line")
    scribe.end(1.0)


def test_the_song_is_remembered_once_somebody_plays():
    play = Play.begin()
    scribe = capturing(play)
    scribe.show(SongBegun(0.0, 2, 3, "Lantern Yard"))
    scribe.hear(NoteOn(0.1, 60, 90), 0.1)
    scribe.end(1.0)
    assert play.remembered()["song"] == 2


def test_a_recording_holds_log_and_sound(tmp_path):
    recording = Recording(claim(tmp_path), BEGUN)
    scribe = Scribe(None, None, recording, {}, lambda: 0.0)
    scribe.show(note(1))
    scribe.send(note(1))
    scribe.close()
    scribe.end(1.0)
    log, sound, midi = finish(scribe.stem)
    assert [line["kind"] for line in lines(log)] == ["session", "note", "end"]
    assert sound.stat().st_size > 48000
    assert midi.read_bytes().startswith(b"MThd")


def test_sound_that_is_recorded_keeps_up_while_nobody_plays(tmp_path):
    now_s = iter(range(1000))
    scribe = Scribe(None, None, Recording(claim(tmp_path), BEGUN), {}, lambda: next(now_s))
    poll(lambda: files_of(scribe.stem)[1].stat().st_size > 3 * 192000, 5.0, "three seconds")
    scribe.end(1.0)


def test_a_disk_that_fills_up_is_said_once_and_told_in_the_log_once_there_is_room(capsys):
    play = Play.begin()
    scribe = capturing(play)
    with room_for(200):
        for number in range(100):
            scribe.show(note(number))
        poll(lambda: scribe.lost, 5.0, "the loss")
        poll(lambda: "cannot be written" in capsys.readouterr().err, 5.0, "the sentence")
        lost = scribe.lost
        scribe.show(note(100))
        poll(lambda: scribe.lost > lost, 5.0, "the next loss")
    scribe.show(note(101))
    scribe.end(12.0)
    gaps = [line["what"] for line in lines(play.pieces[0]) if line["kind"] == "fault"]
    assert gaps == [f"{scribe.lost} lines are lost"]
    assert lines(play.pieces[0])[-2]["note_id"] == 101
    assert "cannot be written" not in capsys.readouterr().err


def test_a_folder_that_vanishes_is_said_and_the_capture_goes_on(tmp_path, capsys):
    play = Play.begin()
    recording = Recording(claim(tmp_path / "takes"), BEGUN)
    scribe = Scribe(play, Capture(play.path, BEGUN), recording, {}, lambda: 0.0)
    for path in (tmp_path / "takes").iterdir():
        path.unlink()
    (tmp_path / "takes").rmdir()
    said = ""

    def is_said() -> bool:
        nonlocal said
        said += capsys.readouterr().err
        return "it was removed" in said

    poll(is_said, 5.0, "the sentence")
    scribe.show(note(1))
    scribe.end(1.0)
    assert said.count("the band plays on") == 1
    assert scribe.lost > 0
    assert [line["kind"] for line in lines(play.pieces[0])] == ["session", "note", "end"]


def test_a_disk_that_hangs_makes_nobody_wait_and_what_it_cannot_take_is_counted(monkeypatch):
    monkeypatch.setattr(scribing, "MOST_WAITING", 50)
    is_back = threading.Event()
    play = Play.begin()
    capture = Capture(play.path, BEGUN)
    monkeypatch.setattr(capture, "settle", is_back.wait)
    scribe = Scribe(play, capture, None, {}, lambda: 0.0)
    poll(lambda: scribe._thread.is_alive(), 5.0, "the thread")
    threading.Event().wait(0.1)
    for number in range(200):
        scribe.show(note(number))
    assert scribe.lost == 150
    is_back.set()
    assert scribe.end(20.0)


def test_something_that_has_no_line_is_counted_and_the_rest_is_written(capsys):
    play = Play.begin()
    scribe = capturing(play)
    scribe.show("applause")
    scribe.end(1.0)
    assert scribe.lost == 1
    assert "not written down" in capsys.readouterr().err


def test_how_everything_is_set_is_remembered_and_no_more_often_than_asked(monkeypatch):
    times = []
    remember = Play.remember
    monkeypatch.setattr(
        Play, "remember", lambda play, state: times.append(state) or remember(play, state)
    )
    monkeypatch.setattr(scribing, "SETTLE_EVERY_S", 60.0)
    play = Play.begin()
    scribe = capturing(play)
    for number in range(50):
        scribe.show(ControlTaken(1.0, "/accompanist/density", number / 50, "osc"))
    scribe.end(1.0)
    assert len(times) == 1
    assert play.remembered()["parameters"]["/accompanist/density"] == 49 / 50
    assert "/accompanist/panic" not in play.remembered()["parameters"]


def test_a_play_in_which_nobody_did_anything_is_not_remembered():
    play = Play.begin()
    scribe = capturing(play)
    scribe.end(1.0)
    assert play.remembered() is None
