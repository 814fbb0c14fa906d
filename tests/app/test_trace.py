"""A trace keeps what was played, what was announced, and the readings weighed."""

from dataclasses import dataclass

from accompanist.app.trace import Played, Trace, Weighed
from accompanist.listening.pulse import Pulse
from accompanist.music.events import Attack, NoteOff, NoteOn, Pedal, SoundFrame
from accompanist.music.heard import BeatHeard, StateHeard, TempoHeard


@dataclass
class Ear:
    """A listener as far as a trace asks."""

    hypotheses: tuple[Pulse, ...]
    beat_in_sound: tuple[tuple[float, float], ...] = ()


def test_a_note_lasts_from_its_key_down_to_its_key_up():
    trace = Trace()
    for event in (NoteOn(1.0, 60, 80), NoteOn(1.2, 64, 70), NoteOff(1.5, 60), NoteOff(2.0, 64)):
        trace.perform(event)
    assert trace.notes == [Played(1.0, 1.5, 60, 80, False), Played(1.2, 2.0, 64, 70, False)]


def test_a_key_struck_again_ends_what_it_sounded():
    trace = Trace()
    for event in (NoteOn(1.0, 60, 80), NoteOn(1.4, 60, 70), NoteOff(2.0, 60)):
        trace.perform(event)
    assert [(note.on_s, note.off_s) for note in trace.notes] == [(1.0, 1.4), (1.4, 2.0)]


def test_a_drum_lasts_no_time():
    trace = Trace()
    trace.perform(NoteOn(1.0, 38, 80, 9))
    trace.perform(NoteOff(1.3, 38, 9))
    assert trace.notes == [Played(1.0, 1.0, 38, 80, True)]


def test_it_ends_with_the_last_event_whatever_that_is():
    trace = Trace()
    trace.perform(Pedal(4.0, False))
    assert trace.end_s == 4.0
    assert trace.notes == []


def test_announcements_are_kept_by_what_they_are_of():
    trace, beat, state = (
        Trace(),
        BeatHeard(1.0, 1.1, 0, 0, True, 120.0, 0.5),
        StateHeard(1.0, "lost"),
    )
    trace.show(beat)
    trace.show(state)
    assert (trace.beats, trace.states) == ([beat], [state])


def test_other_announcements_are_passed_over():
    trace = Trace()
    trace.show(TempoHeard(1.0, 120.0, 0.5))
    assert trace == Trace()


def test_readings_are_kept_with_the_time_they_were_held_at():
    trace = Trace()
    trace.ask(Ear((Pulse(1.5, 0.5, 0.75), Pulse(1.0, 1.0, 0.25))), 1.25)
    assert trace.weighed == [Weighed(1.25, 120.0, 1.5, 0.75), Weighed(1.25, 60.0, 1.0, 0.25)]


def test_sound_is_kept_and_goes_on_to_its_last_frame():
    trace = Trace()
    frame, attack = SoundFrame(1.04, -20.0, bytes(204), bytes(72)), Attack(1.0, 0.5)
    for event in (attack, frame, NoteOn(2.0, 60, 80)):
        trace.hear(event, 1.05)
    assert (trace.attacks, trace.frames, trace.notes) == ([attack], [frame], [])
    assert trace.end_s == 1.04


def test_beats_in_sound_are_kept_once():
    trace = Trace()
    trace.ask(Ear((), ((0.04, 0.1), (0.08, 0.2))), 0.1)
    trace.ask(Ear((), ((0.08, 0.2), (0.12, 0.9))), 0.2)
    assert trace.beat_in_sound == [(0.04, 0.1), (0.08, 0.2), (0.12, 0.9)]
