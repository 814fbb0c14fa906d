"""The training loop: it can stop anywhere and go on as if it had not."""

import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

import torch  # noqa: E402

from accompanist.training.loop import Schedule, fit  # noqa: E402


class StoppedError(Exception):
    """Somebody stops the training."""


def trained(checkpoint, stop_after=None, resume=False, losses=None):
    """Weights of a small network with dropout, after six epochs or an interruption."""
    torch.manual_seed(3)
    network = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(4, 1))
    validated = 0

    def draw(generator):
        return {"inputs": torch.randn(8, 4, generator=generator)}

    def loss_of(batch):
        wanted = batch["inputs"].sum(dim=1, keepdim=True)
        return ((network(batch["inputs"]) - wanted) ** 2).mean()

    def validate():
        nonlocal validated
        validated += 1
        if stop_after is not None and validated > stop_after:
            raise StoppedError
        if losses is not None:
            return losses[validated - 1]
        return float(((network(torch.eye(4)) - 1.0) ** 2).mean())

    fit(network, draw, loss_of, validate, Schedule(6, 5), checkpoint, resume)
    return network.state_dict()["1.weight"]


def test_training_resumed_after_an_interruption_ends_as_if_uninterrupted(tmp_path):
    whole = trained(tmp_path / "whole.pt")
    with pytest.raises(StoppedError):
        trained(tmp_path / "parts.pt", stop_after=3)
    assert torch.equal(trained(tmp_path / "parts.pt", resume=True), whole)


def test_without_resume_training_begins_anew(tmp_path):
    whole = trained(tmp_path / "kept.pt")
    assert torch.equal(trained(tmp_path / "kept.pt"), whole)


def test_the_weights_that_validated_best_are_kept(tmp_path):
    first_best = trained(tmp_path / "first.pt", losses=[0.0, 9, 9, 9, 9, 9])
    last_best = trained(tmp_path / "last.pt", losses=[9, 9, 9, 9, 9, 0.0])
    kept = torch.load(tmp_path / "first.pt", weights_only=True)["best_weights"]["1.weight"]
    assert torch.equal(first_best, kept)
    assert not torch.equal(first_best, last_best)
