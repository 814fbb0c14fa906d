"""What a check of this machine found: a fact, how good it is, and what would mend it."""

from collections.abc import Callable
from dataclasses import dataclass

from accompanist.music.errors import Refusal

OK = "ok"
ATTENTION = "attention"
BROKEN = "broken"
UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about this machine.

    `state` is ``ok``; ``attention`` when the band plays, but less well; ``broken`` when it cannot;
    ``untested`` when no test of ours has ever run on such a part. All but ``ok`` have a `remedy`.
    """

    subject: str
    state: str
    fact: str
    remedy: str = ""


def usable(subject: str, load: Callable[[], str]) -> Finding:
    """Find out whether something loads; `load` returns the fact to tell of it."""
    try:
        return Finding(subject, OK, load())
    except Refusal as refusal:
        return Finding(subject, BROKEN, "not usable", str(refusal))
