"""Devices that the surface is drawn for, and its colours.

Lengths are points, which TouchOSC scales to the screen without changing proportions: so a tablet
held sideways and a phone held upright are two drawings. Colours are what a control has when it is
on or full; TouchOSC draws it darker when it is off.
"""

from dataclasses import dataclass

STAGE, PANEL, QUIET, BRIGHT = "#000000", "#1b1e27", "#a3a9b8", "#ffffff"
TRIGGER, TOGGLE, FADER, OPTION = "#5b7fb5", "#b36b00", "#2a6db0", "#23805c"
TAB_ON, TAB_OFF = "#3d4a66", "#14161d"

OWN = {
    "start": "#2f9e55",
    "stop": "#b7661f",
    "panic": "#e02b20",
    "lock": "#9b59d0",
    "mute": "#c23b22",
}
"""Colours of what must be found at a glance, by the last word of its name."""

FACT_AIR = 4
"""Letters that a fact takes beside those that it shows."""

WORST_TO_BEST = ("#e02b20", "#e0a020", "#2fae55")


@dataclass(frozen=True, slots=True)
class Canvas:
    """A device, and how large things are on it.

    Attributes
    ----------
    head
        Heights of the rows that stay in sight above the pages.
    columns
        Most buttons side by side.
    faders
        Faders side by side.
    facts
        Most letters of facts side by side, with `FACT_AIR` for each.
    letters
        Most letters of choices side by side.
    tall
        Height of a row of controls that suits a finger in a hurry.
    least
        Smallest side that a target may have.
    caption, text
        Sizes of small and large words.
    """

    name: str
    width: int
    height: int
    gap: int
    head: tuple[int, ...]
    tabs: int
    columns: int
    faders: int
    facts: int
    letters: int
    tall: int
    least: int
    caption: int
    text: int


TABLET = Canvas(
    name="tablet",
    width=1024,
    height=768,
    gap=8,
    head=(148,),
    tabs=52,
    columns=6,
    faders=2,
    facts=110,
    letters=96,
    tall=76,
    least=44,
    caption=15,
    text=26,
)

PHONE = Canvas(
    name="phone",
    width=390,
    height=844,
    gap=6,
    head=(92, 66),
    tabs=46,
    columns=3,
    faders=1,
    facts=32,
    letters=48,
    tall=52,
    least=44,
    caption=11,
    text=18,
)
