"""How the performer calls this program, so that a remedy can be typed as it stands."""

import os

VARIABLE = "ACCOMPANIST_CALLED"
"""Set by `run.py`, which stands in for an installed program."""


def called(words: str = "") -> str:
    """A line to type: the program as it was called, with these words."""
    return f"{os.environ.get(VARIABLE) or 'accompanist'} {words}".rstrip()
