"""Learn to hear the beat in sound: examples, training, and the model with its card."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.frame_features import (
    FEATURES,
    FRAME_S,
    SPECTRUM_FEATURES,
    describe_frames,
)
from accompanist.listening.evidence import PERIODS_S, TEMPO_PRIOR
from accompanist.training.evidence_examples import tempo_row
from accompanist.training.evidence_network import log_evidence
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual
from accompanist.training.pointer_filter import PointerFilter
from accompanist.training.songs import beats_of
from accompanist.training.sound_augmenting import augmented
from accompanist.training.sound_beat_network import (
    FIRST,
    SECOND,
    THIRD,
    SoundBeatNetwork,
    SoundBeatStep,
)
from accompanist.training.sound_rendered import (
    CONSTRUCTED,
    LICENCES,
    UNKNOWN,
    BeatSound,
    any_of,
    rendered,
)

EPOCHS = 100
STEPS_PER_EPOCH = 60
BATCH = 14
_ALONE = 0.3
_SAMPLE = 200

FRAMES = 800
_HEARD_AFTER_S, _HEARD_WITHIN_S = 0.04, 0.025
"""A beat is heard in the frames that end so long after it, more or less."""

_LEAST_BEATS = 8
_BEAT_SHARE, _BAR_SHARE, _FLAT_SHARE = 0.5, 1.0, 2.0
_JOINED, _NOISE_S = 0.3, (3.0, 16.0)
"""How often in music nobody plays for a while, and for how long."""

_NOISE_COUNTS = 3.0
"""So much more a frame of noise counts for telling it from music: there is little of it."""

_PERIODS_S = torch.from_numpy(PERIODS_S.astype(np.float32))
_PRIOR = torch.from_numpy(TEMPO_PRIOR.astype(np.float32))


def crop(sound: BeatSound, random: np.random.Generator) -> BeatSound:
    """A stretch of an excerpt, bent at random."""
    longest = int(FRAMES * 1.25)
    start = int(random.integers(max(len(sound.bands) - longest, 0) + 1))
    if random.random() < 0.3:
        start = 0
    cut = slice(start, start + longest)
    bands, tones, stretch = augmented(sound.bands[cut], sound.tones[cut], random)
    beats_s = (sound.beats_s - start * FRAME_S) * stretch
    return replace(sound, bands=bands[:FRAMES], tones=tones[:FRAMES], beats_s=beats_s)


def joined(
    sound: BeatSound, noise: BeatSound, random: np.random.Generator
) -> tuple[BeatSound, NDArray[np.bool_]]:
    """Somebody plays before or after a noise, in as many frames; in which of them (n,)."""
    count = len(sound.bands)
    frames = min(int(random.uniform(*_NOISE_S) / FRAME_S), count // 2, len(noise.bands))
    is_first = random.random() < 0.5
    start = frames if is_first else 0

    def beside(heard: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
        parts = heard[: count - frames], other[:frames]
        return np.concatenate(parts[::-1] if is_first else parts)

    is_played = np.zeros(count, bool)
    is_played[start : start + count - frames] = True
    both = replace(
        sound,
        bands=beside(sound.bands, noise.bands),
        tones=beside(sound.tones, noise.tones),
        beats_s=sound.beats_s + FRAME_S * start,
    )
    return both, is_played


def drawn(
    sounds: list[BeatSound], noises: list[BeatSound], random: np.random.Generator
) -> dict[str, NDArray[np.float32]]:
    """An example from any excerpt; now and then nobody plays in a part of it."""
    sound = crop(any_of(sounds, random), random)
    if not sound.is_music or random.random() >= _JOINED:
        return example(sound)
    return example(*joined(sound, crop(any_of(noises, random), random), random))


def example(
    sound: BeatSound, is_played: NDArray[np.bool_] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Features of all frames, and the truth about each, as arrays (n, …).

    Of frames in which nobody plays nothing is known but that.
    """
    count = len(sound.bands)
    frames = np.empty((count, FEATURES), np.float32)
    describe_frames(sound.bands, sound.tones, frames)
    ends_s = FRAME_S * np.arange(1.0, count + 1.0)
    beats_s = sound.beats_s
    noise = float(len(beats_s) < _LEAST_BEATS)
    if noise:
        beats_s = np.arange(0.0, 0.5 * count, 0.5)
    position = beats_of(ends_s, beats_s)
    step = np.clip(np.floor(position).astype(np.int64), 0, len(beats_s) - 2)
    gaps_s = np.diff(beats_s)
    local_s = np.array([np.median(gaps_s[max(k - 2, 0) : k + 4]) for k in range(len(gaps_s))])
    heard_s = ends_s - _HEARD_AFTER_S
    nearest = np.abs(heard_s[:, None] - beats_s).argmin(1) if len(beats_s) else step
    off = (heard_s - beats_s[nearest]) / _HEARD_WITHIN_S
    beat = np.exp(-0.5 * off**2)
    last = np.searchsorted(beats_s, heard_s, side="right") - 1
    is_downbeat = np.full(count, -1)
    if not noise:
        is_downbeat = np.where(last >= 0, sound.downbeats[np.maximum(last, 0)], -1)
    inside = (ends_s > beats_s[0] - 0.5) & (ends_s < beats_s[-1] + 0.2)
    inside |= noise > 0.0
    is_played = np.full(count, sound.is_music) if is_played is None else is_played
    return {
        "frames": frames,
        "phase": (position % 1.0).astype(np.float32),
        "row": tempo_row(local_s[step].astype(np.float32)),
        "beat": (beat * (1.0 - noise)).astype(np.float32),
        "downbeat": is_downbeat.astype(np.float32),
        "mask": (inside & (is_played | (noise > 0.0))).astype(np.float32),
        "noise": np.full(count, noise, np.float32),
        "music": np.where(is_played, np.where(inside, 1.0, UNKNOWN), 0.0).astype(np.float32),
    }


def batched(examples: list[dict[str, NDArray[np.float32]]]) -> Batch:
    """Examples side by side; those that end early are masked from there."""
    unknown = {"music": float(UNKNOWN)}
    return {
        name: padded([one[name] for one in examples], unknown.get(name, 0.0))
        for name in examples[0]
    }


def sound_beat_loss(network: SoundBeatNetwork, batch: Batch, alone: float) -> Tensor:
    """How unlikely filter, beats and downbeats hold the truth.

    `alone` weighs how unlikely each frame's evidence holds it without the filter. Of noise the
    evidence should have no opinion.
    """
    said, beat, music, _ = network(batch["frames"])
    weight = batch["mask"]
    mask = weight * (1.0 - batch["noise"])
    count = mask.sum().clamp(min=1.0)
    lengths = torch.full((len(mask),), mask.shape[1], dtype=torch.long)
    reached = PointerFilter.apply(
        said.phase, said.tempo, said.flat, said.drift, said.missed, said.restart,
        torch.full_like(mask, FRAME_S), batch["phase"], batch["row"], lengths, _PERIODS_S, _PRIOR,
    )  # fmt: skip
    own = log_evidence(said, batch["phase"], batch["row"])
    beats = functional.binary_cross_entropy_with_logits(beat, batch["beat"], reduction="none")
    on_beat = mask * (batch["downbeat"] >= 0)
    bars = functional.binary_cross_entropy_with_logits(
        said.downbeat, batch["downbeat"].clamp(min=0), reduction="none"
    )
    is_music = functional.binary_cross_entropy_with_logits(
        music, batch["music"].clamp(min=0), reduction="none"
    )
    told = torch.where(batch["music"] == 0, _NOISE_COUNTS, (batch["music"] > 0).float())
    idle = torch.log(said.flat + 1e-3) * weight * batch["noise"]
    return (
        -(reached * mask).sum() / count
        - alone * (own * mask).sum() / count
        + _BEAT_SHARE * (beats * weight).sum() / weight.sum()
        + _BAR_SHARE * (bars * on_beat).sum() / on_beat.sum().clamp(min=1.0)
        - _FLAT_SHARE * idle.sum() / count
        + (is_music * told).sum() / told.sum().clamp(min=1.0)
    )


def usual_of(examples: list[dict[str, NDArray[np.float32]]]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of the features beside the spectra."""
    return usual([one["frames"][:, SPECTRUM_FEATURES:] for one in examples])


def train(options: TrainingOptions) -> None:
    """Train on rendered sound, which is rendered first; write ``sound-beat.onnx`` with its card."""
    torch.manual_seed(0)
    sounds = [excerpt.beat for excerpt in rendered(options, "train")]
    noises = [sound for sound in sounds if not sound.is_music]
    random = np.random.default_rng(0)
    network = SoundBeatNetwork()
    network.mean, network.deviation = usual_of(
        [drawn(sounds, noises, random) for _ in range(_SAMPLE)]
    )
    heldout = batched([example(excerpt.beat) for excerpt in rendered(options, "val")])

    def draw(generator: torch.Generator) -> Batch:
        seeded = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
        return batched([drawn(sounds, noises, seeded) for _ in range(BATCH)])

    loss = fit(
        network,
        draw,
        lambda batch: sound_beat_loss(network, batch, _ALONE),
        lambda: float(sound_beat_loss(network, heldout, 0.0)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "sound-beat.pt",
        options.resume,
    )
    write(network, options.out, {"validation loss": {"model": loss}})


def write(network: SoundBeatNetwork, out: Path, measured: dict[str, dict[str, float]]) -> Path:
    """Export a trained network with its card into `out`."""
    network.eval()
    inputs = {
        "frame": torch.zeros(1, FEATURES),
        "state_in_first": torch.zeros(1, 1, FIRST),
        "state_in_second": torch.zeros(1, 1, SECOND),
        "state_in_third": torch.zeros(1, 1, THIRD),
    }
    outputs = (
        "likelihood", "flat", "beat", "music", "drift", "restart",
        "state_out_first", "state_out_second", "state_out_third",
    )  # fmt: skip
    card = Card(
        name="sound-beat",
        what="Weighs every 40 ms of sound: beat, tempo, phase, and whether it is music at all.",
        command="accompanist train sound-beat --data DIR",
        data=LICENCES,
        constructed=CONSTRUCTED,
        measured=measured,
        remarks=(
            "Steps once a frame. Features are those of accompanist.dsp.frame_features. "
            "Figures by bench/listening.py. The shipped weights were trained with the same loss in "
            "batches of 64 on a GPU, where the filter and its gradient came from a kernel of its "
            "own, and on from there on a CPU; they are a mean of both. What tells music from talk "
            "was trained after that, alone, on scenes of which a third was talk and noise."
        ),
    )
    return export(SoundBeatStep(network), inputs, outputs, card, out)
