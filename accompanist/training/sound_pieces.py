"""Pieces for scenes, drawn from the material: songs, sheets, charts, solos, drumming."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from accompanist.training.arrangements import Arrangement
from accompanist.training.chart import Chart
from accompanist.training.chart_arrangements import chart_arrangement
from accompanist.training.comping import recoloured
from accompanist.training.performances import MELODY, PIANO, Notes, notes_from
from accompanist.training.performing import Floats
from accompanist.training.sound_band import beaten, comped_by, drummed, walking
from accompanist.training.sound_material import Material, lengthened
from accompanist.training.sound_score import Score, arranged_score, pedalled

_ENOUGH_BEATS = 360
_LEFT_HAND_BELOW = 58
_NOT_IN_FOUR = 0.2


def _sheet(material: Material, random: np.random.Generator) -> Chart:
    sheets = material.sheets
    if random.random() < _NOT_IN_FOUR:
        sheets = [sheet for sheet in sheets if sheet.beats_per_bar in (2, 3)] or sheets
    return lengthened(sheets[random.integers(len(sheets))], _ENOUGH_BEATS)


def _chart(material: Material, random: np.random.Generator) -> Chart:
    chart = material.charts[random.integers(len(material.charts))]
    return lengthened(recoloured(chart, random, 0.15), _ENOUGH_BEATS)


def _played(chart: Chart, random: np.random.Generator) -> Arrangement:
    return chart_arrangement(chart, int(random.integers(2**31)))


def harmony(material: Material, random: np.random.Generator) -> Score:
    """A piece with chords: a song, a lead sheet, or a chart."""
    choice = random.random()
    if choice < 0.5:
        return arranged_score(material.song(random))
    chart = _sheet(material, random) if choice < 0.75 else _chart(material, random)
    return arranged_score(_played(chart, random))


def hands(score: Score, random: np.random.Generator) -> Score:
    """Both hands and the tune, or some of them; all of one pianist."""
    choice = random.random()
    if choice < 0.2:
        score = score.roles(PIANO)
    elif choice < 0.26 and (score.pitch < _LEFT_HAND_BELOW).sum() > 64:
        score = score.only(score.pitch < _LEFT_HAND_BELOW)
    if random.random() < 0.65:
        score = pedalled(score, random)
    return replace(score, role=np.full_like(score.role, PIANO))


def chart_score(material: Material, random: np.random.Generator) -> Score:
    """A lead sheet or a chart, somebody's accompaniment under its tune."""
    chart = (_sheet if random.random() < 0.5 else _chart)(material, random)
    return arranged_score(_played(chart, random))


def tune(material: Material, random: np.random.Generator) -> Score:
    """A melody alone."""
    if random.random() < 0.5:
        return arranged_score(material.song(random)).roles(MELODY)
    return arranged_score(_played(_sheet(material, random), random)).roles(MELODY)


def combo(material: Material, random: np.random.Generator) -> Score:
    """A soloist in human time, over somebody who comps and a walking bass."""
    solo = material.solos[random.integers(len(material.solos))]
    figure = str(random.choice(["rootless", "rootless", "rootless", "pad", "blocks"]))
    return solo.sounding(comped_by(solo, figure, random)).sounding(walking(solo, random))


def drumming(material: Material, random: np.random.Generator) -> Score:
    """Drums alone: a person's, or a beat made by rule."""
    groove = material.groove(random) if random.random() < 0.65 else None
    if groove is not None:
        period_s = float(groove.beats_s[1] - groove.beats_s[0])
        blank = _blank(groove.name, period_s, groove.per_bar, human=True)
        return blank.sounding(drummed(blank, groove, random))
    per_bar = int(random.choice([4, 3, 2], p=[0.8, 0.12, 0.08]))
    slowest, fastest = (40.0, 110.0) if per_bar == 2 else (55.0, 210.0)
    tempo_bpm = slowest * (fastest / slowest) ** random.random()
    blank = _blank("beat", 60.0 / tempo_bpm, per_bar, human=False)
    return blank.sounding(beaten(blank, random))


def _blank(name: str, period_s: float, per_bar: int, human: bool) -> Score:
    """Bars in which nobody plays yet."""
    number = np.arange(_ENOUGH_BEATS, dtype=np.float64)
    none: NDArray[np.int64] = np.zeros(0, np.int64)
    nowhere: Floats = np.zeros(0)
    downbeats = (number % per_bar == 0).astype(np.int8)
    return Score(
        name, nowhere, nowhere, none, none, none, period_s * number, downbeats, human=human
    )


def aimless(length_s: float, random: np.random.Generator) -> Notes:
    """Keys struck at random, in fits and starts: somebody who tries an instrument out."""
    rows, at_s = [], float(random.uniform(0.2, 3.0))
    per_s = float(random.uniform(0.7, 6.0))
    while at_s < length_s:
        length = float(random.uniform(0.05, 1.5))
        rows.append(
            (at_s, at_s + length, int(random.integers(40, 85)), int(random.integers(25, 115)), 0)
        )
        at_s += float(random.exponential(1.0 / per_s))
        if random.random() < 0.05:
            at_s += float(random.uniform(1.0, 6.0))
    return notes_from(rows)
