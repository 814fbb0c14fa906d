"""What tests of devices share."""

from collections.abc import Iterator

import pytest

from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import StageDoor


@pytest.fixture
def door() -> Iterator[StageDoor]:
    made = StageDoor.create()
    yield made
    made.remove()


@pytest.fixture
def synth(jack_server) -> Iterator[NativeClient]:
    client = NativeClient("Module", "listen", ("midi in",))
    yield client
    client.close()
