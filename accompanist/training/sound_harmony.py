"""Learn to hear chords and keys in sound: examples and what is to be learned of them."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.frame_features import FRAME_S
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.tone_features import FEATURES, FRAMES, STEP_S, describe_all_tones
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual
from accompanist.training.sound_harmony_network import (
    CHORDS,
    FIRST,
    KEYS,
    SECOND,
    TONES,
    SoundHarmonyNetwork,
    SoundHarmonyStep,
)
from accompanist.training.sound_rendered import (
    AVERAGED,
    CONSTRUCTED,
    LICENCES,
    NONE,
    UNKNOWN,
    HarmonySound,
    any_of,
    rendered,
)

EPOCHS = 100
STEPS_PER_EPOCH = 60
BATCH = 32
_SAMPLE = 200

STEPS = 500
HEARD_AFTER_S = 0.12
"""A chord is asked for so long after it began to sound: it takes time to be heard."""

_MOST_SEMITONES = 6
_TINT_LEVELS, _FLOOR_LEVELS = 35.0, 90.0
_KEY_SHARE = 0.5


def crop(sound: HarmonySound, random: np.random.Generator) -> HarmonySound:
    """A stretch of an excerpt, transposed and coloured at random."""
    longest = STEPS * FRAMES
    start = 0
    if random.random() < 0.5:
        start = int(random.integers(max(len(sound.tones) - longest, 0) + 1))
    levels = sound.tones[start : start + longest].astype(np.float32)
    up = int(random.integers(-_MOST_SEMITONES, _MOST_SEMITONES))
    levels = _transposed(levels, up)
    if random.random() < 0.8:
        at = np.linspace(0.0, SEMITONES - 1.0, 6)
        tint = np.interp(np.arange(SEMITONES), at, random.normal(0.0, _TINT_LEVELS, 6))
        levels = np.where(levels > 0.0, levels + tint, 0.0)
    if random.random() < 0.5:
        levels = np.where(levels > 0.0, 255.0 - random.uniform(0.7, 1.4) * (255.0 - levels), 0.0)
    if random.random() < 0.3:
        floor = random.uniform(0.0, _FLOOR_LEVELS) + random.normal(0.0, 12.0, levels.shape)
        levels = np.where(levels.any(1, keepdims=True), np.maximum(levels, floor), levels)
    tones = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    ago_s = start * FRAME_S
    return HarmonySound(tones, _moved(sound.chords, ago_s, up), _moved(sound.keys, ago_s, up))


def _transposed(levels: NDArray[np.float32], up: int) -> NDArray[np.float32]:
    """Semitones moved up; where none was, there is nothing."""
    moved = np.zeros_like(levels)
    if up >= 0:
        moved[:, up:] = levels[:, : SEMITONES - up]
    else:
        moved[:, :up] = levels[:, -up:]
    return moved


def _moved(spans: NDArray[np.float64], ago_s: float, up: int) -> NDArray[np.float64]:
    """Spans as heard from a later beginning, transposed."""
    moved = spans.copy()
    moved[:, :2] -= ago_s
    number = spans[:, 2]
    turned = (number % 12 + up) % 12 + number // 12 * 12
    moved[:, 2] = np.where((number >= 0) & (number < NONE), turned, number)
    return moved


def example(sound: HarmonySound) -> dict[str, NDArray[np.float32]]:
    """Features of all steps, and the truth about each, as arrays (n, …)."""
    count = len(sound.tones) // FRAMES
    steps = np.empty((count, FEATURES), np.float32)
    describe_all_tones(sound.tones, steps)
    ends_s = STEP_S * np.arange(1.0, count + 1.0)
    return {
        "steps": steps,
        "chord": _at(sound.chords, ends_s - HEARD_AFTER_S),
        "key": _at(sound.keys, ends_s - HEARD_AFTER_S),
    }


def _at(spans: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """Number (n,) that holds at each time."""
    held = np.full(len(times_s), float(UNKNOWN), np.float32)
    for start_s, end_s, number in spans:
        held[(times_s >= start_s) & (times_s < end_s)] = number if number >= 0 else UNKNOWN
    return held


def batched(examples: list[dict[str, NDArray[np.float32]]]) -> Batch:
    """Examples side by side."""
    batch = {"steps": padded([one["steps"] for one in examples], 0.0)}
    for name in ("chord", "key"):
        batch[name] = padded([one[name] for one in examples], float(UNKNOWN)).long()
    return batch


def sound_harmony_loss(network: SoundHarmonyNetwork, batch: Batch) -> Tensor:
    """How unlikely chords and keys are held to be, a mean over steps."""
    chord, key, _, _ = network(batch["steps"])
    return functional.cross_entropy(
        chord.reshape(-1, CHORDS), batch["chord"].reshape(-1), ignore_index=UNKNOWN
    ) + _KEY_SHARE * functional.cross_entropy(
        key.reshape(-1, KEYS), batch["key"].reshape(-1), ignore_index=UNKNOWN
    )


def shares_right(network: SoundHarmonyNetwork, batch: Batch) -> dict[str, float]:
    """Share of steps whose chord, and whose key, is held likeliest."""
    with torch.no_grad():
        chord, key, _, _ = network(batch["steps"])
    shares = {}
    for name, odds in (("chord", chord), ("key", key)):
        known = batch[name] >= 0
        shares[name] = float((odds.argmax(-1) == batch[name])[known].float().mean())
    return shares


def train(options: TrainingOptions) -> None:
    """Train on rendered sound, which is rendered first; write ``sound-harmony.onnx``."""
    torch.manual_seed(0)
    sounds = _with_harmony(options, "train")
    random = np.random.default_rng(0)
    network = SoundHarmonyNetwork()
    drawn = [example(crop(any_of(sounds, random), random))["steps"] for _ in range(_SAMPLE)]
    network.mean, network.deviation = usual(drawn)
    heldout = batched([example(sound) for sound in _with_harmony(options, "val")])

    def draw(generator: torch.Generator) -> Batch:
        seeded = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
        return batched([example(crop(any_of(sounds, seeded), seeded)) for _ in range(BATCH)])

    fit(
        network,
        draw,
        lambda batch: sound_harmony_loss(network, batch),
        lambda: float(sound_harmony_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "sound-harmony.pt",
        options.resume,
    )
    right = shares_right(network, heldout)
    measured = {f"share of steps right, {name}": {"model": share} for name, share in right.items()}
    write(network, options.out, measured)


def _with_harmony(options: TrainingOptions, split: str) -> list[HarmonySound]:
    sounds = [excerpt.harmony for excerpt in rendered(options, split)]
    return [sound for sound in sounds if len(sound.chords) or len(sound.keys)]


def write(network: SoundHarmonyNetwork, out: Path, measured: dict[str, dict[str, float]]) -> Path:
    """Export a trained network with its card into `out`."""
    network.eval()
    inputs = {
        "step": torch.zeros(1, FEATURES),
        "state_in_first": torch.zeros(1, TONES, FIRST),
        "state_in_second": torch.zeros(1, TONES, SECOND),
    }
    card = Card(
        name="sound-harmony",
        what="Tells every 80 ms of sound how likely each major and minor chord and key is.",
        command="accompanist train sound-harmony --data DIR",
        data=LICENCES,
        constructed=CONSTRUCTED,
        measured=measured,
        remarks=(
            "Steps once every two frames. Features are those of accompanist.dsp.tone_features. "
            "Figures by bench/listening.py. " + AVERAGED
        ),
    )
    outputs = ("chords", "keys", "state_out_first", "state_out_second")
    return export(SoundHarmonyStep(network), inputs, outputs, card, out)
