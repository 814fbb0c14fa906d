"""How the performer calls this program and its Python, so that a remedy can be typed as it is."""

import os
import shlex
import sys

VARIABLE = "ACCOMPANIST_CALLED"
"""Set by `run.py`, which stands in for an installed program."""


def called(words: str = "") -> str:
    """A line to type: the program as it was called, with these words."""
    return f"{os.environ.get(VARIABLE) or 'accompanist'} {words}".rstrip()


def installing(*packages: str) -> str:
    """A line to type: it installs packages for the Python that runs this program."""
    return shlex.join([sys.executable, "-m", "pip", "install", *packages])
