"""A stretch of a score as somebody plays it: where it begins, its tempo, touch, mistakes, swing."""

from dataclasses import dataclass, field, replace

import numpy as np

from accompanist.training.performances import MELODY, PIANO, Notes
from accompanist.training.performing import Floats, Played, departures, mistaken, swung, touched
from accompanist.training.sound_performed import Feel, Truth, performed
from accompanist.training.sound_score import BASS, DRUMS, GUITAR, Score

_SLOWEST_BPM, _FASTEST_BPM = 45.0, 220.0
_FASTEST_HUMAN_S, _SLOWED = 60.0 / 240.0, 1.4
"""Solos much faster than others are slowed down, but not beyond recognition."""

_FROM_BEGINNING, _AT_BAR_LINE = 0.3, 0.7
_MISTAKES, _SWUNG = 0.25, 0.12
_STRUMMED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Playing:
    """How an excerpt is played.

    Attributes
    ----------
    curves
        Tempo curves of people, in octaves a beat.
    tight
        Somebody keeps time: the tempo wanders less.
    band
        Several people, each late or early as those in jazz trios are.
    human_drums
        The drums come from a person, and are left where they were hit.
    strummed
        Chords are spread already.
    periods_s
        Of the score's beats; drawn unless given.
    """

    curves: list[Floats]
    tight: bool = False
    band: bool = False
    human_drums: bool = False
    strummed: bool = False
    periods_s: Floats = field(default_factory=lambda: np.zeros(0))

    def with_tempo(self, score: Score, random: np.random.Generator) -> "Playing":
        """The same, its tempo drawn."""
        return replace(self, periods_s=_periods(score, self.tight, self.curves, random))


def _periods(
    score: Score, tight: bool, curves: list[Floats], random: np.random.Generator
) -> Floats:
    """Seconds of each beat, at a tempo redrawn from the score's own."""
    count = len(score.downbeats)
    own = np.diff(score.beats_s)
    own = np.append(own, own[-1])[:count]
    if score.human and len(np.unique(np.round(own, 6))) > 2:
        quickest = _FASTEST_HUMAN_S / float(np.median(own))
        own = own * max(2.0 ** random.uniform(-0.25, 0.25), min(quickest, _SLOWED))
        if tight or random.random() < 0.5:
            return np.asarray(own)
    median = float(np.median(own))
    octaves = random.uniform(-0.5, 0.7) if random.random() < 0.2 else random.normal(0.0, 0.13)
    slowest, fastest = min(_SLOWEST_BPM, 60.0 / median), max(_FASTEST_BPM, 60.0 / median)
    tempo_bpm = np.clip(60.0 / median * 2.0**octaves, slowest, fastest)
    steady = own if score.human else np.full(count, median)
    curve = departures(count, score.per_bar, curves, random)
    if tight:
        depth = random.choice([0.0, 0.1, 0.3, 1.0], p=[0.3, 0.35, 0.2, 0.15])
        curve = depth * curve + random.normal(0.0, random.uniform(0.0, 0.004), count)
    return np.asarray(steady * (60.0 / tempo_bpm / median) * 2.0**curve)


def excerpt(
    score: Score, playing: Playing, random: np.random.Generator, length_s: float
) -> tuple[dict[int, Notes], Truth]:
    """Notes by role, and the truth, of some stretch of a score."""
    if not len(playing.periods_s):
        playing = playing.with_tempo(score, random)
    score = score.transposed(int(random.integers(-5, 7)))
    if not playing.band and random.random() < _MISTAKES:
        score = _mistaken(score, random)
    if not score.human and random.random() < _SWUNG:
        share = random.uniform(0.55, 0.68)
        score = replace(score, on=swung(score.on, share), off=swung(score.off, share))
    if len(score.on):
        score = _touched(score, random)
    first = _first_beat(score, playing.periods_s, length_s, random)
    lead_s = random.uniform(0.3, 4.0) if random.random() < 0.35 else random.uniform(0.0, 0.3)
    return performed(
        score, first, playing.periods_s, lead_s, length_s, _feels(playing, random), random
    )


def _first_beat(
    score: Score, periods_s: Floats, length_s: float, random: np.random.Generator
) -> float:
    """A beat from which on there is enough to hear; the bar line at or before it, mostly."""
    first = float(np.floor(score.on.min(initial=0.0)))
    last = float(score.on.max(initial=0.0)) - length_s / float(np.median(periods_s))
    if last <= first or random.random() < _FROM_BEGINNING:
        return first
    beat = float(random.uniform(first, last))
    lines = np.flatnonzero(score.downbeats == 1)
    before = lines[lines <= beat]
    if len(before) and random.random() < _AT_BAR_LINE:
        return float(before[-1])
    return float(np.floor(beat)) if random.random() < 0.6 else beat


def _mistaken(score: Score, random: np.random.Generator) -> Score:
    """Notes missing, wrong or struck twice; a note keeps its length and its part."""
    if len(score.on) < 2:
        return score
    number = np.arange(len(score.on))
    played = mistaken(Played(score.on, score.pitch, score.velocity, number), random)
    source = played.role
    pitch = np.where(score.role[source] == DRUMS, score.pitch[source], played.pitch)
    length = score.off - score.on
    return replace(
        score,
        on=played.beats,
        off=played.beats + length[source],
        pitch=pitch,
        velocity=np.clip(played.velocity, 8, 127),
        role=score.role[source],
    )


def _touched(score: Score, random: np.random.Generator) -> Score:
    """Every part in somebody's touch."""
    velocity = score.velocity.copy()
    for role in np.unique(score.role):
        mine = score.role == role
        if role == DRUMS and score.human:
            continue
        velocity[mine] = touched(velocity[mine], random)
    return replace(score, velocity=velocity)


def _feels(playing: Playing, random: np.random.Generator) -> dict[int, Feel]:
    """How far each is from the beat: as in jazz trios, bass +2, drums -3, piano +9 ms."""
    drums = 0.0 if playing.human_drums else random.uniform(0.0, 0.8)
    strummed = _STRUMMED_SHARE if playing.strummed else 1.0
    if not playing.band:
        return {GUITAR: Feel(0.0, strummed), DRUMS: Feel(0.0, drums)}
    return {
        BASS: Feel(random.normal(0.002, 0.008), random.uniform(0.2, 1.2)),
        DRUMS: Feel(random.normal(-0.003, 0.004), drums),
        PIANO: Feel(random.normal(0.009, 0.009), random.uniform(0.3, 1.4)),
        GUITAR: Feel(random.normal(0.004, 0.008), random.uniform(0.2, 0.6)),
        MELODY: Feel(random.normal(0.009, 0.01), random.uniform(0.3, 1.4)),
    }
