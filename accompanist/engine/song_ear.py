"""How far into a song the performer already is as the band comes in: chords heard against written.

A band that found the beat by itself comes in some bars after the performer. If those bars were the
song's first, with a change of chord among them where it is written, the song goes on from there;
otherwise, say after a vamp, it begins with the band. What was heard before a count-in tells
nothing.
"""

from collections import deque

from accompanist.listening.listener import Listener
from accompanist.music.heard import BeatHeard, ChordHeard
from accompanist.music.song import Song

MOST_BARS = 8

_MOST_CHORDS = 128
_ENOUGH = 0.8
"""Share of the beats on which what is heard must be what is written."""

_LEAST_ROOTS = 2


class SongEar:
    """Remembers the chords heard before the band comes in.

    Parameters
    ----------
    listener
        Who counts the beats.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._heard: deque[tuple[float, int | None]] = deque(maxlen=_MOST_CHORDS)

    def hear(self, heard: ChordHeard) -> None:
        """Take a chord as it is heard."""
        self._heard.append((heard.at_s, heard.chord.root))

    def forget(self) -> None:
        """Begin afresh."""
        self._heard.clear()

    def bars_played(self, song: Song, beat: BeatHeard) -> int:
        """Bars of a song that were played before a downbeat; the most that fit, 0 if none do."""
        bars = min(MOST_BARS, song.bars - 1)
        return next((count for count in range(bars, 0, -1) if self._fit(song, beat, count)), 0)

    def _fit(self, song: Song, beat: BeatHeard, bars: int) -> bool:
        count = bars * song.beats_per_bar
        roots, right = set(), 0
        for place in range(count):
            written = song.chord_at(*divmod(place, song.beats_per_bar))
            if written is None:
                return False
            if written.root == self._root_on(beat.beat - count + place):
                roots.add(written.root)
                right += 1
        return right >= _ENOUGH * count and len(roots) >= _LEAST_ROOTS

    def _root_on(self, beat: int) -> int | None:
        """Root of what sounded in the middle of a beat."""
        at_s = self._listener.seconds_at(beat + 0.5)
        return next((root for begun_s, root in reversed(self._heard) if begun_s <= at_s), None)
