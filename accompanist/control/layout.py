"""A TouchOSC surface made from the parameter tree: dark, for a tablet on a dim stage.

What is shown fills two rows at the top. What a parameter is decides how it looks: a trigger is a
large button, a share or a count a fader, a toggle a latching button, a choice a row of buttons
beside its present name. Parameters of a part stand together in its strip; all others in the rows
above and below. Faders say when a finger lies on them, so that the band does not fight it. The same
parameters give the same file, byte for byte.
"""

import secrets
import uuid
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from accompanist.control.errors import ControlError
from accompanist.music.band import PARTS
from accompanist.music.parameter import Feedback, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

FRAME = (0, 0, 1024, 768)
"""Points of a tablet held sideways; TouchOSC scales it to any other."""

_GAP = 10
_FEW = 4
_MANY = 8
_STAGE, _PANEL, _QUIET, _BRIGHT = "#0b0c10", "#16181f", "#8a90a0", "#f2f4f8"
_FADER, _CHOICE, _TRIGGER = "#4f8cc9", "#3a4154", "#39506e"
_TRIGGERS = {"start": "#2f9e63", "stop": "#b7791f", "panic": "#c0392b"}
_STRIPS = {"drums": "#d9822b", "bass": "#8e6bd1", "harmony": "#2a9d9d"}
_WIDTHS = {
    "beat": 0.8,
    "bar": 0.8,
    "section": 1.3,
    "key": 1.3,
    "chord": 2.0,
    "chord_expected": 2.0,
    "feel": 1.6,
    "input": 1.6,
    "state": 1.2,
}

Made = Any
"""A py2tosc control, which has no types."""


def write_layout(path: Path) -> None:
    """Write the surface to a ``.tosc`` file, whole or not at all.

    Raises
    ------
    ControlError
        If py2tosc is missing, or nothing can be written there.
    """
    payload = layout_bytes()
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(payload)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise ControlError(f"{path} cannot be written ({reason}); choose another path") from error


def layout_bytes() -> bytes:
    """Return the surface as a ``.tosc`` file holds it.

    Raises
    ------
    ControlError
        If py2tosc is not installed.
    """
    tosc = _load_py2tosc()
    return zlib.compress(tosc.dumps(_Drawing(tosc).document()).encode("utf-8"), 9)


def _load_py2tosc() -> ModuleType:
    try:
        import py2tosc
    except ImportError as error:
        raise ControlError(
            "a TouchOSC layout needs py2tosc, which is not installed here; run: pip install py2tosc"
        ) from error
    module: ModuleType = py2tosc
    return module


class _Drawing:
    """Draws each kind of parameter; `tosc` is py2tosc."""

    def __init__(self, tosc: ModuleType) -> None:
        self._tosc = tosc
        self._ui: Made = tosc.ui

    def document(self) -> Made:
        """Return the whole surface, laid out and checked."""
        band = [p for p in PARAMETERS if p.name.partition("/")[0] not in PARTS]
        half = len(FEEDBACK) // 2
        rows = [
            *((1.4, self._readouts(shown)) for shown in (FEEDBACK[:half], FEEDBACK[half:])),
            (1.4, self._row([self._trigger(p) for p in band if p.kind == "trigger"])),
            (7.8, self._row([self._faders(band), self._strips()], (5, 6))),
            *((0.95, row) for row in self._choices(band)),
        ]
        root = self._ui.column(
            [made for _, made in rows],
            sizes=[size for size, _ in rows],
            gap=_GAP,
            pad=_GAP,
            frame=FRAME,
            name="accompanist",
            color=_STAGE,
            background=True,
            outline=False,
        )
        document = self._tosc.Document(root)
        document.resolve()
        _number(document.root, "accompanist")
        issues = document.validate()
        if issues:
            raise ControlError(f"the TouchOSC layout is not valid ({issues[0]})")
        return document

    def _row(self, made: Iterable[Made], sizes: Sequence[float] | None = None) -> Made:
        return self._ui.row(list(made), sizes=sizes, gap=_GAP, **_UNSEEN)

    def _column(self, made: Iterable[Made], sizes: Sequence[float]) -> Made:
        return self._ui.column(list(made), sizes=sizes, gap=_GAP / 2, **_UNSEEN)

    def _text(self, text: str, size: int, ink: str, **properties: Any) -> Made:  # noqa: ANN401
        label = self._tosc.label(
            name=properties.pop("name", text),
            background=properties.pop("background", False),
            outline=False,
            interactive=False,
            text_size=size,
            text_color=ink,
            **properties,
        )
        label.values = [self._tosc.Value("text", default=text)]
        return label

    def _shown(self, address: str, text: str, size: int, **properties: Any) -> Made:  # noqa: ANN401
        """Return a text that follows what is said at an address."""
        label = self._text(text, size, _BRIGHT, name=address, **properties)
        # A label only shows text that is converted to a string, and must not say it back.
        text_value = self._ui.value("text", conversion="STRING")
        label.messages = [
            self._ui.osc(address, args=[text_value], var="text", send=False, feedback=False)
        ]
        return label

    def _readouts(self, shown: Sequence[Feedback]) -> Made:
        widths = [_WIDTHS.get(feedback.name, 1.0) for feedback in shown]
        return self._row([self._readout(feedback) for feedback in shown], widths)

    def _readout(self, feedback: Feedback) -> Made:
        caption = self._text(feedback.name.replace("chord_expected", "next chord"), 16, _QUIET)
        size = 30 if feedback.name.startswith("chord") else 24
        shown = self._shown(feedback.address, "–", size, background=True, color=_PANEL)
        return self._column([shown, caption], (3, 1))

    def _trigger(self, parameter: Parameter) -> Made:
        button = self._tosc.button(
            name=parameter.name,
            color=_TRIGGERS.get(parameter.name, _TRIGGER),
            corner_radius=8,
            outline=False,
        )
        pressed = self._ui.value("x", conversion="INTEGER")
        button.messages = [
            self._ui.osc(parameter.address, args=[pressed], on="RISE", receive=False)
        ]
        return self._ui.labelled(button, parameter.name.upper(), size=24, **_UNSEEN)

    def _toggle(self, parameter: Parameter, color: str) -> Made:
        button = self._tosc.button(
            name=parameter.name,
            button_type=self._tosc.ButtonType.TOGGLE_PRESS,
            color=color,
            corner_radius=8,
            outline=False,
        )
        state = self._ui.value("x", conversion="INTEGER")
        button.messages = [self._ui.osc(parameter.address, args=[state])]
        return self._ui.labelled(button, _leaf(parameter).upper(), size=22, **_UNSEEN)

    def _fader(self, parameter: Parameter, color: str) -> Made:
        fader = self._tosc.fader(
            name=parameter.name, color=color, corner_radius=8, outline=False, grid=False
        )
        span = parameter.maximum - parameter.minimum
        default = (float(parameter.default) - parameter.minimum) / span
        fader.values = [
            self._tosc.Value("x", default=default),
            self._tosc.Value("touch", default=False),
        ]
        amount = self._ui.value(
            "x",
            conversion="INTEGER" if parameter.kind == "integer" else "FLOAT",
            scale=(parameter.minimum, parameter.maximum),
        )
        touch = self._ui.value("touch", conversion="INTEGER")
        fader.messages = [
            self._ui.osc(parameter.address, args=[amount]),
            self._ui.osc(f"{parameter.address}/touch", args=[touch], var="touch", receive=False),
        ]
        return self._column([fader, self._text(_leaf(parameter), 15, _QUIET)], (8, 1))

    def _choices(self, parameters: Sequence[Parameter]) -> list[Made]:
        """Rows of the band's choices; those between few, and its toggles, share the last."""
        choices = [p for p in parameters if p.kind == "choice"]
        few = [p for p in choices if len(p.choices) <= _FEW]
        toggles = [p for p in parameters if p.kind == "toggle"]
        shared = [*map(self._choice, few), *(self._toggle(p, _FADER) for p in toggles)]
        sizes = [*(len(p.choices) + 1 for p in few), *(1 for _ in toggles)]
        return [*(self._choice(p) for p in choices if p not in few), self._row(shared, sizes)]

    def _choice(self, parameter: Parameter) -> Made:
        present = self._column(
            [self._present(parameter, 24), self._text(_leaf(parameter), 15, _QUIET)], (3, 1)
        )
        size = 13 if len(parameter.choices) > _MANY else 20
        return self._row([present, *self._options(parameter, size)])

    def _small_choice(self, parameter: Parameter) -> Made:
        return self._column(
            [self._present(parameter, 14), self._row(self._options(parameter, 13))], (2, 3)
        )

    def _present(self, parameter: Parameter, size: int) -> Made:
        default = str(parameter.default)
        return self._shown(parameter.address, default, size, background=True, color=_PANEL)

    def _options(self, parameter: Parameter, size: int) -> list[Made]:
        options = []
        for choice in parameter.choices:
            button = self._tosc.button(
                name=f"{parameter.name} {choice}", color=_CHOICE, corner_radius=8, outline=False
            )
            button.messages = [
                self._ui.osc(
                    parameter.address, args=[self._ui.const(choice)], on="RISE", receive=False
                )
            ]
            options.append(self._ui.labelled(button, choice, size=size, **_UNSEEN))
        return options

    def _faders(self, parameters: Iterable[Parameter]) -> Made:
        kinds = ("share", "integer")
        return self._row([self._fader(p, _FADER) for p in parameters if p.kind in kinds])

    def _strips(self) -> Made:
        return self._row([self._strip(part) for part in PARTS])

    def _strip(self, part: str) -> Made:
        color = _STRIPS.get(part, _FADER)
        own = [p for p in PARAMETERS if p.name.startswith(f"{part}/")]
        drawn = [(1.0, self._text(part, 24, _BRIGHT))]
        for parameter in own:
            if parameter.kind == "toggle":
                drawn.append((1.6, self._toggle(parameter, color)))
            elif parameter.kind == "choice":
                drawn.append((1.8, self._small_choice(parameter)))
            else:
                drawn.append((5.0, self._fader(parameter, color)))
        return self._column([made for _, made in drawn], [size for size, _ in drawn])


_UNSEEN: dict[str, Any] = {"background": False, "outline": False}


def _leaf(parameter: Parameter) -> str:
    """Name of a parameter in its strip; what belongs to no part is named whole."""
    part, _, leaf = parameter.name.partition("/")
    name = leaf if part in PARTS else parameter.name
    return name.replace("/", " ").replace("_", " ")


def _number(control: Made, trail: str) -> None:
    """Give every control an identity that depends on its place alone."""
    object.__setattr__(control, "id", str(uuid.uuid5(uuid.NAMESPACE_URL, trail)))
    for index, child in enumerate(control.children):
        _number(child, f"{trail}/{index}")
