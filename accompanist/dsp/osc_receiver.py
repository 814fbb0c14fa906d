"""The receiver of surfaces: machine code at the UDP port that obeys what needs no thought.

It never enters the interpreter: a datagram is read, judged, counted, and what immediate control it
turns becomes cues for every device at once; then each of its messages goes on to the band, over
loopback, with a header that says who sent it. What is malformed or too long, or comes faster than
any surface plays, is dropped whole, so that stage and band have always heard the same; panic alone
is obeyed however fast it comes.

A sender on another machine counts only if it is a guest. Of strangers no more goes on to the band
than it needs to tell who knocks, and nothing is obeyed.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import osc_plain
from accompanist.dsp.guest_list import COUNT, GUESTS, MOST_GUESTS
from accompanist.dsp.immediate import LEARN, LOCK, LOUDNESS, MILLION, PANIC, STOP, TURNED_NS
from accompanist.dsp.immediate_cues import Addresses, addresses, new_rows, rows_of
from accompanist.dsp.native import (
    ADDRESS_BYTES,
    load_acquire,
    now_ns,
    pointer,
    receive_from,
    send_to,
    sleep_until,
)
from accompanist.dsp.osc_plain import FIRST_ELEMENT
from accompanist.dsp.ring import SIZE, push

Words = NDArray[np.int64]
Bytes = NDArray[np.uint8]

LARGEST_BYTES = 4096
HEADER_BYTES = 8
"""Before each message to the band: four bytes of the sender's host, two of its port, then whether
it is a stranger, and nothing. All zeros, with no message, say that a receiver has begun."""

TURNS_A_SECOND, TURNS_AT_ONCE = 1000, 512
"""Of one sender, and how many more in a burst; twenty fingers that move send as many."""
ALL_TURNS_A_SECOND, ALL_TURNS_AT_ONCE = 4000, 2048
KNOCKS_A_SECOND, KNOCKS_AT_ONCE = 20, 20
"""Of all strangers."""

HEARD, MALFORMED, FLOODED, STRANGE, UNDELIVERED = range(5)
COUNTED = ("heard", "malformed", "flooded", "strange", "undelivered")
"""Counts: datagrams heard, and of these dropped for their form or size, for coming too fast, and
for coming from strangers; and messages that the band had no room for."""

ENDING, SOCKET = range(2)
_SETTING_WORDS = 2

_BUCKETS = 64
_ALL, _KNOCKS = _BUCKETS, _BUCKETS + 1
_SLICE_NS, _MOST_A_SLICE = 1_000_000, 32
"""So many datagrams are read in so long at most: whatever comes, others have the processor too."""
_PAUSE_NS = 1_000_000
_LOOPBACK = 127
_NS = 1_000_000_000


class Receiver(NamedTuple):
    """All that a receiver works on.

    Attributes
    ----------
    setting
        Anything but 0 to end it, and the system's number of its socket.
    inner
        The band's address, in the system's form.
    addresses
        What it obeys.
    controls
        Words of the immediate controls, which stage and band see.
    guests
        Words of the guest list.
    rings
        Addresses of rings that take cues; 0 for none.
    data, sender
        Room for a header and a datagram, and for who sent it.
    rows
        Room for cues.
    buckets
        What each sender may still send, in billionths of a message, and when that was (ns).
    counts
        See `COUNTED`.
    """

    setting: Words
    inner: Bytes
    addresses: Addresses
    controls: Words
    guests: Words
    rings: Words
    data: Bytes
    sender: Bytes
    rows: Words
    buckets: Words
    counts: Words


def new_receiver(
    socket: int, inner: bytes, controls: Words, guests: Words, rings: list[Words]
) -> Receiver:
    """A receiver that has heard nothing; keep the rings as long as it works."""
    return Receiver(
        setting=np.array([0, socket], np.int64),
        inner=np.frombuffer(inner.ljust(ADDRESS_BYTES, b"\0"), np.uint8).copy(),
        addresses=addresses(),
        controls=controls,
        guests=guests,
        rings=np.array([ring.ctypes.data for ring in rings], np.int64),
        # A byte more than the largest tells that one is too large.
        data=np.zeros(HEADER_BYTES + LARGEST_BYTES + 1, np.uint8),
        sender=np.zeros(ADDRESS_BYTES, np.uint8),
        rows=new_rows(),
        buckets=np.zeros((_BUCKETS + 2, 2), np.int64),
        counts=np.zeros(len(COUNTED), np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def serve(receiver: Receiver) -> None:
    """Receive until told to end."""
    setting = receiver.setting
    receiver.data[:HEADER_BYTES] = 0
    send_to(setting[SOCKET], receiver.data.ctypes.data, HEADER_BYTES, receiver.inner.ctypes.data)
    place, sender = receiver.data.ctypes.data + HEADER_BYTES, receiver.sender.ctypes.data
    began_ns, count = now_ns(), 0
    while load_acquire(setting, ENDING) == 0:
        size = receive_from(setting[SOCKET], place, LARGEST_BYTES + 1, sender)
        present_ns = now_ns()
        if size < 0:
            sleep_until(present_ns + _PAUSE_NS)
            continue
        if present_ns - began_ns >= _SLICE_NS:
            began_ns, count = present_ns, 0
        count += 1
        hear(receiver, size, present_ns)
        if count >= _MOST_A_SLICE:
            sleep_until(began_ns + _SLICE_NS)


@njit(cache=True, nogil=True, error_model="numpy")
def hear(receiver: Receiver, size: int, present_ns: int) -> None:
    """Judge a datagram that has come and lies in `data` behind its header; obey it, hand it on."""
    counts, data = receiver.counts, receiver.data[HEADER_BYTES:]
    counts[HEARD] += 1
    messages = osc_plain.plain_messages(data, size) if size <= LARGEST_BYTES else 0
    if messages == 0:
        counts[MALFORMED] += 1
        return
    host = osc_plain.big_endian(receiver.sender, 4, 4)
    port = osc_plain.big_endian(receiver.sender, 2, 2)
    is_stranger = not _is_guest(receiver.guests, host)
    counts[STRANGE] += is_stranger
    own = _KNOCKS if is_stranger else ((host << 16 | port) * 0x9E3779B1 >> 12) % _BUCKETS
    is_dropped = not _may_pass(receiver.buckets, own, messages, present_ns)
    counts[FLOODED] += is_dropped
    begin, end = 0, size
    if osc_plain.is_bundle(data, size):
        begin = FIRST_ELEMENT + 4
        end = begin + osc_plain.big_endian(data, FIRST_ELEMENT, 4)
    while begin < size:
        # The header takes the place of what was read already.
        following = end + 4
        following_end = following
        if following < size:
            following_end += osc_plain.big_endian(data, end, 4)
        is_obeyed = False
        if not is_stranger:
            is_obeyed = _obey(receiver, data, begin, end, is_dropped, present_ns)
        if is_obeyed or not is_dropped:
            _hand_on(receiver, begin, end, is_stranger)
        begin, end = following, following_end


@njit(cache=True, nogil=True, error_model="numpy")
def _obey(
    receiver: Receiver, data: Bytes, begin: int, end: int, is_dropped: bool, present_ns: int
) -> bool:
    """Turn an immediate control; whether the message did, and was not to be dropped."""
    place = _place(receiver.addresses, data, begin, end)
    if place < 0 or (is_dropped and place != PANIC):
        return False
    asked = osc_plain.value(data, begin, end)
    words = receiver.controls
    if words[LEARN] != 0 and place != PANIC:
        # A control that is touched then names what is taught, and keeps its value.
        return False
    if place in (PANIC, STOP):
        if not asked >= 0.5 or (place == STOP and words[LOCK] != 0):
            return False
        words[place] += 1
    elif not math.isfinite(asked):
        return False
    elif place >= LOUDNESS:
        words[place] = round(min(max(asked, 0.0), 1.0) * MILLION)
    else:
        words[place] = asked >= 0.5
    words[TURNED_NS + place] = present_ns
    for number in range(rows_of(words, place, present_ns, receiver.rows)):
        row = receiver.rows[number]
        for address in receiver.rings:
            ring = carray(pointer(address), (SIZE,), np.int64)
            push(ring, (row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]))
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _place(known: Addresses, data: Bytes, begin: int, end: int) -> int:
    """Place of the control that a message turns; -1 for any other."""
    for number in range(len(known.places)):
        text = known.text[number]
        at = 0
        while begin + at < end and at < len(text) and text[at] == data[begin + at]:
            if text[at] == 0:
                return int(known.places[number])
            at += 1
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _is_guest(guests: Words, host: int) -> bool:
    """Whether a host may steer: this machine, or one on the list."""
    if host >> 24 == _LOOPBACK:
        return True
    for number in range(min(load_acquire(guests, COUNT), MOST_GUESTS)):
        if guests[GUESTS + number] == host:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _may_pass(buckets: Words, own: int, messages: int, present_ns: int) -> bool:
    """Whether a sender, who has that bucket, may say so much more."""
    if own == _KNOCKS:
        return _draw(buckets[own], messages, KNOCKS_A_SECOND, KNOCKS_AT_ONCE, present_ns)
    return bool(
        _draw(buckets[own], messages, TURNS_A_SECOND, TURNS_AT_ONCE, present_ns)
        and _draw(buckets[_ALL], messages, ALL_TURNS_A_SECOND, ALL_TURNS_AT_ONCE, present_ns)
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _draw(bucket: Words, messages: int, a_second: int, at_once: int, present_ns: int) -> bool:
    """Take so much out of a bucket that fills steadily; false if there is not enough in it."""
    passed_ns = min(present_ns - bucket[1], _NS * at_once // a_second)
    bucket[0] = min(bucket[0] + passed_ns * a_second, _NS * at_once)
    bucket[1] = present_ns
    if bucket[0] < _NS * messages:
        return False
    bucket[0] -= _NS * messages
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _hand_on(receiver: Receiver, begin: int, end: int, is_stranger: bool) -> None:
    """Send a message on to the band, with its header in front of it."""
    for at in range(4):
        receiver.data[begin + at] = receiver.sender[4 + at]
    for at in range(2):
        receiver.data[begin + 4 + at] = receiver.sender[2 + at]
    receiver.data[begin + 6], receiver.data[begin + 7] = is_stranger, 0
    receiver.counts[UNDELIVERED] += not send_to(
        receiver.setting[SOCKET],
        receiver.data.ctypes.data + begin,
        HEADER_BYTES + end - begin,
        receiver.inner.ctypes.data,
    )
