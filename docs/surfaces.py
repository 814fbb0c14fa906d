"""Draw every page of the TouchOSC surfaces as they look in the middle of a song.

    python docs/surfaces.py                 writes docs/surfaces/*.png

The files under patches/touchosc are told what the band would tell them, draw themselves with
py2tosc, and are photographed with a headless Chromium, which must be installed. TouchOSC's own
letters and shades differ a little.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import py2tosc
from py2tosc import Control, Document, LocalMessage, OscMessage

from accompanist.control.lamps import Arguments, with_lamps
from accompanist.control.shown import Display, shown_defaults
from accompanist.music.band import ControlTaken, InputLevel, LearnSaid
from accompanist.music.chord import parse_chord
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    FeelHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
)
from accompanist.music.key import Key
from accompanist.music.metre import Metre
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "surfaces"
FILES = {
    "tablet": ROOT / "patches" / "touchosc" / "accompanist.tosc",
    "phone": ROOT / "patches" / "touchosc" / "accompanist-phone.tosc",
}

STYLE = """
.p2t-control { --fill: none; --line: none; }
.p2t-shape { fill-opacity: 1; }
.p2t-button > .p2t-shape { fill-opacity: 0.32; }
.p2t-fader > .p2t-shape.p2t-track { fill-opacity: 0.32; }
.p2t-bar { fill: var(--fill); fill-opacity: 1; }
.p2t-cursor { fill: #ffffff; fill-opacity: 0.75; }
.p2t-cap, .p2t-page-name { display: none; }
[data-name^="lit "] > .p2t-shape { fill-opacity: 1; }
.p2t-text { font-family: "DejaVu Sans", sans-serif; }
"""
"""How TouchOSC shades what py2tosc draws: a button is dark until it is on."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def moment() -> dict[str, Arguments]:
    """What surfaces have been told in the middle of a song."""
    display = Display()
    told = shown_defaults()
    for announcement in (
        SectionBegun(60.0, 60.2, "groove", "funk", "C"),
        TurnBegun(60.0, 60.2, "both"),
        *(BeatHeard(60.0, 60.1, 96 + beat, 24, beat == 0, 118.4, 0.92) for beat in range(3)),
        MetreHeard(60.0, Metre(4)),
        KeyHeard(60.0, Key(2, "minor"), 0.9),
        ChordHeard(60.0, 60.0, parse_chord("Bb:maj7"), 0.9),
        ChordExpected(60.0, 61.0, parse_chord("G:min7"), 0.83),
        StateHeard(60.0, "locked"),
        FeelHeard(60.0, 0.62, "normal", shuffled=True),
        InputHeard(60.0, "two hands", False),
        InputLevel(60.0, -21.0, False),
        LearnSaid(60.0, "intensity is on CC 74"),
        SongBegun(60.0, 1, 3, "Lantern Yard"),
        SongSectionBegun(60.0, 60.2, "bridge"),
        ControlTaken(60.0, "/accompanist/style", "funk", "osc"),
        ControlTaken(60.0, "/accompanist/variation", "C", "osc"),
        ControlTaken(60.0, "/accompanist/hold_tempo", 1, "osc"),
        ControlTaken(60.0, "/accompanist/lock", 1, "osc"),
        ControlTaken(60.0, "/accompanist/intensity", 0.7, "osc"),
        ControlTaken(60.0, "/accompanist/outside", 0.15, "osc"),
        ControlTaken(60.0, "/accompanist/harmony/mute", 1, "osc"),
        ControlTaken(60.0, "/accompanist/bass/hold", 1, "osc"),
    ):
        told.update(display.messages(announcement))
    return with_lamps(told)


def tell(document: Document, address: str, arguments: Arguments) -> None:
    """Let every control that listens to an address take the values, as TouchOSC does."""
    controls = {control.id: control for control in document.walk()}
    for control in controls.values():
        for message in control.messages:
            if not (isinstance(message, OscMessage) and message.receive):
                continue
            if "".join(partial.value for partial in message.path) != address:
                continue
            for partial, (_, value) in zip(message.arguments, arguments, strict=True):
                if partial.value == "text":
                    control.value("text").default = f"{value:g}" if value != str(value) else value
                else:
                    span = partial.scale_max - partial.scale_min
                    control.value(partial.value).default = (value - partial.scale_min) / span
            for written in control.messages:
                if isinstance(written, LocalMessage):
                    span = written.scale_max - written.scale_min
                    number = written.scale_min + control.value(written.value).default * span
                    controls[written.dst_id].value("text").default = f"{number:.0f}"


def pages(path: Path) -> dict[str, Document]:
    """The surface with each of its pages open, by title."""
    titles = [page.tab_label for page in py2tosc.load(path).find(type="PAGER").children]
    return {title: opened(path, title) for title in titles}


def opened(path: Path, title: str) -> Document:
    """The surface with one page open, its tabs drawn as controls and its lit buttons named."""
    document = py2tosc.load(path)
    for address, arguments in moment().items():
        tell(document, address, arguments)
    for control in document.find_all(type="BUTTON"):
        if control.value("x").default >= 0.5:
            control.name = f"lit {control.name}"
    pager = document.find(type="PAGER")
    page = next(each for each in pager.children if each.tab_label == title)
    shown = py2tosc.group(frame=pager.frame, background=False, outline=False)
    shown.add(*tabs(pager, title), page)
    document.root.remove(pager)
    document.root.add(shown)
    return document


def tabs(pager: Control, title: str) -> list[Control]:
    """A pager's tabs, which py2tosc leaves out."""
    width = pager.frame.w / len(pager.children)
    drawn = []
    for place, page in enumerate(pager.children):
        frame = (place * width + 1, 0, width - 2, pager.tabbar_size)
        is_open = page.tab_label == title
        color = page.tab_color_on if is_open else page.tab_color_off
        ink = page.text_color_on if is_open else page.text_color_off
        text = py2tosc.label(
            frame=frame,
            background=False,
            outline=False,
            text_color=ink,
            text_size=pager.text_size_on,
        )
        text.values = [py2tosc.Value("text", default=page.tab_label)]
        drawn += [py2tosc.box(frame=frame, color=color, outline=False), text]
    return drawn


def photograph(document: Document, picture: Path) -> None:
    """Draw a surface to a PNG file."""
    svg = py2tosc.to_svg(document, clip=True).replace("</style>", f"{STYLE}</style>", 1)
    width, height = int(document.root.frame.w), int(document.root.frame.h)
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        raise SystemExit("the pictures need Chromium; install the package chromium")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f'<body style="margin:0;background:#000">{svg}</body>', encoding="utf-8")
        words = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *(f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"),
            *(f"--screenshot={picture}", page.as_uri()),
        ]
        subprocess.run([browser, *words], check=True, capture_output=True, timeout=60)


def main() -> None:
    """Draw every page of every surface."""
    PICTURES.mkdir(exist_ok=True)
    for device, path in FILES.items():
        for title, document in pages(path).items():
            name = title.lower().replace(" ", "-")
            photograph(document, PICTURES / f"{device}-{name}.png")


if __name__ == "__main__":
    main()
