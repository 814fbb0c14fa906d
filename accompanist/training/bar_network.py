"""The bar network: a GRU over beats, which weighs places in bars, and the level of the beat."""

import torch
from torch import Tensor, nn

from accompanist.dsp.beat_features import FEATURES
from accompanist.listening.bar_evidence import LEVELS, PLACES
from accompanist.training.bar_examples import LEVEL_SHARES

HIDDEN = 96
_DROPOUT = 0.25


class BarNetwork(nn.Module):
    """Log likelihoods of every place and level for each beat of a sequence."""

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
        self.levels = nn.Linear(2 * HIDDEN, len(LEVELS))

    def forward(self, beats: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Of beats (batch, n, FEATURES): log likelihoods of places, of levels, and the state.

        Places (batch, n, places) are told by each beat, levels (batch, n, levels) by all so far.
        """
        entered = self.dropout(torch.relu(self.enter((beats - self.mean) / self.deviation)))
        heard, state = self.gru(entered, state)
        told = self.dropout(torch.cat([heard, entered], -1))
        places, levels = (torch.log_softmax(of(told), -1) for of in (self.places, self.levels))
        return places, levels, state


class BarStep(nn.Module):
    """One beat at a time; what is exported."""

    def __init__(self, network: BarNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log likelihoods (places,) and (levels,) of a beat (1, FEATURES), and the state."""
        places, levels, state = self.network(beat[:, None, :], state_in)
        return places[0, 0], levels[0, 0] - torch.tensor(LEVEL_SHARES).log(), state
