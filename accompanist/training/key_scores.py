"""How well keys were heard: MIREX weights, what wrong keys were mistaken for, and modulations.

A key counts from its announcement until the next. Truth is that of the moment asked about; moments
are counted from the first onset, or from where sound begins. Weights are those of MIREX as mir_eval
has them (1 for the key itself, .5 a fifth above it, .3 its relative, .2 its parallel, 0 for others
and for no key).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import KeyHeard
from accompanist.music.key import NO_KEY, Key, parse_key
from accompanist.training.performances import Performance, Span

AFTER_S = (3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
"""When the key held is asked for."""

WEIGHTS = {
    "same": 1.0,
    "dominant": 0.5,
    "relative": 0.3,
    "parallel": 0.2,
    "subdominant": 0.0,
    "other": 0.0,
    "none": 0.0,
}
"""What each relation of a key heard to the true one is worth."""


def relation(truth: Key, heard: Key) -> str:
    """What a key heard is to the true one: a word of `WEIGHTS`.

    Raises
    ------
    ValueError
        If there is no true key.
    """
    if truth.tonic is None:
        raise ValueError("without a true key there is nothing to be right about")
    if heard.tonic is None:
        return "none"
    up = (heard.tonic - truth.tonic) % 12
    if heard.mode == truth.mode:
        return {0: "same", 7: "dominant", 5: "subdominant"}.get(up, "other")
    if up == (9 if truth.mode == "major" else 3):
        return "relative"
    return "parallel" if up == 0 else "other"


def key_held(heard: Iterable[object], at_s: float) -> Key:
    """Key held at a time, by what was announced until then."""
    said = [v for v in heard if isinstance(v, KeyHeard) and v.announced_s <= at_s]
    return said[-1].key if said else NO_KEY


def true_key(spans: Sequence[Span], at_s: float) -> Key:
    """Key that is true at a time; before the first, the first. `spans` has at least one."""
    begun = [span for span in spans if span.start_s <= at_s]
    return parse_key((begun or [spans[0]])[-1].label)


def key_relations(performance: Performance, heard: Sequence[object]) -> dict[float, str]:
    """Relation of the key held to the true one, by seconds after the first onset.

    Empty without annotated keys; moments after the last onset, or the end of sound, are left out.
    """
    return {
        after_s: relation(true_key(performance.keys, at_s), key_held(heard, at_s))
        for after_s, at_s in key_moments_s(performance).items()
    }


def key_moments_s(performance: Performance) -> dict[float, float]:
    """When the key held is asked for, by seconds after the first onset."""
    if not performance.keys:
        return {}
    on_s = performance.notes.on_s
    start_s, end_s = performance.sound_s or (float(on_s[0]), float(on_s[-1]))
    return {after_s: start_s + after_s for after_s in AFTER_S if start_s + after_s <= end_s}


def key_scores(performance: Performance, heard: Sequence[object]) -> dict[str, float]:
    """MIREX weights by moment, such as ``key@12s``."""
    relations = key_relations(performance, heard)
    return {f"key@{after_s:g}s": WEIGHTS[found] for after_s, found in relations.items()}


def confusions(relations: Iterable[str]) -> dict[str, float]:
    """Share of every relation among some; all of them are named. Empty for none."""
    counts = Counter(relations)
    total = counts.total()
    return {name: counts[name] / total for name in WEIGHTS} if total else {}


def modulation_bars(performance: Performance, heard: Sequence[object]) -> list[float]:
    """Bars from every true change of key until the new key is held; infinite where it never is.

    The new key must be held while it is true. A key held before its time counts as 0 bars. The bar
    is the median of those annotated.
    """
    starts_s: NDArray[np.float64] = performance.beats_s[performance.downbeats]
    if len(starts_s) < 2:
        return []
    bar_s = float(np.median(np.diff(starts_s)))
    changes = [
        (span, now)
        for before, span in zip(performance.keys, performance.keys[1:], strict=False)
        if (now := parse_key(span.label)).tonic is not None and now != parse_key(before.label)
    ]
    return [_held_after_s(heard, span, key) / bar_s for span, key in changes]


def _held_after_s(heard: Sequence[object], span: Span, key: Key) -> float:
    if key_held(heard, span.start_s) == key:
        return 0.0
    said = [value for value in heard if isinstance(value, KeyHeard) and value.key == key]
    inside = [v.announced_s for v in said if span.start_s <= v.announced_s < span.end_s]
    return min(inside) - span.start_s if inside else float("inf")
