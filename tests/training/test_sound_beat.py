"""What of the beat is asked for at each frame of sound."""

from dataclasses import replace

import numpy as np
import pytest

from accompanist.dsp.frame_features import FRAME_S
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, SPECTRA
from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.training.sound_beat import (  # noqa: E402
    batched,
    crop,
    example,
    joined,
    sound_beat_loss,
)
from accompanist.training.sound_beat_network import SoundBeatNetwork  # noqa: E402
from accompanist.training.sound_rendered import BeatSound  # noqa: E402


def struck(seconds=20.0, period_s=0.48, beats=True):
    """A stroke of all bands on every beat, in bars of three."""
    count = round(seconds / FRAME_S)
    spectra = np.full((SPECTRA * count, BANDS), 50)
    beats_s = np.arange(0.4, seconds - 0.4, period_s)
    for beat_s in beats_s:
        spectra[round(beat_s / 0.01) + 2 :][:4] = 240
    bands = spectra.reshape(count, -1).astype(np.uint8)
    beats_s = beats_s if beats else np.zeros(0)
    downbeats = (np.arange(len(beats_s)) % 3 == 0).astype(np.int8)
    return BeatSound(bands, np.zeros((count, SEMITONES), np.uint8), beats_s, downbeats, beats)


def test_the_phase_is_that_of_the_frames_end():
    phase = example(struck())["phase"]

    # The beat at 0.88 s ends frame 22; that at 0.4 s, frame 10.
    assert phase[[9, 21]] == pytest.approx([0.0, 0.0], abs=1e-3)
    assert phase[15] == pytest.approx(0.5, abs=1e-3)


def test_until_the_next_beat_is_heard_it_is_asked_whether_the_last_was_a_downbeat():
    asked = example(struck())["downbeat"]

    assert list(asked[11:22]) == [1.0] * 11
    assert list(asked[23:34]) == [0.0] * 11


def test_where_there_is_no_beat_none_is_asked_for():
    asked = example(struck(beats=False))

    assert asked["noise"].all()
    assert not asked["beat"].any()
    assert (asked["downbeat"] < 0).all()


def test_nobody_is_asked_whether_it_is_music_beside_the_beats():
    asked = example(struck())["music"]

    assert (asked[12:400] == 1.0).all()
    assert (asked[-3:] < 0).all()
    assert (example(struck(beats=False))["music"] == 0.0).all()


def test_who_plays_aimlessly_makes_music_without_a_beat():
    asked = example(replace(struck(beats=False), is_music=True))

    assert asked["noise"].all()
    assert (asked["music"] == 1.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_where_somebody_plays_beside_a_noise_the_truth_moves_along(seed):
    played, quiet = struck(20.0), struck(12.0, beats=False)
    quiet = replace(quiet, bands=np.ones_like(quiet.bands))
    both, is_played = joined(played, quiet, np.random.default_rng(seed))
    asked = example(both, is_played)

    assert len(both.bands) == len(played.bands)
    assert ((both.bands == 1).all(1) == ~is_played).all()
    assert (asked["music"][~is_played] == 0.0).all()
    assert not asked["mask"][~is_played].any()
    beat = int(np.flatnonzero(is_played)[0] + round(0.4 / FRAME_S))
    assert (asked["phase"][beat - 1] + 0.5) % 1.0 == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_stretch_that_is_bent_has_its_beats_where_it_rises(seed):
    bent = crop(struck(40.0), np.random.default_rng(seed))
    levels = np.median(bent.bands.reshape(-1, BANDS).astype(float), axis=1)
    rises_s = 0.01 * np.flatnonzero(np.diff(levels) > 20.0)
    inside = bent.beats_s[(bent.beats_s > 1.0) & (bent.beats_s < 0.01 * len(levels) - 1.0)]
    nearest = np.array([np.abs(rises_s - beat_s).min() for beat_s in inside])

    # At most one stroke in ten may lie in a dropout.
    assert np.mean(nearest < 0.05) > 0.8


def test_its_loss_can_be_learned_from():
    network = SoundBeatNetwork()
    batch = batched([example(struck(6.0)), example(struck(6.0, beats=False))])
    loss = sound_beat_loss(network, batch, 0.3)
    loss.backward()

    assert np.isfinite(float(loss))
    assert all(
        part.weight.grad.abs().sum() > 0.0
        for part in (
            network.shape,
            network.phase,
            network.tempo,
            network.share,
            network.beat,
            network.music,
        )
    )
