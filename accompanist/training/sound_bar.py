"""Learn to hear bars in sound: training through the filter that adds beats up."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.sound_beat_features import FEATURES, KEPT_S
from accompanist.listening.bar_evidence import PLACES
from accompanist.listening.metre import MetreTracker
from accompanist.listening.sound import RECOUNTED
from accompanist.training.bar_examples import UNKNOWN
from accompanist.training.bars import places_loss
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual
from accompanist.training.sound_bar_examples import SoundBars, bent_bars, true_bars
from accompanist.training.sound_bar_hearing import counted_by_ear
from accompanist.training.sound_bar_network import HIDDEN, SoundBarNetwork, SoundBarStep
from accompanist.training.sound_counts import LEAST_BEATS, Count, any_reading, count_of, led_into
from accompanist.training.sound_rendered import (
    AVERAGED,
    CONSTRUCTED,
    LICENCES,
    BeatSound,
    any_of,
    rendered,
)

EPOCHS = 50
STEPS_PER_EPOCH = 60
BATCH = 32
_WEIGHT_DECAY = 3e-2
_NEW, _POOL = 12, 12000
"""With every step so many examples are bent anew, and the oldest of so many are dropped."""

_BY_EAR = 0.5
_LED_INTO = 0.5
_MISTAKES_COUNT = 3.0
"""So much likelier is a stretch learned from in which the ear counted nothing rightly."""

_READINGS_SHARE = 1.5
_SAMPLE = 600
_LISTENING = 2
_SETTLED = 8
"""From the beat after so many on downbeats are counted as found or missed."""

Counted = tuple[BeatSound, Count]


class Examples:
    """Excerpts to be counted, and as the ear counted them: bent at random, kept for a while."""

    def __init__(self, sounds: list[BeatSound], by_ear: list[Counted]) -> None:
        self._sounds, self._by_ear = sounds, by_ear
        mistakes = np.array([float((count.readings > 0).mean()) for _, count in by_ear])
        weights = 1.0 + _MISTAKES_COUNT * mistakes
        self._shares = weights / weights.sum()
        self._pool: list[SoundBars] = []

    def drawn(self, count: int, random: np.random.Generator) -> list[SoundBars]:
        """So many examples, of which a few are new."""
        new = _SAMPLE if not self._pool else _NEW
        self._pool += [self._bent(random) for _ in range(new)]
        del self._pool[:-_POOL]
        return [self._pool[place] for place in random.integers(len(self._pool), size=count)]

    def _bent(self, random: np.random.Generator) -> SoundBars:
        if random.random() >= _BY_EAR:
            sound = any_of(self._sounds, random)
            return bent_bars(sound, count_of(sound, any_reading(sound, random), random), random)
        sound, count = self._by_ear[int(random.choice(len(self._by_ear), p=self._shares))]
        if random.random() < _LED_INTO:
            count = led_into(count, KEPT_S, RECOUNTED)
        return bent_bars(sound, count, random)


def train(options: TrainingOptions) -> None:
    """Train on rendered sound, which is rendered first; write ``sound-bar.onnx`` with its card."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    sounds = [excerpt.beat for excerpt in rendered(options, "train") if _has_beats(excerpt.beat)]
    examples = Examples(sounds, counted_by_ear(sounds, _LISTENING))
    network = SoundBarNetwork()
    network.mean, network.deviation = usual(
        [bars.features for bars in examples.drawn(_SAMPLE, random)]
    )
    excerpts = [excerpt for excerpt in rendered(options, "val") if _has_beats(excerpt.beat)]
    heldout = [
        (excerpt.kind, true_bars(excerpt.beat, count_of(excerpt.beat, 0, random)))
        for excerpt in excerpts
    ]
    by_ear = counted_by_ear([excerpt.beat for excerpt in excerpts], _LISTENING)
    validation = batched([bars for _, bars in heldout])
    judged = batched(
        [true_bars(sound, led_into(count, KEPT_S, RECOUNTED)) for sound, count in by_ear]
    )

    def draw(generator: torch.Generator) -> Batch:
        seeded = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
        return batched(examples.drawn(BATCH, seeded))

    loss = fit(
        network,
        draw,
        lambda batch: sound_bar_loss(network, batch),
        lambda: float(sound_bar_loss(network, validation) + sound_bar_loss(network, judged)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH, weight_decay=_WEIGHT_DECAY),
        options.checkpoints / "sound-bar.pt",
        options.resume,
    )
    no_knowledge = places_loss(torch.zeros(*validation["places"].shape, len(PLACES)), validation)
    measured = {
        "validation loss, of places and readings": {"model": loss},
        "validation loss, of places": {
            "model": float(places_loss(network(validation["beats"])[0], validation)),
            "nothing known": float(no_knowledge),
        },
    }
    for kind, share in downbeats_found(network, heldout).items():
        measured[f"downbeat F of true beats, {kind}"] = {"model": share}
    write(network, options.out, measured)


def _has_beats(sound: BeatSound) -> bool:
    return len(sound.beats_s) >= LEAST_BEATS


def batched(examples: list[SoundBars]) -> Batch:
    """Examples side by side; those that end early are masked from there."""
    return {
        "beats": padded([example.features for example in examples], 0.0),
        "places": padded([example.places for example in examples], UNKNOWN),
        "readings": padded([example.readings for example in examples], UNKNOWN),
        "mask": padded([np.ones(len(example.places)) for example in examples], 0.0),
    }


def sound_bar_loss(network: SoundBarNetwork, batch: Batch) -> Tensor:
    """How unlikely the filter holds the truth about bars, and the true reading is said to be."""
    places, readings, _ = network(batch["beats"])
    known = (batch["readings"] != UNKNOWN).float() * batch["mask"]
    truth = batch["readings"].clamp(min=0).long()
    unlikely = functional.nll_loss(readings.transpose(1, 2), truth, reduction="none")
    of_readings = (unlikely * known).sum() / known.sum().clamp(min=1.0)
    return places_loss(places, batch) + _READINGS_SHARE * of_readings


def downbeats_found(
    network: SoundBarNetwork, heldout: list[tuple[str, SoundBars]]
) -> dict[str, float]:
    """F measure by kind, and of all, of downbeats told one beat ahead among true beats."""
    counts: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(3, np.int64))
    for kind, bars in heldout:
        with torch.no_grad():
            said = network(torch.from_numpy(bars.features)[None])[0][0].double().numpy()
        metre = MetreTracker()
        for beat, place in enumerate(bars.places[1:], 1):
            metre.weigh(beat - 1, np.exp(said[beat - 1]))
            if beat > _SETTLED and place != UNKNOWN:
                told, true = metre.beat_in_bar(beat) == 0, PLACES[place][1] == 0
                for group in (kind, "all"):
                    counts[group] += (told and true, told, true)
    return {kind: float(2 * hits / (told + true)) for kind, (hits, told, true) in counts.items()}


def write(network: SoundBarNetwork, out: Path, measured: dict[str, dict[str, float]]) -> Path:
    """Export a trained network with its card into `out`."""
    network.eval()
    inputs = {"beat": torch.zeros(1, FEATURES), "state_in": torch.zeros(1, 1, HIDDEN)}
    card = Card(
        name="sound-bar",
        what="Weighs beats by their sound: their place in a bar of two to seven, their level.",
        command="accompanist train sound-bar --data DIR",
        data=LICENCES,
        constructed=CONSTRUCTED,
        measured=measured,
        remarks=(
            "Steps once a beat. Features are those of accompanist.dsp.sound_beat_features. "
            "Figures by bench/listening.py, through the whole ear. " + AVERAGED
        ),
    )
    return export(SoundBarStep(network), inputs, ("places", "readings", "state_out"), card, out)
