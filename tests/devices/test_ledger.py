"""The ledger knows which note owns a key."""

from accompanist.devices.ledger import Ledger

KEY = (1, 40)


def test_a_note_lets_up_the_key_it_struck():
    ledger = Ledger()
    assert ledger.strike(7, KEY) is False
    assert ledger.lift(7) == KEY
    assert ledger.sounding == ()


def test_a_key_that_is_down_must_be_let_up_before_it_is_struck_again():
    ledger = Ledger()
    ledger.strike(7, KEY)
    assert ledger.strike(8, KEY) is True


def test_the_end_of_an_earlier_note_leaves_the_later_one_on_its_key_alone():
    ledger = Ledger()
    ledger.strike(7, KEY)
    ledger.strike(8, KEY)
    assert ledger.lift(7) is None
    assert ledger.sounding == (KEY,)
    assert ledger.lift(8) == KEY


def test_a_note_ends_only_once():
    ledger = Ledger()
    ledger.strike(7, KEY)
    ledger.lift(7)
    assert ledger.lift(7) is None


def test_clearing_lets_everything_up():
    ledger = Ledger()
    ledger.strike(1, (1, 40))
    ledger.strike(2, (9, 36))
    assert ledger.clear() == ((1, 40), (9, 36))
    assert ledger.sounding == ()
