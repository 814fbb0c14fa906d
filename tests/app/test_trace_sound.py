"""A picture of sound shows what it consists of, beside what was heard in it."""

import numpy as np
import pytest

from accompanist.app.trace import Played, Trace
from accompanist.app.trace_picture import figure_of
from accompanist.dsp.spectrum import BANDS, Spectrograph
from accompanist.music.events import Attack, SoundFrame
from accompanist.music.heard import BeatHeard

RATE_HZ = 22050


def sounding():
    """A bass on F and an A above it from half a second on, as frames."""
    seconds = np.arange(2 * RATE_HZ) / RATE_HZ
    sound = sum(0.2 * np.sin(2 * np.pi * hz * seconds) for hz in (87.31, 440.0))
    frames = Spectrograph(RATE_HZ).feed((sound * (seconds > 0.5)).astype(np.float32))
    return [
        SoundFrame(end / RATE_HZ, float(level), bands.tobytes(), tones.tobytes())
        for bands, tones, level, end in zip(*frames, strict=True)
    ]


SOUND = Trace(
    frames=sounding(),
    attacks=[Attack(0.5, 0.75)],
    beats=[BeatHeard(0.9, 1.0, 0, 0, True, 120.0, 0.5)],
    beat_in_sound=[(1.0, 0.1), (1.04, 0.8), (1.08, 0.2)],
    end_s=2.0,
)


def axes_of(trace):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    return figure_of(trace, "a sound").axes


def test_sound_takes_the_place_of_a_piano_roll():
    assert len(axes_of(SOUND)) == 6


def test_beside_notes_it_has_its_own():
    SOUND.notes.append(Played(1.0, 1.5, 60, 80, False))
    try:
        assert len(axes_of(SOUND)) == 7
    finally:
        SOUND.notes.clear()


def test_the_spectrogram_has_every_band_and_the_beats():
    spectrogram = axes_of(SOUND)[2]
    (image,) = spectrogram.images
    assert image.get_array().shape == (BANDS, 4 * len(SOUND.frames))
    assert image.get_extent()[:2] == pytest.approx((0.0, 2.0))
    assert [float(line.get_xdata()[0]) for line in spectrogram.lines] == [1.0]


def test_chroma_has_the_tones_and_dots_for_the_bass():
    panel = axes_of(SOUND)[1]
    rows = np.asarray(panel.images[0].get_array())
    assert set(np.flatnonzero(rows[:, -1] > 0.5).tolist()) == {5, 9}
    (dots,) = panel.lines
    assert min(dots.get_xdata()) > 0.5
    assert {at for at_s, at in dots.get_xydata() if at_s > 1.0} == {5}


def test_onsets_rise_where_the_sound_begins_and_attacks_are_marked():
    flux, attacks = axes_of(SOUND)[3].lines
    assert flux.get_xdata()[np.argmax(flux.get_ydata())] == pytest.approx(0.52, abs=0.02)
    assert attacks.get_xydata().tolist() == [[0.5, 0.75]]


def test_a_panel_without_frames_is_empty():
    later = Trace(frames=SOUND.frames, end_s=30.0)
    assert not any(axis.images for axis in axes_of(later)[6:])


def test_the_onsets_have_how_likely_a_beat_has_just_been():
    (filled,) = axes_of(SOUND)[3].collections
    assert filled.get_paths()[0].get_extents().y1 == pytest.approx(0.8)
