"""The ``train`` command: hands over to the training room, which needs the ``train`` extra."""

import argparse

from accompanist.app.assembly import assemble
from accompanist.engine import Engine
from accompanist.players.player import Anticipator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what training may be told."""
    from accompanist.training import command

    command.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Train, and return the exit code."""
    from accompanist.training import command

    return int(command.run(args, listening))


def listening(anticipator: Anticipator) -> Engine:
    """An engine without a band, whose coming chords are guessed by somebody."""
    return assemble(with_band=False, anticipator=anticipator)
