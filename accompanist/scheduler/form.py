"""When the band enters, fills, breaks, ends and rests.

The band waits for a player whose beat is locked and enters on a downbeat, or on the one that was
counted in; with an intro, if one was called for. Every eighth bar closes with a fill of half a bar,
and so does a fourth in which the performer rests, and a bar before another style or variation,
which begin at the bar line. A fill called for fills the rest of the bar, or half of the next one
if no beat is left. A break is the bar that follows. After some bars of silence, or at the next bar
line when called for, the band plays the style's ending; it then rests until the performer has
paused for a bar, and waits again. Stopped by hand, it stays silent until it is started by hand.
While it is counted in it is silent, and plays from the downbeat after the count. If it is not to
come in by itself, it waits to be started, once for the whole piece.
"""

from dataclasses import dataclass

from accompanist.music.section import Place
from accompanist.music.whereabouts import Whereabouts

FILL_EVERY_BARS = 8
PHRASE_BARS = 4

BARS_TO_END = 4
"""Of beat kept beyond the silence that ends a piece: to its next bar line, and for the ending."""

_LEAST_REST_BEATS = 1.0
"""Silence of the performer that is a rest, and not a gap between notes."""


@dataclass(frozen=True, slots=True)
class BeatOfForm:
    """A beat as form sees it.

    `silent_beats` is how long the performer has been silent, in beats.
    """

    beat_in_bar: int
    beats_per_bar: int
    locked: bool
    silent_beats: float

    @property
    def halves_the_bar(self) -> bool:
        """Whether the second half of the bar begins here."""
        return self.beat_in_bar > 0 and self.beat_in_bar == (self.beats_per_bar + 1) // 2


@dataclass(frozen=True, slots=True)
class Chart:
    """What the form goes by: style and variation that are set, and lengths in bars.

    `patience_bars` of silence end the piece; `intro_bars` and `ending_bars` are the style's.
    `by_itself` says whether the band comes in when it has found the beat.
    """

    style: str
    variation: str
    patience_bars: int
    intro_bars: int
    ending_bars: int
    by_itself: bool = True

    @property
    def kept_bars(self) -> int:
        """For how long the beat is needed though the performer is silent."""
        return self.patience_bars + BARS_TO_END


class Form:
    """Follows the beats and says what section each belongs to.

    Attributes
    ----------
    state
        ``waiting``, ``counting``, ``playing``, ``ending``, ``resting`` or ``stopped``.
    bar
        Bars since the band entered.
    section
        Of the last beat; None while silent.
    """

    def __init__(self) -> None:
        self.state = "waiting"
        self.bar = 0
        self.requested = False
        self.section: str | None = None
        self._begun = False
        self._called: set[str] = set()
        self._style = self._variation = ""
        self._intro_bars = self._ending_bars = self._ending_bar = 0
        self._breaking = self._filling = self._closing = False

    @property
    def piece_bar(self) -> int:
        """Bars since the intro, where there is one: below 0 within it."""
        return self.bar - self._intro_bars

    @property
    def place(self) -> Place:
        """Where the last beat is."""
        section = self.section or "groove"
        section_bar = {"intro": self.bar, "ending": self._ending_bar}.get(section, 0)
        return Place(self.bar, section, section_bar, self._style, self._variation)

    def resume(self, where: Whereabouts, downbeats: int) -> None:
        """Go on where the form was, so many downbeats later."""
        over = where.form_state == "ending" and downbeats > 0
        self.state = "resting" if over else where.form_state
        self.bar, self.requested = where.form_bar + downbeats, where.requested
        self._begun = self.state == "playing"
        self._ending_bars = 1

    def start(self) -> None:
        """Enter on the next beat, whatever the performer does."""
        self.requested = self.state != "playing"

    def count(self) -> None:
        """Be silent until the band is counted in."""
        self.state, self.section, self.requested = "counting", None, False

    def count_in(self) -> None:
        """Enter on the next beat, as was counted, unless stopped by hand."""
        self.requested = self.requested or self.state in ("waiting", "resting", "counting")

    def call(self, section: str) -> None:
        """Ask for a section: an intro while the band is silent, any other while it plays."""
        if (section == "intro") != (self.state == "playing"):
            self._called.add(section)

    def stop(self) -> None:
        """Be silent until started."""
        self.pause()
        self.state = "stopped"

    def pause(self) -> None:
        """Be silent and wait for the player, as before the first note."""
        self.state, self.section = "waiting", None
        self.requested = self._begun = False
        self._called.clear()

    def lose(self) -> None:
        """Wait for the player again: there is no beat to play on."""
        self.section = None
        self._called &= {"intro"}
        self._begun &= self.state == "playing"
        if self.state != "stopped":
            self.state = "waiting"

    def beat(self, beat: BeatOfForm, chart: Chart) -> str | None:
        """Section of this beat, or None while silent."""
        self.section = self._section(beat, chart)
        return self.section

    def _section(self, beat: BeatOfForm, chart: Chart) -> str | None:
        downbeat = beat.beat_in_bar == 0
        if self.state == "ending" and downbeat:
            self._ending_bar += 1
            if self._ending_bar >= self._ending_bars:
                self.state, self._begun = "resting", False
        if self.state == "resting" and beat.silent_beats >= beat.beats_per_bar:
            self.state = "waiting"
        if self.state not in ("playing", "ending"):
            if not self._enters(beat, chart.by_itself):
                return None
            self._enter(chart)
        elif self.state == "playing" and downbeat:
            self._turn_bar(beat, chart)
        if not self._style:
            self._style, self._variation = chart.style, chart.variation
        if self.state == "ending":
            return "ending"
        return self._playing(beat, chart)

    def _enters(self, beat: BeatOfForm, by_itself: bool) -> bool:
        if self.requested:
            return True
        if not (by_itself or self._begun):
            return False
        playing = beat.silent_beats < beat.beats_per_bar
        return self.state == "waiting" and beat.locked and playing and beat.beat_in_bar == 0

    def _enter(self, chart: Chart) -> None:
        self.state, self.bar, self.requested, self._begun = "playing", 0, False, True
        self._intro_bars = chart.intro_bars if "intro" in self._called else 0
        self._style, self._variation = chart.style, chart.variation
        self._breaking = self._filling = self._closing = False
        self._called.clear()

    def _turn_bar(self, beat: BeatOfForm, chart: Chart) -> None:
        """Cross a bar line: what was set or called for begins here."""
        self.bar += 1
        self._style, self._variation = chart.style, chart.variation
        self._filling, self._breaking = False, "break" in self._called
        self._closing = "fill" in self._called
        self._called -= {"break", "fill"}
        alone = beat.silent_beats >= chart.patience_bars * beat.beats_per_bar
        if alone or "ending" in self._called:
            self.state = "ending"
            self._ending_bar, self._ending_bars = 0, chart.ending_bars
            self._called.clear()

    def _playing(self, beat: BeatOfForm, chart: Chart) -> str:
        if beat.halves_the_bar:
            self._filling |= self._closing or self._phrase_ends(beat) or self._changes(chart)
        self._filling |= "fill" in self._called
        self._called.discard("fill")
        if self._filling:
            return "fill"
        if self._breaking:
            return "break"
        return "intro" if self.bar < self._intro_bars else "groove"

    def _phrase_ends(self, beat: BeatOfForm) -> bool:
        """Whether the band closes a phrase in this bar by itself."""
        bar = self.bar - self._intro_bars
        if bar < 0 or self._breaking:
            return False
        resting = beat.silent_beats >= _LEAST_REST_BEATS and bar % PHRASE_BARS == PHRASE_BARS - 1
        return resting or bar % FILL_EVERY_BARS == FILL_EVERY_BARS - 1

    def _changes(self, chart: Chart) -> bool:
        return (chart.style, chart.variation) != (self._style, self._variation)
