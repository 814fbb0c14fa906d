"""A loop through real ports takes what JACK lets it take, and no message is lost on the way."""

import threading

import pytest

from accompanist.app.bench.loopback import measure_audio_loopback, measure_midi_loopback
from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_probe import NativeClient
from tests.conftest import poll

PERIOD_MS = 1000 * 256 / 48_000


@pytest.fixture
def cable(jack_server):
    client = NativeClient("cable", "answer", ("in",), ("out",))
    yield client
    client.close()


def test_midi_takes_one_period_through_a_cable(cable):
    trips = measure_midi_loopback("cable:in", "cable:out", notes=40)

    assert (trips.out, trips.into, trips.through) == ("cable:in", "cable:out", "JACK")
    assert len(trips.trips_s) == 40
    assert trips.lost == 0
    assert 1000 * trips.latency_s == pytest.approx(PERIOD_MS, abs=0.5)


def test_ports_that_nothing_joins_hear_nothing(jack_server):
    ends = [
        NativeClient("mute", "listen", ("in",)),
        NativeClient("deaf", "recite", (), ("out",)),
    ]
    with pytest.raises(DeviceError, match="nothing sent to mute:in came back at deaf:out"):
        measure_midi_loopback("mute:in", "deaf:out", notes=3)
    for end in ends:
        end.close()


def test_sound_that_goes_round_at_once_seems_early_by_what_the_driver_states(cable):
    """JACK joins ports without delay, but a converter's latency is stated and taken off."""
    measured = []

    def measure():
        measured.append(measure_audio_loopback("system", "system", clicks=6))

    thread = threading.Thread(target=measure)
    thread.start()
    poll(lambda: "accompanist-ear:in_1" in cable.audio_inputs(), what="the audio input")
    for channel in ("0", "1"):
        cable.connect(f"PortAudio:out_{channel}", f"accompanist-ear:in_{channel}")
    thread.join()

    assert measured[0].lost == 0
    assert measured[0].through == "PortAudio"
    assert 1000 * measured[0].latency_s == pytest.approx(-3 * PERIOD_MS, abs=2.0)


def test_an_input_that_is_not_there_is_refused_in_the_ears_own_words(jack_server):
    with pytest.raises(DeviceError, match=r"^there is no audio input microphone; those attached"):
        measure_audio_loopback("system", "microphone")
