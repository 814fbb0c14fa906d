"""The drummer's network: nine voices chained within a frame, then how hard and how late.

Chaining: each voice's logit is the network's own plus what the voices decided before it say, so
that kick, snare and hats of one frame agree. Playing draws the voices inside the network from
given noise, which keeps one call a frame and leaves randomness to the caller's seed.
"""

import torch
from torch import Tensor, nn

from accompanist.players.drums import INPUT_WIDTH, PLAYED_WIDTH, VOICES
from accompanist.players.encoding import CONTEXT_WIDTH
from accompanist.training.networks import Body, Mixture, Spread, drawn_from, spread_loss

_VOICES = len(VOICES)
_FEATURES = 192
_FEELING_WEIGHT = 0.3
_SURELY = 1e-9
_BARS = slice(CONTEXT_WIDTH + PLAYED_WIDTH, CONTEXT_WIDTH + 4 * PLAYED_WIDTH)
"""What of the input is remembered of bars; it is seen by every head as it is."""

_SEEN = _FEATURES + 3 * PLAYED_WIDTH


class DrumNetwork(nn.Module):
    """Inputs (batch, frames, `INPUT_WIDTH`) → hits, velocities and offsets of nine voices."""

    def __init__(self, hidden: int = 256, dropout: float = 0.3) -> None:
        super().__init__()
        self.body = Body(INPUT_WIDTH, hidden, _FEATURES, dropout)
        self.strike = nn.Linear(_SEEN, _VOICES)
        self.chain = nn.Parameter(torch.zeros(_VOICES, _VOICES))
        self.feel = Spread(_SEEN + _VOICES, 2 * _VOICES)

    def seen(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """What every head sees of each frame, and the state after the last."""
        features, state = self.body(inputs, state)
        return torch.cat([features, inputs[..., _BARS]], dim=-1), state

    def logits(self, features: Tensor, hits: Tensor) -> Tensor:
        """Logit of each voice, given the true hits of the voices before it."""
        return self.strike(features) + hits @ torch.tril(self.chain, -1).T

    def forward(self, inputs: Tensor, hits: Tensor) -> tuple[Tensor, Mixture]:
        """Logits, and the spread of velocities and offsets given the hits, from silence on."""
        features, _ = self.seen(inputs, self.body.start(len(inputs)))
        told = torch.cat([features, hits], dim=-1)
        return self.logits(features, hits), self.feel(told)

    def imagined(self, inputs: Tensor) -> Tensor:
        """Rows (batch, frames, `PLAYED_WIDTH`) as drawn in every frame after what it was told."""
        features, _ = self.seen(inputs, self.body.start(len(inputs)))
        own, hits = self.strike(features), torch.zeros(*features.shape[:2], _VOICES)
        for voice in range(_VOICES):
            logit = own[..., voice] + hits @ torch.tril(self.chain, -1)[voice]
            hits[..., voice] = torch.bernoulli(torch.sigmoid(logit))
        told = torch.cat([features, hits], dim=-1)
        luck = torch.rand(*hits.shape[:2], 2).repeat_interleave(_VOICES, dim=-1)
        velocity, offset = drawn_from(self.feel(told), luck)[0].chunk(2, dim=-1)
        return torch.cat([hits, velocity * hits, 2 * offset * hits], dim=-1)


def drum_loss(out: tuple[Tensor, Mixture], batch: dict[str, Tensor]) -> Tensor:
    """Nats per frame of the hits, plus weighted nats of velocity and offset where hits are."""
    hits, mask = batch["hits"], batch["mask"][..., None]
    logits, feel = out
    strike = nn.functional.binary_cross_entropy_with_logits(logits, hits, reduction="none")
    felt = spread_loss(feel, torch.cat([batch["velocity"], batch["offset"]], dim=-1))
    feeling = felt[..., :_VOICES] + felt[..., _VOICES:]
    total = (strike + _FEELING_WEIGHT * feeling * hits) * mask
    return total.sum() / mask.sum()


class DrumStep(nn.Module):
    """One frame as it is played.

    Noise (1, 9) in 0–1 decides what is struck, `temperature` (1, 1) sharpens; `touch` (1, 2) in 0–1
    chooses how hard and how late.
    """

    def __init__(self, network: DrumNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, frame: Tensor, noise: Tensor, temperature: Tensor, touch: Tensor, state_in: Tensor
    ) -> tuple[Tensor, ...]:
        """Hits and their chances, middle and scale of velocities and of offsets, and the state.

        All are (1, 9) but the state; chances are given the voices before, at temperature 1, so that
        noise of 0 and 1 forces known hits and tells how likely they were. A voice is struck where
        its logit exceeds that of the noise. Each round settles one more voice, and leaves those
        before it as they are.
        """
        network = self.network
        features, state = network.seen(frame[:, None], state_in)
        features = features[:, 0]
        needed = temperature * torch.logit(noise, eps=_SURELY)
        own = network.strike(features)
        logits = own
        for _ in range(_VOICES - 1):
            logits = own + (logits > needed).float() @ torch.tril(network.chain, -1).T
        hits = (logits > needed).float()
        told = torch.cat([features, hits], dim=-1)
        luck = torch.cat([touch[:, :1].expand(1, _VOICES), touch[:, 1:].expand(1, _VOICES)], dim=-1)
        feel, scale = drawn_from(network.feel(told), luck)
        return (
            hits,
            torch.sigmoid(logits),
            feel[:, :_VOICES],
            scale[:, :_VOICES],
            feel[:, _VOICES:],
            scale[:, _VOICES:],
            state,
        )
