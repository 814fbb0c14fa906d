"""What a moment of sound says about beat, bar and harmony: two networks, stepped frame by frame.

``models/sound-beat.onnx`` weighs every frame (see `accompanist.dsp.spectrum`) for the beat as
onsets are weighed (see `accompanist.listening.evidence`); most frames have little to say. It also
tells how likely a beat has just been, and if so, a downbeat. ``models/sound-harmony.onnx`` steps
once every two frames and tells how likely chords and keys are.

Limits: without its network sound says nothing of beat or harmony; attacks are then heard alone.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp import frame_features, tone_features
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.evidence import OnsetEvidence
from accompanist.music.events import SoundFrame


@dataclass(frozen=True, slots=True)
class BeatSense:
    """What a frame says of the beat.

    Attributes
    ----------
    evidence
        How well tempi and phases explain the frame; ``downbeat`` is the log odds that the last beat
        was a downbeat.
    opinion
        How much of an opinion that is, 0–1.
    beat
        How likely a beat has just been, 0–1.
    """

    evidence: OnsetEvidence
    opinion: float
    beat: float


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
        self.fault: str | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._state = self._model.initial_state()
        self._memory = np.zeros(frame_features.MEMORY, np.float32)

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
            float(said["downbeat"][0]),
            float(said["drift"][0]),
            1.0,
            float(said["restart"][0]),
        )
        beat = 1.0 / (1.0 + float(np.exp(-said["beat"][0])))
        return BeatSense(evidence, 1.0 - float(said["flat"][0]), beat)


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
        if self.fault is not None or len(self._frames) < tone_features.FRAMES:
            del self._frames[: -tone_features.FRAMES + 1]
            return None
        tones = np.frombuffer(b"".join(self._frames), np.uint8).reshape(tone_features.FRAMES, -1)
        self._frames = []
        tone_features.describe_tones(tones, self._memory, self._features[0])
        try:
            said, self._state = self._model.step(self._state, step=self._features)
        except ModelError as error:
            self.fault = str(error)
            return None
        return said["chords"].astype(np.float64), said["keys"].astype(np.float64)


def learned_sound(
    directory: Path | None = None,
) -> tuple[BeatInSound | None, HarmonyInSound | None, str | None]:
    """The shipped networks, none where one cannot be used, and the reason why."""
    beat, harmony, fault = None, None, None
    try:
        beat = BeatInSound(StreamingModel("sound-beat", directory))
    except ModelError as error:
        fault = str(error)
    try:
        harmony = HarmonyInSound(StreamingModel("sound-harmony", directory))
    except ModelError as error:
        fault = fault or str(error)
    return beat, harmony, fault
