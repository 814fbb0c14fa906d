"""Sentences reach a terminal, and nobody waits for one that takes none."""

import os
import pty
import select
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

import pytest

from accompanist.app.terminal import columns_of, say, write


@dataclass
class Terminal:
    """A real terminal: what programs write to, and what a person would read."""

    stream: TextIO
    screen: int

    def read(self) -> str:
        """All that has come until now."""
        said = b""
        while select.select([self.screen], [], [], 0.05)[0]:
            said += os.read(self.screen, 4096)
        return said.decode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    screen, end = pty.openpty()
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        yield Terminal(stream, screen)
    os.close(screen)


def test_a_sentence_wipes_the_live_line_and_stands_on_its_own(terminal):
    write("\rlocked  118 bpm", terminal.stream)
    say("the sound fell and is started again", terminal.stream)

    said = terminal.read()
    assert said == "\rlocked  118 bpm\r\x1b[Kthe sound fell and is started again\r\n"


def test_a_sentence_in_a_file_is_a_plain_line(tmp_path):
    path = tmp_path / "said.txt"
    with path.open("w", encoding="utf-8") as file:
        say("the sound fell and is started again", file)

    assert path.read_text(encoding="utf-8") == "the sound fell and is started again\n"


def test_a_terminal_that_was_halted_is_not_waited_for(terminal):
    termios.tcflow(terminal.stream, termios.TCOOFF)
    assert not write("locked", terminal.stream)

    termios.tcflow(terminal.stream, termios.TCOON)
    assert write("locked", terminal.stream)


def test_a_pipe_that_nobody_empties_is_not_waited_for():
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        written = 0
        while written < 1000 and write("a sentence of the band\n" * 50, stream):
            written += 1
        assert written < 1000
        os.read(reading, 1 << 20)
    os.close(reading)


def test_words_to_whoever_has_gone_are_lost_and_nothing_else():
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", encoding="utf-8")

    assert not write("locked", stream)
    os.close(writing)


def test_a_terminal_says_how_wide_it_is(terminal):
    termios.tcsetwinsize(terminal.stream.fileno(), (24, 47))

    assert columns_of(terminal.stream) == 47


def test_what_is_no_terminal_is_as_wide_as_usual(tmp_path):
    with (tmp_path / "said.txt").open("w") as file:
        assert columns_of(file) == 80
