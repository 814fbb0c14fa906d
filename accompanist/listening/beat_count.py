"""The count of beats as it stands: how sure, how fast, in what bars; beats to seconds and back."""

from accompanist.listening.announcer import Announcer
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker
from accompanist.listening.clock import BeatClock
from accompanist.listening.pulse import Pulse
from accompanist.music.metre import Metre


class BeatCount:
    """What may be asked of an ear for the beat.

    Parameters
    ----------
    tracker, announcer, bars, clock
        Who follows the performer's beat, says beats, counts bars, and keeps the count.
    """

    def __init__(
        self, tracker: BeatTracker, announcer: Announcer, bars: BarCounter, clock: BeatClock
    ) -> None:
        self._tracker = tracker
        self._announcer = announcer
        self._bars = bars
        self._clock = clock

    @property
    def state(self) -> str:
        """How sure the beat is: ``lost``, ``locking`` or ``locked``."""
        return self._announcer.state

    @property
    def hypotheses(self) -> tuple[Pulse, ...]:
        """The likeliest readings of the beat, likeliest first; the one followed is among them."""
        return self._tracker.hypotheses

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats announced; 120 before the first."""
        return self._announcer.tempo_bpm

    @property
    def metre(self) -> Metre:
        """Metre held."""
        return self._bars.metre.metre

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`, on the numbering of the announced beats."""
        return self._clock.beats_at(time_s)

    def seconds_at(self, beats: float) -> float:
        """Time at which the count reaches `beats`; for an announced beat, the time announced."""
        return self._clock.seconds_at(beats)

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar, 0 for the downbeat, under the metre held now."""
        return self._bars.metre.beat_in_bar(beat)

    def be_patient(self, beats: float) -> None:
        """Keep the beat for so many beats after the performer's last note."""
        self._announcer.patience_beats = beats
