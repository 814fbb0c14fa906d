"""How well chords were heard and expected, scored on what was announced when it was announced.

Overlaps are mir_eval's weighted ones (majmin, sevenths) with every label shifted to its
announcement. A chord's delay runs from its start to the first announcement that is right by
majmin; one that is never heard right counts with its whole length. A change is expected right when
the last chord announced for its beat, before the beat, is right by majmin.
"""

from collections.abc import Sequence

import mir_eval
import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import ChordExpected, ChordHeard
from accompanist.training.performances import Performance, Span

_LEAST_S = 1e-6
_NEAR_SHARE = 0.35


def chord_scores(performance: Performance, heard: Sequence[object]) -> dict[str, float]:
    """Overlaps from the first annotated chord to the last, and the median delay in seconds."""
    spans = performance.chords
    if not spans:
        return {}
    start_s, end_s = spans[0].start_s, spans[-1].end_s
    said = [value for value in heard if isinstance(value, ChordHeard)]
    marks = [start_s, *(value.announced_s for value in said)]
    names = ["N", *(value.chord.label for value in said)]
    intervals, labels = _laid_out(marks, names, max(end_s, marks[-1] + 1.0))
    truth_marks, truth_names = _without_gaps(spans)
    truth, truth_labels = _laid_out(truth_marks, truth_names, end_s)
    figures = mir_eval.chord.evaluate(truth, truth_labels, intervals, labels)
    delays = delays_s(spans, said)
    return {
        "chord majmin": float(figures["majmin"]),
        "chord sevenths": float(figures["sevenths"]),
        **({"chord delay": float(np.median(delays))} if delays else {}),
    }


def delays_s(spans: Sequence[Span], said: Sequence[ChordHeard]) -> list[float]:
    """Delay of every chord that differs from the one before it and is major or minor."""
    delays = []
    for span in changes(spans):
        before = [value for value in said if value.announced_s <= span.start_s][-1:]
        within = [value for value in said if span.start_s < value.announced_s < span.end_s]
        comparable = _right(span.label, span.label)
        hits = [value for value in (*before, *within) if _right(span.label, value.chord.label)]
        if comparable:
            heard_s = hits[0].announced_s if hits else span.end_s
            delays.append(max(heard_s - span.start_s, 0.0))
    return delays


def expected_scores(performance: Performance, heard: Sequence[object]) -> dict[str, float]:
    """Share of changes of chord whose new chord was expected before the beat it came on.

    Nothing where no chord is ever expected, as by a listener without a band.
    """
    said = [value for value in heard if isinstance(value, ChordExpected)]
    if not said:
        return {}
    beats_s = performance.beats_s
    verdicts = []
    for span in changes(performance.chords)[1:]:
        if not _right(span.label, span.label) or len(beats_s) < 2:
            continue
        place = int(np.clip(np.searchsorted(beats_s, span.start_s), 1, len(beats_s) - 1))
        near_s = _NEAR_SHARE * float(beats_s[place] - beats_s[place - 1])
        about = [
            value
            for value in said
            if abs(value.at_s - span.start_s) <= near_s and value.announced_s < span.start_s
        ]
        verdicts.append(bool(about) and _right(span.label, about[-1].chord.label))
    return {"chord expected": float(np.mean(verdicts))} if verdicts else {}


def changes(spans: Sequence[Span]) -> list[Span]:
    """Spans with those that go on with the same chord joined to the one before."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].label == span.label and span.start_s - joined[-1].end_s < 1e-3:
            joined[-1] = Span(joined[-1].start_s, span.end_s, span.label)
        else:
            joined.append(span)
    return joined


def _right(truth: str, guess: str) -> bool:
    """Whether a label is right by majmin; never where the true one is neither."""
    return bool(mir_eval.chord.majmin([truth], [guess])[0] == 1.0) and truth != "N"


def _without_gaps(spans: Sequence[Span]) -> tuple[list[float], list[str]]:
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
        if end > start + _LEAST_S
    ]
    return np.array([(start, end) for start, end, _ in kept]), [name for _, _, name in kept]
