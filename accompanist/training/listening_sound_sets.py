"""The sets of sound: real recordings, and rendered pieces, by our listener and by peers.

``attacks`` is our listener when it hears attacks but not what sound consists of: what the networks
on frames of sound are worth. Rendered pieces are also told
apart by style.
"""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from accompanist.devices.sound_ear import SoundEar
from accompanist.listening.listener import TICKS_PER_S, learned_listener
from accompanist.music.events import Attack
from accompanist.training.listening_baselines import told
from accompanist.training.listening_heard import Heard, judged
from accompanist.training.listening_scores import beginning, take
from accompanist.training.listening_sound import SoundPiece, take_sound
from accompanist.training.listening_sound_peers import PeerHeard, SoundPeer, SoundPeers
from accompanist.training.stress import CASES

RECORDINGS, RENDERED = "recordings", "rendered"
SOUND_SETS = (RECORDINGS, RENDERED)

OURS, ATTACKS, TOLD = "accompanist", "attacks", "told"
SOUND_LISTENERS = (OURS, ATTACKS, TOLD)

_WARM_UP_S, _RATE_HZ = 5.0, 48_000
_BARS, _DOWNBEAT = "bars", "downbeat F"


@dataclass(frozen=True, slots=True)
class SoundJob:
    """One piece to be heard by one of `SOUND_LISTENERS`."""

    who: str
    models: Path | None
    piece: SoundPiece


@cache
def _warmed(models: Path | None) -> None:
    """Have all compiled and loaded before anything is timed."""
    listener = learned_listener(models)
    end_s = (
        len(take(beginning(CASES["steady_120"](0), _WARM_UP_S), listener).ticks_ms) / TICKS_PER_S
    )
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, _RATE_HZ).astype(np.float32)
    for event in SoundEar(_RATE_HZ).feed(noise, lambda number: end_s + number / _RATE_HZ):
        listener.hear(event)
    listener.advance(end_s + 1.0)
    gc.collect()
    gc.freeze()


def hear_sound(job: SoundJob) -> Heard:
    """Let a listener hear a piece."""
    piece, performance = job.piece, job.piece.performance
    if job.who == TOLD:
        known = told(performance) if len(performance.beats_s) > 1 else []
        return judged(performance, known, ("beats",) if known else ())
    _warmed(job.models)
    hears = Attack if job.who == ATTACKS else object
    taken = take_sound(piece, learned_listener(job.models), hears)
    found = judged(performance, taken.heard, piece.aspects)
    return replace(
        found,
        figures={**found.figures, "cost": taken.cost},
        updates_ms=taken.updates_ms.tolist(),
    )


def heard_by_peers(peers: SoundPeers, pieces: Sequence[SoundPiece]) -> dict[str, list[Heard]]:
    """What every peer hears of every piece, by its title; those that fail are left out."""
    heard = {peer: peers.heard(peer, pieces) for peer in peers.here}
    return {
        peer.title: [_judged(peer, *one) for one in zip(pieces, every, strict=True)]
        for peer, every in heard.items()
        if every is not None
    }


def _judged(peer: SoundPeer, piece: SoundPiece, heard: PeerHeard) -> Heard:
    aspects = [aspect for aspect in piece.aspects if aspect in peer.hears]
    found = judged(piece.performance, heard.announced, aspects)
    figures = {**found.figures, "cost": heard.cost}
    if _BARS not in peer.hears:
        figures.pop(_DOWNBEAT, None)
    return replace(found, figures=figures)
