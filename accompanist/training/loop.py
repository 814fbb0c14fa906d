"""The training loop of every network: progress, checkpoints after each epoch, resume, best kept.

One thread (two are slower on a shared machine), seeded; the checkpoint holds all that is needed
to go on exactly where training stopped.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

Batch = dict[str, Tensor]

_CLIP_NORM = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn."""

    epochs: int
    steps_per_epoch: int
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2


def fit(
    network: nn.Module,
    draw: Callable[[torch.Generator], Batch],
    loss_of: Callable[[Batch], Tensor],
    validate: Callable[[], float],
    schedule: Schedule,
    checkpoint: Path,
    resume: bool,
) -> float:
    """Train `network` in place, leave it with its best weights, return its best validation loss.

    Parameters
    ----------
    network
        What to train.
    draw
        A random training batch, from a generator.
    loss_of
        Loss of a batch under the network in its present mode.
    validate
        Validation loss; called in evaluation mode, without gradients.
    schedule
        Epochs, steps and learning rate; the rate falls along a half cosine.
    checkpoint
        File written after every epoch; read first when `resume` and present.
    resume
        Whether to go on from the checkpoint.
    """
    torch.set_num_threads(1)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay
    )
    generator = torch.Generator().manual_seed(0)
    first, best, best_weights = 0, math.inf, network.state_dict()
    if resume and checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        generator.set_state(saved["generator"])
        torch.set_rng_state(saved["chance"])
        first, best, best_weights = saved["epoch"], saved["best"], saved["best_weights"]
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    progress = tqdm(range(first, schedule.epochs), desc="training", unit="epoch", disable=None)
    for epoch in progress:
        _set_rate(optimiser, schedule, epoch)
        network.train()
        for _ in range(schedule.steps_per_epoch):
            _learn(network, optimiser, loss_of(draw(generator)))
        network.eval()
        with torch.no_grad():
            reached = validate()
        progress.set_postfix(validation=f"{reached:.4f}")
        if reached < best:
            best = reached
            best_weights = {name: value.clone() for name, value in network.state_dict().items()}
        torch.save(
            {
                "network": network.state_dict(),
                "optimiser": optimiser.state_dict(),
                "generator": generator.get_state(),
                "chance": torch.get_rng_state(),
                "epoch": epoch + 1,
                "best": best,
                "best_weights": best_weights,
            },
            checkpoint,
        )
    network.load_state_dict(best_weights)
    network.eval()
    return best


def _learn(network: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), _CLIP_NORM)
    optimiser.step()


def _set_rate(optimiser: torch.optim.Optimizer, schedule: Schedule, epoch: int) -> None:
    share = 0.5 * (1 + math.cos(math.pi * epoch / schedule.epochs))
    for group in optimiser.param_groups:
        group["lr"] = schedule.learning_rate * max(share, 0.02)
