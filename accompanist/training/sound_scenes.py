"""Scenes to be rendered: who plays what on which instruments, and what is true of it.

A scene is an excerpt of half a minute to a minute from anywhere in a piece, at a tempo, in a key
and in a tuning of its own. `SHARES` says how often which kind is drawn; a kind draws its piece from
`sound_material`, and from rules where no set has such music. Scenes in which nobody plays have no
beats.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from accompanist.training.evidence_patterns import figures
from accompanist.training.performances import BRIDGE, MELODY, PIANO
from accompanist.training.sound_band import beaten, drummed, left_hand, rooted, walking
from accompanist.training.sound_excerpt import Playing
from accompanist.training.sound_guitar import comping, on_guitar
from accompanist.training.sound_instruments import (
    BASSES,
    CHORDAL,
    GUITARS,
    KITS,
    LINES,
    PIANOS,
    Instrument,
)
from accompanist.training.sound_material import Material
from accompanist.training.sound_performed import NOTHING_TRUE, without_harmony
from accompanist.training.sound_pieces import (
    aimless,
    chart_score,
    combo,
    drumming,
    hands,
    harmony,
    tune,
)
from accompanist.training.sound_scene import Part, Scene, staged, tuning
from accompanist.training.sound_score import BASS, DRUMS, GUITAR, arranged_score, piece_score
from accompanist.training.textures import arranged, texture

SHARES = {
    "piano": 0.2,
    "guitar": 0.22,
    "drums": 0.1,
    "band": 0.26,
    "line": 0.1,
    "made": 0.08,
    "aimless": 0.007,
    "nothing": 0.033,
}
"""How much of what is rendered is of each kind."""

WITHOUT_BEAT = ("aimless", "nothing")
"""Somebody tries an instrument out, or nobody plays at all."""

NOISES = {
    "silence": 0.06,
    "room": 0.12,
    "speech": 0.4,
    "crowd": 0.12,
    "hum": 0.07,
    "applause": 0.12,
    "knocks": 0.11,
}
"""What is heard in scenes in which nobody plays, and how often."""

SHORTEST_S, LONGEST_S = 30.0, 60.0


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
        if kind in WITHOUT_BEAT or len(scene.truth.beats_s) > 4:
            return scene


def _one(instruments: tuple[Instrument, ...], random: np.random.Generator) -> Instrument:
    return instruments[random.integers(len(instruments))]


def _piano(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    if choice < 0.12:
        score = combo(material, random).roles(MELODY, PIANO)
    else:
        score = harmony(material, random)
    score = hands(score, random)
    return staged(
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
        score = harmony(material, random)
        rows = comping(score, random)
        sings = random.random() < 0.12
        score = (score.roles(MELODY) if sings else score.roles()).sounding(rows)
    elif choice < 0.62:
        score = on_guitar(harmony(material, random).roles(PIANO), random)
    elif choice < 0.72:
        score = on_guitar(harmony(material, random), random)
    elif choice < 0.82:
        score = on_guitar(piece_score("made", texture(random)), random)
    elif choice < 0.92 and material.solos:
        score = on_guitar(material.solos[random.integers(len(material.solos))], random)
    else:
        score = on_guitar(tune(material, random), random)
    if (score.role == DRUMS).any():
        return _guitar(material, random, length_s)
    cast = {GUITAR: (_one(GUITARS, random), 0.0), MELODY: (_one(LINES, random), -3.0)}
    return staged("guitar", score, cast, Playing(material.curves, strummed=True), random, length_s)


def _drums(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    score = drumming(material, random)
    return staged(
        "drums", score, {DRUMS: (_one(KITS, random), 0.0)},
        Playing(material.curves, tight=True, human_drums=score.human), random, length_s,
    )  # fmt: skip


def _band(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    jazz = choice < 0.22
    if jazz:
        score = combo(material, random)
    elif choice < 0.75:
        song = material.song(random)
        score = arranged_score(song)
        bass = left_hand(song) if random.random() < 0.6 else rooted(score, random)
        score = score.sounding(bass)
    else:
        score = chart_score(material, random)
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
    return staged("band", score, cast, playing, random, length_s)


def _line(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    choice = random.random()
    if choice < 0.4:
        score, instruments = material.solos[random.integers(len(material.solos))], LINES
    elif choice < 0.68:
        score, instruments = tune(material, random), LINES
    else:
        instruments = BASSES
        source = combo(material, random) if random.random() < 0.4 else harmony(material, random)
        if choice < 0.85:
            score = source.roles().sounding(walking(source, random))
        else:
            score = source.roles().sounding(rooted(source, random))
    score = replace(score, role=np.full_like(score.role, MELODY))
    return staged(
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
    return staged("made", score, cast, Playing(material.curves), random, length_s)


def _aimless(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    part = Part(aimless(length_s, random), _one(PIANOS + GUITARS, random))
    truth = without_harmony(NOTHING_TRUE, length_s)
    return Scene("aimless", "keys struck at random", (part,), truth, length_s, tuning(random))


def _nothing(material: Material, random: np.random.Generator, length_s: float) -> Scene:
    noise = str(random.choice(list(NOISES), p=list(NOISES.values())))
    truth = without_harmony(NOTHING_TRUE, length_s)
    return Scene("nothing", noise, (), truth, length_s, tuning(random), noise)


_KINDS: dict[str, Callable[[Material, np.random.Generator, float], Scene]] = {
    "piano": _piano,
    "guitar": _guitar,
    "drums": _drums,
    "band": _band,
    "line": _line,
    "made": _made,
    "aimless": _aimless,
    "nothing": _nothing,
}
