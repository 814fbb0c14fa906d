"""What sound consisted of, drawn: panels of a trace's picture.

chroma : how strong each pitch class sounds, C below; dots are what the bass plays, where it stands
    out.
spectrogram : bands from 40 Hz to 14 kHz, darker the louder.
onsets : the line is by how much the bands rise, the filled one how likely a beat has just been;
    crosses are attacks, higher the stronger.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.app.trace import Trace
from accompanist.dsp.sound_features import BASS_OCTAVES, TONES, bass_chroma, chroma, onset_strength
from accompanist.dsp.spectrum import BANDS, BANDS_PER_OCTAVE, FRAMES_PER_S, LOWEST_HZ, SPECTRA
from accompanist.music.events import SoundFrame

_INK, _BASS, _ATTACK = "#23262b", "#b3402a", "#3b82c4"
_SOUND, _FRAME_S = "Greys", 1.0 / FRAMES_PER_S
_CLEAR, _STRONG = 0.7, 128
"""A bass is drawn where it isn't lost in the sound, and no other low tone is nearly as strong."""

Axes = Any
Span = tuple[float, float]
Bytes = NDArray[np.uint8]


def draw_chroma(axis: Axes, trace: Trace, span: Span) -> None:
    """Draw which pitch classes sound."""
    frames = _within(trace, span)
    axis.set_ylim(-0.5, TONES - 0.5)
    axis.set_yticks([0, 4, 7, 9], ["C", "E", "G", "A"])
    axis.set_ylabel("chroma", fontsize="x-small")
    if not frames:
        return
    tones = _stacked([frame.tones for frame in frames])
    _draw(axis, chroma(tones).T, frames)
    low = bass_chroma(tones)
    ordered = np.sort(low, axis=1)
    is_strong = tones[:, : BASS_OCTAVES * TONES].max(axis=1) >= _STRONG
    clear = np.flatnonzero(is_strong & (ordered[:, -2] < _CLEAR))
    axis.plot(
        [frames[place].time_s for place in clear], low[clear].argmax(axis=1), ".",
        color=_BASS, markersize=2,
    )  # fmt: skip


def draw_spectrogram(axis: Axes, trace: Trace, span: Span) -> None:
    """Draw the bands."""
    frames = _within(trace, span)
    axis.set_ylim(-0.5, BANDS - 0.5)
    shown_hz = (100, 1000, 10_000)
    places = [BANDS_PER_OCTAVE * float(np.log2(hz / LOWEST_HZ)) for hz in shown_hz]
    axis.set_yticks(places, ["100 Hz", "1 kHz", "10 kHz"])
    if frames:
        bands = _stacked([frame.bands for frame in frames])
        _draw(axis, bands.reshape(-1, BANDS).T / 255.0, frames)


def draw_onsets(axis: Axes, trace: Trace, span: Span) -> None:
    """Draw how strongly something begins."""
    frames = _within(trace, span)
    axis.set_ylim(0.0, 1.05)
    axis.set_yticks([])
    axis.set_ylabel("onsets", fontsize="x-small")
    if not frames:
        return
    flux = onset_strength(_stacked([frame.bands for frame in frames]))
    # The first frame of a panel rises from nothing.
    flux[:SPECTRA] = 0.0
    ends_s = np.array([frame.time_s for frame in frames])
    early_s = _FRAME_S * (np.arange(SPECTRA) + 1 - SPECTRA) / SPECTRA
    seconds = (ends_s[:, None] + early_s).ravel()
    axis.plot(seconds, flux / max(float(flux.max()), 1.0), color=_INK, linewidth=0.6)
    beats = [sense for sense in trace.beat_in_sound if span[0] <= sense[0] <= span[1]]
    axis.fill_between(
        [time_s for time_s, _ in beats], [chance for _, chance in beats], color=_BASS, alpha=0.35,
        linewidth=0,
    )  # fmt: skip
    attacks = [attack for attack in trace.attacks if span[0] <= attack.time_s <= span[1]]
    axis.plot(
        [attack.time_s for attack in attacks], [attack.strength for attack in attacks], "x",
        color=_ATTACK, markersize=3,
    )  # fmt: skip


def _within(trace: Trace, span: Span) -> list[SoundFrame]:
    return [frame for frame in trace.frames if span[0] <= frame.time_s < span[1] + _FRAME_S]


def _stacked(rows: list[bytes]) -> Bytes:
    return np.stack([np.frombuffer(row, np.uint8) for row in rows])


def _draw(axis: Axes, rows: NDArray[np.float64], frames: list[SoundFrame]) -> None:
    extent = (frames[0].time_s - _FRAME_S, frames[-1].time_s, -0.5, len(rows) - 0.5)
    axis.imshow(
        rows, cmap=_SOUND, vmin=0.0, vmax=1.0, origin="lower", aspect="auto", extent=extent,
        interpolation="antialiased", zorder=0,
    )  # fmt: skip
