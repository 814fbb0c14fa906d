"""Charts as arrangements: their melody, if any, over an accompaniment played by rule.

So progressions of jazz, of old songs and of fifty years of hits are learned like those of the songs
that somebody arranged. The accompaniment says little more than the chords.
"""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from accompanist.training.arrangements import Arrangement, ScoreNote
from accompanist.training.chart import Chart
from accompanist.training.comping import FIGURES, accompaniment, chord_spans
from accompanist.training.pop909cl import ChordSpan, Truth

_TEMPO_BPM = 120.0
_LEAST_BEATS, _MOST_BEATS = 160, 512


def chart_arrangement(chart: Chart, seed: int) -> Arrangement:
    """A chart, played again while it is short, with a figure that the seed draws."""
    chance: Generator = np.random.default_rng(seed)
    whole = len(chart.chords) - len(chart.chords) % chart.beats_per_bar
    times = max(1, -(-_LEAST_BEATS // max(whole, 1)))
    chords = (chart.chords[:whole] * times)[:_MOST_BEATS]
    spans = tuple(
        ChordSpan(float(first), float(end), chord) for first, end, chord in chord_spans(chords)
    )
    figure = str(chance.choice(list(FIGURES)))
    piano = tuple(
        ScoreNote(on, off - on, pitch, velocity)
        for on, off, pitch, velocity, _ in sorted(accompaniment(chords, figure, chance))
    )
    melody = tuple(
        replace(note, onset_beats=note.onset_beats + time * whole)
        for time in range(times)
        for note in chart.melody
        if 0.0 <= note.onset_beats < whole
    )
    keys = () if chart.key.tonic is None else ((0.0, chart.key),)
    truth = Truth(chart.beats_per_bar, spans, keys, ())
    return Arrangement(chart.name, melody, piano, _TEMPO_BPM, truth)
