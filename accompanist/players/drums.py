"""The learned drummer: every sixteenth, nine voices with their own velocity and lateness.

The network hears the context row, its own frames one step, one bar and two bars ago, and remembers
the rest. Each voice lands up to half a sixteenth around its frame, as human drummers were heard to
place it; what all voices share of it is taken off, or a drummer who hears himself early would play
ever earlier. The first bar is drawn more cautiously than the rest, since what it holds tends to
stay. In a fill snare and toms are struck oftener than the network alone would have it, so that
whoever asks for one hears it.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.players.chance import chance_of, laplace
from accompanist.players.encoding import (
    CONTEXT_WIDTH,
    History,
    bar_frames,
    frame_context,
    recalled_width,
)
from accompanist.players.player import Frame
from accompanist.players.response import velocity_of

VOICES = (
    "kick",
    "snare",
    "closed hat",
    "open hat",
    "low tom",
    "mid tom",
    "high tom",
    "crash",
    "ride",
)
PITCHES = (36, 38, 42, 46, 43, 47, 50, 49, 51)
"""General MIDI percussion pitches of the voices."""

PLAYED_WIDTH = 3 * len(VOICES)
_LENGTHS_BEATS = (0.25, 0.25, 0.125, 0.5, 0.25, 0.25, 0.25, 1.0, 0.5)
_FILLED = np.array([[0.75 if v == "snare" or "tom" in v else 1.0 for v in VOICES]], np.float32)
"""What luck is multiplied with in a fill: below 1 a voice is struck that much oftener."""

_CLOSED_HAT, _OPEN_HAT = VOICES.index("closed hat"), VOICES.index("open hat")

_TEMPERATURE = 0.95
_TEMPERATURE_ENTERING = 0.4
_TEMPERATURE_OUTSIDE = 0.9
_VELOCITY_PLAY = 0.6
_OFFSET_PLAY = 0.4
_FARTHEST_OFFSET = 0.49
_LEANING = 0.05
"""Share of a frame's lateness by which the mean that is taken off moves: about five bars."""

INPUT_WIDTH = CONTEXT_WIDTH + recalled_width(PLAYED_WIDTH)


def played_row(
    hits: NDArray[np.float32], velocity: NDArray[np.float32], offset: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What was played, as the network is reminded of it; works on one frame or many."""
    return np.concatenate([hits, velocity, 2 * offset], axis=-1)


class ModelDrums:
    """Plays ``drums.onnx``, one frame a call.

    Parameters
    ----------
    model
        The loaded network.
    """

    part = "drums"

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget everything, as before the first note."""
        self.state = (self._model.initial_state(), History.silent(PLAYED_WIDTH), 0.0)

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Hits of this frame, with their velocity and lateness."""
        network_state, history, ahead = self.state
        luck = chance_of(frame.seed, self.part, frame.index)
        told = np.concatenate(
            [
                np.array(frame_context(frame), np.float32),
                *history.recalled(frame.beats_per_bar),
            ]
        )
        noise = np.array([[luck.random() for _ in VOICES]], np.float32)
        if frame.section == "fill":
            noise *= _FILLED
        entering = history.known < bar_frames(frame.beats_per_bar)
        temperature = _TEMPERATURE_ENTERING if entering else _TEMPERATURE
        temperature += _TEMPERATURE_OUTSIDE * frame.outside
        out, network_state = self._model.step(
            network_state,
            frame=told[None],
            noise=noise,
            temperature=np.array([[temperature]], np.float32),
            touch=np.array([[luck.random(), luck.random()]], np.float32),
        )
        hits = out["hits"][0]
        if hits[_OPEN_HAT]:
            hits[_CLOSED_HAT] = 0.0
        touch, late = laplace(luck), laplace(luck)
        velocity = out["velocity"][0] + _VELOCITY_PLAY * touch * out["velocity_scale"][0]
        velocity = np.clip(velocity, 0.05, 1.0) * hits
        offset = out["offset"][0] + _OFFSET_PLAY * late * out["offset_scale"][0]
        if frame.step == 0 and hits.any():
            ahead += _LEANING * (float((offset * hits).sum() / hits.sum()) - ahead)
        offset = np.clip(offset - ahead, -_FARTHEST_OFFSET, _FARTHEST_OFFSET) * hits
        history = history.followed_by(played_row(hits, velocity, offset))
        self.state = (network_state, history, ahead)
        return tuple(
            PlannedNote(
                self.part,
                (frame.index + float(offset[voice])) / FRAMES_PER_BEAT,
                _LENGTHS_BEATS[voice],
                PITCHES[voice],
                velocity_of(float(velocity[voice]), frame),
                "model",
            )
            for voice in np.flatnonzero(hits)
        )
