"""The band process: hears, expects and plays, and owns nothing that sounds.

What the performer plays comes through the stage door, or from the built-in demonstration; what the
band commits goes back through it. The band writes down where it is on every beat, so that another
one, started after a crash, goes on from there. While a player has its turn its lane is noted, so
that it is known who was at fault.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.attached import Attached
from accompanist.app.books import begun_now, open_books
from accompanist.app.diary import Diary, find_place
from accompanist.app.gig import Gig, Names
from accompanist.app.inputs import player_of, sound_of, stage_names
from accompanist.app.link import LinkSession
from accompanist.app.recording import finish
from accompanist.app.rehearsal import rehearse, rehearse_sound
from accompanist.app.scribe import Scribe
from accompanist.app.session import Observer, Session
from accompanist.app.signals import on_ending
from accompanist.app.stage_line import StageLine
from accompanist.app.starting import (
    chosen_controller,
    former_settings,
    learn_chords,
    songs_of,
    starting_style,
)
from accompanist.app.terminal import say
from accompanist.control.guests import Guests
from accompanist.control.hands import Hands
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_server import OscServer
from accompanist.control.web_server import StageView
from accompanist.devices.clock import SystemClock
from accompanist.devices.compensation import compensation_for
from accompanist.devices.door_sink import DoorSink
from accompanist.devices.door_source import DoorSource
from accompanist.devices.door_sync import DoorSync
from accompanist.devices.note_echo import NoteEcho
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.source import Source
from accompanist.devices.stage_door import (
    BAND_BEAT_NS,
    BAND_STATE,
    BEGAN_NS,
    CLOSING,
    FROM_AUDIO,
    FROM_MIDI,
    HAS_AUDIO,
    ON_TURN,
    PRESENT,
    SURFACES,
    StageDoor,
)
from accompanist.devices.tape_source import TapeSource
from accompanist.dsp.cue import LANES
from accompanist.dsp.ring import wait_for_row
from accompanist.engine import TICK_S, Engine
from accompanist.music.band import Fault
from accompanist.music.errors import Refusal


def main() -> int:
    """Play the gig that the command line describes."""
    gig = Gig.from_text(sys.argv[1])
    door = StageDoor(gig.door_path)
    on_ending(lambda: door.tell(CLOSING, 1))
    try:
        return _play(gig, door)
    except Refusal as refusal:
        say(f"accompanist: {refusal}")
        return 2
    finally:
        if gig.is_abandoned:
            door.remove()


def _play(gig: Gig, door: StageDoor) -> int:
    settings = (*former_settings(gig.settings), *starting_style(gig.style))
    learn_chords(Path(gig.chords) if gig.chords else None)
    engine = assemble(
        gig.seed,
        resting=gig.resting,
        on_turn=lambda part: _note_turn(door, part),
        songs=songs_of(gig.songs),
    )
    rehearse()
    if gig.audio_in is not None:
        rehearse_sound()
    gc.collect()
    gc.freeze()
    clock = SystemClock(gig.origin_ns)
    with ExitStack() as house:
        surfaces = _surfaces(gig, door, clock, house)
        views: list[OscServer | StageView] = [surfaces, *_stage_views(gig, clock, door, house)]
        names = stage_names(gig, door)
        if names is None:
            return 0
        is_first = not door.told(BEGAN_NS)
        if is_first:
            door.tell(BEGAN_NS, time.perf_counter_ns())
        echo = NoteEcho()
        player = player_of(gig, door, names, echo, has_begun=not is_first)
        sound = sound_of(gig, door)
        stage = _stage(door, gig.origin_ns, names, player)
        now_s = clock.now_s()
        hands = Hands(engine.parameters)
        attached = Attached(hands, door, chosen_controller(gig.controller))
        found = None if is_first else find_place(engine, door, player, hands, now_s)
        begun = begun_now(gig, now_s, is_first=is_first, found=found)
        is_heard = gig.synth != "builtin" or bool(door.told(HAS_AUDIO))
        scribe = open_books(gig, names, begun, clock.now_s, is_heard=is_heard)
        link = LinkSession(gig.origin_ns, lambda what: session.announce(Fault(clock.now_s(), what)))
        house.callback(link.close)
        sources = [*([] if found else [RecordedInput(settings)]), *views, player, *sound, link]
        line = house.enter_context(StageLine())
        diary = Diary(engine, door, stage, scribe.stand)
        sync = DoorSync(door, gig.origin_ns, compensation_for(names.midi_out).output_s)
        shows: list[Observer] = [stage, diary, sync, link, echo, line, *views]
        session = _session(engine, sources, stage, shows, scribe, hands)
        for sentence in _news(gig, names, resumes=found is not None):
            session.announce(Fault(clock.now_s(), sentence))
        stage.settle(engine.parameters)
        surfaces.greet(engine.parameters)
        try:
            perform(session, door, clock, gig, lambda: _is_over(player, engine), attached, sound)
        finally:
            session.close()
            is_written = scribe.end(engine.now_s)
        for sentence in attached.close():
            say(sentence)
        _tell_losses(views, stage, scribe, sound)
        if scribe.stem is not None and is_written:
            kept = " and ".join(str(path) for path in finish(scribe.stem))
            say(f"kept {kept}", sys.stdout)
    return 0


def _session(
    engine: Engine,
    sources: Sequence[Source],
    stage: DoorSink,
    shows: Sequence[Observer],
    scribe: Scribe,
    hands: Hands,
) -> Session:
    """Join everyone, and who writes down what they do."""
    return Session(
        engine,
        sources,
        synths=[stage] if scribe.stem is None else [stage, scribe],
        observers=[*shows, scribe],
        clerks=[scribe],
        hands=hands,
    )


def _news(gig: Gig, names: Names, *, resumes: bool) -> list[str]:
    """What everyone should know of what happened before this band was started."""
    news = ["the band fell silent and was started again"] if resumes else []
    if gig.audio is not None and gig.audio != names.audio:
        news.append(f"the sound goes to {names.audio or 'nobody'}, and went to {gig.audio} before")
    return news + [f"{part} failed too often and rests" for part in gig.resting]


def perform(
    session: Session,
    door: StageDoor,
    clock: SystemClock,
    gig: Gig,
    is_over: Callable[[], bool],
    attached: Attached | None = None,
    sound: Sequence[TapeSource] = (),
) -> None:
    """Step the session as time passes and rows come in, until the gig is over.

    Sentences about controllers that are `attached`, and what is new of the `sound` that comes in,
    are announced.
    """
    heard = door.rings[FROM_MIDI], door.rings[FROM_AUDIO]
    tick_ns = round(TICK_S * 1e9)
    door.tell(BAND_BEAT_NS, time.perf_counter_ns())
    door.tell(BAND_STATE, PRESENT)
    while not (is_over() or door.told(CLOSING) or gig.is_abandoned):
        now_ns = time.perf_counter_ns()
        door.tell(BAND_BEAT_NS, now_ns)
        now_s = (now_ns - clock.origin_ns) / 1e9
        session.step(now_s)
        for sentence in attached.look(now_s) if attached else ():
            session.announce(Fault(now_s, sentence))
        for tape in sound:
            for told in tape.news(now_s):
                session.announce(told)
        wait_for_row(*heard, now_ns + tick_ns)


def _note_turn(door: StageDoor, part: str | None) -> None:
    """Note whose turn it is, for the guard to know whom to blame."""
    door.tell(ON_TURN, -1 if part is None else LANES.index(part))


def _is_over(player: DoorSource | RecordedInput, engine: Engine) -> bool:
    return isinstance(player, RecordedInput) and player.finished and engine.resting


def _stage(
    door: StageDoor, origin_ns: int, names: Names, player: DoorSource | RecordedInput
) -> DoorSink:
    """Return the way to everything that sounds."""
    return DoorSink(
        door,
        origin_ns,
        sounds_performer=isinstance(player, RecordedInput),
        midi_latency_s=compensation_for(names.midi_out).output_s,
        audio_latency_s=compensation_for(names.audio).output_s,
    )


def _surfaces(gig: Gig, door: StageDoor, clock: SystemClock, house: ExitStack) -> OscServer:
    """Serve control surfaces, those first that the last band knew."""
    port = OscPort.inherited(gig.osc_port)
    house.callback(port.close)
    surfaces = OscServer(
        port,
        now_s=clock.now_s,
        guests=Guests(door.guests),
        tell=say,
        known=door.read(SURFACES),
        remember=lambda known: door.write(SURFACES, known),
    )
    house.callback(surfaces.close)
    return surfaces


def _stage_views(
    gig: Gig, clock: SystemClock, door: StageDoor, house: ExitStack
) -> list[StageView]:
    """Serve the page for browsers where it is asked for, and say once where it is."""
    if gig.stage_view is None:
        return []
    view = StageView(gig.stage_view, gig.pairing, now_s=clock.now_s)
    house.callback(view.close)
    if not door.told(BEGAN_NS):
        print(f"the stage view is at {view.address}", flush=True)
    return [view]


def _tell_losses(
    views: Sequence[OscServer | StageView],
    stage: DoorSink,
    scribe: Scribe,
    sound: Sequence[TapeSource],
) -> None:
    """Say what was counted as lost; while playing nobody reads."""
    losses = [(view.dropped, "turns of controls came too fast") for view in views]
    losses.append((stage.dropped, "of the band's cues found no room"))
    losses.append((scribe.lost, "events were not written down"))
    losses += [(round(1000 * tape.lost_s), "ms of sound came in unheard") for tape in sound]
    for count, what in losses:
        if count:
            say(f"{count} {what}")


if __name__ == "__main__":
    sys.exit(main())
