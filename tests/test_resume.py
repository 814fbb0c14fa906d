"""A band that died in the middle of the piece is replaced, and the new one finds its place."""

from dataclasses import replace

import pytest

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.engine import Engine
from accompanist.music.band import PARTS, BandNote, ControlTaken
from accompanist.music.events import ControlTurn
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard, StateHeard
from accompanist.music.whereabouts import Whereabouts

AWAY_S = 1.5
UNTIL_S = 60.0
CONTROLS = (
    ControlTurn(1.0, "/accompanist/style", "funk"),
    ControlTurn(1.0, "/accompanist/density", 0.7),
    ControlTurn(1.0, "/accompanist/ending_bars", 6),
    ControlTurn(1.0, "/accompanist/bass/source", "understudy"),
)
RISING_AT_BEAT = 58
KILLED_AT_BEATS = (22, 37, 51)


@pytest.fixture(scope="module")
def events() -> list:
    return sorted((*CONTROLS, *demonstration()), key=lambda event: event.time_s)


@pytest.fixture(scope="module")
def uninterrupted(events) -> tuple[list, dict[int, Whereabouts]]:
    """Announcements of an engine that lived, and where it was after every beat."""
    engine, announced, places = assemble(seed=5), [], {}
    for event in (event for event in events if event.time_s < UNTIL_S):
        said = engine.advance(event.time_s)
        announced += said
        places |= {a.beat: engine.whereabouts() for a in said if isinstance(a, BeatHeard)}
        engine.hear(event)
    return announced, places


@pytest.fixture(scope="module", params=KILLED_AT_BEATS)
def resumed(request, events, uninterrupted) -> tuple[Whereabouts, Engine, list]:
    """Where the band was, the engine that took over, and what that announced."""
    where = Whereabouts.from_text(uninterrupted[1][request.param].to_text())
    engine = assemble(seed=where.seed)
    began_s = where.now_s + AWAY_S
    engine.resume(where, began_s)
    announced = engine.advance(began_s)
    for event in (event for event in events if began_s < event.time_s < UNTIL_S):
        announced += engine.advance(event.time_s)
        engine.hear(event)
    return where, engine, announced


def beats(announced) -> dict[int, BeatHeard]:
    return {a.beat: a for a in announced if isinstance(a, BeatHeard)}


def test_its_beats_and_bars_are_those_of_a_band_that_lived(uninterrupted, resumed):
    lived, again = beats(uninterrupted[0]), beats(resumed[2])
    assert len(again) > 20
    for beat, heard in again.items():
        assert heard.at_s == pytest.approx(lived[beat].at_s, abs=0.03)
        assert (heard.bar, heard.downbeat) == (lived[beat].bar, lived[beat].downbeat)


def test_it_announces_the_first_beat_that_comes(resumed):
    where, _, announced = resumed
    first = min(beats(announced).values(), key=lambda beat: beat.at_s)
    assert 0.0 < first.at_s - (where.now_s + AWAY_S) <= where.period_s + 0.01


def test_every_part_plays_from_the_next_bar_line_on(resumed):
    _, _, announced = resumed
    lines = [beat.at_s for beat in beats(announced).values() if beat.downbeat]
    for part in PARTS:
        played = [a.on_s for a in announced if isinstance(a, BandNote) and a.part == part]
        assert any(lines[0] - 0.03 <= on_s < lines[1] - 0.03 for on_s in played)


def test_every_control_is_as_it_was_and_said_again(resumed):
    where, engine, announced = resumed
    assert tuple((p.address, value) for p, value in engine.parameters) == where.parameters
    said = {(a.address, a.value) for a in announced if isinstance(a, ControlTaken)}
    assert said == {(turn.address, turn.value) for turn in CONTROLS}
    bass = [a for a in announced if isinstance(a, BandNote) and a.part == "bass"]
    assert {note.source for note in bass} == {"understudy"}


def test_no_note_gets_a_number_that_was_given_before(uninterrupted, resumed):
    where, _, announced = resumed
    gone_s = where.now_s + AWAY_S
    before = [a for a in uninterrupted[0] if isinstance(a, BandNote) and a.announced_s <= gone_s]
    again = [a.note_id for a in announced if isinstance(a, BandNote)]
    assert min(again) > max(note.note_id for note in before)


def test_what_was_held_is_said_again_at_once(resumed):
    where, _, announced = resumed
    told = {type(a): a for a in reversed(announced) if isinstance(a, StateHeard | KeyHeard)}
    chord = next(a for a in announced if isinstance(a, ChordHeard))
    assert told[StateHeard].state == where.state
    assert told[KeyHeard].key.name == where.key
    assert chord.chord.label == where.chord


def test_where_it_is_can_be_told_before_its_first_beat(resumed):
    where, _, _ = resumed
    engine = assemble(seed=where.seed)
    engine.resume(where, where.now_s + AWAY_S)
    told = engine.whereabouts()
    assert told.beat - where.beat == where.beats_passed(engine.now_s)
    assert told.next_note_id > where.next_note_id
    assert told.tempo_bpm == pytest.approx(where.tempo_bpm)
    kept = ("state", "beats_per_bar", "key", "chord", "form_state", "parameters")
    assert [getattr(told, name) for name in kept] == [getattr(where, name) for name in kept]


def test_what_the_performer_played_meanwhile_is_heard(events, uninterrupted):
    """A band away while the tempo rises; with what it missed it is on the beat at once."""
    where = uninterrupted[1][RISING_AT_BEAT]
    began_s = where.now_s + AWAY_S
    missed = [e for e in events if where.now_s < e.time_s <= began_s]
    engine = assemble()
    engine.resume(where, began_s, missed)
    announced = []
    for event in (event for event in events if began_s < event.time_s < UNTIL_S):
        announced += engine.advance(event.time_s)
        engine.hear(event)
    lived = beats(uninterrupted[0])
    assert len(beats(announced)) > 10
    for beat, heard in beats(announced).items():
        assert heard.at_s == pytest.approx(lived[beat].at_s, abs=0.03)


def test_nothing_sounds_of_the_time_it_was_away(resumed):
    where, _, announced = resumed
    played = [a for a in announced if isinstance(a, BandNote)]
    assert min(note.on_s for note in played) >= where.now_s + AWAY_S - 0.01


def test_announcements_come_in_order(resumed):
    times = [a.announced_s for a in resumed[2]]
    assert times == sorted(times)


def test_a_beat_that_nobody_played_for_is_lost_meanwhile(uninterrupted):
    where = replace(uninterrupted[1][32], resting_s=3600.0)
    engine = assemble()
    engine.resume(where, where.now_s + AWAY_S)
    told = engine.whereabouts()
    assert (told.state, told.form_state) == ("lost", "waiting")


def test_a_band_that_waited_waits_on(uninterrupted):
    where = assemble().whereabouts()
    engine = assemble()
    engine.resume(where, 7.0)
    assert engine.now_s == pytest.approx(7.0, abs=0.01)
    assert [a for a in engine.advance(20.0) if not isinstance(a, StateHeard)] == []


def test_an_ending_that_was_interrupted_is_over_after_its_bar(uninterrupted):
    where = replace(uninterrupted[1][32], form_state="ending", section="ending")
    engine = assemble()
    engine.resume(where, where.now_s + 2 * where.beats_per_bar * where.period_s)
    assert engine.whereabouts().form_state == "waiting"
