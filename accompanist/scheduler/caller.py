"""Calls the figures: says which section, style and variation the band plays, once for every change.

While the band is silent its section is how it is silent (or that it is counted in), and style and
variation are those set.
"""

from accompanist.music.parameter_values import ParameterValues
from accompanist.music.section import SectionBegun
from accompanist.music.whereabouts import PLAYING_STATES
from accompanist.scheduler.form import Form

_Figure = tuple[str, str, str]
"""Section, style and variation."""


class Caller:
    """Follows a form; a fresh one takes for granted that the band waits, with all at its default.

    Parameters
    ----------
    form
        Where the band is.
    values
        How everything is set.
    """

    def __init__(self, form: Form, values: ParameterValues) -> None:
        self._form = form
        self._values = values
        self.forget()

    def forget(self) -> None:
        """Take for granted again what a fresh caller does."""
        self._said = _silent("waiting", ParameterValues())

    def call(self, now_s: float, at_s: float) -> list[SectionBegun]:
        """Say what the band plays from `at_s` on, unless it was said already."""
        figure = self._figure()
        if figure is None or figure == self._said:
            return []
        self._said = figure
        return [SectionBegun(now_s, at_s, *figure)]

    def _figure(self) -> _Figure | None:
        """The present figure; none between the fall of a band and its first beat after it."""
        form = self._form
        if form.section is not None:
            return form.section, form.place.style, form.place.variation
        falls = form.state in PLAYING_STATES
        return None if falls else _silent(form.state, self._values)


def _silent(state: str, values: ParameterValues) -> _Figure:
    return state, str(values["style"]), str(values["variation"])
