"""Scenes to be rendered: who plays what on which instruments, and what is true of it.

A scene is an excerpt of half a minute to a minute from anywhere in a piece, at a tempo, in a key
and in a tuning of its own. `SHARES` says how often which kind is drawn; a kind draws its piece from
`sound_material`, and from rules where no set has such music. Scenes in which nobody plays have no
beats.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from accompanist.training.arrangements import Arrangement
from accompanist.training.chart import Chart
from accompanist.training.chart_arrangements import chart_arrangement
from accompanist.training.comping import recoloured
from accompanist.training.evidence_patterns import figures
from accompanist.training.performances import BRIDGE, MELODY, PIANO, Notes, notes_from
from accompanist.training.sound_band import (
    beaten,
    comped_by,
    drummed,
    left_hand,
    rooted,
    walking,
)
from accompanist.training.sound_excerpt import Playing, excerpt
from accompanist.training.sound_guitar import comping, on_guitar
from accompanist.training.sound_instruments import (
    BASSES,
    CHORDAL,
    GUITARS,
    KITS,
    LINES,
    PIANOS,
    Instrument,
    in_range,
)
from accompanist.training.sound_material import Material, lengthened
from accompanist.training.sound_score import (
    BASS,
    DRUMS,
    GUITAR,
    NOTHING_TRUE,
    Score,
    Truth,
    arranged_score,
    pedalled,
    piece_score,
    without_harmony,
)
from accompanist.training.textures import arranged, texture

SHARES = {
    "piano": 0.2,
    "guitar": 0.22,
    "drums": 0.1,
    "band": 0.26,
    "line": 0.1,
    "made": 0.08,
    "nothing": 0.04,
}
"""How much of what is rendered is of each kind."""

NOISES = ("silence", "room", "speech", "hum", "applause", "knocks", "keys", "strings")
SHORTEST_S, LONGEST_S = 30.0, 60.0
_ENOUGH_BEATS = 240
_LEFT_HAND_BELOW = 58


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument: what it plays, how loud among the others, and how hard its amplifier works."""

    notes: Notes
    instrument: Instrument
    level_db: float = 0.0
    drive: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be heard, and what is true of it; `noise` is heard where nobody plays."""

    kind: str
    name: str
    parts: tuple[Part, ...]
    truth: Truth
    length_s: float
    tuning_cents: float = 0.0
    noise: str = ""


def draw_scene(
    material: Material,
    random: np.random.Generator,
    kind: str | None = None,
    length_s: float | None = None,
) -> Scene:
    """Some scene: of this kind, so long, if they are given."""
    names = list(SHARES)
    kind = kind or names[int(random.choice(len(names), p=list(SHARES.values())))]
    length_s = length_s or float(random.uniform(SHORTEST_S, LONGEST_S))
    while True:
        scene = _KINDS[kind](material, random, length_s)
        if kind == "nothing" or len(scene.truth.beats_s) > 4:
            return scene


def _scene(
    kind: str,
    score: Score,
    cast: dict[int, tuple[Instrument, float]],
    playing: Playing,
    random: np.random.Generator,
    length_s: float,
) -> Scene:
    parts, truth = excerpt(score, playing, random, length_s)
    if set(parts) <= {DRUMS}:
        truth = without_harmony(truth, length_s)
    return Scene(
        kind,
        score.name,
        tuple(
            Part(
                in_range(notes, cast[role][0]),
                cast[role][0],
                cast[role][1],
                _drive(cast[role][0], random),
            )
            for role, notes in parts.items()
            if role in cast
        ),
        truth,
        length_s,
        _tuning(random),
    )


def _drive(instrument: Instrument, random: np.random.Generator) -> float:
    """Electric guitars go through amplifiers, mostly clean ones."""
    if not instrument.electric:
        return 0.0
    return float(random.choice([0.0, 0.15, 0.4, 0.8], p=[0.35, 0.3, 0.2, 0.15]))


def _tuning(random: np.random.Generator) -> float:
    widest = float(random.choice([0.0, 12.0, 50.0, 65.0], p=[0.25, 0.35, 0.38, 0.02]))
    return float(random.uniform(-widest, widest))


def _one(instruments: tuple[Instrument, ...], random: np.random.Generator) -> Instrument:
    return instruments[random.integers(len(instruments))]


def _sheet(material: Material, random: np.random.Generator) -> Chart:
    chart = material.sheets[random.integers(len(material.sheets))]
    return lengthened(chart, _ENOUGH_BEATS)


def _chart(material: Material, random: np.random.Generator) -> Chart:
    chart = material.charts[random.integers(len(material.charts))]
    return lengthened(recoloured(chart, random, 0.15), _ENOUGH_BEATS)


def _arrangement(chart: Chart, random: np.random.Generator) -> Arrangement:
    return chart_arrangement(chart, int(random.integers(2**31)))


def _harmony(material: Material, random: np.random.Generator) -> Score:
    """A piece with chords: a song, a lead sheet, or a chart."""
    choice = random.random()
    if choice < 0.5:
        return arranged_score(material.song(random))
    chart = _sheet(material, random) if choice < 0.75 else _chart(material, random)
    return arranged_score(_arrangement(chart, random))


def _hands(score: Score, random: np.random.Generator) -> Score:
    """Both hands and the tune, or some of them; all of one pianist."""
    choice = random.random()
    if choice < 0.2:
        score = score.roles(PIANO)
    elif choice < 0.26 and (score.pitch < _LEFT_HAND_BELOW).sum() > 64:
        score = score.only(score.pitch < _LEFT_HAND_BELOW)
    if random.random() < 0.65:
        score = pedalled(score, random)
    return replace(score, role=np.full_like(score.role, PIANO))


def _piano(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    if choice < 0.12:
        score = _combo(material, random).roles(MELODY, PIANO)
    else:
        score = _harmony(material, random)
    score = _hands(score, random)
    return _scene(
        "piano",
        score,
        {PIANO: (_one(PIANOS, random), 0.0)},
        Playing(material.curves),
        random,
        length_s,
    )


def _guitar(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    if choice < 0.5:
        score = _harmony(material, random)
        rows = comping(score, random)
        sings = random.random() < 0.12
        score = (score.roles(MELODY) if sings else score.roles()).sounding(rows)
    elif choice < 0.62:
        score = on_guitar(_harmony(material, random).roles(PIANO), random)
    elif choice < 0.72:
        score = on_guitar(_harmony(material, random), random)
    elif choice < 0.82:
        score = on_guitar(piece_score("made", texture(random)), random)
    elif choice < 0.92 and material.solos:
        score = on_guitar(material.solos[random.integers(len(material.solos))], random)
    else:
        score = on_guitar(_tune(material, random), random)
    if (score.role == DRUMS).any():
        return _guitar(material, random, length_s)
    cast = {GUITAR: (_one(GUITARS, random), 0.0), MELODY: (_one(LINES, random), -3.0)}
    return _scene("guitar", score, cast, Playing(material.curves, strummed=True), random, length_s)


def _tune(material: Material, random: np.random.Generator) -> Score:
    """A melody alone."""
    if random.random() < 0.5:
        return arranged_score(material.song(random)).roles(MELODY)
    return arranged_score(_arrangement(_sheet(material, random), random)).roles(MELODY)


def _drums(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    groove = material.groove(random) if random.random() < 0.65 else None
    human = groove is not None
    if groove is not None:
        blank = replace(groove, beats_s=_even(groove), downbeats=_bars(groove.per_bar), human=True)
        score = blank.roles().sounding(drummed(blank, groove, random))
    else:
        per_bar = int(random.choice([4, 3, 2], p=[0.8, 0.12, 0.08]))
        slowest, fastest = (40.0, 110.0) if per_bar == 2 else (55.0, 210.0)
        tempo_bpm = slowest * (fastest / slowest) ** random.random()
        nothing = np.zeros(0, np.int64)
        blank = Score(
            "beat", np.zeros(0), np.zeros(0), nothing, nothing, nothing,
            np.arange(_ENOUGH_BEATS) * 60.0 / tempo_bpm, _bars(per_bar),
        )  # fmt: skip
        score = blank.sounding(beaten(blank, random))
    return _scene(
        "drums", score, {DRUMS: (_one(KITS, random), 0.0)},
        Playing(material.curves, tight=True, human_drums=human), random, length_s,
    )  # fmt: skip


def _even(groove: Score) -> np.ndarray:  # type: ignore[type-arg]
    return np.arange(_ENOUGH_BEATS) * float(groove.beats_s[1] - groove.beats_s[0])


def _bars(per_bar: int) -> np.ndarray:  # type: ignore[type-arg]
    return (np.arange(_ENOUGH_BEATS) % per_bar == 0).astype(np.int8)


def _combo(material: Material, random: np.random.Generator) -> Score:
    """A soloist in human time, over somebody who comps and a walking bass."""
    solo = material.solos[random.integers(len(material.solos))]
    figure = str(random.choice(["rootless", "rootless", "rootless", "pad", "blocks"]))
    return solo.sounding(comped_by(solo, figure, random)).sounding(walking(solo, random))


def _band(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    jazz = choice < 0.22
    if jazz:
        score = _combo(material, random)
    elif choice < 0.75:
        song = material.song(random)
        score = arranged_score(song)
        bass = left_hand(song) if random.random() < 0.6 else rooted(score, random)
        score = score.sounding(bass)
    else:
        chart = _sheet(material, random) if random.random() < 0.5 else _chart(material, random)
        score = arranged_score(_arrangement(chart, random))
        score = score.sounding(
            walking(score, random) if random.random() < 0.3 else rooted(score, random)
        )
    playing = Playing(material.curves, tight=True, band=True).with_tempo(score, random)
    tempo_bpm = 60.0 / float(np.median(playing.periods_s))
    groove = material.groove(random, score.per_bar, tempo_bpm, jazz)
    if groove is not None and random.random() < 0.7:
        playing = replace(playing, human_drums=True)
        score = score.sounding(drummed(score, groove, random))
    else:
        score = score.sounding(beaten(score, random))
    if not jazz and random.random() < 0.4:
        score = score.sounding(comping(score, random))
    leaves = random.choice([BASS, PIANO, MELODY, -1], p=[0.08, 0.15, 0.3, 0.47])
    score = score.only(score.role != leaves)
    cast = {
        MELODY: (_one(LINES + PIANOS[:2], random), random.normal(-2.0, 4.0)),
        PIANO: (_one(CHORDAL, random), random.normal(-6.0, 4.0)),
        GUITAR: (_one(GUITARS, random), random.normal(-6.0, 4.0)),
        BASS: (_one(BASSES, random), random.normal(-3.0, 4.0)),
        DRUMS: (_one(KITS, random), random.normal(0.0, 4.0)),
    }
    return _scene("band", score, cast, playing, random, length_s)


def _line(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    if choice < 0.4:
        score, instruments = material.solos[random.integers(len(material.solos))], LINES
    elif choice < 0.68:
        score, instruments = _tune(material, random), LINES
    else:
        instruments = BASSES
        source = _combo(material, random) if random.random() < 0.4 else _harmony(material, random)
        if choice < 0.85:
            score = source.roles().sounding(walking(source, random))
        else:
            score = source.roles().sounding(rooted(source, random))
    score = replace(score, role=np.full_like(score.role, MELODY))
    return _scene(
        "line",
        score,
        {MELODY: (_one(instruments, random), 0.0)},
        Playing(material.curves),
        random,
        length_s,
    )


def _made(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    """Metres and textures that no set has: five and seven, whole notes, loud syncopation."""
    choice = random.random()
    if choice < 0.5:
        piece = texture(random)
    elif choice < 0.75:
        piece = figures(random)
    else:
        piece = arranged(material.sheets[random.integers(len(material.sheets))], random)
    score = piece_score("made", piece)
    cast = {
        role: (_one(PIANOS + GUITARS + CHORDAL, random), 0.0) for role in (MELODY, BRIDGE, PIANO)
    }
    if random.random() < 0.6:
        cast = {role: cast[PIANO] for role in cast}
    cast[DRUMS] = (_one(KITS, random), 0.0)
    return _scene("made", score, cast, Playing(material.curves), random, length_s)


def _nothing(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    noise = NOISES[random.integers(len(NOISES))]
    parts: tuple[Part, ...] = ()
    if noise in ("keys", "strings"):
        instrument = _one(PIANOS if noise == "keys" else GUITARS, random)
        parts = (Part(_aimless(length_s, random), instrument),)
    truth = without_harmony(NOTHING_TRUE, length_s)
    return Scene("nothing", noise, parts, truth, length_s, _tuning(random), noise)


def _aimless(length_s: float, random: np.random.Generator) -> Notes:
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


_KINDS: dict[str, Callable[[Material, np.random.Generator, float], Scene]] = {
    "piano": _piano,
    "guitar": _guitar,
    "drums": _drums,
    "band": _band,
    "line": _line,
    "made": _made,
    "nothing": _nothing,
}
