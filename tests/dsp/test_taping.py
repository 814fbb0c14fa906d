"""Sound on tape is found again by its time, on this tape and on another at another rate."""

import numpy as np
import pytest

from accompanist.dsp import taping
from accompanist.dsp.tape import EPOCH, HEAD, TAPE_FRAMES, Tape, new_tape, rewind

START_NS = 1_000_000_000


def taped(sound: np.ndarray, rate_hz: int = 48000, latency_ns: int = 0) -> Tape:
    """A tape on which a sound began at `START_NS`."""
    tape = new_tape()
    rewind(tape, rate_hz, latency_ns)
    for first in range(0, len(sound), 256):
        taping.anchor(tape.words, first, START_NS + round(first * 1e9 / rate_hz))
        taping.put_mean(tape, first, sound[first : first + 256, None].astype(np.float32))
    return tape


def test_what_was_written_is_read():
    sound = np.arange(1000.0)
    out = np.zeros(300, np.float32)
    taping.read_into(taped(sound), 500, out)
    assert (out == sound[500:800]).all()


def test_every_frame_has_its_time():
    tape = taped(np.zeros(48000))
    assert taping.ns_of(tape.words, 24000.0) == pytest.approx(START_NS + 500_000_000, abs=2)
    assert taping.frame_of(tape.words, START_NS + 250_000_000) == pytest.approx(12000, abs=1e-3)


def test_a_new_stream_counts_from_nothing_in_a_new_epoch():
    tape = taped(np.zeros(512))
    rewind(tape, 44100, 0)
    assert (tape.words[HEAD], tape.words[EPOCH]) == (0, 2)
    assert taping.ns_of(tape.words, 0.0) == 0.0


def test_what_is_no_longer_on_the_tape_is_silence():
    tape = taped(np.ones(TAPE_FRAMES + 5000))
    head = taping.head_of(tape.words)
    places = (-1.0, head - TAPE_FRAMES - 10.0, head - TAPE_FRAMES + 10.0)
    assert [taping.sample_at(tape, place, head) for place in places] == [0.0, 0.0, 1.0]


def test_what_is_not_on_the_tape_yet_does_not_leap():
    tape = taped(np.arange(512.0))
    places = (510.5, 511.0, 512.0, 600.0)
    assert [taping.sample_at(tape, place, 512) for place in places] == [510.5, 511, 511, 511]


def test_a_tape_on_which_nothing_was_written_lends_silence():
    out = np.ones(64, np.float32)
    at = taping.shift_between(taped(np.zeros(512)).words, new_tape().words, 0)
    taping.borrow_into(new_tape(), at, 0.0, out)
    assert (out == 0.0).all()


@pytest.mark.parametrize("played_hz", [48000, 44100, 96000])
def test_what_was_played_is_found_at_the_time_at_which_it_may_be_heard(played_hz):
    """Both devices take 20 ms; 20 ms of these may be too much."""
    wave = np.sin(2 * np.pi * 100 * np.arange(2 * played_hz) / played_hz)
    heard, played = taped(np.zeros(96000), 48000, 20_000_000), taped(wave, played_hz, 20_000_000)
    step = played_hz / 48000
    at = taping.follow(
        np.zeros(1), taping.shift_between(heard.words, played.words, 24000), 24000, step
    )
    out = np.zeros(4800, np.float32)
    taping.borrow_into(played, at, step, out)
    time_s = 0.5 - 0.020 + np.arange(4800) / 48000
    assert np.abs(out - np.sin(2 * np.pi * 100 * time_s)).max() < 0.02


def test_the_jitter_of_two_clocks_moves_nothing_until_it_is_a_frame():
    kept = np.zeros(1)
    places = [
        taping.follow(kept, frame + 100.0 + off, frame, 1.0)
        for frame, off in ((0, 0.2), (256, 0.7), (512, -0.6), (768, 1.4))
    ]
    assert places == [100.0, 356.0, 612.0, 869.0]
