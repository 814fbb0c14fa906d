"""Surfaces turn the controls over real sockets, and are shown what changes."""

import socket
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pyliblo3
import pytest

from accompanist.control.guests import Guests
from accompanist.control.osc_codec import LibloCodec, OwnCodec
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_receiver import OscReceiver
from accompanist.control.osc_server import OscServer as BandsServer
from accompanist.control.shown import shown_defaults
from accompanist.control.surfaces import REPLY_PORT
from accompanist.control.turns import MOST_WAITING
from accompanist.dsp import cue, ring
from accompanist.music.band import ControlRefused, ControlTaken, LearnSaid
from accompanist.music.chord import Chord
from accompanist.music.events import ControlTouch, ControlTurn
from accompanist.music.heard import ChordExpected, KeyHeard, StateHeard
from accompanist.music.key import Key
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.section import SectionBegun
from tests.conftest import poll, program
from tests.control.serving import OscServer
from tests.control.surface import TestSurface, bundle, message, raw

NOW_S = 12.5
LOOPBACK = "127.0.0.1"


def liblo_codec(outer):
    return LibloCodec(outer, pyliblo3)


CODECS = {"liblo": liblo_codec, "own": OwnCodec}


@pytest.fixture(params=CODECS)
def server(request):
    """A server, once with liblo and once with what stands in for it."""
    serving = OscServer(0, now_s=lambda: NOW_S, codec=CODECS[request.param])
    yield serving
    serving.close()


@pytest.fixture
def surface(server):
    surface = TestSurface(server.port)
    surface.subscribe()
    return surface


def turns(server: OscServer, count: int = 1) -> list[ControlTurn]:
    taken = []
    poll(lambda: taken.extend(server.poll()) or len(taken) >= count, what="a turn")
    return taken


def taken(name: str, value: float | int | str) -> ControlTaken:
    return ControlTaken(0.0, f"/accompanist/{name}", value, "osc")


def oscsend(port: int, *words: str) -> None:
    subprocess.run([program("oscsend", "liblo-tools"), LOOPBACK, str(port), *words], check=True)


def test_a_fader_becomes_a_turn_stamped_with_the_engine_clock(server, surface):
    surface.send("/accompanist/density", 0.25)
    assert turns(server) == [ControlTurn(NOW_S, "/accompanist/density", 0.25, "osc")]


def test_values_are_clamped_to_their_range(server, surface):
    surface.send("/accompanist/ending_bars", 1000)
    assert turns(server)[0].value == 64


def test_turns_are_taken_in_order_and_once(server, surface):
    for share in (0.0, 0.5, 1.0):
        surface.send("/accompanist/bass/level", share)
    assert [turn.value for turn in turns(server, 3)] == [0.0, 0.5, 1.0]
    assert server.poll() == []


def test_a_turn_is_not_taken_before_its_time(server, surface):
    surface.send("/accompanist/density", 0.25)
    surface.wait_for(lambda: server._turns, "the turn")
    assert server.take(NOW_S - 0.1) == ()
    assert len(server.take(NOW_S)) == 1


def test_a_trigger_needs_no_value(server, surface):
    surface.send("/accompanist/panic")
    assert turns(server)[0] == ControlTurn(NOW_S, "/accompanist/panic", 1, "osc")


def test_a_trigger_fires_on_the_way_down_only(server, surface):
    surface.send("/accompanist/tap", 1.0)
    surface.send("/accompanist/tap", 0.0)
    surface.send("/accompanist/density", 0.5)
    assert [turn.address for turn in turns(server, 2)] == [
        "/accompanist/tap",
        "/accompanist/density",
    ]


def test_a_bundle_that_was_due_a_moment_ago_is_heard_and_one_for_later_is_not(server):
    now = pyliblo3.time()
    later, earlier = (int((now + seconds) * 2**32) for seconds in (60.0, -0.1))
    raw(server.port, bundle(message(b"/accompanist/bass/mute"), time_tag=later))
    raw(server.port, bundle(message(b"/accompanist/drums/mute"), time_tag=earlier))
    assert [turn.address for turn in turns(server)] == ["/accompanist/drums/mute"]
    assert server.counts["malformed"] == 1


def test_messages_in_a_bundle_are_heard(server):
    raw(
        server.port,
        bundle(message(b"/accompanist/bass/mute"), message(b"/accompanist/drums/mute")),
    )
    assert [turn.address for turn in turns(server, 2)] == [
        "/accompanist/bass/mute",
        "/accompanist/drums/mute",
    ]


def test_first_contact_brings_the_whole_state(surface):
    shown = {address: arguments[0][1] for address, arguments in shown_defaults().items()}
    for address, value in shown.items():
        seen = surface.value(address)
        assert seen == (pytest.approx(value) if isinstance(value, float) else value)


def test_first_contact_finds_a_band_that_waits(surface):
    assert surface.value("/accompanist/heard/section") == "waiting"
    assert surface.value("/accompanist/heard/variation") == "B"


def test_a_section_is_shown_as_it_begins_and_to_whoever_comes_later(server, surface):
    server.show(SectionBegun(1.0, 1.1, "fill", "funk", "C"))
    latecomer = TestSurface(server.port)
    latecomer.subscribe()
    for each in (surface, latecomer):
        each.wait_for(
            lambda each=each: (
                each.value("/accompanist/heard/section") == "fill"
                and each.value("/accompanist/heard/variation") == "C"
            ),
            "the fill",
        )


def test_a_fill_in_the_same_variation_says_the_section_alone(server, surface):
    for section in ("groove", "fill"):
        server.show(SectionBegun(1.0, 1.1, section, "funk", "B"))
        surface.wait_for(
            lambda name=section: surface.value("/accompanist/heard/section") == name, section
        )
    assert surface.times("/accompanist/heard/variation") == 1


def test_sync_brings_the_whole_state_again(server, surface):
    before = len(surface.said)
    surface.send("/accompanist/sync")
    surface.wait_for(lambda: len(surface.said) == 2 * before, "the whole state")


def test_sync_includes_what_was_heard(server, surface):
    server.show(KeyHeard(1.0, Key(2, "minor"), 0.9))
    surface.wait_for(lambda: surface.value("/accompanist/heard/key"), "the key")
    latecomer = TestSurface(server.port)
    latecomer.subscribe()
    latecomer.wait_for(
        lambda: latecomer.value("/accompanist/heard/key") == "D minor", "the same key"
    )


def test_two_surfaces_both_see_a_change(server, surface):
    other = TestSurface(server.port)
    other.subscribe()
    server.show(taken("style", "jazz"))
    for each in (surface, other):
        each.wait_for(lambda each=each: each.value("/accompanist/style") == "jazz", "the style")


def test_what_was_heard_is_shown_as_it_is_said(server, surface):
    server.show(StateHeard(1.0, "locked"))
    surface.wait_for(lambda: surface.value("/accompanist/heard/state") == "locked", "the state")


def test_what_did_not_change_is_not_said_twice(server, surface):
    for _ in range(3):
        server.show(StateHeard(1.0, "locked"))
        server.show(taken("bass/mute", 1))
        surface.wait_for(lambda: surface.value("/accompanist/bass/mute") == 1, "the mute")
    assert surface.times("/accompanist/heard/state") == 1


@pytest.mark.parametrize(
    ("address", "argument"),
    [("/accompanist/intensity/touch", 1), ("/accompanist/learn/target", "intensity")],
)
def test_a_control_is_touched_by_a_finger_or_named_by_a_script(server, surface, address, argument):
    surface.send(address, argument)
    assert turns(server) == [ControlTouch(NOW_S, "/accompanist/intensity")]


def test_a_finger_taken_away_is_no_touch(server, surface):
    surface.send("/accompanist/intensity/touch", 0)
    surface.send("/accompanist/density", 0.25)
    assert turns(server) == [ControlTurn(NOW_S, "/accompanist/density", 0.25, "osc")]


def test_a_name_that_is_no_control_is_refused(server, surface):
    surface.send("/accompanist/learn/target", "volume")
    surface.send("/accompanist/learn/target")
    poll(lambda: server.refused == 2, what="the refusals")
    assert server.poll() == []


def test_what_learning_says_is_shown(server, surface):
    server.show(LearnSaid(0.0, "intensity is on CC 74"))
    surface.wait_for(
        lambda: surface.value("/accompanist/heard/learn") == "intensity is on CC 74", "it"
    )


def test_a_touched_fader_gets_no_echo_until_it_is_let_go(server, surface):
    other = TestSurface(server.port)
    other.subscribe()
    surface.send("/accompanist/intensity/touch", 1)
    surface.send("/accompanist/bass/mute", 1)
    turns(server)  # the touch came before, so it has been heard
    server.show(taken("intensity", 0.75))
    server.show(taken("bass/mute", 1))
    surface.wait_for(lambda: surface.value("/accompanist/bass/mute") == 1, "the mute")
    other.wait_for(lambda: other.value("/accompanist/intensity") == 0.75, "the other's echo")
    surface.listen()
    assert surface.value("/accompanist/intensity") == 0.5
    surface.send("/accompanist/intensity/touch", 0)
    surface.wait_for(lambda: surface.value("/accompanist/intensity") == 0.75, "the echo")


def test_a_value_that_does_not_fit_is_answered_with_the_one_that_holds(server, surface):
    surface.send("/accompanist/style", "polka")
    surface.wait_for(lambda: surface.times("/accompanist/style") == 2, "the style that holds")
    assert surface.value("/accompanist/style") == "pop"
    assert server.refused == 1
    assert server.poll() == []


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/accompanist/nothing", [1]),
        ("/elsewhere", [1]),
        ("/accompanist/density", []),
        ("/accompanist/density", [float("nan")]),
        ("/accompanist/heard/tempo", [120.0]),
        ("/accompanist/subscribe", [0]),
        ("/accompanist/subscribe", ["here"]),
        ("/accompanist/nothing/touch", [1]),
    ],
)
def test_what_is_no_parameter_is_refused_and_counted(server, surface, address, values):
    surface.send(address, *values)
    poll(lambda: server.refused == 1, what="the refusal")
    assert server.poll() == []


def test_turns_nobody_takes_are_dropped_and_counted(server):
    for number in range(MOST_WAITING + 128):
        server._hear("/accompanist/bass/mute", [1], (LOOPBACK, 40_000 + number % 4), False)
    assert len(server.poll()) == MOST_WAITING
    assert server.dropped == 128


MALFORMED = [
    b"",
    b"\0",
    b"/",
    b"noise",
    b"/accompanist/density",
    b"/accompanist/density\0\0\0\0,f\0\0",
    message(b"/accompanist/style", b",s", b"\xff\xfe\0\0"),
    message(b"/accompanist/\xff\xff", b",i"),
    message(b"/accompanist/density", b",b", b"\xff\xff\xff\xff"),
    b"#bundle\0",
    b"#bundle\0" + bytes(7) + b"\1" + b"\xff\xff\xff\xfc",
    bundle(message(b"/a"), time_tag=2**64 - 1),
    bundle(bundle(bundle(message(b"/accompanist/density")))),
    message(b"/accompanist/style", b",s", b"x" * 60_000 + b"\0\0\0\0"),
    b"\xff" * 65_000,
]


def test_malformed_datagrams_are_counted_and_the_next_message_is_heard(server, capfd):
    raw(server.port, *MALFORMED, message(b"/accompanist/bass/mute"))
    assert [turn.address for turn in turns(server)] == ["/accompanist/bass/mute"]
    assert server.counts["malformed"] == len(MALFORMED)
    assert server.ignored == 0
    assert capfd.readouterr().err == ""


def test_a_flood_does_not_drown_another_surface(server):
    fader = message(b"/accompanist/density", b",f", b"\x3f\0\0\0")
    for _ in range(10):
        raw(server.port, *[fader] * 1000)
    mute = message(b"/accompanist/bass/mute")
    poll(
        lambda: (
            raw(server.port, mute) or any(turn.address.endswith("mute") for turn in server.poll())
        ),
        what="the mute",
    )


def test_what_needs_no_thought_becomes_cues_without_the_band(server, surface):
    surface.send("/accompanist/bass/mute", 1)
    poll(lambda: ring.waiting(server.cues), what="the cue")
    row = np.zeros(ring.WIDTH, np.int64)
    ring.pop_into(server.cues, row)
    assert tuple(row[:3]) == (cue.HUSH, cue.LANES.index("bass"), 1)


def test_showing_never_waits_however_much_is_shown(server):
    began_s = time.monotonic()
    for share in range(10_000):
        server.show(taken("density", share / 10_000))
    assert time.monotonic() - began_s < 5
    surface = TestSurface(server.port)
    surface.subscribe()
    surface.wait_for(
        lambda: surface.value("/accompanist/density") == pytest.approx(0.9999), "the last value"
    )


def test_a_closed_server_leaves_its_port_open_for_the_next():
    port = OscPort.opened(0)
    for _ in range(2):
        BandsServer(port, now_s=lambda: NOW_S).close()
    assert port.number
    port.close()


def another_receiver(server):
    return OscReceiver(server.osc_port, server.controls, server.guest_words, [server.cues])


def test_a_receiver_that_begins_has_every_surface_told_everything(server, surface):
    before = len(surface.said)
    server.receiver.close()
    server.receiver = another_receiver(server)
    surface.wait_for(lambda: len(surface.said) == 2 * before, "the whole state")


def test_what_is_said_while_nobody_reads_the_port_is_heard_afterwards(server, surface):
    server.receiver.close()
    surface.send("/accompanist/bass/mute", 1)
    server.receiver = another_receiver(server)
    assert turns(server)[0].address == "/accompanist/bass/mute"


def test_a_band_that_is_back_greets_the_surfaces_that_the_last_one_knew(server, surface):
    known = server._surfaces.to_text()
    second = BandsServer(server.osc_port, now_s=lambda: NOW_S, known=known)
    values = ParameterValues()
    values.take("/accompanist/style", "jazz")
    before = len(surface.said)
    second.greet(values)
    surface.wait_for(lambda: len(surface.said) >= 2 * before, "the whole state")
    second.close()
    assert surface.value("/accompanist/style") == "jazz"


def test_whoever_remembers_is_told_of_every_new_surface():
    known = []
    server = OscServer(0, now_s=lambda: NOW_S, remember=known.append)
    surface = TestSurface(server.port)
    surface.subscribe()
    server.close()
    assert str(surface.port) in known[-1]


def test_a_surface_that_was_silent_for_long_is_told_everything_but_what_it_turns(server, surface):
    server._now_s = lambda: NOW_S + 60.0
    surface.send("/accompanist/bass/level", 0.25)
    surface.wait_for(lambda: surface.times("/accompanist/sync/link") == 2, "it all again")
    assert surface.times("/accompanist/drums/level") == 2
    assert surface.times("/accompanist/bass/level") == 1


def test_a_stranger_turns_nothing_and_is_told_of_once():
    told = []
    server = OscServer(0, now_s=lambda: NOW_S, tell=told.append)
    code = Guests(server.guest_words).open("abc")
    for address in ("pair", "density", "density"):
        server._hear(f"/accompanist/{address}", [0.5], ("192.0.2.7", 50_000), True)
    assert server.poll() == []
    assert server.strangers == 3
    assert told == [
        f"192.0.2.7 wants to steer and may not; type {code} on its Setup page (or have it "
        f"send /accompanist/pair {code}), "
        "or start with --allow 192.0.2.7"
    ]
    server._hear("/accompanist/pair", [code], ("192.0.2.7", 50_000), True)
    assert told[1:] == ["the surface at 192.0.2.7 may steer now"]
    server.close()


def test_no_thread_and_no_socket_outlive_a_server():
    threads = threading.active_count()
    sockets = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        OscServer(0, now_s=lambda: NOW_S).close()
    assert threading.active_count() == threads
    assert len(list(Path("/dev/fd").iterdir())) == sockets


def test_oscsend_turns_a_control(server):
    oscsend(server.port, "/accompanist/style", "s", "jazz")
    assert turns(server) == [ControlTurn(NOW_S, "/accompanist/style", "jazz", "osc")]


def test_oscdump_sees_the_state_and_what_is_heard(server, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    dump = tmp_path / "dump.txt"
    with dump.open("w") as stream:
        dumping = subprocess.Popen(
            [program("oscdump", "liblo-tools"), "-L", str(port)], stdout=stream
        )
    try:

        def asked_and_answered() -> bool:
            oscsend(server.port, "/accompanist/subscribe", "i", str(port))
            return '/accompanist/style s "pop"' in dump.read_text()

        poll(asked_and_answered, what="the state")
        server.show(KeyHeard(1.0, Key(2, "minor"), 0.9))
        server.show(ChordExpected(1.0, 1.5, Chord(7, "7"), 0.5))
        server.show(SectionBegun(1.0, 1.1, "break", "pop", "B"))
        poll(lambda: '/accompanist/heard/key s "D minor"' in dump.read_text(), what="the key")
        poll(
            lambda: '/accompanist/heard/chord_expected sf "G:7" 0.5' in dump.read_text(),
            what="the chord",
        )
        poll(lambda: '/accompanist/heard/section s "break"' in dump.read_text(), what="the break")
    finally:
        dumping.terminate()
        dumping.wait()


def test_a_surface_that_does_not_subscribe_is_answered_on_port_9000(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        try:
            listening.bind((LOOPBACK, REPLY_PORT))
        except OSError:
            pytest.fail(f"UDP port {REPLY_PORT} is in use; close the program that holds it")
        listening.settimeout(10)
        oscsend(server.port, "/accompanist/sync")
        assert listening.recv(4096).startswith(b"/accompanist/")


def test_a_fader_that_is_locked_snaps_back(server, surface):
    style = "/accompanist/style"
    surface.send(style, "jazz")
    turns(server)
    shown = surface.times(style)
    server.show(ControlRefused(0.0, style, "pop", "osc"))
    surface.wait_for(lambda: surface.times(style) > shown, "the style it keeps")
    assert surface.value(style) == "pop"
