"""The learned bass: one voice from E1 to G2, told from the chord's root, locked to the kick.

Every sixteenth the network either lets be or strikes an interval above the root; octave, velocity
and length follow. On the beat it strikes tones of the chord alone, unless the band strays
("outside"), and where the chord moves the root rather than another. A note ends before the chord is
expected to move, and nothing is struck over it while it lasts and fits. Every downbeat, and every
chord that is sure, is struck unless a note lasts.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.chance import chance_of, laplace
from accompanist.players.encoding import CONTEXT_WIDTH, History, frame_context, recalled_width
from accompanist.players.notes import (
    CHORD_WIDTH,
    NEVER,
    NEXT_WIDTH,
    chord_row,
    decide,
    drums_of,
    known_chord,
    next_row,
    place_in_beats,
    until_change,
)
from accompanist.players.player import Frame
from accompanist.players.response import velocity_of

LOWEST, HIGHEST = 28, 55
"""Of the instrument, and of the lines that were learned from."""

HIGHEST_PLAYED = 43
"""Human lines keep within little more than an octave; what lies above is others' ground."""

MIDDLE = 40
ACTIONS = 13
"""Nothing, or an interval of 0–11 semitones above the root."""

PLAYED_WIDTH = 16
BASS_CONTEXT_WIDTH = CONTEXT_WIDTH + CHORD_WIDTH + NEXT_WIDTH + 2 + 4 + 12 + 2
CHANGE_COLUMN = CONTEXT_WIDTH + CHORD_WIDTH + NEXT_WIDTH
LASTING_COLUMN = BASS_CONTEXT_WIDTH - 1
"""Where the context row says that the chord moves, and how much of a note is left."""

INPUT_WIDTH = BASS_CONTEXT_WIDTH + recalled_width(PLAYED_WIDTH)

_KICK, _SNARES, _CYMBALS = 36, (37, 38, 40), (42, 44, 46, 49, 51, 57, 59)
_TEMPERATURE = 0.8
_TEMPERATURE_OUTSIDE = 0.8
_STRAYS_FROM = 0.6
_SURE = 0.5
_ROOT_ON_CHANGE = 1.5
"""Nats by which the root is favoured there: chords heard live move in places that no line it has
learned from knows.
"""
_VELOCITY_PLAY = 0.4
_SHORTENED = 0.92

Memory = tuple[dict[str, NDArray[np.float32]], History, int | None, int, Chord, int]
Drummed = tuple[float, float, float, float]


def bass_context(
    common: tuple[float, ...],
    chord: Chord,
    following: Chord,
    since_change: int,
    drummed: Drummed,
    last_pitch: int | None,
    remaining: int,
) -> tuple[float, ...]:
    """What the bass is told of a frame besides its own past bars.

    Parameters
    ----------
    common
        The context row that every player has.
    chord, following
        What sounds, and what is expected a beat later.
    since_change
        Frames since the chord last moved; 0 in the frame where it does.
    drummed
        Kick, snare, cymbal (0 or 1) and the kick's velocity (0–1) in this frame.
    last_pitch, remaining
        The last note struck, and how many frames of it are left.
    """
    root = chord.root or 0
    last = None if last_pitch is None or chord.root is None else (last_pitch - root) % 12
    return (
        *common,
        *chord_row(chord),
        *next_row(chord, following),
        float(since_change == 0),
        min(since_change, 32) / 16,
        *drummed,
        *(float(last == interval) for interval in range(12)),
        0.0 if last_pitch is None else (last_pitch - MIDDLE) / 12,
        remaining / 16,
    )


def bass_row(action: int, pitch: int, velocity: float, duration: int) -> NDArray[np.float32]:
    """A frame as the bass remembers it: silence is zeros."""
    row = np.zeros(PLAYED_WIDTH, np.float32)
    if action:
        row[0] = row[action] = 1.0
        row[13:] = ((pitch - MIDDLE) / 12, velocity, duration / 16)
    return row


def nearest_pitch(pitch_class: int, height: float, highest: int = HIGHEST) -> int:
    """The pitch of a class, from `LOWEST` up, that is nearest to a height in octaves."""
    wanted = MIDDLE + 12 * height
    candidates = range(LOWEST + (pitch_class - LOWEST) % 12, highest + 1, 12)
    return min(candidates, key=lambda pitch: abs(pitch - wanted))


class ModelBass:
    """Plays ``bass.onnx``, one frame a call.

    Parameters
    ----------
    model
        The loaded network.
    """

    part = "bass"

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget everything, as before the first note."""
        history = History.silent(PLAYED_WIDTH)
        self.state: Memory = (self._model.initial_state(), history, None, 0, NO_CHORD, 0)

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """The note that begins in this frame, if any."""
        state, history, last_pitch, remaining, before, since = self.state
        chord = known_chord(frame)
        moved = chord.pitch_classes != before.pitch_classes
        since = 0 if moved else since + 1
        if moved and last_pitch is not None and last_pitch % 12 not in chord.pitch_classes:
            remaining = 0
        following = frame.next_chord if frame.next_chord.root is not None else chord
        told = bass_context(
            frame_context(frame), chord, following, since, _drummed(frame), last_pitch, remaining
        )
        row = np.concatenate([np.array(told, np.float32), *history.recalled(frame.beats_per_bar)])
        luck = chance_of(frame.seed, self.part, frame.index)
        temperature = _TEMPERATURE + _TEMPERATURE_OUTSIDE * frame.outside
        favour = _favour(frame, chord, remaining, moved)
        touch = _VELOCITY_PLAY * laplace(luck)
        decision, state = decide(self._model, state, row, favour, temperature, luck, touch)
        if decision.action == 0:
            history = history.followed_by(bass_row(0, 0, 0.0, 0))
            self.state = (state, history, last_pitch, max(0, remaining - 1), chord, since)
            return ()
        pitch_class = ((chord.root or 0) + decision.action - 1) % 12
        pitch = nearest_pitch(pitch_class, decision.height, HIGHEST_PLAYED)
        moves_next = following.pitch_classes != chord.pitch_classes
        duration = until_change(frame, moves_next, decision.duration)
        history = history.followed_by(bass_row(decision.action, pitch, decision.velocity, duration))
        self.state = (state, history, pitch, duration - 1, chord, since)
        return (self._note(frame, pitch, duration * _SHORTENED, decision.velocity),)

    def _note(self, frame: Frame, pitch: int, frames: float, velocity: float) -> PlannedNote:
        onset = place_in_beats(frame)
        force = velocity_of(velocity, frame)
        return PlannedNote(self.part, onset, frames / FRAMES_PER_BEAT, pitch, force, "model")


def _drummed(frame: Frame) -> Drummed:
    notes = drums_of(frame)
    kicks = [note.velocity for note in notes if note.pitch == _KICK]
    return (
        float(bool(kicks)),
        float(any(note.pitch in _SNARES for note in notes)),
        float(any(note.pitch in _CYMBALS for note in notes)),
        max(kicks, default=0) / 127,
    )


def _favour(frame: Frame, chord: Chord, remaining: int, moved: bool) -> NDArray[np.float32]:
    """Which actions are open; see the module for what must and must not be struck."""
    favour = np.zeros((1, ACTIONS), np.float32)
    if chord.root is None or remaining:
        favour[0, 1:] = NEVER
        return favour
    downbeat = frame.beat_in_bar == frame.step == 0
    if downbeat or (moved and frame.chord_probability >= _SURE):
        favour[0, 0] = NEVER
    if moved:
        favour[0, 1] = _ROOT_ON_CHANGE
    if frame.step == 0 and frame.outside < _STRAYS_FROM:
        for interval in range(12):
            if (chord.root + interval) % 12 not in chord.pitch_classes:
                favour[0, 1 + interval] = NEVER
    return favour
