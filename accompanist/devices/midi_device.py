"""What the stage needs of a MIDI device, whatever system lies below, and how a synth is introduced.

The band plays on one channel a lane (see `midi_desk.CHANNELS`), with General MIDI programs:
those of one style, or of each as it comes if that is asked for. A lane's level is its channel's
volume (controller 7).
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.midi_messages import CONTROLLER, LEVEL, PROGRAM, Message, quieten
from accompanist.dsp import cue, ring
from accompanist.dsp.instruments import INSTRUMENTS, PERFORMER, line_up
from accompanist.dsp.midi_desk import CHANNELS, LEVELS, OURS, Desk
from accompanist.music.parameters import STYLES


class MidiDevice(Protocol):
    """MIDI ports of the stage: in from the performer, out to a synth.

    Attributes
    ----------
    own
        Ring on which the stage's loop, and nobody else, pushes cues.
    at_once
        Ring on which the receiver of surfaces, and nobody else, pushes cues.
    """

    own: NDArray[np.int64]
    at_once: NDArray[np.int64]

    @property
    def input_name(self) -> str | None:
        """The port heard; none for one that others may join."""

    @property
    def output_name(self) -> str | None:
        """The port played; none for one that others may join."""

    def joined(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the ports joined to ours, whoever joined them: those heard, those played."""

    def join(self, heard: Iterable[str], played: Iterable[str]) -> None:
        """Join ports beside the named ones, if they are there."""

    def serve(self, until_ns: int) -> None:
        """Do what is due until then, or let it be done."""

    def look(self) -> list[str]:
        """Join ports that came back; return sentences about what changed."""

    def is_alive(self) -> bool:
        """Whether the system's MIDI server is there; when it has died the device is done for."""

    def counts(self) -> dict[str, int]:
        """What was counted since the start."""

    def close(self) -> None:
        """Release every note, then the ports."""


def programs_of(style: int) -> Iterator[Message]:
    """What gives each channel its program in a style, by its place from 1; 0 for the usual ones.

    The reflex sounds like the performer's own piano.
    """
    instruments = dict(line_up(STYLES[style - 1] if style else ""))
    instruments["reflex"] = instruments.pop(PERFORMER)
    for lane, name in enumerate(cue.LANES):
        if name in instruments:
            yield (PROGRAM | CHANNELS[lane], INSTRUMENTS[instruments[name]].program)


def introduce(
    desk: Desk, own: NDArray[np.int64], style: int = 0, *, in_silence: bool = False
) -> None:
    """Tell a synth what each channel is, and how loud.

    Parameters
    ----------
    desk
        The desk, which knows the volumes.
    own
        Ring of the stage's own cues.
    style
        Whose programs it is told, as `programs_of` takes it.
    in_silence
        Whether to silence our channels first: it may still sound from before it was lost.
    """
    if in_silence:
        for channel in OURS:
            for message in quieten(channel):
                _say(own, message)
    for message in programs_of(style):
        _say(own, message)
    for lane, channel in enumerate(CHANNELS):
        volume = int(desk.facts[LEVELS + lane])
        if volume >= 0:
            _say(own, (CONTROLLER | channel, LEVEL, volume))


def _say(own: NDArray[np.int64], message: Message) -> None:
    ring.push(own, (cue.MESSAGE, 0, cue.packed(message), 0, 0, 0, 0, 0))
