"""Sections, variations and players are changed by hand while the performer plays on.

Everything is told from the beats that are announced, so that an ear that counts otherwise changes
nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from accompanist.app.assembly import assemble
from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, Played
from accompanist.music.events import ControlTurn, NoteOff, NoteOn
from accompanist.music.heard import BeatHeard
from accompanist.music.parameter import ROOT
from accompanist.music.section import SectionBegun
from tests.performances import two_hands

TEMPO_BPM = 84
BEAT_S = 60 / TEMPO_BPM
COUNTED_S = 1.0
BEGAN_S = COUNTED_S + 4 * BEAT_S
STEP_S = 0.02
CALLED_S = BEGAN_S + 9.4 * BEAT_S


@dataclass(frozen=True)
class Take:
    """Sections by announced beat, places of the beats in their bars, notes, and what was called."""

    beats: tuple[BeatHeard, ...]
    sections: tuple[str, ...]
    places: tuple[int, ...]
    notes: tuple[BandNote, ...]
    called: tuple[SectionBegun, ...]

    def on_beat(self, beat: int) -> list[BandNote]:
        return [note for note in self.notes if int(note.on_beats + 0.15) == beat]

    def beats_of(self, section: str) -> list[int]:
        told = zip(self.beats, self.sections, strict=True)
        return [beat.beat for beat, called in told if called == section]


def performer(bars: int, began_s: float = BEGAN_S):
    """Four strokes that count in, and a loop."""
    strokes_s = [began_s - (4 - k) * BEAT_S for k in range(4)]
    count = [key for at_s in strokes_s for key in (NoteOn(at_s, 60, 90), NoteOff(at_s + 0.1, 60))]
    loop = two_hands("C:maj A:min F:maj G:maj", bars, TEMPO_BPM, began_s)
    return [*count, *loop]


def turn(name: str, value: object = 1, at_s: float = CALLED_S) -> ControlTurn:
    return ControlTurn(at_s, f"{ROOT}/{name}", value)


def led(turns: Sequence[ControlTurn], events: Sequence[object] = (), bars: int = 8) -> Take:
    engine = assemble(seed=3)
    for event in sorted([*turns, *(events or performer(bars))], key=lambda event: event.time_s):
        engine.hear(event)
    until_s = max(event.time_s for event in events or performer(bars)) + BEAT_S
    said, told = [], []
    for step in range(int(until_s / STEP_S)):
        announced = engine.advance(step * STEP_S)
        said += announced
        where = engine.whereabouts()
        told += [(a, where.section, where.beat_in_bar) for a in announced if type(a) is BeatHeard]
    played = settled(a for a in said if isinstance(a, Played))
    beats, sections, places = zip(*told, strict=True)
    called = tuple(a for a in said if isinstance(a, SectionBegun))
    return Take(beats, sections, places, tuple(played), called)


@cache
def plain() -> Take:
    return led([])


def called_beat(take: Take) -> int:
    """First beat announced after the call."""
    return next(beat.beat for beat in take.beats if beat.announced_s > CALLED_S)


def next_bar(take: Take) -> int:
    """First downbeat announced after the call."""
    told = zip(take.beats, take.places, strict=True)
    return next(beat.beat for beat, place in told if beat.announced_s > CALLED_S and place == 0)


def test_a_break_leaves_room_in_the_bar_that_follows_and_the_groove_comes_back():
    take = led([turn("break")])
    broken = take.beats_of("break")
    assert broken[0] == next_bar(take)
    assert set(take.sections[broken[-1] + 1 : broken[-1] + 3]) <= {"groove", "fill"}
    loud, quiet = take.on_beat(broken[0]), [n for b in broken[1:] for n in take.on_beat(b)]
    assert len(loud) >= 3
    usual = sum(len(plain().on_beat(beat)) for beat in broken[1:])
    assert len(quiet) < 0.5 * usual


def test_a_fill_begins_on_the_next_beat():
    take = led([turn("fill")])
    assert take.beats_of("fill")[0] == called_beat(take)
    assert called_beat(take) not in plain().beats_of("fill")


def test_an_ending_begins_at_the_bar_line_and_then_the_band_rests():
    take = led([turn("ending")])
    ended = take.beats_of("ending")
    assert ended[0] == next_bar(take)
    assert {note.part for note in take.on_beat(ended[0])} == set(PARTS)
    assert set(take.sections[ended[-1] + 1 :]) == {""}
    assert max(note.on_beats for note in take.notes) < ended[-1] + 0.9
    assert all(note.off_s < take.notes[-1].on_s + 6 * BEAT_S for note in take.notes)


def test_after_an_ending_the_band_comes_back_when_the_performer_has_paused():
    again_s = BEGAN_S + 48 * BEAT_S
    take = led([turn("ending")], [*performer(6), *performer(4, again_s)])
    rest = [n for n in take.notes if BEGAN_S + 20 * BEAT_S < n.on_s < again_s - 4 * BEAT_S]
    assert not rest
    assert {n.part for n in take.notes if n.on_s > again_s} == set(PARTS)


@pytest.mark.parametrize("section", ["fill", "break", "ending"])
def test_every_section_is_called_with_the_beat_on_which_it_begins(section):
    take = led([turn(section)])
    before = ("", *take.sections)
    begun = [
        (beat.announced_s, beat.at_s, name)
        for beat, name, last in zip(take.beats, take.sections, before, strict=False)
        if name not in ("", last)
    ]
    called = [(a.announced_s, a.at_s, a.section) for a in take.called]
    assert [call for call in called if call[2] not in ("waiting", "resting")] == begun
    assert section in {name for _, _, name in begun}


def test_a_variation_is_called_at_the_bar_line_on_which_it_begins():
    take = led([turn("variation", "D")])
    (line,) = (beat for beat in take.beats if beat.beat == next_bar(take))
    first = next(a for a in take.called if a.variation == "D")
    assert (first.announced_s, first.at_s) == (line.announced_s, line.at_s)


def test_that_the_band_was_stopped_is_called_at_once():
    take = led([turn("stop")])
    (stopped,) = (a for a in take.called if a.section == "stopped")
    assert stopped.at_s == pytest.approx(CALLED_S, abs=0.003)


def test_an_intro_is_played_by_rule_as_the_band_enters():
    take = led([turn("intro", at_s=0.5)])
    intro = take.beats_of("intro")
    assert take.sections.index("intro") == next(k for k, s in enumerate(take.sections) if s)
    opened = [note for beat in intro for note in take.on_beat(beat)]
    assert {note.source for note in opened} == {"understudy"}
    usual = [note for beat in intro for note in plain().on_beat(beat + len(intro))]
    assert 0 < len(opened) < len(usual)
    assert "model" in {note.source for note in take.notes if note.on_beats > intro[-1] + 1.2}


def test_a_fuller_variation_begins_at_the_bar_line():
    take = led([turn("variation", "D")])
    line = next_bar(take)
    assert [n for n in take.notes if n.on_s < CALLED_S] == [
        n for n in plain().notes if n.on_s < CALLED_S
    ]
    later = range(line, line + 8)
    counts = [sum(len(t.on_beat(beat)) for beat in later) for t in (plain(), take)]
    forces = [
        sum(n.velocity for beat in later for n in t.on_beat(beat)) / count
        for t, count in zip((plain(), take), counts, strict=True)
    ]
    assert counts[1] > counts[0]
    assert forces[1] > forces[0]


@pytest.mark.parametrize(("style", "drums"), [("rock", "model"), ("bossa", "understudy")])
def test_a_part_whose_model_has_not_learned_the_style_is_played_by_rule(style, drums):
    take = led([turn("style", style, at_s=0.0)], bars=4)
    sources = {part: {n.source for n in take.notes if n.part == part} for part in PARTS}
    assert sources == {"drums": {drums}, "bass": {"understudy"}, "harmony": {"understudy"}}


def test_players_taking_turns_in_the_midst_of_bars_leave_no_note_hanging():
    turns = [
        turn(f"{part}/source", ("understudy", "model")[number % 2], CALLED_S + number * 1.3)
        for number in range(14)
        for part in PARTS
    ]
    take = led(turns)
    last: dict[tuple[str, int], float] = {}
    for note in sorted(take.notes, key=lambda note: note.on_s):
        assert 0 < note.off_s - note.on_s < 5 * BEAT_S
        assert last.get((note.part, note.pitch), 0.0) <= note.on_s
        last[note.part, note.pitch] = note.off_s
    sources = Counter((note.part, note.source) for note in take.notes)
    assert set(sources) == {(part, source) for part in PARTS for source in ("model", "understudy")}
