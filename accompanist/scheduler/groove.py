"""The last bar of drums and bass, kept so that it can go on when the band falters.

Follows beats and committed notes as they are announced, a little ahead of their time. A note just
before a beat belongs to it, as players lean forward. What goes on repeats the last whole bar at
the last tempo, in phase with the last beats, until told otherwise; beats that come meanwhile turn
it, and no hit is lost or doubled by that.

Limits: drums and bass only; no more than `MOST_NOTES` are remembered; a metre that just changed is
known by the part of its bar that was played.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from accompanist.music.band import LEANING_BEATS, BandNote, NoteCut

PARTS_THAT_GO_ON = ("drums", "bass")

MOST_NOTES = 512

_LATEST_S = 0.03
"""A hit that a turn of the beat puts into the past, by no more than this, is struck at once."""


@dataclass(frozen=True, slots=True)
class _Beat:
    at_s: float
    place: int
    per_bar: int
    period_s: float

    def is_followed_by(self, other: "_Beat") -> bool:
        """Whether no beat is missing between the two."""
        same_metre = (
            other.per_bar == self.per_bar and other.place == (self.place + 1) % self.per_bar
        )
        return same_metre and other.at_s - self.at_s < 1.5 * self.period_s


@dataclass(frozen=True, slots=True)
class _Hit:
    """A note of the bar: onset in beats from the bar line (a little below 0 if early)."""

    part: str
    pitch: int
    onset_beats: float
    length_beats: float
    velocity: int


class Groove:
    """Remembers the last bar, and plays it on."""

    def __init__(self) -> None:
        self._notes: dict[int, BandNote] = {}
        self._bar: list[_Beat] = []
        self._whole: list[_Beat] = []
        self._last: _Beat | None = None
        self._playing = False
        self._hits: list[_Hit] = []
        self._struck: dict[_Hit, float] = {}
        self._began_s = 0.0
        self._reached_s: float | None = None
        self._next_id = -1

    @property
    def is_playing(self) -> bool:
        """Whether there is a groove to go on with."""
        return self._playing

    @property
    def bar_s(self) -> float:
        """Length of a bar at the last tempo; 0 before the first beat."""
        return 0.0 if self._last is None else self._last.per_bar * self._last.period_s

    def beat(
        self, at_s: float, place: int, beats_per_bar: int, period_s: float, *, grooving: bool
    ) -> None:
        """Take a beat and its place in the bar (0 is the downbeat), beats `period_s` apart.

        `grooving` says whether the band plays on it: a groove or a fill, not an ending.
        """
        beat = _Beat(at_s, place, beats_per_bar, period_s)
        follows = self._last is not None and self._last.is_followed_by(beat)
        if self._whole and self._whole[0].per_bar != beats_per_bar:
            self._whole = []
        if not follows:
            self._bar = []
        if place == 0:
            if len(self._bar) == beats_per_bar:
                self._whole = [*self._bar, beat]
            self._bar = []
        if grooving:
            self._bar.append(beat)
        else:
            self._bar, self._whole = [], []
        self._last, self._playing = beat, grooving
        self._forget()

    def take(self, note: BandNote | NoteCut) -> None:
        """Take a committed note, or what is left of it."""
        if isinstance(note, BandNote):
            if note.part in PARTS_THAT_GO_ON:
                self._notes[note.note_id] = note
                if len(self._notes) > MOST_NOTES:
                    del self._notes[next(iter(self._notes))]
            return
        known = self._notes.get(note.note_id)
        if known is None:
            return
        if note.off_s <= known.on_s:
            del self._notes[note.note_id]
        elif note.off_s < known.off_s:
            self._notes[note.note_id] = replace(known, off_s=note.off_s)

    def stop(self) -> None:
        """Take in that the band was stopped: nothing goes on until it plays again."""
        self._playing = False
        self._bar, self._whole = [], []

    def next_bar_line(self, after_s: float) -> float:
        """First bar line later than `after_s` as the beat goes on.

        Before the first beat, any moment is as good as a bar line.
        """
        if self._last is None:
            return after_s
        line_s = self._last.at_s - self._last.place * self._last.period_s
        return line_s + ((after_s - line_s) // self.bar_s + 1.0) * self.bar_s

    def go_on(
        self, from_s: float, to_s: float, muted: frozenset[str] = frozenset()
    ) -> list[BandNote]:
        """Notes of the last bar, repeated, that begin from `from_s` up to before `to_s`.

        Calls that follow each other without a gap give every note once. Muted parts are left out.
        Numbers of notes are negative, and beats count from the bar of the last beat.
        """
        if self._reached_s != from_s:
            self._hits, self._struck, self._began_s = self._last_bar(), {}, from_s
        self._reached_s = to_s
        last = self._last
        if last is None or not self._playing:
            return []
        bar_s = self.bar_s
        first_s = max(from_s - _LATEST_S, self._began_s)
        played = []
        for hit in self._hits:
            on_s = last.at_s + (hit.onset_beats - last.place) * last.period_s
            on_s -= (on_s - first_s) // bar_s * bar_s
            while on_s < to_s:
                if on_s - self._struck.get(hit, -math.inf) > 0.5 * bar_s:
                    self._struck[hit] = on_s
                    if hit.part not in muted:
                        played.append(self._repeated(hit, max(on_s, from_s), from_s, last))
                on_s += bar_s
        played.sort(key=lambda note: (note.on_s, note.part, note.pitch))
        return [self._numbered(note) for note in played]

    def _repeated(self, hit: _Hit, on_s: float, now_s: float, last: _Beat) -> BandNote:
        return BandNote(
            announced_s=now_s,
            note_id=0,
            part=hit.part,
            on_s=on_s,
            off_s=on_s + hit.length_beats * last.period_s,
            on_beats=last.place + (on_s - last.at_s) / last.period_s,
            pitch=hit.pitch,
            velocity=hit.velocity,
            source="groove",
        )

    def _numbered(self, note: BandNote) -> BandNote:
        self._next_id -= 1
        return replace(note, note_id=self._next_id + 1)

    def _last_bar(self) -> list[_Hit]:
        """Hits of the last whole bar, or of what there is of the first."""
        beats = self._whole
        if not beats and self._bar:
            last = self._bar[-1]
            beats = [*self._bar, replace(last, at_s=last.at_s + last.period_s)]
        hits = []
        for note in self._notes.values():
            for beat, following in pairwise(beats):
                period_s = following.at_s - beat.at_s
                phase = (note.on_s - beat.at_s) / period_s
                if -LEANING_BEATS <= phase < 1.0 - LEANING_BEATS:
                    length = (note.off_s - note.on_s) / period_s
                    onset = beat.place + phase
                    hits.append(_Hit(note.part, note.pitch, onset, length, note.velocity))
                    break
        return _shortened(hits, beats[0].per_bar) if hits else []

    def _forget(self) -> None:
        """Drop notes from before the bars that may be played on."""
        kept = [*self._whole[:1], *self._bar[:1]]
        if kept:
            first_s = kept[0].at_s - LEANING_BEATS * kept[0].period_s
            self._notes = {i: note for i, note in self._notes.items() if note.on_s >= first_s}


def _shortened(hits: list[_Hit], per_bar: int) -> list[_Hit]:
    """The hits, each ended where its pitch is struck again, in this bar or in the next."""
    following: dict[tuple[str, int], float] = {}
    ended = []
    hits = sorted(hits, key=lambda hit: -hit.onset_beats)
    for hit in hits:
        following[hit.part, hit.pitch] = hit.onset_beats + per_bar
    for hit in hits:
        room = following[hit.part, hit.pitch] - hit.onset_beats
        following[hit.part, hit.pitch] = hit.onset_beats
        ended.append(replace(hit, length_beats=min(hit.length_beats, room)))
    return ended
