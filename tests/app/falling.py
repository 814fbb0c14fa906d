"""A process that falls as soon as it stands, with the drums at play; stands in for the band."""

import sys

from accompanist.app.gig import Gig
from accompanist.devices.stage_door import BEGAN_NS, ON_TURN, StageDoor
from accompanist.dsp.cue import LANES

FALL = 3

if __name__ == "__main__":
    gig = Gig.from_text(sys.argv[1])
    door = StageDoor(gig.door_path)
    door.tell(BEGAN_NS, 1)
    if "drums" in gig.resting:
        sys.exit(0)
    door.tell(ON_TURN, LANES.index("drums"))
    sys.exit(FALL)
