"""The ear as a whole: what is announced, when, and that time may be cut anyhow."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.listening.listener import Listener
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from accompanist.music.heard import BeatHeard, ChordHeard, Heard, StateHeard

C, F, G = (48, 64, 67, 72), (41, 65, 69, 72), (43, 62, 67, 71)


def strum(time_s: float, pitches: tuple[int, ...], length_s: float) -> list[PerformerEvent]:
    """A chord struck at once."""
    return [NoteOn(time_s, pitch, 90) for pitch in pitches] + [
        NoteOff(time_s + length_s, pitch) for pitch in pitches
    ]


def comping(bars: int, bpm: float = 100.0, start_s: float = 1.0) -> list[PerformerEvent]:
    """Four chords a bar in the left hand, a melody in eighths above."""
    beat_s = 60 / bpm
    events: list[PerformerEvent] = []
    for beat in range(4 * bars):
        at_s = start_s + beat * beat_s
        chord = (C, F, G, C)[beat // 4 % 4]
        events += strum(at_s, chord if beat % 4 == 0 else chord[1:], 0.8 * beat_s)
        events += strum(at_s + beat_s / 2, (76 + beat % 3,), 0.4 * beat_s)
    return sorted(events, key=lambda event: event.time_s)


def listen(events: list[PerformerEvent], until_s: float) -> list[Heard]:
    listener = Listener()
    for event in events:
        listener.hear(event)
    return listener.advance(until_s)


def beats(heard: list[Heard]) -> list[BeatHeard]:
    return [value for value in heard if isinstance(value, BeatHeard)]


def test_no_beat_is_heard_in_silence() -> None:
    assert listen([], 30.0) == []


def test_a_steady_player_is_followed_within_two_bars_and_ahead_of_time() -> None:
    heard = beats(listen(comping(12), 1.0 + 12 * 2.4))
    assert heard[0].at_s < 1.0 + 2 * 2.4
    late = [beat for beat in heard if beat.at_s > 1.0 + 3 * 2.4]
    phases = [(beat.at_s - 1.0) / 0.6 for beat in late]
    assert max(abs(phase - round(phase)) for phase in phases) * 0.6 < 0.03
    assert float(np.median([beat.announced_s - beat.at_s for beat in late])) <= -0.06


def test_beats_are_counted_one_by_one_from_zero() -> None:
    heard = beats(listen(comping(8), 25.0))
    assert [beat.beat for beat in heard] == list(range(len(heard)))


def test_a_steady_player_is_locked_to() -> None:
    states = [value.state for value in listen(comping(8), 20.0) if isinstance(value, StateHeard)]
    assert states == ["locking", "locked"]


def test_chords_are_named_as_they_change() -> None:
    labels = [
        value.chord.label
        for value in listen(comping(4), 1.0 + 4 * 2.4 - 0.1)
        if isinstance(value, ChordHeard)
    ]
    assert [label[:5] for label in labels] == ["C:maj", "F:maj", "G:maj", "C:maj"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.0, 12.0), max_size=12))
def test_announcements_do_not_depend_on_how_time_is_cut(cuts: list[float]) -> None:
    events = comping(4)
    whole = listen(events, 12.0)
    listener, heard, waiting = Listener(), [], list(events)
    for cut_s in [*sorted(cuts), 12.0]:
        while waiting and waiting[0].time_s <= cut_s:
            listener.hear(waiting.pop(0))
        heard += listener.advance(cut_s)
    assert heard == whole
