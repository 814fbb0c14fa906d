"""The beat evidence network: two GRU layers over onsets, and what it says of each.

Its evidence is a mixture: components of one phase curve and one tempo curve each, and a flat one,
so that "at 80 on the beat, or at 160 between beats" can be said. It also says how the beat may have
moved up to the onset: how far tempo drifts, what a missed beat weighs, whether all starts afresh.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from accompanist.dsp.onset_features import FEATURES
from accompanist.listening.evidence import PERIODS_S, PHASES, TEMPI
from accompanist.training.pointer_filter import nearness

HIDDEN = 192
COMPONENTS = 4
_DROPOUT = 0.1
_PERIODS_S = torch.from_numpy(PERIODS_S.astype(np.float32))
_DRIFT, _MISSED, _RESTART = (0.02, 6.0), (0.5, 0.999), (0.0005, 0.3)
_AT_FIRST = (-1.0, 2.0, -3.0)
"""Before learning: little drift, missed beats that weigh nearly 1, a restart now and then."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is said of onsets (batch, n), as `OnsetEvidence` means it.

    `phase` (batch, n, COMPONENTS, PHASES) carries each component's share; `tempo` is
    (batch, n, COMPONENTS, TEMPI), `flat` the share of no opinion.
    """

    phase: Tensor
    tempo: Tensor
    flat: Tensor
    downbeat: Tensor
    drift: Tensor
    missed: Tensor
    restart: Tensor


class EvidenceNetwork(nn.Module):
    """Evidence for every onset of a sequence."""

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
        self.phase = nn.Linear(2 * HIDDEN, COMPONENTS * PHASES)
        self.tempo = nn.Linear(2 * HIDDEN, COMPONENTS * TEMPI)
        self.share = nn.Linear(2 * HIDDEN, COMPONENTS + 1)
        self.motion = nn.Linear(2 * HIDDEN, 3)
        self.downbeat = nn.Linear(2 * HIDDEN, 1)
        with torch.no_grad():
            self.motion.bias.copy_(torch.tensor(_AT_FIRST))

    def forward(
        self, onsets: Tensor, first_state: Tensor | None = None, second_state: Tensor | None = None
    ) -> tuple[Evidence, Tensor, Tensor]:
        """Evidence of onsets (batch, n, FEATURES), and both layers' states."""
        entered = torch.relu(self.enter((onsets - self.mean) / self.deviation))
        below, first_state = self.first(entered, first_state)
        above, second_state = self.second(self.dropout(below), second_state)
        heard = self.dropout(torch.cat([above, below], -1))
        shares = torch.softmax(self.share(heard), -1)
        phase = self.phase(heard).unflatten(-1, (COMPONENTS, PHASES))
        tempo = self.tempo(heard).unflatten(-1, (COMPONENTS, TEMPI))
        drift, missed, restart = self.motion(heard).unbind(-1)
        evidence = Evidence(
            torch.softmax(phase, -1) * PHASES * shares[..., :-1, None],
            torch.softmax(tempo, -1) * TEMPI,
            shares[..., -1],
            self.downbeat(heard)[..., 0],
            between(*_DRIFT, drift),
            between(*_MISSED, missed),
            between(*_RESTART, restart),
        )
        return evidence, first_state, second_state


def between(least: float, most: float, value: Tensor) -> Tensor:
    """A value from `least` to `most`, even in its logarithm."""
    low, high = float(np.log(least)), float(np.log(most))
    return torch.exp(low + (high - low) * torch.sigmoid(value))


class EvidenceStep(nn.Module):
    """One onset at a time; what is exported."""

    def __init__(self, network: EvidenceNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, onset: Tensor, state_in_first: Tensor, state_in_second: Tensor
    ) -> tuple[Tensor, ...]:
        """Likelihood (TEMPI, PHASES), downbeat, drift, missed, restart (1,), and both states."""
        said, first, second = self.network(onset[:, None, :], state_in_first, state_in_second)
        likelihood = said.tempo[0, 0].transpose(0, 1) @ said.phase[0, 0] + said.flat[0, 0]
        alone = (said.downbeat, said.drift, said.missed, said.restart)
        return (likelihood, *(value[:, 0] for value in alone), first, second)


def log_evidence(said: Evidence, phase: Tensor, row: Tensor) -> Tensor:
    """Log (batch, n) of what the evidence alone says of the truth."""
    near_phase, near_row = nearness(phase, row, PHASES, _PERIODS_S)
    by_phase = (said.phase * near_phase[:, :, None]).sum(-1) / near_phase.sum(-1, keepdim=True)
    by_tempo = (said.tempo * near_row[:, :, None]).sum(-1) / near_row.sum(-1, keepdim=True)
    return torch.log((by_phase * by_tempo).sum(-1) + said.flat + 1e-6)
