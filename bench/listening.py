"""How well the listener follows: every figure of every set, beside floors, peers and old versions.

    python bench/listening.py --data DIR [--sets stress wjd] [--pieces 12] [--seconds 60]
    python bench/listening.py --recordings DIR --rendered DIR [--sound-peers PYTHON]

DIR holds the unpacked archives and ``splits/``; stress, noise and the soak need none. A piece is
one of a list spread evenly over its set, the same every time. Figures are those of
`accompanist.training.listening_scores`; keys, chords and expected chords are the engine's.
``--previous`` names a checkout of an earlier version, ``--models`` a folder of other models for
this one, ``--peers`` adds what else is installed. Prints a table a set with 95 % bootstrap
intervals by piece, then which targets are met; writes JSON and, if asked, a figure.

Sound is heard from folders of pieces (`accompanist.training.listening_sound`); rendered ones are
made by `accompanist.training.sound_validation`. Peers that hear sound run in an environment of
their own, whose Python is named; what they heard is kept beside the JSON.
"""

import argparse
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.errors import Refusal
from accompanist.training.chord_scores import expected_scores
from accompanist.training.key_scores import confusions
from accompanist.training.listening_baselines import IntervalTracker, Metronome, told
from accompanist.training.listening_heard import Heard, each, judged, measured_of
from accompanist.training.listening_peers import PEERS
from accompanist.training.listening_picture import SHOWN, draw
from accompanist.training.listening_previous import heard_before
from accompanist.training.listening_scores import ASPECTS, Ear, beginning, take
from accompanist.training.listening_sets import (
    FALSE_STARTS,
    RECORDED,
    STRESS,
    constructed,
    recorded,
)
from accompanist.training.listening_soak import soak
from accompanist.training.listening_sound import sound_pieces
from accompanist.training.listening_sound_figures import clicked, sound_figures, sound_report
from accompanist.training.listening_sound_peers import SoundPeers
from accompanist.training.listening_sound_sets import (
    OURS,
    SOUND_LISTENERS,
    SOUND_SETS,
    TOLD,
    SoundJob,
    hear_sound,
    heard_by_peers,
)
from accompanist.training.listening_table import Figures, Measured, case_table, report, set_table
from accompanist.training.listening_targets import stress_figures, target_table, verdicts
from accompanist.training.performances import Performance
from accompanist.training.stress import CASES
from accompanist.training.true_evidence import true_listener

SOAK = "soak"
SETS = (STRESS, FALSE_STARTS, *RECORDED, *SOUND_SETS, SOAK)
SOAK_S, HOUR_S, WARM_UP_S = 900.0, 3600.0, 5.0
PREVIOUS, TRUE = "previous", "true evidence"

PEERS_SCRIPT = Path(__file__).with_name("sound_peers.py")


@dataclass(frozen=True, slots=True)
class Job:
    """One performance to be heard by one listener; `expects` asks for the engine's chords too."""

    who: str
    models: Path | None
    performance: Performance
    expects: bool


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

ON_NOTES = (*ears(None), TRUE, TOLD)
"""Who can hear notes. The last two tell what limits ours: one has our filter but is given true
evidence, the other is told every true beat as it falls.
"""

LISTENERS = tuple(dict.fromkeys((*SOUND_LISTENERS, *ON_NOTES)))


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


def heard_by(
    who: str, performances: list[Performance], args: argparse.Namespace, *, expects: bool
) -> list[Heard]:
    """Every performance heard by one listener, in order, on as many processes as are asked for."""
    if who == PREVIOUS:
        pairs = zip(performances, heard_before(args.previous, performances), strict=True)
        return [judged(performance, list(heard), ASPECTS) for performance, heard in pairs]
    jobs = [Job(who, args.models, performance, expects) for performance in performances]
    return each(hear, jobs, args.jobs, who)


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


def run_sound(
    name: str, args: argparse.Namespace, peers: SoundPeers | None
) -> tuple[dict[str, Measured], dict[str, Figures]]:
    """Measure and print one set of sound; return also what its targets are set on."""
    pieces = sound_pieces(getattr(args, name), args.pieces)
    heard = {
        who: each(
            hear_sound, [SoundJob(who, args.models, piece) for piece in pieces], args.jobs, who
        )
        for who in args.listeners
        if who in SOUND_LISTENERS
    }
    here = peers.here if peers is not None else ()
    heard |= heard_by_peers(peers, pieces) if peers is not None else {}
    performances = [piece.performance for piece in pieces]
    found = {who: measured_of(performances, one) for who, one in heard.items()}
    sys.stdout.write(sound_report(name, found, pieces, here))
    sys.stdout.flush()
    if args.figure:
        draw(clicked(pieces, heard), args.figure.with_stem(f"{args.figure.stem}-{name}"))
    return found, sound_figures(name, found, pieces, here)


def sound_peers(args: argparse.Namespace) -> SoundPeers | None:
    """The peers that hear sound; none where no environment is named."""
    if args.sound_peers is None:
        if any(name in SOUND_SETS for name in args.sets):
            print("peers that hear sound are left out; name their python with --sound-peers")
        return None
    kept, say = args.out.with_suffix(".peers"), partial(print, flush=True)
    return SoundPeers(args.sound_peers, PEERS_SCRIPT, kept, say)


def listeners(args: argparse.Namespace) -> list[str]:
    """Who is measured, in order of columns."""
    asked = [who for who in args.listeners if who in ON_NOTES]
    asked += [PREVIOUS] if args.previous else []
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
    parser.add_argument("--recordings", type=Path, help="recordings, each beside its truth")
    parser.add_argument("--rendered", type=Path, help="rendered pieces, each beside its truth")
    parser.add_argument("--sets", nargs="+", choices=SETS, metavar="SET", help=", ".join(SETS))
    parser.add_argument("--pieces", type=int, help="at most so many pieces of every set")
    parser.add_argument("--seconds", type=float, help="only the first seconds of pieces of notes")
    parser.add_argument("--seeds", type=int, default=3, help="of every stress case (default 3)")
    parser.add_argument("--listeners", nargs="+", choices=LISTENERS, default=LISTENERS)
    parser.add_argument("--models", type=Path, help="folder of other models for this version")
    parser.add_argument("--previous", type=Path, help="checkout of an earlier version")
    parser.add_argument("--peers", action="store_true", help="other programs that are installed")
    parser.add_argument(
        "--sound-peers", type=Path, metavar="PYTHON", help="of an environment of peers for sound"
    )
    parser.add_argument("--hour", action="store_true", help="soak for an hour, not a quarter")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("-o", "--out", type=Path, default=Path("listening.json"))
    parser.add_argument("--figure", type=Path, help="draw phase over time here, as PNG")
    args = parser.parse_args()
    sounds = [name for name in SOUND_SETS if getattr(args, name) is not None]
    if args.sets is None:
        of_notes = [name for name in SETS if name not in SOUND_SETS]
        args.sets = sounds if sounds and args.data is None else [*of_notes, *sounds]
    if args.data is None and any(name in RECORDED for name in args.sets):
        parser.error("the recorded sets need --data; without it choose --sets stress noise soak")
    for name in SOUND_SETS:
        if name in args.sets and name not in sounds:
            parser.error(f"the set {name} needs --{name}, the folder of its pieces")
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
        peers = sound_peers(args)
        for name in args.sets:
            if name in SOUND_SETS:
                measured[name], figures = run_sound(name, args, peers)
                ours |= figures
            elif name == SOAK:
                length_s = HOUR_S if args.hour else SOAK_S
                found = Measured({SOAK: soak(warmed(OURS, args.models)(), length_s)}, {})
                measured[name] = {OURS: found}
                sys.stdout.write(set_table(name, measured[name]) + "\n")
            else:
                measured[name] = run_set(name, args)
            if OURS in measured[name] and name not in SOUND_SETS:
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
