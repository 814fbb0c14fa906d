"""Take the stage view's pictures, in headless Chromium, while the band plays its demonstration.

    python docs/stage_view.py          writes docs/stage-view-tablet.png and stage-view-phone.png
    python docs/stage_view.py --page band -o FOLDER

The page is the one that `accompanist play --stage-view` serves, and shows what the band announced.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.control.web_server import StageView
from accompanist.devices.recorded import RecordedInput
from accompanist.engine import TICK_S, Announcement
from accompanist.music.chord import NO_CHORD
from accompanist.music.events import ControlTurn
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard
from accompanist.music.parameter import ROOT
from tests.browser import Browser

AFTER_S, WITHIN_S = 40.0, 90.0
SURE = 0.6
SETTLES_S = 0.3
TURNED = {"variation": "C", "intensity": 0.7, "outside": 0.15}
TURNED_S = 9.0


@dataclass(frozen=True)
class Screen:
    """A device on the music stand."""

    name: str
    width: int
    height: int
    scale: float


SCREENS = (Screen("tablet", 1024, 768, 1.0), Screen("phone", 390, 760, 1.5))


class Moment:
    """Waits until the band is sure of a chord that is to come."""

    def __init__(self) -> None:
        self.has_come = False
        self._chord = NO_CHORD

    def show(self, announcement: Announcement) -> None:
        """Take what is announced."""
        if isinstance(announcement, ChordHeard):
            self._chord = announcement.chord
        elif isinstance(announcement, BeatHeard):
            self.has_come = False
        elif isinstance(announcement, ChordExpected):
            is_new = announcement.chord != self._chord
            self.has_come = is_new and announcement.probability > SURE


def main() -> None:
    """Take a picture on every screen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", default="play", help="page of the stage view")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent)
    args = parser.parse_args()
    view = StageView(0, now_s=lambda: 0.0)
    play_until_it_looks_well(view)
    browser = Browser()
    for screen in SCREENS:
        page = browser.open(view.address, screen.width, screen.height, screen.scale)
        while not page.evaluate("document.querySelectorAll('.page').length"):
            time.sleep(0.05)
        page.tap(f"#tabs [data-tab={args.page}]")
        time.sleep(SETTLES_S)
        path = args.output / f"stage-view-{screen.name}.png"
        path.write_bytes(page.picture())
        page.close()
    browser.close()
    view.close()


def play_until_it_looks_well(view: StageView) -> None:
    """Let the band play in no time, up to a moment that is worth a picture."""
    turns = [ControlTurn(TURNED_S, f"{ROOT}/{name}", value) for name, value in TURNED.items()]
    moment = Moment()
    sources = [RecordedInput(turns), RecordedInput(demonstration())]
    session = Session(assemble(), sources, observers=[view, moment])
    now_s = 0.0
    while now_s < WITHIN_S and not (now_s > AFTER_S and moment.has_come):
        now_s += TICK_S
        session.step(now_s)


if __name__ == "__main__":
    main()
