"""Learn to hear bars in sound: training through the filter that adds beats up."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from accompanist.dsp.sound_beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES
from accompanist.listening.metre import MetreTracker
from accompanist.training.bar_examples import UNKNOWN
from accompanist.training.bars import places_loss
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual
from accompanist.training.sound_bar_examples import SoundBars, bent_bars, true_bars
from accompanist.training.sound_bar_network import HIDDEN, SoundBarNetwork, SoundBarStep
from accompanist.training.sound_rendered import CONSTRUCTED, LICENCES, rendered

EPOCHS = 50
STEPS_PER_EPOCH = 60
BATCH = 32
_WEIGHT_DECAY = 3e-2
_COPIES = 4
"""So many times each excerpt is bent, before training begins."""

_BEATS = 96
_SAMPLE = 600
_SETTLED = 8
"""From the beat after so many on downbeats are counted as found or missed."""


def train(options: TrainingOptions) -> None:
    """Train on rendered sound, which is rendered first; write ``sound-bar.onnx`` with its card."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    drawn = [
        bars
        for excerpt in rendered(options, "train")
        for bars in (bent_bars(excerpt.beat, random) for _ in range(_COPIES))
        if bars is not None
    ]
    network = SoundBarNetwork()
    network.mean, network.deviation = usual([bars.features for bars in drawn[:_SAMPLE]])
    heldout = [
        (excerpt.kind, bars)
        for excerpt in rendered(options, "val")
        if (bars := true_bars(excerpt.beat, random)) is not None
    ]
    validation = batched([bars for _, bars in heldout])

    def draw(generator: torch.Generator) -> Batch:
        numbers = torch.randint(len(drawn), (BATCH,), generator=generator)
        return batched([_begun(drawn[int(number)]) for number in numbers])

    loss = fit(
        network,
        draw,
        lambda batch: places_loss(network(batch["beats"])[0], batch),
        lambda: float(places_loss(network(validation["beats"])[0], validation)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH, weight_decay=_WEIGHT_DECAY),
        options.checkpoints / "sound-bar.pt",
        options.resume,
    )
    no_knowledge = places_loss(torch.zeros(*validation["places"].shape, len(PLACES)), validation)
    measured = {"validation loss": {"model": loss, "nothing known": float(no_knowledge)}}
    for kind, share in downbeats_found(network, heldout).items():
        measured[f"downbeat F of true beats, {kind}"] = {"model": share}
    write(network, options.out, measured)


def batched(examples: list[SoundBars]) -> Batch:
    """Examples side by side; those that end early are masked from there."""
    return {
        "beats": padded([example.features for example in examples], 0.0),
        "places": padded([example.places for example in examples], UNKNOWN),
        "mask": padded([np.ones(len(example.places)) for example in examples], 0.0),
    }


def _begun(bars: SoundBars) -> SoundBars:
    return SoundBars(bars.features[:_BEATS], bars.places[:_BEATS])


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
        what="Weighs beats by their sound: their place in a bar of two to seven.",
        command="accompanist train sound-bar --data DIR",
        data=LICENCES,
        constructed=CONSTRUCTED,
        measured=measured,
        remarks=(
            "Steps once a beat. Features are those of accompanist.dsp.sound_beat_features. "
            "Figures by bench/listening.py, through the whole ear."
        ),
    )
    return export(SoundBarStep(network), inputs, ("places", "state_out"), card, out)
