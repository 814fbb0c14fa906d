"""Native JACK clients play, answer and listen in machine code alone."""

import os

import numba
import numpy as np
import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_probe import NativeClient, sleep_latenesses_ns
from accompanist.devices.jack_server import running_jack
from tests.conftest import poll


@pytest.fixture
def trio(jack_server):
    player = NativeClient("play", "play", (), ("out",), 240)
    through = NativeClient("through", "answer", ("in",), ("out",))
    listener = NativeClient("listen", "listen", ("in",))
    player.connect("play:out", "through:in")
    player.connect("through:out", "listen:in")
    yield player, listener
    for client in (player, through, listener):
        client.close()


def test_every_note_comes_back_in_order_and_after_it_was_played(trio):
    player, listener = trio
    player.enable(True)
    poll(lambda: len(player.records()) >= 50, what="fifty notes")
    player.enable(False)
    poll(lambda: len(listener.records()) == len(player.records()), what="their return")
    played, heard = player.records(), listener.records()
    assert np.array_equal(played[:, 1], heard[:, 1])
    assert (heard[:, 0] > played[:, 0]).all()


def test_notes_in_a_row_are_never_alike(trio):
    player, _ = trio
    player.enable(True)
    poll(lambda: len(player.records()) >= 140, what="140 notes")
    messages = player.records()[:140, 1]
    assert len(set(messages.tolist())) == 140
    assert set((messages & 0xFF).tolist()) == {0x90}


def test_nothing_is_played_before_it_is_enabled(trio):
    player, listener = trio
    assert len(player.records()) == len(listener.records()) == 0


def test_the_server_says_its_rate_and_period(trio, jack_server):
    player, _ = trio
    assert player.sample_rate == jack_server.sample_rate
    assert player.period_frames == jack_server.period_frames


def test_a_port_that_is_not_there_is_refused(trio):
    player, _ = trio
    assert player.sees("listen:in")
    assert not player.sees("nobody:in")
    with pytest.raises(DeviceError, match="does not connect play:out to nobody:in"):
        player.connect("play:out", "nobody:in")


def test_a_bare_thread_never_wakes_too_early():
    late_ns = sleep_latenesses_ns(20, 500)
    assert late_ns.shape == (20,)
    assert (late_ns >= 0).all()


def test_no_callback_can_enter_the_interpreter_or_allocate():
    from accompanist.dsp import jack_kernels

    for name in ("_play", "_answer", "_listen"):
        compiled = numba.cfunc(jack_kernels.SIGNATURE, error_model="numpy")
        code = compiled(getattr(jack_kernels, name))._library.get_asm_str()
        for forbidden in ("numba_do_raise", "numba_unpickle", "NRT_MemInfo_alloc"):
            assert forbidden not in code, f"{name} calls {forbidden}"


def test_a_server_that_runs_is_used_and_left_running(jack_server):
    with running_jack() as is_own:
        assert is_own is False
    assert jack_server.process.poll() is None


def test_where_none_runs_one_is_started_and_ended(monkeypatch):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "there-is-none")
    with running_jack() as is_own:
        assert is_own is True
        client = NativeClient("guest", "listen", ("in",))
        assert client.period_frames == 64
        client.close()
    assert os.environ["JACK_DEFAULT_SERVER"] == "there-is-none"
    with pytest.raises(DeviceError, match="no JACK server runs"):
        NativeClient("guest", "listen", ("in",))
