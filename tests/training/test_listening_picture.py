"""The picture shows how far clicks fall from the beats nearest to them."""

from pathlib import Path

import numpy as np
import pytest

from accompanist.training.listening_picture import draw, stray_ms
from tests.training.takes import BEATS_S, steady


def test_a_click_is_late_or_early_by_its_nearest_beat() -> None:
    at_s, late_ms = stray_ms(steady(), BEATS_S[[3, 7]] + np.array([0.02, -0.05]))
    assert at_s == pytest.approx(BEATS_S[[3, 7]])
    assert late_ms == pytest.approx([20.0, -50.0])


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed here")
    draw([(steady(), {"ours": BEATS_S})] * 2, tmp_path / "phase.png")
    assert (tmp_path / "phase.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
