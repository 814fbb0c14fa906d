"""Logs of sessions for tests: a clerk that keeps every line, the notes in them, a place."""

from dataclasses import replace
from functools import cache

from accompanist.app.assembly import assemble
from accompanist.devices.session_log import InputTaken, LogBegun, LogEnded, session_line
from accompanist.music.band import BandNote, NoteCut, Panic
from accompanist.music.whereabouts import Whereabouts


class Pen:
    """An observer and a clerk that writes every line down."""

    def __init__(self, begun: LogBegun) -> None:
        self.lines = [session_line(begun)]

    def hear(self, event, heard_s: float) -> None:
        self.lines.append(session_line(InputTaken(heard_s, event)))

    def show(self, announcement) -> None:
        self.lines.append(session_line(announcement))

    def end(self, now_s: float) -> None:
        self.lines.append(session_line(LogEnded(now_s)))

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


class Notes:
    """An observer that keeps the lines of what the band plays."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def show(self, announcement) -> None:
        if isinstance(announcement, BandNote | NoteCut | Panic):
            self.lines.append(session_line(announcement))


def notes_in(log: str) -> list[str]:
    """Lines of what the band played, in a log."""
    kinds = tuple(f'{{"kind": "{kind}"' for kind in ("note", "note_end", "panic"))
    return [line for line in log.splitlines() if line.startswith(kinds)]


@cache
def beginning() -> Whereabouts:
    """Where a band is that has not begun."""
    return assemble(with_band=False).whereabouts()


def place(now_s: float) -> Whereabouts:
    """Where it is later."""
    return replace(beginning(), now_s=now_s)
