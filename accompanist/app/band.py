"""The band process: hears, expects and plays, and owns nothing that sounds.

What the performer plays comes through the stage door, or from the built-in demonstration; what the
band commits goes back through it. The band writes down where it is on every beat, so that another
one, started after a crash, goes on from there. While a player has its turn its lane is noted, so
that it is known who was at fault.
"""

import gc
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.gig import Gig, Names
from accompanist.app.recording import Recording
from accompanist.app.rehearsal import rehearse
from accompanist.app.session import Session
from accompanist.app.signals import on_ending
from accompanist.app.stage_line import StageLine
from accompanist.app.starting import starting_style
from accompanist.control.errors import SurfacesUnavailableError
from accompanist.control.osc_server import OscServer
from accompanist.devices.clock import SystemClock
from accompanist.devices.compensation import compensation_for
from accompanist.devices.door_sink import DoorSink
from accompanist.devices.door_source import DoorSource
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.stage_door import (
    BAND_BEAT_NS,
    BAND_STATE,
    BEGAN_NS,
    CLOSING,
    FROM_MIDI,
    HAS_AUDIO,
    HAS_CONTROLLER,
    ON_TURN,
    PRESENT,
    STAGE_STATE,
    WHEREABOUTS,
    StageDoor,
)
from accompanist.dsp.cue import LANES
from accompanist.dsp.ring import wait_for_row
from accompanist.engine import TICK_S, Announcement, Engine
from accompanist.music.band import ControlTaken, Fault
from accompanist.music.errors import Refusal
from accompanist.music.heard import BeatHeard
from accompanist.music.whereabouts import Whereabouts

STAGE_WITHIN_S = 60.0
"""The stage may have to compile everything first."""


class Diary:
    """Writes down where the band is, for one that may have to go on from there; an observer."""

    def __init__(self, engine: Engine, door: StageDoor, stage: DoorSink) -> None:
        self._engine = engine
        self._door = door
        self._stage = stage

    def show(self, announcement: Announcement) -> None:
        """Take note of beats and controls; tell the stage where the beat falls."""
        if not isinstance(announcement, BeatHeard | ControlTaken):
            return
        where = self._engine.whereabouts()
        self._door.write(WHEREABOUTS, where.to_text())
        if isinstance(announcement, BeatHeard):
            grooving = where.form_state == "playing"
            self._stage.beat(
                announcement, where.beat_in_bar, where.beats_per_bar, grooving=grooving
            )


def main() -> int:
    """Play the gig that the command line describes."""
    gig = Gig.from_text(sys.argv[1])
    door = StageDoor(gig.door_path)
    on_ending(lambda: door.tell(CLOSING, 1))
    try:
        return _play(gig, door)
    except Refusal as refusal:
        print(f"accompanist: {refusal}", file=sys.stderr)
        return 2


def _play(gig: Gig, door: StageDoor) -> int:
    style = starting_style(gig.style)
    engine = assemble(gig.seed, resting=gig.resting, on_turn=lambda part: _note_turn(door, part))
    rehearse()
    gc.collect()
    gc.freeze()
    clock = SystemClock(gig.origin_ns)
    with ExitStack() as house:
        surfaces = _surfaces(gig, clock, house)
        names = _stage_names(door)
        if door.told(CLOSING):
            return 0
        is_first = not door.told(BEGAN_NS)
        if is_first:
            door.tell(BEGAN_NS, time.perf_counter_ns())
        player = _player(door, gig.origin_ns, names, has_begun=not is_first)
        stage = DoorSink(
            door,
            gig.origin_ns,
            sounds_performer=isinstance(player, RecordedInput),
            midi_latency_s=compensation_for(names.midi_out).output_s,
            audio_latency_s=compensation_for(names.audio).output_s,
        )
        recording = _recording(gig, has_audio=bool(door.told(HAS_AUDIO)))
        line = StageLine()
        house.callback(line.close)
        kept = [recording.take] if recording else []
        logs = [recording.log] if recording and recording.log else []
        resumed = not is_first and _resume(engine, door, clock)
        session = Session(
            engine,
            [*([] if resumed else [RecordedInput(style)]), *surfaces, player],
            synths=[stage, *([recording.audio] if recording else [])],
            observers=[stage, Diary(engine, door, stage), line, *surfaces, *kept, *logs],
            monitors=kept,
            witnesses=kept,
        )
        if resumed:
            _remind(session, clock.now_s())
        for part in gig.resting:
            session.announce(Fault(clock.now_s(), f"{part} failed too often and rests"))
        try:
            perform(session, door, clock, gig, lambda: _is_over(player, engine))
        finally:
            session.close()
        _tell_losses(surfaces, stage, recording)
        if recording:
            print("kept " + " and ".join(str(path) for path in recording.keep()))
    return 0


def perform(
    session: Session,
    door: StageDoor,
    clock: SystemClock,
    gig: Gig,
    is_over: Callable[[], bool],
) -> None:
    """Step the session as time passes and rows come in, until the gig is over."""
    heard = door.rings[FROM_MIDI]
    tick_ns = round(TICK_S * 1e9)
    door.tell(BAND_BEAT_NS, time.perf_counter_ns())
    door.tell(BAND_STATE, PRESENT)
    while not (is_over() or door.told(CLOSING) or gig.is_abandoned):
        now_ns = time.perf_counter_ns()
        door.tell(BAND_BEAT_NS, now_ns)
        session.step((now_ns - clock.origin_ns) / 1e9)
        wait_for_row(heard, now_ns + tick_ns)


def _note_turn(door: StageDoor, part: str | None) -> None:
    """Note whose turn it is, for the guard to know whom to blame."""
    door.tell(ON_TURN, -1 if part is None else LANES.index(part))


def _is_over(player: DoorSource | RecordedInput, engine: Engine) -> bool:
    return isinstance(player, RecordedInput) and player.finished and engine.resting


def _stage_names(door: StageDoor) -> Names:
    """Wait for the stage, and return what it calls its ports."""
    deadline_s = time.monotonic() + STAGE_WITHIN_S
    while door.told(STAGE_STATE) != PRESENT and not door.told(CLOSING):
        if time.monotonic() > deadline_s:
            raise Refusal("the sound does not start; see accompanist doctor")
        time.sleep(0.005)
    return Names.read(door)


def _player(
    door: StageDoor, origin_ns: int, names: Names, *, has_begun: bool
) -> DoorSource | RecordedInput:
    """Return the controller, or the demonstration where there is none."""
    if door.told(HAS_CONTROLLER):
        if not has_begun:
            print(f"play on {names.midi_in}: the band joins in once it has found your beat")
        return DoorSource(
            door,
            origin_ns,
            midi_latency_s=compensation_for(names.midi_in).input_s,
            audio_latency_s=compensation_for(names.audio).input_s,
        )
    if not has_begun:
        print("no MIDI controller is attached: the band plays to the built-in demonstration")
    now_s = (time.perf_counter_ns() - origin_ns) / 1e9
    began_s = (door.told(BEGAN_NS) - origin_ns) / 1e9
    events = (replace(event, time_s=event.time_s + began_s) for event in demonstration())
    return RecordedInput(event for event in events if event.time_s >= now_s)


def _resume(engine: Engine, door: StageDoor, clock: SystemClock) -> bool:
    """Find the place of the band that was here before; false if it left no word."""
    with suppress(ValueError):
        where = Whereabouts.from_text(door.read(WHEREABOUTS))
        engine.resume(where, clock.now_s())
        return True
    return False


def _remind(session: Session, now_s: float) -> None:
    """Let everyone know how everything is set, as the band that was here before left it."""
    session.announce(Fault(now_s, "the band fell silent and was started again"))
    for parameter, value in session.engine.parameters:
        if parameter.kind != "trigger":
            session.announce(ControlTaken(now_s, parameter.address, value, "file"))


def _surfaces(gig: Gig, clock: SystemClock, house: ExitStack) -> list[OscServer]:
    """Serve control surfaces, or say why the band plays without them."""
    try:
        surfaces = OscServer(gig.osc_in, gig.lan, now_s=clock.now_s)
    except SurfacesUnavailableError as error:
        print(error, file=sys.stderr)
        return []
    house.callback(surfaces.close)
    return [surfaces]


def _recording(gig: Gig, *, has_audio: bool) -> Recording | None:
    """Return what is kept: all where asked to, sound and notes where nothing could be heard."""
    if gig.record:
        return Recording(Path(gig.record), with_log=True)
    if gig.synth == "builtin" and not has_audio:
        return Recording(Path(), with_log=False)
    return None


def _tell_losses(surfaces: list[OscServer], stage: DoorSink, recording: Recording | None) -> None:
    """Say what was counted as lost; while playing nobody reads."""
    losses = [(surface.dropped, "turns of controls came too fast") for surface in surfaces]
    losses.append((stage.dropped, "of the band's cues found no room"))
    if recording:
        losses.append((recording.take.left_out, "events were too many to record"))
    for count, what in losses:
        if count:
            print(f"{count} {what}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
