"""A trace drawn as a score is read, in systems from top to bottom.

Every system shows, one below another on one time:

keys and chords : as they were announced, at the time they speak of; a revised chord is left out.
chroma, spectrogram, onsets : where there is sound, what it consists of (see `app.trace_sound`).
piano roll : notes, unless there is but sound: darker the louder, drums as crosses; announced beats
    as thin lines, downbeats as thick ones with the number of their bar.
tempo : the line is the tempo of the beats announced, bolder the surer; dots are the readings that
    the ear weighed, larger the likelier; the ground is red while it is lost, yellow while it locks.
phase : where each reading has its beat, from the announced beat nearest to it, in beats.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from accompanist.app.bench.picture import load_pyplot
from accompanist.app.trace import Trace
from accompanist.app.trace_sound import draw_chroma, draw_onsets, draw_spectrogram
from accompanist.music.heard import ChordHeard

SYSTEM_S = 24.0
MOST_SYSTEMS = 16
STATE_COLOURS = {"lost": "#f6d5d1", "locking": "#fbf0c4"}

_INK, _FAINT, _BEAT, _FOLLOWED = "#23262b", "#c3c7cd", "#3b82c4", "#b3402a"
_WIDTH_INCHES, _SYSTEM_INCHES = 15.0, 4.6
_USUAL_HEIGHT = 5.7
"""Of the panels of a performance of notes."""
_LARGEST_DOT = 60.0
_SLOWEST_BPM, _FASTEST_BPM = 30.0, 300.0
_LEAST_CHORD_S, _LEAST_KEY_S = 0.6, 1.5

Axes = Any
Span = tuple[float, float]


def draw(trace: Trace, title: str, file: BinaryIO) -> None:
    """Draw a trace as PNG.

    Raises
    ------
    Refusal
        If matplotlib is not installed.
    """
    pyplot = load_pyplot()
    figure = figure_of(trace, title)
    figure.savefig(file, dpi=100, format="png")
    pyplot.close(figure)


class _Panel(NamedTuple):
    """One of the axes of a system: its share of the height, and who draws it."""

    height: float
    draw: Callable[[Axes, Trace, Span], None]


def _panels(trace: Trace) -> list[_Panel]:
    above = [_Panel(0.7, _draw_harmony)]
    if trace.frames:
        above += [_Panel(0.9, draw_chroma), _Panel(1.7, _draw_sound), _Panel(0.8, draw_onsets)]
    if trace.notes or not trace.frames:
        above.append(_Panel(2.6, _draw_roll))
    return [*above, _Panel(1.5, _draw_tempo), _Panel(0.9, _draw_phase)]


def figure_of(trace: Trace, title: str) -> Any:  # noqa: ANN401 - untyped
    """Figure of a trace: some axes for every system, from top to bottom."""
    pyplot = load_pyplot()
    spans, panels = list(systems(trace.end_s)), _panels(trace)
    heights = [panel.height for panel in panels]
    system_inches = _SYSTEM_INCHES * sum(heights) / _USUAL_HEIGHT
    figure, axes = pyplot.subplots(
        len(panels) * len(spans),
        1,
        figsize=(_WIDTH_INCHES, system_inches * len(spans) + 0.5),
        height_ratios=heights * len(spans),
        layout="constrained",
        squeeze=False,
    )
    figure.suptitle(title, fontsize="medium")
    for number, span in enumerate(spans):
        for place, panel in enumerate(panels):
            axis = axes[len(panels) * number + place, 0]
            panel.draw(axis, trace, span)
            axis.set_xlim(span)
            axis.tick_params(labelsize="x-small")
            axis.tick_params(axis="x", labelbottom=place == len(panels) - 1)
    axes[-1, 0].set_xlabel("time, s", fontsize="small")
    _draw_legend(axes[len(panels) - 2, 0])
    return figure


def _draw_legend(axis: Axes) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    told = [
        Line2D([], [], color=_FOLLOWED, linewidth=2.5, label="announced, bolder the surer"),
        Line2D([], [], color=_INK, alpha=0.4, marker="o", linewidth=0, label="hypotheses"),
        *(Patch(color=colour, label=state) for state, colour in STATE_COLOURS.items()),
    ]
    axis.legend(handles=told, loc="upper right", ncols=4, fontsize="xx-small", frameon=False)


def systems(end_s: float) -> Iterator[tuple[float, float]]:
    """Start and end of every system; they grow longer where there would be too many."""
    length_s = max(SYSTEM_S, end_s / MOST_SYSTEMS)
    count = max(int(np.ceil(end_s / length_s - 1e-9)), 1)
    return ((place * length_s, (place + 1) * length_s) for place in range(count))


def _draw_harmony(axis: Axes, trace: Trace, span: Span) -> None:
    revised = {chord.revises for chord in trace.chords}
    chords = [chord for chord in trace.chords if chord.announced_s not in revised]
    for place, (chord, until_s) in enumerate(_lasting(chords, trace.end_s)):
        start_s, end_s = max(chord.at_s, span[0]), min(until_s, span[1])
        if end_s <= start_s or chord.chord.root is None:
            continue
        axis.axvspan(start_s, end_s, 0.0, 0.55, color=("#dbe7f3", "#eef3f8")[place % 2], lw=0)
        if end_s - start_s >= _LEAST_CHORD_S:
            axis.text(start_s + 0.05, 0.27, chord.chord.label, fontsize="x-small", va="center")
    ends_s = [*(key.announced_s for key in trace.keys[1:]), trace.end_s]
    for key, until_s in zip(trace.keys, ends_s, strict=False):
        start_s = max(key.announced_s, span[0])
        if start_s < min(until_s, span[1]):
            axis.axvline(start_s, 0.55, 1.0, color=_INK, linewidth=0.8)
            if min(until_s, span[1]) - start_s >= _LEAST_KEY_S:
                axis.text(start_s + 0.08, 0.78, key.key.name, fontsize="small", va="center")
    axis.set_ylim(0.0, 1.0)
    axis.set_yticks([0.27, 0.78], ["chord", "key"])


def _lasting(chords: list[ChordHeard], end_s: float) -> Iterator[tuple[ChordHeard, float]]:
    """Every chord with the time until which it holds."""
    ordered = sorted(chords, key=lambda chord: chord.at_s)
    ends_s = [*(chord.at_s for chord in ordered[1:]), end_s]
    return zip(ordered, ends_s, strict=False)


def _draw_beats(axis: Axes, trace: Trace) -> None:
    for beat in trace.beats:
        strength = 1.3 if beat.downbeat else 0.5
        axis.axvline(beat.at_s, color=_BEAT, linewidth=strength, alpha=0.8, zorder=1)
        if beat.downbeat:
            axis.annotate(
                str(beat.bar), (beat.at_s, 1.0), (2, -8), fontsize="xx-small", color=_BEAT,
                xycoords=("data", "axes fraction"), textcoords="offset points",
                annotation_clip=True,
            )  # fmt: skip


def _draw_sound(axis: Axes, trace: Trace, span: Span) -> None:
    draw_spectrogram(axis, trace, span)
    _draw_beats(axis, trace)


def _draw_roll(axis: Axes, trace: Trace, _span: Span) -> None:
    _draw_beats(axis, trace)
    keys = [note for note in trace.notes if not note.drum]
    drums = [note for note in trace.notes if note.drum]
    axis.hlines(
        [note.pitch for note in keys],
        [note.on_s for note in keys],
        [note.off_s for note in keys],
        colors=[(0.14, 0.15, 0.17, 0.25 + 0.75 * note.velocity / 127) for note in keys],
        linewidth=2.5,
        zorder=3,
    )
    axis.plot(
        [note.on_s for note in trace.notes], [note.pitch for note in trace.notes], "|",
        color=_INK, markersize=4, markeredgewidth=1.0, zorder=4,
    )  # fmt: skip
    axis.plot(
        [note.on_s for note in drums], [note.pitch for note in drums], "x",
        color=_INK, markersize=5, zorder=4,
    )  # fmt: skip
    pitches = [note.pitch for note in trace.notes] or [60]
    axis.set_ylim(min(pitches) - 2, max(pitches) + 4)
    axis.set_ylabel("pitch", fontsize="x-small")


def _draw_states(axis: Axes, trace: Trace) -> None:
    marks = [("lost", 0.0), *((state.state, state.announced_s) for state in trace.states)]
    marks.append(("", trace.end_s))
    for (state, start_s), (_, end_s) in pairwise(marks):
        if state in STATE_COLOURS:
            axis.axvspan(start_s, end_s, color=STATE_COLOURS[state], zorder=0, linewidth=0)


def _draw_tempo(axis: Axes, trace: Trace, _span: Span) -> None:
    _draw_states(axis, trace)
    shown = [w for w in trace.weighed if _SLOWEST_BPM <= w.tempo_bpm <= _FASTEST_BPM]
    axis.scatter(
        [w.time_s for w in shown], [w.tempo_bpm for w in shown],
        s=[_LARGEST_DOT * w.weight for w in shown], color=_INK, alpha=0.25, linewidths=0,
        zorder=2,
    )  # fmt: skip
    for before, after in pairwise(trace.beats):
        axis.plot(
            [before.at_s, after.at_s], [before.tempo_bpm, after.tempo_bpm],
            color=_FOLLOWED, linewidth=0.6 + 2.4 * after.confidence, zorder=3,
            solid_capstyle="butt",
        )  # fmt: skip
    axis.set_yscale("log")
    tempi = [beat.tempo_bpm for beat in trace.beats] + [w.tempo_bpm for w in shown]
    low, high = (min(tempi), max(tempi)) if tempi else (60.0, 120.0)
    axis.set_ylim(low / 1.1, high * 1.1)
    ticks = [bpm for bpm in (40, 60, 80, 100, 120, 160, 200, 240) if low / 1.1 < bpm < high * 1.1]
    axis.set_yticks(ticks, [str(bpm) for bpm in ticks])
    axis.minorticks_off()
    axis.grid(axis="y", color=_FAINT, linewidth=0.4)
    axis.set_ylabel("tempo, BPM", fontsize="x-small")


def _draw_phase(axis: Axes, trace: Trace, _span: Span) -> None:
    _draw_states(axis, trace)
    beats_s = np.array([beat.at_s for beat in trace.beats])
    if len(beats_s) > 1:
        places = [phase_of(beats_s, w.beat_s) for w in trace.weighed]
        axis.scatter(
            [w.time_s for w in trace.weighed], places,
            s=[_LARGEST_DOT * w.weight for w in trace.weighed],
            color=_INK, alpha=0.25, linewidths=0, zorder=2,
        )  # fmt: skip
    axis.axhline(0.0, color=_FOLLOWED, linewidth=0.8, zorder=1)
    axis.set_ylim(-0.55, 0.55)
    axis.set_yticks([-0.5, 0.0, 0.5], ["−½", "beat", "+½"])
    axis.set_ylabel("phase", fontsize="x-small")


def phase_of(beats_s: np.ndarray[Any, np.dtype[np.float64]], time_s: float) -> float:
    """Distance from a time to the nearest beat, in beats (−½ to ½), evenly beyond the last."""
    place = int(np.clip(np.searchsorted(beats_s, time_s), 1, len(beats_s) - 1))
    period_s = float(beats_s[place] - beats_s[place - 1])
    count = (time_s - float(beats_s[place])) / period_s
    return float((count + 0.5) % 1.0 - 0.5)
