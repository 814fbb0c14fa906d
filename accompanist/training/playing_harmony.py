"""How the chords that the band went by fit a song: live takes, humans and baselines alike.

NiC, coupling, CHE and CC are those of `anticipation_scores`, of one song each, on the chord that
was announced for every beat before it; what nothing was announced for counts as wrong, so that
finding the beat is part of it. *NiC once begun* leaves that out. *NiC after a heard beat* counts
the sixteenths that lie a beat or more after their true chord began, by the chord that the band goes
by. *NiC of the notes* is the share of melody sixteenths whose pitch class the accompaniment sounds
or last struck within a beat. *Coming chord, nats* is the surprise at the chord that comes at a true
change, the present one left out of 24 triads: its exponential is the perplexity.
"""

from collections.abc import Mapping
from math import exp

import numpy as np

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.music.chord import Chord
from accompanist.training.anticipation_scores import (
    best_single,
    changes,
    harmony_figures,
    markov,
    melody_by_frame,
    true_chords,
)
from accompanist.training.arrangements import Arrangement
from accompanist.training.listening_table import Figures, Measured
from accompanist.training.playing_takes import Chances, Playing, SoundedNote

NATS = "coming chord, nats"
RIGHT = "coming chord right"
MARKOV_ORDERS = (3, 4)
RECOVERED = 0.9
_WINDOW_BEATS = 4
_HELD_FRAMES = FRAMES_PER_BEAT


def live_figures(playing: Playing) -> Figures:
    """Figures of a take."""
    song = playing.song
    truth = true_chords(song)
    figures = harmony_figures([list(playing.expected)], [song])
    begun = next((b for b, chord in enumerate(playing.expected) if chord.root is not None), None)
    if begun is not None:
        by_frame = [c for c in playing.expected for _ in range(FRAMES_PER_BEAT)]
        melody = melody_by_frame(song)
        later = {f: tone for f, tone in melody.items() if f >= begun * FRAMES_PER_BEAT}
        figures["NiC once begun"] = share_inside(later, by_frame)
    figures["NiC after a heard beat"] = nic_after_a_beat(song, list(playing.followed))
    notes = [note for note in playing.notes if note.part != "drums"]
    figures["NiC of the notes"] = nic_of_notes(song, notes)
    return figures | coming_figures(foretold(playing.chances, truth))


def human_figures(song: Arrangement) -> Figures:
    """Figures of the true chords, and of what the pianist played to the melody."""
    truth = true_chords(song)
    by_frame = [chord for chord in truth for _ in range(FRAMES_PER_BEAT)]
    notes = [
        SoundedNote("harmony", n.onset_beats, n.length_beats, n.pitch, n.velocity)
        for n in song.piano
    ]
    figures = harmony_figures([truth], [song])
    figures["NiC once begun"] = figures["NiC"]
    figures["NiC after a heard beat"] = nic_after_a_beat(song, by_frame)
    figures["NiC of the notes"] = nic_of_notes(song, notes)
    return figures


def baseline_figures(song: Arrangement, playing: Playing) -> dict[str, Figures]:
    """The best single chord of the song, and the chord that the listener of a take held."""
    single = [best_single(song)] * len(playing.expected)
    return {
        "best single chord": harmony_figures([single], [song]),
        "chord last believed": harmony_figures([list(playing.believed)], [song]),
    }


def markov_figures(
    songs: list[Arrangement], train: list[list[Chord]]
) -> dict[str, dict[str, Figures]]:
    """Coming chords by Markov chains that are told all true chords before, by who and song."""
    truths = [true_chords(song) for song in songs]
    found: dict[str, dict[str, Figures]] = {}
    for order in MARKOV_ORDERS:
        said = iter(markov(order, train, truths))
        found[f"Markov of order {order}"] = {
            song.piece: coming_figures([next(said) for _ in changes(truth)])
            for song, truth in zip(songs, truths, strict=True)
        }
    return found


def foretold(chances: tuple[Chances | None, ...], truth: list[Chord]) -> list[tuple[Chances, int]]:
    """Chances (24,) of every triad that came, the present one left out; even where unsaid."""
    said = []
    for beat, before, after in changes(truth):
        known = chances[beat]
        row = np.full(24, 1 / 24) if known is None else known.copy()
        row[before] = 0.0
        said.append((row / row.sum(), after))
    return said


def coming_figures(said: list[tuple[Chances, int]]) -> Figures:
    """How often the likeliest chord came (a part of it where many are), and the mean surprise.

    Nothing without changes.
    """
    if not said:
        return {}
    likeliest = [(chances == chances.max(), after) for chances, after in said]
    return {
        RIGHT: float(np.mean([top[after] / top.sum() for top, after in likeliest])),
        NATS: float(np.mean([-np.log(max(chances[after], 1e-6)) for chances, after in said])),
    }


def perplexities(table: Mapping[str, Measured]) -> str:
    """A line of the perplexity of the coming chord, by who foretold it, with its interval."""
    said = []
    for who, found in table.items():
        nats, interval = found.mean.get(NATS), found.intervals().get(NATS)
        if nats is not None:
            between = f" [{exp(interval[0]):.2f} {exp(interval[1]):.2f}]" if interval else ""
            said.append(f"{who} {exp(nats):.2f}{between}")
    return f"perplexity of the coming chord: {', '.join(said)}\n" if said else ""


def share_inside(melody: dict[int, int], chords: list[Chord]) -> float:
    """Share of melody sixteenths whose pitch class is in the chord of the sixteenth."""
    inside = [tone in chords[f].pitch_classes for f, tone in melody.items() if f < len(chords)]
    return float(np.mean(inside)) if inside else float("nan")


def nic_after_a_beat(song: Arrangement, chords: list[Chord]) -> float:
    """NiC over the sixteenths a beat or more after the beginning of their true chord."""
    begun = dict[int, int]()
    for span in song.truth.chords:
        first, last = (round(at * FRAMES_PER_BEAT) for at in (span.start_beats, span.end_beats))
        begun.update(dict.fromkeys(range(first, last), first))
    melody = {
        frame: tone
        for frame, tone in melody_by_frame(song).items()
        if frame in begun and frame - begun[frame] >= FRAMES_PER_BEAT
    }
    return share_inside(melody, chords)


def nic_of_notes(song: Arrangement, notes: list[SoundedNote]) -> float:
    """Share of melody sixteenths whose pitch class sounds, or was struck within a beat."""
    melody = melody_by_frame(song)
    sounding: dict[int, set[int]] = {}
    for note in notes:
        last = max(round((note.beat + note.beats) * FRAMES_PER_BEAT), note.frame + _HELD_FRAMES)
        for frame in range(note.frame, last):
            sounding.setdefault(frame, set()).add(note.pitch % 12)
    inside = [tone in sounding.get(frame, ()) for frame, tone in melody.items()]
    return float(np.mean(inside)) if inside else float("nan")


def recovery_beats(clean: Playing, pushed: Playing, beat: int) -> float | None:
    """Beats after a push until four beats' NiC is nine tenths of that of the clean take.

    Counted on the chords expected. All beats that are left if it never is; None where the clean
    take has nothing to be compared with.
    """
    compared = False
    last = len(clean.expected) - _WINDOW_BEATS
    for start in range(beat, last + 1):
        reached, wanted = (_window_nic(playing, start) for playing in (pushed, clean))
        if wanted is None or reached is None or wanted == 0.0:
            continue
        compared = True
        if reached >= RECOVERED * wanted:
            return float(start - beat)
    return float(last + 1 - beat) if compared else None


def _window_nic(playing: Playing, beat: int) -> float | None:
    frames = range(beat * FRAMES_PER_BEAT, (beat + _WINDOW_BEATS) * FRAMES_PER_BEAT)
    melody = {f: tone for f, tone in melody_by_frame(playing.song).items() if f in frames}
    if not melody:
        return None
    chords = [chord for chord in playing.expected for _ in range(FRAMES_PER_BEAT)]
    return share_inside(melody, chords)
