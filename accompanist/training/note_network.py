"""The network of bass and harmony: what to do in a frame, then how high, how hard and how long.

In every frame one of several actions is taken; action 0 is to play nothing. Height (octaves around
a middle), velocity (0–1) and duration (one of `DURATIONS` sixteenths) are told given the action.
"""

import torch
from torch import Tensor, nn

from accompanist.players.notes import DURATIONS
from accompanist.training.networks import Body, Mixture, Spread, drawn_from, spread_loss

_FEATURES = 192
_TOLD = 64
_FEELING_WEIGHT = 0.3
_DURATION_WEIGHT = 0.5


class NoteNetwork(nn.Module):
    """Inputs (batch, frames, `width`) → one of `actions` a frame, and how it is played."""

    def __init__(self, width: int, actions: int, hidden: int = 256, dropout: float = 0.25) -> None:
        super().__init__()
        self.width, self.actions = width, actions
        self.body = Body(width, hidden, _FEATURES, dropout)
        self.act = nn.Linear(_FEATURES, actions)
        self.tell = nn.Linear(_FEATURES + actions, _TOLD)
        self.feel = Spread(_TOLD, 2)
        self.duration = nn.Linear(_TOLD, len(DURATIONS))

    def told(self, features: Tensor, action: Tensor) -> tuple[Mixture, Tensor]:
        """Spread of height and velocity, and duration logits, given one-hot actions."""
        told = torch.relu(self.tell(torch.cat([features, action], dim=-1)))
        return self.feel(told), self.duration(told)

    def imagined(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What would be done in every frame after what it was told, drawn.

        Actions (batch, frames, actions) as one-hot rows, and for each frame height, velocity and
        duration in sixteenths.
        """
        features, _ = self.body(inputs, self.body.start(len(inputs)))
        taken = torch.distributions.OneHotCategorical(logits=self.act(features)).sample()
        feel, duration = self.told(features, taken)
        height, velocity = drawn_from(feel, torch.rand(*inputs.shape[:2], 2))[0].unbind(dim=-1)
        lasts = torch.distributions.Categorical(logits=duration).sample()
        return taken, height, velocity, torch.tensor(DURATIONS)[lasts].float()


def note_losses(network: NoteNetwork, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Nats of the actions, and of everything with its weights, both per frame."""
    state = network.body.start(len(batch["inputs"]))
    features, _ = network.body(batch["inputs"], state)
    taken = nn.functional.one_hot(batch["action"], network.actions).float()
    feel, duration = network.told(features, taken)
    mask, plays = batch["mask"], batch["mask"] * (batch["action"] > 0)
    act = nn.functional.cross_entropy(
        network.act(features).flatten(0, 1), batch["action"].flatten(), reduction="none"
    ).view_as(mask)
    lasts = nn.functional.cross_entropy(
        duration.flatten(0, 1), batch["duration"].flatten(), reduction="none"
    ).view_as(mask)
    played = torch.stack([batch["height"], batch["velocity"]], dim=-1)
    feeling = spread_loss(feel, played).sum(dim=-1)
    actions = (act * mask).sum() / mask.sum()
    rest = ((_FEELING_WEIGHT * feeling + _DURATION_WEIGHT * lasts) * plays).sum() / mask.sum()
    return actions, actions + rest


class NoteStep(nn.Module):
    """One frame as it is played.

    `noise` (1, actions) and `duration_noise` (1, durations) are Gumbel noise, so that the greatest
    sum is a fair draw; `favour` (1, actions) is added to the logits: −1e9 forbids an action.
    `touch` (1, 2) in 0–1 chooses how high and how hard.
    """

    def __init__(self, network: NoteNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        frame: Tensor,
        noise: Tensor,
        favour: Tensor,
        temperature: Tensor,
        duration_noise: Tensor,
        touch: Tensor,
        state_in: Tensor,
    ) -> tuple[Tensor, ...]:
        """Action and duration as one-hot rows, chances of the actions, height, velocity, state.

        Chances are those before `favour`, at temperature 1. Height and velocity are (1, 1), those
        of the component that was drawn, velocity with its scale.
        """
        network = self.network
        features, state = network.body(frame[:, None], state_in)
        features = features[:, 0]
        logits = network.act(features)
        action = _drawn(logits + favour, noise * temperature)
        feels, duration = network.told(features, action)
        feel, scale = drawn_from(feels, touch)
        lasts = _drawn(duration, duration_noise * temperature)
        chances = torch.softmax(logits, dim=-1)
        return action, lasts, chances, feel[:, :1], feel[:, 1:], scale[:, 1:], state


def _drawn(logits: Tensor, noise: Tensor) -> Tensor:
    total = logits + noise
    place = torch.arange(logits.shape[-1])
    return (place == total.argmax(dim=-1, keepdim=True)).float()
