"""What sound says about beat, bar and harmony: three networks.

``models/sound-beat.onnx`` weighs every frame (see `accompanist.dsp.spectrum`) for the beat as
onsets are weighed (see `accompanist.listening.evidence`); most frames have little to say. It also
tells how likely a beat has just been, and music from talk and noise, in which a beat is easily
found and none is. ``models/sound-harmony.onnx`` steps once every two frames and
tells how likely chords and keys are. ``models/sound-bar.onnx`` steps once a beat, when it is over,
and weighs its place in a bar by what the frames around it held.

Limits: without its network sound says nothing of beat, bar or harmony; attacks are then heard
alone. Who speaks in rhythm, with nothing beside it, is taken for somebody who talks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp import frame_features, sound_beat_features, tone_features
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.bar_evidence import READINGS, BeatWeighed
from accompanist.listening.evidence import OnsetEvidence
from accompanist.listening.metre import FRESH, following
from accompanist.music.events import SoundFrame

_Ear = TypeVar("_Ear")

RECOUNTED = 20
"""So many beats are looked back on at most."""


@dataclass(frozen=True, slots=True)
class BeatSense:
    """What a frame says of the beat.

    Attributes
    ----------
    evidence
        How well tempi and phases explain the frame; of bars it says nothing.
    opinion
        How much of an opinion that is, 0–1.
    beat
        How likely a beat has just been, 0–1.
    music
        How likely it is music rather than talk or noise, 0–1.
    """

    evidence: OnsetEvidence
    opinion: float
    beat: float
    music: float


class BeatInSound:
    """Weighs frames for the beat.

    Attributes
    ----------
    fault
        Why nothing is said any more; none while all is well.
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._features = np.empty((1, frame_features.FEATURES), np.float32)
        self._state = model.initial_state()
        self._memory = np.zeros(frame_features.MEMORY, np.float32)
        self.fault: str | None = None

    def weigh(self, frame: SoundFrame) -> BeatSense | None:
        """What the next frame says; frames come in order."""
        if self.fault is not None:
            return None
        bands, tones = (np.frombuffer(levels, np.uint8) for levels in (frame.bands, frame.tones))
        frame_features.describe_frame(bands, tones, self._memory, self._features[0])
        try:
            said, self._state = self._model.step(self._state, frame=self._features)
        except ModelError as error:
            self.fault = str(error)
            return None
        evidence = OnsetEvidence(
            said["likelihood"].astype(np.float64),
            0.0,
            float(said["drift"][0]),
            1.0,
            float(said["restart"][0]),
        )
        beat, music = (1.0 / (1.0 + float(np.exp(-said[odds][0]))) for odds in ("beat", "music"))
        opinion = 1.0 - float(said["flat"][0])
        return BeatSense(evidence, opinion, beat, music)


class HarmonyInSound:
    """Weighs frames for chord and key.

    Attributes
    ----------
    fault
        Why nothing is said any more; none while all is well.
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._features = np.empty((1, tone_features.FEATURES), np.float32)
        self._frames: list[bytes] = []
        self._state = model.initial_state()
        self._memory = np.zeros(tone_features.MEMORY, np.float32)
        self.fault: str | None = None

    def weigh(self, frame: SoundFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Chances (25,) of chords and of keys, after every second frame; frames come in order."""
        self._frames.append(frame.tones)
        if len(self._frames) < tone_features.FRAMES:
            return None
        tones, self._frames = self._frames, []
        return None if self.fault else self.judge(tones)

    def judge(self, frames: list[bytes]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Chances (25,) of chords and of keys after the tones of the next two frames."""
        tones = np.frombuffer(b"".join(frames), np.uint8).reshape(tone_features.FRAMES, -1)
        tone_features.describe_tones(tones, self._memory, self._features[0])
        try:
            said, self._state = self._model.step(self._state, step=self._features)
        except ModelError as error:
            self.fault = str(error)
            return None
        return said["chords"].astype(np.float64), said["keys"].astype(np.float64)


class BarsInSound:
    """Weighs beats for bars.

    The first beat is weighed with those that would have been before it at its tempo, as far as
    frames are kept: bars are known as soon as the beat is.

    Attributes
    ----------
    counted
        So many beats were weighed in a row.
    fault
        Why nothing is said any more; none while all is well.
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._features = np.empty((1, sound_beat_features.FEATURES), np.float32)
        self._state = model.initial_state()
        self._memory = sound_beat_features.fresh_memory()
        self._until_s, self._since_s = -math.inf, math.inf
        self.counted = 0
        self.fault: str | None = None

    def reset(self) -> None:
        """Forget all beats; the frames of late are kept, to describe others by."""
        self._state = self._model.initial_state()
        sound_beat_features.forget_beats(self._memory)
        self.counted = 0

    def hear(self, frame: SoundFrame) -> None:
        """Keep the next frame; frames come in order."""
        bands, tones = (np.frombuffer(levels, np.uint8) for levels in (frame.bands, frame.tones))
        sound_beat_features.keep_frame(frame.time_s, bands, tones, self._memory)
        self._until_s = frame.time_s
        self._since_s = max(
            min(self._since_s, frame.time_s), frame.time_s - sound_beat_features.KEPT_S
        )

    def weigh(self, beat_s: float, period_s: float, before_s: float) -> BeatWeighed | None:
        """What a beat that is over says, readings against 1 for that beats are those counted.

        None for one that no frame tells of. Beats come in order. `period_s` is the time to the next
        beat, `before_s` when the one before was.
        """
        if self.fault is not None or self._until_s <= beat_s:
            return None
        if self.counted:
            return self._step(beat_s, period_s, before_s)
        kept = int((beat_s - self._since_s) / period_s) - 1
        weights, readings = FRESH, np.ones(READINGS)
        for ago in range(max(min(kept, RECOUNTED), 0), -1, -1):
            at_s = beat_s - ago * period_s
            said = self._step(at_s, period_s, at_s - period_s)
            if said is None:
                return None
            weights, readings = following(weights, said.places), said.readings
        return BeatWeighed(np.asarray(weights / FRESH, np.float64), readings)

    def _step(self, beat_s: float, period_s: float, before_s: float) -> BeatWeighed | None:
        out = self._features[0]
        sound_beat_features.describe_beat(beat_s, period_s, before_s, self._memory, out)
        try:
            said, self._state = self._model.step(self._state, beat=self._features)
        except ModelError as error:
            self.fault = str(error)
            return None
        self.counted += 1
        places, readings = (said[name].astype(np.float64) for name in ("places", "readings"))
        return BeatWeighed(np.exp(places), np.exp(readings - readings[0]))


@dataclass(frozen=True, slots=True)
class SoundEars:
    """Who weighs sound for beat, harmony and bars; none where nobody does."""

    beat: BeatInSound | None = None
    harmony: HarmonyInSound | None = None
    bars: BarsInSound | None = None


def learned_sound(directory: Path | None = None) -> tuple[SoundEars, str | None]:
    """The shipped networks, none where one cannot be used, and the reason why."""
    faults: list[str] = []

    def ear(name: str, of: Callable[[StreamingModel], _Ear]) -> _Ear | None:
        try:
            return of(StreamingModel(name, directory))
        except ModelError as error:
            faults.append(str(error))
            return None

    ears = SoundEars(
        ear("sound-beat", BeatInSound),
        ear("sound-harmony", HarmonyInSound),
        ear("sound-bar", BarsInSound),
    )
    return ears, faults[0] if faults else None
