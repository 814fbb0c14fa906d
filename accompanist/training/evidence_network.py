"""The beat evidence network: two GRU layers over onsets, and what it says of each."""

import torch
from torch import Tensor, nn

from accompanist.dsp.onset_features import FEATURES
from accompanist.listening.evidence import TEMPI

HIDDEN = 128
PHASE_BINS = 32
_DROPOUT = 0.1


class EvidenceNetwork(nn.Module):
    """Log odds of beat phase, tempo and downbeat for every onset of a sequence."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, HIDDEN)
        self.first = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.second = nn.GRU(HIDDEN, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(_DROPOUT)
        self.phase = nn.Linear(2 * HIDDEN, PHASE_BINS)
        self.tempo = nn.Linear(2 * HIDDEN, TEMPI)
        self.downbeat = nn.Linear(2 * HIDDEN, 1)

    def forward(
        self, onsets: Tensor, first_state: Tensor | None = None, second_state: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Log odds for onsets (batch, n, FEATURES), and both layers' states."""
        entered = torch.relu(self.enter((onsets - self.mean) / self.deviation))
        below, first_state = self.first(entered, first_state)
        above, second_state = self.second(self.dropout(below), second_state)
        heard = self.dropout(torch.cat([above, below], -1))
        return (
            self.phase(heard),
            self.tempo(heard),
            self.downbeat(heard)[..., 0],
            first_state,
            second_state,
        )


class EvidenceStep(nn.Module):
    """One onset at a time, as probabilities and log odds; what is exported."""

    def __init__(self, network: EvidenceNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, onset: Tensor, state_in_first: Tensor, state_in_second: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Phase (1, PHASE_BINS), tempo (1, TEMPI), downbeat (1,), and states (1, 1, HIDDEN)."""
        phase, tempo, downbeat, first, second = self.network(
            onset[:, None, :], state_in_first, state_in_second
        )
        return (
            torch.softmax(phase[:, 0], -1),
            torch.softmax(tempo[:, 0], -1),
            downbeat[:, 0],
            first,
            second,
        )
