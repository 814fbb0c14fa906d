"""What the stage must know to lead or follow others' clocks: switches, and where the band rests."""

from accompanist.devices.stage_door import CLOCK_IN, CLOCK_LEAD_NS, CLOCK_OUT, TO_STAGE, StageDoor
from accompanist.dsp import ring
from accompanist.dsp.cue import REST
from accompanist.music.band import ControlTaken
from accompanist.music.heard import HoldHeard
from accompanist.music.parameter import ROOT
from accompanist.music.section import SectionBegun
from accompanist.music.whereabouts import SILENT_STATES

_SWITCHES = {f"{ROOT}/sync/clock_out": CLOCK_OUT, f"{ROOT}/sync/clock_in": CLOCK_IN}

_WAITING = "waiting"
"""What a band is that lost the beat in the midst of a song."""


class DoorSync:
    """An observer that tells the stage; a full ring drops what it says.

    Parameters
    ----------
    door
        The memory shared with the stage.
    origin_ns
        The steady clock's time at which engine time is 0.
    midi_latency_s
        What the MIDI output takes to sound: so much earlier followers are told, as notes are.
    """

    def __init__(self, door: StageDoor, origin_ns: int, midi_latency_s: float = 0.0) -> None:
        self.dropped = 0
        self._door = door
        self._origin_ns = origin_ns
        door.tell(CLOCK_LEAD_NS, round(midi_latency_s * 1e9))

    def show(self, announcement: object) -> None:
        """Take what is announced."""
        match announcement:
            case ControlTaken(address=address, value=value) if address in _SWITCHES:
                self._door.tell(_SWITCHES[address], int(value))
            case SectionBegun(section=section, at_s=at_s) if section in SILENT_STATES:
                self._rest(at_s, goes_on=section == _WAITING)
            case HoldHeard(announced_s=announced_s, holding=True):
                self._rest(announced_s, goes_on=True)

    def _rest(self, at_s: float, *, goes_on: bool) -> None:
        at_ns = self._origin_ns + round(at_s * 1e9)
        row = (REST, 0, int(goes_on), 0, 0, at_ns, 0, 0)
        self.dropped += not ring.push(self._door.rings[TO_STAGE], row)
