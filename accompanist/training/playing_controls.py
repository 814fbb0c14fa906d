"""Whether the band's controls can be heard: what each does at five settings, and its slope.

The performer plays four chords going round, the same every time; a seed of the band is a case.
What is measured is the band alone, from the third bar after it came in. *Instruments* are the drum
voices, and the parts besides, that sound in a bar. *Off the eighths* is the share of onsets on odd
sixteenths, *extensions* that of the harmony's notes that are not root, third or fifth of the chord
it goes by; *chord tones on strong beats* are told by the true chord. *Bits per event* is the
surprise of an event (a drum voice, or a degree of the chord, at a place in the bar) under counts of
what the same players do at `outside` 0 with other seeds: a neutral model that knows nothing of what
went before, for learned players and rules alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from accompanist.training.listening_table import Figures, bootstrap
from accompanist.training.playing_takes import Playing, SoundedNote

SETTINGS = (0.0, 0.25, 0.5, 0.75, 1.0)
CONTROLS = ("density", "intensity", "complexity", "outside")
HEARD = {
    "density": ("onsets per beat",),
    "intensity": ("velocity", "instruments"),
    "complexity": ("off the eighths", "extensions"),
    "outside": ("bits per event",),
}
"""What each control is to raise."""

CHORD_TONES = "chord tones on strong beats"

_FIRST_BARS = 2
_LEAST_SHARE_DOWN = 0.1
_BAR = 16

Event = tuple[str, int, int]


def control_figures(playing: Playing, neutral: "Neutral | None" = None) -> Figures:
    """What can be heard of a take, by figure."""
    notes = settled(playing)
    if not notes:
        return {}
    beats = len(playing.followed) / 4 - notes[0].frame // _BAR * _BAR / 4
    pitched = [note for note in notes if note.part == "harmony"]
    figures = {
        "onsets per beat": len({(n.part, n.frame) for n in notes}) / beats,
        "velocity": float(np.mean([note.velocity for note in notes])),
        "instruments": _instruments(notes),
        "off the eighths": float(np.mean([n.frame % 2 for n in notes])),
    }
    beyond = [_is_extension(note) for note in pitched if note.chord.root is not None]
    if beyond:
        figures["extensions"] = float(np.mean(beyond))
    strong = [
        note.pitch % 12 in playing.song.truth.chord_at(note.frame / 4 + 0.1).pitch_classes
        for note in notes
        if note.part != "drums" and note.frame % 8 == 0
    ]
    if strong:
        figures[CHORD_TONES] = float(np.mean(strong))
    if neutral is not None:
        figures["bits per event"] = neutral.bits(playing)
    return figures


def settled(playing: Playing) -> list[SoundedNote]:
    """What was played from the third bar on after the band came in."""
    if not playing.notes:
        return []
    first = (playing.notes[0].frame // _BAR + _FIRST_BARS) * _BAR
    return [n for n in playing.notes if first <= n.frame < len(playing.followed)]


def _instruments(notes: Sequence[SoundedNote]) -> float:
    bars: dict[int, set[tuple[str, int]]] = {}
    for note in notes:
        voice = note.pitch if note.part == "drums" else 0
        bars.setdefault(note.frame // _BAR, set()).add((note.part, voice))
    return float(np.mean([len(sounding) for sounding in bars.values()]))


def _is_extension(note: SoundedNote) -> bool:
    return (note.pitch - (note.chord.root or 0)) % 12 not in (0, 3, 4, 7)


class Neutral:
    """Counts of events by place in the bar, for every part; half a count more for each known.

    Parameters
    ----------
    takes
        Of the same players, at rest.
    """

    def __init__(self, takes: Sequence[Playing]) -> None:
        self._counts: dict[tuple[str, int], Counter[int]] = {}
        self._bars = 0
        known: dict[str, set[int]] = {}
        for playing in takes:
            events = list(_events(playing))
            self._bars += len({note.frame // _BAR for note in settled(playing)})
            for part, place, what in events:
                self._counts.setdefault((part, place), Counter())[what] += 1
                known.setdefault(part, set()).add(what)
        self._known = {part: len(what) + 1 for part, what in known.items()}

    def bits(self, playing: Playing) -> float:
        """Mean surprise of the events of a take, that anything strikes at that place included."""
        surprises = []
        for part, place, what in _events(playing):
            counts = self._counts.get((part, place), Counter())
            total, known = sum(counts.values()), self._known.get(part, 1)
            rate = (total + 0.5) / (self._bars * known + 1.0)
            share = (counts[what] + 0.5) / (total + 0.5 * known)
            surprises.append(-np.log2(min(rate, 1.0) * share))
        return float(np.mean(surprises)) if surprises else float("nan")


def _events(playing: Playing) -> list[Event]:
    events = []
    for note in settled(playing):
        degree = (note.pitch - (note.chord.root or 0)) % 12
        what = note.pitch if note.part == "drums" else degree
        events.append((note.part, note.frame % _BAR, what))
    return events


@dataclass(frozen=True, slots=True)
class Slope:
    """What a control does to one figure.

    Attributes
    ----------
    means
        At each of `SETTINGS`, over seeds.
    slope, interval
        Rise from 0 to 1 by least squares, its mean over seeds with 95 % bootstrap interval.
    monotone
        The interval lies above 0, and no step goes down by more than a tenth of the whole rise.
    """

    figure: str
    means: tuple[float, ...]
    slope: float
    interval: tuple[float, float]
    monotone: bool


def slope_of(figure: str, by_seed: Sequence[Sequence[Figures]]) -> Slope | None:
    """Slope of a figure from takes by seed and setting; None where it cannot be told."""
    rows = [[found.get(figure, np.nan) for found in takes] for takes in by_seed]
    values = np.array([row for row in rows if np.isfinite(row).all()])
    if len(values) < 1:
        return None
    slopes = [float(np.polyfit(SETTINGS, row, 1)[0]) for row in values]
    means = values.mean(axis=0)
    rise = means[-1] - means[0]
    steady = bool((np.diff(means) >= -_LEAST_SHARE_DOWN * max(rise, 0.0)).all())
    low, high = bootstrap(slopes)
    return Slope(
        figure,
        tuple(float(mean) for mean in means),
        float(np.mean(slopes)),
        (low, high),
        steady and low > 0.0,
    )


def told_of(control: str) -> tuple[str, ...]:
    """What is told of a control: what it is to raise, and what must not suffer by `outside`."""
    return (*HEARD[control], CHORD_TONES) if control == "outside" else HEARD[control]


def slope_table(slopes: Mapping[str, Sequence[Slope]]) -> str:
    """A line for every figure that is told of each control of a source."""
    settings = "".join(f"{f'at {setting:g}':>9}" for setting in SETTINGS)
    lines = [f"{'controls':<22}{'figure':<28}{settings}   slope"]
    for name, found in slopes.items():
        wanted = told_of(name.split()[-1])
        for one in (slope for slope in found if slope.figure in wanted):
            means = "".join(f"{mean:>9.3f}" for mean in one.means)
            low, high = one.interval
            verdict = "" if one.figure == CHORD_TONES else _verdict(one)
            lines.append(
                f"{name:<22}{one.figure:<28}{means}   {one.slope:.3f} [{low:.3f} {high:.3f}]"
                f"  {verdict}".rstrip()
            )
    return "\n".join(lines) + "\n"


def _verdict(slope: Slope) -> str:
    return "monotone" if slope.monotone else "not monotone"
