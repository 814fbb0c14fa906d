"""What the players aim at on validation pieces, and whether they are there.

Figures that are held against humans or baselines are made here from the tables: how far a mean is
from the human one, whether it lies in the human interval, how many baselines are not beaten. A
bound that a figure must not reach is written as the least that may be shown.
"""

import math
from collections.abc import Mapping

from accompanist.music.band import PARTS
from accompanist.training.listening_table import Figures, Measured
from accompanist.training.listening_targets import Target, verdicts
from accompanist.training.playing_composite import Comparison
from accompanist.training.playing_controls import HEARD, Slope
from accompanist.training.playing_drums import ALIKE, BITS, F1, LATENESS, VELOCITY
from accompanist.training.playing_harmony import NATS
from accompanist.training.playing_sets import HUMAN, INPUTS, MODEL, RECOVERY, UNDERSTUDY, Table
from accompanist.training.playing_shape import Overlaps

PERPLEXITY = "coming chord, perplexity"
_WITHIN = ("steps", "leaps", "range")
_MORE_AT_REST = "bass and harmony, more while resting"
_SHOWN = ("kick lock", _MORE_AT_REST)
"""Figures whose whole interval is to lie above 0."""

_JUST_ABOVE = 1e-6

_PLAYED_BY = {"walking in swing": UNDERSTUDY}
"""Who is judged, where the band doesn't play by model."""

TARGETS = (
    *(
        target
        for title in INPUTS.values()
        for target in (
            Target(f"harmony, {title}", "NiC", 0.62),
            Target(f"harmony, {title}", "coupling", 0.14),
            Target(f"harmony, {title}", "CHE", 1.9),
            Target(f"harmony, {title}", "CHE", 2.6, at_most=True),
            Target(f"harmony, {title}", "CC, off human's by", 0.25, at_most=True),
            Target(f"harmony, {title}", "NiC after a beat, off human's", 0.05, at_most=True),
            Target(f"harmony, {title}", PERPLEXITY, 6.5, at_most=True),
            Target(f"harmony, {title}", RECOVERY, 2.0, at_most=True),
            Target(f"bass, {title}", "root on a chord heard", 0.85),
            Target(f"bass, {title}", "strong beats, chord heard", 0.9),
            *(Target(f"bass, {title}", f"{name} within human interval", 1.0) for name in _WITHIN),
            Target(f"bass, {title}", "kick lock, low end", _JUST_ABOVE),
        )
    ),
    Target("walking in swing", "approach notes, beside wjd", 0.0),
    Target("drums", F1, 0.80),
    Target("drums", BITS, 1.9, at_most=True),
    Target("drums", LATENESS, 17.0, at_most=True),
    Target("drums", VELOCITY, 12.0, at_most=True),
    Target("drums", "adjacent bars, off human's by", 0.03, at_most=True),
    *(Target("controls", f"{c}: {name}", 1.0) for c, names in HEARD.items() for name in names),
    Target("controls", "outside: least chord-tone rate", 0.7),
    Target("dynamics and space", "louder: beats to follow", 4.0, at_most=True),
    Target("dynamics and space", "softer: beats to follow", 4.0, at_most=True),
    Target("dynamics and space", f"{_MORE_AT_REST}, low end", _JUST_ABOVE),
    *(Target("no loops", f"{part}: eight bars again", 0.0, at_most=True) for part in PARTS),
    *(
        Target("no loops", f"{part}: adjacent bars, off human's by", 0.05, at_most=True)
        for part in PARTS
    ),
    *(Target("overlap", f"{part}, share of human's", 0.85) for part in PARTS),
    *(Target("better than", f"{part}: others not beaten", 0.0, at_most=True) for part in PARTS),
    Target("cost", "a frame p99", 1.0, at_most=True),
    Target("cost", "a bar again p99", 5.0, at_most=True),
)


def judged(
    tables: Mapping[str, Table],
    slopes: Mapping[str, list[Slope]],
    overlaps: Overlaps,
    compared: list[Comparison],
) -> list[dict[str, object]]:
    """Every target whose figure was measured, with its value and whether it is met."""
    figures = held_against(tables)
    figures["controls"] = control_verdicts(slopes, tables)
    figures["overlap"] = overlap_verdicts(overlaps)
    figures["better than"] = comparison_verdicts(compared)
    return verdicts(figures, TARGETS)


def held_against(tables: Mapping[str, Table]) -> dict[str, Figures]:
    """Means of who plays, by table, with those figures that are told beside humans."""
    found: dict[str, Figures] = {}
    for name, table in tables.items():
        who = _PLAYED_BY.get(name, MODEL)
        if who not in table:
            continue
        ours = table[who].mean
        human = table[HUMAN].mean if HUMAN in table else {}
        intervals = table[who].intervals()
        found[name] = ours | _beside(ours, human, table.get(HUMAN))
        for figure in _SHOWN:
            if figure in intervals:
                found[name][f"{figure}, low end"] = intervals[figure][0]
    return found


def _beside(ours: Figures, human: Figures, humans: Measured | None) -> Figures:
    made: Figures = {}
    if NATS in ours:
        made[PERPLEXITY] = math.exp(ours[NATS])
    pairs = (
        ("NiC after a heard beat", "NiC after a beat, off human's"),
        (ALIKE, "adjacent bars, off human's by"),
        *((f"{part}: {ALIKE}", f"{part}: adjacent bars, off human's by") for part in PARTS),
    )
    for figure, named in pairs:
        if figure in ours and figure in human:
            made[named] = abs(ours[figure] - human[figure])
    if "CC" in ours and human.get("CC"):
        made["CC, off human's by"] = abs(ours["CC"] / human["CC"] - 1.0)
    if "approach notes into changes" in ours and "approach notes into changes" in human:
        figure = "approach notes into changes"
        made["approach notes, beside wjd"] = ours[figure] - human[figure]
    for figure, (low, high) in (humans.intervals() if humans else {}).items():
        if figure in _WITHIN and figure in ours:
            made[f"{figure} within human interval"] = float(low <= ours[figure] <= high)
    return made


def control_verdicts(slopes: Mapping[str, list[Slope]], tables: Mapping[str, Table]) -> Figures:
    """1 for each figure that rises monotonically with its control, else 0; and chord tones."""
    made: Figures = {}
    for control, names in HEARD.items():
        told = {slope.figure: slope for slope in slopes.get(f"{MODEL} {control}", [])}
        for name in names:
            if told:
                made[f"{control}: {name}"] = float(name in told and told[name].monotone)
    mean = tables["control outside"][MODEL].mean if "control outside" in tables else {}
    rates = [value for name, value in mean.items() if name.startswith("chord tones")]
    return made | ({"outside: least chord-tone rate": min(rates)} if rates else {})


def overlap_verdicts(found: Overlaps) -> Figures:
    """Overlap with humans as a share of that of humans with humans, by part."""
    return {
        f"{part}, share of human's": columns[MODEL].overlap / columns[HUMAN].overlap
        for part, columns in found.items()
        if MODEL in columns and HUMAN in columns
    }


def comparison_verdicts(found: list[Comparison]) -> Figures:
    """How many comparisons of a part do not show the model to be better."""
    parts = dict.fromkeys(one.where.split(",")[0] for one in found)
    return {
        f"{part}: others not beaten": float(
            sum(not one.shown for one in found if one.where.split(",")[0] == part)
        )
        for part in parts
    }
