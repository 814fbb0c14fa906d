"""The learned comping: when the hand strikes, how many keys, how high, how hard, how long.

The network decides texture only; the keys are those of the chord, coloured as `colour` has it and
laid out by `voicing`, so that every note is a tone of the chord of its frame. Few voices are taken
from the hand's layout near the height the network asks for, which gives broken chords. A chord that
is not sure is left out on the beat where it begins, and struck after it. Each bar with a chord is
struck at least once.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.chance import chance_of, laplace
from accompanist.players.colour import coloured
from accompanist.players.encoding import CONTEXT_WIDTH, History, frame_context, recalled_width
from accompanist.players.notes import NEVER, decide, place_in_beats, until_change
from accompanist.players.player import Frame, PerformerOnset
from accompanist.players.response import Register, solo_register, velocity_of
from accompanist.players.voicing import masks, voice

MIDDLE = 60
ACTIONS = 6
"""Nothing, or a stroke of 1–5 keys."""

PLAYED_WIDTH = 5
PERFORMER_WIDTH = 4
HARMONY_CONTEXT_WIDTH = CONTEXT_WIDTH + 4 + PERFORMER_WIDTH + 3
CHANGE_COLUMN = CONTEXT_WIDTH + 2
LASTING_COLUMN = HARMONY_CONTEXT_WIDTH - 3
"""Where the context row says that the chord moves, and how much of a note is left."""

INPUT_WIDTH = HARMONY_CONTEXT_WIDTH + recalled_width(PLAYED_WIDTH)

_HAND = 4
_LISTENING_BEATS = 4.0
_TEMPERATURE = 0.95
_TEMPERATURE_OUTSIDE = 0.8
_VELOCITY_PLAY = 0.4
_SOFTER = 0.85
_SURE = 0.5
_LEGATO = 0.97

Memory = tuple[
    dict[str, NDArray[np.float32]], History, tuple[int, ...], int, float, Chord, int, int
]


def performer_row(
    onsets: tuple[PerformerOnset, ...], beat: float
) -> tuple[float, float, float, float]:
    """What the performer did in the four beats before `beat`: how much, hard, lately and high."""
    heard = [o for o in onsets if beat - _LISTENING_BEATS <= o.onset_beats < beat]
    if not heard:
        return (0.0, 0.5, 1.0, 0.0)
    return (
        min(len(heard) / 16, 2.0),
        sum(o.velocity for o in heard) / len(heard) / 127,
        (beat - heard[-1].onset_beats) / _LISTENING_BEATS,
        (max(o.pitch for o in heard) - MIDDLE) / 12,
    )


def harmony_context(
    common: tuple[float, ...],
    known: bool,
    moves_next: bool,
    since_change: int,
    performer: tuple[float, float, float, float],
    remaining: int,
    last_height: float,
    struck_in_bar: bool,
) -> tuple[float, ...]:
    """What the comping hand is told of a frame besides its own past bars.

    Parameters
    ----------
    common
        The context row that every player has.
    known, moves_next
        Whether there is a chord, and whether another is expected a beat later.
    since_change
        Frames since the chord last moved; 0 in the frame where it does.
    performer
        As `performer_row` gives it for the beat that this frame belongs to.
    remaining, last_height
        Frames that the last stroke still lasts, and its height in octaves.
    struck_in_bar
        Whether anything was struck in this bar.
    """
    return (
        *common,
        float(known),
        float(moves_next),
        float(since_change == 0),
        min(since_change, 32) / 16,
        *performer,
        remaining / 16,
        last_height,
        float(struck_in_bar),
    )


def harmony_row(voices: int, velocity: float, height: float, duration: int) -> NDArray[np.float32]:
    """A frame as the hand remembers it: silence is zeros."""
    if not voices:
        return np.zeros(PLAYED_WIDTH, np.float32)
    return np.array([1.0, voices / 5, velocity, height, duration / 16], np.float32)


class ModelHarmony:
    """Plays ``harmony.onnx``, one frame a call.

    Parameters
    ----------
    model
        The loaded network.
    """

    part = "harmony"

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget everything, as before the first note."""
        history = History.silent(PLAYED_WIDTH)
        self.state: Memory = (
            self._model.initial_state(),
            history,
            (),
            0,
            0.0,
            NO_CHORD,
            0,
            -1,
        )

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """The stroke of this frame, if any."""
        state, history, hand, remaining, height, before, since, struck_bar = self.state
        chord = frame.chord
        moved = chord.pitch_classes != before.pitch_classes
        since = 0 if moved else since + 1
        remaining = 0 if moved else remaining
        following = frame.next_chord if frame.next_chord.root is not None else chord
        moves_next = following.pitch_classes != chord.pitch_classes
        beat = frame.index // FRAMES_PER_BEAT
        told = harmony_context(
            frame_context(frame),
            chord.root is not None,
            moves_next,
            since,
            performer_row(frame.recent, beat),
            remaining,
            height,
            struck_bar == frame.bar,
        )
        row = np.concatenate([np.array(told, np.float32), *history.recalled(frame.beats_per_bar)])
        luck = chance_of(frame.seed, self.part, frame.index)
        favour = _favour(frame, chord, moved, struck_bar == frame.bar)
        temperature = _TEMPERATURE + _TEMPERATURE_OUTSIDE * frame.outside
        touch = _VELOCITY_PLAY * laplace(luck)
        decision, state = decide(self._model, state, row, favour, temperature, luck, touch)
        if decision.action == 0:
            history = history.followed_by(harmony_row(0, 0.0, 0.0, 0))
            remaining = max(0, remaining - 1)
            self.state = (state, history, hand, remaining, height, chord, since, struck_bar)
            return ()
        solo = solo_register(frame)
        tones = coloured(chord, frame.key, frame.complexity)
        fits = {key % 12 for key in hand} <= tones.pitch_classes and not masks(hand, solo)
        if not hand or not fits:
            hand = voice(tones, hand, _HAND, solo)
        keys = _keys(tones, hand, decision.action, decision.height, solo)
        duration = until_change(frame, moves_next, decision.duration)
        history = history.followed_by(
            harmony_row(decision.action, decision.velocity, decision.height, duration)
        )
        self.state = (
            state,
            history,
            hand,
            duration - 1,
            decision.height,
            chord,
            since,
            frame.bar,
        )
        return self._stroke(frame, keys, duration * _LEGATO, decision.velocity)

    def _stroke(
        self, frame: Frame, keys: tuple[int, ...], frames: float, velocity: float
    ) -> tuple[PlannedNote, ...]:
        onset = place_in_beats(frame)
        length = frames / FRAMES_PER_BEAT
        force = velocity_of(_SOFTER * velocity, frame)
        return tuple(PlannedNote(self.part, onset, length, key, force, "model") for key in keys)


def _keys(
    chord: Chord, hand: tuple[int, ...], voices: int, height: float, solo: Register | None
) -> tuple[int, ...]:
    """So many keys of the hand near a height; a fuller stroke lays the hand out wider."""
    if voices > len(hand):
        return voice(chord, hand, voices, solo)
    wanted = MIDDLE + 12 * height
    nearest = sorted(hand, key=lambda key: (abs(key - wanted), key))
    return tuple(sorted(nearest[:voices]))


def _favour(frame: Frame, chord: Chord, moved: bool, struck: bool) -> NDArray[np.float32]:
    """Which actions are open: see the module for why a stroke is held back or asked for."""
    favour = np.zeros((1, ACTIONS), np.float32)
    unsure = moved and frame.step == 0 and frame.chord_probability < _SURE
    if chord.root is None or unsure:
        favour[0, 1:] = NEVER
    elif not struck and 2 * frame.beat_in_bar >= frame.beats_per_bar:
        favour[0, 0] = NEVER
    return favour
