"""The network that hears bars in sound: a GRU over beats, which weighs places in bars.

From the same it tells whether beats are those that are counted, or at another level, or between.
"""

import torch
from torch import Tensor, nn

from accompanist.dsp.sound_beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES, READINGS
from accompanist.training.sound_counts import READING_SHARES

ENTERED, HIDDEN = 72, 80
_DROPOUT = 0.35


class SoundBarNetwork(nn.Module):
    """Log likelihoods of every place and reading for each beat of a sequence."""

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
        self.readings = nn.Linear(HIDDEN + ENTERED, READINGS)

    def forward(self, beats: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Of beats (batch, n, FEATURES): log likelihoods of places, of readings, and the state.

        Places (batch, n, places) are told by each beat, readings (batch, n, READINGS) by all so
        far.
        """
        seen = self.dropout((beats - self.mean) / self.deviation)
        entered = self.dropout(torch.relu(self.enter(seen)))
        heard, state = self.gru(entered, state)
        told = self.dropout(torch.cat([heard, entered], -1))
        places, readings = (torch.log_softmax(of(told), -1) for of in (self.places, self.readings))
        return places, readings, state


class SoundBarStep(nn.Module):
    """One beat at a time; what is exported."""

    def __init__(self, network: SoundBarNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log likelihoods (places,) and (READINGS,) of a beat (1, FEATURES), and the state."""
        places, readings, state = self.network(beat[:, None, :], state_in)
        return places[0, 0], readings[0, 0] - torch.tensor(READING_SHARES).log(), state
