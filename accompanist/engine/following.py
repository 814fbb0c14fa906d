"""Follows a clock, if that is asked for: it starts and stops the band as a hand does.

A song that a clock leads ends when the clock says so, however long the performer is silent.
"""

from collections.abc import Callable

from accompanist.listening.clock_ear import ClockEar
from accompanist.music.events import ClockEvent, Gesture, SoundEvent, Transport
from accompanist.music.parameter_values import ParameterValues, follows_clock
from accompanist.music.whereabouts import PLAYING_STATES
from accompanist.players.performer import PerformerMemory
from accompanist.scheduler.form import Form


class Following:
    """Has the band do what whoever leads does.

    Parameters
    ----------
    values
        Whether anybody is followed.
    ear
        Who hears the clock.
    form, stop
        What lets the band enter, and what stops it.
    memory
        What the performer did.
    """

    def __init__(
        self,
        values: ParameterValues,
        ear: ClockEar,
        form: Form,
        memory: PerformerMemory,
        stop: Callable[[], None],
    ) -> None:
        self._values = values
        self._ear = ear
        self._form = form
        self._memory = memory
        self._stop = stop

    @property
    def is_led(self) -> bool:
        """Whether a clock leads a song."""
        return self._ear.runs

    def take(self, event: Gesture | SoundEvent | ClockEvent) -> None:
        """Take an event; all but starts and stops are for others.

        What starts anew while it is played is stopped first; what is to go on then does already.
        """
        if not isinstance(event, Transport) or not follows_clock(self._values):
            return
        is_silent = self._form.state not in PLAYING_STATES
        if event.what == "stop" or (event.what == "start" and not is_silent):
            self._stop()
        if event.what == "start" or (event.what == "continue" and is_silent):
            self._form.start()

    def news(self, now_s: float) -> list[str]:
        """Sentences about who leads, to be taken away; a silence that nobody leads begins then."""
        if self._ear.news:
            self._memory.stir(now_s)
        return self._ear.news
