"""Each part is trained for a moment on tiny data, and what comes out can be played."""

import numpy as np
import pytest

from accompanist.app.train import listening
from accompanist.inference.model import StreamingModel
from accompanist.listening.listener import learned_listener
from accompanist.players.bass import INPUT_WIDTH as BASS_WIDTH
from accompanist.players.bass import ModelBass
from accompanist.players.drums import INPUT_WIDTH as DRUMS_WIDTH
from accompanist.players.drums import ModelDrums
from accompanist.players.harmony import INPUT_WIDTH as HARMONY_WIDTH
from accompanist.players.harmony import ModelHarmony, harmony_row
from tests.listening.performers import chords as chords_of
from tests.listening.performers import listen, strum
from tests.players.learned import play, song_frames
from tests.training.tiny import torch_or_skip, write_charts, write_groove, write_songs

torch_or_skip()

from accompanist.training import (  # noqa: E402
    anticipation,
    bass,
    chord_evidence,
    drums,
    harmony,
    key,
)
from accompanist.training.arrangements import arrangements  # noqa: E402
from accompanist.training.drum_network import DrumNetwork, DrumStep  # noqa: E402
from accompanist.training.options import TrainingOptions  # noqa: E402
from accompanist.training.texture_examples import imagined_rows  # noqa: E402


@pytest.fixture
def options(tmp_path):
    write_groove(tmp_path)
    write_songs(tmp_path)
    write_charts(tmp_path)
    models, checkpoints = tmp_path / "models", tmp_path / "checkpoints"
    return TrainingOptions(tmp_path, models, checkpoints, 1, False, listening)


def test_drums_are_learned_and_played(options):
    drums.train(options)
    model = StreamingModel("drums", options.out)
    assert model.card["inputs"]["frame"] == [1, DRUMS_WIDTH]
    assert set(model.card["measured"]["bits per frame"]) > {"model"}
    play(ModelDrums(model), song_frames(2))


def test_bass_is_learned_and_played(options):
    bass.train(options)
    model = StreamingModel("bass", options.out)
    assert model.card["inputs"]["frame"] == [1, BASS_WIDTH]
    assert play(ModelBass(model), song_frames(2))


def test_harmony_and_anticipation_are_learned_and_played(options):
    harmony.train(options)
    model = StreamingModel("harmony", options.out)
    assert model.card["inputs"]["frame"] == [1, HARMONY_WIDTH]
    assert play(ModelHarmony(model), song_frames(2))
    assert "NiC" in StreamingModel("anticipation", options.out).card["measured"]


def test_keys_and_then_chords_are_learned_and_heard(options, monkeypatch):
    monkeypatch.setattr(key, "STEPS_PER_EPOCH", 2)
    monkeypatch.setattr(chord_evidence, "STEPS_PER_EPOCH", 2)
    key.train(options)
    chord_evidence.train(options)
    keys, chords = (StreamingModel(name, options.out) for name in ("key", "chord"))
    assert set(keys.card["measured"]["MIREX key@12s, pop909 val"]) == {"model", "profiles"}
    assert set(chords.card["measured"]["chord majmin, pop909 val"]) == {"model", "rules"}
    played = strum(1.0, (48, 64, 67, 72), 1.0)
    assert chords_of(listen(played, 2.0, learned_listener(options.out)))


def test_the_exported_step_gives_the_chances_of_the_network():
    import torch

    torch.manual_seed(1)
    network = DrumNetwork().eval()
    rows, hits = torch.randn(1, 3, DRUMS_WIDTH), (torch.rand(1, 3, 9) > 0.5).float()
    whole = torch.sigmoid(network(rows, hits)[0])[0]
    state, step = network.body.start(1), DrumStep(network)
    fair, middle = torch.ones(1, 1), torch.full((1, 2), 0.5)
    for frame in range(3):
        noise = torch.where(hits[:, frame] > 0, -1.0, 2.0)
        struck, chances, *_, state = step(rows[:, frame], noise, fair, middle, state)
        assert torch.equal(struck, hits[:, frame])
        assert np.allclose(chances[0].detach(), whole[frame].detach(), atol=1e-5)


def test_what_the_hand_imagines_is_remembered_as_what_it_plays():
    import torch

    taken = torch.nn.functional.one_hot(torch.tensor([[0, 3]]), 6).float()
    height, velocity, lasts = (torch.tensor([[0.5, at]]) for at in (0.25, 0.7, 4.0))
    rows = imagined_rows(taken, height, velocity, lasts)[0]
    assert np.allclose(rows, [harmony_row(0, 0.0, 0.0, 0), harmony_row(3, 0.7, 0.25, 4)], atol=1e-6)


def test_some_songs_are_heard_again_with_a_jump_of_key(tmp_path):
    write_songs(tmp_path)
    songs = arrangements(tmp_path, "train")
    again = anticipation.with_jumps(songs)[len(songs) :]
    assert len(again) == -(-len(songs) // 3)
    before, after = songs[0].truth, again[0].truth
    last = before.chords[-1].start_beats
    assert before.chord_at(0.5) == after.chord_at(0.5)
    assert before.chord_at(last) != after.chord_at(last)
