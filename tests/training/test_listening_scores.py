"""A take is everything announced of a performance, timed tick by tick."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from accompanist.music.events import NoteOn, PerformerEvent
from accompanist.music.heard import BeatHeard, KeyHeard
from accompanist.music.key import Key
from accompanist.training.listening_scores import Take, beginning, means, score, take
from accompanist.training.performances import Performance, Span, notes_from
from accompanist.training.stress import NOISE
from tests.training.takes import BEATS_S, steady


@dataclass
class Parrot:
    """Announces a beat for every note it hears, as soon as time passes."""

    waiting: list[PerformerEvent] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)

    def hear(self, event: PerformerEvent) -> None:
        if isinstance(event, NoteOn):
            self.waiting.append(event)

    def advance(self, to_s: float) -> list[BeatHeard]:
        self.times_s.append(to_s)
        notes, self.waiting = self.waiting, []
        return [BeatHeard(to_s, note.time_s, 0, 0, True, 120.0, 1.0) for note in notes]


def test_a_take_hears_every_note_in_the_tick_after_it() -> None:
    taken = take(steady(), Parrot())
    lags_s = np.array([b.announced_s - b.at_s for b in taken.heard if isinstance(b, BeatHeard)])
    assert len(lags_s) == 40
    assert lags_s.min() >= 0.0
    assert lags_s.max() <= 0.0025


def test_every_onset_has_the_cost_of_its_dearest_tick() -> None:
    taken = take(steady(), Parrot())
    assert len(taken.updates_ms) == 40
    assert taken.updates_ms.max() <= taken.ticks_ms.max()
    assert 0.0 < taken.cost < 0.5


def test_nothing_is_listened_to_for_as_long_as_it_lasts() -> None:
    parrot = Parrot()
    assert take(NOISE["nothing"](0), parrot).heard == []
    assert parrot.times_s[-1] == 10.0


def test_beats_in_noise_are_false_starts() -> None:
    noise = Performance("noise", steady().notes, np.zeros(0), np.zeros(0, bool))
    assert score(take(noise, Parrot()))["false starts"] == 40.0


def test_a_performance_is_scored_by_all_that_is_known_of_it() -> None:
    figures = score(take(steady(keys=(Span(10.0, 30.0, "D major"),)), Parrot()))
    assert figures["F_sound"] == 1.0
    assert figures["FOLLOW"] == 1.0
    assert figures["tempo 4%"] == 1.0
    assert figures["key@5s"] == 0.0
    assert "chord majmin" not in figures


def test_the_relative_key_scores_three_tenths() -> None:
    heard = [KeyHeard(12.0, Key(11, "minor"), 0.9)]
    taken = Take(steady(keys=(Span(10.0, 30.0, "D major"),)), heard, np.zeros(0), np.zeros(0))
    assert score(taken)["key@12s"] == pytest.approx(0.3)


@pytest.mark.parametrize(("heard_s", "share"), [(23.0, 1.0), (25.0, 0.0)])
def test_a_modulation_is_followed_well_within_two_bars(heard_s: float, share: float) -> None:
    keys = (Span(10.0, 20.0, "D major"), Span(20.0, 30.0, "E major"))
    heard = [KeyHeard(11.0, Key(2), 0.9), KeyHeard(heard_s, Key(4), 0.9)]
    taken = Take(steady(keys=keys), heard, np.zeros(0), np.zeros(0))
    assert score(taken)["modulation in 2 bars"] == share


def test_who_hears_only_beats_is_scored_on_them_alone() -> None:
    taken = take(steady(keys=(Span(10.0, 30.0, "D major"),)), Parrot())
    assert "key@5s" not in score(taken, ("beats",))
    assert "F_sound" not in score(taken, ("keys",))


def test_a_beginning_keeps_what_is_true_of_it() -> None:
    whole = steady(changes_s=(11.0, 25.0), rests_s=((12.0, 14.0), (20.0, 22.0)))
    part = beginning(whole, 5.0)
    assert part.beats_s == pytest.approx(BEATS_S[:10])
    assert len(part.notes) == len(part.downbeats) == 10
    assert (part.changes_s, part.rests_s) == ((11.0,), ((12.0, 14.0),))


def test_the_beginning_of_nothing_is_nothing() -> None:
    nothing = Performance("nothing", notes_from([]), np.zeros(0), np.zeros(0, bool))
    assert beginning(nothing, 5.0) is nothing


def test_a_mean_is_over_those_that_have_the_figure() -> None:
    assert means([{"a": 1.0}, {"a": 3.0, "b": 5.0}]) == {"a": 2.0, "b": 5.0}
