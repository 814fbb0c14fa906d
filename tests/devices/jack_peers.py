"""Both ends of our JACK ports, and the stage door between: what tests say and hear there."""

import numpy as np

from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import FROM_MIDI, TO_MIDI, StageDoor
from accompanist.dsp import cue, ring
from accompanist.dsp.cue import LANES, NOTE, PERFORM, unpacked

BASS = LANES.index("bass")
MS = 1_000_000


def keyboard(name: str = "Keystation") -> NativeClient:
    return NativeClient(name, "recite", (), ("keys",))


def note(door: StageDoor, number: int, on_ns: int, off_ns: int, pitch: int = 40) -> None:
    ring.push(door.rings[TO_MIDI], (NOTE, BASS, pitch, 90, number, on_ns, off_ns, 0))


def heard_by(synth: NativeClient) -> list[tuple[int, ...]]:
    """Messages that a synth got, in order."""
    return [message(number) for number in synth.records()[:, 1].tolist()]


def message(number: int) -> tuple[int, ...]:
    """Bytes of a message as a native client writes it down."""
    return number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF


def keys_down(messages: list[tuple[int, ...]]) -> set[tuple[int, int]]:
    """Keys that are down in the end; fails where one is struck that is down."""
    down: set[tuple[int, int]] = set()
    for status, pitch, velocity in messages:
        key = (status & 15, pitch)
        if status >> 4 == 9 and velocity:
            assert key not in down, f"{key} is struck while it is down"
            down.add(key)
        elif status >> 4 in (8, 9):
            down.discard(key)
    return down


def performed(door: StageDoor) -> list[tuple[int, tuple[int, ...]]]:
    """Times (ns) and messages that the band is told the performer played."""
    row, rows = np.zeros(ring.WIDTH, np.int64), []
    for _ in range(ring.waiting(door.rings[FROM_MIDI])):
        ring.pop_into(door.rings[FROM_MIDI], row)
        assert row[cue.KIND] == PERFORM
        rows.append((int(row[cue.ON_NS]), unpacked(int(row[cue.A]))))
    return rows
