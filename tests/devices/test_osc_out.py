"""Notes leave over OSC as the schema says, at their time, and can be taken back."""

import socket
import struct
import time

import pytest

from accompanist.devices.clock import VirtualClock
from accompanist.devices.errors import DeviceError
from accompanist.devices.osc_out import OscOut
from accompanist.dsp.osc_message import IMMEDIATELY, bundle, message, time_tag
from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic


class Peer:
    """A program that listens for OSC, and takes it apart."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(5.0)

    @property
    def destination(self):
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def receive(self):
        """Time tag (None for a plain message), address and arguments of the next datagram."""
        datagram = self.socket.recv(4096)
        if not datagram.startswith(b"#bundle\0"):
            return (None, *parsed(datagram))
        tag, size = struct.unpack(">Qi", datagram[8:20])
        assert len(datagram) == 20 + size
        return (tag, *parsed(datagram[20:]))

    def is_quiet(self):
        self.socket.settimeout(0.1)
        try:
            self.socket.recv(4096)
        except TimeoutError:
            return True
        return False


def parsed(content):
    address, rest = text(content)
    tags, rest = text(rest)
    arguments = []
    for tag in tags[1:]:
        if tag == "s":
            argument, rest = text(rest)
        else:
            argument, rest = struct.unpack(f">{tag}", rest[:4])[0], rest[4:]
        arguments.append(argument)
    assert rest == b""
    return address, arguments


def text(content):
    end = content.index(b"\0")
    return content[:end].decode(), content[end + 4 - end % 4 :]


@pytest.fixture
def peer():
    return Peer()


def note(note_id=7, on_s=1.0, off_s=1.5, part="bass"):
    return BandNote(0.5, note_id, part, on_s, off_s, 2.0, 40, 127, "model")


def test_a_note_goes_out_at_once_with_its_due_time(peer):
    clock = VirtualClock(0.25)
    before_s = time.time()
    OscOut(peer.destination, clock).send(note())
    after_s = time.time()
    tag, address, arguments = peer.receive()
    assert (address, arguments) == ("/note", ["bass", 40, 1.0, 0.5, 7])
    assert time_tag(before_s + 0.75) <= tag <= time_tag(after_s + 0.75)


def test_a_level_scales_velocities_and_never_beyond_full(peer):
    out = OscOut(peer.destination, VirtualClock())
    out.set_level("bass", 0.4)
    out.send(note())
    out.set_level("bass", 1.0)
    out.send(note(8))
    assert [peer.receive()[2][2] for _ in range(2)] == [0.5, 1.0]


def test_a_cut_goes_out_with_the_time_of_the_end(peer):
    out = OscOut(peer.destination, VirtualClock())
    out.send(note())
    out.send(NoteCut(0.6, 7, "bass", 1.25))
    on_tag, *_ = peer.receive()
    off_tag, address, arguments = peer.receive()
    assert (address, arguments) == ("/off", [7])
    assert (off_tag - on_tag) / 2**32 == pytest.approx(0.25, abs=0.05)


def test_a_held_note_is_told_of_once_and_lasts_until_its_cut(peer):
    clock = VirtualClock()
    out = OscOut(peer.destination, clock)
    out.send(note())
    on_tag, *_ = peer.receive()
    for off_s in (12.0, 18.0):
        out.send(NoteHeld(0.6, 7, "bass", off_s))
    hold_tag, address, arguments = peer.receive()
    assert (address, arguments) == ("/hold", [7])
    assert on_tag < hold_tag
    clock.wait_until(10.0)
    out.send(note(8, on_s=10.5, off_s=11.0))
    peer.receive()
    out.send(NoteCut(10.0, 7, "bass", 10.0))
    assert peer.receive()[1:] == ("/off", [7])


def test_a_held_note_that_nobody_cuts_ends_all_the_same(peer):
    clock = VirtualClock()
    out = OscOut(peer.destination, clock)
    out.send(note())
    out.send(NoteHeld(0.6, 7, "bass", 12.0))
    clock.wait_until(12.5)
    out.send(note(8, on_s=13.0, off_s=13.5))
    assert [peer.receive()[1] for _ in range(4)] == ["/note", "/hold", "/off", "/note"]


def test_a_cut_of_a_note_that_has_ended_is_not_sent(peer):
    clock = VirtualClock()
    out = OscOut(peer.destination, clock)
    out.send(note())
    peer.receive()
    clock.wait_until(2.0)
    out.send(note(8, on_s=2.5, off_s=3.0))
    peer.receive()
    out.send(NoteCut(2.0, 7, "bass", 2.0))
    assert peer.is_quiet()


@pytest.mark.parametrize("end", [lambda out: out.send(Panic(0.0)), lambda out: out.close()])
def test_panic_and_close_end_every_note(peer, end):
    out = OscOut(peer.destination, VirtualClock())
    out.send(note(1))
    out.send(note(2))
    end(out)
    heard = [peer.receive()[1:] for _ in range(4)]
    assert heard[2:] == [("/off", [1]), ("/off", [2])]


def test_beats_and_chords_are_told(peer):
    out = OscOut(peer.destination, VirtualClock())
    out.beat(9, 0.1, 96.5)
    out.chord("G:min7/b3")
    assert peer.receive()[1:] == ("/beat", [9, 96.5])
    assert peer.receive()[1:] == ("/chord", ["G:min7/b3"])


def test_immediate_messages_leave_when_due_and_without_time_tags(peer):
    clock = VirtualClock()
    out = OscOut(peer.destination, clock, immediate=True)
    out.send(note(on_s=0.1, off_s=1.1))
    out.flush()
    assert peer.is_quiet()
    clock.wait_until(0.1)
    out.flush()
    assert peer.receive()[:2] == (None, "/note")


def test_an_immediate_note_can_be_taken_back_before_it_is_due(peer):
    clock = VirtualClock()
    out = OscOut(peer.destination, clock, immediate=True)
    out.send(note(1, on_s=0.3, off_s=1.3))
    out.send(note(2, on_s=0.3, off_s=1.3))
    out.send(NoteCut(0.0, 1, "bass", 0.3))
    clock.wait_until(0.3)
    out.flush()
    assert peer.receive()[2][4] == 2
    out.close()
    assert peer.receive()[1:] == ("/off", [2])
    assert peer.is_quiet()


def test_a_peer_that_is_not_there_is_no_trouble():
    peer = Peer()
    destination = peer.destination
    peer.socket.close()
    out = OscOut(destination, VirtualClock())
    for number in range(10):
        out.send(note(number))
    out.close()


@pytest.mark.parametrize("destination", ["", "localhost", "localhost:", ":57120", "h:0", "h:65536"])
def test_a_destination_that_makes_no_sense_is_refused(destination):
    with pytest.raises(DeviceError, match="is no OSC address"):
        OscOut(destination, VirtualClock())


def test_an_unknown_host_is_refused():
    with pytest.raises(DeviceError, match="is unknown"):
        OscOut("no-such-host.invalid:57120", VirtualClock())


def test_a_message_is_padded_to_four_bytes():
    assert message("/off", 7) == b"/off\0\0\0\0,i\0\0\0\0\0\7"


def test_a_bundle_holds_its_time_tag_and_each_message_with_its_size():
    content = message("/a", "b")
    assert bundle(IMMEDIATELY, content) == (
        b"#bundle\0" + b"\0" * 7 + b"\1" + b"\0\0\0\x0c" + b"/a\0\0,s\0\0b\0\0\0"
    )
