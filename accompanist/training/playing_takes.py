"""What the band played to a song, read off what the engine announced, on the song's own beats.

`expected` is the chord announced for a beat before it sounds, `followed` the chord that the band
goes by in each sixteenth: the expected one until a chord is heard surely enough, as in
`accompanist.players.outlook`; one heard within a tenth of a beat holds from the sixteenth's
beginning. `believed` is the chord that the listener held as the beat began.
Where nothing is announced yet there is no chord. Cut notes end where they were cut; those cut
before they begin never sounded.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accompanist.engine import Engine
from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT, BandNote, NoteCut
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.events import ControlTurn
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard
from accompanist.music.parameter import ROOT, Value
from accompanist.players.anticipation import ModelAnticipator, beat_row
from accompanist.players.outlook import TRUSTED_CHORD
from accompanist.players.player import BeatEvidence, Memory
from accompanist.training.anticipation_examples import beats_of
from accompanist.training.anticipation_scores import triad_of, triads
from accompanist.training.arrangements import Arrangement
from accompanist.training.listening_scores import take
from accompanist.training.playing_songs import LEAD_S, performance_of

Chances = NDArray[np.float64]
Floats = NDArray[np.float64]

_NEAR_BEATS = 0.3
_LATE_BEATS = 0.1
_STRUCK_S = 0.001


@dataclass(frozen=True, slots=True)
class SoundedNote:
    """A note that sounded: onset and length in beats of the song, velocity 1–127.

    `chord` is what the band went by as it was struck.
    """

    part: str
    beat: float
    beats: float
    pitch: int
    velocity: int
    chord: Chord = NO_CHORD

    @property
    def frame(self) -> int:
        """The sixteenth it belongs to."""
        return round(self.beat * FRAMES_PER_BEAT)


@dataclass(frozen=True, slots=True)
class Playing:
    """One take of a song.

    Attributes
    ----------
    notes
        What sounded, in order.
    expected, believed
        A chord for each beat of the song.
    followed
        A chord for each sixteenth.
    chances
        Chances of 24 triads for each beat, shape (24,); None where nothing was said.
    ticks_ms
        Processor time of every tick of the engine.
    """

    song: Arrangement
    notes: tuple[SoundedNote, ...]
    expected: tuple[Chord, ...]
    believed: tuple[Chord, ...]
    followed: tuple[Chord, ...]
    chances: tuple[Chances | None, ...]
    ticks_ms: Floats

    def of(self, part: str) -> list[SoundedNote]:
        """The notes of a part."""
        return [note for note in self.notes if note.part == part]


class Overheard:
    """The learned anticipator, remembering what it thought of all chords, not of the best alone.

    `chances` holds those of 24 triads by the number of the beat that they speak of.
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._player = ModelAnticipator(model)
        self.chances: dict[int, Chances] = {}

    @property
    def state(self) -> Memory:
        """Everything remembered."""
        return self._player.state

    @state.setter
    def state(self, remembered: Memory) -> None:
        self._player.state = remembered

    @property
    def in_a_bar(self) -> tuple[Chord, float] | None:
        """Chord expected a bar after the beat last expected, and how likely."""
        return self._player.in_a_bar

    def reset(self) -> None:
        """Forget the piece."""
        self._player.reset()

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""
        out, _ = self._model.step(self._player.state, beat=beat_row(beat)[None])
        self.chances[beat.beat + 1] = triads(out["chances"][0])
        return self._player.expect(beat)


def play(
    song: Arrangement,
    which: str,
    engine: Engine,
    settings: Mapping[str, Value] | None = None,
    overheard: Overheard | None = None,
) -> Playing:
    """Let an engine hear a song and accompany it.

    Parameters
    ----------
    song, which
        What is performed: the ``melody``, the ``piano`` or ``both``.
    engine
        A fresh one.
    settings
        Parameters by name, such as ``density``, set before the first note.
    overheard
        The engine's anticipator, where its chances are wanted; otherwise they are made from the
        chord that was named and its probability.
    """
    for name, value in (settings or {}).items():
        engine.hear(ControlTurn(0.0, f"{ROOT}/{name}", value))
    taken = take(performance_of(song, which), engine)
    announced = _Announced(taken.heard, song)
    return Playing(
        song,
        tuple(replace(n, chord=announced.at(n.beat)) for n in sounded(taken.heard, song)),
        announced.expected(),
        announced.believed(),
        announced.followed(),
        announced.chances(overheard.chances if overheard else None),
        taken.ticks_ms,
    )


def sounded(heard: Sequence[object], song: Arrangement) -> tuple[SoundedNote, ...]:
    """Notes as they sounded, cuts applied, in order of onset."""
    notes: dict[int, BandNote] = {}
    ends_s: dict[int, float] = {}
    for value in heard:
        if isinstance(value, BandNote):
            notes[value.note_id] = value
        elif isinstance(value, NoteCut):
            ends_s[value.note_id] = min(value.off_s, ends_s.get(value.note_id, np.inf))
    period_s = 60.0 / song.tempo_bpm
    found = [
        SoundedNote(
            note.part,
            (note.on_s - LEAD_S) / period_s,
            (min(note.off_s, ends_s.get(number, np.inf)) - note.on_s) / period_s,
            note.pitch,
            note.velocity,
        )
        for number, note in notes.items()
        if ends_s.get(number, np.inf) > note.on_s
    ]
    return tuple(sorted(found, key=lambda note: (note.beat, note.part, note.pitch)))


def named_chances(chord: Chord, probability: float) -> Chances:
    """Chances of 24 triads from one that is named: the others share what it leaves."""
    triad = triad_of(chord)
    if triad is None:
        return np.full(24, 1 / 24)
    likely = min(max(probability, 1 / 24), 1.0 - 1e-3)
    chances = np.full(24, (1.0 - likely) / 23)
    chances[triad] = likely
    return chances


class _Announced:
    """Chords as they were announced, laid out on a song's beats."""

    def __init__(self, heard: Sequence[object], song: Arrangement) -> None:
        self._period_s, self._beats = 60.0 / song.tempo_bpm, beats_of(song)
        self._said: list[tuple[BeatHeard, ChordExpected]] = []
        self._heard = [value for value in heard if isinstance(value, ChordHeard)]
        changes = [
            (value.announced_s, value.chord)
            for value in self._heard
            if value.chord.root is not None and value.confidence >= TRUSTED_CHORD
        ]
        beat: BeatHeard | None = None
        for value in heard:
            if isinstance(value, BeatHeard):
                beat = value
            elif isinstance(value, ChordExpected) and beat and value.at_s == beat.at_s:
                self._said.append((beat, value))
                changes.append((value.at_s, value.chord))
        self._followed = sorted(changes, key=_time)
        self._followed_s = [at_s for at_s, _ in self._followed]

    def at(self, beat: float) -> Chord:
        """The chord that the band went by at a place in the song, a millisecond allowed."""
        place = bisect_right(self._followed_s, LEAD_S + beat * self._period_s + _STRUCK_S) - 1
        return NO_CHORD if place < 0 else self._followed[place][1]

    def expected(self) -> tuple[Chord, ...]:
        changes = [(value.at_s, value.chord) for _, value in self._said]
        return self._by_place(changes, self._beats, 1, _NEAR_BEATS)

    def believed(self) -> tuple[Chord, ...]:
        changes = [(value.announced_s, value.chord) for value in self._heard]
        return self._by_place(changes, self._beats, 1, 0.0)

    def followed(self) -> tuple[Chord, ...]:
        frames = self._beats * FRAMES_PER_BEAT
        return self._by_place(self._followed, frames, FRAMES_PER_BEAT, _LATE_BEATS)

    def chances(self, overheard: Mapping[int, Chances] | None) -> tuple[Chances | None, ...]:
        found: list[Chances | None] = [None] * self._beats
        for beat, said in self._said:
            place = (beat.at_s - LEAD_S) / self._period_s
            if abs(place - round(place)) > _NEAR_BEATS or not 0 <= round(place) < self._beats:
                continue
            known = overheard.get(beat.beat) if overheard is not None else None
            named = named_chances(said.chord, said.probability)
            found[round(place)] = known if known is not None else named
        return tuple(found)

    def _by_place(
        self, changes: list[tuple[float, Chord]], count: int, per_beat: int, late_beats: float
    ) -> tuple[Chord, ...]:
        """The last of timed changes at each of so many places a beat, a little late allowed."""
        times_s = np.array([at_s for at_s, _ in changes])
        at_s = LEAD_S + (np.arange(count) / per_beat + late_beats) * self._period_s
        last = np.searchsorted(times_s, at_s, side="right") - 1
        return tuple(NO_CHORD if place < 0 else changes[place][1] for place in last)


def _time(change: tuple[float, Chord]) -> float:
    return change[0]
