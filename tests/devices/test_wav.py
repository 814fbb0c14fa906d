"""A session becomes a WAV that holds the performer and the band, or nothing at all."""

import numpy as np
import pytest
import soundfile

from accompanist.devices.errors import DeviceError
from accompanist.devices.wav import WavSink
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.zones import load_bank
from accompanist.music.band import BandNote, NoteCut, Panic
from accompanist.music.events import NoteOff, NoteOn, Pedal


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def take(path, bank, events) -> np.ndarray:
    """Sound of events given in order: band events to `send`, the performer's to `perform`."""
    sink = WavSink(path, synth=BandSynth(48000, bank))
    for event in events:
        (sink.send if isinstance(event, BandNote | NoteCut | Panic) else sink.perform)(event)
    sink.close()
    sink.keep()
    sound, rate_hz = soundfile.read(path)
    assert rate_hz == 48000
    return sound


def loud(sound, start_s, end_s) -> bool:
    return bool(np.abs(sound[round(start_s * 48000) : round(end_s * 48000)]).max() > 0.003)


def note(announced_s, on_s, off_s, note_id=1, part="bass", pitch=40):
    return BandNote(announced_s, note_id, part, on_s, off_s, 0.0, pitch, 100, "model")


def test_band_and_performer_sound_at_their_times(tmp_path, bank):
    events = [note(0.0, 1.0, 1.3), NoteOn(2.0, 60, 90), NoteOff(2.4, 60)]
    sound = take(tmp_path / "a.wav", bank, events)
    assert not loud(sound, 0.0, 0.999)
    assert loud(sound, 1.0, 1.3)
    assert not loud(sound, 1.8, 1.999)
    assert loud(sound, 2.0, 2.4)


def test_a_note_that_is_cut_before_it_begins_is_not_heard(tmp_path, bank):
    events = [note(0.0, 3.0, 4.0), NoteCut(2.9, 1, "bass", 3.0), NoteOff(5.0, 60)]
    assert not loud(take(tmp_path / "a.wav", bank, events), 0.0, 5.0)


def test_the_pedal_holds_what_the_performer_lets_go(tmp_path, bank):
    key = [NoteOn(0.1, 48, 90), NoteOff(0.3, 48)]
    plain = take(tmp_path / "a.wav", bank, [*key, NoteOff(3.0, 1)])
    pedalled = take(tmp_path / "b.wav", bank, [Pedal(0.0, True), *key, Pedal(3.0, False)])
    assert not loud(plain, 2.0, 2.9)
    assert loud(pedalled, 2.0, 2.9)
    assert np.abs(pedalled[-4800:]).max() < 0.003


def test_drum_pads_sound_as_drums(tmp_path, bank):
    pads = take(tmp_path / "a.wav", bank, [NoteOn(0.1, 38, 100, 9)])
    piano = take(tmp_path / "b.wav", bank, [NoteOn(0.1, 38, 100, 0)])
    bright = [np.abs(np.diff(sound[:24000, 0])).max() for sound in (pads, piano)]
    assert bright[0] > 5 * bright[1]


def test_after_a_panic_nothing_sounds(tmp_path, bank):
    events = [note(0.0, 0.1, 9.0), note(0.0, 2.0, 3.0, 2), Panic(1.0), NoteOff(4.0, 1)]
    sound = take(tmp_path / "a.wav", bank, events)
    assert loud(sound, 0.1, 1.0)
    assert not loud(sound, 1.1, 4.0)


def test_a_level_counts_from_the_moment_it_is_turned(tmp_path, bank):
    sink = WavSink(tmp_path / "a.wav", synth=BandSynth(48000, bank))
    sink.send(note(0.0, 0.1, 4.0))
    sink.perform(NoteOff(2.0, 1))
    sink.set_level("bass", 0.0)
    sink.close()
    sink.keep()
    sound, _ = soundfile.read(tmp_path / "a.wav")
    assert loud(sound, 1.0, 1.9)
    assert not loud(sound, 2.2, 3.9)


def test_a_style_has_its_instruments_from_the_time_it_begins(tmp_path, bank):
    def brightness(changed_s):
        sink = WavSink(tmp_path / "a.wav", "ballad", BandSynth(48000, bank))
        sink.set_style("rock", changed_s)
        for number, on_s in enumerate((0.1, 1.1)):
            sink.send(note(0.0, on_s, on_s + 0.4, number, "harmony", 60))
        sink.close()
        sink.keep()
        sound, _ = soundfile.read(tmp_path / "a.wav")
        spans = (sound[4800:24000, 0], sound[52800:72000, 0])
        return [np.abs(np.diff(span)).max() / np.abs(span).max() for span in spans]

    strings, guitar = brightness(1.0)
    assert guitar > 1.5 * strings
    assert brightness(9.0) == pytest.approx([strings, strings], rel=0.1)


def test_the_same_session_gives_the_same_bytes(tmp_path, bank):
    events = [NoteOn(0.1, 60, 90), note(0.2, 0.5, 0.9), NoteOff(1.0, 60)]
    for name in ("a.wav", "b.wav"):
        take(tmp_path / name, bank, events)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_discarded_session_leaves_the_old_file(tmp_path, bank):
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")
    sink = WavSink(path, synth=BandSynth(48000, bank))
    sink.perform(NoteOn(0.1, 60, 90))
    sink.close()
    sink.discard()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_refused_before_anything_sounds(tmp_path, bank):
    with pytest.raises(DeviceError, match="cannot be written"):
        WavSink(tmp_path / "nowhere" / "a.wav", synth=BandSynth(48000, bank))


def test_a_disk_that_fills_up_is_told_when_the_file_is_kept(tmp_path, bank, monkeypatch):
    sink = WavSink(tmp_path / "a.wav", synth=BandSynth(48000, bank))

    class FullDisk:
        def seek(self, place):
            return place

        def write(self, content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sink._disk, "_stream", FullDisk())
    sink.perform(NoteOn(0.1, 60, 90))
    sink.close()
    with pytest.raises(DeviceError, match="no space left"):
        sink.keep()
    assert list(tmp_path.iterdir()) == []
