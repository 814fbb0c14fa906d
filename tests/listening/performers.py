"""Performers for the tests: steady hands, waltzes, scales, accelerandi."""

from collections.abc import Callable, Iterable, Sequence

from accompanist.listening.listener import Listener
from accompanist.music.events import Gesture, NoteOff, NoteOn, PerformerEvent
from accompanist.music.heard import BeatHeard, ChordHeard, Heard

C, F, G = (48, 64, 67, 72), (41, 65, 69, 72), (43, 62, 67, 71)


def strum(time_s: float, pitches: Sequence[int], length_s: float) -> list[PerformerEvent]:
    """A chord struck at once."""
    return [NoteOn(time_s, pitch, 90) for pitch in pitches] + [
        NoteOff(time_s + length_s, pitch) for pitch in pitches
    ]


def in_order(events: Iterable[Gesture]) -> list[Gesture]:
    """Events in order of time."""
    return sorted(events, key=lambda event: event.time_s)


def comping(
    bars: int, beats_per_bar: int = 4, seconds_of: Callable[[float], float] | None = None
) -> list[PerformerEvent]:
    """A chord a bar: bass and chord on the downbeat, chords on the other beats, tune in eighths.

    `seconds_of` says when a beat falls; 100 BPM from 1 s on unless given.
    """
    at = seconds_of or (lambda beats: 1.0 + 0.6 * beats)
    events: list[PerformerEvent] = []
    for beat in range(beats_per_bar * bars):
        chord = (C, F, G, C)[beat // beats_per_bar % 4]
        length_s = 0.8 * (at(beat + 1) - at(beat))
        events += strum(at(beat), chord if beat % beats_per_bar == 0 else chord[1:], length_s)
        events += strum(at(beat + 0.5), (chord[1 + beat % 3] + 12,), length_s / 2)
    return in_order(events)


def listen(events: Iterable[Gesture], until_s: float, listener: Listener) -> list[Heard]:
    """Everything a listener announces of a performance up to `until_s`."""
    for event in events:
        listener.hear(event)
    return listener.advance(until_s)


def beats(heard: list[Heard]) -> list[BeatHeard]:
    """The beats announced."""
    return [value for value in heard if isinstance(value, BeatHeard)]


def chords(heard: list[Heard]) -> list[ChordHeard]:
    """The chords announced."""
    return [value for value in heard if isinstance(value, ChordHeard)]
