"""The network that hears bars in sound: a GRU over beats, which weighs places in bars."""

import torch
from torch import Tensor, nn

from accompanist.dsp.sound_beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES

ENTERED, HIDDEN = 56, 64
_DROPOUT = 0.35


class SoundBarNetwork(nn.Module):
    """Log likelihoods of every place for each beat of a sequence."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, ENTERED)
        self.gru = nn.GRU(ENTERED, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(_DROPOUT)
        self.places = nn.Linear(HIDDEN + ENTERED, len(PLACES))

    def forward(self, beats: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log likelihoods (batch, n, places) of beats (batch, n, FEATURES), and the state."""
        seen = self.dropout((beats - self.mean) / self.deviation)
        entered = self.dropout(torch.relu(self.enter(seen)))
        heard, state = self.gru(entered, state)
        told = self.dropout(torch.cat([heard, entered], -1))
        return torch.log_softmax(self.places(told), -1), state


class SoundBarStep(nn.Module):
    """One beat at a time; what is exported."""

    def __init__(self, network: SoundBarNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor]:
        """Log likelihoods (places,) of a beat (1, FEATURES), and the state."""
        places, state = self.network(beat[:, None, :], state_in)
        return places[0, 0], state
