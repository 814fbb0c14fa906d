"""A WAV can be listened to up to where it was settled, and after a crash up to its very end."""

import numpy as np
import pytest
import soundfile

from accompanist.devices.errors import DeviceError
from accompanist.devices.growing import GrowingFile
from accompanist.devices.wav_file import HEAD_BYTES, WavFile, mend

RATE_HZ = 48000


def tone(frames: int, level: float = 0.5) -> np.ndarray:
    return np.full((frames, 2), level, np.float32)


def test_what_is_settled_can_be_listened_to_while_it_grows(tmp_path):
    wav = WavFile(GrowingFile(tmp_path / "a.wav"), RATE_HZ)
    wav.write(tone(1000))
    wav.settle()
    wav.write(tone(500))
    sound, rate_hz = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate_hz == RATE_HZ
    assert sound.shape == (1000, 2)
    assert (sound == round(0.5 * 32767)).all()


def test_it_can_be_listened_to_before_there_is_any_sound(tmp_path):
    WavFile(GrowingFile(tmp_path / "a.wav"), RATE_HZ)
    assert soundfile.info(tmp_path / "a.wav").frames == 0


def test_after_a_crash_it_is_mended_to_all_that_is_there(tmp_path):
    path = tmp_path / "a.wav"
    wav = WavFile(GrowingFile(path), RATE_HZ)
    wav.write(tone(RATE_HZ))
    with path.open("ab") as file:
        file.write(b"\1")
    assert mend(path) == 1.0
    assert soundfile.info(path).frames == RATE_HZ
    assert path.stat().st_size == HEAD_BYTES + RATE_HZ * 4


def test_another_goes_on_where_it_ended(tmp_path):
    WavFile(GrowingFile(tmp_path / "a.wav"), RATE_HZ).write(tone(1000, 0.25))
    wav = WavFile(GrowingFile(tmp_path / "a.wav", goes_on=True), RATE_HZ)
    assert wav.frames == 1000
    wav.write(tone(1000, -0.25))
    wav.settle()
    sound, _ = soundfile.read(tmp_path / "a.wav", dtype="float64")
    assert sound[999, 0] == pytest.approx(0.25, abs=1e-4)
    assert sound[1000, 0] == pytest.approx(-0.25, abs=1e-4)


def test_what_is_too_loud_is_clipped_and_not_turned_over(tmp_path):
    wav = WavFile(GrowingFile(tmp_path / "a.wav"), RATE_HZ)
    wav.write(np.array([[1.5, -1.5]], np.float32))
    wav.settle()
    assert soundfile.read(tmp_path / "a.wav", dtype="int16")[0].tolist() == [[32767, -32767]]


def test_what_the_disk_refuses_is_silence(tmp_path):
    class Place(GrowingFile):
        is_full = False

        def write_at(self, place, payload):
            return not self.is_full and super().write_at(place, payload)

    place = Place(tmp_path / "a.wav")
    wav = WavFile(place, RATE_HZ)
    for is_full in (False, True, False):
        place.is_full = is_full
        wav.write(tone(100))
    wav.settle()
    sound, _ = soundfile.read(tmp_path / "a.wav")
    assert [bool(sound[at].any()) for at in (50, 150, 250)] == [True, False, True]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound" * 10])
def test_what_is_no_recording_is_not_mended(tmp_path, content):
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(DeviceError, match="no recording"):
        mend(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == content
