"""Checks of the ways in: ports that surfaces reach the band at, what finds it, maps of controllers.

A port is asked for as `play` would, and given back at once.
"""

import socket
from collections.abc import Callable
from importlib.util import find_spec

from accompanist.app.called import called, installing
from accompanist.app.controller_folder import controllers_folder, map_files
from accompanist.app.finding import ATTENTION, OK, Finding
from accompanist.app.plays import known_plays
from accompanist.control.controller_file import read_map
from accompanist.control.osc_port import PORT
from accompanist.control.ready_maps import ready_maps
from accompanist.control.web_access import WEB_PORT
from accompanist.music.errors import Refusal

_LOOPBACK = "127.0.0.1"


def osc(port: int = PORT) -> Finding:
    """Whether surfaces can reach the band at its usual port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        return _port("OSC", port, lambda: asked.bind((_LOOPBACK, port)), "--osc-in")


def stage_view(port: int = WEB_PORT) -> Finding:
    """Whether browsers can."""
    return _port(
        "stage view",
        port,
        lambda: socket.create_server((_LOOPBACK, port)).close(),
        "--stage-view",
    )


def _port(subject: str, number: int, ask: Callable[[], None], option: str) -> Finding:
    try:
        ask()
    except OSError:
        holder = "the band that plays now" if _is_playing() else "another program"
        fact = f"port {number} is taken by {holder}"
        otherwise = called(f"play {option} {number + 1}")
        return Finding(subject, ATTENTION, fact, f"end that, or run: {otherwise}")
    return Finding(subject, OK, f"port {number} is free")


def _is_playing() -> bool:
    return any(play.is_alive for play in known_plays())


def controllers() -> Finding:
    """Whether maps of controllers can be read."""
    damaged = []
    files = map_files()
    for path in dict.fromkeys(files.values()):
        try:
            read_map(path)
        except Refusal as refusal:
            damaged.append(str(refusal))
    if damaged:
        more = f" (and {len(damaged) - 1} more)" if damaged[1:] else ""
        fact = f"{len(damaged)} of your maps cannot be used"
        return Finding("controllers", ATTENTION, fact, damaged[0] + more)
    own = f"{len(files)} of yours" if files else "none of yours yet"
    return Finding(
        "controllers", OK, f"{len(ready_maps())} ready maps, {own} in {controllers_folder()}"
    )


def zeroconf() -> Finding:
    """Whether surfaces find the band by themselves."""
    use = "with --lan, surfaces find the band by themselves"
    return _library("zeroconf", "zeroconf", "zeroconf", use, ATTENTION)


def link() -> Finding:
    """Whether Ableton Link sessions can be joined, which is an extra."""
    use = "sync/link joins Ableton Link sessions"
    return _library("Link", "link", "LinkPython-extern", use, OK)


def _library(subject: str, module: str, package: str, use: str, if_missing: str) -> Finding:
    if find_spec(module) is not None:
        return Finding(subject, OK, use)
    remedy = f"run: {installing(package)}"
    return Finding(subject, if_missing, f"not installed; with it, {use}", remedy)
