"""The guard: starts stage, band and, for audio, the ear, and starts again whichever of them falls.

It does little and knows less, so that it never falls itself. A fallen band is announced at once, so
that the stage carries on; a fallen stage leaves instruments sounding, which the guard silences
before it starts another. A part that was at play in too many falls stays out of the next band.
"""

import subprocess
import sys
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

from accompanist.app.gig import SERVER_GONE, Gig, Names
from accompanist.app.signals import on_ending
from accompanist.app.terminal import say
from accompanist.control.osc_port import OscPort
from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import load_rtmidi
from accompanist.devices.midi_ports import panic
from accompanist.devices.priority import trial
from accompanist.devices.stage_door import (
    ABSENT,
    BAND_STATE,
    BEGAN_NS,
    CLOSING,
    COMING,
    HAS_INPUT,
    KEEPS,
    ON_TURN,
    STAGE_STATE,
    StageDoor,
)
from accompanist.dsp.cue import LANES
from accompanist.music.band import PARTS

GLANCE_S = 0.004
MOST_FALLS, WITHIN_S, PAUSE_S = 5, 30.0, 2.0
"""A part that was at play in more falls than this, within so long, rests; and whoever falls more
often is started again only after a pause.
"""

PATIENCE_S = 10.0
"""A process that is asked to end gets so long to keep what was recorded."""

PRIORITY = 50
"""While it silences what a fallen stage left, the guard goes before everything but the sound."""

REFUSED = 2

_PROCESSES = {
    "stage": "accompanist.app.stage",
    "band": "accompanist.app.band",
    "ear": "accompanist.app.ear",
}


def _memory() -> deque[float]:
    """Times of the last falls, as many as it takes to be too many."""
    return deque(maxlen=MOST_FALLS + 1)


class Guard:
    """Watches over one gig.

    Parameters
    ----------
    gig
        What is to be played.
    door
        The memory that stage and band share.
    port
        The port of surfaces, which stays open whatever falls.
    """

    def __init__(self, gig: Gig, door: StageDoor, port: OscPort) -> None:
        self._gig = replace(gig, osc_port=port.descriptors)
        self._door = door
        self._handed_down = port.hand_down()
        self._falls = {name: _memory() for name in _PROCESSES}
        self._blamed = {part: _memory() for part in PARTS}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._due_s: dict[str, float] = {}
        self._kept = 0

    def watch(self) -> int:
        """Play the gig to its end; return the exit code."""
        try:
            self._start("stage")
            self._start("band")
            if self._gig.audio_in is not None:
                self._start("ear")
            # Silence must not wait for a library to load when a stage has fallen.
            load_rtmidi()
            while not self._door.told(CLOSING):
                self._glance()
                time.sleep(GLANCE_S)
        finally:
            codes = [self._end(name) for name in ("band", "ear", "stage")]
        return max(codes)

    def _glance(self) -> None:
        """See whether everyone stands; whoever has ended well, or was refused, ends the gig."""
        now_s = time.monotonic()
        self._keep_if_asked()
        for name in [name for name, due_s in self._due_s.items() if now_s >= due_s]:
            del self._due_s[name]
            self._start(name)
        for name, process in list(self._running.items()):
            code = process.poll()
            if code is None or name in self._due_s:
                continue
            if code == 0 or (code == REFUSED and not self._door.told(BEGAN_NS)):
                self._door.tell(CLOSING, 1)
                return
            self._due_s[name] = now_s + self._mourn(name, code, now_s)

    def _mourn(self, name: str, code: int, now_s: float) -> float:
        """Make up for whoever fell; return the pause after which another is started."""
        if name == "band":
            self._mourn_band()
        elif name == "stage":
            self._mourn_stage(is_reachable=code != SERVER_GONE)
        else:
            self._door.tell(HAS_INPUT, 0)
            return PAUSE_S
        self._falls[name].append(now_s)
        often = len(self._falls[name]) > MOST_FALLS
        hurried = often and now_s - self._falls[name][0] < WITHIN_S
        return PAUSE_S if hurried else 0.0

    def _mourn_band(self) -> None:
        """Let the stage carry on, and find out whether one part keeps tripping the band."""
        self._door.tell(BAND_STATE, ABSENT)
        turn = self._door.told(ON_TURN)
        self._door.tell(ON_TURN, -1)
        say("the band fell and is started again; the groove goes on")
        if turn < 0:
            return
        part, now_s = LANES[turn], time.monotonic()
        falls = self._blamed[part]
        falls.append(now_s)
        if len(falls) > MOST_FALLS and now_s - falls[0] < WITHIN_S:
            self._gig = replace(self._gig, resting=(*self._gig.resting, part))
            say(f"{part} made the band fall {len(falls)} times and is muted")

    def _mourn_stage(self, *, is_reachable: bool) -> None:
        """Silence what the fallen stage left sounding, where it still can be reached."""
        self._door.tell(STAGE_STATE, ABSENT)
        names = Names.read(self._door)
        outputs = {*names.played, *([names.midi_out] if names.midi_out else [])}
        if outputs and is_reachable:
            try:
                with trial(PRIORITY):
                    panic(sorted(outputs), jack=names.is_jack)
            except DeviceError as error:
                say(str(error))
        say("the sound fell and is started again")

    def _keep_if_asked(self) -> None:
        """Have what was played kept, beside the band, for a player who asked for it."""
        asked = self._door.told(KEEPS)
        if asked == self._kept or self._gig.play is None:
            return
        self._kept = asked
        folder = str(Path(self._gig.record).parent) if self._gig.record else "."
        words = ["keep", "--play", Path(self._gig.play).name, "-o", folder]
        subprocess.Popen([sys.executable, "-m", "accompanist", *words], stdin=subprocess.DEVNULL)

    def _start(self, name: str) -> None:
        if name != "ear":
            self._door.tell(BAND_STATE if name == "band" else STAGE_STATE, COMING)
        words = [sys.executable, "-m", _PROCESSES[name], self._gig.to_text()]
        self._running[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL, **self._handed_down)

    def _end(self, name: str) -> int:
        """Have a process end, and return its exit code, 0 for one that fell."""
        self._door.tell(CLOSING, 1)
        process = self._running.get(name)
        if process is None:
            return 0
        try:
            return REFUSED if process.wait(PATIENCE_S) == REFUSED else 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return 0


def watch_over(gig: Gig, door: StageDoor, port: OscPort) -> int:
    """Play a gig, whatever falls; return the exit code."""
    on_ending(lambda: door.tell(CLOSING, 1))
    return Guard(gig, door, port).watch()
