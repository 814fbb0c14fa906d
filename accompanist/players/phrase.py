"""A part's last two bars, kept so that they can be played again under whatever chord there is.

A phrase knows every sixteenth of two bars by its place in an odd or an even bar; what is played
later takes the place of what was played there before. Played again, the bass keeps its degrees and
moves with the root, the harmony keeps its rhythm and is laid out anew as near as it can, and every
note that moved is a tone of the chord. Loudness follows the performer as it did.
"""

from dataclasses import dataclass, replace

from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import Chord
from accompanist.players.bass import HIGHEST_PLAYED, LOWEST
from accompanist.players.colour import coloured
from accompanist.players.player import Frame, Memory
from accompanist.players.response import solo_register, strength
from accompanist.players.voicing import voice

_FEWEST_LAID_OUT = 3
"""Keys from which on a stroke is a chord, and not a broken one."""

_GAP_BEATS = 0.04


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame as it was played: what the players remembered before it, and what they heard."""

    index: int
    memory: Memory
    chord: Chord
    loudness: float
    notes: tuple[PlannedNote, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two bars of so many beats; places that were not played yet are None."""

    beats_per_bar: int = 0
    moments: tuple[Moment | None, ...] = ()

    def at(self, frame: Frame) -> Moment | None:
        """What was played at the place of a frame; None in another metre."""
        if frame.beats_per_bar != self.beats_per_bar:
            return None
        return self.moments[_place(frame)]

    def followed_by(self, frame: Frame, moment: Moment) -> "Phrase":
        """The phrase once a frame is played; in another metre it begins anew."""
        moments = self.moments
        if frame.beats_per_bar != self.beats_per_bar:
            moments = (None,) * phrase_frames(frame.beats_per_bar)
        place = _place(frame)
        return Phrase(frame.beats_per_bar, (*moments[:place], moment, *moments[place + 1 :]))


def phrase_frames(beats_per_bar: int) -> int:
    """How many frames a phrase has."""
    return 2 * beats_per_bar * FRAMES_PER_BEAT


def played_again(moment: Moment, frame: Frame) -> tuple[PlannedNote, ...]:
    """What was played in a moment, in this frame and under its chord."""
    if not moment.notes:
        return ()
    later_beats = (frame.index - moment.index) / FRAMES_PER_BEAT
    louder = strength(frame.loudness) / strength(moment.loudness)
    notes = sorted(moment.notes, key=lambda note: note.pitch)
    return tuple(
        replace(
            note,
            onset_beats=note.onset_beats + later_beats,
            length_beats=_length(note, note.onset_beats + later_beats, frame),
            pitch=pitch,
            velocity=min(max(round(note.velocity * louder), 1), 127),
        )
        for note, pitch in zip(notes, _pitches(notes, moment.chord, frame), strict=False)
    )


def _place(frame: Frame) -> int:
    bar = frame.beats_per_bar * FRAMES_PER_BEAT
    within = frame.beat_in_bar * FRAMES_PER_BEAT + frame.step
    return frame.bar % 2 * bar + within % bar


def _length(note: PlannedNote, onset_beats: float, frame: Frame) -> float:
    """A note's length, up to the next beat where the chord is expected to move there."""
    following = frame.next_chord
    stays = following.root is None or following.pitch_classes == frame.chord.pitch_classes
    if note.part == "drums" or stays:
        return note.length_beats
    next_beat = frame.index // FRAMES_PER_BEAT + 1
    return min(note.length_beats, max(next_beat - _GAP_BEATS - onset_beats, _GAP_BEATS))


def _pitches(notes: list[PlannedNote], was: Chord, frame: Frame) -> list[int]:
    """Pitches of notes, from low to high, once the chord is the frame's."""
    pitches = [note.pitch for note in notes]
    chord, part = frame.chord, notes[0].part
    if part == "drums" or chord.root is None or _same(chord, was):
        return pitches
    if part == "bass":
        return [_moved(pitch, was, chord) for pitch in pitches]
    tones = coloured(chord, frame.key, frame.complexity)
    if len(pitches) >= _FEWEST_LAID_OUT:
        return list(voice(tones, tuple(pitches), len(pitches), solo_register(frame)))
    return _nearest_tones(pitches, chord)


def _same(chord: Chord, other: Chord) -> bool:
    return chord.root == other.root and chord.pitch_classes == other.pitch_classes


def _moved(pitch: int, was: Chord, chord: Chord) -> int:
    """The same degree over another root, or the nearest tone of its chord."""
    root = chord.root or 0
    wanted = pitch if was.root is None else pitch - was.root + root
    distances = {tone: (tone - wanted + 6) % 12 - 6 for tone in chord.pitch_classes}
    nearest = min(distances, key=lambda tone: (abs(distances[tone]), distances[tone]))
    highest = max(HIGHEST_PLAYED, pitch)
    within = range(LOWEST + (nearest - LOWEST) % 12, highest + 1, 12)
    return min(within, key=lambda other: abs(other - pitch))


def _nearest_tones(pitches: list[int], chord: Chord) -> list[int]:
    """Each pitch moved to the nearest tone that none before it has taken."""
    taken: list[int] = []
    for pitch in pitches:
        free = (
            other
            for other in range(max(pitch - 12, 0), min(pitch + 12, 127) + 1)
            if other % 12 in chord.pitch_classes and other not in taken
        )
        taken.append(min(free, key=lambda other: (abs(other - pitch), other)))
    return taken
