"""No note is lost to running status, clock bytes, or messages that come in pieces."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.midi_bytes import MidiBytes
from accompanist.dsp.cue import unpacked

DATA = st.integers(0, 127)
MESSAGES = st.one_of(
    st.tuples(st.sampled_from([0x80, 0x90, 0xA0, 0xB0, 0xE3]), DATA, DATA),
    st.tuples(st.sampled_from([0xC0, 0xD5]), DATA),
)


def heard(*pieces: list[int]) -> list[tuple[int, ...]]:
    stream = MidiBytes()
    return [unpacked(message) for piece in pieces for message in stream.messages(piece)]


def test_a_message_is_heard_as_it_is():
    assert heard([0x90, 60, 100], [0xC1, 5]) == [(0x90, 60, 100), (0xC1, 5)]


def test_a_status_left_out_is_the_last_one():
    assert heard([0x90, 60, 100, 64, 90], [67, 80]) == [
        (0x90, 60, 100),
        (0x90, 64, 90),
        (0x90, 67, 80),
    ]


def test_clock_inside_a_message_loses_nothing():
    assert heard([0xF8], [0x90, 0xF8, 60, 0xFE, 100], [0xFA]) == [
        (0xF8,),
        (0xF8,),
        (0x90, 60, 100),
        (0xFA,),
    ]


def test_a_song_position_has_two_more_bytes_and_no_running_status():
    assert heard([0xF2, 16, 0xF8, 3, 1, 2], [0x90, 60, 100]) == [
        (0xF8,),
        (0xF2, 16, 3),
        (0x90, 60, 100),
    ]


def test_system_exclusive_is_passed_over_and_ends_the_running_status():
    assert heard([0x90, 60, 100], [0xF0, 1, 2, 0xF7], [64, 100], [0x80, 60, 0]) == [
        (0x90, 60, 100),
        (0x80, 60, 0),
    ]


@given(st.lists(MESSAGES), st.data())
def test_nothing_is_lost_however_bytes_are_cut_and_clocked(messages, data):
    sent: list[int] = []
    status = 0
    for message in messages:
        may_run = message[0] == status and data.draw(st.booleans())
        status = message[0]
        for byte in message[1:] if may_run else message:
            sent += [0xF8] * data.draw(st.integers(0, 1)) + [byte]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=5)))
    ends = [0, *cuts, len(sent)]
    pieces = [sent[begin:end] for begin, end in pairwise(ends)]
    said = heard(*pieces)
    assert [message for message in said if message != (0xF8,)] == messages
    assert said.count((0xF8,)) == sent.count(0xF8)
