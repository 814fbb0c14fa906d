"""A stand-in for what rtmidi makes, on a machine whose ports are plugged in and out by the test."""

import time

from accompanist.devices import midi_connection


class FakeDevice:
    """A port of ours; it is joined to a port of `ports` by its place, as rtmidi does."""

    def __init__(self, ports: list[str]) -> None:
        self.ports = ports
        self.joined: str | None = None
        self.sent: list[tuple[int, ...]] = []
        self.looks, self.takes_s = 0, 0.0
        self.is_open_for_any = self.is_deleted = False

    def get_ports(self) -> list[str]:
        self.looks += 1
        time.sleep(self.takes_s)
        return list(self.ports)

    def open_port(self, place: int, _name: str) -> None:
        self.joined = self.ports[place]

    def open_virtual_port(self, _name: str) -> None:
        self.is_open_for_any = True

    def send_message(self, message: tuple[int, ...]) -> None:
        self.sent.append(message)

    def close_port(self) -> None:
        self.joined = None

    def delete(self) -> None:
        self.is_deleted = True


def plug(monkeypatch, *ports: str) -> FakeDevice:
    """Have the next connections made through a device that sees these ports."""
    device = FakeDevice(list(ports))
    monkeypatch.setattr(midi_connection, "open_device", lambda *_: device)
    return device
