"""How a session starts: what is set before the first note."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from accompanist.control.controller_file import ENDING, read_map
from accompanist.control.controller_map import ControllerMap
from accompanist.control.ready_maps import ready_map
from accompanist.control.song_file import song_of
from accompanist.music.chord_table import know, read_chord_table
from accompanist.music.errors import Refusal
from accompanist.music.events import ControlTurn
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.song import Song


def starting_style(name: str | None) -> tuple[ControlTurn, ...]:
    """Return the turn of the style control before the first note; none without a name.

    Raises
    ------
    Refusal
        If there is no such style.
    """
    if name is None:
        return ()
    turn = ControlTurn(0.0, f"{ROOT}/style", name, "file")
    try:
        ParameterValues().take(turn.address, turn.value)
    except ValueError as error:
        raise Refusal(str(error)) from error
    return (turn,)


def former_settings(settings: Iterable[tuple[str, Value]]) -> tuple[ControlTurn, ...]:
    """Return the turns that set everything as it was; the performance lock is turned last."""
    turns = [ControlTurn(0.0, address, value, "memory") for address, value in settings]
    return tuple(sorted(turns, key=lambda turn: turn.address == f"{ROOT}/lock"))


def add_chords(parser: argparse.ArgumentParser) -> None:
    """Declare the player's own chords."""
    parser.add_argument(
        "--chords", type=Path, metavar="FILE", help="your own chords, in TOML or JSON"
    )


def learn_chords(path: Path | None) -> None:
    """Let the player's own chords be heard; call it before an engine is assembled.

    Raises
    ------
    Refusal
        If the file cannot be read or is no chord table.
    """
    if path is not None:
        know(read_chord_table(path))


def add_song(parser: argparse.ArgumentParser) -> None:
    """Declare what is known of the music beforehand."""
    parser.add_argument("--song", type=Path, metavar="FILE", help="a song or a set list, in TOML")


def songs_of(texts: Iterable[str]) -> tuple[Song, ...]:
    """Songs of texts that were read once already."""
    return tuple(song_of(text, Path("set")) for text in texts)


def add_controller(parser: argparse.ArgumentParser) -> None:
    """Declare a controller's map."""
    parser.add_argument(
        "--controller",
        metavar="NAME",
        help="what your controller's knobs and pedals turn: a ready map, or a file",
    )


def chosen_controller(name: str | None) -> ControllerMap | None:
    """Return the map of that name, or in that file; none without a name.

    Raises
    ------
    Refusal
        If there is no such map, or it is damaged.
    """
    if name is None:
        return None
    return read_map(Path(name)) if name.endswith(ENDING) else ready_map(name)
