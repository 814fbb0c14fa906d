"""Scenes as sound: every part by a soundfont, by strings and drums of our own, mixed, damaged.

A part's loudness is its own, whatever the font's: its loud half seconds are brought to one level
before its share in the mix is taken. Each part begins with the excerpt, and nothing delays it.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.training.performances import Notes
from accompanist.training.sound_damage import amplified, convolved, damaged, normal, room
from accompanist.training.sound_fonts import Fluid, find_fonts
from accompanist.training.sound_instruments import DRUM_BANK, Instrument
from accompanist.training.sound_kit import Kit
from accompanist.training.sound_noise import background
from accompanist.training.sound_scene import Part, Scene
from accompanist.training.sound_shipped import Shipped
from accompanist.training.sound_strings import Strings

Floats = NDArray[np.float32]

RATES_HZ = (48_000, 44_100, 32_000, 22_050, 16_000)
RATE_SHARES = (0.2, 0.45, 0.13, 0.12, 0.1)
_MADE_KITS, _MADE_STRINGS, _SHIPPED, _IN_TUNE_CENTS = 0.22, 0.35, 0.12, 5.0
_LOUD_S, _LOUD_SHARE, _REFERENCE = 0.5, 0.8, 0.1


class Player(Protocol):
    """Whoever turns notes into sound."""

    def play(
        self,
        notes: Notes,
        instrument: Instrument,
        frames: int,
        cents: float,
        random: np.random.Generator,
    ) -> Floats:
        """Sound of so many frames, one channel, tuned so many cents higher."""


class Orchestra:
    """All players that there are, at any of `RATES_HZ`.

    Parameters
    ----------
    fonts
        Soundfonts to play from; those that are found unless given. With none, the synth that is
        shipped here plays what it can.

    Raises
    ------
    Refusal
        If FluidSynth or every soundfont is missing.
    """

    def __init__(self, fonts: list[Path] | None = None) -> None:
        self._fonts = find_fonts() if fonts is None else fonts
        self._fluids: dict[tuple[Path, int], Fluid] = {}

    def render(
        self,
        scene: Scene,
        random: np.random.Generator,
        rate_hz: int | None = None,
        damage: float = 1.0,
    ) -> tuple[Floats, int]:
        """One channel and its rate; `damage` 0 leaves the mix as it was played."""
        rate_hz = rate_hz or int(random.choice(RATES_HZ, p=RATE_SHARES))
        frames = int(scene.length_s * rate_hz)
        mix = np.zeros(frames, np.float32)
        for part in scene.parts:
            mix += self._heard(part, rate_hz, frames, scene.tuning_cents, random)
        if scene.noise:
            mix = normal(mix) + background(scene.noise, frames, rate_hz, random)
        if damage <= 0.0:
            return 0.5 * normal(mix), rate_hz
        return damaged(mix, rate_hz, random, damage), rate_hz

    def _player(
        self, instrument: Instrument, rate_hz: int, cents: float, random: np.random.Generator
    ) -> Player:
        chance = random.random()
        if instrument.bank == DRUM_BANK and chance < _MADE_KITS:
            return Kit(rate_hz)
        if instrument.plucked and chance < _MADE_STRINGS:
            return Strings(rate_hz)
        shipped = Shipped.has(instrument) and abs(cents) < _IN_TUNE_CENTS
        if not self._fonts or (shipped and chance > 1.0 - _SHIPPED):
            return Shipped(rate_hz)
        key = self._fonts[random.integers(len(self._fonts))], rate_hz
        if key not in self._fluids:
            self._fluids[key] = Fluid(*key)
        return self._fluids[key]

    def _heard(
        self, part: Part, rate_hz: int, frames: int, cents: float, random: np.random.Generator
    ) -> Floats:
        player = self._player(part.instrument, rate_hz, cents, random)
        sound = player.play(part.notes, part.instrument, frames, cents, random)
        if part.drive > 0.0:
            sound = amplified(sound, rate_hz, part.drive, random)
        if part.instrument.bank == DRUM_BANK and random.random() < 0.3:
            sound = convolved(sound, room(rate_hz, random))[:frames]
        return levelled(sound, rate_hz) * np.float32(10.0 ** (part.level_db / 20.0))


def levelled(sound: Floats, rate_hz: int) -> Floats:
    """The sound with its loud half seconds at one level."""
    size = int(_LOUD_S * rate_hz)
    count = max(1, len(sound) // size)
    power = (sound[: count * size].reshape(count, -1).astype(np.float64) ** 2).mean(axis=1)
    loud = float(np.sqrt(np.quantile(power, _LOUD_SHARE)))
    if loud <= 1e-7:
        loud = float(np.sqrt(power.max(initial=0.0)))
    return sound * np.float32(_REFERENCE / loud) if loud > 1e-7 else sound
