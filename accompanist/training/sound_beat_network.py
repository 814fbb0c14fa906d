"""The network that hears the beat in sound: two GRU layers over frames, and what it says of each.

It speaks as the network of onsets does (see `accompanist.training.evidence_network`): components of
one phase curve and one tempo curve each, and a flat one for no opinion, which is what most frames
deserve. Beside that it says how likely a beat has just been. That it is asked for downbeats too is
for the training's sake: bars are heard better beat by beat (`accompanist.training.sound_bar`).

A small layer beside them listens along and tells music from talk and noise; what it learns doesn't
reach the others.
"""

import torch
from torch import Tensor, nn

from accompanist.dsp.frame_features import OTHER_FEATURES, SPECTRUM_FEATURES
from accompanist.dsp.spectrum import BANDS, SPECTRA
from accompanist.listening.evidence import PHASES, TEMPI
from accompanist.training.evidence_network import Evidence, between

SHAPES, ENTERED, FIRST, SECOND, THIRD = 16, 64, 96, 80, 24
COMPONENTS = 2
_DROPOUT, _SHAPES_LOST = 0.25, 0.1
_DEAF = 0.15
"""Share of sequences in training whose spectra are not seen, only what rises and recurs."""
_DRIFT, _RESTART = (0.02, 6.0), (1e-5, 0.1)
_AT_FIRST = (-1.0, -3.0)
"""Before learning: little drift, a restart now and then."""


class SoundBeatNetwork(nn.Module):
    """Evidence for every frame of a sequence."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(OTHER_FEATURES))
        self.register_buffer("deviation", torch.ones(OTHER_FEATURES))
        self.shape = nn.Linear(2 * BANDS, SHAPES)
        self.enter = nn.Linear(SPECTRA * SHAPES + OTHER_FEATURES, ENTERED)
        self.first = nn.GRU(ENTERED, FIRST, batch_first=True)
        self.second = nn.GRU(FIRST, SECOND, batch_first=True)
        self.dropout, self.lose = nn.Dropout(_DROPOUT), nn.Dropout(_SHAPES_LOST)
        self.phase = nn.Linear(SECOND, COMPONENTS * PHASES)
        self.tempo = nn.Linear(SECOND, COMPONENTS * TEMPI)
        self.share = nn.Linear(SECOND, COMPONENTS + 1)
        self.motion = nn.Linear(SECOND, 2)
        self.beat = nn.Linear(SECOND, 2)
        self.third = nn.GRU(ENTERED + SECOND, THIRD, batch_first=True)
        self.music = nn.Linear(THIRD, 1)
        with torch.no_grad():
            self.motion.bias.copy_(torch.tensor(_AT_FIRST))

    def forward(
        self, frames: Tensor, states: tuple[Tensor | None, ...] = (None, None, None)
    ) -> tuple[Evidence, Tensor, Tensor, tuple[Tensor, ...]]:
        """Evidence of frames (batch, n, FEATURES), odds of beat and music (batch, n), states."""
        spectra = frames[..., :SPECTRUM_FEATURES].unflatten(-1, (2, SPECTRA, BANDS))
        seen = torch.cat([spectra[..., 0, :, :], 4.0 * spectra[..., 1, :, :]], -1)
        shapes = self.lose(torch.relu(self.shape(seen)).flatten(-2))
        if self.training:
            deaf = torch.rand(len(shapes), 1, 1, device=shapes.device) < _DEAF
            shapes = shapes.masked_fill(deaf, 0.0)
        other = (frames[..., SPECTRUM_FEATURES:] - self.mean) / self.deviation
        entered = torch.relu(self.enter(torch.cat([shapes, other], -1)))
        below, first_state = self.first(entered, states[0])
        above, second_state = self.second(self.dropout(below), states[1])
        aside, third_state = self.third(torch.cat([entered, above], -1).detach(), states[2])
        heard = self.dropout(above)
        shares = torch.softmax(self.share(heard), -1)
        phase = self.phase(heard).unflatten(-1, (COMPONENTS, PHASES))
        tempo = self.tempo(heard).unflatten(-1, (COMPONENTS, TEMPI))
        drift, restart = self.motion(heard).unbind(-1)
        beat, downbeat = self.beat(heard).unbind(-1)
        evidence = Evidence(
            torch.softmax(phase, -1) * PHASES * shares[..., :-1, None],
            torch.softmax(tempo, -1) * TEMPI,
            shares[..., -1],
            downbeat,
            between(*_DRIFT, drift),
            torch.ones_like(drift),
            between(*_RESTART, restart),
        )
        music = self.music(aside)[..., 0]
        return evidence, beat, music, (first_state, second_state, third_state)


class SoundBeatStep(nn.Module):
    """One frame at a time; what is exported."""

    def __init__(self, network: SoundBeatNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, frame: Tensor, state_in_first: Tensor, state_in_second: Tensor, state_in_third: Tensor
    ) -> tuple[Tensor, ...]:
        """Likelihood (TEMPI, PHASES), flat, beat, music, drift, restart (1,), all states."""
        states = state_in_first, state_in_second, state_in_third
        said, beat, music, states = self.network(frame[:, None, :], states)
        likelihood = said.tempo[0, 0].transpose(0, 1) @ said.phase[0, 0] + said.flat[0, 0]
        alone = (said.flat, beat, music, said.drift, said.restart)
        return (likelihood, *(value[:, 0] for value in alone), *states)
