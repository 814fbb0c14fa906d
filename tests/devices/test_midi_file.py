"""Performances are read as they were played, and refused in one sentence otherwise."""

import struct
import time
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.errors import PerformanceError
from accompanist.devices.midi_file import read_performance, read_steered_performance
from accompanist.music.events import Controller, NoteOff, NoteOn, Pedal, ProgramChange


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">I", len(body)) + body


def smf(*tracks: bytes, form: int = 1, division: int = 480) -> bytes:
    header = chunk(b"MThd", struct.pack(">HHH", form, len(tracks), division))
    return header + b"".join(chunk(b"MTrk", track) for track in tracks)


END = b"\x00\xff\x2f\x00"
ONE_NOTE = b"\x00\x90\x3c\x50" + b"\x83\x60\x80\x3c\x40" + END


def written(tmp_path: Path, payload: bytes) -> Path:
    path = tmp_path / "take.mid"
    path.write_bytes(payload)
    return path


def test_a_note_lasts_a_beat_of_half_a_second_by_default(tmp_path):
    events = read_performance(written(tmp_path, smf(ONE_NOTE)))
    assert events == (NoteOn(0.0, 60, 80, 0), NoteOff(0.5, 60, 0))


def test_a_note_on_of_velocity_zero_is_a_note_off(tmp_path):
    track = b"\x00\x90\x3c\x50\x83\x60\x3c\x00" + END
    assert read_performance(written(tmp_path, smf(track)))[1] == NoteOff(0.5, 60, 0)


def test_the_sustain_pedal_is_down_from_value_64(tmp_path):
    track = b"\x00\xb2\x40\x40\x00\x40\x3f\x00\x92\x3c\x50" + END
    events = read_performance(written(tmp_path, smf(track)))
    assert events[:2] == (Pedal(0.0, True, 2), Pedal(0.0, False, 2))


def test_the_soft_pedal_and_the_word_of_mpe_are_read(tmp_path):
    track = b"\x00\xb0\x65\x00\x00\x64\x06\x00\x06\x0f\x00\x43\x7f\x00\x91\x3c\x50" + END
    events = read_performance(written(tmp_path, smf(track)))
    said = [(event.number, event.value) for event in events if isinstance(event, Controller)]
    assert said == [(101, 0), (100, 6), (6, 15), (67, 127)]


def test_what_may_steer_is_read_where_it_is_asked_for(tmp_path):
    track = b"\x00\xc9\x04\x00\xb0\x4a\x7f\x00\xd0\x11\x00\x90\x3c\x50" + END
    path = written(tmp_path, smf(track))
    assert read_steered_performance(path)[:2] == (
        ProgramChange(0.0, 4, 9),
        Controller(0.0, 74, 127),
    )
    assert read_performance(path)[0] == NoteOn(0.0, 60, 80)


def test_a_tempo_change_in_another_track_moves_notes(tmp_path):
    conductor = b"\x83\x60\xff\x51\x03\x0f\x42\x40" + END
    notes = b"\x87\x40\x90\x3c\x50\x83\x60\x3c\x00" + END
    events = read_performance(written(tmp_path, smf(conductor, notes)))
    assert [event.time_s for event in events] == pytest.approx([1.5, 2.5])


def test_smpte_division_counts_frames_and_not_beats(tmp_path):
    track = b"\x00\x90\x3c\x50\x87\x68\x3c\x00" + END
    events = read_performance(written(tmp_path, smf(track, division=(256 - 25) << 8 | 40)))
    assert events[1].time_s == pytest.approx(1.0)


def test_tracks_of_format_2_follow_one_another(tmp_path):
    events = read_performance(written(tmp_path, smf(ONE_NOTE, ONE_NOTE, form=2)))
    assert [event.time_s for event in events] == pytest.approx([0.0, 0.5, 0.5, 1.0])


def test_running_status_outlives_a_meta_event(tmp_path):
    track = b"\x00\x90\x3c\x50\x00\xff\x01\x02hi\x83\x60\x3c\x00" + END
    assert len(read_performance(written(tmp_path, smf(track)))) == 2


def test_an_unknown_chunk_is_passed_over(tmp_path):
    payload = smf(ONE_NOTE)
    payload = payload[:14] + chunk(b"XFIH", b"anything") + payload[14:]
    assert len(read_performance(written(tmp_path, payload))) == 2


def test_a_key_still_down_at_the_end_comes_up_there(tmp_path):
    track = b"\x00\x90\x3c\x50\x83\x60\xff\x2f\x00"
    assert read_performance(written(tmp_path, smf(track)))[-1] == NoteOff(0.5, 60, 0)


def test_drums_keep_their_channel(tmp_path):
    track = b"\x00\x99\x26\x50\x10\x26\x00" + END
    assert {event.channel for event in read_performance(written(tmp_path, smf(track)))} == {9}


def refusal(path: Path) -> str:
    with pytest.raises(PerformanceError) as caught:
        read_performance(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    assert "nothing.mid cannot be read (no such file" in refusal(tmp_path / "nothing.mid")


def test_a_folder_is_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    assert "is empty" in refusal(written(tmp_path, b""))


def test_text_is_refused(tmp_path):
    assert "not a usable MIDI file" in refusal(written(tmp_path, b"This is no MIDI file."))


def test_a_file_without_notes_is_refused(tmp_path):
    assert "holds no notes" in refusal(written(tmp_path, smf(END)))


@pytest.mark.parametrize("kept", range(4, len(smf(ONE_NOTE))))
def test_a_file_cut_short_anywhere_is_refused(tmp_path, kept):
    assert "cut short" in refusal(written(tmp_path, smf(ONE_NOTE)[:kept]))


def test_a_performance_over_twelve_hours_is_refused(tmp_path):
    track = b"\x00\x90\x3c\x50" + b"\xff\xff\xff\x7f\x3c\x00" * 1 + END
    assert "12 hours" in refusal(written(tmp_path, smf(track, division=24)))


def test_bytes_after_the_last_track_are_passed_over(tmp_path):
    assert len(read_performance(written(tmp_path, smf(ONE_NOTE) + b"junk"))) == 2


@given(st.binary(max_size=80), st.integers(0, 65535))
def test_no_track_does_anything_but_read_or_refuse(tmp_path_factory, body, division):
    path = tmp_path_factory.mktemp("fuzz") / "take.mid"
    path.write_bytes(smf(b"\x00\x90\x3c\x50" + body, division=division))
    try:
        events = read_performance(path)
    except PerformanceError:
        return
    assert list(events) == sorted(events, key=lambda event: event.time_s)


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 127), st.integers(1, 127)), min_size=1),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1000, 2_000_000)), max_size=5),
)
def test_times_agree_with_mido(tmp_path_factory, notes, tempi):
    file = mido.MidiFile(ticks_per_beat=96)
    conductor, track = file.add_track(), file.add_track()
    for delta, tempo in tempi:
        conductor.append(mido.MetaMessage("set_tempo", tempo=tempo, time=delta))
    for delta, pitch, velocity in notes:
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=delta))
    path = tmp_path_factory.mktemp("mido") / "take.mid"
    file.save(path)
    now_s, expected = 0.0, []
    for message in mido.MidiFile(path):
        now_s += message.time
        if message.type == "note_on":
            expected.append(now_s)
    heard = [event.time_s for event in read_performance(path) if isinstance(event, NoteOn)]
    assert heard == pytest.approx(expected, abs=1e-6)


def test_a_hundred_thousand_notes_are_read_within_five_seconds(tmp_path):
    track = b"\x00\x90\x3c\x50" + b"\x30\x3c\x00\x00\x3c\x50" * 100_000 + END
    path = written(tmp_path, smf(track))
    started_s = time.process_time()
    events = read_performance(path)
    assert len(events) == 200_002
    assert time.process_time() - started_s < 5.0
