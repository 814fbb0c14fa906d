"""How well the listener follows: every figure of every set, beside floors, peers and old versions.

    python bench/listening.py --data DIR [--sets stress wjd] [--pieces 12] [--seconds 60]

DIR holds the unpacked archives and ``splits/``; stress, noise and the soak need none. A piece is
one of a list spread evenly over its set, the same every time. Figures are those of
`accompanist.training.listening_scores`; keys, chords and expected chords are the engine's.
``--previous`` names a checkout of an earlier version, ``--models`` a folder of other models for
this one, ``--peers`` adds what else is installed. Prints a table a set with 95 % bootstrap
intervals by piece, then which targets are met; writes JSON and, if asked, a figure.
"""

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.app.assembly import assemble
from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.errors import Refusal
from accompanist.training.beat_scores import heard_beats, sounded
from accompanist.training.chord_scores import expected_scores
from accompanist.training.key_scores import confusions, key_relations
from accompanist.training.listening_baselines import IntervalTracker, Metronome, told
from accompanist.training.listening_peers import PEERS
from accompanist.training.listening_picture import SHOWN, draw
from accompanist.training.listening_previous import heard_before
from accompanist.training.listening_scores import ASPECTS, Ear, Take, beginning, score, take
from accompanist.training.listening_sets import (
    FALSE_STARTS,
    RECORDED,
    STRESS,
    constructed,
    recorded,
)
from accompanist.training.listening_soak import soak
from accompanist.training.listening_table import (
    Figures,
    Measured,
    case_table,
    report,
    set_table,
    update_figures,
)
from accompanist.training.listening_targets import stress_figures, target_table, verdicts
from accompanist.training.performances import Performance
from accompanist.training.stress import CASES
from accompanist.training.true_evidence import true_listener

SETS = (STRESS, FALSE_STARTS, *RECORDED, "soak")
SOAK_S, HOUR_S, WARM_UP_S = 900.0, 3600.0, 5.0
OURS, PREVIOUS, TOLD, TRUE = "accompanist", "previous", "told", "true evidence"


@dataclass(frozen=True, slots=True)
class Job:
    """One performance to be heard by one listener; `expects` asks for the engine's chords too."""

    who: str
    models: Path | None
    performance: Performance
    expects: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One performance heard by one listener."""

    figures: Figures
    updates_ms: list[float]
    clicks_s: NDArray[np.float64]
    key_relations: list[str]


def ears(models: Path | None) -> dict[str, Callable[[], Ear]]:
    """Makers of every listener that hears as time passes."""
    return {
        OURS: partial(learned_listener, models),
        "rules": Listener,
        "metronome": Metronome,
        "intervals": IntervalTracker,
    }


FLOORS = ("metronome", "intervals")
"""Listeners that hear nothing but the beat."""

DRAWN = (OURS, PREVIOUS, "rules", TRUE, TOLD)
"""Whose clicks a figure shows; more would hide one another."""

LISTENERS = (*ears(None), TRUE, TOLD)
"""Who can be measured here. The last two tell what limits ours: one has our filter but is given
true evidence, the other is told every true beat as it falls.
"""


@cache
def warmed(who: str, models: Path | None) -> Callable[[], Ear]:
    """A maker of listeners, compiled and loaded before anything is timed."""
    make = ears(models)[who]
    take(beginning(CASES["steady_120"](0), WARM_UP_S), make())
    gc.collect()
    gc.freeze()
    return make


def hear(job: Job) -> Heard:
    """Let a listener, or a peer, hear a performance."""
    who, performance = job.who, job.performance
    if who in (TRUE, TOLD) and len(performance.beats_s) < 2:
        return judged(performance, [], ())
    if who == TOLD:
        return judged(performance, told(performance), ("beats",))
    if who == TRUE:
        return judged(performance, take(performance, true_listener(performance)).heard, ("beats",))
    if who in PEERS:
        return judged(performance, PEERS[who].heard(performance), PEERS[who].hears)
    taken = take(performance, warmed(who, job.models)())
    found = judged(performance, taken.heard, ("beats",) if who in FLOORS else ASPECTS)
    figures = {**found.figures, "cost": taken.cost}
    if job.expects and performance.chords:
        figures |= expected_scores(performance, take(performance, assemble(with_band=False)).heard)
    return replace(found, figures=figures, updates_ms=taken.updates_ms.tolist())


def judged(performance: Performance, heard: list[object], aspects: Sequence[str]) -> Heard:
    """What was heard, at a cost that is not known."""
    return Heard(
        score(Take(performance, heard, np.zeros(0), np.zeros(0)), aspects),
        [],
        sounded(heard_beats(heard)),
        list(key_relations(performance, heard).values()),
    )


def heard_by(
    who: str, performances: list[Performance], args: argparse.Namespace, *, expects: bool
) -> list[Heard]:
    """Every performance heard by one listener, in order, on as many processes as are asked for."""
    if who == PREVIOUS:
        pairs = zip(performances, heard_before(args.previous, performances), strict=True)
        return [judged(performance, list(heard), ASPECTS) for performance, heard in pairs]
    jobs = [Job(who, args.models, performance, expects) for performance in performances]
    progress = partial(tqdm, total=len(jobs), desc=who, unit="piece", disable=None, leave=False)
    if args.jobs == 1:
        return list(progress(map(hear, jobs)))
    with get_context("spawn").Pool(args.jobs) as pool:
        return list(progress(pool.imap(hear, jobs)))


def measured_of(performances: list[Performance], heard: list[Heard]) -> Measured:
    """Figures by piece, and the cost of updates over all of them."""
    names = [performance.name for performance in performances]
    figures = [one.figures for one in heard]
    updates_ms = (value for one in heard for value in one.updates_ms)
    return Measured(dict(zip(names, figures, strict=True)), update_figures(updates_ms))


def run_set(name: str, args: argparse.Namespace) -> dict[str, Measured]:
    """Measure and print one set."""
    if name in RECORDED:
        performances = recorded(name, args.data, args.split, args.pieces, args.seconds)
    else:
        performances = constructed(name, args.seeds)
    found: dict[str, Measured] = {}
    clicks: dict[str, list[Heard]] = {}
    for who in listeners(args):
        expects = who == OURS and name in RECORDED and args.models is None
        clicks[who] = heard_by(who, performances, args, expects=expects)
        found[who] = measured_of(performances, clicks[who])
    named = {f"{who} (offline)" if is_offline(who) else who: m for who, m in found.items()}
    sys.stdout.write(set_table(name, named) + "\n")
    if name == STRESS:
        told = [who for who in (OURS, PREVIOUS) if who in found]
        sys.stdout.write("".join(f"{case_table(who, found[who])}\n" for who in told))
    relations = [relation for one in clicks.get(OURS, []) for relation in one.key_relations]
    if relations and name != STRESS:
        shares = (f"{what} {share:.3f}" for what, share in confusions(relations).items())
        sys.stdout.write(f"{name}: keys heard by {OURS}: {', '.join(shares)}\n\n")
    if name == STRESS and args.figure:
        drawn = [who for who in DRAWN if who in clicks] or list(clicks)
        rows = [
            (performance, {who: clicks[who][place].clicks_s for who in drawn})
            for place, performance in enumerate(performances)
            if performance.name in {f"{shown} 0" for shown in SHOWN}
        ]
        draw(rows, args.figure)
    sys.stdout.flush()
    return found


def listeners(args: argparse.Namespace) -> list[str]:
    """Who is measured, in order of columns."""
    asked = [*args.listeners, *([PREVIOUS] if args.previous else [])]
    if args.peers:
        asked += [name for name, peer in PEERS.items() if peer.installed]
    return asked


def is_offline(who: str) -> bool:
    """Whether it hears the whole piece before it says anything."""
    return who in PEERS and PEERS[who].offline


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="unpacked archives and splits/")
    parser.add_argument("--split", default="val", choices=("train", "val"))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="SET")
    parser.add_argument("--pieces", type=int, help="at most so many pieces of every set")
    parser.add_argument("--seconds", type=float, help="only the first seconds of every piece")
    parser.add_argument("--seeds", type=int, default=3, help="of every stress case (default 3)")
    parser.add_argument("--listeners", nargs="+", choices=LISTENERS, default=LISTENERS)
    parser.add_argument("--models", type=Path, help="folder of other models for this version")
    parser.add_argument("--previous", type=Path, help="checkout of an earlier version")
    parser.add_argument("--peers", action="store_true", help="other programs that are installed")
    parser.add_argument("--hour", action="store_true", help="soak for an hour, not a quarter")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("-o", "--out", type=Path, default=Path("listening.json"))
    parser.add_argument("--figure", type=Path, help="draw phase over time here, as PNG")
    args = parser.parse_args()
    if args.data is None and any(name in RECORDED for name in args.sets):
        parser.error("the recorded sets need --data; without it choose --sets stress noise soak")
    return args


def main() -> int:
    """Measure, print and write."""
    args = arguments()
    measured: dict[str, dict[str, Measured]] = {}
    ours: dict[str, Figures] = {}
    if args.peers:
        for name, peer in PEERS.items():
            kind = "offline" if peer.offline else "causal"
            here = kind if peer.installed else "not installed here, so it is left out"
            sys.stdout.write(f"{name} ({peer.licence}): {here}\n")
    try:
        for name in args.sets:
            if name == "soak":
                length_s = HOUR_S if args.hour else SOAK_S
                found = Measured({"soak": soak(warmed(OURS, args.models)(), length_s)}, {})
                measured[name] = {OURS: found}
                sys.stdout.write(set_table(name, measured[name]) + "\n")
            else:
                measured[name] = run_set(name, args)
            if OURS in measured[name]:
                ours[name] = measured[name][OURS].mean
                if name == STRESS:
                    ours[name] |= stress_figures(measured[name][OURS])
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    met = verdicts(ours)
    sys.stdout.write(target_table(met))
    payload = {"sets": report(measured), "targets": met}
    args.out.write_text(json.dumps(payload, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
