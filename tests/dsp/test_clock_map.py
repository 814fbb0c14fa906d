"""The clock map follows a device's true time under everything that its callbacks go through."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp import clock_map
from accompanist.dsp.clock_map import frame_at, new_clock_map, ns_at, track

RATE_HZ = 48000
PERIOD = 256
START_NS = 1_000_000_000_000
FRAME_NS = 1e9 / RATE_HZ


class Device:
    """A device whose frames last a little more or less than they should, and late callbacks."""

    def __init__(self, drift_ppm=0.0, period=PERIOD, seed=1, jitter_us=30.0):
        self.clock = new_clock_map(RATE_HZ)
        self.frame_ns = FRAME_NS * (1 + drift_ppm * 1e-6)
        self.period, self.jitter_us = period, jitter_us
        self.frame, self.lost_ns = 0, 0
        self.chance = np.random.default_rng(seed)
        self.moved = 0

    def true_ns(self, frame):
        return START_NS + self.lost_ns + frame * self.frame_ns

    def cycle(self, late_us=None):
        if late_us is None:
            late_us = self.chance.exponential(self.jitter_us)
        now_ns = round(self.true_ns(self.frame) + late_us * 1000)
        moved = track(self.clock, self.frame, now_ns)
        self.frame += self.period
        self.moved += moved
        return moved

    def run(self, seconds):
        return [self.cycle() for _ in range(round(seconds * RATE_HZ / self.period))]

    def error_us(self):
        """How late the map believes the next cycle begins."""
        return (ns_at(self.clock, self.frame) - self.true_ns(self.frame)) / 1000


@settings(deadline=None, max_examples=40)
@given(
    drift_ppm=st.floats(-300, 300),
    jitter_us=st.floats(0, 100),
    period=st.sampled_from((64, 256, 1024)),
    seed=st.integers(0, 1000),
)
def test_drift_is_followed_within_half_a_frame(drift_ppm, jitter_us, period, seed):
    device = Device(drift_ppm, period, seed, min(jitter_us, 25.0 if period == 1024 else 100.0))
    device.run(4)
    errors = []
    for _ in range(round(6 * RATE_HZ / period)):
        device.cycle()
        errors.append(device.error_us())
    assert device.moved == 0
    assert np.abs(errors).max() < 0.5 * FRAME_NS / 1000


def test_without_jitter_the_map_is_exact():
    device = Device(drift_ppm=123.0, jitter_us=0.0)
    device.run(4)
    assert abs(device.error_us()) < 0.05


def test_frames_and_times_are_each_others_inverse():
    device = Device(drift_ppm=-80.0)
    device.run(3)
    for frame in range(device.frame - 1000, device.frame + 500_000, 997):
        assert frame_at(device.clock, ns_at(device.clock, frame)) == frame


@settings(deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=20), st.floats(-300, 300))
def test_later_times_never_have_earlier_frames(offsets_ns, drift_ppm):
    device = Device(drift_ppm)
    device.run(2)
    frames = [frame_at(device.clock, START_NS + offset_ns) for offset_ns in sorted(offsets_ns)]
    assert frames == sorted(frames)


@settings(deadline=None, max_examples=20)
@given(drift_ppm=st.floats(-300, 300), seed=st.integers(0, 1000))
def test_each_cycle_begins_after_the_one_before(drift_ppm, seed):
    device = Device(drift_ppm, 64, seed, 200.0)
    begins_ns = []
    for _ in range(6000):
        device.cycle()
        begins_ns.append(ns_at(device.clock, device.frame))
    assert np.diff(begins_ns).min() > 0


@pytest.mark.parametrize("late_ms", [5, 30, 90])
def test_one_late_wake_up_moves_nothing(late_ms):
    device = Device()
    device.run(3)
    before_us = device.error_us()
    caught_up_at = device.true_ns(device.frame) + late_ms * 1e6
    while device.true_ns(device.frame) < caught_up_at:
        late_us = (caught_up_at - device.true_ns(device.frame)) / 1000
        assert device.cycle(late_us) == 0
    assert not any(device.run(3))
    assert abs(device.error_us() - before_us) < 10


@pytest.mark.parametrize("lost_frames", [64, 256, 1440])
def test_frames_lost_in_an_xrun_move_what_was_converted(lost_frames):
    device = Device(drift_ppm=50)
    device.run(3)
    heard_ns = round(device.true_ns(device.frame)) + 1_000_000_000
    converted = frame_at(device.clock, heard_ns)
    device.lost_ns += lost_frames * device.frame_ns
    moved = device.run(0.2)
    assert sum(move != 0 for move in moved) == 1
    assert sum(moved) == pytest.approx(-lost_frames, abs=3)
    assert abs(device.true_ns(converted + sum(moved)) - heard_ns) < 3 * FRAME_NS
    assert device.clock[clock_map.JUMPS] == 1


def test_a_counter_that_leaps_ahead_is_believed_at_once():
    device = Device()
    device.run(3)
    device.lost_ns -= 1024 * device.frame_ns
    device.frame += 1024
    assert device.cycle() == pytest.approx(1024, abs=10)
    assert not any(device.run(3))


def test_a_program_stopped_for_five_seconds_goes_on_in_time():
    device = Device(drift_ppm=200)
    device.run(5)
    device.lost_ns += 5_000_000_000
    assert device.cycle() == pytest.approx(-5 * RATE_HZ, abs=60)
    device.run(1)
    assert abs(device.error_us()) < 20


def test_a_device_that_starts_again_counts_from_nought():
    device = Device()
    device.run(3)
    device.lost_ns = device.true_ns(device.frame) + 50_000_000 - START_NS
    played, device.frame = device.frame, 0
    assert device.cycle() == pytest.approx(-played - 2400, abs=10)
    device.run(1)
    assert abs(device.error_us()) < 10


def test_a_hundred_days_are_counted_exactly():
    device = Device(jitter_us=0.0)
    device.frame = 100 * 86400 * RATE_HZ
    device.run(3)
    assert abs(device.error_us()) < 0.1
    assert frame_at(device.clock, round(device.true_ns(device.frame))) == device.frame


def test_the_end_of_time_has_a_frame_far_ahead():
    device = Device()
    device.run(1)
    assert frame_at(device.clock, 2**63 - 1) > device.frame + 365 * 86400 * RATE_HZ
    assert frame_at(device.clock, 0) < 0


def test_the_map_reads_no_clock():
    """The wall clock may be set at any time: nothing here could notice."""
    source = inspect.getsource(clock_map)
    assert not any(word in source for word in ("import time", "now_ns()", "native", "datetime"))
