"""What the parts of the networks have in common: a body that remembers, heads with spread.

Every network is a linear layer, one GRU, and heads that see both memory and input. Spreads are
Laplace scales, since deviations in timing and velocity have sharp peaks and long tails.
"""

import torch
from torch import Tensor, nn

_NARROWEST = 0.01


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
    """A Laplace distribution for each of `count` values."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.middle = nn.Linear(width, count)
        self.scale = nn.Linear(width, count)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Medians and scales."""
        scale = nn.functional.softplus(self.scale(features)) + _NARROWEST
        return self.middle(features), scale


def laplace_loss(middle: Tensor, scale: Tensor, value: Tensor) -> Tensor:
    """Negative log likelihood in nats, elementwise."""
    return (value - middle).abs() / scale + torch.log(2 * scale)
