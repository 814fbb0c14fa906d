"""Performances for tests: two hands in steady time, played from a list of chords."""

from accompanist.music.chord import Chord, parse_chord
from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent


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


def final_chord(
    held_s: float,
    *,
    broad: float = 1.6,
    slowing: int = 6,
    pedal: bool = False,
    length_s: float = 9.0,
) -> tuple[tuple[PerformerEvent, ...], float]:
    """Sixteen bars at 100 BPM that end in a ritardando and a held chord, and when that is struck.

    The last `slowing` beats grow to `broad` times their length; beats and off-beats are struck, and
    fewer off-beats towards the end. With `pedal` the pedal holds what the hands leave after
    `length_s`.
    """
    grown = [max(0.0, (beat - 64 + slowing + 1) / slowing) for beat in range(64)]
    at_s = [1.0]
    for growth in grown:
        at_s.append(at_s[-1] + 0.6 * (1.0 + (broad - 1.0) * growth))
    events: list[PerformerEvent] = []
    chords = [parse_chord(label) for label in ("C:maj", "F:maj", "G:maj", "C:maj")]
    for beat in range(64):
        length = at_s[beat + 1] - at_s[beat]
        for pitch, velocity in _keys(chords[beat // 4 % 4], beat % 4):
            events.append(NoteOn(at_s[beat], pitch, velocity))
            events.append(NoteOff(at_s[beat] + 0.9 * length, pitch))
        if beat % 2 == 0 or beat < 56:
            events.append(NoteOn(at_s[beat] + 0.5 * length, 84, 60))
            events.append(NoteOff(at_s[beat] + 0.8 * length, 84))
    end_s = at_s[-1]
    for pitch in (36, 60, 64, 67):
        events.append(NoteOn(end_s, pitch, 90))
        events.append(NoteOff(end_s + min(held_s, length_s), pitch))
    if pedal:
        events += [Pedal(end_s + 0.1, True), Pedal(end_s + held_s, False)]
    return tuple(sorted(events, key=lambda event: event.time_s)), end_s
