"""The other end of our MIDI ports: a keyboard to play on and a synth that writes down its notes."""

from accompanist.devices.midi_connection import open_device


class Keyboard:
    """A controller that can be plugged in and out."""

    def __init__(self, name: str = "Keystation", joined_to: str | None = None) -> None:
        self._device = open_device("output", name, jack=True)
        if joined_to is None:
            self._device.open_virtual_port("keys")
        else:
            ports = self._device.get_ports()
            self._device.open_port(
                next(i for i, port in enumerate(ports) if joined_to in port), "keys"
            )

    def play(self, *messages: list[int]) -> None:
        for message in messages:
            self._device.send_message(message)

    def unplug(self) -> None:
        self._device.close_port()
        self._device.delete()


class Synth:
    """An instrument that remembers what it was told."""

    def __init__(self, name: str = "Module", joined_to: str | None = None) -> None:
        self._heard: list[list[int]] = []
        self._device = open_device("input", name, jack=True)
        if joined_to is None:
            self._device.open_virtual_port("midi in")
        else:
            ports = self._device.get_ports()
            self._device.open_port(
                next(i for i, port in enumerate(ports) if joined_to in port), "midi in"
            )

    @property
    def messages(self) -> list[list[int]]:
        while (received := self._device.get_message()) is not None:
            self._heard.append(list(received[0]))
        return list(self._heard)

    @property
    def notes(self) -> list[list[int]]:
        return [message for message in self.messages if message[0] >> 4 in (8, 9)]

    @property
    def sounding(self) -> set[tuple[int, int]]:
        """Channel and pitch of every key that is down."""
        return keys_down(self.messages)

    def unplug(self) -> None:
        self._device.close_port()
        self._device.delete()


def keys_down(messages: list[list[int]]) -> set[tuple[int, int]]:
    """Keys that are down after these messages."""
    down = set()
    for message in messages:
        status, pitch = message[0], message[1]
        if status >> 4 == 9 and message[2] > 0:
            down.add((status & 15, pitch))
        elif status >> 4 in (8, 9):
            down.discard((status & 15, pitch))
    return down
