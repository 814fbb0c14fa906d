"""What sound for training is rendered from: songs, solos, lead sheets, chords, drumming, by split.

Songs are those of POP909 that can be joined with POP909-CL, whose downbeats are the true ones;
solos are those of the Weimar Jazz Database, in their own human time; charts are lead sheets with a
tune, and jazz and Billboard chords without. Songs and drumming are read when they are first asked
for, and kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from accompanist.music.errors import Refusal
from accompanist.training.arrangements import Arrangement, arrangement_of
from accompanist.training.chart import CHART_LICENCES, Chart
from accompanist.training.groove import GROOVE_LICENCE
from accompanist.training.mcgill import read_mcgill
from accompanist.training.openewld import read_openewld
from accompanist.training.performances import MELODY, read_groove
from accompanist.training.performing import Floats
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE
from accompanist.training.songs import beats_of
from accompanist.training.sound_score import DRUMS, BeatSpan, Score
from accompanist.training.splits import pieces
from accompanist.training.wjd import beat_rows, read_wjd
from accompanist.training.wjd_chords import read_wjd_chords, wjd_chord

SOUND_LICENCES = {
    "pop909": POP909_LICENCE,
    "pop909cl": POP909CL_LICENCE,
    "groove": GROOVE_LICENCE,
    **CHART_LICENCES,
}
"""Sets that sound is rendered from, for the cards of models that learn from it."""

_PADS = {22: 42, 26: 46, 58: 43, 40: 38}
"""Rims and edges of a drummer's pads that kits don't tell from the rest of the drum."""

_LEAST_NOTES, _LEAST_BEATS = 24, 32
_JAZZ = ("jazz", "jazz-swing", "jazz-fast", "jazz-mediumfast", "blues-shuffle")


class Material:
    """Everything of one split.

    Parameters
    ----------
    data
        Folder of the unpacked data sets and ``splits/``.
    split
        ``train`` or ``val``.

    Raises
    ------
    Refusal
        If a set is missing.
    """

    def __init__(self, data: Path, split: str) -> None:
        if split not in ("train", "val"):
            raise Refusal(f"{split} is no split; choose train or val")
        self.split = split
        self._data = data
        self._songs = pieces(data, "pop909", split)
        self._drumming = [
            piece for piece in pieces(data, "groove", split) if "_beat_" in Path(piece).stem
        ]
        self.solos = list(_solos(data, split))
        sheets = read_openewld(data, pieces(data, "openewld", split))
        self.sheets = [sheet for sheet in sheets if len(sheet.melody) >= _LEAST_NOTES]
        self.charts = [
            chart
            for chart in (
                *read_mcgill(data, pieces(data, "mcgill", split)),
                *read_wjd_chords(data, pieces(data, "wjd", split)),
            )
            if len(chart.chords) >= _LEAST_BEATS
        ]
        self._arrangement = lru_cache(maxsize=1024)(self._read_song)
        self._groove = lru_cache(maxsize=1024)(self._read_groove)

    @cached_property
    def curves(self) -> list[Floats]:
        """The tempo curves of soloists, in octaves of the period against its median."""
        periods = [np.diff(solo.beats_s) for solo in self.solos]
        return [np.log2(period / np.median(period)) for period in periods]

    def song(self, random: np.random.Generator) -> Arrangement:
        """Some song that has its truth."""
        while True:
            found = self._arrangement(self._songs[random.integers(len(self._songs))])
            if found is not None and len(found.piano) >= _LEAST_NOTES:
                return found

    def groove(
        self,
        random: np.random.Generator,
        per_bar: int | None = None,
        tempo_bpm: float | None = None,
        jazz: bool = False,
    ) -> Score | None:
        """Some drumming of this metre, at nearly this tempo, in this style; None if there is none.

        Without a metre and a tempo, any.
        """
        fit = [
            piece
            for piece in self._drumming
            if per_bar is None or Path(piece).stem.endswith(f"_{per_bar}-4")
            if tempo_bpm is None or abs(np.log2(_tempo_bpm(piece) / tempo_bpm)) < 0.32
            if not jazz or Path(piece).stem.split("_")[1] in _JAZZ
        ]
        for piece in random.permutation(np.array(fit, dtype=object))[:8]:
            found = self._groove(str(piece))
            if found is not None:
                return found
        return None

    def _read_song(self, piece: str) -> Arrangement | None:
        return arrangement_of(self._data, piece)

    def _read_groove(self, piece: str) -> Score | None:
        read = next(read_groove(self._data, [piece]), None)
        if read is None or len(read.beats_s) < _LEAST_BEATS // 2:
            return None
        notes = read.notes
        on = beats_of(notes.on_s, read.beats_s)
        on -= _lead(on)
        pitch = np.array([_PADS.get(int(pad), int(pad)) for pad in notes.pitch], np.int64)
        found = Score(
            piece,
            on,
            on + 0.2,
            pitch,
            notes.velocity,
            np.full(len(notes), DRUMS, np.int64),
            read.beats_s,
            read.downbeats.astype(np.int8),
            human=True,
        )
        return found.only(on > -0.25)


def _tempo_bpm(piece: str) -> float:
    return float(Path(piece).stem.split("_")[2])


def _lead(on: Floats) -> float:
    """By how much the drummer is late on the beats themselves, the recording's delay included."""
    away = on - np.rint(on)
    near = away[np.abs(away) < 0.12]
    return float(np.median(near)) if len(near) else 0.0


def _solos(data: Path, split: str) -> Iterator[Score]:
    """Solos with the chords under them, beat by beat, and the bass pitch heard there."""
    listed = pieces(data, "wjd", split)
    rows = beat_rows(data)
    keys = {chart.name: chart.key for chart in read_wjd_chords(data, listed)}
    for solo in read_wjd(data, listed):
        by_time = {float(row["onset"]): row for row in rows[solo.name]}
        chords = tuple(_held([by_time[float(beat_s)]["chord"] for beat_s in solo.beats_s]))
        notes = solo.notes
        key = keys.get(solo.name)
        count = float(len(solo.beats_s))
        yield Score(
            solo.name,
            beats_of(notes.on_s, solo.beats_s),
            beats_of(notes.off_s, solo.beats_s),
            notes.pitch,
            notes.velocity,
            np.full(len(notes), MELODY, np.int64),
            solo.beats_s,
            solo.downbeats.astype(np.int8),
            chords,
            () if key is None or key.tonic is None else (BeatSpan(0.0, count, key.name),),
            human=True,
        )


def _held(names: list[str]) -> Iterator[BeatSpan]:
    """Chords written where they change, as spans; where none is written there may be any."""
    chords = [(beat, wjd_chord(name)) for beat, name in enumerate(names) if name]
    changes = [
        (beat, chord)
        for place, (beat, chord) in enumerate(chords)
        if place == 0 or chord != chords[place - 1][1]
    ]
    ends = [beat for beat, _ in changes[1:]] + [len(names)]
    for (beat, chord), end in zip(changes, ends, strict=True):
        if chord.root is not None:
            yield BeatSpan(float(beat), float(end), chord.label)


def lengthened(chart: Chart, beats: int) -> Chart:
    """A chart played again and again, for at least so many beats."""
    whole = len(chart.chords) - len(chart.chords) % chart.beats_per_bar
    times = max(1, -(-beats // max(whole, 1)))
    melody = tuple(
        replace(note, onset_beats=note.onset_beats + time * whole)
        for time in range(times)
        for note in chart.melody
        if 0.0 <= note.onset_beats < whole
    )
    return replace(chart, chords=chart.chords[:whole] * times, melody=melody)
