"""Crops of pieces, with the true past or with the network's own."""

from accompanist.players.encoding import (
    CONTEXT_WIDTH,
    CONTROL_COLUMNS,
    STYLE_COLUMNS,
    recalled_width,
)
from tests.training.tiny import torch_or_skip

torch_or_skip()

import torch  # noqa: E402

from accompanist.training.crops import Example, cropper, hearing_itself  # noqa: E402

CONTEXT, PLAYED, BAR = CONTEXT_WIDTH, 3, 16


def piece(frames: int) -> Example:
    """Silence, told so."""
    return {
        "context": torch.ones(frames, CONTEXT),
        "played": torch.zeros(frames, PLAYED),
        "bar": torch.full((frames,), BAR),
    }


def drawn(share: float) -> Example:
    """Crops of silence heard by a network that plays everywhere."""
    heard = hearing_itself(
        cropper([piece(160)], 96, 128), lambda batch: torch.ones(128, 96, PLAYED), share
    )
    return heard(torch.Generator().manual_seed(1))


def test_who_never_hears_itself_is_told_the_truth() -> None:
    told = drawn(share=0.0)["inputs"]
    assert told.shape == (128, 96, CONTEXT + recalled_width(PLAYED))
    assert (told[..., CONTEXT : CONTEXT + 3 * PLAYED] == 0.0).all()


def test_only_forgetful_crops_hear_the_network() -> None:
    batch = drawn(share=1.0)
    played = batch["inputs"][..., CONTEXT : CONTEXT + PLAYED].amax((1, 2)) > 0.0
    assert played.any()
    assert (played <= (batch["forgets"][:, 0] > 0.0)).all()


def test_where_in_the_bar_it_is_and_how_fast_is_always_told() -> None:
    assert (drawn(share=1.0)["inputs"][..., : STYLE_COLUMNS.start] == 1.0).all()


def test_some_crops_are_told_the_middle_for_every_control() -> None:
    controls = drawn(share=0.0)["inputs"][..., CONTROL_COLUMNS]
    untold = (controls == 0.5).all(dim=(1, 2))
    assert 0 < untold.sum() < 32
    assert (controls[~untold] == 1.0).all()


def test_some_crops_are_told_no_style() -> None:
    styles = drawn(share=0.0)["inputs"][..., STYLE_COLUMNS]
    untold = (styles == 0.0).all(dim=(1, 2))
    assert 0 < untold.sum() < 32
    assert (styles[~untold] == 1.0).all()
