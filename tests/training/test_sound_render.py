"""Notes are heard when they are played, whoever plays them."""

import numpy as np
import pytest

from accompanist.dsp.spectrum import BANDS, SPECTRA, Spectrograph
from accompanist.training.performances import notes_from
from accompanist.training.sound_fonts import Fluid
from accompanist.training.sound_instruments import DRUM_BANK, Instrument
from accompanist.training.sound_kit import Kit
from accompanist.training.sound_performed import NOTHING_TRUE
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_scene import Part, Scene
from accompanist.training.sound_shipped import Shipped
from accompanist.training.sound_strings import Strings
from tests.training.sounds import fonts_or_skip

RATE_HZ = 22_050
PIANO, KIT = Instrument(0), Instrument(0, 0, 127, DRUM_BANK)
TIMES_S = np.array([0.31, 0.86, 1.47, 2.02, 2.65])


def strokes(pitch, length_s=0.3):
    return notes_from([(at_s, at_s + length_s, pitch, 100, 0) for at_s in TIMES_S])


def risen_s(sound, rate_hz=RATE_HZ):
    """When the sound first rises after each of the times."""
    found = []
    for at_s in TIMES_S:
        start = int((at_s - 0.02) * rate_hz)
        near = np.abs(sound[start : start + int(0.07 * rate_hz)])
        found.append((start + np.flatnonzero(near > 0.1 * near.max())[0]) / rate_hz)
    return np.array(found)


@pytest.mark.parametrize(
    ("player", "instrument", "pitch"),
    [
        (Shipped(RATE_HZ), PIANO, 60),
        (Shipped(RATE_HZ), KIT, 38),
        (Strings(RATE_HZ), Instrument(24), 52),
        (Kit(RATE_HZ), KIT, 36),
    ],
)
def test_a_note_is_heard_when_it_is_played(player, instrument, pitch):
    sound = player.play(strokes(pitch), instrument, 3 * RATE_HZ, 0.0, np.random.default_rng(0))
    late_s = risen_s(sound) - TIMES_S
    assert (late_s > -0.001).all()
    assert (late_s < 0.012).all()


def test_spectra_rise_most_half_a_window_after_the_note():
    sound = Shipped(RATE_HZ).play(strokes(38), KIT, 3 * RATE_HZ, 0.0, np.random.default_rng(0))
    frames = Spectrograph(RATE_HZ).feed(sound)
    bands = frames.bands.reshape(-1, BANDS).astype(int)
    times_s = (frames.ends[:, None] / RATE_HZ - 0.01 * np.arange(SPECTRA)[::-1]).ravel()
    flux = np.maximum(np.diff(bands, axis=0), 0).sum(axis=1)
    for at_s in TIMES_S:
        near = np.flatnonzero(np.abs(times_s[1:] - at_s) < 0.1)
        late_s = times_s[1:][near[flux[near].argmax()]] - at_s
        assert 0.0 <= late_s <= 0.04


@pytest.mark.parametrize("cents", [0.0, 40.0])
def test_strings_sound_at_their_pitch(cents):
    notes = notes_from([(0.0, 2.0, 57, 100, 0)])
    sound = Strings(RATE_HZ).play(
        notes, Instrument(24), 2 * RATE_HZ, cents, np.random.default_rng(1)
    )
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * len(sound)))
    hz = np.arange(len(power)) / (8 * len(sound)) * RATE_HZ
    near = (hz > 205) & (hz < 236)
    found_cents = 1200 * np.log2(hz[near][power[near].argmax()] / 220.0)
    assert found_cents == pytest.approx(cents, abs=6)


def test_fluidsynth_plays_at_once_and_in_tune():
    font = fonts_or_skip()[0]
    fluid = Fluid(font, RATE_HZ)
    sound = fluid.play(strokes(60), PIANO, 3 * RATE_HZ, 0.0, np.random.default_rng(0))
    again = fluid.play(strokes(60), PIANO, 3 * RATE_HZ, 0.0, np.random.default_rng(0))
    fluid.close()
    late_s = risen_s(sound) - TIMES_S
    assert (late_s > -0.001).all()
    assert (late_s < 0.015).all()
    assert np.abs(again).max() == pytest.approx(np.abs(sound).max(), rel=0.02)


def test_louder_parts_are_louder_in_the_mix():
    def high_notes_share(level_db):
        parts = (Part(strokes(40), PIANO), Part(strokes(96), PIANO, level_db))
        scene = Scene("band", "two", parts, NOTHING_TRUE, 3.0)
        sound, _ = Orchestra([]).render(scene, np.random.default_rng(4), RATE_HZ, damage=0.0)
        power = np.abs(np.fft.rfft(sound)) ** 2
        return power[3 * 2000 :].sum() / power.sum()

    assert high_notes_share(6.0) > 0.6
    assert high_notes_share(-12.0) < 0.2


def test_a_scene_is_rendered_alike_from_the_same_seed():
    scene = Scene("piano", "one", (Part(strokes(60), PIANO),), NOTHING_TRUE, 1.0)
    sounds = [Orchestra([]).render(scene, np.random.default_rng(7)) for _ in range(2)]
    assert sounds[0][1] == sounds[1][1]
    np.testing.assert_array_equal(sounds[0][0], sounds[1][0])
