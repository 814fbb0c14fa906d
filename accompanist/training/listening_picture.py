"""How far from the beat clicks fall over time: one row a case, one colour a listener.

Every dot is a click that sounds: its distance to the nearest true beat, at the time of that beat.
The band is ±70 ms; vertical lines are changes of tempo and entries after a rest, shading is rest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.training.following_scores import RIGHT_S
from accompanist.training.performances import Performance

SHOWN = (
    "subito_faster",
    "accelerando",
    "ritardando_a_tempo",
    "three_bars_rest",
    "free_rubato",
    "syncopated_comping",
)
"""Stress cases drawn, where they were measured."""

_REACH_MS = 250.0
_ROW_INCHES, _WIDTH_INCHES = 1.7, 11.0

Clicks = NDArray[np.float64]


def stray_ms(performance: Performance, clicks_s: Clicks) -> tuple[Clicks, Clicks]:
    """Times of the true beats nearest to clicks, and how late each click is in ms."""
    beats_s = performance.beats_s
    places = np.clip(np.searchsorted(beats_s, clicks_s), 1, len(beats_s) - 1)
    before_s, after_s = beats_s[places - 1], beats_s[places]
    nearest_s = np.where(clicks_s - before_s < after_s - clicks_s, before_s, after_s)
    return nearest_s, 1000.0 * (clicks_s - nearest_s)


def draw(rows: list[tuple[Performance, Mapping[str, Clicks]]], path: Path) -> None:
    """Draw what every listener clicked in every performance, as PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        len(rows),
        1,
        figsize=(_WIDTH_INCHES, _ROW_INCHES * len(rows) + 0.6),
        layout="constrained",
        squeeze=False,
    )
    for axis, (performance, listeners) in zip(axes[:, 0], rows, strict=True):
        _draw_case(axis, performance, listeners)
    axes[0, 0].legend(loc="upper right", ncols=4, fontsize="x-small", markerscale=2)
    axes[-1, 0].set_xlabel("time, s")
    figure.savefig(path, dpi=120, format="png")
    pyplot.close(figure)


def _draw_case(axis: Any, performance: Performance, listeners: Mapping[str, Clicks]) -> None:  # noqa: ANN401 - untyped
    right_ms = 1000.0 * RIGHT_S
    axis.axhspan(-right_ms, right_ms, color="0.93", zorder=0)
    axis.axhline(0.0, color="0.6", linewidth=0.6, zorder=1)
    for start_s, end_s in performance.rests_s:
        axis.axvspan(start_s, end_s, color="C9", alpha=0.15, zorder=0)
    for change_s in performance.changes_s:
        axis.axvline(change_s, color="0.3", linewidth=0.8, linestyle=":")
    for number, (who, clicks_s) in enumerate(listeners.items()):
        at_s, late_ms = stray_ms(performance, clicks_s)
        shown = np.clip(late_ms, -_REACH_MS, _REACH_MS)
        size = 5.0 if number == 0 else 3.0
        above = 10 - number
        axis.plot(at_s, shown, ".", markersize=size, color=f"C{number}", label=who, zorder=above)
    axis.set_ylim(-_REACH_MS * 1.05, _REACH_MS * 1.05)
    axis.set_xlim(performance.beats_s[0] - 1.0, performance.beats_s[-1] + 1.0)
    axis.set_title(performance.name, loc="left", fontsize="small")
    axis.set_ylabel("late, ms", fontsize="small")
    axis.tick_params(labelsize="x-small")
