"""Between one play and the next: what is remembered of the last gig, and set as it was if asked."""

import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

from accompanist.app.books import NOT_REMEMBERED
from accompanist.app.called import called
from accompanist.app.gig import Gig
from accompanist.app.plays import WELL, Play, known_plays
from accompanist.app.recording import is_unfinished
from accompanist.app.starting import songs_of
from accompanist.app.terminal import say
from accompanist.control.osc_port import PORT
from accompanist.control.web_access import new_pairing
from accompanist.devices.errors import DeviceError
from accompanist.music.errors import Refusal
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameter_values import ParameterValues

OFFER = "the last gig did not end well; to set everything as it was: "

_NEXT: tuple[str, Value] = (f"{ROOT}/song/next", 1)
_PORTS = ("midi_in", "midi_out", "audio")


def last_play() -> Play | None:
    """Return the last play that got as far as being remembered."""
    return next((play for play in reversed(known_plays()) if play.remembered()), None)


def resumed(gig: Gig, former: Play | None) -> Gig:
    """Return the gig as the last one was set; what was asked for this time stays as asked.

    Raises
    ------
    Refusal
        If no gig is remembered.
    """
    state = former.remembered() if former else None
    if state is None:
        raise Refusal("no gig is remembered that could be resumed; play without --resume")
    try:
        options = {**_known_options(state["gig"]), **_known_names(state["names"])}
        settings = _settings(state["parameters"])
        passed = max(int(state.get("song", 1)) - 1, 0)
        song = songs_of(options.get("songs", ())[passed : passed + 1])
    except (KeyError, TypeError, ValueError, AttributeError, Refusal) as error:
        raise Refusal(
            f"what is remembered of the last gig is damaged ({error}); play without --resume"
        ) from error
    asked = {field.name: field.default for field in fields(gig)} | {"osc_in": PORT}
    # The same word as before, so that what was paired finds the page again.
    asked["pairing"] = gig.pairing
    untouched = {
        name: value for name, value in options.items() if getattr(gig, name) == asked[name]
    }
    if song and "songs" in untouched:
        # What the song sets, it sets as it begins again.
        own = {f"{ROOT}/{name}" for name, _ in song[0].own_settings}
        settings = (_NEXT,) * passed + tuple(one for one in settings if one[0] not in own)
    again = replace(gig, settings=settings, **untouched)
    return replace(again, pairing=again.pairing or (new_pairing() if again.lan else ""))


def tell_of_the_last(former: Play | None, *, is_resumed: bool) -> None:
    """Offer to resume a gig that did not end well; have its recordings finished meanwhile."""
    if any(not play.is_over and play.was_cut_off for play in known_plays()):
        subprocess.Popen(
            [sys.executable, "-m", "accompanist.app.afterwards"], stdin=subprocess.DEVNULL
        )
    if former and former.was_cut_off and not is_resumed:
        say(OFFER + called("play --resume"))


def begin_play() -> Play | None:
    """Begin to remember a play; none where that cannot be, which is said."""
    try:
        return Play.begin()
    except DeviceError as error:
        say(str(error))
        return None


def end_play(play: Play) -> None:
    """Take note that a play ended well, or forget one in which nothing happened.

    One whose recording waits to be made whole stays as it is, for whoever comes next.
    """
    if any(is_unfinished(stem) for stem in play.recordings()):
        return
    if play.remembered():
        play.end(WELL)
    else:
        play.forget()


def _known_options(given: dict[str, Any]) -> dict[str, Any]:
    """Options that this version knows, in the types it knows."""
    types = {
        field.name: (str, int, type(None)) if field.default is None else type(field.default)
        for field in fields(Gig)
        if field.name not in NOT_REMEMBERED
    }
    as_given = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return {
        name: value
        for name, value in as_given.items()
        if name in types and isinstance(value, types[name])
    }


def _known_names(names: dict[str, Any]) -> dict[str, Any]:
    return {name: names[name] for name in _PORTS if isinstance(names.get(name), str)}


def _settings(parameters: dict[str, Value]) -> tuple[tuple[str, Value], ...]:
    """What was set otherwise than it is by default, as far as this version knows it."""
    values = ParameterValues()
    known = {parameter.address: parameter for parameter, _ in values}
    return tuple(
        (address, value)
        for address, value in parameters.items()
        if address in known and known[address].checked(value) != known[address].default
    )
