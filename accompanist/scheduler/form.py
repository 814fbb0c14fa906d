"""When the band enters, fills, ends and rests.

The band waits for a player whose beat is locked and enters on a downbeat, or on the one that was
counted in. Every eighth bar closes
with a fill. After some bars of silence it plays an ending of one bar and waits for the player
again. Stopped by hand, it stays silent until it is started by hand.
"""

from dataclasses import dataclass

from accompanist.music.whereabouts import Whereabouts

FILL_EVERY_BARS = 8


@dataclass(frozen=True, slots=True)
class BeatOfForm:
    """A beat as form sees it.

    `silent_beats` is how long the performer has been silent, in beats.
    """

    beat_in_bar: int
    beats_per_bar: int
    locked: bool
    silent_beats: float


class Form:
    """Follows the beats and says what section each belongs to."""

    def __init__(self) -> None:
        self.state = "waiting"
        self.bar = 0
        self.requested = False
        self.section: str | None = None

    def resume(self, where: Whereabouts, downbeats: int) -> None:
        """Go on where the form was, so many downbeats later."""
        over = where.form_state == "ending" and downbeats > 0
        self.state = "waiting" if over else where.form_state
        self.bar, self.requested = where.form_bar + downbeats, where.requested

    def start(self) -> None:
        """Enter on the next beat, whatever the performer does."""
        self.requested = self.state != "playing"

    def count_in(self) -> None:
        """Enter on the next beat, as the performer counted, unless stopped by hand."""
        self.requested = self.requested or self.state == "waiting"

    def stop(self) -> None:
        """Be silent until started."""
        self.state, self.section = "stopped", None
        self.requested = False

    def lose(self) -> None:
        """Wait for the player again: there is no beat to play on."""
        self.section = None
        if self.state != "stopped":
            self.state = "waiting"

    def beat(self, beat: BeatOfForm, ending_bars: int) -> str | None:
        """Section of this beat: ``groove``, ``fill``, ``ending``, or None while silent."""
        self.section = self._section(beat, ending_bars)
        return self.section

    def _section(self, beat: BeatOfForm, ending_bars: int) -> str | None:
        downbeat = beat.beat_in_bar == 0
        if self.state == "ending" and downbeat:
            self.state = "waiting"
        if self.state in ("waiting", "stopped"):
            if not self._enters(beat):
                return None
            self.state, self.bar, self.requested = "playing", 0, False
        elif downbeat:
            self.bar += 1
        if self.state == "ending":
            return "ending"
        if downbeat and beat.silent_beats >= ending_bars * beat.beats_per_bar:
            self.state = "ending"
            return "ending"
        return "fill" if self._fills(beat) else "groove"

    def _enters(self, beat: BeatOfForm) -> bool:
        if self.requested:
            return True
        playing = beat.silent_beats < beat.beats_per_bar
        return self.state == "waiting" and beat.locked and playing and beat.beat_in_bar == 0

    def _fills(self, beat: BeatOfForm) -> bool:
        last_bar = self.bar % FILL_EVERY_BARS == FILL_EVERY_BARS - 1
        return last_bar and 2 * beat.beat_in_bar >= beat.beats_per_bar
