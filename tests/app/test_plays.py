"""What is remembered of plays: who lives, how they ended, and no more of them than is wanted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accompanist.app import afterwards
from accompanist.app.plays import CUT_OFF, KEPT, WELL, Play, known_plays, state_folder
from accompanist.app.recording import Recording, claim, files_of, is_unfinished
from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import START, LogBegun
from tests.app.test_capture import captured, lines_of_a_beat

BEGIN = "from accompanist.app.plays import Play; print(Play.begin().path, flush=True)"
BEGUN = LogBegun(0.0, START, "1.2.3", 0)


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    """Begin with a memory of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def fallen() -> Play:
    """A play whose process ended without a word."""
    words = [sys.executable, "-c", BEGIN]
    return Play(Path(subprocess.run(words, capture_output=True, text=True).stdout.strip()))


def test_plays_are_numbered_in_order():
    assert [Play.begin().number for _ in range(3)] == [1, 2, 3]


def test_only_the_last_that_are_over_are_remembered():
    living = Play.begin()
    for _ in range(KEPT + 3):
        Play.begin().end(WELL)
    Play.begin()
    assert [play.number for play in known_plays()] == [1, *range(5, 10)]
    assert living.is_alive


def test_a_play_that_lives_or_ended_well_was_not_cut_off():
    play = Play.begin()
    assert play.is_alive
    assert not play.was_cut_off
    play.end(WELL)
    assert not play.was_cut_off


def test_a_play_that_fell_was_cut_off_also_when_it_is_over():
    play = fallen()
    assert play.was_cut_off
    play.end(CUT_OFF)
    assert play.was_cut_off


def test_what_was_set_is_remembered_whole():
    play = Play.begin()
    play.remember({"parameters": {"/accompanist/style": "jazz"}})
    play.remember({"parameters": {"/accompanist/style": "funk"}})
    assert play.remembered() == {"parameters": {"/accompanist/style": "funk"}}
    (play.path / "state.json").write_text('{"parameters":')
    assert play.remembered() is None


def test_a_recording_that_was_cut_off_is_made_whole_once_and_it_is_said():
    play = fallen()
    stem = claim(state_folder().parent / "takes")
    play.note_recording(stem)
    recording = Recording(stem, BEGUN)
    recording.append(b"".join(map(lines_of_a_beat, range(8))))
    recording.append(b'{"kind": "note", "ann')
    assert is_unfinished(stem)
    said = afterwards.finish_all()
    assert len(said) == 1
    assert f"is whole again: {stem}.jsonl" in said[0]
    assert [path.exists() for path in files_of(stem)] == [True, True, True]
    assert files_of(stem)[0].read_bytes().endswith(b"}\n")
    assert afterwards.finish_all() == []


def test_a_recording_of_a_play_that_lives_is_left_alone():
    play = Play.begin()
    stem = claim(state_folder().parent / "takes")
    play.note_recording(stem)
    Recording(stem, BEGUN)
    assert afterwards.finish_all() == []
    assert is_unfinished(stem)


def test_a_recording_that_is_gone_is_said_once():
    play = fallen()
    play.note_recording(state_folder().parent / "takes" / "session")
    assert "is gone" in afterwards.finish_all()[0]
    assert afterwards.finish_all() == []


def test_a_recording_that_cannot_be_made_whole_now_waits(monkeypatch):
    play = fallen()
    stem = claim(state_folder().parent / "takes")
    play.note_recording(stem)

    def refuse(stem):
        raise DeviceError(f"{stem} is read-only")

    with monkeypatch.context() as patched:
        patched.setattr(afterwards, "finish", refuse)
        assert "waits to be made whole" in afterwards.finish_all()[0]
    assert "is whole again" in afterwards.finish_all()[0]


def test_a_name_that_is_taken_is_never_claimed(tmp_path):
    (tmp_path / "session.wav").touch()
    (tmp_path / "session-2.mid").touch()
    assert [claim(tmp_path).name for _ in range(2)] == ["session-3", "session-4"]


def test_the_doctor_tells_where_plays_are_remembered_and_makes_whole_what_was_cut_off():
    captured(Play.begin(), 0.1)
    assert afterwards.memory().state == "ok"
    assert str(state_folder()) in afterwards.memory().fact
    play = fallen()
    play.note_recording(claim(state_folder().parent / "takes"))
    assert afterwards.memory().state == "attention"


def test_a_state_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert "set XDG_STATE_HOME" in afterwards.memory().remedy
    with pytest.raises(DeviceError, match="set XDG_STATE_HOME"):
        Play.begin()


def test_whoever_is_not_to_disturb_the_band_gives_way():
    words = "import os; from accompanist.app.afterwards import give_way; give_way(); "
    told = subprocess.run(
        [sys.executable, "-c", f"{words}print(os.nice(0))"], capture_output=True, text=True
    ).stdout
    assert int(told) == min(os.nice(0) + afterwards.GIVING_WAY, 19)
