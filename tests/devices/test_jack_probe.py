"""Native JACK clients play, recite, answer, click, listen and doze in machine code alone."""

import os

import numba
import numpy as np
import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import running_jack
from accompanist.dsp.cue import packed
from accompanist.dsp.jack_kernels import late_wakes_ns
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


def test_every_message_comes_back_in_order_at_its_frame_after_it_was_played(trio):
    player, listener = trio
    player.enable(True)
    poll(lambda: len(player.records()) >= 100, what="fifty notes")
    player.enable(False)
    poll(lambda: len(listener.records()) == len(player.records()), what="their return")
    played, heard = player.records(), listener.records()
    assert np.array_equal(played[:, 1], heard[:, 1])
    assert np.array_equal(played[:, 2], heard[:, 2])
    assert (heard[:, 0] > played[:, 0]).all()


def test_notes_end_before_the_next_begins_and_none_in_a_row_are_alike(trio):
    player, _ = trio
    player.enable(True)
    poll(lambda: len(player.records()) >= 200, what="a hundred notes")
    messages = player.records()[:200, 1]
    assert len(set(messages[::2].tolist())) == 100
    assert set((messages[::2] & 0xFF).tolist()) == {0x90}
    assert np.array_equal(messages[1::2], messages[::2] & 0xFF00 | 0x80)


def test_what_sounds_is_ended_when_it_is_told_to_stop(trio):
    player, _ = trio
    player.enable(True)
    poll(lambda: len(player.records()) >= 7, what="some notes")
    player.enable(False)
    poll(lambda: len(player.records()) % 2 == 0, what="the last note's end")


def test_nothing_is_played_before_it_is_enabled(trio):
    player, listener = trio
    assert len(player.records()) == len(listener.records()) == 0


def test_every_cycle_is_written_down_in_step_with_the_frames(trio, jack_server):
    _, listener = trio
    poll(lambda: len(listener.cycles()) >= 50, what="fifty cycles")
    cycles = listener.cycles()
    steps = np.diff(cycles[:, 0])
    assert (np.diff(cycles[:, 1]) > 0).all()
    assert np.median(steps) == jack_server.period_frames


def test_a_message_told_is_recited(jack_server):
    speaker = NativeClient("speaker", "recite", (), ("one", "two"))
    listener = NativeClient("hearer", "listen", ("in",))
    speaker.connect("speaker:two", "hearer:in")
    speaker.recite(packed((0xB0, 64, 127)), port=1)
    poll(lambda: len(listener.records()) == 1, what="the message")
    assert listener.records()[0, 1] == 0x7F40B0
    assert speaker.records()[0, 1] == 0x7F40B0 | 1 << 24
    speaker.close()
    listener.close()


def test_what_is_parted_hears_nothing(trio):
    player, listener = trio
    player.disconnect("through:out", "listen:in")
    player.enable(True)
    poll(lambda: len(player.records()) >= 10, what="some notes")
    assert len(listener.records()) == 0


def test_a_client_that_dozes_makes_the_server_miss_cycles(trio):
    _, listener = trio
    dozer = NativeClient("dozer", "doze")
    before = listener.xruns
    dozer.stall(0.1)
    poll(lambda: listener.xruns > before, what="an xrun")
    dozer.close()


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
    wakes_ns = np.full((20, 2), -1, np.int64)
    assert late_wakes_ns(wakes_ns, 500_000, 0, np.zeros(1, np.int64)) == 20
    assert (wakes_ns[:, 1] >= 0).all()
    assert (np.diff(wakes_ns[:, 0]) > 0).all()


def test_only_wakes_as_late_as_asked_are_written_down():
    wakes_ns = np.zeros((3, 2), np.int64)
    assert late_wakes_ns(wakes_ns, 500_000, 1, np.zeros(1, np.int64)) == 3
    assert (wakes_ns[:, 1] >= 1).all()


def test_a_bare_thread_stops_sleeping_when_told():
    assert late_wakes_ns(np.zeros((20, 2), np.int64), 500_000, 0, np.ones(1, np.int64)) == 0


def test_no_callback_can_enter_the_interpreter_or_allocate():
    from accompanist.dsp import jack_kernels

    tasks = ("_play", "_recite", "_answer", "_listen", "_click", "_doze")
    signatures = dict.fromkeys(tasks, jack_kernels.SIGNATURE)
    signatures["_count_xrun"] = jack_kernels.XRUN_SIGNATURE
    for name, signature in signatures.items():
        compiled = numba.cfunc(signature, error_model="numpy")(getattr(jack_kernels, name))
        code = compiled._library.get_asm_str()
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
        assert client.period_frames == 256
        client.close()
    assert os.environ["JACK_DEFAULT_SERVER"] == "there-is-none"
    with pytest.raises(DeviceError, match="no JACK server runs"):
        NativeClient("guest", "listen", ("in",))


def test_with_a_period_asked_for_a_server_of_our_own_is_started_beside_another(jack_server):
    with running_jack(64) as is_own:
        assert is_own is True
        client = NativeClient("guest", "listen", ("in",))
        assert client.period_frames == 64
        client.close()
