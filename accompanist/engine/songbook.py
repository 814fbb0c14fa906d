"""The songbook: which song of a set is played, where in it the band is, and what is written there.

A song is taken up as the session begins, or with `song/next` and `song/previous`: at once while the
band is silent, else after the ending that is then called for, and two turns go two songs on; what
the one before had set is set back. Its bars count from the band's first after an intro, or from the
performer's, where those that they played before were the song's (`song_ear`). A section sets its
controls on its first beat; style and variation are set a bar before, so that they begin on the bar
line, after a fill. The bar after the last section is the ending, or the first again. `song/skip`
goes on to the next section at the next bar line, `song/repeat` to the beginning of the present one.

While `song/follow` is on the band goes by the chords that are written, whatever is heard. A beat
that is counted at half or twice the song's tempo is counted anew.
"""

from collections.abc import Sequence

from accompanist.engine.song_ear import SongEar
from accompanist.listening.listener import Listener
from accompanist.music.chord import Chord
from accompanist.music.events import ControlTurn
from accompanist.music.heard import BeatHeard
from accompanist.music.parameter import ROOT
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.song import Settings, Song, SongBegun, SongSection, SongSectionBegun
from accompanist.music.whereabouts import SILENT_STATES, Whereabouts
from accompanist.players.outlook import NOTHING_WRITTEN, Written
from accompanist.scheduler.form import Form

_AHEAD = ("style", "variation")
_NEAR = 1.12
"""A tempo this far beyond a song's own is still the song's."""

_RECOUNTED_AFTER_BEATS = 8

Said = SongBegun | SongSectionBegun


class Songbook:
    """Follows a set of songs.

    Parameters
    ----------
    songs
        In the order of the set; none if nothing is known beforehand.
    listener, form
        Who knows the beat, and where the band is.
    values
        How everything is set.

    Attributes
    ----------
    said
        What there is to announce, in order; whoever announces it takes it away.
    ear
        Is told which chords are heard, and forgets them as the band is counted in.
    """

    def __init__(
        self, songs: Sequence[Song], listener: Listener, form: Form, values: ParameterValues
    ) -> None:
        self.said: list[Said] = []
        self._songs = tuple(songs)
        self._listener = listener
        self._form = form
        self._values = values
        self._number = -1
        self._wanted = 0 if self._songs else -1
        self._bar: int | None = None
        self._in_bar = 0
        self._shift = 0
        self._goal: int | None = None
        self._counted = 0
        self.ear = SongEar(listener)

    @property
    def song(self) -> Song | None:
        """The song taken up; none without a set."""
        return self._songs[self._number] if self._number >= 0 else None

    @property
    def place(self) -> tuple[int, int]:
        """Number of the song, from 0 (−1 for none), and the bars that were skipped in it."""
        return self._number, self._shift

    def resume(self, where: Whereabouts) -> None:
        """Go on in the song where a songbook before this one was."""
        if 0 <= where.song < len(self._songs):
            self._number, self._shift, self._wanted = where.song, where.song_shift, -1
            self._tell_song(where.now_s)

    def turn(self, name: str, now_s: float) -> list[ControlTurn]:
        """Do what a control asks for; return what has to be set at once."""
        song = self.song
        if song is None:
            return []
        if name in ("song/next", "song/previous"):
            former = self._wanted if self._wanted >= 0 else self._number
            wanted = former + (1 if name == "song/next" else -1)
            if 0 <= wanted < len(self._songs):
                self._wanted = wanted
                if self._form.state in SILENT_STATES:
                    return self.take_up(now_s)
                self._form.call("ending")
        elif name in ("song/skip", "song/repeat") and self._bar is not None:
            begun = [start for start in song.starts() if start <= self._bar % max(song.bars, 1)]
            later = [start for start in song.starts() if start > self._bar % max(song.bars, 1)]
            self._goal = (later[0] if later else song.bars) if name == "song/skip" else begun[-1]
            if self._goal < song.bars:
                return _turns(_set_at(song, self._goal, ahead=True), now_s)
            self._end(song)
        return []

    def take_up(self, now_s: float) -> list[ControlTurn]:
        """Take up the song that is wanted, if the band is silent; return what it sets."""
        if self._wanted < 0 or self._form.state not in SILENT_STATES:
            return []
        former = self.song
        self._number, self._wanted, self._shift, self._bar = self._wanted, -1, 0, None
        song = self._songs[self._number]
        left = _left_behind(former, song) if former else ()
        self._tell_song(now_s)
        self._listener.lead.expect_bars(song.beats_per_bar)
        if song.usual_tempo_bpm is not None:
            self._listener.lead.suggest(60.0 / song.usual_tempo_bpm)
        return _turns((*left, *song.settings, *_set_at(song, 0, ahead=True)), now_s)

    def beat(self, beat: BeatHeard, in_bar: int) -> list[ControlTurn]:
        """Follow the band to a beat whose place in the form is known; return what is set there."""
        song, form = self.song, self._form
        self._in_bar = in_bar
        self._keep_level(beat)
        if song is None or not song.bars or form.section is None or form.state == "ending":
            self._bar = None
            return []
        begins = self._bar is None
        if begins and form.bar == 0:
            self._shift, self._goal = -self._bars_played(song, beat), None
            self.ear.forget()
        elif in_bar == 0 and self._goal is not None:
            self._shift, self._goal = form.piece_bar - self._goal, None
        self._bar = form.piece_bar - self._shift
        if begins and self._shift < 0:
            return self._joins(song, self._bar, beat)
        return self._bar_begins(song, beat) if begins or in_bar == 0 else []

    def _bars_played(self, song: Song, beat: BeatHeard) -> int:
        """Bars of the song that the performer played before the band came in on a downbeat."""
        alike = self._listener.metre.beats_per_bar == song.beats_per_bar
        fits = alike and self._in_bar == 0 and self._form.piece_bar == 0
        return self.ear.bars_played(song, beat) if fits else 0

    def _joins(self, song: Song, bar: int, beat: BeatHeard) -> list[ControlTurn]:
        """Come in in the midst of the song: set what the section there sets."""
        here = _section_at(song, bar, beginning=False)
        if here is not None:
            self.said.append(SongSectionBegun(beat.announced_s, beat.at_s, here.name))
        settings = (*_set_at(song, bar, ahead=True), *_set_at(song, bar, ahead=False))
        return _turns(settings, beat.announced_s)

    def _keep_level(self, beat: BeatHeard) -> None:
        """Have a beat at half or twice the song's tempo counted anew."""
        song = self.song
        self._counted += 1
        sure = self._listener.state == "locked" and self._counted >= _RECOUNTED_AFTER_BEATS
        if song is None or song.tempo_bpm is None or not sure:
            return
        slowest, fastest = song.tempo_bpm[0] / _NEAR, song.tempo_bpm[1] * _NEAR
        for slower in (2.0, 0.5):
            beyond = not slowest <= beat.tempo_bpm <= fastest
            if beyond and slowest <= beat.tempo_bpm / slower <= fastest:
                self._listener.lead.recount(slower)
                self._counted = 0
                return

    @property
    def written(self) -> Written:
        """What is written for the present beat; nothing where the band goes by ear."""
        song = self.song
        if song is None or self._bar is None or not self._values.on("song/follow"):
            return NOTHING_WRITTEN
        key = None if song.key.tonic is None else song.key
        per_bar = self._listener.metre.beats_per_bar
        now, following, in_a_bar = (self._chord(song, later) for later in (0, 1, per_bar))
        return Written(now, following, in_a_bar, key)

    def _chord(self, song: Song, later: int) -> Chord | None:
        bars, beat = divmod(self._in_bar + later, self._listener.metre.beats_per_bar)
        bar = (self._bar or 0) + bars
        return song.chord_at(bar, beat) if bar >= 0 else song.chord_at(0, 0)

    def _bar_begins(self, song: Song, beat: BeatHeard) -> list[ControlTurn]:
        settings: Settings = ()
        bar = (self._bar or 0) if song.ends else (self._bar or 0) % song.bars
        here, following = _section_at(song, bar, beginning=True), bar + 1
        if here is not None:
            self.said.append(SongSectionBegun(beat.announced_s, beat.at_s, here.name))
            settings += _set_at(song, bar, ahead=False)
        if following == song.bars and song.ends:
            self._end(song)
        elif self._goal is None and _section_at(song, following % song.bars, beginning=True):
            settings += _set_at(song, following % song.bars, ahead=True)
        return _turns(settings, beat.announced_s)

    def _end(self, song: Song) -> None:
        if song.ends:
            self._form.call("ending")

    def _tell_song(self, now_s: float) -> None:
        song = self._songs[self._number]
        count = len(self._songs)
        self.said.append(SongBegun(now_s, self._number + 1, count, song.title, song.programs))


def _turns(settings: Settings, now_s: float) -> list[ControlTurn]:
    return [ControlTurn(now_s, f"{ROOT}/{name}", value, "song") for name, value in settings]


def _set_at(song: Song, bar: int, *, ahead: bool) -> Settings:
    """What the section of a bar sets: a bar ahead, or as it begins."""
    section = _section_at(song, bar, beginning=False)
    every = section.settings if section else ()
    return tuple(one for one in every if (one[0] in _AHEAD) is ahead)


def _left_behind(former: Song, song: Song) -> Settings:
    """What a former song set and this one does not, as it is without either."""
    usual, own = ParameterValues(), dict(song.settings)
    every = dict.fromkeys(dict(former.own_settings))
    return tuple((name, usual[name]) for name in every if name not in own)


def _section_at(song: Song, bar: int, *, beginning: bool) -> SongSection | None:
    """Section that a bar lies in, or begins if that is wanted."""
    found = [
        section
        for start, section in zip(song.starts(), song.sections, strict=True)
        if start == bar or (not beginning and start < bar < start + len(section.bars))
    ]
    return found[0] if found else None
