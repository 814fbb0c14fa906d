"""TouchOSC as far as a layout needs it: controls that take what they are told, and are touched."""

import py2tosc
from py2tosc import Control, Document, LocalMessage, OscMessage

Said = list[tuple[str, list[float | int | str]]]


class Device:
    """A layout that is open on a device."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._by_id = {control.id: control for control in document.walk()}

    @classmethod
    def opening(cls, payload: bytes) -> "Device":
        return cls(py2tosc.loads(payload))

    def listeners(self, address: str) -> list[Control]:
        """Controls that are told what is said at an address."""
        return [control for control, _ in self._bound(address, receives=True)]

    def speakers(self, address: str) -> list[Control]:
        """Controls that say something at an address."""
        return [control for control, _ in self._bound(address, receives=False)]

    def addresses(self, receives: bool) -> set[str]:
        """Addresses that the layout listens to, or says something at."""
        return {
            path_of(message)
            for control in self.document.walk()
            for message in control.messages
            if isinstance(message, OscMessage) and (message.receive if receives else message.send)
        }

    def tell(self, address: str, *values: float | int | str) -> None:
        """Let controls take values, and pass them on within the layout."""
        for control, message in self._bound(address, receives=True):
            for partial, value in zip(message.arguments, values, strict=True):
                if partial.value == "text":
                    control.value("text").default = str(value)
                else:
                    span = partial.scale_max - partial.scale_min
                    control.value(partial.value).default = (value - partial.scale_min) / span
            self._pass_on(control)

    def touch(self, control: Control, **values: float) -> Said:
        """Give a control's values new ones, one after the other; return what it says."""
        said: Said = []
        for key, value in values.items():
            before = control.value(key).default
            control.value(key).default = value
            for message in control.messages:
                if not isinstance(message, OscMessage) or not message.send:
                    continue
                if any(fires(trigger, key, before, value) for trigger in message.triggers):
                    arguments = [sent(partial, control) for partial in message.arguments]
                    said.append((path_of(message), arguments))
            self._pass_on(control)
        return said

    def _pass_on(self, control: Control) -> None:
        for message in control.messages:
            if isinstance(message, LocalMessage):
                span = message.scale_max - message.scale_min
                number = message.scale_min + control.value(message.value).default * span
                self._by_id[message.dst_id].value(message.dst_var).default = f"{number:.0f}"

    def _bound(self, address: str, receives: bool) -> list[tuple[Control, OscMessage]]:
        return [
            (control, message)
            for control in self.document.walk()
            for message in control.messages
            if isinstance(message, OscMessage)
            and (message.receive if receives else message.send)
            and path_of(message) == address
        ]


def path_of(message: OscMessage) -> str:
    """Address of a message."""
    return "".join(partial.value for partial in message.path)


def fires(trigger, key: str, before: float, after: float) -> bool:
    """Whether a change of a value sends a message."""
    condition = str(trigger.condition)
    rises, falls = after > before, after < before
    return trigger.var == key and (rises if condition == "RISE" else rises or falls)


def sent(partial, control: Control) -> float | int | str:
    """What an argument says."""
    if str(partial.type) == "CONSTANT":
        return int(partial.value) if str(partial.conversion) == "INTEGER" else partial.value
    span = partial.scale_max - partial.scale_min
    number = partial.scale_min + float(control.value(partial.value).default) * span
    return round(number) if str(partial.conversion) == "INTEGER" else number
