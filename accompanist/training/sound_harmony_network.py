"""The network that hears chords and keys in sound: two GRU layers, a step every 80 ms."""

import torch
from torch import Tensor, nn

from accompanist.dsp.tone_features import FEATURES

ENTERED, FIRST, SECOND = 64, 96, 64
CHORDS = KEYS = 25
"""Twelve major, twelve minor, none."""

_DROPOUT = 0.3


class SoundHarmonyNetwork(nn.Module):
    """Log odds of chords and keys for every step of a sequence."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, ENTERED)
        self.first = nn.GRU(ENTERED, FIRST, batch_first=True)
        self.second = nn.GRU(FIRST, SECOND, batch_first=True)
        self.dropout = nn.Dropout(_DROPOUT)
        self.chord = nn.Linear(FIRST + SECOND, CHORDS)
        self.key = nn.Linear(FIRST + SECOND, KEYS)

    def forward(
        self, steps: Tensor, first_state: Tensor | None = None, second_state: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Odds (batch, n, 25) of chords and keys at steps (batch, n, FEATURES); both states."""
        entered = torch.relu(self.enter(self.dropout((steps - self.mean) / self.deviation)))
        below, first_state = self.first(entered, first_state)
        above, second_state = self.second(self.dropout(below), second_state)
        heard = self.dropout(torch.cat([above, below], -1))
        return self.chord(heard), self.key(heard), first_state, second_state


class SoundHarmonyStep(nn.Module):
    """One step at a time; what is exported."""

    def __init__(self, network: SoundHarmonyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, step: Tensor, state_in_first: Tensor, state_in_second: Tensor
    ) -> tuple[Tensor, ...]:
        """Chances (25,) of chords and of keys, and both states."""
        chord, key, first, second = self.network(step[:, None, :], state_in_first, state_in_second)
        return torch.softmax(chord[0, 0], 0), torch.softmax(key[0, 0], 0), first, second
