"""The receiver obeys what needs no thought, hands everything on, and lets nobody flood the band."""

import socket
import struct

import numpy as np
import pytest

from accompanist.dsp import cue, immediate, osc_receiver, ring
from accompanist.dsp.cue import LANES
from accompanist.dsp.guest_list import COUNT, GUEST_LIST_WORDS, GUESTS
from accompanist.dsp.immediate import LEARN, LOCK, LOUDNESS, MUTE, SOLO, STOP, TURNED_NS
from accompanist.dsp.immediate_cues import QUIET_NS
from accompanist.dsp.osc_message import bundle, message
from accompanist.dsp.osc_receiver import (
    COUNTED,
    HEADER_BYTES,
    KNOCKS_AT_ONCE,
    LARGEST_BYTES,
    TURNS_A_SECOND,
    TURNS_AT_ONCE,
)

LOOPBACK, TABLET = "127.0.0.1", "192.0.2.20"
DRUMS, BASS, HARMONY = (LANES.index(part) for part in ("drums", "bass", "harmony"))
START_NS, SECOND_NS = 1_000_000_000_000, 1_000_000_000


class Door:
    """A receiver to which datagrams come when a test says so, and the band's end of it."""

    def __init__(self):
        self.band = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.band.bind((LOOPBACK, 0))
        self.band.setblocking(False)
        self.outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.outer.bind((LOOPBACK, 0))
        self.controls = immediate.new_words()
        self.guests = np.zeros(GUEST_LIST_WORDS, np.int64)
        self.ring = ring.new_ring()
        port = struct.pack("=HH", socket.AF_INET, socket.htons(self.band.getsockname()[1]))
        self.receiver = osc_receiver.new_receiver(
            self.outer.fileno(),
            port + socket.inet_aton(LOOPBACK),
            self.controls,
            self.guests,
            [self.ring],
        )
        self.now_ns = START_NS

    def come(self, datagram, host=LOOPBACK, port=50_000):
        sender = struct.pack("=HH", socket.AF_INET, socket.htons(port)) + socket.inet_aton(host)
        self.receiver.sender[: len(sender)] = np.frombuffer(sender, np.uint8)
        place = self.receiver.data[HEADER_BYTES : HEADER_BYTES + len(datagram)]
        place[:] = np.frombuffer(datagram, np.uint8)[: len(place)]
        osc_receiver.hear(self.receiver, len(datagram), self.now_ns)

    def turn(self, name, *values, **more):
        self.come(message(f"/accompanist/{name}", *values), **more)

    def cues(self):
        """Kind, lane and value of every cue made."""
        row, made = np.zeros(ring.WIDTH, np.int64), []
        for _ in range(ring.waiting(self.ring)):
            ring.pop_into(self.ring, row)
            made.append(tuple(int(column) for column in row[:3]))
        return made

    def handed_on(self):
        """Everything that the band was given: header and message."""
        given = []
        while True:
            try:
                datagram = self.band.recv(2 * LARGEST_BYTES)
            except BlockingIOError:
                return given
            given.append((datagram[:HEADER_BYTES], datagram[HEADER_BYTES:]))

    @property
    def counts(self):
        counted = zip(COUNTED, self.receiver.counts.tolist(), strict=True)
        return {name: count for name, count in counted if count and name != "heard"}


@pytest.fixture
def door():
    door = Door()
    yield door
    door.band.close()
    door.outer.close()


def test_a_message_goes_on_with_its_sender_in_front(door):
    said = message("/accompanist/style", "jazz")
    door.come(said, port=0x1234)
    assert door.handed_on() == [(bytes((127, 0, 0, 1, 0x12, 0x34, 0, 0)), said)]
    assert door.cues() == []


def test_messages_of_a_bundle_go_on_one_by_one(door):
    said = [message("/a", 1), message("/accompanist/style", "jazz"), message("/b")]
    door.come(bundle(1, *said))
    assert [content for _, content in door.handed_on()] == said


def test_a_mute_hushes_its_lane_and_no_other(door):
    door.turn("bass/mute", 1)
    door.turn("bass/mute", 0)
    assert door.cues() == [(cue.HUSH, BASS, 1), (cue.HUSH, BASS, 0)]
    assert door.controls[MUTE + BASS] == 0
    assert door.controls[TURNED_NS + MUTE + BASS] == START_NS


def test_a_solo_hushes_the_others(door):
    door.turn("bass/solo", 1)
    assert door.cues() == [(cue.HUSH, DRUMS, 1), (cue.HUSH, BASS, 0), (cue.HUSH, HARMONY, 1)]
    door.turn("drums/solo", 1)
    assert door.cues() == [(cue.HUSH, DRUMS, 0), (cue.HUSH, BASS, 0), (cue.HUSH, HARMONY, 1)]


def test_a_muted_part_stays_silent_when_it_is_solo(door):
    door.turn("bass/mute", 1)
    door.turn("bass/solo", 1)
    assert door.cues()[-2] == (cue.HUSH, BASS, 1)
    assert door.controls[SOLO + BASS] == 1


def test_a_level_becomes_loudness_together_with_the_bands(door):
    door.turn("bass/level", 0.5)
    door.turn("band/level", 0.4)
    door.turn("bass/level", 2.0)
    assert door.cues() == [
        (cue.LEVEL, BASS, 500_000),
        (cue.LEVEL, DRUMS, 400_000),
        (cue.LEVEL, BASS, 250_000),
        (cue.LEVEL, HARMONY, 400_000),
        (cue.LEVEL, BASS, 500_000),
    ]
    assert door.controls[LOUDNESS + BASS] == 1_000_000


def test_a_level_is_never_louder_than_full(door):
    door.turn("band/level", 1.0)
    assert {loudness for _, _, loudness in door.cues()} == {1_000_000}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.5"])
def test_what_is_no_number_is_for_the_band_to_judge(door, value):
    door.turn("bass/level", value)
    assert door.cues() == []
    assert len(door.handed_on()) == 1


def test_panic_silences_everything_and_a_while_after(door):
    door.turn("panic")
    row = np.zeros(ring.WIDTH, np.int64)
    ring.pop_into(door.ring, row)
    assert row[cue.KIND] == cue.SILENCE
    assert row[cue.OFF_NS] == START_NS + QUIET_NS


def test_the_way_up_of_a_button_does_nothing(door):
    door.turn("panic", 0.0)
    door.turn("stop", 0)
    assert door.cues() == []
    assert len(door.handed_on()) == 2


def test_stop_releases_everything_but_not_while_it_is_locked(door):
    door.turn("stop", 1)
    assert door.cues() == [(cue.RELEASE, 0, 0)]
    door.controls[LOCK] = 1
    door.turn("stop", 1)
    assert door.cues() == []
    assert door.controls[STOP] == 1
    assert len(door.handed_on()) == 2


def test_while_controls_are_taught_a_touched_one_stays_as_it_is_and_panic_works(door):
    door.controls[LEARN] = 1
    for name in ("bass/mute", "bass/level", "stop"):
        door.turn(name, 1)
    assert door.cues() == []
    door.turn("panic")
    assert [kind for kind, _, _ in door.cues()] == [cue.SILENCE]
    assert len(door.handed_on()) == 4


def test_an_address_that_only_begins_like_one_is_another(door):
    for name in ("panic/touch", "bass/mutes", "bass/level/touch", "bass"):
        door.turn(name, 1)
    assert door.cues() == []


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"noise",
        bytes(LARGEST_BYTES),
        message("/accompanist/style", "x" * LARGEST_BYTES),
        message("/accompanist/panic", 1, 2),
        bundle(1, message("/accompanist/panic"), b"noise"),
        bundle(1, bundle(1, message("/accompanist/panic"))),
        bundle(2**64 - 1, message("/accompanist/panic")),
    ],
)
def test_what_is_malformed_or_too_long_is_counted_and_dropped_whole(door, datagram):
    door.come(datagram)
    assert (door.cues(), door.handed_on(), door.counts) == ([], [], {"malformed": 1})


def test_of_one_sender_no_more_goes_on_than_fingers_can_play(door):
    for _ in range(TURNS_AT_ONCE + 10):
        door.turn("bass/mute", 1)
        door.handed_on()
    assert door.counts == {"flooded": 10}
    assert len(door.cues()) == TURNS_AT_ONCE
    door.now_ns += SECOND_NS // TURNS_A_SECOND
    door.turn("bass/mute", 0)
    assert door.cues() == [(cue.HUSH, BASS, 0)]
    assert len(door.handed_on()) == 1


def test_a_flood_of_one_sender_leaves_room_for_another(door):
    for _ in range(TURNS_AT_ONCE + 10):
        door.turn("density", 0.5)
        door.handed_on()
    door.turn("bass/mute", 1, port=50_001)
    assert door.cues() == [(cue.HUSH, BASS, 1)]


def test_a_bundle_counts_as_all_its_messages(door):
    full = bundle(1, *[message("/a")] * 200)
    for _ in range(4):
        door.come(full)
        door.handed_on()
    assert door.counts == {"flooded": 2}


def test_panic_is_obeyed_and_handed_on_in_any_flood(door):
    for _ in range(TURNS_AT_ONCE):
        door.turn("density", 0.5)
        door.handed_on()
    door.turn("panic")
    assert [kind for kind, _, _ in door.cues()] == [cue.SILENCE]
    assert len(door.handed_on()) == 1


def test_a_stranger_is_not_obeyed_but_may_knock(door):
    door.turn("panic", host=TABLET)
    ((header, _),) = door.handed_on()
    assert header[:4] == socket.inet_aton(TABLET)
    assert header[6] == 1
    assert door.cues() == []
    assert door.counts == {"strange": 1}


def test_strangers_knock_only_so_often(door):
    for number in range(KNOCKS_AT_ONCE + 5):
        door.turn("density", 0.5, host=f"192.0.2.{number}")
    assert len(door.handed_on()) == KNOCKS_AT_ONCE
    assert door.counts == {"strange": KNOCKS_AT_ONCE + 5, "flooded": 5}


def test_a_guest_is_obeyed(door):
    door.guests[GUESTS] = int.from_bytes(socket.inet_aton(TABLET), "big")
    door.guests[COUNT] = 1
    door.turn("bass/mute", 1, host=TABLET)
    assert door.cues() == [(cue.HUSH, BASS, 1)]
    assert door.handed_on()[0][0][6] == 0
