"""What of harmony is asked for at each step of sound."""

import numpy as np
import pytest

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.tone_features import FEATURES, MEMORIES
from tests.training.tiny import torch_or_skip

torch_or_skip()

import torch  # noqa: E402

from accompanist.training.sound_harmony import batched as together  # noqa: E402
from accompanist.training.sound_harmony import crop, example, sound_harmony_loss  # noqa: E402
from accompanist.training.sound_harmony_network import SoundHarmonyNetwork  # noqa: E402
from accompanist.training.sound_rendered import NONE, UNKNOWN, HarmonySound  # noqa: E402

C_MAJOR, A_MINOR = 0, 21


def two_chords(seconds=10.0):
    """A low C, then a low A, each for half of the time; nothing is known of the last second."""
    count = round(25 * seconds)
    tones = np.zeros((count, SEMITONES), np.uint8)
    tones[: count // 2, 24] = tones[count // 2 :, 33] = 200
    half_s = seconds / 2
    chords = np.array([[0.0, half_s, C_MAJOR], [half_s, seconds - 1.0, A_MINOR]])
    return HarmonySound(tones, chords, np.array([[0.0, seconds, NONE]]))


def test_a_chord_is_asked_for_once_it_can_be_heard_and_not_where_nobody_knows():
    asked = example(two_chords())["chord"]

    assert (asked[2:60] == C_MAJOR).all()
    assert (asked[66:110] == A_MINOR).all()
    assert (asked[-8:] == UNKNOWN).all()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_transposed_is_called_so(seed):
    bent = crop(two_chords(), np.random.default_rng(seed))
    start = bent.chords[0]
    tone = int(np.argmax(bent.tones[5].astype(int)))

    assert (tone - 24) % 12 == int(start[2]) % 12
    assert int(bent.chords[1, 2]) == 12 + (int(start[2]) + 9) % 12
    assert (bent.keys[:, 2] == NONE).all()


def test_its_loss_can_be_learned_from():
    network = SoundHarmonyNetwork()
    loss = sound_harmony_loss(network, together([example(two_chords(4.0))]))
    loss.backward()

    assert loss.item() == pytest.approx(1.5 * np.log(25), rel=0.3)
    assert network.enter.weight.grad.abs().sum() > 0.0


def test_what_is_in_the_air_a_third_higher_is_told_a_third_higher():
    torch.manual_seed(0)
    network = SoundHarmonyNetwork().eval()
    steps = torch.zeros(1, 4, FEATURES)
    steps[..., 2 * SEMITONES :] = torch.rand(1, 4, 12 * MEMORIES)
    higher = steps.clone()
    higher[..., 2 * SEMITONES :] = (
        steps[..., 2 * SEMITONES :].unflatten(-1, (MEMORIES, 12)).roll(4, -1).flatten(-2)
    )

    for told, moved in zip(network(steps)[:2], network(higher)[:2], strict=True):
        expected = told[..., :24].unflatten(-1, (2, 12)).roll(4, -1).flatten(-2)
        assert torch.allclose(moved[..., :24], expected, atol=1e-5)
        assert torch.allclose(moved[..., 24], told[..., 24], atol=1e-5)


def test_each_tone_hears_semitones_from_itself_upwards():
    steps = torch.arange(float(FEATURES)).expand(1, 1, FEATURES)
    places = SoundHarmonyNetwork().heard_from
    heard = torch.cat([steps, torch.full((1, 1, 1), -1.0)], -1)[0, 0, places]

    assert heard[:, 24].tolist() == [24 + tone if tone < 6 else 12 + tone for tone in range(12)]
    assert heard[11, 0] == -1.0
