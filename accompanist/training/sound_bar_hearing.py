"""Rendered excerpts counted by this program's own ear for sound, with all its mistakes.

What is counted wrongly by an ear that weighs every frame is not to be told from what is right as
easily as a wrong count that is made up: the network has to learn from the ear's own.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.frame_features import FRAME_S
from accompanist.listening.listener import learned_listener
from accompanist.music.events import SoundFrame
from accompanist.music.heard import BeatHeard
from accompanist.training.listening_heard import each
from accompanist.training.sound_counts import Count, counts_heard
from accompanist.training.sound_rendered import BeatSound


def beats_heard(sound: BeatSound) -> NDArray[np.float64]:
    """Times of the beats that the shipped ear announces while it hears an excerpt."""
    ear = learned_listener()
    beats_s = []
    for number, (bands, tones) in enumerate(zip(sound.bands, sound.tones, strict=True), 1):
        ear.hear(SoundFrame(number * FRAME_S, 0.0, bands.tobytes(), tones.tobytes()))
        said = ear.advance(number * FRAME_S)
        beats_s += [value.at_s for value in said if isinstance(value, BeatHeard)]
    return np.array(beats_s)


def counted_by_ear(sounds: list[BeatSound], processes: int) -> list[tuple[BeatSound, Count]]:
    """All stretches of steady counting, in order; about half a second each excerpt."""
    counted_s = each(beats_heard, sounds, processes, "listening")
    return [
        (sound, count)
        for sound, beats_s in zip(sounds, counted_s, strict=True)
        for count in counts_heard(beats_s, sound)
    ]
