"""The band hears what is on the tape, at its times, and goes on with the present when it must."""

import numpy as np
import pytest

from accompanist.devices.stage_door import HAS_INPUT, INPUT, StageDoor
from accompanist.devices.tape_source import TapeSource
from accompanist.dsp import tape, taping
from accompanist.music.band import Fault, InputLevel
from accompanist.music.events import SoundFrame

ORIGIN_NS = 5_000_000_000
RATE_HZ = 48000


class Ear:
    """Whoever writes the tape: a stream that began at engine time 0."""

    def __init__(self, door: StageDoor, rate_hz: int = RATE_HZ) -> None:
        self.door, self.rate_hz, self.frames = door, rate_hz, 0
        tape.rewind(door.heard, rate_hz, 0)
        door.write(INPUT, "Scarlett")
        door.tell(HAS_INPUT, 1)

    def hear(self, sound: np.ndarray) -> None:
        at_ns = ORIGIN_NS + round(self.frames * 1e9 / self.rate_hz)
        taping.anchor(self.door.heard.words, self.frames, at_ns)
        taping.put_mean(self.door.heard, self.frames, sound.astype(np.float32)[:, None])
        self.frames += len(sound)


def tone(seconds: float, rate_hz: int = RATE_HZ, level: float = 0.1) -> np.ndarray:
    return level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate_hz)) / rate_hz)


def heard_by(source: TapeSource, turns: int = 8) -> list[SoundFrame]:
    events = [event for _ in range(turns) for event in source.take(0.0)]
    return [event for event in events if isinstance(event, SoundFrame)]


def test_frames_come_with_the_times_of_their_sound(door):
    ear = Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    assert source.take(0.0) == ()
    ear.hear(tone(1.0))
    frames = heard_by(source)
    assert len(frames) == 24
    times_s = [frame.time_s for frame in frames]
    assert np.diff(times_s) == pytest.approx(0.04, abs=1e-6)
    # The sound is told from the band's some 11 ms later.
    assert times_s[0] == pytest.approx(0.04 - 512 / RATE_HZ, abs=1e-6)
    assert any(frames[-1].tones)


def test_the_devices_own_latency_and_the_calibrated_one_are_taken_off(door):
    ear = Ear(door)
    door.heard.words[tape.LATENCY_NS] = 5_000_000
    source = TapeSource(door, ORIGIN_NS, latency_s=0.02)
    source.take(0.0)
    ear.hear(tone(0.2))
    (first, *_) = heard_by(source)
    assert first.time_s == pytest.approx(0.04 - 512 / RATE_HZ - 0.025, abs=1e-6)


def test_who_begins_in_the_middle_begins_with_the_present(door):
    ear = Ear(door)
    ear.hear(tone(3.0))
    source = TapeSource(door, ORIGIN_NS)
    source.take(0.0)
    ear.hear(tone(0.2))
    assert heard_by(source)[0].time_s > 3.0


def test_only_so_much_is_heard_at_once(door):
    ear = Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    source.take(0.0)
    ear.hear(tone(1.0))
    assert len(heard_by(source, 1)) <= 7


def test_whoever_falls_behind_loses_the_oldest_and_counts_it(door):
    ear = Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    source.take(0.0)
    ear.hear(tone(9.0))
    (first, *_) = heard_by(source, 20)
    assert source.lost_s == pytest.approx(9.0 - (1 << 17) / RATE_HZ, abs=0.01)
    assert first.time_s > 6.0


@pytest.mark.parametrize("rate_hz", [8000, 44100, 192000])
def test_a_stream_that_begins_again_at_another_rate_is_heard(door, rate_hz):
    source = TapeSource(door, ORIGIN_NS)
    Ear(door).hear(tone(0.5))
    heard_by(source)
    again = Ear(door, rate_hz)
    source.take(0.0)
    again.hear(tone(0.5, rate_hz))
    assert len(heard_by(source)) in (11, 12)


def test_the_band_in_the_microphone_is_told_from_the_player(door):
    """What comes in is what the built-in synth plays, 20 ms later: soon nothing is left of it."""
    ear, chance = Ear(door), np.random.default_rng(0)
    tape.rewind(door.played, RATE_HZ, 0)
    source = TapeSource(door, ORIGIN_NS)
    source.take(0.0)
    played = np.concatenate([np.zeros(960), chance.normal(0, 0.1, 6 * RATE_HZ)])
    levels = []
    for first in range(0, 6 * RATE_HZ - 960, 4800):
        at_ns = ORIGIN_NS + round(first * 1e9 / RATE_HZ)
        taping.anchor(door.played.words, first, at_ns)
        block = played[960 + first : 960 + first + 4800].astype(np.float32)
        taping.put_mean(door.played, first, block[:, None])
        ear.hear(played[first : first + 4800])
        levels += [frame.level_db for frame in heard_by(source, 1)]
    assert levels[3] == pytest.approx(-20, abs=2)
    assert max(levels[-50:]) < -40


def test_how_loud_it_is_is_said_five_times_a_second_at_most_and_only_when_it_changed(door):
    ear = Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    said = []
    for turn in range(100):
        ear.hear(tone(0.02, level=0.1 if turn < 50 else 0.01))
        source.take(0.0)
        said += source.news(0.02 * turn)
    levels_db = [level.level_db for level in said if isinstance(level, InputLevel)]
    assert (levels_db[0], levels_db[-1]) == (-23.0, -43.0)
    assert len(said) <= 4


def test_sound_of_full_scale_is_too_loud_while_it_lasts(door):
    ear = Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    source.take(0.0)
    said = []
    for turn in range(3):
        door.heard.words[tape.CLIPPED] += 5 * (turn == 1)
        ear.hear(tone(0.2))
        source.take(0.0)
        said += source.news(0.3 * turn)
    assert [level.is_clipping for level in said] == [False, True, False]


def test_an_input_that_goes_and_comes_back_is_told_of_once_each(door):
    Ear(door)
    source = TapeSource(door, ORIGIN_NS)
    said = []
    for turn, is_there in enumerate((1, 0, 0, 1, 1)):
        door.tell(HAS_INPUT, is_there)
        said += source.news(float(turn))
    assert said == [
        Fault(
            1.0,
            "nothing comes in from Scarlett: see to its cable; it is tried again, "
            "and the band plays on",
        ),
        InputLevel(1.0, -90.0, False),
        Fault(3.0, "Scarlett is heard again"),
    ]
