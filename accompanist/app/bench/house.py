"""The band in a house of the bench's own: ports and sound here, thinking in a process of its own.

The bench owns the stage's devices, so that it can read what their callbacks wrote down: what was
planned for which frame, what each call took. The band beyond the stage door is the real one (see
`accompanist.app.bench.thinker`). Listener and player are JACK clients in machine code.
"""

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench.hearing import ear
from accompanist.app.bench.score import Score, Tests
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_receiver import OscReceiver
from accompanist.devices.audio import AudioDevice
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.priority import claim, trial
from accompanist.devices.stage_door import HAS_AUDIO, HAS_MIDI, StageDoor
from accompanist.dsp import ring
from accompanist.music.errors import Refusal

LISTENER, PLAYER = "bench-listen", "bench-play"
PERFORMER, BAND = "accompanist:performer", "accompanist:band"
READY_WITHIN_S = 120.0
_SETTLES_S = 0.4
_MOST_A_SECOND = 9000
"""Messages and cycles that are written down in a second, at most."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What the thinking part wrote down.

    `sent` holds the test notes (time in ns, lane, pitch, velocity), `attacks` when each was
    in hand and when it was (ns); `dropped` counts notes that found no room.
    """

    sent: NDArray[np.int64]
    attacks: NDArray[np.int64]
    dropped: int


class House:
    """Devices, listener and band, from the start until the block ends.

    Parameters
    ----------
    seconds
        For how long it is to be measured, at most.
    with_audio, with_input
        Whether the synth plays, and whether an audio input is heard.

    Attributes
    ----------
    audio_inputs
        Ports through which it is heard.
    receiver
        Who reads the port of surfaces, if the tests want one.

    Raises
    ------
    Refusal
        If JACK is missing, or the band is playing already.
    """

    def __init__(self, seconds: float, *, with_audio: bool, with_input: bool = False) -> None:
        self._stage = ExitStack()
        self._folder = Path(self._stage.enter_context(tempfile.TemporaryDirectory()))
        room = int((seconds + 10.0) * _MOST_A_SECOND)
        # As in the stage process: drivers' threads take their rank from this one.
        self._stage.enter_context(trial())
        try:
            self.listener = NativeClient(LISTENER, "listen", ("in",), records=room, cycles=room)
            self._stage.callback(self.listener.close)
            if self.listener.sees(BAND):
                raise Refusal("the band is playing on this JACK server; stop it before measuring")
            self.door = StageDoor.create()
            self._stage.callback(self.door.remove)
            monitor = ring.new_ring() if with_audio else None
            self.audio: AudioDevice | None = None
            self.audio_inputs: list[str] = []
            if with_audio:
                self.audio = AudioDevice(self.door, monitor)
                self._stage.callback(self.audio.close)
            if with_input:
                before = set(self.listener.audio_inputs())
                self._stage.enter_context(ear(self.door))
                after = self.listener.audio_inputs()
                self.audio_inputs = [name for name in after if name not in before]
            self.midi = JackMidi(self.door, monitor, most_logged=(room, room))
            self._stage.callback(self.midi.close)
            self.door.tell(HAS_MIDI, 1)
            self.door.tell(HAS_AUDIO, int(with_audio))
            self.listener.connect(BAND, f"{LISTENER}:in")
            claim()
        except BaseException:
            self._stage.close()
            raise
        self._thinker: subprocess.Popen[str] | None = None
        self.receiver: OscReceiver | None = None

    def __enter__(self) -> "House":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thinker is not None and self._thinker.poll() is None:
            self._thinker.kill()
            self._thinker.communicate()
        self._stage.close()

    def keep(self, client: NativeClient) -> NativeClient:
        """Close a client with the house."""
        self._stage.callback(client.close)
        return client

    def invite(self, tests: Tests) -> None:
        """Have the thinking part come in, and wait until it could begin.

        Raises
        ------
        Refusal
            If it does not come.
        """
        port = self._open_to_surfaces(tests.osc_port) if tests.osc_port else None
        descriptors = port.descriptors if port else None
        score = Score(str(self.door.path), str(self._folder / "kept.npz"), tests, descriptors)
        command = [sys.executable, "-m", "accompanist.app.bench.thinker", score.to_text()]
        pipe = subprocess.PIPE
        handed_down = port.hand_down() if port else {}
        self._thinker = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **handed_down
        )
        assert self._thinker.stdout is not None
        if self._thinker.stdout.readline() != "ready\n":
            _, said = self._thinker.communicate()
            last = said.strip().splitlines()[-1:]
            raise Refusal(f"the band does not start here ({''.join(last)}); see accompanist doctor")

    def _open_to_surfaces(self, number: int) -> OscPort:
        """Open a port, and read it as the stage does."""
        port = OscPort.opened(number)
        self._stage.callback(port.close)
        rings = [device.at_once for device in (self.midi, self.audio) if device]
        self.receiver = OscReceiver(port, self.door.controls, self.door.guests, rings)
        self._stage.callback(self.receiver.close)
        return port

    def begin(self) -> None:
        """Have the thinking part begin."""
        assert self._thinker is not None and self._thinker.stdin is not None
        self._thinker.stdin.write("begin\n")
        self._thinker.stdin.flush()

    def end(self) -> Thought:
        """Wait until the thinking part is done, and for what it sent to sound.

        Raises
        ------
        Refusal
            If it failed.
        """
        assert self._thinker is not None
        _, said = self._thinker.communicate()
        if self._thinker.returncode != 0:
            last = said.strip().splitlines()[-1:]
            raise Refusal(f"the band fell while it was measured ({''.join(last)})")
        time.sleep(_SETTLES_S)
        with np.load(self._folder / "kept.npz") as kept:
            return Thought(kept["sent"], kept["attacks"], int(kept["dropped"]))


def open_house(seconds: float, *, with_input: bool) -> tuple[House, str | None]:
    """Open a house with sound where there is any; else one without, and say why."""
    try:
        return House(seconds, with_audio=True, with_input=with_input), None
    except AudioUnavailable as error:
        return House(seconds, with_audio=False), str(error)
