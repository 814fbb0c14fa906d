"""The band's answer, when it trades with the performer: their phrase, in the present chords.

The line of a turn is its strokes' highest notes. It is moved to the band's turn by whole bars, from
the first bar that holds any of it, in the octave where harmony plays a melody; where the turn has
room left it comes again, a little higher or lower. Rhythm, touch and the way it rises and falls are
the performer's. On beats, and where a note lasts, it plays tones of the chord, otherwise tones of
the key too. Drums answer in the same rhythm, higher drums for higher notes, over a foot that keeps
time. Nothing here is left to chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.players.player import Frame, PerformerOnset

_TOGETHER_BEATS = 0.07
_BELOW_THE_LINE = 14
"""A stroke whose highest note lies so far below the line's middle is accompaniment."""

_MIDDLE = 70
_LOWEST, _HIGHEST = 57, 86
_MOVED = (0, 3, -2, 5)
"""Semitones by which the line is sought higher each time it comes again."""

_NEAR_BEAT = 0.13
_LONG_BEATS = 0.9
_LONGEST_BEATS = 2.0
_SHARE_HELD = 0.9
_SOFTEST, _LOUDEST = 45, 115

_SOLO_DRUMS = (43, 47, 38, 50)
"""Low and middle tom, snare and high tom: for low to high notes."""

_KICK, _SNARE, _PEDAL_HAT = 36, 38, 44
_HIT_BEATS = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """Where an answer has come to: the performer's last pitch, and the one it was answered with."""

    asked: int
    answered: int


def reply(
    onsets: Sequence[PerformerOnset], began: int, begins: int, bars: int, beats_per_bar: int
) -> tuple[PerformerOnset, ...]:
    """The performer's line, moved from their turn to the band's.

    Parameters
    ----------
    onsets
        What was played in the turn that began on beat `began`, in order.
    begins, bars
        First beat and bars of the band's turn.
    """
    line = _line(onsets)
    if not line:
        return ()
    first, last = (int(note.onset_beats - began) // beats_per_bar for note in (line[0], line[-1]))
    length = (last - first + 1) * beats_per_bar
    later = begins - began - first * beats_per_bar
    octaves = 12 * round((_MIDDLE - median(note.pitch for note in line)) / 12)
    ends = begins + bars * beats_per_bar
    replied = []
    for time in range(-(-bars * beats_per_bar // length)):
        for note in line:
            onset_beats = note.onset_beats + later + time * length
            if onset_beats < ends:
                pitch = note.pitch + octaves + _MOVED[time % len(_MOVED)]
                replied.append(replace(note, onset_beats=onset_beats, pitch=pitch))
    return tuple(replied)


def has_contour(onsets: Sequence[PerformerOnset]) -> bool:
    """Whether a line rises or falls, so that it can be sung."""
    return len({note.pitch for note in _line(onsets)}) > 1


def answered(frame: Frame, before: Line | None) -> tuple[tuple[PlannedNote, ...], Line | None]:
    """What is played of the answer in a frame, and where it has come to."""
    assert frame.answer is not None
    onsets = frame.answer.onsets
    now = [place for place, note in enumerate(onsets) if _frame_of(note) == frame.index]
    if frame.answer.part == "drums":
        return _drummed(frame, [onsets[place] for place in now]), before
    if not now:
        return (), before
    note = onsets[now[0]]
    following = next((n for n in onsets[now[0] + 1 :] if _frame_of(n) > frame.index), None)
    until = following.onset_beats if following else note.onset_beats + 1.0
    gap_beats = until - note.onset_beats
    pitch = _pitch(note, gap_beats, frame, before)
    length_beats = min(_SHARE_HELD * gap_beats, _LONGEST_BEATS)
    played = PlannedNote(
        "harmony", note.onset_beats, length_beats, pitch, _force(note), "understudy"
    )
    return (played,), Line(note.pitch, pitch)


def _line(onsets: Sequence[PerformerOnset]) -> list[PerformerOnset]:
    tops: list[PerformerOnset] = []
    for note in onsets:
        if tops and note.onset_beats - tops[-1].onset_beats <= _TOGETHER_BEATS:
            if note.pitch > tops[-1].pitch:
                tops[-1] = replace(note, onset_beats=tops[-1].onset_beats)
        else:
            tops.append(note)
    if not tops:
        return []
    lowest = median(note.pitch for note in tops) - _BELOW_THE_LINE
    return [note for note in tops if note.pitch >= lowest]


def _pitch(note: PerformerOnset, gap_beats: float, frame: Frame, before: Line | None) -> int:
    """The nearest tone that fits and lies where the line goes: up, down, or where it was."""
    weighty = abs(note.onset_beats - round(note.onset_beats)) < _NEAR_BEAT
    tones = frame.chord.pitch_classes
    if not tones or not (weighty or gap_beats >= _LONG_BEATS):
        tones |= frame.key.pitch_classes
    fitting = [p for p in range(_LOWEST, _HIGHEST + 1) if not tones or p % 12 in tones]
    if before:
        goes = _sign(note.pitch - before.asked)
        along = [p for p in fitting if _sign(p - before.answered) == goes]
        fitting = along or fitting
    return min(fitting, key=lambda pitch: (abs(pitch - note.pitch), pitch))


def _drummed(frame: Frame, notes: list[PerformerOnset]) -> tuple[PlannedNote, ...]:
    assert frame.answer is not None
    heights = sorted({note.pitch for note in frame.answer.onsets})
    begins = frame.index / FRAMES_PER_BEAT
    played = []
    if frame.step == 0 and frame.beat_in_bar == 0:
        played.append((begins, _KICK, 70))
    elif frame.step == 0 and frame.beat_in_bar % 2:
        played.append((begins, _PEDAL_HAT, 60))
    for note in notes[:1]:
        height = len(_SOLO_DRUMS) * heights.index(note.pitch) // len(heights)
        drum = _SOLO_DRUMS[height] if len(heights) > 1 else _SNARE
        played.append((note.onset_beats, drum, _force(note)))
    return tuple(
        PlannedNote("drums", onset, _HIT_BEATS, drum, force, "understudy")
        for onset, drum, force in played
    )


def _frame_of(note: PerformerOnset) -> int:
    return round(note.onset_beats * FRAMES_PER_BEAT)


def _force(note: PerformerOnset) -> int:
    return min(max(note.velocity, _SOFTEST), _LOUDEST)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
