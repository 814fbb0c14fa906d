"""Follows a clock, if that is asked for: it starts and stops the band as a hand does."""

from collections.abc import Callable

from accompanist.music.events import ClockEvent, Gesture, Transport
from accompanist.music.parameter_values import ParameterValues, follows_clock
from accompanist.music.whereabouts import SILENT_STATES
from accompanist.scheduler.form import Form


class Following:
    """Has the band do what whoever leads does.

    Parameters
    ----------
    values
        Whether anybody is followed.
    form, stop
        What lets the band enter, and what stops it.
    """

    def __init__(self, values: ParameterValues, form: Form, stop: Callable[[], None]) -> None:
        self._values = values
        self._form = form
        self._stop = stop

    def take(self, event: Gesture | ClockEvent) -> None:
        """Take an event; all but starts and stops are for others.

        What starts anew while it is played is stopped first; what is to go on then does already.
        """
        if not isinstance(event, Transport) or not follows_clock(self._values):
            return
        is_silent = self._form.state in SILENT_STATES
        if event.what == "stop" or (event.what == "start" and not is_silent):
            self._stop()
        if event.what == "start" or (event.what == "continue" and is_silent):
            self._form.start()
