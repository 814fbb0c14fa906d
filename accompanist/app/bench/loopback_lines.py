"""What ``--loopback`` tells: the trips, and what to set so that the band allows for them."""

import numpy as np

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.loopback import RoundTrips, measure_audio_loopback, measure_midi_loopback
from accompanist.devices.errors import DeviceError
from accompanist.music.errors import Refusal


def measure(words: str) -> list[Line]:
    """Measure what lies between two names joined by a colon.

    Raises
    ------
    Refusal
        If they name no MIDI output and input, and no audio ones.
    """
    return [_line(round_trips(words))]


def round_trips(words: str) -> RoundTrips:
    """Measure the trips between two names joined by a colon; names may hold colons too.

    Raises
    ------
    Refusal
        If they name no MIDI output and input, and no audio ones.
    """
    refusals: list[DeviceError] = []
    for out, into in ways_to_split(words):
        try:
            return measure_midi_loopback(out, into)
        except DeviceError as error:
            refusals.append(error)
    for out, into in sorted(ways_to_split(words), key=lambda names: names[0] != names[1]):
        try:
            return measure_audio_loopback(out, into)
        except DeviceError as error:
            if out == into:
                raise
            refusals.append(error)
    raise Refusal(str(refusals[0]))


def ways_to_split(words: str) -> list[tuple[str, str]]:
    """Every way to read two names joined by a colon, the most even first."""
    places = [place for place, letter in enumerate(words) if letter == ":"]
    places.sort(key=lambda place: abs(len(words) - 1 - 2 * place))
    pairs = [(words[:place].strip(), words[place + 1 :].strip()) for place in places]
    return [(out, into) for out, into in pairs if out and into]


def _line(trips: RoundTrips) -> Line:
    took_ms = 1000.0 * trips.trips_s
    spread = Spread.of(took_ms)
    kind = "audio" if trips.through == "PortAudio" else "midi"
    return Line(
        key=f"loopback/{kind}",
        name=f"{trips.out} → {trips.into}",
        unit="ms",
        spread=spread,
        verdict=verdicts.of_latency(spread),
        lost=trips.lost,
        remarks=(
            f"through {trips.through}; input and output latency together are "
            f"{1000 * trips.latency_s:.2f} ms: let accompanist calibrate use them",
        ),
        **kept(took_ms, np.arange(len(took_ms), dtype=np.float64)),
    )
