"""Only plain control messages that are due reach the reader."""

from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.osc_socket import is_plain
from tests.control.surface import bundle, message

NOW_S = 4_008_988_800.0


def due_in(seconds: float) -> int:
    return int((NOW_S + seconds) * 2**32)


def test_a_message_with_one_number_is_plain():
    assert is_plain(message(b"/accompanist/density", b",f", b"\x3f\0\0\0"), NOW_S)


def test_a_message_without_a_value_is_plain():
    assert is_plain(message(b"/accompanist/panic", b",", b""), NOW_S)


def test_a_message_with_two_values_is_not():
    assert not is_plain(message(b"/a", b",ii", b"\0\0\0\1" * 2), NOW_S)


def test_text_that_is_not_ascii_is_refused():
    assert not is_plain(message(b"/a", b",s", b"\xff\0\0\0"), NOW_S)


def test_a_number_may_hold_any_bytes():
    assert is_plain(message(b"/a", b",f", b"\xff\x80\0\0"), NOW_S)


def test_a_bundle_for_now_is_plain():
    assert is_plain(bundle(message(b"/a"), message(b"/b")), NOW_S)


def test_a_bundle_that_was_due_is_plain():
    assert is_plain(bundle(message(b"/a"), time_tag=due_in(-0.5)), NOW_S)


def test_a_bundle_for_later_is_refused_because_it_would_be_kept():
    assert not is_plain(bundle(message(b"/a"), time_tag=due_in(0.5)), NOW_S)


def test_a_bundle_within_a_bundle_is_refused():
    assert not is_plain(bundle(bundle(message(b"/a"))), NOW_S)


def test_a_bundle_whose_element_has_a_negative_size_is_refused():
    assert not is_plain(bundle(b"")[:16] + b"\xff\xff\xff\xfc", NOW_S)


def test_an_empty_bundle_is_refused():
    assert not is_plain(bundle(), NOW_S)


@given(st.binary(max_size=64))
def test_any_bytes_are_judged_without_failing(datagram):
    assert is_plain(datagram, NOW_S) in (True, False)


@given(st.binary(max_size=64))
def test_any_bundle_is_judged_without_failing(rest):
    assert is_plain(b"#bundle\0" + rest, NOW_S) in (True, False)
