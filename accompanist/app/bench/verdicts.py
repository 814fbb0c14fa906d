"""What a figure means to a musician, and who says so.

Latency: percussionists and amateurs rated an instrument with 10 ms no lower than one without, but
20 ms, and 10 ms that vary by 3 ms, lower (Jack, Mehrabi, Stockman and McPherson, Action-sound
latency and the perceived quality of digital musical instruments, Music Perception 36, 2018). 10 ms
is also the bound that Wessel and Wright hold acceptable, with a variation of 1 ms (Problems and
prospects for intimate musical control of computers, Computer Music Journal 26, 2002). Lago and Kon
find 20 to 30 ms probably acceptable in many settings (The quest for low latency, ICMC 2004): we do
not go so far.

The other bounds are our own: what the band needs so that nobody hears it work.
"""

from accompanist.app.bench.figures import Spread

INAUDIBLE, FELT, LATE, UNEVEN = "inaudible", "felt by drummers", "late", "uneven"

INAUDIBLE_LATENCY_MS, FELT_LATENCY_MS = 10.0, 20.0
INAUDIBLE_JITTER_MS, FELT_JITTER_MS = 1.0, 3.0

CITED = (
    "10 ms is rated like none, 20 ms and 10 ± 3 ms worse (Jack et al. 2018); "
    "1 ms of jitter is the most to allow (Wessel and Wright 2002)"
)

COMMIT_LEAD_MS = 100.0
"""Notes leave this long before they sound; thinking must fit in with room to spare."""

CALM_SHARE, FULL_SHARE = 25.0, 70.0
"""Of a period, in percent: JACK's other clients need the rest."""

WARM_START_S, COLD_START_S = 3.0, 12.0
GROWTH_MIB = 1.0


def of_latency(spread_ms: Spread) -> str:
    """Judge the time from cause to sound by its 99th percentile."""
    if spread_ms.p99 <= INAUDIBLE_LATENCY_MS:
        return INAUDIBLE
    return FELT if spread_ms.p99 <= FELT_LATENCY_MS else LATE


def of_jitter(spread_ms: Spread) -> str:
    """Judge how far notes stray from their time, by the 99.9th percentile."""
    if spread_ms.p99_9 <= INAUDIBLE_JITTER_MS:
        return INAUDIBLE
    return FELT if spread_ms.p99_9 <= FELT_JITTER_MS else UNEVEN


def of_thinking(spread_ms: Spread) -> str:
    """Judge how long the band thinks against the time by which notes are sent ahead."""
    if spread_ms.p99_9 <= COMMIT_LEAD_MS / 4:
        return "unnoticed"
    return "in time" if spread_ms.p99_9 <= COMMIT_LEAD_MS else LATE


def of_load(spread_percent: Spread, overruns: int) -> str:
    """Judge how much of each period the synth takes."""
    if overruns or spread_percent.p99_9 > FULL_SHARE:
        return "crackles"
    return "calm" if spread_percent.p99_9 <= CALM_SHARE else "busy"


def of_start(seconds: float, *, warm: bool) -> str:
    """Judge how long the player waits for the band."""
    return "at once" if seconds <= (WARM_START_S if warm else COLD_START_S) else "a long wait"


def of_losses(lost: int) -> str:
    """Judge what never came."""
    if lost == 0:
        return "none hangs"
    return "1 note hangs" if lost == 1 else f"{lost} notes hang"


def of_cycles(missed: int) -> str:
    """Judge how often the sound was interrupted."""
    if missed == 0:
        return "unbroken"
    return "1 gap" if missed == 1 else f"{missed} gaps"


def of_growth(grown_mib: float) -> str:
    """Judge what a long evening takes of memory."""
    return "steady" if grown_mib <= GROWTH_MIB else "grows"
