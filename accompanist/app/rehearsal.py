"""A rehearsal before the doors open: the band hears and plays to nobody, as fast as it can.

Everything that the first bars need is loaded, and compiled if it has not been, before it is late.
"""

from collections.abc import Iterator

import numpy as np

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.sound_ear import SoundEar
from accompanist.dsp import taping
from accompanist.dsp.spectrum import FRAMES_PER_S
from accompanist.dsp.tape import new_tape, rewind
from accompanist.music.events import SOUND_BANDS, SOUND_TONES, SoundFrame

REHEARSED_S = 8.0
"""Of the demonstration: the band has come in by then, and every player has had its turn."""

_SOUND_FROM_S = 6.0


def rehearse() -> None:
    """Play the beginning of the demonstration to nobody, at last with a noise beside it.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    events = [*demonstration(), *any_sound(_SOUND_FROM_S, REHEARSED_S)]
    session = Session(assemble(), [RecordedInput(sorted(events, key=lambda event: event.time_s))])
    session.run_offline(REHEARSED_S)
    session.close()


def any_sound(from_s: float, to_s: float) -> Iterator[SoundFrame]:
    """Frames of whatever sound: what is in them costs nothing."""
    random = np.random.default_rng(0)
    for number in range(round(from_s * FRAMES_PER_S), round(to_s * FRAMES_PER_S)):
        levels = (random.bytes(count) for count in (SOUND_BANDS, SOUND_TONES))
        yield SoundFrame((number + 1) / FRAMES_PER_S, -20.0, *levels)


def rehearse_sound() -> None:
    """Hear half a second of noise off a tape, while the band makes the same noise."""
    rate_hz, count = 48_000, 24_000
    tape, noise = new_tape(), np.random.default_rng(0).normal(0.0, 0.1, (count, 1))
    rewind(tape, rate_hz, 0)
    taping.anchor(tape.words, 0, 0)
    taping.put_mean(tape, 0, noise.astype(np.float32))
    heard, played = np.zeros(count, np.float32), np.zeros(count, np.float32)
    taping.read_into(tape, taping.head_of(tape.words) - count, heard)
    at = taping.shift_between(tape.words, tape.words, 0)
    taping.borrow_into(tape, taping.follow(np.zeros(1), at, 0, 1.0), 1.0, played)
    ear = SoundEar(rate_hz, knows_band=True)
    ear.feed(heard, lambda number: taping.ns_of(tape.words, float(number)) / 1e9, played)
