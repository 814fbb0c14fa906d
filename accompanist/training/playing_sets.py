"""Takes of held-out songs, and the tables of harmony, bass and drums that are read off them.

A song is played to by the learned band and by the understudies, from the melody alone and from
melody and piano. Whoever makes engines is handed in, since engines are assembled above this floor.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.music.band import PARTS
from accompanist.music.chord import Chord
from accompanist.music.parameter import Value
from accompanist.training.anticipation_examples import beats_of
from accompanist.training.anticipation_scores import anticipation_scores
from accompanist.training.arrangements import Arrangement, arrangement_of
from accompanist.training.bass_examples import bass_parts
from accompanist.training.groove import Drumming
from accompanist.training.listening_sets import spread
from accompanist.training.listening_table import Figures, Measured
from accompanist.training.playing_bass import human_bass, live_bass, rooted_bass
from accompanist.training.playing_harmony import (
    NATS,
    RIGHT,
    baseline_figures,
    human_figures,
    live_figures,
    markov_figures,
    recovery_beats,
)
from accompanist.training.playing_songs import opening, pushed
from accompanist.training.playing_takes import Overheard, Playing, play
from accompanist.training.pop909cl import truth_of
from accompanist.training.splits import pieces

MODEL, UNDERSTUDY, HUMAN = "model", "understudy", "human"
SOURCES = (MODEL, UNDERSTUDY)
INPUTS = {"melody": "melody alone", "both": "melody and piano"}
RECOVERY = "push recovery, beats"
PUSH_SEMITONES = 6

Maker = Callable[[str, int], tuple[Engine, Overheard | None]]
"""Makes a fresh engine by source and seed, with its anticipator where that is a network."""

Table = dict[str, Measured]
ByWho = dict[str, dict[str, Figures]]


def settings_of(source: str) -> dict[str, Value]:
    """Parameters that have everybody play by a source."""
    return {f"{part}/source": source for part in PARTS}


def held_out_songs(data: Path, count: int | None, length_s: float) -> list[Arrangement]:
    """Openings of songs spread evenly over the validation split.

    Raises
    ------
    Refusal
        If the data are missing.
    """
    listed = spread(pieces(data, "pop909", "val"), count)
    read = [arrangement_of(data, piece) for piece in listed]
    cut = [opening(song, length_s) for song in read if song is not None]
    return [song for song in cut if song is not None]


def training_chords(data: Path) -> list[list[Chord]]:
    """The chord of every beat of every training song."""
    found = []
    listed = pieces(data, "pop909", "train")
    for piece in tqdm(listed, desc="reading chords", unit="song", disable=None, leave=False):
        truth = truth_of(data, piece)
        if truth is not None and truth.chords:
            chords = [Chord(None)] * int(truth.chords[-1].end_beats)
            for span in truth.chords:
                first, last = (math.ceil(at - 0.1) for at in (span.start_beats, span.end_beats))
                for beat in range(max(first, 0), min(last, len(chords))):
                    chords[beat] = span.chord
            found.append(chords)
    return found


@dataclass(frozen=True, slots=True)
class Takes:
    """Takes by (source, input) and song, and how many beats a push was heard late there."""

    songs: list[Arrangement]
    playing: dict[tuple[str, str], dict[str, Playing]]
    recovery: dict[tuple[str, str], dict[str, float]]

    @classmethod
    def of(cls, songs: list[Arrangement], make: Maker, *, push: bool) -> "Takes":
        """Play to every song, and again to the song pushed in its midst if asked to."""
        playing: dict[tuple[str, str], dict[str, Playing]] = {}
        recovery: dict[tuple[str, str], dict[str, float]] = {}
        for source in SOURCES:
            for which in INPUTS:
                key, heard = (source, which), f"{source}, {INPUTS[which]}"
                playing[key], recovery[key] = {}, {}
                for song in tqdm(songs, desc=heard, unit="song", disable=None, leave=False):
                    clean = one_take(song, which, source, make)
                    playing[key][song.piece] = clean
                    late = _recovery(clean, which, source, make) if push else None
                    if late is not None:
                        recovery[key][song.piece] = late
        return cls(songs, playing, recovery)


def one_take(
    song: Arrangement,
    which: str,
    source: str,
    make: Maker,
    seed: int = 0,
    settings: dict[str, Value] | None = None,
) -> Playing:
    """A fresh band plays to a song."""
    engine, overheard = make(source, seed)
    return play(song, which, engine, {**settings_of(source), **(settings or {})}, overheard)


def _recovery(clean: Playing, which: str, source: str, make: Maker) -> float | None:
    song = clean.song
    bar = song.truth.beats_per_bar
    beat = beats_of(song) // (2 * bar) * bar
    moved = one_take(pushed(song, beat, PUSH_SEMITONES), which, source, make)
    return recovery_beats(clean, moved, beat)


def harmony_tables(takes: Takes, anticipation: StreamingModel, data: Path) -> dict[str, Table]:
    """A table for each input: humans, baselines, understudy, model, and the model told the beat."""
    markov = markov_figures(takes.songs, training_chords(data))
    humans = {song.piece: human_figures(song) for song in takes.songs}
    tables = {}
    for which, title in INPUTS.items():
        found: ByWho = {HUMAN: humans}
        for source in SOURCES:
            late = takes.recovery[source, which]
            found[source] = {
                piece: live_figures(playing) | ({RECOVERY: late[piece]} if piece in late else {})
                for piece, playing in takes.playing[source, which].items()
            }
        found[f"{MODEL}, told the beat"] = {
            song.piece: _told(anticipation, song, title) for song in takes.songs
        }
        for song in takes.songs:
            playing = takes.playing[MODEL, which][song.piece]
            for who, figures in baseline_figures(song, playing).items():
                found.setdefault(who, {})[song.piece] = figures
        tables[f"harmony, {title}"] = measured({**found, **markov})
    return tables


def _told(model: StreamingModel, song: Arrangement, title: str) -> Figures:
    """Figures of the network alone, with true beats and a simulated ear for chord and key."""
    said = anticipation_scores(model, [], [song])
    figures = {
        name: values[f"model, {title}"]
        for name, values in said.items()
        if f"model, {title}" in values
    }
    figures[RIGHT] = figures.pop("right at chord changes")
    figures[NATS] = math.log(max(figures.pop("perplexity at chord changes"), 1.0))
    return figures


def bass_tables(takes: Takes, grooves: list[Drumming]) -> dict[str, Table]:
    """A table for each input: left hands, roots on every beat, understudy and model."""
    humans = {
        song.piece: human_bass(part)
        for song in takes.songs
        for part in bass_parts([song], grooves, seed=0)
    }
    tables = {}
    for which, title in INPUTS.items():
        found: ByWho = {HUMAN: humans}
        for source in SOURCES:
            playings = takes.playing[source, which]
            found[source] = {piece: live_bass(playing) for piece, playing in playings.items()}
        rooted = takes.playing[MODEL, which]
        found["root on every beat"] = {piece: rooted_bass(p) for piece, p in rooted.items()}
        tables[f"bass, {title}"] = measured(found)
    return tables


def measured(found: ByWho) -> Table:
    """Columns of a table, without figures that could not be told."""
    return {
        who: Measured({piece: _finite(figures) for piece, figures in by_piece.items()}, {})
        for who, by_piece in found.items()
    }


def _finite(figures: Figures) -> Figures:
    return {name: value for name, value in figures.items() if math.isfinite(value)}
