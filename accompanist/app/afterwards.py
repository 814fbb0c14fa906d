"""After a play that did not end well: its recordings are made whole, once nobody plays it any more.

``python -m accompanist.app.afterwards`` does it beside a play that begins, which must not wait.
"""

import os
import sys
import tempfile
from contextlib import suppress

from accompanist.app.finding import ATTENTION, OK, Finding
from accompanist.app.plays import CUT_OFF, Play, known_plays, state_folder
from accompanist.app.recording import files_of, finish, is_unfinished
from accompanist.app.terminal import say
from accompanist.devices.errors import DeviceError

GIVING_WAY = 10
"""How much nicer than others a process is that must not disturb a band."""


def give_way() -> None:
    """Let whoever plays go first, where the system knows how."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(GIVING_WAY)


def finish_all() -> list[str]:
    """Finish what was cut off, and say so, a sentence each."""
    return [
        sentence
        for play in known_plays()
        if not play.is_over and play.was_cut_off
        for sentence in _finish(play)
    ]


def _finish(play: Play) -> list[str]:
    said, is_over = [], True
    for stem in play.recordings():
        try:
            if not files_of(stem)[0].exists():
                said.append(f"{stem} was being recorded when the band was cut off, and is gone")
                continue
            if is_unfinished(stem):
                whole = " and ".join(str(path) for path in finish(stem))
                said.append(f"a recording was cut off, and is whole again: {whole}")
        except DeviceError as error:
            said.append(f"a recording was cut off and waits to be made whole: {error}")
            is_over = False
    if is_over:
        play.end(CUT_OFF)
    return said


def memory() -> Finding:
    """Whether plays are remembered, after making whole what was cut off."""
    try:
        state_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state_folder()):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fact = f"{state_folder()} cannot be written ({reason}), so nothing is captured"
        return Finding("memory of gigs", ATTENTION, fact, "mend that, or set XDG_STATE_HOME")
    said = finish_all()
    if said:
        return Finding("memory of gigs", ATTENTION, "; ".join(said), "listen to what there is")
    fact = f"the last half hour of {len(known_plays())} plays, in {state_folder()}"
    return Finding("memory of gigs", OK, fact)


if __name__ == "__main__":
    give_way()
    for told in finish_all():
        say(told)
