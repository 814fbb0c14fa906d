"""Only plain control messages that are due are heard."""

import math
import struct
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accompanist.dsp import osc_plain
from accompanist.dsp.osc_message import read_message, time_tag
from tests.control.surface import bundle, message

LATER, EARLIER = time_tag(time.time() + 86_400.0), time_tag(time.time() - 0.5)


def messages_in(datagram: bytes) -> int:
    """How many plain messages a datagram holds."""
    data = np.frombuffer(datagram.ljust(8, b"\xff"), np.uint8).copy()
    return osc_plain.plain_messages(data, len(datagram))


def is_plain(datagram: bytes) -> bool:
    return messages_in(datagram) > 0


def value_in(datagram: bytes) -> float:
    return osc_plain.value(np.frombuffer(datagram, np.uint8).copy(), 0, len(datagram))


def test_a_message_with_one_number_is_plain():
    assert is_plain(message(b"/accompanist/density", b",f", b"\x3f\0\0\0"))


def test_a_message_without_a_value_is_plain():
    assert is_plain(message(b"/accompanist/panic", b",", b""))


def test_a_message_with_two_values_is_not():
    assert not is_plain(message(b"/a", b",ii", b"\0\0\0\1" * 2))


def test_text_that_is_not_ascii_is_refused():
    assert not is_plain(message(b"/a", b",s", b"\xff\0\0\0"))


def test_a_number_may_hold_any_bytes():
    assert is_plain(message(b"/a", b",f", b"\xff\x80\0\0"))


def test_a_bundle_for_now_is_plain():
    assert messages_in(bundle(message(b"/a"), message(b"/b"))) == 2


def test_a_bundle_that_was_due_is_plain():
    assert is_plain(bundle(message(b"/a"), time_tag=EARLIER))


def test_a_bundle_for_later_is_refused_because_it_would_be_kept():
    assert not is_plain(bundle(message(b"/a"), time_tag=LATER))


def test_a_bundle_within_a_bundle_is_refused():
    assert not is_plain(bundle(bundle(message(b"/a"))))


def test_a_bundle_whose_element_has_a_negative_size_is_refused():
    assert not is_plain(bundle(b"")[:16] + b"\xff\xff\xff\xfc")


def test_an_empty_bundle_is_refused():
    assert not is_plain(bundle())


@pytest.mark.parametrize(
    ("tags", "payload", "number"),
    [
        (b",f", struct.pack(">f", 0.25), 0.25),
        (b",f", struct.pack(">f", -3e38), float(np.float32(-3e38))),
        (b",d", struct.pack(">d", 0.1), 0.1),
        (b",i", struct.pack(">i", -7), -7.0),
        (b",h", struct.pack(">q", 2**40), 2.0**40),
        (b",T", b"", 1.0),
        (b",F", b"", 0.0),
        (b",", b"", osc_plain.NO_VALUE),
    ],
)
def test_the_number_that_a_message_says_is_read(tags, payload, number):
    assert value_in(message(b"/a", tags, payload)) == number


def test_a_text_is_no_number():
    assert math.isnan(value_in(message(b"/a", b",s", b"0.5\0")))


@given(st.binary(max_size=64))
@example(message(b"/a", b",s", b"abc"))
@example(message(b"/a", b",f", b"\0\0\0\0more"))
def test_a_single_message_is_plain_if_and_only_if_it_can_be_read(datagram):
    if datagram.startswith(b"#bundle\0"):
        return
    try:
        read_message(datagram)
        is_read = True
    except ValueError:
        is_read = False
    assert is_plain(datagram) is is_read


addresses = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=9)


@given(
    addresses, st.sampled_from([b",", b",f", b",i", b",s", b",ii", b",b"]), st.binary(max_size=12)
)
def test_what_looks_like_a_message_is_plain_if_and_only_if_it_can_be_read(address, tags, payload):
    datagram = message(b"/" + address.encode(), tags, payload)
    try:
        read_message(datagram)
        is_read = True
    except ValueError:
        is_read = False
    assert is_plain(datagram) is is_read


@given(st.binary(max_size=64))
def test_any_bundle_is_judged_without_reading_past_its_end(rest):
    datagram = b"#bundle\0" + rest
    # What lies behind a datagram is left of one before, and must not count.
    behind = np.frombuffer(datagram + message(b"/a") * 4, np.uint8).copy()
    assert osc_plain.plain_messages(behind, len(datagram)) == messages_in(datagram)
