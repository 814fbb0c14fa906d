"""Reaction and jitter through real JACK ports, beside their floors: table, JSON, and a plot.

python bench/latency.py --seconds 30 --json latency.json --plot latency.png
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from accompanist.app import bench
from accompanist.music.errors import Refusal


def main() -> int:
    """Measure as ``accompanist bench`` does, and draw what it measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    bench.add_arguments(parser)
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the figures")
    args = parser.parse_args()
    try:
        figures = bench.report(args)
    except Refusal as refusal:
        print(f"latency: {refusal}", file=sys.stderr)
        return 2
    if args.plot:
        draw(figures, args.plot)
    return 0


def draw(figures: dict[str, Any], path: Path) -> None:
    """Draw every percentile as a point on a logarithmic axis, floors hollow."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
    measures = figures["measures"]
    for row, (name, measure) in enumerate(reversed(measures.items())):
        for column, marker in zip(bench.COLUMNS, "osD|", strict=True):
            face = "none" if name.endswith("_floor") else "C0"
            label = column.removesuffix("_us").replace("p99_9", "p99.9") if row == 0 else None
            axes.plot(
                measure[column], row, marker, markerfacecolor=face, color="C0", ms=8, label=label
            )
    period_us = 1e6 * figures["period_frames"] / figures["sample_rate"]
    axes.axvline(period_us, color="0.7", zorder=0, label="period")
    axes.set_yticks(range(len(measures)), [name.replace("_", " ") for name in reversed(measures)])
    axes.set(xscale="log", xlabel="µs")
    axes.legend(loc="upper center", ncols=5, bbox_to_anchor=(0.5, 1.25), frameon=False)
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    sys.exit(main())
