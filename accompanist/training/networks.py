"""What the parts of the networks have in common: a body that remembers, heads with spread.

Every network is a linear layer, one GRU, and heads that see both memory and input. Spreads are
mixtures of Laplace distributions, since deviations in timing and velocity have sharp peaks and long
tails, and since between a ghost note and an accent lies what nobody plays.
"""

import torch
from torch import Tensor, nn

_NARROWEST = 0.01
_COMPONENTS = 3

Mixture = tuple[Tensor, Tensor, Tensor]
"""Log shares, first middle and scale, and what every further component adds to both.

Shapes (…, count, components), (…, 2, count, 1) and (…, 2, count, components − 1); scales stand
before the softplus that makes them positive.
"""


class Body(nn.Module):
    """Input (batch, frames, width) → features (batch, frames, `features`), with GRU state."""

    def __init__(self, width: int, hidden: int, features: int, dropout: float) -> None:
        super().__init__()
        self.hidden = hidden
        self.enter = nn.Linear(width, hidden)
        self.remember = nn.GRU(hidden, hidden, batch_first=True)
        self.leave = nn.Linear(hidden + hidden, features)
        self.drop = nn.Dropout(dropout)

    def forward(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Features of every frame, and the state after the last."""
        entered = self.drop(torch.relu(self.enter(inputs)))
        remembered, state = self.remember(entered, state)
        both = torch.cat([self.drop(remembered), entered], dim=-1)
        return self.drop(torch.relu(self.leave(both))), state

    def start(self, batch: int) -> Tensor:
        """State before the first frame."""
        return torch.zeros(1, batch, self.hidden)


class Spread(nn.Module):
    """A mixture of Laplace distributions for each of `count` values, from the lowest upwards."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.count = count
        self.tell = nn.Linear(width, 3 * _COMPONENTS * count)

    def forward(self, features: Tensor) -> Mixture:
        """The mixture of each value."""
        told = self.tell(features).unflatten(-1, (3, self.count, _COMPONENTS))
        shares = torch.log_softmax(told[..., 0, :, :], dim=-1)
        first, further = told[..., 1:, :, :1], told[..., 1:, :, 1:]
        rises = nn.functional.softplus(further[..., :1, :, :])
        return shares, first, torch.cat([rises, further[..., 1:, :, :]], dim=-3)


def spread_loss(mixture: Mixture, value: Tensor) -> Tensor:
    """Negative log likelihood in nats of values (…, count), elementwise."""
    shares, first, further = mixture
    all_of = torch.cat([first, first + further.cumsum(dim=-1)], dim=-1)
    middle, scale = all_of[..., 0, :, :], _positive(all_of[..., 1, :, :])
    each = shares - (value[..., None] - middle).abs() / scale - torch.log(2 * scale)
    return -torch.logsumexp(each, dim=-1)


def drawn_from(mixture: Mixture, luck: Tensor) -> tuple[Tensor, Tensor]:
    """Middle and scale, each (…, count), of the component that `luck` in 0–1 falls on.

    Luck of a half falls on the component that holds the median. `luck` is (…, count) or broadcasts.
    """
    shares, first, further = mixture
    below = shares.exp() @ torch.ones(_COMPONENTS, _COMPONENTS - 1).triu()
    passed = (luck[..., None] > below).float()
    drawn = first[..., 0] + (further * passed[..., None, :, :]).sum(dim=-1)
    return drawn[..., 0, :], _positive(drawn[..., 1, :])


def _positive(scale: Tensor) -> Tensor:
    return nn.functional.softplus(scale) + _NARROWEST
