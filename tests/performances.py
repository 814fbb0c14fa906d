"""Performances for tests: two hands in steady time, played from a list of chords."""

from accompanist.music.chord import Chord, parse_chord
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent


def two_hands(
    labels: str, bars: int, tempo_bpm: float = 112.0, start_s: float = 0.5
) -> tuple[PerformerEvent, ...]:
    """One chord a bar of 4/4, looped: bass note and fifth on 1 and 3, triads on every beat.

    `labels` are Harte labels between spaces. Keys come up just before the next beat.
    """
    chords = [parse_chord(label) for label in labels.split()]
    beat_s = 60.0 / tempo_bpm
    events: list[PerformerEvent] = []
    for beat in range(4 * bars):
        chord = chords[beat // 4 % len(chords)]
        on_s = start_s + beat * beat_s
        for pitch, velocity in _keys(chord, beat % 4):
            events.append(NoteOn(on_s, pitch, velocity))
            events.append(NoteOff(on_s + 0.9 * beat_s, pitch))
    return tuple(sorted(events, key=lambda event: event.time_s))


def _keys(chord: Chord, beat_in_bar: int) -> list[tuple[int, int]]:
    assert chord.root is not None
    triad = [(60 + tone if tone >= 4 else 72 + tone, 70) for tone in sorted(chord.pitch_classes)]
    if beat_in_bar == 0:
        return [(36 + chord.root, 95), *triad]
    if beat_in_bar == 2:
        return [(36 + (chord.root + 7) % 12, 85), *triad]
    return triad
