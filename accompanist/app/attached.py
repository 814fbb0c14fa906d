"""Which controllers are attached, and what they turn: maps are found when a device comes.

What learning changes is written down at once. Files are read and written by a thread that lives no
longer than that, so that the band never waits for a disk. The stage is told which keys steer: those
neither sound nor are answered.
"""

import threading
from collections.abc import Callable

from accompanist.app.controller_folder import Found, found_for, keep
from accompanist.app.gig import Names
from accompanist.control.controller_map import ControllerMap
from accompanist.control.hands import Hands
from accompanist.devices.stage_door import NAMES, StageDoor
from accompanist.dsp.sounding import KEYS
from accompanist.music.errors import Refusal

LOOK_EVERY_S = 0.5


class Attached:
    """Gives the hands the maps of whatever is attached.

    Parameters
    ----------
    hands
        Who steers by them.
    door
        Where the stage says what is attached, and is told which keys steer.
    chosen
        A map that is used whatever is attached.
    """

    def __init__(self, hands: Hands, door: StageDoor, chosen: ControllerMap | None = None) -> None:
        self._hands = hands
        self._door = door
        self._chosen = chosen
        self._looked_s = 0.0
        self._seen = door.read(NAMES)
        self._found: Found | None = None
        self._faults: list[str] = []
        self._busy: threading.Thread | None = None
        self._use(found_for(_ports(door), chosen))

    def look(self, now_s: float) -> list[str]:
        """See what came, went or was learned; return what went wrong, in sentences."""
        if now_s - self._looked_s >= LOOK_EVERY_S and not (self._busy and self._busy.is_alive()):
            self._looked_s = now_s
            self._settle()
            self._begin()
        faults, self._faults = self._faults, []
        return faults

    def close(self) -> list[str]:
        """Keep what was learned last; return what went wrong."""
        if self._busy:
            self._busy.join()
        self._keep(self._hands.take_taught())
        return self._faults

    def _begin(self) -> None:
        """Have done what there is to do."""
        taught = self._hands.take_taught()
        if taught:
            self._start(lambda: self._keep(taught))
            self._tell_stage()
        elif (seen := self._door.read(NAMES)) != self._seen:
            self._seen = seen
            self._start(self._find)

    def _start(self, work: Callable[[], None]) -> None:
        self._busy = threading.Thread(target=work, name="controllers")
        self._busy.start()

    def _find(self) -> None:
        self._found = found_for(_ports(self._door), self._chosen)

    def _settle(self) -> None:
        found, self._found = self._found, None
        if found is not None:
            self._use(found)

    def _use(self, found: Found) -> None:
        self._faults += found.faults
        if found.maps != self._hands.maps:
            self._hands.use(found.maps)
        self._tell_stage()

    def _keep(self, taught: list[ControllerMap]) -> None:
        for each in taught:
            try:
                if each.device:
                    keep(each)
            except Refusal as refusal:
                self._faults.append(f"what was learned is not kept: {refusal}")

    def _tell_stage(self) -> None:
        keys = {channel << 7 | pitch for channel, pitch in self._hands.silent_keys()}
        keys |= {KEYS + channel for channel in self._hands.silent_pedals()}
        for key in range(len(self._door.silent)):
            self._door.silent[key] = key in keys


def _ports(door: StageDoor) -> tuple[str, ...]:
    """Ports that are heard, the one that was named first."""
    names = Names.read(door)
    named = (names.midi_in,) if names.midi_in else ()
    return (*named, *names.heard)
