"""How the parts are distributed beside humans': takes as feature rows, and their overlap.

Humans are, for the bass, left hands moved to its register; for harmony, what else the pianist
plays; for drums, grooves. All songs of the validation split that can be read are humans; the
band's takes are those of the same minutes of some of them.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.players.drums import PITCHES
from accompanist.players.encoding import bar_frames
from accompanist.training.anticipation_examples import beats_of
from accompanist.training.arrangements import Arrangement
from accompanist.training.bass_line import STEPS, bass_line
from accompanist.training.groove import Drumming
from accompanist.training.playing_overlap import Overlap, feature_row, overlap_with
from accompanist.training.playing_sets import HUMAN, SOURCES, Takes
from accompanist.training.playing_takes import SoundedNote

_WHICH = "both"

Overlaps = dict[str, dict[str, Overlap]]


def overlaps(
    takes: Takes,
    humans: list[Arrangement],
    grooves: list[Drumming],
    played: dict[str, list[Drumming]],
) -> Overlaps:
    """Overlap of every part by who: human beside human, and each source beside human."""
    found: Overlaps = {}
    for part, human in (("bass", human_bass_notes), ("harmony", human_harmony_notes)):
        ours = {
            source: _rows(
                [
                    (playing.of(part), bars_of(playing.song))
                    for playing in takes.playing[source, _WHICH].values()
                ]
            )
            for source in SOURCES
        }
        found[part] = _beside(_rows([(human(song), bars_of(song)) for song in humans]), ours)
    drummers = {source: _drum_rows(played[source]) for source in SOURCES}
    found["drums"] = _beside(_drum_rows(grooves), drummers)
    return found


def overlap_table(found: Overlaps) -> str:
    """A line for every part and player."""
    lines = [f"{'distribution (Yang and Lerch 2020)':<40}{'overlap':<24}KLD, nats"]
    for part, columns in found.items():
        for who, one in columns.items():
            low, high = one.overlap_interval
            area = f"{one.overlap:.3f} [{low:.3f} {high:.3f}]"
            low, high = one.divergence_interval
            lines.append(
                f"{part + ': ' + who + ' beside human':<40}{area:<24}"
                f"{one.divergence:.3f} [{low:.3f} {high:.3f}]"
            )
    return "\n".join(lines) + "\n"


def _beside(
    humans: NDArray[np.float64], ours: dict[str, NDArray[np.float64]]
) -> dict[str, Overlap]:
    sides = {HUMAN: overlap_with(humans, None)}
    sides |= {who: overlap_with(humans, rows) for who, rows in ours.items()}
    return {who: one for who, one in sides.items() if one is not None}


def _rows(takes: list[tuple[list[SoundedNote], float]]) -> NDArray[np.float64]:
    rows = [feature_row(notes, bars) for notes, bars in takes]
    kept = [row for row in rows if row is not None]
    return np.array(kept) if kept else np.zeros((0, 1))


def bars_of(song: Arrangement) -> float:
    """Bars of a song."""
    return beats_of(song) / song.truth.beats_per_bar


def human_bass_notes(song: Arrangement) -> list[SoundedNote]:
    """The pianist's lowest notes, in the register of a bass."""
    return [
        SoundedNote("bass", n.frame / STEPS, n.frames / STEPS, n.pitch, round(127 * n.velocity))
        for n in bass_line(song.piano)
    ]


def human_harmony_notes(song: Arrangement) -> list[SoundedNote]:
    """What the pianist plays but for the lowest note where the bass line strikes."""
    low = {note.frame for note in bass_line(song.piano)}
    lowest: dict[int, int] = {}
    for note in song.piano:
        frame = round(note.onset_beats * STEPS)
        lowest[frame] = min(note.pitch, lowest.get(frame, 127))
    return [
        SoundedNote("harmony", n.onset_beats, n.length_beats, n.pitch, n.velocity)
        for n in song.piano
        if (frame := round(n.onset_beats * STEPS)) not in low or n.pitch > lowest[frame]
    ]


def _drum_rows(grooves: list[Drumming]) -> NDArray[np.float64]:
    takes = []
    for groove in grooves:
        frames, voices = np.nonzero(groove.hits)
        notes = [
            SoundedNote(
                "drums",
                float(frame + groove.offset[frame, voice]) / STEPS,
                0.25,
                PITCHES[voice],
                round(127 * float(groove.velocity[frame, voice])),
            )
            for frame, voice in zip(frames, voices, strict=True)
        ]
        takes.append((notes, len(groove.hits) / bar_frames(groove.beats_per_bar)))
    return _rows(takes)
