"""Reads words of the command line, and refuses what it does not know in one sentence.

argparse says what is wrong in its own words and after a page of usage; here the sentence is ours,
and ends with what was meant, or with a line that works.
"""

import argparse
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from accompanist.music.errors import Refusal

HIGHEST_PORT = 65535

_IN_PLAIN_WORDS = (
    (r"argument (\S+): expected one argument", r"\1 needs a value"),
    (r"argument (\S+): expected at least one argument", r"\1 needs a value"),
    (r"argument (\S+): expected (\d+) arguments", r"\1 needs \2 values"),
    (r"argument (\S+): invalid int value: (.*)", r"\1 takes a whole number, not \2"),
    (r"argument (\S+): invalid float value: (.*)", r"\1 takes a number, not \2"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1 takes \3, not \2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 and \2 exclude each other"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 takes no value, not \2"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 could be \2"),
)
_MISSING = (
    (r"one of the arguments (.*) is required", r"one of \1 is needed"),
    (r"the following arguments are required: (.*)", r"\1 is missing"),
)
_TYPE = r"argument (\S+): (.*)"
"""What a type of ours says has its remedy already."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are refusals; `example` is a line that works."""

    example = ""

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed.

        Raises
        ------
        Refusal
            Always.
        """
        if missing := _reworded(message, _MISSING):
            raise Refusal(f"{missing}; for instance: {self.example}")
        if plain := _reworded(message.replace("'", ""), _IN_PLAIN_WORDS):
            raise Refusal(f"{plain}; see {self.prog} --help")
        said = re.fullmatch(_TYPE, message)
        raise Refusal(f"{said[1]}: {said[2]}" if said else f"{message}; see {self.prog} --help")

    def refuse_strange(self, words: Sequence[str]) -> None:
        """Refuse words that mean nothing to this command, with what may have been meant.

        Raises
        ------
        Refusal
            If there are any.
        """
        if not words:
            return
        word = words[0].partition("=")[0]
        meant = meant_by(word, self._option_string_actions)
        remedy = f"did you mean {meant}?" if meant else f"see {self.prog} --help"
        raise Refusal(f"{word!r} means nothing here; {remedy}")


def meant_by(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody meant who mistyped it; none if it is like none."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)


def _reworded(message: str, table: Iterable[tuple[str, str]]) -> str | None:
    """Say it in our words; none if the table does not know it."""
    for theirs, ours in table:
        if said := re.fullmatch(theirs, message):
            return said.expand(ours)
    return None


def port_number(text: str) -> int:
    """Read a port's number.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_PORT))
    if not (is_number and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port; give a number from 1 to {HIGHEST_PORT}, or 0 for any free one"
        )
    return int(text)
