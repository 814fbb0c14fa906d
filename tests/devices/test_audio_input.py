"""What is played into an audio input is heard through a real JACK server, soon and in its place."""

import time

import numpy as np
import pytest

from accompanist.devices.audio_input import AudioInput
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import FROM_AUDIO
from accompanist.dsp import ring, tape, taping
from accompanist.dsp.cue import ATTACK, KIND, ON_NS
from tests.conftest import poll

PERIOD_NS = 256 / 48000 * 1e9
FRAME = 2
"""Of a click's record: its frame."""


@pytest.fixture
def clicker(jack_server):
    client = NativeClient("clicker", "click", (), ("out",), 48000 // 6)
    yield client
    client.close()


def test_an_attack_is_in_hand_within_twelve_milliseconds(jack_server, door, clicker):
    source = AudioInput(door)
    try:
        jack_server.connect("clicker:out", "accompanist-ear:in_0")
        poll(lambda: source.counts()["blocks"] > 300, what="the clock to settle")
        clicker.enable(True)
        rows, row = [], np.zeros(ring.WIDTH, np.int64)
        until_s = time.perf_counter() + 2.5
        while time.perf_counter() < until_s:
            while ring.waiting(door.rings[FROM_AUDIO]):
                ring.pop_into(door.rings[FROM_AUDIO], row)
                rows.append((int(row[KIND]), int(row[ON_NS]), time.perf_counter_ns()))
            time.sleep(0.0005)
        clicker.enable(False)
    finally:
        source.close()
    assert {kind for kind, _, _ in rows} == {ATTACK}
    assert len(rows) == pytest.approx(len(clicker.records()), abs=1)
    # The driver states a period, which is taken off: it was in the converter for so long.
    told_ms = np.array([(seen - at) / 1e6 for _, at, seen in rows])
    assert np.median(told_ms) < 12.0


def test_all_that_comes_in_lies_on_the_tape_at_its_time(jack_server, door, clicker):
    source = AudioInput(door, "system:2")
    try:
        # Only the second channel is listened to.
        jack_server.connect("clicker:out", "accompanist-ear:in_1")
        clicker.enable(True)
        poll(lambda: np.abs(door.heard.samples).max() > 0.5, what="a click on the tape")
        words = door.heard.words
        head = taping.head_of(words)
        late_ns = time.perf_counter_ns() - taping.ns_of(words, float(head))
        assert -PERIOD_NS < late_ns < 10 * PERIOD_NS
        assert (words[tape.RATE_HZ], words[tape.EPOCH]) == (48000, 1)
        assert source.latency_s == pytest.approx(PERIOD_NS / 1e9, abs=1e-4)
    finally:
        source.close()
    assert not jack_server.ports("accompanist-ear")


def test_an_input_can_be_opened_again(jack_server, door):
    for _ in range(2):
        AudioInput(door).close()
    assert door.heard.words[tape.EPOCH] == 2


def test_no_call_takes_longer_than_it_hears(jack_server, door):
    source = AudioInput(door)
    poll(lambda: source.counts()["blocks"] > 100, what="a hundred blocks")
    assert source.is_alive()
    assert source.counts()["overruns"] == 0
    source.close()


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ("Scarlett", "there is no audio input Scarlett; those attached: system"),
        ("system:3", "audio input system has no channel 3; it has 1 to 2"),
        ("system:0", "audio input system has no channel 0; it has 1 to 2"),
    ],
)
def test_what_there_is_not_is_refused_in_one_sentence(jack_server, door, wanted, refusal):
    with pytest.raises(AudioUnavailable) as caught:
        AudioInput(door, wanted)
    assert str(caught.value).startswith(refusal)
