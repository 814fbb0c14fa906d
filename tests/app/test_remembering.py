"""The next play can be set as the last gig was; what is asked for this time counts."""

import pytest

from accompanist.app.books import remembered_options
from accompanist.app.gig import Gig
from accompanist.app.main import main
from accompanist.app.plays import CUT_OFF, WELL, Play, known_plays
from accompanist.app.remembering import OFFER, end_play, last_play, resumed, tell_of_the_last
from accompanist.app.starting import former_settings
from accompanist.control.osc_port import PORT
from accompanist.music.errors import Refusal
from accompanist.music.parameter_values import ParameterValues


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    """Begin with a memory of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def gig(**asked) -> Gig:
    return Gig(**{"door": "", "origin_ns": 0, "guard": 0, "osc_in": PORT, **asked})


def played(given: Gig, how: str = CUT_OFF, **turned) -> Play:
    """A gig with some options and controls, and how it ended."""
    play, values = Play.begin(), ParameterValues()
    for name, value in turned.items():
        values.take(f"/accompanist/{name}", value)
    names = {"midi_in": "Keystation", "midi_out": None, "audio": "Speakers", "heard": []}
    settings = {parameter.address: value for parameter, value in values}
    state = {"gig": remembered_options(given), "names": names, "parameters": settings}
    play.remember(state)
    play.end(how)
    return play


def test_options_controls_and_names_are_as_they_were():
    former = gig(osc_out="127.0.0.1:57120", lan=True, seed=7, synth="none", osc_in=8123)
    again = resumed(gig(), played(former, density=0.8, style="jazz"))
    assert again.settings == (("/accompanist/density", 0.8), ("/accompanist/style", "jazz"))
    assert (again.osc_out, again.lan, again.seed, again.synth, again.osc_in) == (
        *("127.0.0.1:57120", True, 7, "none", 8123),
    )
    assert (again.midi_in, again.midi_out, again.audio) == ("Keystation", None, "Speakers")


def test_what_is_asked_for_this_time_counts():
    former = played(gig(seed=7, osc_in=8123))
    again = resumed(gig(midi_in="Other keys", seed=3, osc_in=8200), former)
    assert (again.midi_in, again.seed, again.osc_in) == ("Other keys", 3, 8200)


def test_the_set_goes_on_with_the_song_that_it_was_at():
    songs = tuple(f'title = "Song {style}"\nstyle = "{style}"' for style in ("pop", "jazz", "funk"))
    former = played(gig(songs=songs), density=0.8, style="latin")
    former.remember({**former.remembered(), "song": 3})
    again = resumed(gig(), former)
    following = ("/accompanist/song/next", 1)
    assert again.songs == songs
    assert again.settings == (following, following, ("/accompanist/density", 0.8))


def test_another_set_begins_with_its_first_song():
    former = played(gig(songs=('title = "One"', 'title = "Two"')))
    former.remember({**former.remembered(), "song": 2})
    assert resumed(gig(songs=("other", "more")), former).settings == ()


def test_what_was_paired_finds_the_band_again():
    former = played(gig(lan=True, stage_view=8080, pairing="word"))
    again = resumed(gig(), former)
    assert (again.lan, again.stage_view, again.pairing) == (True, 8080, "word")
    assert resumed(gig(lan=True, pairing="another"), former).pairing == "word"
    assert former.path.stat().st_mode & 0o077 == 0


def test_no_machine_is_let_in_without_a_word():
    assert resumed(gig(), played(gig(lan=True))).pairing


def test_what_is_of_one_play_alone_is_not_set_again():
    former = played(gig(record="/takes/session", resting=("bass",), style="funk"))
    again = resumed(gig(), former)
    assert (again.record, again.resting, again.style) == (None, (), None)


def test_the_performance_lock_is_turned_last():
    turns = former_settings(
        (("/accompanist/lock", 1), ("/accompanist/style", "jazz"), ("/accompanist/density", 0.2))
    )
    assert [turn.address for turn in turns][-1] == "/accompanist/lock"
    assert {turn.source for turn in turns} == {"memory"}


def test_the_last_gig_is_resumed_however_it_ended():
    played(gig(), CUT_OFF, density=0.1)
    played(gig(), WELL, density=0.2)
    assert resumed(gig(), last_play()).settings == (("/accompanist/density", 0.2),)


def test_a_play_that_nobody_touched_does_not_stand_between():
    played(gig(), CUT_OFF, density=0.1)
    end_play(Play.begin())
    assert resumed(gig(), last_play()).settings == (("/accompanist/density", 0.1),)
    assert len(known_plays()) == 1


def test_parameters_of_another_version_are_left_out():
    former = played(gig())
    state = former.remembered()
    state["parameters"] = {"/accompanist/fame": 1, "/accompanist/style": "jazz"}
    former.remember({**state, "gig": {"fame": 1, "seed": "seven", "lan": True}})
    again = resumed(gig(), former)
    assert again.settings == (("/accompanist/style", "jazz"),)
    assert (again.seed, again.lan) == (0, True)


@pytest.mark.parametrize("state", [{}, {"gig": 1, "names": {}, "parameters": {}}])
def test_a_damaged_memory_is_refused(state):
    play = Play.begin()
    play.remember({"more": 1, **state})
    with pytest.raises(Refusal, match="is damaged"):
        resumed(gig(), play)


def test_without_a_last_gig_there_is_nothing_to_resume(capsys):
    assert main(["play", "--resume"]) == 2
    assert "no gig is remembered" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("how", "is_resumed", "said"),
    [(CUT_OFF, False, f"{OFFER}accompanist play --resume"), (CUT_OFF, True, ""), (WELL, False, "")],
)
def test_only_after_a_gig_that_did_not_end_well_it_is_offered(how, is_resumed, said, capsys):
    tell_of_the_last(played(gig(), how), is_resumed=is_resumed)
    assert capsys.readouterr().err.strip() == said


def test_a_gig_survives_its_way_over_the_command_line():
    asked = gig(settings=(("/accompanist/style", "jazz"), ("/accompanist/density", 0.3)))
    assert Gig.from_text(asked.to_text()) == asked


def test_a_play_that_is_refused_leaves_nothing_behind(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("accompanist.app.play.warm_if_cold", lambda: None)
    words = ["--synth", "none", "--osc-in", "0", "--osc-out", "nowhere"]
    assert main(["play", *words, "--record", str(tmp_path / "takes")]) == 2
    assert list((tmp_path / "takes").iterdir()) == []
    assert known_plays() == []


def test_a_place_that_cannot_be_recorded_in_is_refused_at_once(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("accompanist.app.play.warm_if_cold", lambda: None)
    (tmp_path / "file").touch()
    assert main(["play", "--record", str(tmp_path / "file")]) == 2
    assert "record elsewhere" in capfd.readouterr().err
    assert known_plays() == []
