"""The doubles behave as the devices they stand for."""

from accompanist.devices.clock import SystemClock, VirtualClock
from accompanist.devices.recorded import RecordedInput, RecordingSink
from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic
from accompanist.music.events import NoteOff, NoteOn

NOTE = BandNote(0.0, 1, "bass", 1.0, 2.0, 0.0, 40, 90, "model")


def test_recorded_events_come_when_their_time_has_come():
    source = RecordedInput([NoteOff(0.5, 60), NoteOn(0.0, 60, 80)])
    assert source.take(0.0) == (NoteOn(0.0, 60, 80),)
    assert source.take(0.4) == ()
    assert not source.finished
    assert source.take(0.5) == (NoteOff(0.5, 60),)
    assert source.finished


def test_a_recording_sink_remembers_what_it_was_sent_and_told():
    sink = RecordingSink()
    sink.send(NOTE)
    sink.set_level("bass", 0.25)
    sink.close()
    assert (sink.events, sink.levels["bass"], sink.closed) == ([NOTE], 0.25, True)


def test_a_cut_never_makes_a_note_longer():
    sink = RecordingSink()
    sink.send(NOTE)
    sink.send(NoteCut(1.5, 1, "bass", 3.0))
    assert sink.notes == (NOTE,)


def test_a_note_cut_at_its_onset_never_sounded():
    sink = RecordingSink()
    sink.send(NOTE)
    sink.send(NoteCut(0.5, 1, "bass", 1.0))
    assert sink.notes == ()


def test_a_note_that_was_held_lasted_until_it_was_cut():
    sink = RecordingSink()
    sink.send(NOTE)
    sink.send(NoteHeld(1.5, 1, "bass", 12.0))
    assert sink.notes[0].off_s == 12.0
    sink.send(NoteCut(7.0, 1, "bass", 7.5))
    assert sink.notes[0].off_s == 7.5


def test_a_note_after_a_panic_sounds():
    sink = RecordingSink()
    sink.send(Panic(0.5))
    sink.send(NOTE)
    assert sink.notes == (NOTE,)


def test_a_virtual_clock_moves_only_when_told_and_never_back():
    clock = VirtualClock(1.0)
    clock.wait_until(3.0)
    clock.wait_until(2.0)
    assert clock.now_s() == 3.0


def test_the_system_clock_starts_near_zero_and_has_waited_when_it_returns():
    clock = SystemClock()
    assert clock.now_s() < 1.0
    clock.wait_until(0.01)
    assert clock.now_s() >= 0.01
