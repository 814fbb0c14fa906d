"""Who may steer from another machine, and who is turned away."""

import numpy as np
import pytest

from accompanist.control.errors import ControlError
from accompanist.control.guests import MOST_DIGITS, PAIR, Guests
from accompanist.dsp.guest_list import CODE, COUNT, GUEST_LIST_WORDS, GUESTS, MOST_GUESTS

TABLET, PHONE = "192.0.2.20", "192.0.2.21"


@pytest.fixture
def words():
    return np.zeros(GUEST_LIST_WORDS, np.int64)


@pytest.fixture
def guests(words):
    guests = Guests(words)
    guests.open("abcdefgh")
    return guests


def listed(words):
    return [int(host) for host in words[GUESTS : GUESTS + words[COUNT]]]


def test_a_named_host_is_a_guest_once(guests, words):
    guests.admit([TABLET, TABLET])
    assert listed(words) == [0xC0000214]


def test_a_host_that_nobody_knows_is_refused(guests):
    with pytest.raises(ControlError, match="is no machine known here"):
        guests.admit(["no..such..host"])


def test_too_many_hosts_are_refused(guests):
    with pytest.raises(ControlError, match="at most"):
        guests.admit(f"192.0.2.{number}" for number in range(MOST_GUESTS + 1))


@pytest.mark.parametrize("form", [str, int, float])
def test_a_surface_pairs_by_the_code_as_a_text_or_a_number(guests, words, form):
    assert guests.knock(TABLET, PAIR, [form(guests.code)])
    assert listed(words) == [0xC0000214]


def test_a_surface_pairs_digit_by_digit_and_may_mistype(guests):
    digits = ["9", "9", *guests.code]
    assert [guests.knock(TABLET, PAIR, [int(d)]) for d in digits] == [False] * 7 + [True]


def test_digits_of_different_hosts_do_not_add_up(guests):
    assert not guests.knock(TABLET, PAIR, [guests.code[:3]])
    assert not guests.knock(PHONE, PAIR, [guests.code[3:]])


def test_another_word_does_not_pair(guests, words):
    assert not guests.knock(TABLET, "/accompanist/panic", [guests.code])
    assert not guests.knock(TABLET, PAIR, [])
    assert not guests.knock(TABLET, PAIR, ["let me in"])
    assert listed(words) == []


def test_who_guesses_on_and_on_is_not_listened_to_any_more(guests):
    wrong = "000000"
    for _ in range(MOST_DIGITS // len(wrong)):
        assert not guests.knock(TABLET, PAIR, [wrong])
    assert not guests.knock(TABLET, PAIR, [guests.code])
    assert guests.knock(PHONE, PAIR, [guests.code])


def test_without_a_code_nobody_pairs(words):
    assert not Guests(words).knock(TABLET, PAIR, ["0"])
    assert not Guests(words).knock(TABLET, PAIR, [""])


def test_the_list_and_the_code_outlive_whoever_wrote_them(guests, words):
    code = guests.code
    guests.admit([TABLET])
    successor = Guests(words)
    assert successor.code == code == str(words[CODE])
    assert successor.knock(PHONE, PAIR, [code])
    assert len(listed(words)) == 2


def test_a_word_always_gives_the_same_code_of_six_digits_and_another_word_another(words):
    codes = [Guests(words).open(word) for word in ("abc", "abd", "abc")]
    assert codes[0] == codes[2] != codes[1]
    assert all(100_000 <= int(code) <= 999_999 for code in codes)
