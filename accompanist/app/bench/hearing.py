"""The ear of the bench: the very process that hears audio for a play."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from accompanist.app.gig import Gig
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.stage_door import HAS_INPUT, INPUT, StageDoor

_HEARS_WITHIN_S = 60.0
_LEAVES_WITHIN_S = 5.0


@contextmanager
def ear(door: StageDoor, wanted: str = "") -> Iterator[str]:
    """Have an audio input heard until the block ends, which closes the door; give its name.

    Parameters
    ----------
    door
        Where what is heard is left.
    wanted
        Name of the input, as `--audio-in` takes it.

    Raises
    ------
    AudioUnavailable
        If it cannot be opened.
    """
    gig = Gig(str(door.path), 0, os.getpid(), audio_in=wanted)
    command = [sys.executable, "-m", "accompanist.app.ear", gig.to_text()]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline_s = time.monotonic() + _HEARS_WITHIN_S
        while not door.told(HAS_INPUT):
            if process.poll() is not None:
                raise AudioUnavailable(_last_words(process))
            if time.monotonic() > deadline_s:
                raise AudioUnavailable("nothing can be heard; see accompanist doctor")
            time.sleep(0.02)
        yield door.read(INPUT)
    finally:
        process.terminate()
        try:
            process.wait(_LEAVES_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_words(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    lines = process.stderr.read().strip().splitlines() or ["nothing can be heard"]
    return lines[-1].removeprefix("accompanist: ")
