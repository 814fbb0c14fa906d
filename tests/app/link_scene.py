"""A Link session of two on this machine: the band's peer, and one that a test holds.

``python -m tests.app.link_scene lead`` (or ``follow``) prints a JSON object of what was seen. It is
to run in a network of its own (see `test_link.py`), so that no real session is disturbed.
"""

import json
import sys
import time

from link import Link

from accompanist.app.link import LinkSession
from accompanist.music.band import ControlTaken
from accompanist.music.events import ClockTick, Transport
from accompanist.music.heard import BeatHeard
from accompanist.music.section import SectionBegun

MEET_WITHIN_S = 12.0
LEAD_BPM, TURNED_BPM, FOLLOWED_BPM = 113.0, 118.0, 97.0
PER_BAR = 4


def now_s(origin_ns: int) -> float:
    return (time.perf_counter_ns() - origin_ns) / 1e9


def micros_at(link: Link, at_s: float, origin_ns: int) -> int:
    """Link's time of a time of ours."""
    ahead_us = time.perf_counter_ns() / 1000 - link.clock().micros()
    return round((origin_ns / 1000 + at_s * 1e6) - ahead_us)


def join(mode: str, bpm: float) -> tuple[LinkSession, Link, int, list[str]]:
    """The band's session and another peer, met."""
    origin_ns, told = time.perf_counter_ns(), []
    session = LinkSession(origin_ns, told.append)
    session.show(ControlTaken(0.0, "/accompanist/sync/link", mode, "osc"))
    other = Link(bpm)
    other.startStopSyncEnabled = True
    other.enabled = True
    deadline_s = time.monotonic() + MEET_WITHIN_S
    while not other.numPeers() and time.monotonic() < deadline_s:
        session.take(now_s(origin_ns))
        time.sleep(0.02)
    return session, other, origin_ns, told


def lead() -> dict:
    """Lead six beats at one tempo and six at another; what the other peer made of them."""
    session, other, origin_ns, told = join("lead", 120.0)
    strays, tempi, plays = [], [], []
    at_s = now_s(origin_ns) + 0.4
    for beat in range(12):
        bpm = LEAD_BPM if beat < 6 else TURNED_BPM
        while now_s(origin_ns) < at_s - 0.1:
            session.take(now_s(origin_ns))
            time.sleep(0.005)
        heard = BeatHeard(at_s - 0.1, at_s, beat, beat // 4, beat % 4 == 0, bpm, 0.9)
        session.show(heard)
        if beat == 4:
            session.show(SectionBegun(at_s - 0.1, at_s, "groove", "pop", "B"))
        while now_s(origin_ns) < at_s:
            time.sleep(0.005)
        state = other.captureAppSessionState()
        phase = state.phaseAtTime(micros_at(other, at_s, origin_ns), PER_BAR)
        strays.append((phase - beat % PER_BAR + 2) % PER_BAR - 2)
        tempi.append(state.tempo())
        plays.append(state.isPlaying())
        at_s += 60.0 / bpm
    peers = other.numPeers()
    session.close()
    return {"strays": strays, "tempi": tempi, "plays": plays, "peers": peers, "told": told}


def follow() -> dict:
    """Follow a peer for some seconds; how its beats and the ticks lie, and what it starts."""
    session, other, origin_ns, told = join("follow", FOLLOWED_BPM)
    events, ends_s = [], now_s(origin_ns) + 3.0
    starts_s = ends_s - 1.5
    state = other.captureAppSessionState()
    state.setTempo(FOLLOWED_BPM, other.clock().micros())
    state.setIsPlaying(True, micros_at(other, starts_s, origin_ns))
    other.commitAppSessionState(state)
    while now_s(origin_ns) < ends_s:
        events += session.take(now_s(origin_ns))
        time.sleep(0.0025)
    settled = [event for event in events if isinstance(event, ClockTick)][-48:]
    state = other.captureAppSessionState()
    beats = [
        state.beatAtTime(micros_at(other, tick.time_s, origin_ns), PER_BAR) for tick in settled
    ]
    strays = [
        (beat - (tick.number or 0) / 24 + 2) % PER_BAR - 2
        for beat, tick in zip(beats, settled, strict=True)
    ]
    moves = [[event.what, event.time_s - starts_s] for event in events if type(event) is Transport]
    session.close()
    return {"strays": strays, "moves": moves, "told": told}


if __name__ == "__main__":
    print(json.dumps(lead() if sys.argv[1] == "lead" else follow()))
