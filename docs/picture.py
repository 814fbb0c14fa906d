"""Draw the README's picture: the demonstration performance, and the band's answer to it.

    python docs/picture.py                  writes docs/picture.png
    python docs/picture.py --from 20 -o FILE.png

Everything shown is what the band announced and played, drawn from the same session that
`accompanist play` performs when no controller is attached.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.app.trace import Trace
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.settled import settled
from accompanist.engine import Announcement
from accompanist.music.band import BandNote, NoteCut, Panic
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from accompanist.music.heard import BeatHeard

INK, FAINT, PAPER = "#23262b", "#d5d7db", "#ffffff"
COLOURS = {"you": "#23262b", "harmony": "#3b82c4", "bass": "#2f9e62", "drums": "#d9722e"}
DRUMS = {36: "kick", 37: "snare", 38: "snare", 40: "snare", 42: "hi-hat", 44: "hi-hat"}
DRUM_ROWS = ("kick", "snare", "hi-hat", "other")
HIT_S = 0.05


@dataclass
class Watcher(Trace):
    """Keeps what the band played, too."""

    played: list[BandNote | NoteCut | Panic] = field(default_factory=list)

    def show(self, announcement: Announcement) -> None:
        """Take what is announced."""
        super().show(announcement)
        if isinstance(announcement, BandNote | NoteCut | Panic):
            self.played.append(announcement)


def keys_pressed(events: Sequence[PerformerEvent]) -> list[tuple[float, float, int, int]]:
    """Onset, end, pitch and velocity of every key pressed."""
    down: dict[int, NoteOn] = {}
    pressed = []
    for event in events:
        if isinstance(event, NoteOn):
            down[event.pitch] = event
        elif isinstance(event, NoteOff) and event.pitch in down:
            on = down.pop(event.pitch)
            pressed.append((on.time_s, event.time_s, on.pitch, on.velocity))
    return pressed


def draw(events: Sequence[PerformerEvent], seen: Watcher, from_s: float, to_s: float) -> None:
    """Draw performer, harmony, bass and drums above each other on one time axis."""
    pyplot.rcParams.update({"font.size": 9, "font.family": "DejaVu Sans", "text.color": INK})
    figure, rows = pyplot.subplots(
        4, 1, sharex=True, figsize=(10, 5.6), height_ratios=(3, 2, 1.5, 1.3), facecolor=PAPER
    )
    figure.subplots_adjust(left=0.075, right=0.985, top=0.9, bottom=0.075, hspace=0.08)
    roll(rows[0], "you", keys_pressed(events))
    notes = [note for note in settled(seen.played) if note.off_s > from_s and note.on_s < to_s]
    for axes, part in zip(rows[1:3], ("harmony", "bass"), strict=True):
        own = [n for n in notes if n.part == part]
        roll(axes, part, [(n.on_s, n.off_s, n.pitch, n.velocity) for n in own])
    hits = [n for n in notes if n.part == "drums"]
    roll(rows[3], "drums", [(n.on_s, n.on_s + HIT_S, drum_row(n.pitch), n.velocity) for n in hits])
    rows[3].set_yticks(range(len(DRUM_ROWS)), DRUM_ROWS, fontsize=6.5)
    for axes in rows:
        bar_lines(axes, seen.beats)
    rows[0].set_xlim(from_s, to_s)
    rows[3].set_xlabel("seconds", labelpad=2)
    headings(rows[0], seen, from_s, to_s)


def drum_row(pitch: int) -> int:
    """Row of a General MIDI drum, the kick lowest."""
    return DRUM_ROWS.index(DRUMS.get(pitch, "other"))


def roll(axes: Axes, part: str, notes: Sequence[tuple[float, float, int, int]]) -> None:
    """Draw notes as bars, loud ones darker."""
    for on_s, off_s, height, velocity in notes:
        axes.barh(
            height,
            off_s - on_s,
            left=on_s,
            height=0.85,
            color=COLOURS[part],
            alpha=0.35 + 0.65 * velocity / 127,
            linewidth=0,
        )
    axes.set_ylabel(part, color=COLOURS[part], fontweight="bold", fontsize=11)
    axes.yaxis.set_label_coords(-0.045, 0.5)
    axes.tick_params(length=0, labelsize=7)
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(FAINT)
    if notes:
        heights = [height for _, _, height, _ in notes]
        axes.set_ylim(min(heights) - 1.2, max(heights) + 1.2)


def bar_lines(axes: Axes, beats: Sequence[BeatHeard]) -> None:
    """Draw the announced beats, downbeats darker."""
    for beat in beats:
        colour, width = ("#8b9099", 0.9) if beat.downbeat else (FAINT, 0.5)
        axes.axvline(beat.at_s, color=colour, linewidth=width, zorder=0)


def headings(axes: Axes, seen: Watcher, from_s: float, to_s: float) -> None:
    """Write the announced chords where they begin, and tempo and key above."""
    shown = [chord for chord in seen.chords if from_s <= chord.at_s < to_s - 0.5]
    for chord, following in pairwise([*shown, None]):
        if following is None or following.at_s - chord.at_s > 0.45:
            axes.text(
                chord.at_s, 1.03, chord.chord.label, transform=axes.get_xaxis_transform(), size=8
            )
    middle_s = (from_s + to_s) / 2
    tempo = [beat.tempo_bpm for beat in seen.beats if beat.at_s <= middle_s]
    key = [heard.key.name for heard in seen.keys if heard.announced_s <= middle_s]
    facts = f"{tempo[-1]:.0f} bpm, {key[-1]}" if tempo and key else ""
    axes.text(1.0, 1.16, facts, transform=axes.transAxes, ha="right", size=9)
    axes.text(
        0.0,
        1.16,
        "What you play, and what the band hears and answers",
        transform=axes.transAxes,
        size=11,
        weight="bold",
    )


def main(words: Sequence[str] | None = None) -> None:
    """Perform the demonstration and draw a stretch of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="from_s", type=float, default=16.0, metavar="SECONDS")
    parser.add_argument("--length", dest="length_s", type=float, default=16.0, metavar="SECONDS")
    default = Path(__file__).with_name("picture.png")
    parser.add_argument("-o", "--output", type=Path, default=default, metavar="FILE.png")
    args = parser.parse_args(words)
    events = demonstration()
    seen = Watcher()
    to_s = args.from_s + args.length_s
    Session(assemble(), [RecordedInput(events)], observers=[seen]).run_offline(to_s + 5.0)
    draw(events, seen, args.from_s, to_s)
    pyplot.savefig(args.output, dpi=150, metadata={"Software": ""})


if __name__ == "__main__":
    main()
