"""The drummer's network: nine voices chained within a frame, then how hard and how late.

Chaining: each voice's logit is the network's own plus what the voices decided before it say, so
that kick, snare and hats of one frame agree. Playing draws the voices inside the network from
given noise, which keeps one call a frame and leaves randomness to the caller's seed.
"""

import torch
from torch import Tensor, nn

from accompanist.players.drums import INPUT_WIDTH, PLAYED_WIDTH, VOICES
from accompanist.players.encoding import CONTEXT_WIDTH
from accompanist.training.networks import Body, Spread, laplace_loss

_VOICES = len(VOICES)
_FEATURES = 192
_FEELING_WEIGHT = 0.3
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
        self.velocity = Spread(_SEEN + _VOICES, _VOICES)
        self.offset = Spread(_SEEN + _VOICES, _VOICES)

    def seen(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """What every head sees of each frame, and the state after the last."""
        features, state = self.body(inputs, state)
        return torch.cat([features, inputs[..., _BARS]], dim=-1), state

    def logits(self, features: Tensor, hits: Tensor) -> Tensor:
        """Logit of each voice, given the true hits of the voices before it."""
        return self.strike(features) + hits @ torch.tril(self.chain, -1).T

    def forward(self, inputs: Tensor, hits: Tensor, state: Tensor) -> dict[str, Tensor]:
        """Logits, and the spreads of velocity and offset given the hits."""
        features, state = self.seen(inputs, state)
        told = torch.cat([features, hits], dim=-1)
        velocity, velocity_scale = self.velocity(told)
        offset, offset_scale = self.offset(told)
        return {
            "logits": self.logits(features, hits),
            "velocity": velocity,
            "velocity_scale": velocity_scale,
            "offset": offset,
            "offset_scale": offset_scale,
            "state": state,
        }

    def imagined(self, inputs: Tensor) -> Tensor:
        """Rows (batch, frames, `PLAYED_WIDTH`) as drawn in every frame after what it was told."""
        features, _ = self.seen(inputs, self.body.start(len(inputs)))
        own, hits = self.strike(features), torch.zeros(*features.shape[:2], _VOICES)
        for voice in range(_VOICES):
            logit = own[..., voice] + hits @ torch.tril(self.chain, -1)[voice]
            hits[..., voice] = torch.bernoulli(torch.sigmoid(logit))
        told = torch.cat([features, hits], dim=-1)
        velocity, offset = self.velocity(told)[0] * hits, self.offset(told)[0] * hits
        return torch.cat([hits, velocity, 2 * offset], dim=-1)


def drum_loss(out: dict[str, Tensor], batch: dict[str, Tensor]) -> Tensor:
    """Nats per frame of the hits, plus weighted nats of velocity and offset where hits are."""
    hits, mask = batch["hits"], batch["mask"][..., None]
    strike = nn.functional.binary_cross_entropy_with_logits(out["logits"], hits, reduction="none")
    feeling = laplace_loss(out["velocity"], out["velocity_scale"], batch["velocity"])
    feeling = feeling + laplace_loss(out["offset"], out["offset_scale"], batch["offset"])
    total = (strike + _FEELING_WEIGHT * feeling * hits) * mask
    return total.sum() / mask.sum()


class DrumStep(nn.Module):
    """One frame as it is played: noise (1, 9) in 0–1 decides, `temperature` (1, 1) sharpens."""

    def __init__(self, network: DrumNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, frame: Tensor, noise: Tensor, temperature: Tensor, state_in: Tensor
    ) -> tuple[Tensor, ...]:
        """Hits and their chances, median and scale of velocities and of offsets, and the state.

        All are (1, 9) but the state; chances are given the voices before, at temperature 1, so that
        noise of 0 and 1 forces known hits and tells how likely they were.
        """
        network = self.network
        features, state = network.seen(frame[:, None], state_in)
        features = features[:, 0]
        own = network.strike(features)
        hits: list[Tensor] = []
        chances: list[Tensor] = []
        for voice in range(_VOICES):
            logit = own[:, voice : voice + 1]
            if hits:
                weights = network.chain[voice : voice + 1, :voice]
                logit = logit + (torch.cat(hits, dim=1) * weights).sum(dim=1, keepdim=True)
            chances.append(torch.sigmoid(logit))
            sharpened = torch.sigmoid(logit / temperature)
            hits.append((sharpened > noise[:, voice : voice + 1]).float())
        struck = torch.cat(hits, dim=1)
        told = torch.cat([features, struck], dim=-1)
        return (
            struck,
            torch.cat(chances, dim=1),
            *network.velocity(told),
            *network.offset(told),
            state,
        )
