"""Opens what is written down of a gig: the capture and the state always, a recording if asked for.

Where the state cannot be kept, the band plays without, and it is said.
"""

from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from accompanist import __version__
from accompanist.app.capture import Capture
from accompanist.app.diary import Found
from accompanist.app.gig import Gig, Names
from accompanist.app.plays import Play
from accompanist.app.recording import Recording, claim
from accompanist.app.scribe import Scribe
from accompanist.app.terminal import say
from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import RESTART, START, LogBegun
from accompanist.music.chord import BUILT_IN, QUALITIES

NOT_REMEMBERED = (
    *("door", "origin_ns", "guard", "osc_port", "play", "resting", "settings"),
    *("style", "record", "midi_in", "midi_out", "audio"),
)
"""Of a gig: what is of this play alone, and what the state says better."""


def begun_now(gig: Gig, now_s: float, *, is_first: bool, found: Found | None) -> LogBegun:
    """How the log of a band begins that begins now."""
    own = {name: steps for name, steps in QUALITIES.items() if name not in BUILT_IN}
    return LogBegun(
        announced_s=0.0 if is_first else now_s,
        begins=START if is_first else RESTART,
        version=__version__,
        seed=gig.seed,
        style=gig.style,
        resting=gig.resting,
        chords=own,
        songs=gig.songs,
        place=found.place if found else None,
        missed=found.missed if found else (),
    )


def open_books(
    gig: Gig, names: Names, begun: LogBegun, now_s: Callable[[], float], *, is_heard: bool
) -> Scribe:
    """Begin to write, or go on where a band that fell left off.

    What cannot be written is said, and the band plays without.
    """
    play = _play(gig)
    recording = _recording(gig, play, begun, is_heard=is_heard)
    state = {"gig": remembered_options(gig), "names": asdict(names)}
    return Scribe(play, _capture(play, begun), recording, state, now_s)


def remembered_options(gig: Gig) -> dict[str, Any]:
    """Options that were given, but for those that the state tells better."""
    return {
        field.name: getattr(gig, field.name)
        for field in fields(gig)
        if field.name not in NOT_REMEMBERED and field.default is not MISSING
    }


def _play(gig: Gig) -> Play | None:
    if gig.play is None:
        return None
    play = Play(Path(gig.play))
    try:
        play.hold()
    except OSError:
        return None
    return play


def _capture(play: Play | None, begun: LogBegun) -> Capture | None:
    try:
        return Capture(play.path, begun) if play else None
    except DeviceError as error:
        say(f"{error}; the last half hour is not kept")
        return None


def _recording(gig: Gig, play: Play | None, begun: LogBegun, *, is_heard: bool) -> Recording | None:
    """Record where asked to, and where nothing could be heard."""
    if is_heard and not gig.record:
        return None
    former = play.recordings() if play else []
    try:
        stem = Path(gig.record) if gig.record else former[-1] if former else claim(Path())
        if play and not former:
            play.note_recording(stem)
        return Recording(stem, begun)
    except DeviceError as error:
        say(f"{error}; the band plays unrecorded")
        return None
