"""What is told of sets of sound beside means: by style, by piece, and against peers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from accompanist.training.listening_heard import Heard
from accompanist.training.listening_scores import means
from accompanist.training.listening_sets import spread
from accompanist.training.listening_sound import SoundPiece
from accompanist.training.listening_sound_peers import SoundPeer
from accompanist.training.listening_sound_sets import ATTACKS, OURS, RENDERED
from accompanist.training.listening_table import Figures, Measured, set_table
from accompanist.training.performances import Performance

OFFLINE_TRACKER = "madmom (offline)"
"""The offline peer whose continuity ours is held against."""

WITH_DRUMS, GUITAR, POP = f"{RENDERED} with drums", f"{RENDERED} guitar", f"{RENDERED} pop"
_PARTS: dict[str, Callable[[SoundPiece], bool]] = {
    WITH_DRUMS: lambda piece: piece.style in ("drums", "band"),
    GUITAR: lambda piece: piece.style == "guitar",
    POP: lambda piece: piece.source.rpartition(" ")[2].isdigit(),
}
"""Parts of the rendered set that have targets of their own; pop songs have numbers, not names."""

DRAWN = (OURS, ATTACKS, "madmom online", "BeatNet", "aubio", OFFLINE_TRACKER)
"""Whose clicks a figure shows; more would hide one another."""

_MOST_DRAWN = 12
_HEARD_BEST = ("F_sound", "CMLt")
_COLUMNS = (
    "F_sound", "CMLt", "OML", "downbeat F", "FOLLOW", "tempo 4%", "lead", "key@12s",
    "chord majmin", "false starts", "cost",
)  # fmt: skip
_NAME_WIDTH, _COLUMN_WIDTH = 30, 14


def against_peers(
    ours: Measured, found: Mapping[str, Measured], peers: Sequence[SoundPeer]
) -> Figures:
    """How far ours is ahead of the best causal peer, on the mean and on its worst piece.

    Also how far its continuity is ahead of that of `OFFLINE_TRACKER`. Nothing without peers.
    """
    causal = [found[peer.title] for peer in peers if not peer.offline and peer.title in found]
    causal = [one for one in causal if "F_sound" in one.mean]
    figures: Figures = {}
    for figure in _HEARD_BEST:
        if causal and figure in ours.mean:
            best = max(one.mean[figure] for one in causal)
            figures[f"{figure} ahead of causal peers"] = ours.mean[figure] - best
    ahead = [
        mine["F_sound"] - max(one.pieces[name]["F_sound"] for one in causal)
        for name, mine in ours.pieces.items()
        if causal and "F_sound" in mine
    ]
    if ahead:
        figures["worst case ahead of causal peers"] = min(ahead)
    tracker = found.get(OFFLINE_TRACKER)
    if tracker is not None and "CMLt" in tracker.mean and "CMLt" in ours.mean:
        figures[f"CMLt ahead of {OFFLINE_TRACKER}"] = ours.mean["CMLt"] - tracker.mean["CMLt"]
    return figures


def sound_figures(
    name: str,
    found: Mapping[str, Measured],
    pieces: Sequence[SoundPiece],
    peers: Sequence[SoundPeer],
) -> dict[str, Figures]:
    """What targets are set on of our listener, by set and part of a set; nothing without it."""
    if OURS not in found:
        return {}
    ours = found[OURS]
    of_parts = parts(ours, pieces) if name == RENDERED else {}
    return {name: ours.mean | against_peers(ours, found, peers)} | of_parts


def sound_report(
    name: str,
    found: Mapping[str, Measured],
    pieces: Sequence[SoundPiece],
    peers: Sequence[SoundPeer],
) -> str:
    """Tables of a set: ours with intervals, everybody's means, and beats by style or by piece."""
    titles = [peer.title for peer in peers]
    here = {who: one for who, one in found.items() if who not in titles}
    rows = {who: one.mean for who, one in found.items()}
    groups = {
        who: by_style(one, pieces) if name == RENDERED else one.pieces for who, one in found.items()
    }
    tables = [
        set_table(name, here),
        _table(f"{name}, {len(pieces)} pieces: who hears what", _COLUMNS, rows),
    ]
    tables += [figure_table(name, figure, groups) for figure in _HEARD_BEST]
    return "\n".join(tables) + "\n"


def clicked(
    pieces: Sequence[SoundPiece], heard: Mapping[str, Sequence[Heard]]
) -> list[tuple[Performance, dict[str, NDArray[np.float64]]]]:
    """Some pieces, and when clicks sounded by those of `DRAWN` who heard them."""
    drawn = [who for who in DRAWN if who in heard]
    places = [place for place, piece in enumerate(pieces) if len(piece.performance.beats_s) > 1]
    return [
        (pieces[place].performance, {who: heard[who][place].clicks_s for who in drawn})
        for place in spread(places, _MOST_DRAWN)
    ]


def by_style(measured: Measured, pieces: Sequence[SoundPiece]) -> dict[str, Figures]:
    """Means of every style of piece."""
    styles = sorted({piece.style for piece in pieces})
    return {
        style: means([measured.pieces[piece.name] for piece in pieces if piece.style == style])
        for style in styles
    }


def parts(measured: Measured, pieces: Sequence[SoundPiece]) -> dict[str, Figures]:
    """Means of the parts of the rendered set that have targets of their own."""
    return {
        name: means([measured.pieces[piece.name] for piece in pieces if belongs(piece)])
        for name, belongs in _PARTS.items()
    }


def figure_table(title: str, figure: str, found: Mapping[str, Mapping[str, Figures]]) -> str:
    """One figure: a row for every piece or style, a column for every listener that has it."""
    names = dict.fromkeys(row for rows in found.values() for row in rows)
    cells = {
        name: {who: rows[name][figure] for who, rows in found.items() if figure in rows[name]}
        for name in names
    }
    shown = {name: row for name, row in cells.items() if row}
    return _table(f"{title}: {figure}", list(found), shown)


def _table(title: str, columns: Sequence[str], rows: Mapping[str, Figures]) -> str:
    shown = [column for column in columns if any(column in row for row in rows.values())]
    widths = [max(_COLUMN_WIDTH, len(column) + 2) for column in shown]
    heads = "".join(f"{column:>{width}}" for column, width in zip(shown, widths, strict=True))
    lines = [title, " " * _NAME_WIDTH + heads]
    for name, row in rows.items():
        cells = [f"{row[column]:.3f}" if column in row else "–" for column in shown]
        line = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        lines.append(f"{name:<{_NAME_WIDTH}}{line}")
    return "\n".join(lines) + "\n"
