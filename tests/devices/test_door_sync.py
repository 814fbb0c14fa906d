"""What passes the stage door so that others' clocks are led and followed."""

import numpy as np
import pytest

from accompanist.devices.door_source import DoorSource
from accompanist.devices.door_sync import DoorSync
from accompanist.devices.stage_door import (
    CLOCK_IN,
    CLOCK_LEAD_NS,
    CLOCK_OUT,
    FROM_MIDI,
    TO_STAGE,
    StageDoor,
)
from accompanist.dsp import cue, ring
from accompanist.dsp.cue import PERFORM, packed
from accompanist.music.band import ControlTaken
from accompanist.music.events import ClockTick, NoteOn, Transport
from accompanist.music.heard import HoldHeard
from accompanist.music.section import SectionBegun

ORIGIN_NS = 1_000_000_000_000


def told(door: StageDoor) -> list[tuple[int, ...]]:
    """Kinds, times after the origin (ms), and whether it goes on, of all that the stage is told."""
    row, rows = np.zeros(ring.WIDTH, np.int64), []
    for _ in range(ring.waiting(door.rings[TO_STAGE])):
        ring.pop_into(door.rings[TO_STAGE], row)
        rows.append((int(row[0]), (int(row[cue.ON_NS]) - ORIGIN_NS) // 1_000_000, int(row[cue.A])))
    return rows


@pytest.mark.parametrize(("name", "word"), [("clock_out", CLOCK_OUT), ("clock_in", CLOCK_IN)])
def test_a_switch_reaches_the_stage(door, name, word):
    sync = DoorSync(door, ORIGIN_NS)
    sync.show(ControlTaken(1.0, f"/accompanist/sync/{name}", 1, "osc"))
    assert door.told(word) == 1
    sync.show(ControlTaken(1.0, f"/accompanist/sync/{name}", 0, "osc"))
    assert door.told(word) == 0


@pytest.mark.parametrize(("section", "goes_on"), [("waiting", 1), ("resting", 0), ("stopped", 0)])
def test_a_band_that_lost_the_beat_goes_on_and_one_that_ended_does_not(door, section, goes_on):
    DoorSync(door, ORIGIN_NS).show(SectionBegun(1.4, 1.5, section, "pop", "B"))
    assert told(door) == [(cue.REST, 1500, goes_on)]


def test_a_band_that_enters_is_no_rest(door):
    DoorSync(door, ORIGIN_NS).show(SectionBegun(1.4, 1.5, "groove", "pop", "B"))
    assert told(door) == []


def test_a_held_chord_is_a_rest_after_which_the_song_goes_on(door):
    sync = DoorSync(door, ORIGIN_NS)
    sync.show(HoldHeard(2.0, True))
    sync.show(HoldHeard(3.0, False))
    assert told(door) == [(cue.REST, 2000, 1)]


def test_the_stage_knows_how_much_earlier_followers_are_told(door):
    DoorSync(door, ORIGIN_NS, midi_latency_s=0.007)
    assert door.told(CLOCK_LEAD_NS) == 7_000_000


def say(door: StageDoor, *messages: tuple[int, ...]) -> None:
    for message in messages:
        row = (PERFORM, 0, packed(message), 0, 0, ORIGIN_NS + 500_000_000, 0, 0)
        ring.push(door.rings[FROM_MIDI], row)


def test_a_clock_that_is_followed_reaches_the_engine_in_order_with_the_keys(door):
    door.tell(CLOCK_IN, 1)
    say(door, (0xF2, 16, 1), (0xFB,), (0xF8,), (0x90, 60, 90), (0xFC,), (0xFA,))
    assert DoorSource(door, ORIGIN_NS).take(1.0) == (
        Transport(0.5, "position", 144),
        Transport(0.5, "continue"),
        ClockTick(0.5),
        NoteOn(0.5, 60, 90),
        Transport(0.5, "stop"),
        Transport(0.5, "start"),
    )


def test_a_clock_that_nobody_follows_is_left_at_the_door(door):
    say(door, (0xF8,), (0x90, 60, 90), (0xFA,))
    assert DoorSource(door, ORIGIN_NS).take(1.0) == (NoteOn(0.5, 60, 90),)
