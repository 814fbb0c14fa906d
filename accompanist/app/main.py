"""The command line: one program, a command for each thing a performer wants of it.

Bad input ends with one sentence and exit code 2. A command's module is loaded only when it is
called for, so that help is quick.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from accompanist import __version__
from accompanist.app.called import called
from accompanist.app.command_line import Parser, meant_by
from accompanist.music.errors import Refusal

USAGE_ERROR = 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """A word of the command line, the module that knows it, and how it is used."""

    name: str
    module: str
    help: str
    examples: str


COMMANDS = (
    Command(
        "play",
        "accompanist.app.play",
        "play live: you play, the band follows",
        "accompanist play\n"
        "accompanist play --midi-in Keystation --style jazz\n"
        "accompanist play --audio-in Scarlett:1\n"
        "accompanist play --synth none --osc-out 127.0.0.1:57120\n"
        "accompanist play --record takes\n"
        "accompanist play --resume",
    ),
    Command(
        "keep",
        "accompanist.app.keep",
        "keep the last half hour of a play, which is always captured",
        "accompanist keep\naccompanist keep --minutes 5 -o takes",
    ),
    Command(
        "render",
        "accompanist.app.render",
        "let the band play to a recorded performance, or a session again",
        "accompanist render SONG.mid -o BAND.mid --audio BAND.wav --log BAND.jsonl\n"
        "accompanist render session.jsonl -o BAND.mid",
    ),
    Command(
        "listen",
        "accompanist.app.listen",
        "say what is heard in a recorded performance",
        "accompanist listen SONG.mid --log SONG.jsonl\naccompanist listen SONG.mid --plot SONG.png",
    ),
    Command(
        "devices",
        "accompanist.app.devices",
        "list MIDI ports, audio inputs and outputs",
        "accompanist devices --json",
    ),
    Command(
        "controllers",
        "accompanist.app.controllers",
        "say what your controllers' knobs, keys and pedals turn",
        "accompanist controllers\n"
        "accompanist controllers nanokontrol2\n"
        'accompanist controllers --forget "MPK mini 3"',
    ),
    Command(
        "controls",
        "accompanist.app.controls",
        "list what may be turned, by surface, foot, song or file",
        "accompanist controls\naccompanist controls bass",
    ),
    Command(
        "doctor",
        "accompanist.app.doctor",
        "check this machine, and say what to mend",
        "accompanist doctor",
    ),
    Command(
        "calibrate",
        "accompanist.app.calibrate",
        "measure what your devices take, so that the band allows for it",
        'accompanist calibrate --loopback "MIDI 1:MIDI 1"\n'
        "accompanist calibrate --set Keystation 2.5 0\n"
        "accompanist calibrate --show",
    ),
    Command(
        "panic",
        "accompanist.app.panic",
        "silence every synth on every MIDI output",
        "accompanist panic",
    ),
    Command(
        "layout",
        "accompanist.app.layout",
        "write a surface for TouchOSC or Open Stage Control",
        "accompanist layout -o accompanist.tosc\n"
        "accompanist layout --surface phone -o phone.tosc\n"
        "accompanist layout --surface open-stage-control -o accompanist.json",
    ),
    Command(
        "styles",
        "accompanist.app.styles",
        "list what the band can play like",
        "accompanist styles --json",
    ),
    Command(
        "bench",
        "accompanist.app.bench",
        "measure reaction and jitter on this machine",
        "accompanist bench --json bench.json",
    ),
    Command(
        "train",
        "accompanist.app.train",
        "train the band's models anew",
        "accompanist train drums --data DATA",
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    named = next((command for command in COMMANDS if command.name in words[:1]), None)
    try:
        parser, chosen = _parser(named)
        if named is None or chosen is None:
            _refuse_unknown(words)
            parser.refuse_strange(parser.parse_known_args(words)[1])
            parser.print_help()
            return 0
        parsed, strange = parser.parse_known_args(words)
        chosen.refuse_strange(strange)
        code = int(importlib.import_module(named.module).run(parsed))
        sys.stdout.flush()
        return code
    except Refusal as refusal:
        print(f"accompanist: {refusal}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our words has heard enough; a closed output must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refuse_unknown(words: Sequence[str]) -> None:
    """Refuse a command that there is not, with the one that may have been meant."""
    if not words or words[0].startswith("-"):
        return
    names = [command.name for command in COMMANDS]
    meant = meant_by(words[0], names)
    remedy = f"did you mean {meant}?" if meant else f"there are {', '.join(names)}"
    raise Refusal(f"there is no command {words[0]!r}; {remedy}")


def _parser(named: Command | None) -> tuple[Parser, Parser | None]:
    """Return the whole parser, and that of the command named; only its module is loaded."""
    parser = Parser(
        prog=called(), description="You play; a band of bass, drums and harmony follows."
    )
    parser.add_argument("--version", action="version", version=f"accompanist {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND")
    chosen = None
    for command in COMMANDS:
        lines = command.examples.splitlines()
        examples = [called(line.removeprefix("accompanist ")) for line in lines]
        words = commands.add_parser(
            command.name,
            help=command.help,
            description=command.help[:1].upper() + command.help[1:] + ".",
            epilog="\n  ".join(["examples:", *examples]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command is named:
            words.example = examples[0]
            importlib.import_module(command.module).add_arguments(words)
            chosen = words
    return parser, chosen
