"""Messages are written as OSC wants them, and read back as they were meant."""

import socket

import numpy as np
import pyliblo3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.osc_message import message, read_message, typed_message

addresses = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map(
    "/{}".format
)
texts = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=20)
arguments = st.one_of(
    st.floats(width=32, allow_nan=False).map(lambda number: ("f", number)),
    st.integers(-(2**31), 2**31 - 1).map(lambda number: ("i", number)),
    texts.map(lambda text: ("s", text)),
)


class Liblo:
    """Liblo as a sender; what it sends is caught."""

    def __init__(self):
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind(("127.0.0.1", 0))
        self.ear.settimeout(5.0)
        self.target = pyliblo3.Address("127.0.0.1", self.ear.getsockname()[1])

    def bytes_of(self, address, pairs):
        pyliblo3.send(self.target, address, *pairs)
        return self.ear.recv(4096)


@pytest.fixture(scope="module")
def liblo():
    sender = Liblo()
    yield sender
    sender.ear.close()


@given(address=addresses, pairs=st.lists(arguments, max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_bytes_are_those_that_liblo_writes(liblo, address, pairs):
    assert typed_message(address, pairs) == liblo.bytes_of(address, pairs)


@given(addresses, st.lists(arguments, max_size=1))
def test_what_was_written_is_read_back(address, pairs):
    assert read_message(typed_message(address, pairs)) == (address, [value for _, value in pairs])


def test_arguments_have_the_type_of_their_value():
    assert message("/a", 0.5, 3, "b") == typed_message("/a", [("f", 0.5), ("i", 3), ("s", "b")])


def test_a_text_is_utf_8_up_to_its_first_zero():
    assert message("/a", "é\0x") == b"/a\0\0,s\0\0\xc3\xa9\0\0"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"/a",
        b"a\0\0\0,\0\0\0",
        b"/a\0\0i\0\0\0\0\0\0\1",
        b"/a\0\0,i\0\0\0\0\1",
        b"/a\0\0,ii\0" + bytes(8),
        b"/a\0\0,b\0\0" + bytes(4),
        b"/a\0\0,s\0\0abcd",
        b"/a\0\0,\0\0\0more",
        b"/\xe9\0\0,\0\0\0",
    ],
)
def test_what_is_no_plain_message_is_not_read(content):
    with pytest.raises(ValueError):
        read_message(content)


def test_a_float_is_read_as_precisely_as_it_was_said():
    assert read_message(message("/a", 0.1))[1] == [float(np.float32(0.1))]
