"""How well a player is followed: beat by beat, from the first onset to the end.

A true beat is followed one to one when exactly one click falls between the middles of the beats
around it. Within ±70 ms it is right.

lock : the first of eight right beats in a row, counted in beats and seconds from the first onset.
    Where there is none, the whole performance counts as waiting and ``lock never`` is 1.
recovery : after a change of tempo or a rest, beats until four right ones in a row begin; what is
    left of the performance where they never do.
FOLLOW : share of beats one to one within 50 ms and 8 % of the beat.
phase : distance of one-to-one clicks from their beats after lock, in ms; bias has the sign.
lead : announcement minus beat, in ms, while locked; negative is ahead of time.
rest : share of the first eight silent beats that a click keeps, share of clicks there that keep
    none (spurious), and whether the beat of the entry is kept.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import BeatHeard, StateHeard
from accompanist.training.beat_scores import Times, sounded
from accompanist.training.performances import Performance

RIGHT_S = 0.07
_LOCK_BEATS, _RECOVERY_BEATS, _REST_BEATS = 8, 4, 8
_CLOSE_S, _CLOSE_SHARE = 0.05, 0.08


def strays(truth_s: Times, clicks_s: Times) -> Times:
    """Distance from every true beat to its one click; NaN where none or several are its own.

    `truth_s` has at least two beats.
    """
    middles_s = (truth_s[1:] + truth_s[:-1]) / 2
    before_s = truth_s[0] - (middles_s[0] - truth_s[0])
    after_s = truth_s[-1] + (truth_s[-1] - middles_s[-1])
    edges_s = np.concatenate([[before_s], middles_s, [after_s]])
    first = np.searchsorted(clicks_s, edges_s[:-1])
    count = np.searchsorted(clicks_s, edges_s[1:]) - first
    found = np.full(len(truth_s), np.nan)
    found[count == 1] = clicks_s[first[count == 1]] - truth_s[count == 1]
    return found


def following_scores(performance: Performance, beats: list[BeatHeard]) -> dict[str, float]:
    """FOLLOW, lock, phase, recovery and rests; nothing without true beats, or if nobody plays."""
    truth_s = performance.beats_s
    if len(truth_s) < 2 or performance.played_s is None:
        return {}
    start_s, end_s = performance.played_s
    clicks_s = sounded(beats)
    strays_s = strays(truth_s, clicks_s)
    heard = (truth_s >= start_s - RIGHT_S) & (truth_s <= end_s)
    right = np.abs(strays_s) <= RIGHT_S
    periods_s = np.diff(truth_s, append=2 * truth_s[-1] - truth_s[-2])
    close = np.abs(strays_s) <= np.minimum(_CLOSE_S, _CLOSE_SHARE * periods_s)
    first = int(np.argmax(heard))
    locked = _row_of(right & heard, _LOCK_BEATS, first)
    scores = {"FOLLOW": float(close[heard].mean()) if heard.any() else 0.0}
    scores["lock never"] = float(locked is None)
    until = len(truth_s) if locked is None else locked
    scores["lock beats"] = float(until - first)
    reached_s = truth_s[min(until, len(truth_s) - 1)]
    scores["lock s"] = max(float(reached_s - start_s), 0.0)
    if locked is not None:
        scores |= _phase(1000.0 * strays_s[locked:])
    if performance.changes_s:
        waits = [_recovery(truth_s, right, change_s) for change_s in performance.changes_s]
        scores["recovery"] = float(np.mean(waits))
    return scores | _rest_scores(performance, clicks_s)


def _row_of(right: NDArray[np.bool_], length: int, first: int) -> int | None:
    """Where so many right beats in a row begin, from `first` on."""
    if len(right) - first < length:
        return None
    sums = np.convolve(right[first:], np.ones(length), mode="valid")
    starts = np.flatnonzero(sums > length - 0.5)
    return first + int(starts[0]) if len(starts) else None


def _phase(strays_ms: Times) -> dict[str, float]:
    known = strays_ms[~np.isnan(strays_ms)]
    return {
        "phase": float(np.median(np.abs(known))),
        "phase p95": float(np.quantile(np.abs(known), 0.95)),
        "bias": float(np.median(known)),
    }


def _recovery(truth_s: Times, right: NDArray[np.bool_], change_s: float) -> float:
    first = int(np.searchsorted(truth_s, change_s - 1e-6))
    found = _row_of(right, _RECOVERY_BEATS, first)
    return float((len(truth_s) if found is None else found) - first)


def _rest_scores(performance: Performance, clicks_s: Times) -> dict[str, float]:
    kept: list[float] = []
    spurious: list[float] = []
    entries: list[float] = []
    for start_s, end_s in performance.rests_s:
        inside = (performance.beats_s >= start_s - 1e-6) & (performance.beats_s < end_s - 1e-6)
        silent_s = performance.beats_s[inside][:_REST_BEATS]
        kept.append(float(np.mean([_near(clicks_s, beat_s) for beat_s in silent_s])))
        until_s = silent_s[-1] + RIGHT_S
        clicks = clicks_s[(clicks_s > start_s - RIGHT_S) & (clicks_s <= until_s)]
        spurious += [not _near(silent_s, click_s) for click_s in clicks]
        entries.append(_near(clicks_s, end_s))
    if not entries:
        return {}
    return {
        "rest kept": float(np.mean(kept)),
        "rest spurious": float(np.mean(spurious)) if spurious else 0.0,
        "entry kept": float(np.mean(entries)),
    }


def _near(times_s: Times, time_s: float) -> bool:
    return bool(len(times_s)) and bool(np.abs(times_s - time_s).min() <= RIGHT_S)


def lead_scores(heard: Iterable[object]) -> dict[str, float]:
    """Median and 95th percentile of the lead of beats announced while locked."""
    state, leads_ms = "lost", []
    for value in heard:
        if isinstance(value, StateHeard):
            state = value.state
        elif isinstance(value, BeatHeard) and state == "locked":
            leads_ms.append(1000.0 * (value.announced_s - value.at_s))
    if not leads_ms:
        return {}
    return {
        "lead": float(np.median(leads_ms)),
        "lead p95": float(np.quantile(leads_ms, 0.95)),
    }
