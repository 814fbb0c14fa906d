"""How well a performance was listened to, scored on what was announced when it was announced.

`take` lets a listener hear a performance on the grid of the engine; `score` gives every figure
that the annotations allow: beats (`beat_scores`), following (`following_scores`), tempo
(`tempo_scores`), keys (`key_scores`), chords (`chord_scores`), false starts and cost.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.listener import TICKS_PER_S
from accompanist.music.events import PerformerEvent
from accompanist.training.beat_scores import beat_scores, heard_beats
from accompanist.training.chord_scores import chord_scores, expected_scores
from accompanist.training.following_scores import following_scores, lead_scores
from accompanist.training.key_scores import key_scores, modulation_bars
from accompanist.training.performances import Performance
from accompanist.training.tempo_scores import tempo_scores

ONSET_TICKS = TICKS_PER_S * 60 // 1000
"""An onset is worked on within so many ticks, 60 ms."""


class Ear(Protocol):
    """A listener, or a whole engine."""

    def hear(self, event: PerformerEvent, /) -> object:
        """Take an event."""

    def advance(self, to_s: float, /) -> Sequence[object]:
        """Let time pass, and return what was announced."""


@dataclass(frozen=True, slots=True)
class Take:
    """What was announced of one performance, and what it cost.

    Attributes
    ----------
    ticks_ms
        Processor time of every tick, in ms.
    updates_ms
        Processor time of the dearest tick that followed each onset, in ms.
    """

    performance: Performance
    heard: list[object]
    ticks_ms: NDArray[np.float64]
    updates_ms: NDArray[np.float64]

    @property
    def cost(self) -> float:
        """Processor seconds per second of performance."""
        return float(self.ticks_ms.sum()) / (1000.0 * max(len(self.ticks_ms) / TICKS_PER_S, 1.0))


def beginning(performance: Performance, length_s: float) -> Performance:
    """The first seconds of a performance, with what is true of them."""
    if not len(performance.notes):
        return performance
    end_s = float(performance.notes.on_s[0]) + length_s
    counted = performance.beats_s < end_s
    return replace(
        performance,
        notes=performance.notes.only(performance.notes.on_s < end_s),
        beats_s=performance.beats_s[counted],
        downbeats=performance.downbeats[counted],
        pedals=tuple(pedal for pedal in performance.pedals if pedal.time_s < end_s),
        keys=tuple(span for span in performance.keys if span.start_s < end_s),
        chords=tuple(span for span in performance.chords if span.end_s < end_s),
        changes_s=tuple(change_s for change_s in performance.changes_s if change_s < end_s),
        rests_s=tuple(rest for rest in performance.rests_s if rest[1] < end_s),
    )


def take(performance: Performance, ear: Ear) -> Take:
    """Let an ear hear a performance, and time every tick."""
    events = performance.events()
    start_s = min(0.0, events[0].time_s) if events else 0.0
    end_s = max(events[-1].time_s if events else 0.0, performance.length_s)
    count = int(np.ceil((end_s - start_s) * TICKS_PER_S)) + 1
    ticks_ms, heard, place = np.zeros(count), list[object](), 0
    for tick in range(count):
        now_s = start_s + tick / TICKS_PER_S
        began_ns = time.thread_time_ns()
        while place < len(events) and events[place].time_s <= now_s:
            ear.hear(events[place])
            place += 1
        heard += ear.advance(now_s)
        ticks_ms[tick] = (time.thread_time_ns() - began_ns) / 1e6
    onsets = np.unique(np.ceil((performance.notes.on_s - start_s) * TICKS_PER_S).astype(int))
    updates_ms = [ticks_ms[at : at + ONSET_TICKS].max(initial=0.0) for at in onsets]
    return Take(performance, heard, ticks_ms, np.array(updates_ms))


PROMPT_BARS = 2.0
"""A modulation followed within so many bars is followed well."""

ASPECTS = ("beats", "keys", "chords")
"""What can be scored of a listener; a simpler one may hear only some of it."""


def score(taken: Take, aspects: Sequence[str] = ASPECTS) -> dict[str, float]:
    """Every figure of these aspects that the performance's annotations allow, by its name."""
    performance, heard = taken.performance, taken.heard
    figures: dict[str, float] = {}
    if "beats" in aspects:
        beats = heard_beats(heard)
        figures |= beat_scores(performance, beats)
        figures |= following_scores(performance, beats)
        figures |= lead_scores(heard)
        figures |= tempo_scores(performance, beats)
        if not len(performance.beats_s):
            figures["false starts"] = float(len(beats))
    if "keys" in aspects:
        figures |= key_scores(performance, heard)
        bars = modulation_bars(performance, heard)
        if bars:
            figures["modulation in 2 bars"] = float(np.mean(np.array(bars) <= PROMPT_BARS))
    if "chords" in aspects:
        figures |= chord_scores(performance, heard)
        figures |= expected_scores(performance, heard)
    return figures | ({"cost": taken.cost} if len(taken.ticks_ms) else {})


def means(every: list[dict[str, float]]) -> dict[str, float]:
    """Mean of every figure over those that have it."""
    names = list(dict.fromkeys(name for scores in every for name in scores))
    return {
        name: float(np.mean([scores[name] for scores in every if name in scores])) for name in names
    }
