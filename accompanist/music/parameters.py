"""The parameter tree, declared once: what may be set, its range, its default.

Every surface, file and help page is made from `PARAMETERS`, and what a surface is shown in return
from `FEEDBACK`. Addresses are OSC paths; shares run 0–1; toggles are 0 or 1; triggers have no
lasting value.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from accompanist.music.band import PARTS
from accompanist.music.section import VARIATIONS

ROOT = "/accompanist"

STYLES = (
    "pop",
    "rock",
    "funk",
    "jazz",
    "latin",
    "ballad",
    "waltz",
    "bossa",
    "blues",
    "six_eight",
    "reggae",
    "electronic",
)

SOURCES = ("model", "understudy")

REFLEXES = ("off", "thru", "octave", "harmony")

INPUT_MODELS = ("auto", "two hands", "left hand", "right hand", "pads", "single line")

MPE_SETTINGS = ("auto", "on", "off")

Value = float | int | str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a performer may turn.

    `kind` is ``share`` (0–1), ``toggle`` (0/1), ``trigger``, ``integer`` or ``choice``.
    """

    name: str
    kind: str
    default: Value
    help: str
    minimum: float = 0.0
    maximum: float = 1.0
    unit: str = ""
    choices: tuple[str, ...] = ()

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


def _part_parameters(part: str) -> tuple[Parameter, ...]:
    return (
        Parameter(f"{part}/mute", "toggle", 0, f"Silence the {part}."),
        Parameter(f"{part}/level", "share", 0.8, f"Loudness of the {part}."),
        Parameter(f"{part}/source", "choice", "model", f"Who plays the {part}.", choices=SOURCES),
    )


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("start", "trigger", 0, "Let the band play from the next beat."),
    Parameter("stop", "trigger", 0, "Stop the band, every note off."),
    Parameter("panic", "trigger", 0, "Silence everything at once."),
    Parameter("tap", "trigger", 0, "Tap a beat; four taps set the tempo."),
    Parameter("intro", "trigger", 0, "Before the band plays: enter with the style's intro."),
    Parameter("fill", "trigger", 0, "Fill the rest of the bar."),
    Parameter("break", "trigger", 0, "Make room for one bar, from the next bar line."),
    Parameter("ending", "trigger", 0, "Play the style's ending from the next bar line, and rest."),
    Parameter("style", "choice", "pop", "What the band plays like.", choices=STYLES),
    Parameter(
        "variation",
        "choice",
        "B",
        "How the style is played, from A, sparse, to D, full; from the next bar line.",
        choices=VARIATIONS,
    ),
    Parameter("intensity", "share", 0.5, "How hard the band plays."),
    Parameter("density", "share", 0.5, "How many notes the band plays."),
    Parameter("complexity", "share", 0.5, "How busy rhythms and chords are."),
    Parameter("outside", "share", 0.0, "How far the band strays from the expected."),
    Parameter(
        "ending_bars",
        "integer",
        4,
        "Bars of silence after which the band ends the piece.",
        minimum=1,
        maximum=64,
        unit="bars",
    ),
    Parameter(
        "reflex", "choice", "off", "What answers each key in the same moment.", choices=REFLEXES
    ),
    Parameter(
        "carry_on", "toggle", 1, "If the band falters, its last bar of drums and bass goes on."
    ),
    Parameter(
        "input/model", "choice", "auto", "What you play on; auto hears it.", choices=INPUT_MODELS
    ),
    Parameter(
        "input/split",
        "integer",
        60,
        "With input/model at left hand, chords are taken below this key; 60 is middle C.",
        maximum=127,
    ),
    Parameter(
        "input/mpe",
        "choice",
        "auto",
        "Whether your controller gives every note a channel of its own.",
        choices=MPE_SETTINGS,
    ),
    *(parameter for part in PARTS for parameter in _part_parameters(part)),
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing a surface is shown and cannot turn; `types` are OSC type tags of its values."""

    name: str
    types: str
    help: str

    @property
    def address(self) -> str:
        """OSC address, such as ``/accompanist/heard/tempo``."""
        return f"{ROOT}/heard/{self.name}"


FEEDBACK: tuple[Feedback, ...] = (
    Feedback("tempo", "f", "Beats a minute, to a tenth."),
    Feedback("beat", "i", "Beat in the bar, from 1."),
    Feedback("bar", "i", "Bar since the first beat, from 1."),
    Feedback(
        "section",
        "s",
        "Where the band is: intro, groove, fill, break, ending; or waiting, resting, stopped.",
    ),
    Feedback(
        "variation",
        "s",
        "Variation that the band plays, A to D; while it is silent, that it would enter with.",
    ),
    Feedback("key", "s", "Key such as D minor."),
    Feedback("chord", "s", "Chord that sounds, such as G:min7."),
    Feedback("chord_expected", "sf", "Chord the band goes to next, and its probability."),
    Feedback("feel", "s", "Straight or the swing as a share of the beat, in half or double time."),
    Feedback("input", "s", "What is played on, such as two hands, and MPE after a comma."),
    Feedback("state", "s", "Whether the beat is lost, locking or locked."),
    Feedback("confidence", "f", "How sure the beat is, 0–1."),
)


class ParameterValues:
    """The present value of every parameter, by address."""

    def __init__(self) -> None:
        self._parameters = {parameter.address: parameter for parameter in PARAMETERS}
        self._values: dict[str, Value] = {p.address: p.default for p in PARAMETERS}

    def __iter__(self) -> Iterator[tuple[Parameter, Value]]:
        return ((p, self._values[p.address]) for p in PARAMETERS)

    def __getitem__(self, name: str) -> Value:
        """Value by name, such as ``bass/mute``."""
        return self._values[f"{ROOT}/{name}"]

    def share(self, name: str) -> float:
        """Value of a share or number."""
        return float(self[name])

    def on(self, name: str) -> bool:
        """Whether a toggle is on."""
        return bool(self[name])

    def take(self, address: str, value: Value) -> tuple[Parameter, Value]:
        """Set a parameter and return it with the value it took; triggers keep none.

        Raises
        ------
        ValueError
            If there is no such address, or the value does not fit.
        """
        parameter = self._parameters.get(address)
        if parameter is None:
            raise ValueError(f"there is no parameter {address}")
        taken = parameter.checked(value)
        if parameter.kind != "trigger":
            self._values[address] = taken
        return parameter, taken
