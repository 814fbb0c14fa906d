"""What a parameter is: one thing that a performer may turn; and what is shown in return.

Addresses are OSC paths; shares run 0–1; toggles are 0 or 1; triggers have no lasting value.
"""

import math
from dataclasses import dataclass

ROOT = "/accompanist"

PAGES = ("play", "band", "song", "sound", "setup")
"""Pages of a surface, the most needed first."""

Value = float | int | str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a performer may turn.

    Attributes
    ----------
    kind
        ``share`` (0–1), ``toggle`` (0/1), ``trigger``, ``integer`` or ``choice``.
    page
        Page of `PAGES` on which surfaces have it.
    lockable
        Whether the performance lock holds it: what would stop or change a piece by mistake.
    """

    name: str
    kind: str
    default: Value
    help: str
    page: str
    minimum: float = 0.0
    maximum: float = 1.0
    unit: str = ""
    choices: tuple[str, ...] = ()
    lockable: bool = False

    @property
    def address(self) -> str:
        """OSC address, such as ``/accompanist/bass/mute``."""
        return f"{ROOT}/{self.name}"

    def checked(self, value: Value) -> Value:
        """Return `value` in this parameter's own type, clamped to its range.

        Raises
        ------
        ValueError
            If `value` is not a number where one is needed, or not one of the choices.
        """
        if self.kind == "choice":
            if value not in self.choices:
                raise ValueError(
                    f"{value!r} is not a {self.name}; choose from {', '.join(self.choices)}"
                )
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{self.name} takes a number, not {value!r}")
        if self.kind in ("toggle", "trigger"):
            return int(number >= 0.5)
        clamped = min(max(number, self.minimum), self.maximum)
        return round(clamped) if self.kind == "integer" else clamped


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing a surface is shown and cannot turn.

    Attributes
    ----------
    types
        OSC type tags of its values.
    choices
        The words it says, if it says only a few, the worst first.
    is_share
        Whether its number runs 0–1, as a bar shows it.
    page
        Page of `PAGES` on which surfaces have it, where it is not always in sight.
    """

    name: str
    types: str
    help: str
    choices: tuple[str, ...] = ()
    is_share: bool = False
    page: str = PAGES[0]

    @property
    def address(self) -> str:
        """OSC address, such as ``/accompanist/heard/tempo``."""
        return f"{ROOT}/heard/{self.name}"
