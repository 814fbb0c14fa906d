"""A phrase sung into the microphone is traded like one that is played on keys."""

import numpy as np
import pytest

from accompanist.devices.sound_ear import SoundEar
from tests.test_steering import BEAT_S, LOOP, at, led, loop, melody, turn

RATE_HZ = 16000


def voice(notes, seconds):
    """Sound of keys, as a voice would have it: soft beginnings and five partials."""
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    for on, off in zip(notes[::2], notes[1::2], strict=True):
        first, last = round(on.time_s * RATE_HZ), round(off.time_s * RATE_HZ)
        time_s = np.arange(last - first) / RATE_HZ
        turns = 440.0 * 2.0 ** ((on.pitch - 69) / 12) * time_s
        tone = sum(np.sin(2 * np.pi * k * turns) / k for k in range(1, 6))
        edge = np.minimum(time_s / 0.02, 1.0)
        sound[first:last] += (0.2 * tone * edge * edge[::-1]).astype(np.float32)
    return sound


def tune(bars):
    """The melody without its bass."""
    return [note for note in melody(bars, LOOP.split()) if note.pitch >= 60]


def heard(sound):
    """What is told of a sound that comes in in blocks of 10 ms."""
    ear, size = SoundEar(RATE_HZ), RATE_HZ // 100
    for first in range(0, len(sound), size):
        yield from ear.feed(sound[first : first + size], lambda number: number / RATE_HZ)


def test_the_band_answers_what_was_sung_in_its_rhythm():
    notes = tune(range(4, 6))
    # Somebody who was heard to sing before is known to sing a line.
    hummed = tune(range(3, 4))
    tones = heard(voice([*hummed, *notes], at(8)))
    take = led([turn(at(3, 1.5), "trade", "2 bars")], bars=8, events=[*loop(4), *tones])

    line = take.between("harmony", 6, 7.9)
    asked = [0, 0.5, 1.5, 2, 3.5, 4, 4.5, 5.5, 6, 7.5]
    beats = [(note.on_s - at(6)) / BEAT_S for note in line]
    assert beats == pytest.approx(asked[: len(beats)], abs=0.2)
    assert len(beats) >= 9
