"""The ear process: hears the audio input, and is alone with it.

It never thinks and nothing sounds from it, so an interface that is unplugged, busy or at another
rate troubles nobody else. When its stream falls silent the process ends, and the guard starts
another after a pause, which waits until there is something to hear again.
"""

import os
import sys
import time

from accompanist.app.gig import SERVER_GONE, Gig
from accompanist.app.signals import on_ending
from accompanist.app.terminal import say
from accompanist.devices.audio_input import AudioInput
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.priority import STAGE_PRIORITY, claim
from accompanist.devices.stage_door import CLOSING, HAS_INPUT, INPUT, StageDoor

RETRY_S = 2.0
NAP_S = 0.05


def main() -> int:
    """Hear what comes in for the gig that the command line describes."""
    gig = Gig.from_text(sys.argv[1])
    door = StageDoor(gig.door_path)
    on_ending(lambda: door.tell(CLOSING, 1))
    # A thread that a driver begins takes its rank from this one, so it is claimed before it does.
    claim(STAGE_PRIORITY)
    try:
        source = _opened(gig, door)
    except AudioUnavailable as refusal:
        say(f"accompanist: {refusal}")
        return 2
    if source is None:
        return 0
    door.write(INPUT, source.name)
    door.tell(HAS_INPUT, 1)
    while not _is_over(gig, door):
        time.sleep(NAP_S)
        if not source.is_alive():
            door.tell(HAS_INPUT, 0)
            # What a dead server holds on to must not be waited for.
            os._exit(SERVER_GONE)
    source.close()
    return 0


def _opened(gig: Gig, door: StageDoor) -> AudioInput | None:
    """Open what was asked for; once it was heard, wait until it is back, or until the gig ends."""
    has_been_heard = bool(door.read(INPUT))
    while not _is_over(gig, door):
        try:
            return AudioInput(door, gig.audio_in or "")
        except AudioUnavailable:
            if not has_been_heard:
                raise
        deadline_s = time.monotonic() + RETRY_S
        while time.monotonic() < deadline_s and not _is_over(gig, door):
            time.sleep(NAP_S)
    return None


def _is_over(gig: Gig, door: StageDoor) -> bool:
    return bool(door.told(CLOSING)) or gig.is_abandoned


if __name__ == "__main__":
    sys.exit(main())
