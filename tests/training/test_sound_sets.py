"""Shards and validation pieces hold what was rendered and what is true of it."""

import json
from collections import Counter

import numpy as np
import pytest
import soundfile

from accompanist.music.errors import Refusal
from accompanist.training import sound_sets, sound_validation
from accompanist.training.sound_material import Material
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_scenes import SHARES, WITHOUT_BEAT, draw_scene
from accompanist.training.sound_sets import hear, kinds_of, shard, write_shards
from tests.training.sounds import write_material


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    write_material(data)
    return Material(data, "train")


def test_every_shard_is_a_fair_mix():
    for seed in range(20):
        counts = Counter(kinds_of(40, np.random.default_rng(seed)))
        for kind, share in SHARES.items():
            assert abs(counts[kind] - 40 * share) < 1.5


@pytest.mark.parametrize("kind", [kind for kind in SHARES if kind not in WITHOUT_BEAT])
def test_every_kind_has_beats_that_go_forward_within_the_excerpt(material, kind):
    for seed in range(6):
        scene = draw_scene(material, np.random.default_rng(seed), kind, 12.0)
        beats_s = scene.truth.beats_s
        assert (np.diff(beats_s) > 0.1).all()
        assert beats_s[0] >= 0.0
        assert beats_s[-1] <= 12.0
        assert len(scene.truth.downbeats) == len(beats_s)
        assert all(0.0 <= span.start_s < span.end_s <= 12.0 for span in scene.truth.chords)


@pytest.mark.parametrize("kind", WITHOUT_BEAT)
def test_nobody_plays_a_beat_there(material, kind):
    for seed in range(10):
        scene = draw_scene(material, np.random.default_rng(seed), kind, 8.0)
        assert not len(scene.truth.beats_s)
        assert bool(scene.parts) == (kind == "aimless")


def test_a_shard_holds_frames_and_truth_of_each_excerpt(material):
    random = np.random.default_rng(0)
    scenes = [draw_scene(material, random, kind, 6.0) for kind in ("piano", "nothing", "drums")]
    arrays = shard([hear(scene, Orchestra([]), random) for scene in scenes])
    excerpts, beats = arrays["excerpts"], arrays["beat_starts"]
    assert len(excerpts) == len(beats) == 4
    assert arrays["bands"].dtype == arrays["tones"].dtype == np.uint8
    assert len(arrays["bands"]) == len(arrays["times_s"]) == excerpts[-1]
    assert all(count in (149, 150) for count in np.diff(excerpts))
    for number, scene in enumerate(scenes):
        mine = slice(beats[number], beats[number + 1])
        np.testing.assert_array_equal(arrays["beats_s"][mine], scene.truth.beats_s)
        times_s = arrays["times_s"][excerpts[number] : excerpts[number + 1]]
        np.testing.assert_allclose(np.diff(times_s), 0.04, atol=1e-4)
    chords = arrays["chord_starts"]
    assert list(arrays["chord_labels"][chords[1] : chords[2]]) == ["N"]


def test_shards_that_are_there_are_left_alone_and_each_depends_on_its_number_alone(
    material, tmp_path, monkeypatch
):
    monkeypatch.setattr(sound_sets, "_EXCERPTS", 1)
    monkeypatch.setattr(sound_sets, "kinds_of", lambda count, random: ["nothing"] * count)
    write_shards(material, Orchestra([]), tmp_path / "all", hours=0.5, seed=3)
    write_shards(material, Orchestra([]), tmp_path / "second", hours=0.5, seed=3, share=(2, 2))
    names = [path.name for path in sorted((tmp_path / "all").iterdir())]
    assert names == ["train-3-0000.npz", "train-3-0001.npz"]
    (second,) = (tmp_path / "second").iterdir()
    assert second.read_bytes() == (tmp_path / "all" / second.name).read_bytes()
    second.write_bytes(b"kept")
    write_shards(material, Orchestra([]), tmp_path / "second", hours=0.5, seed=3, share=(2, 2))
    assert second.read_bytes() == b"kept"


def test_validation_pieces_are_told_as_recordings_are(material, tmp_path, monkeypatch):
    monkeypatch.setattr(sound_validation, "PIECES", {"piano": 1})
    monkeypatch.setattr(sound_validation, "_SHORTEST_S", 8.0)
    monkeypatch.setattr(sound_validation, "_LONGEST_S", 9.0)
    sound_validation.write_validation(material, Orchestra([]), tmp_path / "out")
    sound, rate_hz = soundfile.read(tmp_path / "out" / "piano_00.flac")
    told = json.loads((tmp_path / "out" / "piano_00.json").read_text())
    assert sound.ndim == 1
    assert len(sound) / rate_hz == pytest.approx(told["duration_s"], abs=0.01)
    assert set(told["downbeats"]) <= set(told["beats"])
    assert {"start", "end", "chord"} == set(told["chords"][0])


def test_an_unknown_split_is_refused(tmp_path):
    with pytest.raises(Refusal, match="choose train or val"):
        Material(tmp_path, "test")
