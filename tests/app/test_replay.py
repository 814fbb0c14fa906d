"""A session is played again from its log to the same notes, byte for byte."""

from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
import soundfile

from accompanist import __version__
from accompanist.app.assembly import assemble
from accompanist.app.main import main
from accompanist.app.replay import replay
from accompanist.app.session import Session
from accompanist.app.take import Take, take_of
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.session_log import RESTART, START, LogBegun
from accompanist.devices.session_reader import read_session
from accompanist.devices.sound_file import SoundInput
from accompanist.music.events import ControlTurn
from accompanist.music.whereabouts import Whereabouts
from tests.app.logs import Notes, Pen, notes_in
from tests.performances import two_hands

SEED = 5
FALLS_S, BACK_S, UNTIL_S = 9.0, 10.3137, 16.0
UNEVEN_S = (0.0004, 0.0031, 0.0025, 0.0213, 0.0007, 0.0601)
PERFORMANCE = (
    *two_hands("D:min G:7 C:maj A:min", bars=8),
    ControlTurn(6.01234, "/accompanist/style", "funk"),
    ControlTurn(7.1, "/accompanist/bass/source", "understudy"),
    ControlTurn(12.2, "/accompanist/density", 0.8123456789),
    ControlTurn(13.0, "/accompanist/panic", 1),
    ControlTurn(13.1, "/accompanist/no such thing", 1),
    ControlTurn(13.4, "/accompanist/start", 1),
)


def step_unevenly(session: Session, now_s: float, until_s: float) -> None:
    """Step a session as a busy machine would."""
    uneven_s = cycle(UNEVEN_S)
    while now_s < until_s:
        now_s += next(uneven_s)
        session.step(now_s)


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    """A session in which the band fell, and another went on and was asked to end."""
    pen = Pen(LogBegun(0.0, START, __version__, SEED))
    player = RecordedInput(PERFORMANCE)
    first = assemble(SEED)
    step_unevenly(Session(first, [player], observers=[pen], clerks=[pen]), 0.0, FALLS_S)
    where = Whereabouts.from_text(first.whereabouts().to_text())
    missed = player.take(BACK_S)
    second = assemble(SEED)
    second.resume(where, BACK_S, missed)
    again = Pen(LogBegun(BACK_S, RESTART, __version__, SEED, place=where, missed=missed))
    session = Session(second, [player], observers=[again], clerks=[again])
    step_unevenly(session, BACK_S, UNTIL_S)
    session.close()
    again.end(second.now_s)
    path = tmp_path_factory.mktemp("session") / "session.jsonl"
    path.write_text(pen.text + again.text, encoding="utf-8")
    return path


def replayed(log: Path, name: str = "again") -> Path:
    """Render a log; the MIDI file is beside the log that is returned."""
    again = log.with_name(f"{name}.jsonl")
    words = ["render", str(log), "-o", str(again.with_suffix(".mid")), "--log", str(again)]
    assert main(words) == 0
    return again


def test_every_note_is_the_same_also_of_a_band_that_was_started_again(log):
    played = notes_in(log.read_text())
    assert len(played) > 100
    assert notes_in(replayed(log).read_text()) == played


def test_the_midi_file_is_the_one_that_the_log_itself_gives(log, tmp_path):
    take_of(read_session(log)).write_midi(tmp_path / "session.mid")
    again = replayed(log, "midi").with_suffix(".mid")
    assert again.read_bytes() == (tmp_path / "session.mid").read_bytes()


def test_a_log_that_a_crash_cut_off_gives_the_same_notes_as_far_as_it_goes(log, tmp_path):
    payload = log.read_bytes()
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(payload[: len(payload) * 2 // 3])
    played = notes_in(cut.read_text())[:-1]
    notes = Notes()
    replay(cut, Take(), notes)
    assert notes.lines[: len(played)] == played
    assert len(notes.lines) < len(played) + 40


def test_a_session_that_heard_sound_is_played_again_without_it(tmp_path):
    sound = np.random.default_rng(0).standard_normal((30, 8000)) * np.exp(-np.arange(8000) / 200)
    soundfile.write(tmp_path / "drumming.wav", 0.2 * sound.ravel(), 16_000)
    pen, engine = Pen(LogBegun(0.0, START, __version__, SEED)), assemble(SEED)
    sources = [SoundInput(tmp_path / "drumming.wav")]
    step_unevenly(Session(engine, sources, observers=[pen], clerks=[pen]), 0.0, 14.0)
    assert pen.text.count('"kind": "sound"') > 340
    path, notes = tmp_path / "session.jsonl", Notes()
    path.write_text(pen.text, encoding="utf-8")
    replay(path, Take(), notes)
    assert len(notes.lines) > 30
    assert notes.lines == notes_in(pen.text)


def test_another_seed_would_have_been_another_band(log, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text(log.read_text().replace('"seed": 5', '"seed": 6'))
    notes = Notes()
    replay(other, Take(), notes)
    assert notes.lines != notes_in(log.read_text())


def refused(capsys, *words: str) -> str:
    assert main(list(words)) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_log_with_a_damaged_line_in_its_midst_is_refused_by_its_number(log, tmp_path, capsys):
    lines = log.read_text().splitlines(keepends=True)
    lines[20] = '{"kind": "gest\n'
    path = tmp_path / "damaged.jsonl"
    path.write_text("".join(lines))
    said = refused(capsys, "render", str(path), "-o", str(tmp_path / "band.mid"))
    assert "line 21 is damaged" in said
    assert not (tmp_path / "band.mid").exists()


@pytest.mark.parametrize("text", ["", "no log\n", '{"kind": "panic", "announced_s": 1.0}\n'])
def test_what_is_no_log_of_a_session_is_refused(text, tmp_path, capsys):
    path = tmp_path / "session.jsonl"
    path.write_text(text)
    said = refused(capsys, "render", str(path), "-o", str(tmp_path / "band.mid"))
    assert "does not begin as the log of a session" in said


@pytest.mark.parametrize("option", [["--seed", "3"], ["--style", "jazz"]])
def test_what_the_log_says_cannot_be_asked_for(option, log, tmp_path, capsys):
    said = refused(capsys, "render", str(log), "-o", str(tmp_path / "band.mid"), *option)
    assert "leave those options away" in said


def test_a_session_of_another_version_is_played_and_doubted(log, tmp_path, capsys):
    path = tmp_path / "session.jsonl"
    path.write_text(log.read_text().replace(f'"version": "{__version__}"', '"version": "0.0.1"'))
    assert main(["render", str(path), "-o", str(tmp_path / "band.mid")]) == 0
    assert "version 0.0.1 played this session: notes may differ" in capsys.readouterr().err
