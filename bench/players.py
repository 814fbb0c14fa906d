"""How well the band plays: every figure beside humans, baselines and understudies.

    python bench/players.py --data DIR [--parts harmony drums] [--pieces 20] [--seconds 60]
    python bench/players.py bass --data DIR

The first plays held-out songs, grooves and chords through the engine as it is shipped, and prints
a table a part with 95 % bootstrap intervals by piece, what each control does, how the model
compares with every other player, and which targets are met. DIR holds the unpacked archives and
``splits/``; controls, dynamics and cost need none. Figures are those of
the modules `accompanist.training.playing_*`. The second measures what a shipped model's card says.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from accompanist.app.assembly import assemble, full_band
from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.music.errors import Refusal
from accompanist.players.style_file import load_styles
from accompanist.players.understudy import RuleAnticipator
from accompanist.training import anticipation, bass, drums, harmony
from accompanist.training.arrangements import Arrangement
from accompanist.training.groove import Drumming, drumming
from accompanist.training.listening_sets import spread
from accompanist.training.listening_table import Measured, report, set_table
from accompanist.training.listening_targets import target_table
from accompanist.training.playing_composite import comparison_table, comparisons
from accompanist.training.playing_controls import Slope, slope_table
from accompanist.training.playing_cost import band_cost, floor_cost, tick_cost
from accompanist.training.playing_drums import scored_grooves
from accompanist.training.playing_harmony import perplexities
from accompanist.training.playing_picture import draw_rolls
from accompanist.training.playing_sets import (
    HUMAN,
    INPUTS,
    MODEL,
    UNDERSTUDY,
    Table,
    Takes,
    bass_tables,
    harmony_tables,
    held_out_songs,
    one_take,
)
from accompanist.training.playing_shape import (
    Overlaps,
    human_bass_notes,
    human_harmony_notes,
    overlap_table,
    overlaps,
)
from accompanist.training.playing_songs import four_chords
from accompanist.training.playing_takes import Overheard
from accompanist.training.playing_targets import judged
from accompanist.training.playing_trials import (
    control_tables,
    drum_table,
    drummers_alone,
    dynamics_table,
    loop_table,
    walking_table,
)

CARDS = {
    "drums": drums.measure,
    "bass": bass.measure,
    "harmony": harmony.measure,
    "anticipation": anticipation.measure,
}
PARTS = (
    "harmony", "bass", "drums", "walking", "overlap", "controls", "dynamics", "loops", "cost",
)  # fmt: skip
WITHOUT_DATA = ("controls", "dynamics", "cost")
GROOVE_BARS = 16
DRAWN_SEEDS = 3


def make(source: str, seed: int) -> tuple[Engine, Overheard | None]:
    """The shipped engine; the understudies' guesses the coming chord by rule alone."""
    if source == UNDERSTUDY:
        return assemble(seed, anticipator=RuleAnticipator()), None
    overheard = Overheard(StreamingModel("anticipation"))
    return assemble(seed, anticipator=overheard), overheard


class Bench:
    """Everything that is asked for, each thing read or played once."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.tables: dict[str, Table] = {}
        self.slopes: dict[str, list[Slope]] = {}
        self.overlaps: Overlaps = {}

    @cached_property
    def songs(self) -> list[Arrangement]:
        """Openings of held-out songs."""
        return held_out_songs(self.args.data, self.args.pieces, self.args.seconds)

    @cached_property
    def takes(self) -> Takes:
        """What the band plays to them."""
        return Takes.of(self.songs, make, push="harmony" in self.args.parts)

    @cached_property
    def val_grooves(self) -> list[Drumming]:
        """All held-out grooves that are long enough, their first bars."""
        return scored_grooves(drumming(self.args.data, "val"), GROOVE_BARS)

    @cached_property
    def grooves(self) -> list[Drumming]:
        """As many grooves as pieces."""
        return spread(self.val_grooves, self.args.pieces)

    @cached_property
    def drummers(self) -> dict[str, list[Drumming]]:
        """What the drummers play by themselves beside these grooves."""
        return drummers_alone(self.grooves)

    def harmony(self) -> dict[str, Table]:
        """Chords that the band goes by."""
        return harmony_tables(self.takes, StreamingModel("anticipation"), self.args.data)

    def bass(self) -> dict[str, Table]:
        """Bass lines."""
        return bass_tables(self.takes, drumming(self.args.data, "val"))

    def drums(self) -> dict[str, Table]:
        """Grooves."""
        train, (_, ranks) = drumming(self.args.data, "train"), drums.trained_on(self.args.data)
        return drum_table(train, self.grooves, self.drummers, ranks)

    def walking(self) -> dict[str, Table]:
        """Bass lines under jazz solos."""
        return walking_table(self.args.data, self.args.pieces)

    def overlap(self) -> dict[str, Table]:
        """Distributions; they are no table of means."""
        humans = held_out_songs(self.args.data, None, self.args.seconds)
        self.overlaps = overlaps(self.takes, humans, self.val_grooves, self.drummers)
        sys.stdout.write(overlap_table(self.overlaps) + "\n")
        return {}

    def controls(self) -> dict[str, Table]:
        """What each control does."""
        tables, self.slopes = control_tables(make, self.args.seeds)
        sys.stdout.write(slope_table(self.slopes) + "\n")
        return tables

    def dynamics(self) -> dict[str, Table]:
        """Loudness and space."""
        return dynamics_table(make, self.args.seeds)

    def loops(self) -> dict[str, Table]:
        """Five minutes of four chords."""
        return loop_table(make, self.songs, self.grooves)

    def cost(self) -> dict[str, Table]:
        """Processor time on one thread."""
        take = one_take(four_chords(16), "both", MODEL, make)
        costs = {MODEL: band_cost(full_band(load_styles())) | tick_cost([take.ticks_ms])}
        band = full_band(load_styles())
        for chair in band.chairs:
            chair.prefers_model = False
        costs[UNDERSTUDY] = band_cost(band)
        costs["networks alone"] = floor_cost()
        return {"cost": {who: Measured({}, found) for who, found in costs.items()}}

    def draw(self, folder: Path) -> None:
        """Piano rolls of the first song: humans, and the band with three seeds, by input."""
        folder.mkdir(parents=True, exist_ok=True)
        song = self.songs[0]
        for which, title in INPUTS.items():
            rows = {HUMAN: [*human_bass_notes(song), *human_harmony_notes(song)]}
            for seed in range(DRAWN_SEEDS):
                take = one_take(song, which, MODEL, make, seed)
                rows[f"{title}, seed {seed}"] = list(take.notes)
            draw_rolls(song, rows, folder / f"{song.piece}-{which}.png")


def card_table(name: str, figures: dict[str, dict[str, float]]) -> str:
    """Figures as aligned lines: what, who, how much."""
    lines = [name]
    for figure, values in figures.items():
        lines += [f"  {figure:<30}{who:<36}{value:8.3f}" for who, value in values.items()]
    return "\n".join(lines) + "\n"


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "models", nargs="*", choices=[*CARDS, []], help="measure their cards' figures"
    )
    parser.add_argument("--data", type=Path, help="unpacked archives and splits/")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--pieces", type=int, default=20, help="of every set (default 20)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of every song (default 60)")
    parser.add_argument("--seeds", type=int, default=5, help="of the trials (default 5)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--figure", type=Path, help="draw piano rolls into this folder")
    args = parser.parse_args()
    needs = args.models or args.figure or not set(args.parts) <= set(WITHOUT_DATA)
    if args.data is None and needs:
        parser.error(f"all parts but {', '.join(WITHOUT_DATA)} need --data")
    return args


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Measure and print every part that is asked for; return everything as JSON has it."""
    bench, took_s = Bench(args), dict[str, float]()
    for part in args.parts:
        began_s = time.perf_counter()
        for name, table in getattr(bench, part)().items():
            bench.tables[name] = table
            sys.stdout.write(set_table(name, table) + perplexities(table) + "\n")
        took_s[part] = time.perf_counter() - began_s
        sys.stdout.flush()
    compared = comparisons(bench.tables)
    met = judged(bench.tables, bench.slopes, bench.overlaps, compared)
    sys.stdout.write(comparison_table(compared) + "\n" + target_table(met))
    if args.figure:
        bench.draw(args.figure)
    return {
        "tables": report(bench.tables),
        "slopes": {who: [asdict(one) for one in found] for who, found in bench.slopes.items()},
        "overlap": {
            part: {who: asdict(one) for who, one in found.items()}
            for part, found in bench.overlaps.items()
        },
        "comparisons": [asdict(one) | {"better": one.shown} for one in compared],
        "targets": met,
        "took seconds": took_s,
    }


def cards(args: argparse.Namespace) -> dict[str, object]:
    """What the cards of models say, measured anew and printed."""
    measured: dict[str, object] = {}
    for name in args.models:
        figures = CARDS[name](StreamingModel(name), args.data)
        measured[name] = figures
        sys.stdout.write(card_table(name, figures))
    return measured


def main() -> int:
    """Measure, print and write."""
    args = arguments()
    try:
        payload = cards(args) if args.models else measure(args)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    if args.json:
        args.json.write_text(json.dumps(payload, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
