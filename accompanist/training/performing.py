"""How people bend what is written: tempo, timing, touch and mistakes, drawn at random.

Tempo curves are octaves by which each beat's period departs from the piece's own: human drift,
rubato, arches over phrases, ramps, jumps, a last ritardando, and the curves of recorded soloists.
Onsets get jitter and a slow drift of their own, chords spread or roll, a tune leads or lags.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROLLED = 0.08
_TRILL_S = 0.07


@dataclass(frozen=True, slots=True)
class Played:
    """Notes in beats, in any order: parallel arrays."""

    beats: Floats
    pitch: Ints
    velocity: Ints
    role: Ints

    def only(self, keep: NDArray[np.bool_] | Ints) -> "Played":
        """The notes for which `keep` is true, or those it numbers, in its order."""
        return Played(self.beats[keep], self.pitch[keep], self.velocity[keep], self.role[keep])

    def joined(self, other: "Played") -> "Played":
        """Both, one after the other."""
        return Played(
            np.concatenate([self.beats, other.beats]),
            np.concatenate([self.pitch, other.pitch]),
            np.concatenate([self.velocity, other.velocity]),
            np.concatenate([self.role, other.role]),
        )


def departures(count: int, bar: int, curves: list[Floats], random: np.random.Generator) -> Floats:
    """Octaves (count,) by which the period of each beat departs from the tempo written."""
    drift = _wander(count, random.uniform(0.002, 0.02), random)
    place = np.arange(count)
    kind = random.choice(
        ["steady", "sway", "ramp", "jump", "rubato", "arch", "soloist"],
        p=[0.3, 0.1, 0.15, 0.1, 0.12, 0.13, 0.1],
    )
    if kind == "sway":
        length, depth = random.uniform(6.0, 40.0), random.uniform(0.03, 0.22)
        drift = drift + depth * np.sin(2 * np.pi * (place / length + random.random()))
    elif kind == "ramp":
        begin, beats = int(random.integers(4, max(count, 5))), int(random.integers(6, 48))
        change = random.uniform(-0.7, 0.7) * np.clip((place - begin) / beats, 0.0, 1.0)
        back = random.random() < 0.4
        drift = drift + change * (place < begin + beats + 8 if back else 1.0)
    elif kind == "jump":
        for _ in range(random.integers(1, 4)):
            drift = drift + random.uniform(-0.35, 0.35) * (
                place > random.integers(4, max(count, 5))
            )
    elif kind == "rubato":
        drift = drift + _wander(count, random.uniform(0.02, 0.09), random, random.uniform(0.5, 0.9))
    elif kind == "arch":
        drift = drift + _arches(count, bar, random)
    elif kind == "soloist" and curves:
        curve = curves[random.integers(len(curves))]
        turned = np.roll(curve, -int(random.integers(len(curve))))
        drift = np.resize(turned, count) * random.uniform(0.7, 1.5)
    if random.random() < 0.25:
        begin = int(random.integers(8, max(count, 9)))
        length = int(random.integers(2, 9))
        slow = random.uniform(0.2, 1.2) * np.linspace(0.0, 1.0, length) ** 2
        slow = slow[: max(count - begin, 0)]
        drift[begin : begin + len(slow)] += slow
    return np.asarray(drift)


def _wander(count: int, deviation: float, random: np.random.Generator, keep: float = 0.9) -> Floats:
    noise = random.normal(0.0, deviation, count)
    wander = np.zeros(count)
    for i in range(1, count):
        wander[i] = keep * wander[i - 1] + noise[i]
    return wander


def _arches(count: int, bar: int, random: np.random.Generator) -> Floats:
    """Every phrase a little faster in the middle, and slower at its end."""
    phrase = bar * int(random.choice([2, 4, 4, 8]))
    depth, ending = random.uniform(0.03, 0.2), random.uniform(0.0, 0.5)
    part = np.arange(count) % phrase / phrase
    uneven = random.uniform(0.5, 1.5, count // phrase + 1)[np.arange(count) // phrase]
    return np.asarray(
        uneven * (depth * (2 * part - 1) ** 2 + ending * np.clip(part - 0.85, 0, 1) * 6)
    )


def timed(
    on_s: Floats, pitch: Ints, role: Ints, human: bool, random: np.random.Generator
) -> Floats:
    """Onsets as fingers place them."""
    share = random.uniform(0.3, 1.8) * (0.5 if human else 1.0)
    together = np.concatenate([[True], np.diff(on_s) > 1e-4])
    moment = np.cumsum(together) - 1
    shared = random.normal(0.0, 0.008 * share, len(on_s))[moment]
    slow = _wander(len(on_s), 0.004 * share, random)[moment]
    spread = np.clip(random.normal(0.0, random.uniform(0.002, 0.006), len(on_s)), -0.012, 0.012)
    moved = on_s + shared + slow + spread
    if not human:
        melody = role == role.min()
        moved = moved + np.where(melody, random.normal(0.0, 0.01), 0.0)
    if random.random() < _ROLLED:
        rank = np.zeros(len(on_s))
        for i in range(1, len(on_s)):
            rank[i] = 0.0 if together[i] else rank[i - 1] + 1.0
        moved = moved + rank * random.uniform(0.008, 0.03)
    return np.asarray(moved)


def touched(velocity: Ints, random: np.random.Generator) -> Ints:
    """Another player's touch: scaled, uneven, or without any shading at all."""
    if random.random() < 0.15:
        return np.full(len(velocity), random.integers(50, 110), np.int64)
    contrast = random.uniform(0.5, 1.3)
    mean = velocity.mean()
    moved = mean + contrast * (velocity - mean) + random.uniform(-25, 15)
    moved = moved + random.normal(0.0, random.uniform(2.0, 9.0), len(velocity))
    return np.asarray(np.clip(np.rint(moved), 8, 127), dtype=np.int64)


def mistaken(played: Played, random: np.random.Generator) -> Played:
    """Notes left out, struck twice, wrong, ornamented; now and then bars of silence."""
    kept = random.random(len(played.beats)) > random.choice([0.0, 0.03, 0.1])
    if random.random() < 0.3:
        begin = random.uniform(played.beats[0], played.beats[-1])
        kept &= (played.beats < begin) | (played.beats > begin + random.integers(2, 17))
    played = played.only(kept)
    if random.random() < 0.2 and len(played.beats):
        rate = random.uniform(0.02, 0.1)
        again = played.only(random.random(len(played.beats)) < rate)
        steps = random.choice([-12, -2, -1, 0, 1, 2, 12], len(again.pitch))
        late = random.choice([0.0, 0.12, 0.25, 0.5], len(again.pitch))
        extra = Played(again.beats + late, again.pitch + steps, again.velocity - 12, again.role)
        played = played.joined(extra)
    if random.random() < 0.08 and len(played.beats):
        grace = played.only(random.random(len(played.beats)) < random.uniform(0.02, 0.12))
        before = Played(
            grace.beats - _TRILL_S * 2.0, grace.pitch + 2, grace.velocity - 8, grace.role
        )
        played = played.joined(before)
    return played.only(np.argsort(played.beats, kind="stable"))


def swung(beats: Floats, share: float) -> Floats:
    """Put the off-beat eighth at `share` of the beat."""
    whole = np.floor(beats)
    part = beats - whole
    moved = np.where(part < 0.5, part * share / 0.5, share + (part - 0.5) * (1 - share) / 0.5)
    return np.asarray(whole + moved)
