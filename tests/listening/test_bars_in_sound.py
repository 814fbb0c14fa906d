"""What sound says of bars, from beat to beat."""

import numpy as np
import pytest

from accompanist.dsp.frame_features import FRAME_S
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.bar_evidence import (
    LEVELS,
    OFF_BEAT,
    PLACES,
    READINGS,
    RuleBarEvidence,
)
from accompanist.listening.bars import BarCounter
from accompanist.listening.clock import BeatClock
from accompanist.listening.sound import BarsInSound
from accompanist.music.events import SoundFrame

BEAT_S, AHEAD_S = 0.5, 0.1
SEEN_AFTER_S, TONES_AFTER_S = 0.02, 0.12


class Failing(StreamingModel):
    """A model that fails from its second step on."""

    def __init__(self) -> None:
        super().__init__("sound-bar")
        self.steps = 0

    def step(self, state, **inputs):
        self.steps += 1
        if self.steps > 1:
            raise ModelError("a model gave a number that is not finite")
        return super().step(state, **inputs)


def waltz(beats: int, first: int) -> list[SoundFrame]:
    """A bass drum and another triad every three beats from `first` on, a snare on the others."""
    count = int(beats * BEAT_S / FRAME_S)
    spectra, tones = np.zeros((count * 4, 51)), np.zeros((count, 72))
    for beat in range(beats):
        at = round((beat * BEAT_S + SEEN_AFTER_S) / 0.01)
        struck = slice(0, 16) if beat % 3 == first else slice(20, 51)
        spectra[at : at + 4, struck] = 200
    for n in range(count):
        bar = int((n * FRAME_S - TONES_AFTER_S) / BEAT_S - first) // 3
        root = (12, 17, 19)[bar % 3]
        tones[n, [root, root + 24, root + 28, root + 31]] = 180
    bands = spectra.reshape(count, -1).astype(np.uint8)
    return [
        SoundFrame(
            FRAME_S * (n + 1), -20.0, bands[n].tobytes(), tones[n].astype(np.uint8).tobytes()
        )
        for n in range(count)
    ]


def counted(
    beats: int, frames: list[SoundFrame], from_s: float = 0.0, every_s: float = BEAT_S
) -> BarCounter:
    """Bars of so many beats from `from_s` on; frames come as they sound."""
    clock, sound, waiting = BeatClock(), BarsInSound(StreamingModel("sound-bar")), list(frames)
    counter = BarCounter(RuleBarEvidence(), sound, clock)
    for beat in range(beats):
        at_s = from_s + beat * every_s
        while waiting and waiting[0].time_s <= at_s - AHEAD_S:
            sound.hear(waiting.pop(0))
        clock.announce(at_s - AHEAD_S, beat, at_s, every_s)
        counter.announce(beat, clock.beats_at(at_s - AHEAD_S), every_s)
    return counter


def test_drums_and_harmony_that_move_every_three_beats_are_heard_as_three() -> None:
    metre = counted(36, waltz(36, first=1)).metre

    assert metre.metre.beats_per_bar == 3
    assert metre.beat_in_bar(37) == 0


def test_bars_are_known_soon_if_music_went_on_before_the_beat_was() -> None:
    counter = counted(3, waltz(24, first=1), from_s=9.0)

    assert counter.metre.metre.beats_per_bar == 3
    assert counter.metre.beat_in_bar(1) == 0


def test_of_a_beat_that_no_frame_tells_of_nothing_is_said() -> None:
    assert BarsInSound(StreamingModel("sound-bar")).weigh(1.0, BEAT_S, 0.5) is None


@pytest.mark.parametrize(
    "from_s, every_s, truly",
    [(0.0, BEAT_S, 0), (0.0, BEAT_S / 2, LEVELS.index(0.5)), (BEAT_S / 2, BEAT_S, OFF_BEAT)],
)
def test_beats_that_are_counted_wrongly_are_told_from_those_that_are_not(
    from_s: float, every_s: float, truly: int
) -> None:
    readings = counted(round(12.0 / every_s), waltz(30, first=1), from_s, every_s).readings

    assert readings is not None
    assert int(np.argmax(readings)) == truly


def test_of_a_few_beats_it_is_not_said_how_else_they_may_be_read() -> None:
    assert counted(5, waltz(8, first=1)).readings is None


def test_of_a_beat_heard_every_place_and_every_reading_is_weighed() -> None:
    sound = BarsInSound(StreamingModel("sound-bar"))
    for frame in waltz(4, first=0):
        sound.hear(frame)
    said = sound.weigh(1.0, BEAT_S, 0.5)

    assert said is not None
    assert (said.places.shape, said.readings.shape) == ((len(PLACES),), (READINGS,))
    assert min(said.places.min(), said.readings.min()) > 0.0


def test_nothing_is_said_any_more_once_the_network_has_failed() -> None:
    sound = BarsInSound(Failing())
    for frame in waltz(8, first=0):
        sound.hear(frame)

    assert sound.weigh(3.0, BEAT_S, 2.5) is None
    assert sound.fault == "a model gave a number that is not finite"
