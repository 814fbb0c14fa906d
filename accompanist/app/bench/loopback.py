"""What a real cable or device takes: out through a port, back in through another.

The band's own devices send and hear, so that a trip is counted as the band counts time: from the
moment for which something was due to the moment at which it counts as heard. What a trip takes is
input and output latency together; a cable cannot tell one from the other. What an audio driver
states of itself is taken off already: a trip is what it keeps to itself, and is negative where it
states too much; the sound itself takes a millisecond to begin.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_device import MidiDevice
from accompanist.devices.stage_door import FROM_AUDIO, FROM_MIDI, TO_AUDIO, TO_MIDI, StageDoor
from accompanist.dsp import ring
from accompanist.dsp.cue import ATTACK, KIND, LANES, NOTE, ON_NS, PERFORM, A, packed
from accompanist.dsp.midi_desk import CHANNELS, NOTE_ON

NOTES = 200
CLICKS = 40
NOTICE_S = 0.1
"""Everything is sent this long before it is due, as the band does."""

_NOTE_EVERY_S = 0.025
_CLICK_EVERY_S = 0.3
_CLICK_S = 0.05
_LONGEST_TRIP_S = 0.25
_MOST_EARLY_S, _LONGEST_SOUND_S = 0.06, 0.15
_GLANCE_NS = 5_000_000
_SETTLES_WITHIN_S = 1.0
_NOTE_NS = int(_NOTE_EVERY_S * 5e8)
_BASS = LANES.index("bass")
_DRUMS, _RIM, _LOUD = LANES.index("drums"), 37, 127

Serve = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Times from sent to heard.

    Attributes
    ----------
    trips_s
        What every trip took, in the order sent, shape (n,).
    lost
        How much was sent and not heard.
    out, into
        What it went out through and came in by, as the system names them.
    through
        The system: ``JACK``, ``rtmidi`` or ``PortAudio``.
    """

    trips_s: NDArray[np.float64]
    lost: int
    out: str
    into: str
    through: str

    @property
    def latency_s(self) -> float:
        """Input and output latency together: the middle trip."""
        return float(np.median(self.trips_s))


def measure_midi_loopback(out: str, into: str, notes: int = NOTES) -> RoundTrips:
    """Send notes out through one MIDI port and hear them at another.

    Parameters
    ----------
    out, into
        Names, or parts of names, of the ports that a cable or a device joins.
    notes
        How many to send.

    Raises
    ------
    DeviceError
        If there is no such port, or nothing comes back.
    """
    with ExitStack() as stage:
        door = StageDoor.create()
        stage.callback(door.remove)
        ports, through = _midi_ports(door, out, into)
        stage.callback(ports.close)
        due_ns = _moments(notes, _NOTE_EVERY_S)
        sent = [(number % 128, 1 + number // 128 % 127) for number in range(notes)]
        cues: list[ring.Row] = [
            (NOTE, _BASS, pitch, velocity, number, at_ns, at_ns + _NOTE_NS, 0)
            for number, (at_ns, (pitch, velocity)) in enumerate(zip(due_ns, sent, strict=True))
        ]
        rows = _exchange(cues, door.rings[TO_MIDI], door.rings[FROM_MIDI], ports.serve)
        heard = {row[A]: row[ON_NS] for row in rows if row[KIND] == PERFORM}
        on = NOTE_ON | CHANNELS[_BASS]
        pairs = [
            (at, heard.get(packed((on, *note)))) for at, note in zip(due_ns, sent, strict=True)
        ]
        names = (ports.output_name or out, ports.input_name or into)
    return _round_trips(pairs, *names, through)


def measure_audio_loopback(out: str, into: str, clicks: int = CLICKS) -> RoundTrips:
    """Strike a rim through the audio output and hear the attack at the audio input.

    Parameters
    ----------
    out, into
        Names, or parts of names, of the audio output and input that a cable joins.
    clicks
        How many to strike.

    Raises
    ------
    DeviceError
        If there is no such device, or nothing comes back.
    """
    from accompanist.app.bench.hearing import ear
    from accompanist.devices.audio import AudioDevice

    with ExitStack() as stage:
        # Who knows that what comes back is the band's own sound would not count it.
        door, other = StageDoor.create(), StageDoor.create()
        stage.callback(door.remove)
        stage.callback(other.remove)
        device = AudioDevice(door, None, device=out)
        stage.callback(device.close)
        heard = stage.enter_context(ear(other, into))
        due_ns = _moments(clicks, _CLICK_EVERY_S)
        cues: list[ring.Row] = [
            (NOTE, _DRUMS, _RIM, _LOUD, number, at_ns, at_ns + int(_CLICK_S * 1e9), 0)
            for number, at_ns in enumerate(due_ns)
        ]
        rows = _exchange(cues, door.rings[TO_AUDIO], other.rings[FROM_AUDIO], _sleep_until)
        attacks = sorted(row[ON_NS] for row in rows if row[KIND] == ATTACK)
        pairs = [(at_ns, _about(at_ns, attacks)) for at_ns in due_ns]
        names = device.name, heard
    return _round_trips(pairs, *names, "PortAudio")


def _midi_ports(door: StageDoor, out: str, into: str) -> tuple[MidiDevice, str]:
    """Open the band's ports where the names are known: JACK's if it has them, else the system's."""
    from accompanist.devices.jack_midi import JackMidi
    from accompanist.devices.rtmidi_ports import RtMidiPorts

    try:
        return JackMidi(door, None, midi_in=into, midi_out=out), "JACK"
    except DeviceError as refused_by_jack:
        try:
            return RtMidiPorts(door, None, midi_in=into, midi_out=out), "rtmidi"
        except DeviceError as refused:
            raise refused from refused_by_jack


def _moments(count: int, every_s: float) -> list[int]:
    """Moments to come, unevenly spaced so that no period of the device hides among them."""
    gaps_s = np.random.default_rng(0).uniform(0.75, 1.25, count) * every_s
    first_ns = time.perf_counter_ns() + int((_SETTLES_WITHIN_S + NOTICE_S) * 1e9)
    return [first_ns + int(offset_s * 1e9) for offset_s in np.cumsum(gaps_s)]


def _exchange(
    cues: list[ring.Row], sink: NDArray[np.int64], source: NDArray[np.int64], serve: Serve
) -> list[list[int]]:
    """Send cues a little ahead of their time, and return what came in meanwhile."""
    row = np.zeros(ring.WIDTH, np.int64)
    rows = []
    waiting = deque(cues)
    until_ns = cues[-1][ON_NS] + int(_LONGEST_TRIP_S * 1e9)
    while (now_ns := time.perf_counter_ns()) < until_ns:
        while waiting and waiting[0][ON_NS] - now_ns < NOTICE_S * 1e9:
            ring.push(sink, waiting.popleft())
        serve(min(now_ns + _GLANCE_NS, until_ns))
        while ring.waiting(source):
            ring.pop_into(source, row)
            rows.append(row.tolist())
    return rows


def _sleep_until(until_ns: int) -> None:
    time.sleep(max(until_ns - time.perf_counter_ns(), 0) / 1e9)


def _about(at_ns: int, attacks: list[int]) -> int | None:
    """When something was heard about then.

    A driver that states more latency than there is makes it seem heard before it sounded.
    """
    early_ns, late_ns = int(_MOST_EARLY_S * 1e9), int(_LONGEST_SOUND_S * 1e9)
    return next((heard for heard in attacks if at_ns - early_ns <= heard < at_ns + late_ns), None)


def _round_trips(
    pairs: list[tuple[int, int | None]], out: str, into: str, through: str
) -> RoundTrips:
    trips_s = np.array([(heard - at) / 1e9 for at, heard in pairs if heard is not None])
    if len(trips_s) == 0:
        raise DeviceError(f"nothing sent to {out} came back at {into}; see that they are joined")
    return RoundTrips(trips_s, len(pairs) - len(trips_s), out, into, through)
