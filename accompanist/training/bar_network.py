"""The bar network: a GRU over beats, and how well each place in each bar explains a beat."""

import torch
from torch import Tensor, nn

from accompanist.dsp.beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES

HIDDEN = 64
_DROPOUT = 0.15


class BarNetwork(nn.Module):
    """Log likelihoods of every place (see `PLACES`) for each beat of a sequence."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(_DROPOUT)
        self.places = nn.Linear(2 * HIDDEN, len(PLACES))

    def forward(self, beats: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log likelihoods (batch, n, places) of beats (batch, n, FEATURES), and the state."""
        entered = self.dropout(torch.relu(self.enter((beats - self.mean) / self.deviation)))
        heard, state = self.gru(entered, state)
        said = self.places(self.dropout(torch.cat([heard, entered], -1)))
        return torch.log_softmax(said, -1), state


class BarStep(nn.Module):
    """One beat at a time; what is exported."""

    def __init__(self, network: BarNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor]:
        """Log likelihoods (places,) of a beat (1, FEATURES), and the state (1, 1, HIDDEN)."""
        said, state = self.network(beat[:, None, :], state_in)
        return said[0, 0], state
