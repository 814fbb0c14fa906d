"""The performer steers the band's parts while it plays, and hears and sees it at once.

A performance is counted in at 104; times are bars and beats of it. Rules and models both play, and
notes are those that sound in the end.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pytest

from accompanist.app.assembly import assemble
from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, ControlTaken, Fault, NoteCut, Panic
from accompanist.music.chord import parse_chord
from accompanist.music.events import ControlTurn, NoteOff, NoteOn
from accompanist.music.heard import ChordExpected, ChordHeard
from accompanist.music.parameter import ROOT
from accompanist.music.parameters import PARAMETERS
from accompanist.music.section import TurnBegun
from accompanist.music.whereabouts import Whereabouts
from tests.performances import two_hands

BEAT_S = 60 / 104
BEGAN_S = 1.0 + 4 * BEAT_S
LOOP = "C:maj A:min F:maj G:maj"
COMMITTED_BEATS = 0.3
"""What sounds so soon after a control was turned may have been committed before."""

AUDIBLE = 0.3
"""Share of notes that are others when something else is played."""


def at(bar: float, beat: float = 0.0) -> float:
    return BEGAN_S + (4 * bar + beat) * BEAT_S


def turn(at_s: float, name: str, value: object = 1) -> ControlTurn:
    return ControlTurn(at_s, f"{ROOT}/{name}", value)


def loop(bars: int) -> list:
    """Four strokes that count in, and a loop."""
    strokes = [1.0 + beat * BEAT_S for beat in range(4)]
    count = [key for on_s in strokes for key in (NoteOn(on_s, 60, 90), NoteOff(on_s + 0.1, 60))]
    return [*count, *two_hands(LOOP, bars, 104, BEGAN_S)]


@dataclass(frozen=True)
class Take:
    """What was announced, and the notes that sounded."""

    said: tuple
    notes: tuple[BandNote, ...]

    def told(self, kind: type) -> list:
        return [value for value in self.said if isinstance(value, kind)]

    def between(self, part: str, first: float, last: float) -> list[BandNote]:
        """Notes of a part from one bar up to another."""
        begins, ends = at(first) - 0.05, at(last) - 0.05
        return [n for n in self.notes if n.part == part and begins <= n.on_s < ends]

    def places(self, part: str, first: float, last: float) -> set[tuple[int, int]]:
        """Sixteenths from a bar on, and pitches."""
        return {
            (round((note.on_s - at(first)) / BEAT_S * 4), note.pitch)
            for note in self.between(part, first, last)
        }


def led(turns: Sequence[ControlTurn], bars: int = 10, events: Sequence = ()) -> Take:
    engine = assemble(seed=3)
    performed = list(events) or loop(bars)
    for event in sorted([*turns, *performed], key=lambda event: event.time_s):
        engine.hear(event)
    said = engine.advance(at(bars))
    played = settled(value for value in said if isinstance(value, BandNote | NoteCut | Panic))
    return Take(tuple(said), tuple(played))


@cache
def plain() -> Take:
    return led([])


def difference(one: set, other: set) -> float:
    return 1.0 - len(one & other) / max(len(one | other), 1)


def test_while_a_part_plays_solo_all_others_are_silent_and_come_back():
    take = led([turn(at(4, 0.5), "bass/solo"), turn(at(7, 0.5), "bass/solo", 0)])
    for part in ("drums", "harmony"):
        assert all(note.off_s <= at(4, 0.5) + 0.01 for note in take.between(part, 3, 5))
        assert not take.between(part, 5, 7)
        assert take.between(part, 7.3, 8)
    assert take.between("bass", 5, 6)


def test_a_muted_part_is_silent_though_it_plays_solo():
    take = led([turn(at(4), "bass/mute"), turn(at(4), "bass/solo")], bars=7)
    assert not [n for part in PARTS for n in take.between(part, 4.3, 7)]


def test_a_part_comes_back_within_the_beat_when_it_is_no_longer_muted():
    take = led([turn(at(4), "drums/mute"), turn(at(6, 0.1), "drums/mute", 0)], bars=8)
    assert take.between("drums", 6.1, 6.25)


@pytest.mark.parametrize("part", PARTS)
def test_a_held_part_goes_on_in_style_changes_and_in_the_chords_that_come(part):
    turns = [
        turn(at(5), f"{part}/hold"),
        turn(at(6), "style", "bossa"),
        turn(at(6), "variation", "D"),
    ]
    take = led(turns, bars=13)
    rhythm = {place for place, _ in take.places(part, 7, 9)}
    assert rhythm == {place for place, _ in take.places(part, 9, 11)}
    if part == "drums":
        assert take.places(part, 7, 9) == take.places(part, 9, 11)
        return
    chords = [parse_chord(label).pitch_classes for label in LOOP.split()]
    for bar in range(7, 12):
        held = [n for n in take.between(part, bar, bar + 1) if n.on_s > at(bar, 0.2)]
        assert {note.pitch % 12 for note in held} <= chords[bar % 4]


@pytest.mark.parametrize("source", ["model", "understudy"])
@pytest.mark.parametrize("part", PARTS)
def test_again_is_heard_at_once_and_twice_in_a_row_gives_a_third_version(part, source):
    given = [turn(0.5, f"{part}/source", source)]
    first = led(given, bars=7)
    again = [turn(at(4, 0.5), f"{part}/again"), turn(at(4, 0.6), f"{part}/again")]
    takes = [first, *(led([*given, *again[:times]], bars=7) for times in (1, 2))]
    assert len({tuple(take.between(part, 0, 4)) for take in takes}) == 1
    played = [take.places(part, 4.25, 6.5) for take in takes]
    assert difference(played[0], played[1]) > AUDIBLE
    assert difference(played[1], played[2]) > AUDIBLE
    assert difference(played[0], played[2]) > AUDIBLE


def test_again_takes_back_what_is_planned_and_not_committed():
    take = led([turn(at(4, 0.05), "drums/again")], bars=5)
    changed = [n for n in take.notes if n not in plain().notes and n.on_s < at(5)]
    assert at(4) < min(note.on_s for note in changed) < at(4, 1)


@pytest.mark.parametrize("part", PARTS)
def test_undo_brings_the_phrase_back(part):
    turns = [turn(at(6, 0.01), f"{part}/again"), turn(at(8, 0.01), f"{part}/undo")]
    take = led(turns, bars=11)
    before = {place for place, _ in take.places(part, 4.25, 5.5)}
    assert {place for place, _ in take.places(part, 8.25, 9.5)} == before


def test_undo_sets_the_controls_back_and_says_so():
    turns = [
        turn(at(3), "bass/source", "understudy"),
        turn(at(4), "bass/hold"),
        *(turn(at(5 + undone), "bass/undo") for undone in range(3)),
    ]
    back = [a for a in led(turns, bars=9).told(ControlTaken) if a.source == "undo"]
    assert [(a.address, a.value) for a in back] == [
        (f"{ROOT}/bass/hold", 0),
        (f"{ROOT}/bass/source", "model"),
    ]


def test_a_dip_is_heard_within_half_a_beat_and_nobody_falls_silent():
    take = led([turn(at(4, 1.5), "dip"), turn(at(8, 1.5), "dip", 0)], bars=11)
    dipped, usual = ([t.between(part, 4.5, 8.25) for part in PARTS] for t in (take, plain()))
    assert sum(map(len, dipped)) < 0.6 * sum(map(len, usual))
    for part, soft, loud in zip(PARTS, dipped, usual, strict=True):
        assert max(note.velocity for note in soft) < 0.7 * max(note.velocity for note in loud)
        assert len(soft) < len(loud)
        assert all(take.between(part, bar, bar + 1) for bar in range(5, 8))
    back = [note for part in PARTS for note in take.between(part, 8.5, 10)]
    assert len(back) > 0.9 * sum(len(plain().between(part, 8.5, 10)) for part in PARTS)


def test_a_locked_chord_stays_while_the_ear_goes_on_announcing():
    take = led([turn(at(4, 1.0), "chord_lock"), turn(at(8, 0.5), "chord_lock", 0)], bars=12)
    locked = parse_chord("C:maj")
    for part in ("bass", "harmony"):
        notes = take.between(part, 5, 8)
        assert notes
        assert {note.pitch % 12 for note in notes} <= locked.pitch_classes
    said = [a.chord for a in take.told(ChordExpected) if at(5) < a.announced_s < at(8)]
    assert set(said) == {locked}
    assert len({a.chord.root for a in take.told(ChordHeard) if at(5) < a.at_s < at(8)}) >= 3
    assert {n.pitch % 12 for n in take.between("bass", 9.25, 10)} <= parse_chord(
        "A:min"
    ).pitch_classes


def test_a_band_that_comes_back_after_a_fall_keeps_the_locked_chord():
    engine = assemble(seed=3)
    for event in sorted([*loop(8), turn(at(4, 1), "chord_lock")], key=lambda event: event.time_s):
        engine.hear(event)
    engine.advance(at(6, 2.5))
    where = Whereabouts.from_text(engine.whereabouts().to_text())
    again = assemble(seed=3)
    again.resume(where, at(6, 2.5))
    expected = [a.chord.label for a in again.advance(at(8)) if isinstance(a, ChordExpected)]
    assert set(expected) == {"C:maj"}


def melody(bars: range, chords: Sequence[str]) -> list:
    """A bass note a bar, and a tune of chord tones in a rhythm of its own."""
    events: list = []
    for bar in bars:
        chord = parse_chord(chords[bar % len(chords)])
        tones = sorted(60 + octave + tone for octave in (0, 12) for tone in chord.pitch_classes)
        events += [NoteOn(at(bar), 36 + chord.root, 80), NoteOff(at(bar, 3.5), 36 + chord.root)]
        for step, (beat, place) in enumerate(((0, 2), (0.5, 3), (1.5, 1), (2, 4), (3.5, 5))):
            pitch = tones[place if bar % 2 else 5 - step]
            events += [NoteOn(at(bar, beat), pitch, 95), NoteOff(at(bar, beat + 0.4), pitch)]
    return events


@pytest.fixture(scope="module")
def traded() -> Take:
    """Four bars of a loop, then two bars each, four times; the performer rests for the band."""
    tunes = [note for bar in (4, 8) for note in melody(range(bar, bar + 2), LOOP.split())]
    events = [*loop(4), *tunes]
    return led([turn(at(3, 1.5), "trade", "2 bars")], bars=12, events=events)


def test_turns_are_told_as_they_begin(traded):
    told = [(round((a.at_s - at(0)) / BEAT_S / 4), a.whose) for a in traded.told(TurnBegun)]
    assert told == [(4, "you"), (6, "band"), (8, "you"), (10, "band"), (12, "you")]


def test_while_it_is_the_performers_turn_the_band_keeps_time_lightly(traded):
    light, usual = (
        [t.between(part, 4, 5.9) + t.between(part, 8, 9.9) for part in PARTS]
        for t in (traded, plain())
    )
    assert sum(map(len, light)) < 0.5 * sum(map(len, usual))
    for soft, loud in zip(light, usual, strict=True):
        assert 0 < len(soft) < len(loud)
        assert max(note.velocity for note in soft) < max(note.velocity for note in loud)


@pytest.mark.parametrize("bar", [6, 10])
def test_the_band_answers_in_the_performers_rhythm_with_a_single_line(traded, bar):
    line = traded.between("harmony", bar, bar + 1.9)
    asked = [0, 0.5, 1.5, 2, 3.5, 4, 4.5, 5.5, 6, 7.5]
    beats = [(note.on_s - at(bar)) / BEAT_S for note in line]
    assert beats == pytest.approx(asked[: len(beats)], abs=0.15)
    assert len(beats) >= 9
    assert all(low.pitch < high.pitch for high, low in pairwise(line[:5]))


def test_the_changes_go_on_while_the_performer_listens():
    events = [*loop(8), *melody(range(8, 12), LOOP.split())]
    take = led([turn(at(7, 1.5), "trade", "4 bars")], bars=16, events=events)
    expected = {round((a.at_s - at(0)) / BEAT_S): a.chord.label for a in take.told(ChordExpected)}
    assert [expected[4 * bar + 2] for bar in range(12, 16)] == LOOP.split()


def test_drums_answer_where_harmony_is_muted():
    events = [*loop(4), *melody(range(4, 6), LOOP.split())]
    turns = [turn(at(3, 1.5), "trade", "2 bars"), turn(at(3), "harmony/mute")]
    take = led(turns, bars=8, events=events)
    struck = sorted(
        {
            round((note.on_s - at(6)) / BEAT_S * 2) / 2
            for note in take.between("drums", 6, 7)
            if note.pitch in (38, 43, 47, 50)
        }
    )
    assert struck == [0, 0.5, 1.5, 2, 3.5]


def test_a_turn_of_the_band_is_no_silence_that_ends_the_piece():
    events = [*loop(4), *melody(range(4, 12), LOOP.split())]
    take = led([turn(at(3, 1.5), "trade", "8 bars")], bars=20, events=events)
    assert all(take.between("drums", bar, bar + 1) for bar in range(12, 20))


STEERING = [
    parameter
    for parameter in PARAMETERS
    if parameter.name.partition("/")[0] in PARTS
    or parameter.name in ("dip", "trade", "swing", "chord_lock", "style", "variation")
]


def random_walk(seed: int, count: int) -> list[ControlTurn]:
    luck = random.Random(seed)
    turns = []
    for place in range(count):
        parameter = luck.choice(STEERING)
        value = luck.choice(parameter.choices or (0, 1))
        turns.append(turn(at(1) + place * 0.13, parameter.name, value))
    return turns


@pytest.fixture(scope="module", params=[1, 2])
def walked(request) -> Take:
    """Two hundred turns of what steers the parts, one every eighth of a second."""
    return led(random_walk(request.param, 200), bars=16)


def test_a_random_walk_over_the_controls_leaves_no_fault(walked):
    assert walked.told(Fault) == []
    assert len(walked.told(ControlTaken)) >= 200


def test_a_random_walk_over_the_controls_leaves_no_note_hanging(walked):
    last: dict[tuple[str, int], float] = {}
    for note in sorted(walked.notes, key=lambda note: note.on_s):
        assert 0 <= note.off_s - note.on_s < 6 * BEAT_S
        assert last.get((note.part, note.pitch), 0.0) <= note.on_s + 1e-9
        last[note.part, note.pitch] = note.off_s


def test_the_same_walk_gives_the_same_notes_however_time_is_cut():
    engine, turns = assemble(seed=3), random_walk(1, 80)
    for event in sorted([*turns, *loop(8)], key=lambda event: event.time_s):
        engine.hear(event)
    said = [a for step in range(int(at(8) / 0.031)) for a in engine.advance(step * 0.031)]
    whole = led(turns, bars=8).said[: len(said)]
    assert tuple(said) == whole
