"""A process that stands until the gig is over; stands in for the stage."""

import sys
import time

from accompanist.app.gig import Gig
from accompanist.devices.stage_door import CLOSING, PRESENT, STAGE_STATE, StageDoor

if __name__ == "__main__":
    door = StageDoor(Gig.from_text(sys.argv[1]).door_path)
    door.tell(STAGE_STATE, PRESENT)
    while not door.told(CLOSING):
        time.sleep(0.005)
