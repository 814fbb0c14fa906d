"""The bar pointer as a layer: its gradient is that of what it computes."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from accompanist.training.pointer_filter import PointerFilter, nearness  # noqa: E402

BATCH, ONSETS, COMPONENTS, PHASES, TEMPI = 2, 9, 2, 16, 10
NAMES = ("phase", "tempo", "flat", "drift", "missed", "restart")


def drawn() -> dict[str, torch.Tensor]:
    """Evidence of two short sequences, the second with fewer onsets."""
    random = torch.Generator().manual_seed(0)

    def between(least: float, most: float, *shape: int) -> torch.Tensor:
        return least + (most - least) * torch.rand(BATCH, ONSETS, *shape, generator=random)

    return {
        "phase": between(0.1, 1.1, COMPONENTS, PHASES),
        "tempo": between(0.1, 1.1, COMPONENTS, TEMPI),
        "flat": between(0.1, 0.4),
        "drift": between(0.05, 0.25),
        "missed": between(0.6, 0.9),
        "restart": between(0.01, 0.06),
        "dt_s": between(0.0, 0.8),
        "true_phase": between(0.0, 1.0),
        "true_row": between(0.0, TEMPI - 1.0),
    }


def reached(given: dict[str, torch.Tensor]) -> torch.Tensor:
    periods_s = torch.tensor(0.3 * 2.0 ** (np.arange(TEMPI) / 6), dtype=torch.float32)
    used = torch.tensor([ONSETS, ONSETS - 2])
    return PointerFilter.apply(*given.values(), used, periods_s, torch.full((TEMPI,), 1 / TEMPI))


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_the_slope(name: str) -> None:
    given = drawn()
    given[name].requires_grad_()
    reached(given).sum().backward()
    slopes, step = given[name].grad, 2e-3
    for index in [(0, 1), (1, 3), (0, ONSETS - 1)]:
        place = (*index, *(1 for _ in given[name].shape[2:]))
        values = []
        for sign in (1, -1):
            moved = {key: value.detach().clone() for key, value in given.items()}
            moved[name][place] += sign * step
            values.append(float(reached(moved).sum()))
        slope = (values[0] - values[1]) / (2 * step)
        assert float(slopes[place]) == pytest.approx(slope, abs=0.02 + 0.02 * abs(slope))


def test_evidence_on_the_truth_brings_the_weight_there() -> None:
    given = drawn()
    periods_s = 0.3 * 2.0 ** (np.arange(TEMPI) / 6)
    given["dt_s"][:] = float(periods_s[4])
    given["dt_s"][:, 0] = 0.0
    given["true_phase"][:], given["true_row"][:] = 0.0, 4.0
    blind = reached(given)[0]
    near_phase, near_row = nearness(
        given["true_phase"], given["true_row"], PHASES, torch.from_numpy(periods_s)
    )
    given["phase"] += 20.0 * near_phase[:, :, None]
    given["tempo"] += 20.0 * near_row[:, :, None]
    told = reached(given)[0]
    assert torch.exp(told[-1]) > 0.5 > torch.exp(blind[-1])
