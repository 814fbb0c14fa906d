"""The ``play`` command: the live program.

With a controller attached, or an audio input asked for, the band waits for the player. Without
either it plays to the built-in demonstration, and ends with it. Without any audio output it says
so, performs all the same, and leaves ``session.wav`` and ``session.mid`` behind. However it ends,
every note is off.

The last half hour is always captured, for ``keep``. After a gig that did not end well a play begins
as any other, and says that ``--resume`` would set everything as it was: what made a gig fail may
have been a setting.
"""

import argparse
import os
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from accompanist.app.announcing import announced
from accompanist.app.command_line import port_number
from accompanist.app.gig import Gig
from accompanist.app.guard import watch_over
from accompanist.app.recording import claim, unclaim
from accompanist.app.remembering import (
    begin_play,
    end_play,
    last_play,
    resumed,
    tell_of_the_last,
)
from accompanist.app.starting import (
    add_chords,
    add_controller,
    add_song,
    chosen_controller,
    learn_chords,
    starting_style,
)
from accompanist.app.warm import warm_if_cold
from accompanist.control.errors import ControlError
from accompanist.control.guests import Guests
from accompanist.control.osc_port import PORT, OscPort
from accompanist.control.song_file import read_texts
from accompanist.control.web_access import WEB_PORT, new_pairing
from accompanist.devices.stage_door import StageDoor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare devices, style and what to keep."""
    parser.add_argument("--midi-in", metavar="NAME", help="controller (default: the first one)")
    parser.add_argument("--midi-out", metavar="NAME", help="synth or DAW that plays the band")
    parser.add_argument(
        "--audio-in",
        metavar="NAME[:CHANNEL]",
        nargs="?",
        const="",
        help="instrument or microphone to hear (default: none; without a name the system's own)",
    )
    parser.add_argument("--osc-out", metavar="HOST:PORT", help="send notes to SuperCollider or Pd")
    parser.add_argument(
        "--osc-immediate", action="store_true", help="send OSC when due, without time tags"
    )
    parser.add_argument(
        "--osc-in",
        type=port_number,
        default=PORT,
        metavar="PORT",
        help=f"surfaces send here ({PORT})",
    )
    parser.add_argument(
        "--stage-view",
        type=port_number,
        nargs="?",
        const=WEB_PORT,
        metavar="PORT",
        help=f"serve a page that shows and steers the band ({WEB_PORT})",
    )
    parser.add_argument("--lan", action="store_true", help="let other machines steer, once paired")
    parser.add_argument(
        "--allow",
        default="",
        metavar="HOST[,HOST]",
        help="with --lan: machines that need not pair",
    )
    parser.add_argument(
        "--synth", choices=("builtin", "none"), default="builtin", help="what sounds here"
    )
    parser.add_argument("--style", metavar="NAME", help="what the band plays like")
    add_song(parser)
    add_chords(parser)
    add_controller(parser)
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep MIDI, WAV and log there")
    parser.add_argument(
        "--resume", action="store_true", help="set everything as it was in the last gig"
    )
    parser.add_argument("--seed", type=int, default=0, help="of every random choice (default 0)")


def run(args: argparse.Namespace) -> int:
    """Play until the demonstration is over or the player stops the program."""
    starting_style(args.style)
    learn_chords(args.chords)
    chosen_controller(args.controller)
    former = last_play()
    gig = resumed(_gig(args), former) if args.resume else _gig(args)
    if gig.allow and not gig.lan:
        raise ControlError("--allow lets other machines steer, which takes --lan; give both")
    with ExitStack() as house:
        port = house.enter_context(OscPort.opened(gig.osc_in, gig.lan))
        record = claim(args.record) if args.record else None
        warm_if_cold()
        tell_of_the_last(former, is_resumed=args.resume)
        play = begin_play()
        if play:
            house.callback(end_play, play)
        if record:
            house.callback(unclaim, record)
        door = StageDoor.create()
        house.callback(door.remove)
        if gig.lan:
            _let_in(gig, door, port)
            house.enter_context(announced(port.number))
        gig = replace(
            gig,
            door=str(door.path),
            origin_ns=time.perf_counter_ns(),
            play=str(play.path) if play else None,
            record=str(record) if record else None,
        )
        if play and record:
            play.note_recording(record)
        return watch_over(gig, door, port)


def _let_in(gig: Gig, door: StageDoor, port: OscPort) -> None:
    """Let in who was named, and say how others come in."""
    guests = Guests(door.guests)
    guests.admit(filter(None, gig.allow.split(",")))
    code = guests.open(gig.pairing)
    print(f"surfaces reach the band at port {port.number}; {code}, on their Setup page, pairs them")


def _gig(args: argparse.Namespace) -> Gig:
    """What was asked for."""
    return Gig(
        door="",
        origin_ns=0,
        guard=os.getpid(),
        midi_in=args.midi_in,
        midi_out=args.midi_out,
        audio_in=args.audio_in,
        osc_out=args.osc_out,
        osc_immediate=args.osc_immediate,
        osc_in=args.osc_in,
        lan=args.lan,
        allow=args.allow,
        stage_view=args.stage_view,
        pairing=new_pairing() if args.lan else "",
        synth=args.synth,
        style=args.style,
        songs=read_texts(args.song) if args.song else (),
        chords=str(args.chords.resolve()) if args.chords else None,
        controller=args.controller,
        seed=args.seed,
    )
