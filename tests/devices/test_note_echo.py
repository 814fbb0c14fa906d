"""Notes of the band that come back are trusted little; a player who plays along is trusted."""

import numpy as np
import pytest

from accompanist.devices.note_echo import LITTLE_TRUST, NoteEcho
from accompanist.music.band import BandNote
from accompanist.music.events import Attack


def told(echo: NoteEcho, on_s: float) -> None:
    echo.show(BandNote(on_s - 0.2, 0, "drums", on_s, on_s + 0.1, 0.0, 38, 90, "model"))


def leaking(echo: NoteEcho, strength: float, notes: int = 60) -> list[Attack]:
    """Every note comes back 23 ms later, give or take a millisecond."""
    jitter_s = np.random.default_rng(1).uniform(-0.001, 0.001, notes)
    heard = []
    for k in range(notes):
        told(echo, 0.31 * k)
        heard.append(echo.judged(Attack(0.31 * k + 0.023 + jitter_s[k], strength)))
    return heard


def test_notes_that_come_back_are_soon_trusted_little():
    heard = leaking(NoteEcho(), 0.4)

    assert [attack.strength for attack in heard[:20]] == [0.4] * 20
    assert {attack.strength for attack in heard[40:]} == {0.4 * LITTLE_TRUST}


def test_it_knows_after_how_long_they_come_back():
    echo = NoteEcho()
    leaking(echo, 0.4)

    assert echo.delay_s == pytest.approx(0.023, abs=0.003)


def test_the_players_louder_stroke_at_the_same_moment_is_trusted():
    echo = NoteEcho()
    leaking(echo, 0.4)
    told(echo, 30.0)

    assert echo.judged(Attack(30.023, 0.6)).strength == 0.6


def test_the_players_stroke_at_another_moment_is_trusted():
    echo = NoteEcho()
    leaking(echo, 0.4)
    told(echo, 30.0)

    assert echo.judged(Attack(30.08, 0.2)).strength == 0.2


@pytest.mark.parametrize("spread_s", [0.006, 0.015])
def test_a_player_who_plays_along_is_trusted_always(spread_s):
    echo, chance = NoteEcho(), np.random.default_rng(2)
    for k in range(200):
        told(echo, 0.3 * k)
        heard = echo.judged(Attack(0.3 * k + 0.02 + chance.normal(0, spread_s), 0.4))
        assert heard.strength == 0.4


def test_notes_of_a_chord_are_one_stroke():
    echo = NoteEcho()
    for k in range(60):
        for spread_s in (0.0, 0.004, 0.01):
            told(echo, 0.31 * k + spread_s)
        echo.judged(Attack(0.31 * k + 0.023, 0.4))

    assert echo.delay_s is not None
