"""Instruments of soundfonts, played by FluidSynth in this process as fast as it can.

FluidSynth (LGPL-2.1) is a library of the system, loaded when it is first needed; soundfonts are
those of Frank Wen's line, under the MIT licence, where Debian and others put them. Notes begin on
FluidSynth's own grid of 64 frames, at most one and a half milliseconds late at 44.1 kHz.
"""

import ctypes
import ctypes.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.music.errors import Refusal
from accompanist.training.performances import Notes
from accompanist.training.sound_instruments import DRUM_BANK, Instrument

_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts")
_FONTS = ("FluidR3_GM.sf2", "FluidR3Mono_GM.sf3", "MuseScore_General.sf3")
FONT_LICENCES = {
    "FluidR3_GM": "MIT; FluidR3 GM, Frank Wen 2000-2002, 2008",
    "FluidR3Mono_GM": "MIT; FluidR3Mono GM, Frank Wen; made mono by Michael Cowgill 2014",
    "MuseScore_General": "MIT; MuseScore General, Frank Wen, Michael Cowgill, S. Christian Collins",
}
"""Soundfonts that sound is rendered with, for the cards of models that learn from it."""

_REMEDY = (
    "install both with: sudo apt-get install libfluidsynth3 fluid-soundfont-gm "
    "fluidr3mono-gm-soundfont musescore-general-soundfont-small"
)
_CHANNEL, _DRUM_CHANNEL = 0, 9
_POLYPHONY, _GAIN = 64, 0.4
_MODULATION, _BEND_CENTRE = 1, 8192
_FINE_TUNE, _COARSE_TUNE = 52, 51
_SLIDE_S, _SLIDE_STEPS = 0.08, 8

Floats = NDArray[np.float32]


def find_fonts() -> list[Path]:
    """Soundfonts that are installed.

    Raises
    ------
    Refusal
        If there is none.
    """
    places = (Path(folder) / name for name in _FONTS for folder in _FOLDERS)
    found = [place for place in places if place.is_file()]
    if not found:
        raise Refusal(f"no soundfont was found to render with; {_REMEDY}")
    return found


@cache
def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("fluidsynth")
    if name is None:
        raise Refusal(f"FluidSynth was not found to render with; {_REMEDY}")
    library = ctypes.CDLL(name)
    pointer, text, whole, real = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_double
    signatures: dict[str, tuple[object, list[object]]] = {
        "new_fluid_settings": (pointer, []),
        "new_fluid_synth": (pointer, [pointer]),
        "delete_fluid_synth": (None, [pointer]),
        "delete_fluid_settings": (None, [pointer]),
        "fluid_settings_setnum": (whole, [pointer, text, real]),
        "fluid_settings_setint": (whole, [pointer, text, whole]),
        "fluid_synth_sfload": (whole, [pointer, text, whole]),
        "fluid_synth_program_select": (whole, [pointer, whole, whole, whole, whole]),
        "fluid_synth_noteon": (whole, [pointer, whole, whole, whole]),
        "fluid_synth_noteoff": (whole, [pointer, whole, whole]),
        "fluid_synth_cc": (whole, [pointer, whole, whole, whole]),
        "fluid_synth_pitch_bend": (whole, [pointer, whole, whole]),
        "fluid_synth_set_gen": (whole, [pointer, whole, whole, ctypes.c_float]),
        "fluid_synth_system_reset": (whole, [pointer]),
        "fluid_synth_write_float": (
            whole,
            [pointer, whole, pointer, whole, whole, pointer, whole, whole],
        ),
    }
    for function, (result, arguments) in signatures.items():
        bound = getattr(library, function)
        bound.restype, bound.argtypes = result, arguments
    return library


class Fluid:
    """One soundfont at one rate.

    Parameters
    ----------
    font
        An SF2 or SF3.
    rate_hz
        Of the sound rendered.

    Raises
    ------
    Refusal
        If FluidSynth is missing or cannot read the font.
    """

    def __init__(self, font: Path, rate_hz: int) -> None:
        self._fluid = _library()
        self.rate_hz = rate_hz
        self._settings = self._fluid.new_fluid_settings()
        self._fluid.fluid_settings_setnum(self._settings, b"synth.sample-rate", float(rate_hz))
        self._fluid.fluid_settings_setnum(self._settings, b"synth.gain", _GAIN)
        for name, value in (
            (b"synth.reverb.active", 0),
            (b"synth.chorus.active", 0),
            (b"synth.polyphony", _POLYPHONY),
            (b"synth.dynamic-sample-loading", 1),
            (b"synth.lock-memory", 0),
        ):
            self._fluid.fluid_settings_setint(self._settings, name, value)
        self._synth = self._fluid.new_fluid_synth(self._settings)
        self._font = self._fluid.fluid_synth_sfload(self._synth, str(font).encode(), 0)
        if self._font < 0:
            raise Refusal(f"{font} is no soundfont that FluidSynth reads; {_REMEDY}")

    def close(self) -> None:
        """Give the memory back."""
        self._fluid.delete_fluid_synth(self._synth)
        self._fluid.delete_fluid_settings(self._settings)

    def play(
        self,
        notes: Notes,
        instrument: Instrument,
        frames: int,
        cents: float,
        random: np.random.Generator,
    ) -> Floats:
        """Sound of so many frames, one channel, tuned so many cents higher."""
        fluid, synth = self._fluid, self._synth
        fluid.fluid_synth_system_reset(synth)
        drums = instrument.bank == DRUM_BANK
        channel = _DRUM_CHANNEL if drums else _CHANNEL
        if fluid.fluid_synth_program_select(
            synth, channel, self._font, instrument.bank, instrument.program
        ):
            fluid.fluid_synth_program_select(synth, channel, self._font, instrument.bank, 0)
        if drums:
            fluid.fluid_synth_set_gen(synth, channel, _COARSE_TUNE, float(random.normal(0.0, 1.5)))
        else:
            fluid.fluid_synth_set_gen(synth, channel, _FINE_TUNE, cents)
        slides = 0.0
        if instrument.sings:
            fluid.fluid_synth_cc(synth, channel, _MODULATION, int(random.integers(0, 90)))
            slides = float(random.choice([0.0, 0.0, 0.15, 0.5]))
        return self._written(_messages(notes, slides, random), channel, frames, random)

    def _written(
        self,
        messages: list[tuple[float, int, int, int]],
        channel: int,
        frames: int,
        random: np.random.Generator,
    ) -> Floats:
        fluid, synth = self._fluid, self._synth
        sides = np.zeros((2, frames), np.float32)
        left, right = (int(side.ctypes.data) for side in sides)
        now = 0
        for at_s, kind, pitch, value in messages:
            at = min(round(at_s * self.rate_hz), frames)
            if at > now:
                fluid.fluid_synth_write_float(
                    synth, at - now, left + 4 * now, 0, 1, right + 4 * now, 0, 1
                )
                now = at
            if kind == _ON:
                fluid.fluid_synth_noteon(synth, channel, pitch, value)
            elif kind == _OFF:
                fluid.fluid_synth_noteoff(synth, channel, pitch)
            else:
                fluid.fluid_synth_pitch_bend(synth, channel, value)
        if frames > now:
            fluid.fluid_synth_write_float(
                synth, frames - now, left + 4 * now, 0, 1, right + 4 * now, 0, 1
            )
        share = float(random.choice([0.5, 0.5, 0.5, 1.0, 0.0, random.random()]))
        return np.asarray(np.float32(share) * sides[0] + np.float32(1.0 - share) * sides[1])


_OFF, _BEND, _ON = range(3)


def _messages(
    notes: Notes, slides: float, random: np.random.Generator
) -> list[tuple[float, int, int, int]]:
    """What to tell the synth: (seconds, kind, pitch, value); some notes slide in from below."""
    found: list[tuple[float, int, int, int]] = []
    for on_s, off_s, pitch, velocity in zip(
        notes.on_s, notes.off_s, notes.pitch, notes.velocity, strict=True
    ):
        found.append((float(on_s), _ON, int(pitch), int(velocity)))
        found.append((float(off_s), _OFF, int(pitch), 0))
        if slides and random.random() < slides:
            found += _slide(float(on_s), random)
    return sorted(found)


def _slide(on_s: float, random: np.random.Generator) -> Iterator[tuple[float, int, int, int]]:
    """Bends (two semitones are the whole way down) that lead up to a note's pitch."""
    depth = random.uniform(0.2, 0.75)
    for step in range(_SLIDE_STEPS + 1):
        left = 1.0 - step / _SLIDE_STEPS
        yield (
            on_s + _SLIDE_S * step / _SLIDE_STEPS,
            _BEND,
            0,
            round(_BEND_CENTRE * (1.0 - depth * left)),
        )
