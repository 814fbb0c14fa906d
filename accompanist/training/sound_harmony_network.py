"""The network that hears chords and keys in sound: two GRU layers, a step every 80 ms.

The same small network asks of each of the twelve tones whether a chord is built on it, and whether
it is the keynote: it hears the step as that tone hears it, all else counted from there upwards.
What is learned in one key thereby holds in all. Beside its own, each hears what all twelve think on
average.
"""

import torch
from torch import Tensor, nn

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.tone_features import FEATURES, MEMORIES

TONES = 12
ENTERED, FIRST, SECOND = 48, 64, 48
CHORDS = KEYS = 25
"""Twelve major, twelve minor, none."""

_DROPOUT = 0.2


def _heard_from() -> Tensor:
    """Places (TONES, FEATURES) of all features counted upwards from each tone.

    Semitones are counted from that tone of its name which is nearest to the lowest; what lies below
    that one or above the highest is found at place FEATURES.
    """
    tones = torch.arange(TONES)[:, None]
    nearest = torch.where(tones < TONES // 2, tones, tones - TONES)
    semitones = nearest + torch.arange(SEMITONES)
    beyond = (semitones < 0) | (semitones >= SEMITONES)
    circle = (tones + torch.arange(TONES)) % TONES
    rows = [torch.where(beyond, FEATURES, row * SEMITONES + semitones) for row in range(2)]
    rows += [2 * SEMITONES + memory * TONES + circle for memory in range(MEMORIES)]
    return torch.cat(rows, -1)


class SoundHarmonyNetwork(nn.Module):
    """Log odds of chords and keys for every step of a sequence."""

    mean: Tensor
    deviation: Tensor
    heard_from: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.register_buffer("heard_from", _heard_from(), persistent=False)
        self.enter = nn.Linear(FEATURES, ENTERED)
        self.first = nn.GRU(ENTERED, FIRST, batch_first=True)
        self.second = nn.GRU(2 * FIRST, SECOND, batch_first=True)
        self.dropout = nn.Dropout(_DROPOUT)
        self.built = nn.Linear(FIRST + SECOND, 4)
        self.none = nn.Linear(FIRST + SECOND, 2)

    def forward(
        self, steps: Tensor, first_state: Tensor | None = None, second_state: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Odds (batch, n, 25) of chords and keys at steps (batch, n, FEATURES); both states.

        States are (1, batch * TONES, FIRST) and (1, batch * TONES, SECOND).
        """
        batch, count = steps.shape[:2]
        heard = (steps - self.mean) / self.deviation
        silence = torch.zeros_like(heard[..., :1])
        heard = torch.cat([heard, silence], -1)[..., self.heard_from]
        heard = heard.transpose(1, 2).reshape(batch * TONES, count, FEATURES)
        entered = torch.relu(self.enter(self.dropout(heard)))
        below, first_state = self.first(entered, first_state)
        apart = below.unflatten(0, (batch, TONES))
        together = apart.mean(1, keepdim=True).expand_as(apart)
        both = torch.cat([apart, together], -1).flatten(0, 1)
        above, second_state = self.second(self.dropout(both), second_state)
        told = self.dropout(torch.cat([above, below], -1)).unflatten(0, (batch, TONES))
        built = self.built(told).permute(0, 2, 3, 1)
        none = self.none(told.mean(1))
        chord = torch.cat([built[..., 0, :], built[..., 1, :], none[..., :1]], -1)
        key = torch.cat([built[..., 2, :], built[..., 3, :], none[..., 1:]], -1)
        return chord, key, first_state, second_state


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
