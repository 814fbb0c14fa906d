"""A file's sound is heard as its time comes, whatever its form; what is no sound is refused."""

import numpy as np
import pytest
import soundfile

from accompanist.devices.errors import PerformanceError
from accompanist.devices.sound_file import SoundInput
from accompanist.music.events import Attack, SoundFrame

RATE_HZ = 44100


def strokes(rate_hz=RATE_HZ, seconds=2.0):
    """Noise that dies away, at 0.5 and at 1.25 s."""
    sound = np.zeros(round(seconds * rate_hz))
    length = rate_hz // 8
    decay = np.exp(-np.arange(length) / (0.015 * rate_hz))
    for at_s in (0.5, 1.25):
        noise = 0.3 * decay * np.random.default_rng(0).standard_normal(length)
        sound[round(at_s * rate_hz) : round(at_s * rate_hz) + length] += noise
    return sound


def written(path, sound, rate_hz=RATE_HZ, **how):
    soundfile.write(path, sound, rate_hz, **how)
    return path


def everything(source):
    return [event for k in range(1, 2000) for event in source.take(k / 400)]


def attacks(events):
    return [event.time_s for event in events if isinstance(event, Attack)]


FORMS = [
    ("a.wav", "PCM_16", 1, 44100),
    ("a.wav", "PCM_U8", 2, 8000),
    ("a.wav", "ULAW", 1, 11025),
    ("a.wav", "FLOAT", 6, 96000),
    ("a.wav", "PCM_24", 2, 192000),
    ("a.flac", "PCM_16", 2, 48000),
    ("a.flac", "PCM_24", 1, 22050),
]


@pytest.mark.parametrize(("name", "subtype", "channels", "rate_hz"), FORMS)
def test_any_form_of_sound_is_heard_the_same(tmp_path, name, subtype, channels, rate_hz):
    sound = np.repeat(strokes(rate_hz)[:, None], channels, axis=1)
    source = SoundInput(written(tmp_path / name, sound, rate_hz, subtype=subtype))
    assert source.last_s == pytest.approx(2.0)
    events = everything(source)
    assert attacks(events) == pytest.approx([0.5, 1.25], abs=0.008)
    assert sum(isinstance(event, SoundFrame) for event in events) == 50
    assert source.doubts() == []


def test_nothing_is_heard_before_its_time(tmp_path):
    source = SoundInput(written(tmp_path / "a.wav", strokes()))
    assert attacks(source.take(0.499)) == []
    assert attacks(source.take(0.51)) == pytest.approx([0.5], abs=0.003)
    assert max(event.time_s for event in source.take(1.0)) <= 1.0


def test_what_is_heard_does_not_depend_on_the_steps(tmp_path):
    path = written(tmp_path / "a.flac", strokes())
    in_one = SoundInput(path).take(2.0)
    in_steps = sorted(everything(SoundInput(path)), key=lambda event: event.time_s)
    assert in_steps == sorted(in_one, key=lambda event: event.time_s)


def test_samples_that_are_no_numbers_are_counted_and_told(tmp_path):
    sound = strokes()
    sound[30_000:30_005] = np.nan
    source = SoundInput(written(tmp_path / "a.wav", sound, subtype="FLOAT"))
    assert attacks(everything(source)) == pytest.approx([0.5, 1.25], abs=0.003)
    assert source.doubts() == ["5 samples are no numbers and counted as silence"]


def test_a_file_that_was_cut_off_is_heard_as_far_as_it_goes(tmp_path):
    path = written(tmp_path / "a.flac", np.random.default_rng(0).uniform(-0.5, 0.5, 10 * RATE_HZ))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = SoundInput(path)
    assert source.last_s == pytest.approx(10.0)
    events = source.take(10.0)
    assert 4.0 < max(event.time_s for event in events) < 6.0
    assert 4.0 < source.last_s < 6.0
    assert source.doubts() == ["its sound breaks off after 5 s"]


def test_a_header_that_does_not_know_the_length_is_believed(tmp_path):
    path = written(tmp_path / "a.flac", strokes())
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)
    source = SoundInput(path)
    assert source.last_s == float("inf")
    source.take(10.0)
    assert source.last_s == pytest.approx(2.0)
    assert source.doubts() == []


@pytest.mark.parametrize("rate_hz", [4000, 384_000])
def test_a_rate_out_of_reach_is_refused_with_its_remedy(tmp_path, rate_hz):
    path = written(tmp_path / "a.wav", np.zeros(1000), rate_hz)
    with pytest.raises(PerformanceError, match=f"{rate_hz} samples a second; convert it to 48000"):
        SoundInput(path)


def test_a_file_without_sound_is_refused(tmp_path):
    path = written(tmp_path / "a.wav", np.zeros(0))
    with pytest.raises(PerformanceError, match="holds no sound"):
        SoundInput(path)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound" * 100, b"fLaC" + bytes(40)])
def test_what_is_no_audio_is_refused(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(PerformanceError, match="not audio, or damaged"):
        SoundInput(path)


def test_what_is_not_there_or_no_file_is_refused(tmp_path):
    with pytest.raises(PerformanceError, match="no such file"):
        SoundInput(tmp_path / "b.wav")
    with pytest.raises(PerformanceError, match="is a directory"):
        SoundInput(tmp_path)
