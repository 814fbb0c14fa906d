"""Mixtures: likelihood, and what is drawn from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tiny import torch_or_skip

torch_or_skip()

import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from accompanist.training.networks import Mixture, Spread, drawn_from, spread_loss  # noqa: E402


def mixture(seed: int) -> Mixture:
    """Of two values, of a network that has learned nothing."""
    torch.manual_seed(seed)
    spread = Spread(4, 2)
    with torch.no_grad():
        made: Mixture = spread(3.0 * torch.randn(1, 4))
    return made


def drawn(made: Mixture, luck: float) -> Tensor:
    return drawn_from(made, torch.full((1, 2), luck))[0]


@given(st.integers(0, 1000))
def test_the_likelihood_of_all_values_adds_up_to_one(seed: int) -> None:
    values = np.linspace(-60.0, 60.0, 24001)
    made = mixture(seed)
    nats = spread_loss(made, torch.from_numpy(values).float()[:, None].expand(-1, 2))
    whole = np.exp(-nats.numpy()).sum(axis=0) * (values[1] - values[0])
    assert np.allclose(whole, 1.0, atol=0.05)


@given(st.integers(0, 1000), st.floats(0.0, 0.99), st.floats(0.0, 0.99))
def test_more_luck_never_draws_less(seed: int, one: float, other: float) -> None:
    made = mixture(seed)
    low, high = (drawn(made, luck) for luck in sorted((one, other)))
    assert (high >= low).all()


def test_components_are_drawn_as_often_as_their_shares_say() -> None:
    shares = torch.log(torch.tensor([0.2, 0.3, 0.5])).expand(1, 1, 3)
    first, further = torch.zeros(1, 2, 1, 1), torch.ones(1, 2, 1, 2)
    luck = torch.linspace(0.0005, 0.9995, 1000)[:, None]
    middles, _ = drawn_from((shares, first, further), luck)
    assert [float((middles == middle).float().mean()) for middle in (0.0, 1.0, 2.0)] == [
        pytest.approx(share) for share in (0.2, 0.3, 0.5)
    ]
