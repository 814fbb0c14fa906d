"""What players are told: what is set, what the variation adds, what the performer asks for."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.events import NoteOn
from accompanist.music.heard import NO_ACCENTS
from accompanist.music.key import Key
from accompanist.music.metre import Metre
from accompanist.music.parameter import ROOT
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import STYLES
from accompanist.music.section import VARIATIONS, Place
from accompanist.players.expectation import Expectation
from accompanist.players.outlook import Outlook
from accompanist.players.performer import PerformerMemory
from accompanist.players.player import Frame
from accompanist.players.understudy import RuleAnticipator
from tests.players import understudies

SHARES = st.floats(0.0, 1.0)
LATER_BAR = 8


def ear(level: str = "normal"):
    """Somebody who hears 4/4 at 120 in C major, a second for every two beats."""
    unknown = np.full(25, 1 / 25, np.float32)
    return SimpleNamespace(
        harmony=SimpleNamespace(key=Key(0), key_posterior=unknown, chord_posterior=unknown),
        feel=SimpleNamespace(swing=0.6, sixteenth_swing=0.55, level=level, accents=NO_ACCENTS),
        metre=Metre(4),
        tempo_bpm=120.0,
        beats_at=lambda time_s: 2.0 * time_s,
        beat_in_bar=lambda beat: beat % 4,
    )


def told(
    place: Place,
    velocities: tuple[int, ...] = (),
    level: str = "normal",
    swing: str = "heard",
    **shares: float,
) -> Frame:
    """Frame on beat 40; the performer has struck a key every beat up to it."""
    memory, values = PerformerMemory(), ParameterValues()
    values.take(f"{ROOT}/swing", swing)
    first = 41 - len(velocities)
    for beat, velocity in enumerate(velocities, first):
        memory.hear(NoteOn(beat / 2, 72, velocity), float(beat))
    for name, share in shares.items():
        values.take(f"{ROOT}/{name}", share)
    rules = Expectation(RuleAnticipator(), RuleAnticipator())
    outlook = Outlook(ear(level), rules, memory, values, understudies.STYLES, seed=1)
    return outlook.frame(160, 20.0, place)


def at(letter: str = "B", style: str = "pop", bar: int = LATER_BAR) -> Place:
    return Place(bar, "groove", 0, style, letter)


@given(
    st.sampled_from(STYLES),
    st.sampled_from(VARIATIONS),
    st.integers(0, 100),
    st.lists(st.integers(1, 127), max_size=8).map(tuple),
    st.sampled_from(("half", "normal", "double")),
    SHARES,
    SHARES,
    SHARES,
)
def test_amounts_are_shares_whatever_adds_up(
    style, letter, bar, velocities, level, density, intensity, complexity
):
    shares = {"density": density, "intensity": intensity, "complexity": complexity}
    frame = told(at(letter, style, bar), velocities, level, **shares)
    assert all(0.0 <= getattr(frame, name) <= 1.0 for name in shares)


@pytest.mark.parametrize("style", STYLES)
def test_variations_rise_from_a_to_d_and_b_is_what_is_set(style):
    frames = [told(at(letter, style)) for letter in VARIATIONS]
    for name in ("density", "intensity", "complexity"):
        amounts = [getattr(frame, name) for frame in frames]
        assert amounts == sorted(set(amounts))
        assert amounts[1] == 0.5


def test_the_first_bars_are_sparser():
    densities = [told(at(bar=bar)).density for bar in range(4)]
    assert densities[0] < densities[1] < densities[2] == densities[3]


def test_a_loud_performer_is_answered_with_loudness():
    soft, usual, loud = (told(at(), (velocity,) * 8).loudness for velocity in (30, 76, 120))
    assert soft < usual < loud
    assert usual == pytest.approx(0.5)


def test_players_are_told_whose_models_know_the_style():
    assert told(at(style="rock")).learned == ("drums",)
    assert told(at(style="reggae")).learned == ()


@pytest.mark.parametrize(
    ("setting", "told_swing"),
    [
        ("heard", (0.6, 0.55, False)),
        ("straight", (0.5, 0.5, True)),
        ("light", (0.58, 0.5, True)),
        ("full", (0.67, 0.5, True)),
    ],
)
def test_swing_is_as_the_performer_does_unless_it_is_set(setting, told_swing):
    frame = told(at(), swing=setting)
    assert (frame.swing, frame.sixteenth_swing, frame.swing_is_set) == told_swing
