"""A report as a picture: beside each line's histogram, its values over time."""

from typing import Any, BinaryIO

from accompanist.app.bench.figures import Line, Report
from accompanist.music.errors import Refusal

_ROW_INCHES, _WIDTH_INCHES = 1.5, 10.0


def load_pyplot() -> Any:  # noqa: ANN401 - untyped
    """Load what draws, without a screen.

    Raises
    ------
    Refusal
        If matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise Refusal(
            "--plot needs matplotlib, which is not installed here; run: pip install matplotlib"
        ) from error
    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


def draw(report: Report, file: BinaryIO) -> None:
    """Draw every line that kept its values, as PNG.

    Raises
    ------
    Refusal
        If matplotlib is not installed.
    """
    pyplot = load_pyplot()
    lines = [line for line in report.lines if line.values] or list(report.lines[:1])
    size = (_WIDTH_INCHES, _ROW_INCHES * len(lines) + 0.5)
    figure, rows = pyplot.subplots(
        len(lines), 2, figsize=size, layout="constrained", squeeze=False, width_ratios=(1, 2)
    )
    for (left, right), line in zip(rows, lines, strict=True):
        _draw_line(left, right, line)
    rows[-1][1].set_xlabel("s")
    figure.savefig(file, dpi=120, format="png")
    pyplot.close(figure)


def _draw_line(left: Any, right: Any, line: Line) -> None:  # noqa: ANN401 - untyped
    values = line.values or (line.spread.max,)
    left.hist(values, bins=60, log=True, color="C0")
    left.set_title(f"{line.name}, {line.unit}", loc="left", fontsize="small")
    right.plot(line.times_s or range(len(values)), values, ".", markersize=2, color="C0")
    left.yaxis.minorticks_off()
    for axis, mark in ((left, left.axvline), (right, right.axhline)):
        if line.floor is not None:
            mark(line.floor.p99, color="0.4", linestyle=":", label="floor, p99")
        mark(line.spread.p99, color="C3", linewidth=0.8, label="p99")
        axis.tick_params(labelsize="x-small")
    right.legend(loc="upper right", fontsize="x-small", frameon=False)
