"""How everything is set at present."""

from collections.abc import Iterator

from accompanist.music.band import PARTS
from accompanist.music.parameter import ROOT, Parameter, Value
from accompanist.music.parameters import PARAMETERS


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

    @property
    def silenced(self) -> frozenset[str]:
        """Parts that are muted, or have no solo while another part has."""
        alone = [part for part in PARTS if self.on(f"{part}/solo")]
        return frozenset(
            part for part in PARTS if self.on(f"{part}/mute") or (alone and part not in alone)
        )

    def locks(self, address: str) -> bool:
        """Whether the performance lock is on and holds a parameter."""
        parameter = self._parameters.get(address)
        return parameter is not None and parameter.lockable and self.on("lock")

    def shown(self, address: str) -> Value:
        """Present value by address; 0 for a trigger."""
        return self._values[address]

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


def follows_clock(values: ParameterValues) -> bool:
    """Whether the beat is to be that of whoever leads: by MIDI clock, or in a Link session."""
    return values.on("sync/clock_in") or values["sync/link"] == "follow"
