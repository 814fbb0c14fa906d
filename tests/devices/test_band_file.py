"""The written file opens in a DAW with parts, bars and seconds where they were."""

import time
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.band_file import write_band
from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_file import read_performance
from accompanist.music.band import BandNote, NoteCut, Panic
from accompanist.music.events import NoteOff, NoteOn, Pedal
from accompanist.music.heard import BeatHeard

PERFORMANCE = (NoteOn(0.0, 60, 70), Pedal(0.1, True), Pedal(0.4, False), NoteOff(0.5, 60))


def note(part, on_s, off_s, pitch, note_id=1, velocity=90):
    return BandNote(0.0, note_id, part, on_s, off_s, on_s * 2, pitch, velocity, "model")


def test_the_performer_is_the_first_track_and_each_part_has_one(tmp_path):
    write_band(tmp_path / "band.mid", PERFORMANCE, [note("bass", 1.0, 1.5, 40)])
    file = mido.MidiFile(tmp_path / "band.mid")
    assert file.type == 1
    assert [track.name for track in file.tracks] == ["Performer", "Drums", "Bass", "Harmony"]


def test_drums_are_on_channel_ten(tmp_path):
    write_band(tmp_path / "band.mid", PERFORMANCE, [note("drums", 1.0, 1.1, 38)])
    drums = mido.MidiFile(tmp_path / "band.mid").tracks[1]
    assert {message.channel for message in drums if not message.is_meta} == {9}


def test_bass_and_harmony_keep_off_the_performers_channels(tmp_path):
    performance = (NoteOn(0.0, 60, 70, 1), NoteOff(0.5, 60, 1))
    write_band(tmp_path / "band.mid", performance, [])
    tracks = mido.MidiFile(tmp_path / "band.mid").tracks
    assert [tracks[place][1].channel for place in (2, 3)] == [2, 3]


def test_the_performance_comes_back_as_it_was(tmp_path):
    write_band(tmp_path / "band.mid", PERFORMANCE, [])
    back = read_performance(tmp_path / "band.mid")
    assert [type(event) for event in back] == [NoteOn, Pedal, Pedal, NoteOff]
    expected_s = [event.time_s for event in PERFORMANCE]
    assert [event.time_s for event in back] == pytest.approx(expected_s, abs=0.001)


def test_a_cut_note_ends_where_it_was_cut_and_an_unsounded_one_is_gone(tmp_path):
    played = [
        note("bass", 1.0, 2.0, 40, note_id=1),
        note("bass", 3.0, 4.0, 41, note_id=2),
        NoteCut(1.2, 1, "bass", 1.25),
        NoteCut(1.2, 2, "bass", 3.0),
    ]
    write_band(tmp_path / "band.mid", PERFORMANCE, played)
    bass = [event for event in read_performance(tmp_path / "band.mid") if event.channel == 1]
    assert bass == [NoteOn(1.0, 40, 90, 1), NoteOff(1.25, 40, 1)]


def test_after_a_panic_nothing_sounds(tmp_path):
    write_band(tmp_path / "band.mid", PERFORMANCE, [note("bass", 1.0, 9.0, 40), Panic(1.5)])
    bass = [event for event in read_performance(tmp_path / "band.mid") if event.channel == 1]
    assert bass[-1] == NoteOff(1.5, 40, 1)


def test_a_key_struck_again_ends_the_note_before(tmp_path):
    played = [note("bass", 1.0, 2.0, 40, note_id=1), note("bass", 1.5, 2.0, 40, note_id=2)]
    write_band(tmp_path / "band.mid", PERFORMANCE, played)
    bass = [event for event in read_performance(tmp_path / "band.mid") if event.channel == 1]
    assert [(type(event), event.time_s) for event in bass] == [
        (NoteOn, 1.0),
        (NoteOff, 1.5),
        (NoteOn, 1.5),
        (NoteOff, 2.0),
    ]


def test_the_same_take_gives_the_same_bytes(tmp_path):
    for name in ("a.mid", "b.mid"):
        write_band(tmp_path / name, PERFORMANCE, [note("bass", 1.0, 2.0, 40)])
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_bar_lines_lie_on_the_performers_downbeats(tmp_path):
    heard = [
        BeatHeard(0.0, 0.8 + 0.5 * place + 0.01 * place**2, place, 0, place % 4 == 2, 120.0, 1.0)
        for place in range(12)
    ]
    write_band(tmp_path / "band.mid", PERFORMANCE, [], heard)
    file = mido.MidiFile(tmp_path / "band.mid")
    downbeats_s, now_s, tempo, tick = [], 0.0, 500_000, 0
    bar_ticks, next_bar = 0, 0
    marks = {}
    for message in file.tracks[0]:
        tick += message.time
        marks.setdefault(tick, []).append(message)
    for tick in range(0, 16 * 960):
        for message in marks.get(tick, []):
            if message.type == "time_signature":
                bar_ticks, next_bar = message.numerator * 960, tick
            elif message.type == "set_tempo":
                tempo = message.tempo
        if tick == next_bar:
            downbeats_s.append(now_s)
            next_bar += bar_ticks
        now_s += tempo * 1e-6 / 960
    expected_s = [beat.at_s for beat in heard if beat.downbeat]
    for at_s in expected_s:
        assert min(abs(at_s - bar_s) for bar_s in downbeats_s) < 0.001


spans = st.tuples(st.floats(0.0, 60.0), st.floats(0.01, 4.0), st.integers(0, 127))


@given(
    st.lists(spans, max_size=30, unique_by=lambda span: span[2]),
    st.lists(st.floats(0.2, 1.8), max_size=30),
)
def test_seconds_of_every_note_are_kept_within_a_millisecond(tmp_path_factory, spans, steps_s):
    path = tmp_path_factory.mktemp("round") / "band.mid"
    played = [
        note("harmony", on_s, on_s + length_s, pitch, note_id=place)
        for place, (on_s, length_s, pitch) in enumerate(spans)
    ]
    heard = [
        BeatHeard(0.0, 0.3 + sum(steps_s[:place]), place, 0, place % 4 == 0, 100.0, 1.0)
        for place in range(len(steps_s))
    ]
    write_band(path, PERFORMANCE, played, heard)
    back = [event for event in read_performance(path) if event.channel == 2]
    for on_s, length_s, pitch in spans:
        times_s = [event.time_s for event in back if event.pitch == pitch]
        assert times_s == pytest.approx([on_s, on_s + length_s], abs=0.00101)


def test_a_folder_that_is_not_there_is_named_in_one_sentence(tmp_path):
    with pytest.raises(DeviceError, match=r"cannot be written \(no such file") as caught:
        write_band(tmp_path / "nowhere" / "band.mid", PERFORMANCE, [])
    assert "\n" not in str(caught.value)


def test_a_device_node_is_not_overwritten():
    with pytest.raises(DeviceError, match="is not a file"):
        write_band(Path("/dev/null"), PERFORMANCE, [])


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "band.mid"
    path.write_bytes(b"old")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(DeviceError, match="no space left"):
        write_band(path, PERFORMANCE, [])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_hundred_thousand_notes_are_written_within_five_seconds(tmp_path):
    played = [
        note("harmony", 0.07 * place, 0.07 * place + 0.2, 36 + place % 48, note_id=place)
        for place in range(100_000)
    ]
    started_s = time.process_time()
    write_band(tmp_path / "band.mid", PERFORMANCE, played)
    assert time.process_time() - started_s < 5.0
    assert len(read_performance(tmp_path / "band.mid")) == 200_000 + len(PERFORMANCE)
