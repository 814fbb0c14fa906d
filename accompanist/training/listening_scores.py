"""How well a performance was followed, scored on what was announced when it was announced.

A beat counts at the moment a click could sound: the later of its time and its announcement.
Nothing is trimmed. Scores are those of mir_eval: beats within ±70 ms, continuity with its defaults
(CMLt at the annotated level, OML the best of double, half and third tempo without off-beats), keys
by the MIREX weights, chords by majmin overlap with every label shifted to its announcement.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import mir_eval
import numpy as np
from numpy.typing import NDArray

from accompanist.listening.listener import Listener
from accompanist.music.heard import BeatHeard, ChordHeard, Heard, KeyHeard, StateHeard
from accompanist.training.performances import Performance, Span

KEY_AFTER_S = 12.0
_LEVELS = (1.0, 2.0, 0.5, 1 / 3)


@dataclass(frozen=True, slots=True)
class Take:
    """What was announced of one performance, and the processor seconds it took per second."""

    performance: Performance
    heard: list[Heard]
    cost: float


def beginning(performance: Performance, length_s: float) -> Performance:
    """The first seconds of a performance, with what is true of them."""
    end_s = float(performance.notes.on_s[0]) + length_s
    counted = performance.beats_s < end_s
    return Performance(
        performance.name,
        performance.notes.only(performance.notes.on_s < end_s),
        performance.beats_s[counted],
        performance.downbeats[counted],
        tuple(pedal for pedal in performance.pedals if pedal.time_s < end_s),
        tuple(span for span in performance.keys if span.start_s < end_s),
        tuple(span for span in performance.chords if span.end_s < end_s),
    )


def take(performance: Performance, listener: Listener) -> Take:
    """Let a listener hear a performance."""
    events = performance.events()
    start_s, end_s = events[0].time_s, events[-1].time_s
    began = time.process_time()
    heard: list[Heard] = []
    for event in events:
        heard += listener.advance(event.time_s)
        listener.hear(event)
    heard += listener.advance(end_s)
    return Take(performance, heard, (time.process_time() - began) / max(end_s - start_s, 1.0))


def sounded(beats: list[BeatHeard]) -> NDArray[np.float64]:
    """Moments at which clicks could sound, in order."""
    return np.array(sorted(max(beat.at_s, beat.announced_s) for beat in beats))


def score(taken: Take) -> dict[str, float]:
    """Every figure that the performance's annotations allow, by its name."""
    beats = [value for value in taken.heard if isinstance(value, BeatHeard)]
    return {
        **beat_scores(taken.performance, beats),
        **_lead(taken.heard),
        **key_score(taken),
        **chord_score(taken),
        "cost": taken.cost,
    }


def beat_scores(performance: Performance, beats: list[BeatHeard]) -> dict[str, float]:
    """F_sound, CMLt, OML and downbeat F."""
    truth_s, clicks_s = performance.beats_s, sounded(beats)
    downs_s = sounded([beat for beat in beats if beat.downbeat])
    scores = {"F_sound": 0.0, "CMLt": 0.0, "OML": 0.0, "downbeat F": 0.0}
    if len(clicks_s) > 1:
        scores["F_sound"] = float(mir_eval.beat.f_measure(truth_s, clicks_s))
        scores["CMLt"] = _continuity(truth_s, clicks_s)
        scores["OML"] = max(_continuity(_at_level(truth_s, level), clicks_s) for level in _LEVELS)
    if len(downs_s) > 1 and performance.downbeats.sum() > 1:
        bars_s = truth_s[performance.downbeats]
        scores["downbeat F"] = float(mir_eval.beat.f_measure(bars_s, downs_s))
    return scores


def _continuity(truth_s: NDArray[np.float64], clicks_s: NDArray[np.float64]) -> float:
    if len(truth_s) < 2:
        return 0.0
    return float(mir_eval.beat.continuity(truth_s, clicks_s)[1])


def _at_level(truth_s: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Reference beats at a multiple of their tempo, on the beat."""
    count = np.arange(len(truth_s))
    places = np.arange(0.0, len(truth_s) - 1 + 1e-9, 1.0 / level)
    return np.asarray(np.interp(places, count, truth_s))


def _lead(heard: list[Heard]) -> dict[str, float]:
    """Median lead in ms of beats announced while locked; negative is ahead of time."""
    state, leads = "lost", []
    for value in heard:
        if isinstance(value, StateHeard):
            state = value.state
        elif isinstance(value, BeatHeard) and state == "locked":
            leads.append(1000.0 * (value.announced_s - value.at_s))
    return {"lead": float(np.median(leads))} if leads else {}


def key_score(taken: Take) -> dict[str, float]:
    """MIREX weighted score of the key held `KEY_AFTER_S` after the first onset."""
    if not taken.performance.keys:
        return {}
    at_s = float(taken.performance.notes.on_s[0]) + KEY_AFTER_S
    held = [
        value for value in taken.heard if isinstance(value, KeyHeard) and value.announced_s <= at_s
    ]
    truth = _at(taken.performance.keys, at_s)
    guess = held[-1].key.name if held and held[-1].key.tonic is not None else "X"
    return {"key@12s": float(mir_eval.key.weighted_score(truth, guess))}


def _at(spans: tuple[Span, ...], at_s: float) -> str:
    before = [span for span in spans if span.start_s <= at_s]
    return (before or list(spans))[-1 if before else 0].label


def chord_score(taken: Take) -> dict[str, float]:
    """Majmin overlap, from the first annotated chord to the last."""
    spans = taken.performance.chords
    if not spans:
        return {}
    start_s, end_s = spans[0].start_s, spans[-1].end_s
    said = [value for value in taken.heard if isinstance(value, ChordHeard)]
    marks = [start_s, *(value.announced_s for value in said)]
    names = ["N", *(value.chord.label for value in said)]
    intervals, labels = _laid_out(marks, names, max(end_s, marks[-1] + 1.0))
    truth_marks, truth_names = _without_gaps(spans)
    truth, truth_labels = _laid_out(truth_marks, truth_names, end_s)
    figures = mir_eval.chord.evaluate(truth, truth_labels, intervals, labels)
    return {"chord majmin": float(figures["majmin"]), "chord sevenths": float(figures["sevenths"])}


def _without_gaps(spans: tuple[Span, ...]) -> tuple[list[float], list[str]]:
    marks, names, reached_s = [], [], spans[0].start_s
    for span in spans:
        if span.start_s > reached_s + 1e-3:
            marks.append(reached_s)
            names.append("N")
        marks.append(span.start_s)
        names.append(span.label)
        reached_s = span.end_s
    return marks, names


def _laid_out(
    marks: list[float], names: list[str], end_s: float
) -> tuple[NDArray[np.float64], list[str]]:
    """Intervals between marks, empty ones left out."""
    ends = [*marks[1:], end_s]
    kept = [
        (start, end, name)
        for start, end, name in zip(marks, ends, names, strict=True)
        if end > start + 1e-6
    ]
    return np.array([(start, end) for start, end, _ in kept]), [name for _, _, name in kept]


def metronome(performance: Performance, bpm: float = 120.0) -> list[BeatHeard]:
    """The floor: a click at a fixed tempo from the first onset on, four to a bar."""
    start_s, end_s = float(performance.notes.on_s[0]), float(performance.notes.on_s[-1])
    count = int((end_s - start_s) * bpm / 60.0) + 1
    return [
        BeatHeard(at_s, at_s, beat, beat // 4, beat % 4 == 0, bpm, 1.0)
        for beat, at_s in enumerate(start_s + np.arange(count) * 60.0 / bpm)
    ]


def mean_scores(
    performances: list[Performance], hear: Callable[[Performance], dict[str, float]]
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """Means over performances of every figure that any has, and the figures one by one."""
    every = [hear(performance) for performance in performances]
    names = list(dict.fromkeys(name for scores in every for name in scores))
    return {
        name: float(np.mean([scores[name] for scores in every if name in scores])) for name in names
    }, every
