"""The causal core, heard from outside: events in, announcements out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.app.assembly import assemble
from accompanist.devices.settled import settled
from accompanist.engine import Engine
from accompanist.inference.model import ModelError
from accompanist.listening.evidence import RuleEvidence
from accompanist.listening.listener import Listener
from accompanist.music.band import PARTS, BandNote, ControlTaken, Fault, NoteCut, Panic, Played
from accompanist.music.events import Attack, ControlTurn, NoteOn, Pedal
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    HoldHeard,
    InputHeard,
    StateHeard,
)
from accompanist.players.band import Band
from accompanist.players.expectation import Expectation
from accompanist.players.understudy import RuleAnticipator, load_styles
from tests.performances import final_chord, two_hands

BEATS_TO_SETTLE = 8
LOOP = "C:maj A:min F:maj G:maj"


def play(engine: Engine, events, until_s: float, cuts=()) -> list:
    """All announcements up to `until_s`, with `advance` called at each of `cuts` as well."""
    stops = sorted({*cuts, *(event.time_s for event in events), until_s})
    announced, queue = [], sorted(events, key=lambda event: event.time_s)
    for stop in stops:
        while queue and queue[0].time_s <= stop:
            engine.hear(queue.pop(0))
        announced += engine.advance(stop)
    return announced


def notes(announced, part: str | None = None) -> list[BandNote]:
    played = settled(a for a in announced if isinstance(a, Played))
    return [note for note in played if part in (None, note.part)]


@pytest.fixture(scope="module")
def song() -> list:
    """Announcements of sixteen bars of a loop, and of the silence after them."""
    return play(assemble(seed=3), two_hands(LOOP, bars=16), until_s=60.0)


def test_nothing_is_announced_without_a_player():
    assert play(assemble(), (), until_s=12.0) == []


def test_the_band_waits_for_the_player_and_then_all_parts_play(song):
    first = {part: notes(song, part)[0].on_s for part in PARTS}
    assert all(0.5 < on_s < 0.5 + 16 * 60 / 112 for on_s in first.values())


def test_announcements_come_in_order_and_speak_of_nothing_committed_in_the_past(song):
    times = [announcement.announced_s for announcement in song]
    assert times == sorted(times)
    assert all(note.on_s >= note.announced_s for note in notes(song))


def test_every_note_ends(song):
    assert all(note.off_s < 60.0 for note in notes(song))


def test_no_pitch_of_a_part_sounds_twice_at_once(song):
    last: dict[tuple[str, int], float] = {}
    for note in notes(song):
        assert last.get((note.part, note.pitch), 0.0) <= note.on_s
        last[note.part, note.pitch] = note.off_s


def test_drums_fall_on_the_announced_beats(song):
    beats = {a.beat: a.at_s for a in song if isinstance(a, BeatHeard)}
    on_beat = [
        n
        for n in notes(song, "drums")
        if n.on_beats > BEATS_TO_SETTLE and abs(n.on_beats - round(n.on_beats)) < 0.1
    ]
    tempo = 112.0 / 60.0
    off_s = [
        n.on_s - beats[round(n.on_beats)] - (n.on_beats - round(n.on_beats)) / tempo
        for n in on_beat
    ]
    assert len(off_s) > 40
    assert max(abs(off) for off in off_s) < 0.02


def test_after_four_silent_bars_the_band_ends_and_rests(song):
    silence_s = 0.5 + 64 * 60 / 112
    last = max(note.on_s for note in notes(song))
    assert silence_s + 3 * 4 * 60 / 112 < last < silence_s + 7 * 4 * 60 / 112


def test_a_longer_patience_is_kept():
    turn = ControlTurn(0.0, "/accompanist/ending_bars", 8)
    events = two_hands(LOOP, bars=6)
    played = notes(play(assemble(), (turn, *events), until_s=50.0), "drums")
    silent_bars = (played[-1].on_s - events[-1].time_s) / (4 * 60 / 112)
    assert 8 <= silent_bars <= 10.5


@pytest.mark.parametrize("source", ["key", "pedal"])
def test_the_band_enters_on_the_downbeat_that_was_counted_in(source):
    strokes = {
        "key": [NoteOn(1.0 + 0.5 * k, 60, 90) for k in range(4)],
        "pedal": [Pedal(1.0 + 0.25 * k, k % 2 == 0) for k in range(8)],
    }
    played = notes(play(assemble(), strokes[source], until_s=7.0), "drums")
    assert played[0].on_s == pytest.approx(3.0, abs=0.03)
    assert len({round((note.on_s - 3.0) / 0.5) for note in played}) >= 8


@pytest.fixture(scope="module")
def ending() -> tuple[list, float]:
    """Announcements of a ritardando, a chord held for six seconds and silence; its time."""
    events, end_s = final_chord(6.0)
    return play(assemble(seed=3), events, until_s=end_s + 20.0), end_s


@pytest.mark.parametrize("part", ["bass", "harmony"])
def test_the_last_chord_sounds_until_the_performer_lets_go(ending, part):
    announced, end_s = ending
    last = [note for note in notes(announced, part) if note.on_s < end_s + 6.0 <= note.off_s + 0.02]
    assert last
    assert max(note.off_s for note in last) == pytest.approx(end_s + 6.0, abs=0.01)


def test_nothing_is_struck_while_the_last_chord_is_held(ending):
    announced, end_s = ending
    (held_s,) = (a.announced_s for a in announced if isinstance(a, HoldHeard) and a.holding)
    assert end_s < held_s < end_s + 2.0
    assert max(note.on_s for note in notes(announced)) < held_s + 0.13


def test_after_a_hold_the_band_plays_on_with_the_performer():
    events, end_s = final_chord(6.0)
    again = two_hands(LOOP, bars=6, tempo_bpm=100.0, start_s=end_s + 6.5)
    announced = play(assemble(seed=3), (*events, *again), until_s=end_s + 18.0)
    states = [a.state for a in announced if isinstance(a, StateHeard) and a.announced_s > end_s]
    assert "lost" not in states
    assert {n.part for n in notes(announced) if 6.4 < n.on_s - end_s < 8.5} == set(PARTS)


def test_a_band_that_was_stopped_by_hand_is_not_counted_in():
    stop = ControlTurn(0.5, "/accompanist/stop", 1)
    strokes = [NoteOn(1.0 + 0.5 * k, 60, 90) for k in range(4)]
    assert notes(play(assemble(), (stop, *strokes), until_s=6.0)) == []


def test_what_is_played_on_can_be_set_while_it_is_played_on():
    turn = ControlTurn(0.0, "/accompanist/input/model", "pads")
    announced = play(assemble(), (turn, *two_hands(LOOP, bars=8)), until_s=18.0)
    assert [a.model for a in announced if isinstance(a, InputHeard)] == ["pads"]
    assert [a for a in announced if isinstance(a, ChordHeard)] == []


def expected_next(announced):
    """What was expected of the coming beat: of each moment's expectations the last."""
    last = {a.announced_s: a for a in announced if isinstance(a, ChordExpected)}
    return list(last.values())


def test_a_chord_is_expected_for_every_beat_before_it_comes(song):
    beats = [a for a in song if isinstance(a, BeatHeard)]
    expected = expected_next(song)
    assert [e.at_s for e in expected] == [b.at_s for b in beats]
    assert all(e.announced_s <= e.at_s for e in expected)


def test_a_chord_is_expected_a_bar_ahead_too(song):
    beats = [a for a in song if isinstance(a, BeatHeard)]
    said = [a for a in song if isinstance(a, ChordExpected)]
    further = [a for a in said if a not in expected_next(song)]
    assert len(further) == len(beats)
    for beat, ahead in zip(beats, further, strict=True):
        bars = (ahead.at_s - beat.at_s) * beat.tempo_bpm / 60.0 / 4.0
        assert bars == pytest.approx(1.0) or bars == pytest.approx(0.5)


def test_a_loop_once_heard_is_expected(song):
    truth = {0: 0, 1: 9, 2: 5, 3: 7}
    late = [
        (int((e.at_s - 0.5) * 112 / 60 + 0.5) // 4 % 4, e.chord.root)
        for e in expected_next(song)
        if 20.0 < e.at_s < 34.0
    ]
    right = [truth[bar] == root for bar, root in late]
    assert sum(right) / len(right) > 0.8


def test_an_unexpected_chord_turns_the_bass_a_moment_after_its_last_key():
    """Eight bars of C, and then D, its keys spread over 6 ms."""
    tonic = two_hands("C:maj", bars=8)
    struck_s = 0.5 + 32 * 60 / 112
    surprise = tuple(
        NoteOn(struck_s + 0.002 * k, pitch, 90) for k, pitch in enumerate((38, 62, 66, 69))
    )
    last_s = surprise[-1].time_s
    announced = play(assemble(), (*tonic, *surprise), until_s=struck_s + 1.0)
    heard = next(a for a in announced if isinstance(a, ChordHeard) and a.chord.root == 2)
    assert heard.announced_s - last_s <= 0.0085
    at_once = [a for a in announced if getattr(a, "part", "") == "bass"]
    at_once = [a for a in at_once if a.announced_s == heard.announced_s]
    (cut,) = [a for a in at_once if isinstance(a, NoteCut)]
    (right,) = [a for a in at_once if isinstance(a, BandNote)]
    assert cut.off_s == heard.announced_s
    assert right.pitch % 12 == 2
    assert right.on_s - last_s <= 0.0085


def test_after_a_chord_was_heard_no_note_that_clashes_is_left(song):
    """All that begins or goes on more than a moment after the announcement is in some chord."""
    changes = [a for a in song if isinstance(a, ChordHeard) and a.confidence > 0.5]
    heard_s = [a.announced_s for a in changes if a.announced_s > 10.0]
    assert len(heard_s) > 8
    for change in changes:
        tones = change.chord.pitch_classes
        held = [n for n in notes(song) if n.on_s <= change.announced_s < n.off_s - 0.001]
        clashing = [n for n in held if n.part != "drums" and n.pitch % 12 not in tones]
        assert clashing == []


def test_the_same_input_and_seed_give_the_same_output(song):
    assert play(assemble(seed=3), two_hands(LOOP, bars=16), until_s=60.0) == song


def test_another_seed_plays_otherwise(song):
    other = play(assemble(seed=4), two_hands(LOOP, bars=16), until_s=60.0)
    assert notes(other) != notes(song)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.floats(0.0, 12.0), max_size=30))
def test_how_time_is_cut_does_not_matter(cuts):
    events = two_hands(LOOP, bars=5)
    assert play(assemble(), events, 12.0, cuts) == play(assemble(), events, 12.0)


def test_the_band_joins_whoever_is_heard_by_attacks_alone():
    struck = tuple(Attack(0.5 + 0.5 * k, 0.9 if k % 4 == 0 else 0.6) for k in range(48))
    announced = play(assemble(), struck, until_s=24.0)
    assert {note.part for note in notes(announced)} >= {"drums"}
    assert not any(isinstance(a, ChordHeard) for a in announced)


def test_a_muted_part_is_silent_and_comes_back():
    controls = (
        ControlTurn(10.0, "/accompanist/bass/mute", 1),
        ControlTurn(20.0, "/accompanist/bass/mute", 0),
    )
    played = notes(play(assemble(), (*two_hands(LOOP, bars=16), *controls), 32.0), "bass")
    assert not [note for note in played if note.off_s > 10.02 and note.on_s < 20.0]
    assert [note for note in played if note.on_s > 20.0]


def test_panic_silences_at_once_and_start_brings_the_band_back():
    controls = (
        ControlTurn(12.0, "/accompanist/panic", 1),
        ControlTurn(18.0, "/accompanist/start", 1),
    )
    announced = play(assemble(), (*two_hands(LOOP, bars=16), *controls), 28.0)
    assert any(isinstance(a, Panic) for a in announced)
    assert not [n for n in notes(announced) if n.off_s > 12.02 and n.on_s < 18.0]
    assert [n for n in notes(announced) if n.on_s > 18.0]


def test_the_understudy_plays_when_asked_to():
    turn = ControlTurn(0.0, "/accompanist/drums/source", "understudy")
    announced = play(assemble(), (turn, *two_hands(LOOP, bars=8)), 16.0)
    assert {note.source for note in notes(announced, "drums")} == {"understudy"}


def test_an_unknown_control_is_reported_and_changes_nothing():
    announced = play(assemble(), (ControlTurn(0.5, "/accompanist/kazoo", 1),), 1.0)
    assert announced == [Fault(0.5, "there is no parameter /accompanist/kazoo")]


def test_a_control_beyond_its_range_takes_the_nearest_value():
    announced = play(assemble(), (ControlTurn(0.5, "/accompanist/density", 7.0),), 1.0)
    assert announced == [ControlTaken(0.5, "/accompanist/density", 1.0, "osc")]


def test_a_network_that_fails_while_listening_is_reported_once_and_rules_listen_on():
    evidence = RuleEvidence()
    evidence.fault = "a model gave a number that is not finite"
    band, memory = Band([]), Expectation(RuleAnticipator(), RuleAnticipator())
    announced = play(
        Engine(Listener(evidence), band, memory, load_styles()), two_hands(LOOP, bars=6), 12.0
    )
    assert [a.what for a in announced if isinstance(a, Fault)] == [
        "a model gave a number that is not finite; rules listen instead"
    ]
    assert [a for a in announced if isinstance(a, BeatHeard)]


def test_a_failing_guess_is_reported_and_memory_goes_on():
    class Blank(RuleAnticipator):
        def expect(self, beat):
            raise ModelError("a model gave a number that is not finite")

    engine = Engine(Listener(), Band([]), Expectation(Blank(), RuleAnticipator()), load_styles())
    announced = play(engine, two_hands(LOOP, bars=6), 12.0)
    assert any(isinstance(a, Fault) and "memory goes on" in a.what for a in announced)
    assert any(isinstance(a, ChordExpected) and a.chord.root == 0 for a in announced)


def test_a_flood_of_notes_is_survived():
    flood = tuple(NoteOn(1.0 + 1e-4 * count, count % 128, 90) for count in range(5000))
    announced = play(assemble(), flood, 4.0)
    assert all(a.announced_s <= 4.0 for a in announced)
