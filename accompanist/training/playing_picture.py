"""Piano rolls of takes of one performance, one above another: performer, humans, and seeds.

Pitched parts are drawn by pitch, drums as ticks below them by voice; the performer's own notes lie
grey underneath. Beats are the song's own; bar lines are thin.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from accompanist.players.drums import PITCHES
from accompanist.training.arrangements import Arrangement
from accompanist.training.playing_takes import SoundedNote

_COLOURS = {"harmony": "C0", "bass": "C2", "drums": "C3", "performer": "0.7"}
_LOWEST = 28
_WIDTH_INCHES, _ROW_INCHES = 13.0, 2.6


def performer_notes(song: Arrangement) -> list[SoundedNote]:
    """The melody as it is performed."""
    return [
        SoundedNote("performer", n.onset_beats, n.length_beats, n.pitch, n.velocity)
        for n in song.melody
    ]


def draw_rolls(
    song: Arrangement,
    rows: Mapping[str, Sequence[SoundedNote]],
    path: Path,
    most_beats: float = 64.0,
) -> None:
    """Draw every row's notes beside the performer's, as PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        len(rows),
        1,
        figsize=(_WIDTH_INCHES, _ROW_INCHES * len(rows)),
        layout="constrained",
        sharex=True,
        squeeze=False,
    )
    for axis, (who, notes) in zip(axes[:, 0], rows.items(), strict=True):
        _draw_row(axis, [*performer_notes(song), *notes])
        axis.set_title(f"{song.piece}: {who}", loc="left", fontsize="small")
        for bar in range(0, int(most_beats) + 1, song.truth.beats_per_bar):
            axis.axvline(bar, color="0.9", linewidth=0.6, zorder=0)
        axis.set_xlim(0, most_beats)
    axes[-1, 0].set_xlabel("beat")
    figure.savefig(path, dpi=120, format="png")
    pyplot.close(figure)


def _draw_row(axis: Any, notes: Sequence[SoundedNote]) -> None:  # noqa: ANN401 - untyped
    for part, colour in _COLOURS.items():
        own = [note for note in notes if note.part == part]
        heights = [_height(note) for note in own]
        lengths = [0.12 if part == "drums" else max(note.beats, 0.08) for note in own]
        strength = [0.25 + 0.75 * note.velocity / 127 for note in own]
        axis.barh(
            heights,
            lengths,
            left=[note.beat for note in own],
            height=0.9,
            color=[(colour, share) for share in strength],
            label=part,
        )
    axis.set_ylabel("pitch", fontsize="small")
    axis.tick_params(labelsize="x-small")


def _height(note: SoundedNote) -> float:
    """Where a note lies: drums in a band below the lowest bass note, by voice."""
    if note.part != "drums":
        return float(note.pitch)
    voice = PITCHES.index(note.pitch) if note.pitch in PITCHES else len(PITCHES)
    return float(_LOWEST - 2 - voice)
