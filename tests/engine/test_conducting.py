"""A performer conducts: count-in, first note, release, fermata, ritardando, lock."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.music.band import (
    PARTS,
    BandNote,
    ControlRefused,
    ControlTaken,
    Fault,
    NoteHeld,
    Panic,
)
from accompanist.music.events import ControlTurn, NoteOff, NoteOn, Pedal
from accompanist.music.heard import CountInHeard, HoldHeard, StateHeard, TapHeard
from accompanist.music.parameters import PARAMETERS
from accompanist.music.whereabouts import Whereabouts
from tests.engine.ruled import Take, conducted, ruled_engine, taps, turn
from tests.performances import two_hands

LOOP = "C:maj A:min F:maj G:maj"
BEAT_S = 0.6
TEMPO_BPM = 100.0


def loop(bars: int, from_s: float):
    return two_hands(LOOP, bars, TEMPO_BPM, from_s)


def on_beats(notes: list[BandNote]) -> list[float]:
    return [round(note.on_beats, 2) for note in notes]


def entry_s(take: Take) -> float:
    """When the band came in."""
    return next(at_s for at_s, section in take.sections if section == "groove")


# Count-in

TAPPED_S = 1.0 + 3 * BEAT_S
DOWNBEAT_S = TAPPED_S + 5 * BEAT_S


@cache
def counted_in() -> Take:
    """Four taps with a count-in of one bar; the performer has a pickup, and plays on."""
    pickup = [
        event
        for beats, pitch in ((2.5, 76), (3.0, 77), (3.5, 79))
        for event in (
            NoteOn(TAPPED_S + (1 + beats) * BEAT_S, pitch, 100),
            NoteOff(TAPPED_S + (1.4 + beats) * BEAT_S, pitch),
        )
    ]
    played = [*pickup, *loop(3, DOWNBEAT_S)]
    return conducted([turn("count_in", "1 bar"), *taps(1.0, BEAT_S), *played], 11.0)


def test_the_fourth_tap_counts_a_bar_in_its_tempo():
    clicks = counted_in().clicks()
    assert [note.pitch for note in clicks] == [37] * 4
    expected_s = [TAPPED_S + k * BEAT_S for k in (1, 2, 3, 4)]
    assert [note.on_s for note in clicks] == pytest.approx(expected_s, abs=0.005)


def test_the_first_click_of_a_bar_is_the_loudest():
    first, *others = (note.velocity for note in counted_in().clicks())
    assert others == [others[0]] * 3
    assert first > others[0]


def test_after_the_count_the_band_enters_on_the_downbeat_whatever_the_pickup():
    take = counted_in()
    assert entry_s(take) == pytest.approx(DOWNBEAT_S, abs=0.005)
    assert [section for _, section in take.sections] == ["counting", "groove"]
    downbeats = [beat.at_s for beat in take.beats if beat.downbeat]
    assert downbeats[:2] == pytest.approx([TAPPED_S + BEAT_S, DOWNBEAT_S], abs=0.005)
    first = {part: min(n.on_s for n in take.notes if n.part == part) for part in PARTS}
    assert DOWNBEAT_S - 0.05 < first["bass"] < DOWNBEAT_S + BEAT_S


def test_the_count_goes_evenly_whatever_is_played():
    gaps = [b.at_s - a.at_s for a, b in pairwise(counted_in().beats[:5])]
    assert gaps == pytest.approx([BEAT_S] * 4, abs=0.003)


def test_the_ear_follows_after_the_count():
    later = [beat for beat in counted_in().beats if beat.at_s > DOWNBEAT_S + 4 * BEAT_S]
    off = [(beat.at_s - DOWNBEAT_S) / BEAT_S for beat in later]
    assert [round(beats) for beats in off] == pytest.approx(off, abs=0.08)


def test_two_bars_are_counted_at_120_where_no_tempo_is_known_and_it_is_said():
    take = conducted([turn("count_in", "2 bars"), turn("start", at_s=1.0)], 6.0)
    assert len(take.clicks()) == 8
    assert take.clicks()[0].on_s - 1.0 < 0.15
    assert entry_s(take) - take.clicks()[0].on_s == pytest.approx(8 * 0.5, abs=0.005)
    assert [fault.what for fault in take.all(Fault)] == [
        "no tempo is known yet, so it is counted at 120 BPM; tap another"
    ]


def test_a_count_in_goes_in_the_tempo_that_went_last():
    turns = [turn("count_in", "1 bar"), turn("stop", at_s=10.0), turn("start", at_s=40.0)]
    take = conducted([*turns, *loop(3, 1.0)], 46.0)
    assert take.all(Fault) == []
    clicks = [note.on_s for note in take.between(39.0, 42.4) if note.pitch == 37]
    gaps = [b - a for a, b in pairwise(clicks)]
    assert gaps == pytest.approx([BEAT_S] * 3, rel=0.02)


def test_start_counts_from_the_next_beat_of_a_performer_who_plays_already():
    turns = [turn("start_with", "button"), turn("count_in", "1 bar"), turn("start", at_s=7.0)]
    take = conducted([*turns, *loop(6, 1.0)], 12.0)
    clicks = take.clicks()
    assert len(clicks) == 4
    beats = [(click.on_s - 1.0) / BEAT_S for click in clicks]
    assert beats == pytest.approx([round(beat) for beat in beats], abs=0.1)
    assert clicks[0].on_s - 7.0 < BEAT_S + 0.1


def test_a_start_while_it_counts_changes_nothing():
    again = turn("start", at_s=TAPPED_S + 3 * BEAT_S)
    take = conducted([turn("count_in", "1 bar"), *taps(1.0, BEAT_S), again], DOWNBEAT_S + 1.0)
    assert entry_s(take) == pytest.approx(DOWNBEAT_S, abs=0.005)


def test_a_stop_ends_the_count():
    stop = turn("stop", at_s=TAPPED_S + 2.5 * BEAT_S)
    take = conducted([turn("count_in", "1 bar"), *taps(1.0, BEAT_S), stop], DOWNBEAT_S + 3.0)
    assert [section for _, section in take.sections] == ["counting", "stopped"]
    assert len(take.notes) == 2


def test_muted_drums_do_not_click():
    turns = [turn("drums/mute"), turn("count_in", "1 bar"), *taps(1.0, BEAT_S)]
    take = conducted(turns, DOWNBEAT_S + 0.05)
    assert [note for note in take.notes if note.part == "drums"] == []


# Taps, first note, button


def test_four_taps_bring_in_a_band_that_waits():
    take = conducted(taps(1.0, BEAT_S), TAPPED_S + 2 * BEAT_S)
    assert [round(tap.tempo_bpm) for tap in take.all(TapHeard)] == [100]
    assert entry_s(take) == pytest.approx(TAPPED_S + BEAT_S, abs=0.005)


def test_taps_leave_a_band_silent_that_was_stopped_or_waits_for_its_button():
    for silent in (turn("stop"), turn("start_with", "button")):
        take = conducted([silent, *taps(1.0, BEAT_S)], TAPPED_S + 5 * BEAT_S)
        assert len(take.beats) >= 3
        assert take.notes == []


FIRST_S = 7.13


def test_with_a_tempo_the_first_note_is_a_downbeat_and_the_band_is_there():
    first = turn("start_with", "first note")
    take = conducted([first, *taps(1.0, BEAT_S), *loop(2, FIRST_S)], FIRST_S + 4.0)
    assert entry_s(take) == pytest.approx(FIRST_S, abs=0.005)
    assert {n.part for n in take.between(FIRST_S, FIRST_S + 0.02)} >= {"drums", "bass"}
    downbeats = [beat.at_s for beat in take.beats if beat.downbeat and beat.at_s >= FIRST_S]
    assert downbeats[:2] == pytest.approx([FIRST_S, FIRST_S + 4 * BEAT_S], abs=0.06)
    assert take.between(0.0, FIRST_S) == []


def test_while_the_first_note_is_awaited_the_beat_is_not_sought():
    first = turn("start_with", "first note")
    take = conducted([first, *taps(1.0, BEAT_S)], 9.0)
    assert [heard.state for heard in take.all(StateHeard)][-1:] == ["lost"]
    assert len(take.beats) <= 1


def test_without_a_tempo_the_first_note_waits_for_the_beat():
    take = conducted([turn("start_with", "first note"), *loop(4, 1.0)], 9.0)
    plain = conducted(loop(4, 1.0), 9.0)
    assert take.said[1:] == plain.said


def test_the_button_alone_brings_the_band_in():
    turns = [turn("start_with", "button"), turn("start", at_s=9.0)]
    strokes = [NoteOn(1.0 + k * BEAT_S, 60, 90) for k in range(4)]
    take = conducted([*turns, *strokes, *loop(6, 1.0 + 4 * BEAT_S)], 12.0)
    assert take.all(CountInHeard)
    assert 9.0 < entry_s(take) < 9.0 + BEAT_S + 0.1
    assert take.between(0.0, 9.0) == []


# Stop on release

LIFTED_S = 1.0 + 15.9 * BEAT_S


def released(*events, again_s: float = LIFTED_S + 2.2, until_s: float = 18.0) -> Take:
    """Four bars, hands off the keys, and two more."""
    played = [*loop(4, 1.0), *loop(2, again_s)]
    return conducted([turn("stop_on_release"), *events, *played], until_s)


def test_the_band_stops_half_a_beat_after_the_last_key():
    take = released()
    (stopped_s,) = (at_s for at_s, section in take.sections if section == "waiting")
    assert stopped_s == pytest.approx(LIFTED_S + 0.5 * BEAT_S, abs=0.02)
    before = [note for note in take.notes if note.on_s < LIFTED_S + 2.0]
    assert max(note.off_s for note in before) <= stopped_s + 0.01


def test_it_does_not_stop_between_chords():
    take = released()
    entered_s = entry_s(take)
    assert [at_s for at_s, _ in take.sections if entered_s < at_s < LIFTED_S] == []
    assert len(take.between(entered_s, LIFTED_S)) > 20


def test_the_pedal_keeps_it_playing():
    pedal = (Pedal(LIFTED_S - 1.0, True), Pedal(LIFTED_S + 2.3, False))
    take = released(*pedal, until_s=17.0)
    assert "waiting" not in [section for _, section in take.sections]


def test_with_the_first_note_it_is_back_at_once():
    again_s = LIFTED_S + 2.2
    take = released(turn("start_with", "first note"))
    assert [at_s for at_s, section in take.sections if section == "groove"][1] == pytest.approx(
        again_s, abs=0.005
    )


# Fermata

HELD_S, ON_S = 12.3, 30.1


@cache
def held() -> Take:
    """A chord held by the switch for longer than any note is committed for."""
    played = [*loop(5, 1.0), *loop(4, ON_S)]
    turns = [turn("fermata", at_s=HELD_S), turn("fermata", 0, at_s=ON_S)]
    return conducted([*turns, *played], ON_S + 6 * BEAT_S)


def test_bass_and_harmony_last_as_long_as_the_fermata():
    sounding = [n for n in held().notes if n.on_s < HELD_S + 0.1 and n.off_s > HELD_S + 1.0]
    assert {note.part for note in sounding} == {"bass", "harmony"}
    assert [note.off_s for note in sounding] == pytest.approx([ON_S] * len(sounding), abs=0.01)


def test_a_held_note_is_never_committed_for_longer_than_twelve_seconds():
    renewed = held().all(NoteHeld)
    assert len({note.announced_s for note in renewed}) > 1
    assert all(note.off_s - note.announced_s <= 12.0 + 1e-9 for note in renewed)


def test_nothing_is_struck_and_no_beat_comes_meanwhile():
    take = held()
    assert take.between(HELD_S + 0.2, ON_S - 0.01) == []
    assert [beat for beat in take.beats if HELD_S + 0.1 < beat.at_s < ON_S - 0.01] == []
    assert [heard.holding for heard in take.all(HoldHeard)] == [True, False]
    assert "lost" not in [heard.state for heard in take.all(StateHeard)]


def test_switched_off_it_is_the_next_downbeat_in_the_tempo_from_before():
    after = [beat for beat in held().beats if beat.at_s > ON_S - 0.01]
    assert (after[0].at_s, after[0].downbeat) == (pytest.approx(ON_S, abs=0.005), True)
    assert after[1].at_s - after[0].at_s == pytest.approx(BEAT_S, rel=0.03)
    assert {note.part for note in held().between(ON_S - 0.01, ON_S + 0.02)} >= {"drums", "bass"}
    assert held().sections[-1][1] == "groove"


def test_the_performer_may_play_over_a_held_chord():
    cadenza = [NoteOn(HELD_S + 1.0 + 0.2 * k, 70 + k, 80) for k in range(12)]
    chord = [NoteOn(HELD_S + 4.0, pitch, 90) for pitch in (42, 61, 66, 70)]
    take = conducted([*loop(5, 1.0), turn("fermata", at_s=HELD_S), *cadenza, *chord], 20.0)
    assert take.between(HELD_S + 0.2, 20.0) == []
    assert take.engine.whereabouts().state == "locking"


@pytest.mark.parametrize("name", ["stop", "panic"])
def test_a_stop_ends_a_fermata_and_every_note(name):
    take = conducted([*loop(5, 1.0), turn("fermata", at_s=HELD_S), turn(name, at_s=15.0)], 16.0)
    assert max(note.off_s for note in take.notes) <= 15.01
    assert not take.engine.parameters.on("fermata")
    assert ControlTaken(15.0, "/accompanist/fermata", 0, "band") in take.said


def test_a_fermata_where_nothing_plays_switches_itself_off():
    take = conducted([turn("fermata", at_s=1.0)], 1.1)
    assert [fault.what for fault in take.all(Fault)] == ["nothing plays that could be held"]
    assert [taken.value for taken in take.all(ControlTaken)] == [1, 0]


# Hold tempo, half and double


def test_a_held_tempo_goes_on_whatever_is_played():
    slower = two_hands(LOOP, 4, 88.0, 1.0 + 20 * BEAT_S)
    take = conducted([turn("hold_tempo", at_s=8.0), *loop(5, 1.0), *slower], 24.0)
    beats = [beat.at_s for beat in take.beats if beat.at_s > 9.0]
    assert [b - a for a, b in pairwise(beats)] == pytest.approx([BEAT_S] * (len(beats) - 1), 0.01)
    assert [heard.state for heard in take.all(StateHeard)][-1] == "locked"


def test_half_and_double_are_counted_from_the_next_beats_on():
    turns = [turn("half", at_s=10.0), turn("double", at_s=17.0)]
    take = conducted([*turns, *loop(12, 1.0)], 24.0)
    slow = [beat.tempo_bpm for beat in take.beats if 11.0 < beat.announced_s < 17.0]
    fast = [beat.tempo_bpm for beat in take.beats if beat.announced_s > 18.5]
    assert slow == pytest.approx([50.0] * len(slow), rel=0.04)
    assert fast == pytest.approx([100.0] * len(fast), rel=0.04)


def test_what_is_too_slow_to_be_counted_is_said():
    take = conducted([turn("half", at_s=8.0), turn("half", at_s=10.0), *loop(5, 1.0)], 12.0)
    assert [fault.what for fault in take.all(Fault)] == [
        "the beat goes too slowly to be counted half"
    ]


# Ritardando


@cache
def slowed() -> Take:
    turns = [turn("end_with", "ritardando"), turn("ending", at_s=11.0)]
    return conducted([*turns, *loop(5, 1.0)], 20.0)


def ending_beats(take: Take) -> list[float]:
    """Beats of the ending, and the one after it."""
    began_s = next(at_s for at_s, section in take.sections if section == "ending")
    return [beat.at_s for beat in take.beats if beat.at_s >= began_s][:5]


def test_an_ending_slows_down_beat_by_beat():
    gaps = [b - a for a, b in pairwise(ending_beats(slowed()))]
    assert gaps == sorted(gaps)
    assert 1.02 * BEAT_S < gaps[0] < 1.15 * BEAT_S
    assert 1.5 * BEAT_S < gaps[-1] < 2.0 * BEAT_S


def test_the_notes_of_an_ending_slow_down_with_its_beats():
    take, beats = slowed(), ending_beats(slowed())
    first = next(beat.beat for beat in take.beats if beat.at_s == beats[0])
    for note in (n for n in take.notes if first <= n.on_beats < first + 4):
        place = int(note.on_beats - first)
        share = note.on_beats - first - place
        at_s = beats[place] + share * (beats[place + 1] - beats[place])
        assert note.on_s == pytest.approx(at_s, abs=0.04)


def test_after_a_ritardando_the_tempo_is_the_one_from_before_and_the_band_rests():
    take = slowed()
    after = [b.at_s for b in take.beats if b.at_s >= ending_beats(take)[-1]]
    assert after[1] - after[0] == pytest.approx(BEAT_S, rel=0.02)
    assert take.sections[-1][1] in ("resting", "waiting")
    assert take.between(after[0] + 0.05, 20.0) == []


def test_by_default_an_ending_is_in_time():
    take = conducted([turn("ending", at_s=11.0), *loop(5, 1.0)], 17.0)
    gaps = [b - a for a, b in pairwise(ending_beats(take))]
    assert gaps == pytest.approx([BEAT_S] * 4, rel=0.03)


# Lock


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_the_lock_holds_what_is_declared_lockable_and_nothing_else(parameter):
    value = parameter.choices[-1] if parameter.choices else 1
    take = conducted([turn("lock"), turn(parameter.name, value, at_s=1.0)], 1.1)
    refused = [a.address for a in take.all(ControlRefused)]
    assert refused == ([parameter.address] if parameter.lockable else [])
    if parameter.lockable:
        assert take.engine.parameters[parameter.name] == parameter.default
        assert [fault.what for fault in take.all(Fault)] == [
            f"{parameter.name} is locked; unlock first"
        ]


def test_a_locked_band_plays_on_through_a_stop_and_panics_all_the_same():
    turns = [turn("lock"), turn("stop", at_s=9.0), turn("panic", at_s=11.0)]
    take = conducted([*turns, *loop(6, 1.0)], 13.0)
    assert take.between(9.5, 11.0)
    assert take.between(11.0, 13.0) == []
    assert len(take.all(Panic)) == 1


def test_the_lock_can_always_be_taken_off():
    take = conducted([turn("lock"), turn("lock", 0, at_s=1.0), turn("style", "jazz", 2.0)], 2.1)
    assert take.engine.parameters["style"] == "jazz"


def test_a_song_goes_on_while_hands_are_locked_out():
    engine = ruled_engine()
    song = turn("style", "jazz", 1.0)
    song = type(song)(song.time_s, song.address, song.value, "song")
    take = conducted([turn("lock"), song], 1.1, engine)
    assert take.engine.parameters["style"] == "jazz"


# After a fall


def resumed(take: Take, later_s: float, until_s: float) -> Take:
    """Another engine that goes on from where this one is."""
    where = Whereabouts.from_text(take.engine.whereabouts().to_text())
    engine = ruled_engine()
    engine.resume(where, where.now_s + later_s)
    return Take(tuple(engine.advance(until_s)), engine)


def test_a_tempo_that_was_held_is_held_by_the_band_that_takes_over():
    before = conducted([turn("hold_tempo", at_s=8.0), turn("lock"), *loop(5, 1.0)], 10.0)
    after = resumed(before, 1.0, 30.0)
    last = [beat for beat in before.beats][-1]
    off = [(beat.at_s - last.at_s) * last.tempo_bpm / 60.0 for beat in after.beats]
    assert len(off) > 20
    assert off == pytest.approx([round(beats) for beats in off], abs=0.02)
    assert after.engine.parameters.on("lock")


def test_a_count_in_goes_on_to_its_downbeat():
    turns = [turn("count_in", "1 bar"), *taps(1.0, BEAT_S)]
    before = conducted(turns, TAPPED_S + 2.5 * BEAT_S)
    after = resumed(before, 0.5 * BEAT_S, DOWNBEAT_S + 1.0)
    assert entry_s(after) == pytest.approx(DOWNBEAT_S, abs=0.01)


def test_a_fermata_waits_on():
    before = conducted([*loop(5, 1.0), turn("fermata", at_s=HELD_S)], HELD_S + 1.0)
    after = resumed(before, 1.0, HELD_S + 20.0)
    assert after.beats == []
    after.engine.hear(turn("fermata", 0, HELD_S + 20.0))
    said = after.engine.advance(HELD_S + 22.0)
    assert {note.part for note in said if isinstance(note, BandNote)} >= {"drums", "bass"}


# Anything at any time

CONDUCTED = (
    *("start", "stop", "panic", "tap", "half", "double", "nudge_earlier", "nudge_later", "intro"),
    *("fill", "break", "ending", "hold_tempo", "fermata", "lock", "count_in", "start_with"),
    *("end_with", "stop_on_release"),
)


@st.composite
def turns_anyhow(draw) -> ControlTurn:
    name = draw(st.sampled_from(CONDUCTED))
    parameter = next(parameter for parameter in PARAMETERS if parameter.name == name)
    value = draw(st.sampled_from(parameter.choices or (0, 1)))
    return turn(parameter.name, value, draw(st.integers(0, 240)) / 10)


@settings(max_examples=12, deadline=None)
@given(st.lists(turns_anyhow(), max_size=40))
def test_however_it_is_conducted_beats_go_forward_and_a_stop_leaves_nothing_sounding(turns):
    last = [turn("lock", 0, 26.0), turn("stop", 1, 26.1)]
    take = conducted([*turns, *loop(8, 1.0), *taps(22.0, 0.5), *last], 27.0)
    assert all(b.beat == a.beat + 1 and b.at_s > a.at_s for a, b in pairwise(take.beats))
    assert all(note.off_s < 26.2 for note in take.notes)
    assert not take.engine.parameters.on("fermata")
