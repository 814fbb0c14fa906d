"""How well the listener follows: a table of every set, beside a metronome and bare rules.

    python bench/listening.py --data DIR [--split val] [--pieces N] [--sets pop909 wjd] [-o FILE]

DIR holds the unpacked archives and ``splits/``. Figures are those of
`accompanist.training.listening_scores`. Writes JSON with the figures of every piece.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.errors import Refusal
from accompanist.training.listening_scores import (
    beat_scores,
    beginning,
    mean_scores,
    metronome,
    score,
    take,
)
from accompanist.training.performances import (
    MELODY,
    PIANO,
    Performance,
    read_asap,
    read_groove,
)
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces
from accompanist.training.wjd import read_wjd

COLUMNS = (
    "F_sound", "CMLt", "OML", "downbeat F", "lead", "key@12s", "chord majmin", "chord sevenths",
    "cost",
)  # fmt: skip
_LEFT_HAND_BELOW = 58


def _songs(data: Path, names: list[str]) -> list[Performance]:
    return [with_roles(song, (MELODY, PIANO)) for song in read_pop909(data, names)]


def _melodies(data: Path, names: list[str]) -> list[Performance]:
    return [with_roles(song, (MELODY,)) for song in read_pop909(data, names)]


def _left_hands(data: Path, names: list[str]) -> list[Performance]:
    hands = []
    for song in read_pop909(data, names):
        piano = with_roles(song, (PIANO,))
        notes = piano.notes.only(piano.notes.pitch < _LEFT_HAND_BELOW)
        hands.append(
            Performance(
                song.name,
                notes,
                song.beats_s,
                song.downbeats,
                piano.pedals,
                song.keys,
                song.chords,
            )
        )
    return hands


SETS: dict[str, tuple[str, Callable[[Path, list[str]], list[Performance]]]] = {
    "pop909": ("pop909", _songs),
    "pop909 melody": ("pop909", _melodies),
    "pop909 left hand": ("pop909", _left_hands),
    "wjd": ("wjd", lambda data, names: list(read_wjd(data, names))),
    "groove": ("groove", lambda data, names: list(read_groove(data, names))),
    "asap": ("asap", lambda data, names: list(read_asap(data, names))),
}
LISTENERS: dict[str, Callable[[], Listener]] = {"learned": learned_listener, "rules": Listener}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="unpacked archives and splits/")
    parser.add_argument("--split", default="val", choices=("train", "val"))
    parser.add_argument("--pieces", type=int, help="at most so many pieces of every set")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--listeners", nargs="+", choices=LISTENERS, default=list(LISTENERS))
    parser.add_argument("--seconds", type=float, help="only the first seconds of every piece")
    parser.add_argument("-o", "--out", type=Path, default=Path("listening.json"))
    return parser.parse_args()


def _row(name: str, figures: dict[str, float]) -> str:
    cells = [f"{figures[column]:>10.3f}" if column in figures else " " * 10 for column in COLUMNS]
    return f"{name:<28}" + "".join(cells)


def _measured(
    performances: list[Performance], make: Callable[[], Listener]
) -> tuple[dict[str, float], list[dict[str, float]]]:
    bar = tqdm(total=len(performances), unit="piece", disable=None, leave=False)

    def hear(performance: Performance) -> dict[str, float]:
        figures = score(take(performance, make()))
        bar.update()
        return figures

    with bar:
        return mean_scores(performances, hear)


def main() -> int:
    """Measure, print and write."""
    args = _arguments()
    report: dict[str, dict[str, object]] = {}
    sys.stdout.write(" " * 28 + "".join(f"{column[:9]:>10}" for column in COLUMNS) + "\n")
    try:
        for name in args.sets:
            folder, read = SETS[name]
            listed = pieces(args.data, folder, args.split)[: args.pieces]
            performances = [song for song in read(args.data, listed) if len(song.notes) > 1]
            if args.seconds is not None:
                performances = [beginning(song, args.seconds) for song in performances]
            floor, _ = mean_scores(performances, lambda p: beat_scores(p, metronome(p)))
            sys.stdout.write(_row(f"{name}: metronome", floor) + "\n")
            report[name] = {"pieces": len(performances), "metronome": floor}
            for who in args.listeners:
                means, every = _measured(performances, LISTENERS[who])
                sys.stdout.write(_row(f"{name}: {who}", means) + "\n")
                names = [song.name for song in performances]
                report[name][who] = {"mean": means, "pieces": dict(zip(names, every, strict=True))}
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    args.out.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
