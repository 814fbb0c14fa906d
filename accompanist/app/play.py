"""The ``play`` command: the live program.

With a controller attached the band waits for the player. Without one it plays to the built-in
demonstration, and ends with it. Without any audio output it says so, performs all the same, and
leaves ``session.wav`` and ``session.mid`` behind. However it ends, every note is off.
"""

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.offline import starting_style
from accompanist.app.recording import Recording
from accompanist.app.session import Session
from accompanist.app.stage_line import StageLine
from accompanist.control.errors import SurfacesUnavailableError
from accompanist.control.osc_server import PORT, OscServer
from accompanist.devices.audio import AudioSink
from accompanist.devices.clock import Clock, SystemClock
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.midi_port import MidiInput, MidiOutput, first_controller
from accompanist.devices.osc_out import OscOut
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.sink import Sink

STEP_S = 0.003
"""How long the loop sleeps: short against the commit lead, long enough to leave the core idle."""

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""A program started in the background ignores interrupts unless it asks for them."""

WARM_UP_S = 8.0
"""Of the demonstration, played to nobody before the clock starts, so that all code is compiled."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare devices, style and what to keep."""
    parser.add_argument("--midi-in", metavar="NAME", help="controller (default: the first one)")
    parser.add_argument("--midi-out", metavar="NAME", help="synth or DAW that plays the band")
    parser.add_argument("--osc-out", metavar="HOST:PORT", help="send notes to SuperCollider or Pd")
    parser.add_argument(
        "--osc-immediate", action="store_true", help="send OSC when due, without time tags"
    )
    parser.add_argument(
        "--osc-in", type=int, default=PORT, metavar="PORT", help=f"surfaces send here ({PORT})"
    )
    parser.add_argument("--lan", action="store_true", help="let other machines steer")
    parser.add_argument(
        "--synth", choices=("builtin", "none"), default="builtin", help="what sounds here"
    )
    parser.add_argument("--style", metavar="NAME", help="what the band plays like")
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep MIDI, WAV and log there")
    parser.add_argument("--seed", type=int, default=0, help="of every random choice (default 0)")


def perform(session: Session, clock: Clock, finished: Callable[[], bool]) -> None:
    """Step the session in time with the clock until it is finished."""
    while not finished():
        session.step(clock.now_s())
        clock.wait_until(clock.now_s() + STEP_S)


def run(args: argparse.Namespace) -> int:
    """Play until the demonstration is over or the player stops the program."""
    for ending in ENDING_SIGNALS:
        signal.signal(ending, signal.default_int_handler)
    style = starting_style(args.style)
    engine = assemble(args.seed)
    _warm_up()
    clock = SystemClock()
    with ExitStack() as stage:
        surfaces = _surfaces(args, clock, stage)
        player = _player(args.midi_in, clock, stage)
        sinks = _outputs(args, clock)
        audio = next((sink for sink in sinks if isinstance(sink, AudioSink)), None)
        recording = _recording(args, has_audio=audio is not None)
        line = StageLine()
        stage.callback(line.close)
        kept = [recording.take] if recording else []
        logs = [recording.log] if recording and recording.log else []
        peers = [sink for sink in sinks if isinstance(sink, OscOut)]
        session = Session(
            engine,
            [RecordedInput(style), *surfaces, player],
            synths=[*([audio] if audio else []), *([recording.audio] if recording else [])],
            sinks=[sink for sink in sinks if sink is not audio],
            observers=[line, *surfaces, *peers, *kept, *logs],
            monitors=kept,
            witnesses=kept,
        )
        try:
            with suppress(KeyboardInterrupt):
                perform(session, clock, lambda: _is_over(player, session))
        finally:
            session.close()
        _tell_losses(surfaces, sinks, recording)
        if recording:
            print("kept " + " and ".join(str(path) for path in recording.keep()))
    return 0


def _is_over(player: MidiInput | RecordedInput, session: Session) -> bool:
    return isinstance(player, RecordedInput) and player.finished and session.engine.resting


def _tell_losses(
    surfaces: Sequence[OscServer], sinks: Sequence[Sink], recording: Recording | None
) -> None:
    """Say what was counted as lost; while playing nobody reads."""
    losses = [(surface.dropped, "turns of controls came too fast") for surface in surfaces]
    for sink in sinks:
        if isinstance(sink, AudioSink):
            losses.append((sink.underflows, "times the sound ran dry"))
        elif isinstance(sink, MidiOutput | OscOut):
            losses.append((sink.dropped, "of the band's messages found no room"))
    if recording:
        losses.append((recording.take.left_out, "events were too many to record"))
    for count, what in losses:
        if count:
            print(f"{count} {what}", file=sys.stderr)


def _surfaces(args: argparse.Namespace, clock: Clock, stage: ExitStack) -> list[OscServer]:
    """Serve control surfaces, or say why the band plays without them."""
    try:
        surfaces = OscServer(args.osc_in, args.lan, now_s=clock.now_s)
    except SurfacesUnavailableError as error:
        print(error, file=sys.stderr)
        return []
    stage.callback(surfaces.close)
    return [surfaces]


def _player(name: str | None, clock: Clock, stage: ExitStack) -> MidiInput | RecordedInput:
    """Return the controller, or the demonstration where there is none."""
    controller = name or first_controller()
    if controller is None:
        print("no MIDI controller is attached: the band plays to the built-in demonstration")
        return RecordedInput(demonstration())
    midi_in = MidiInput(controller, clock)
    stage.callback(midi_in.close)
    print(f"play on {midi_in.name}: the band joins in once it has found your beat")
    return midi_in


def _outputs(args: argparse.Namespace, clock: Clock) -> list[Sink]:
    """Open everything that sounds; the sentence about missing audio is said here."""
    sinks: list[Sink] = []
    if args.midi_out:
        sinks.append(MidiOutput(args.midi_out, clock))
    if args.osc_out:
        sinks.append(OscOut(args.osc_out, clock, immediate=args.osc_immediate))
    if args.synth == "builtin":
        try:
            sinks.append(AudioSink(clock))
        except AudioUnavailable as error:
            print(error, file=sys.stderr)
    return sinks


def _recording(args: argparse.Namespace, *, has_audio: bool) -> Recording | None:
    """Return what is kept: all where asked to, sound and notes where nothing could be heard."""
    if args.record:
        return Recording(args.record, with_log=True)
    if args.synth == "builtin" and not has_audio:
        return Recording(Path(), with_log=False)
    return None


def _warm_up() -> None:
    """Compile and load everything the first bars will need, and settle the memory."""
    rehearsal = Session(assemble(), [RecordedInput(demonstration())])
    rehearsal.run_offline(WARM_UP_S)
    rehearsal.close()
    gc.collect()
    gc.freeze()
