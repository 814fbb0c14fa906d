"""What bass and harmony share: durations, chords as rows, Gumbel luck, and where swing puts a note.

Both plan on straight sixteenths; swing moves the off-beats of each beat later, as far as a note
may leave its frame.
"""

import math
import random
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.player import Frame
from accompanist.players.swing import swung_place

DURATIONS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Lengths that a note may have, in sixteenths."""

CHORD_WIDTH = 25
NEXT_WIDTH = 13

NEVER = -1e9
FARTHEST_OFFSET = 0.49

_TRUSTED_KEY = 0.4
_MOST_AFTER = 2 * FRAMES_PER_BEAT


@lru_cache(maxsize=4096)
def chord_row(chord: Chord) -> tuple[float, ...]:
    """A chord seen from its root: whether there is one, its tones, its bass."""
    if chord.root is None:
        return (0.0,) * CHORD_WIDTH
    tones = {(tone - chord.root) % 12 for tone in chord.pitch_classes}
    bass = ((chord.bass_pitch_class or 0) - chord.root) % 12
    return (
        1.0,
        *(float(interval in tones) for interval in range(12)),
        *(float(interval == bass) for interval in range(12)),
    )


@lru_cache(maxsize=65536)
def next_row(chord: Chord, following: Chord) -> tuple[float, ...]:
    """Whether the harmony is about to move, and where its root goes."""
    moves = chord.pitch_classes != following.pitch_classes
    if chord.root is None or following.root is None:
        return (float(moves), *(0.0,) * 12)
    step = (following.root - chord.root) % 12
    return (float(moves), *(float(step == interval) for interval in range(12)))


def until_change(frame: Frame, moves_next: bool, duration: int) -> int:
    """A duration in sixteenths, cut at the next beat if the chord is expected to move there.

    Otherwise cut two beats after it, or at the bar line, over which chords seldom last.
    """
    to_beat = FRAMES_PER_BEAT - frame.step
    if moves_next:
        return min(duration, to_beat)
    to_bar = to_beat + FRAMES_PER_BEAT * (frame.beats_per_bar - 1 - frame.beat_in_bar)
    return min(duration, to_beat + _MOST_AFTER, to_bar)


def known_chord(frame: Frame) -> Chord:
    """The chord of a frame; without one, the tonic of a key that is trusted, or none."""
    if frame.chord.root is not None:
        return frame.chord
    best = int(np.argmax(frame.key_posterior[:24]))
    if frame.key_posterior[best] < _TRUSTED_KEY:
        return NO_CHORD
    return Chord(best % 12, "min" if best >= 12 else "maj")


def duration_class(frames: float) -> int:
    """Place in `DURATIONS` of the length nearest by ratio."""
    length = math.log(max(frames, 0.5))
    return min(range(len(DURATIONS)), key=lambda place: abs(math.log(DURATIONS[place]) - length))


def gumbel(luck: random.Random, count: int) -> NDArray[np.float32]:
    """Noise (1, count) whose greatest sum with logits is a fair draw."""
    draws = np.array([[luck.random() for _ in range(count)]])
    return np.asarray(-np.log(-np.log(draws.clip(1e-9, 1 - 1e-9))), np.float32)


def swung_offset(step: int, swing: float, sixteenth_swing: float) -> float:
    """How many frames later than straight a sixteenth of the beat falls, at most half a frame."""
    late = swung_place(step, swing, sixteenth_swing) * FRAMES_PER_BEAT - step
    return min(late, FARTHEST_OFFSET)


def place_in_beats(frame: Frame) -> float:
    """Where a note of this frame falls: with the drums of the frame, or as the beat swings.

    A kick or any drum within the frame has its own human lateness; a note struck with it goes
    along.
    """
    begins = frame.index / FRAMES_PER_BEAT
    drums = [note.onset_beats for note in drums_of(frame)]
    if drums:
        return sum(drums) / len(drums)
    late = swung_offset(frame.step, frame.swing, frame.sixteenth_swing)
    return begins + late / FRAMES_PER_BEAT


def drums_of(frame: Frame) -> list[PlannedNote]:
    """What the drums play in this very frame, the last planned first.

    The ensemble stands in the order of its frames, so that what is older need not be looked at.
    """
    first = (frame.index - 0.5) / FRAMES_PER_BEAT
    last = (frame.index + 0.5) / FRAMES_PER_BEAT
    found = []
    for note in reversed(frame.ensemble):
        if note.onset_beats < first - 1 / FRAMES_PER_BEAT:
            break
        if note.part == "drums" and first <= note.onset_beats < last:
            found.append(note)
    return found


class Decision:
    """What a network decided in one frame."""

    __slots__ = ("action", "duration", "height", "velocity")

    def __init__(self, out: dict[str, NDArray[np.float32]], touch: float) -> None:
        self.action = int(out["action"].argmax())
        self.duration = DURATIONS[out["lasts"].argmax()]
        self.height = float(out["height"][0, 0])
        played = float(out["velocity"][0, 0]) + touch * float(out["velocity_scale"][0, 0])
        self.velocity = min(max(played, 0.05), 1.0)


def decide(
    model: StreamingModel,
    state: dict[str, NDArray[np.float32]],
    told: NDArray[np.float32],
    favour: NDArray[np.float32],
    temperature: float,
    luck: random.Random,
    touch: float,
) -> tuple[Decision, dict[str, NDArray[np.float32]]]:
    """One step of a note network, and its next state."""
    out, state = model.step(
        state,
        frame=told[None],
        noise=gumbel(luck, favour.shape[1]),
        favour=favour,
        temperature=np.array([[temperature]], np.float32),
        duration_noise=gumbel(luck, len(DURATIONS)),
        touch=np.array([[luck.random(), luck.random()]], np.float32),
    )
    return Decision(out, touch), state
