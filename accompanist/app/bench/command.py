"""What the words of the command line bring about: runs, a table, and files."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from accompanist.app.bench import USUAL
from accompanist.app.bench.compare import compare, differences
from accompanist.app.bench.facts import machine_facts, server_facts
from accompanist.app.bench.figures import Line, Report
from accompanist.app.bench.table import comparison, table
from accompanist.devices.atomic import written_atomically
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import running_jack
from accompanist.music.errors import Refusal

THROUGH_JACK = ("latency", "jitter", "synth", "load", "controls", "stalls", "startup", "soak")

UNSEEN = (
    "times end at JACK's ports: what a cable, a synth and a loudspeaker add shows with --loopback"
)
NO_CARD = "a server without a sound card keeps time by the machine's timer, not by a converter's"

Tell = Callable[[float], None]


def measure_and_tell(args: argparse.Namespace) -> int:
    """Measure what was asked for, print the table, and write the files.

    Raises
    ------
    Refusal
        If something cannot be measured, read or written.
    """
    old = _read(args.compare) if args.compare else None
    if args.plot:
        from accompanist.app.bench.picture import load_pyplot

        load_pyplot()
    with ExitStack() as files:
        # What cannot be written is refused before minutes are spent.
        file = files.enter_context(written_atomically(args.json)) if args.json else None
        picture = files.enter_context(written_atomically(args.plot)) if args.plot else None
        report = _loopback(args) if args.loopback else measure(args)
        if file is not None:
            file.write(json.dumps(report.to_facts(), indent=1).encode() + b"\n")
        if picture is not None:
            from accompanist.app.bench.picture import draw

            draw(report, picture.stream)
    print(table(report))
    if old is not None:
        print("\n" + comparison(compare(old, report), differences(old, report)))
    return 0


def measure(args: argparse.Namespace) -> Report:
    """Measure all that was asked for, or the usual.

    What cannot be measured here is told in a remark.

    Raises
    ------
    Refusal
        If nothing could be measured at all.
    """
    what = tuple(args.what) or USUAL
    findings = Findings()
    machine = machine_facts()
    with _progress(_seconds(args, what)) as tell:
        if "inference" in what:
            from accompanist.app.bench import inference

            findings.gather(lambda: inference.measure(args.seconds, tell))
        if set(what) & set(THROUGH_JACK):
            findings.gather(lambda: _through_jack(args, what, machine, findings, tell))
    if not findings.lines:
        raise findings.refusals[0]
    remarks = (*findings.remarks, *map(str, findings.refusals))
    return Report(machine, tuple(findings.lines), remarks)


class Findings:
    """Lines measured so far, and what could not be measured."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.remarks: list[str] = []
        self.refusals: list[Refusal] = []

    def gather(self, measure_it: Callable[[], list[Line]]) -> None:
        """Add lines, or the reason why there are none."""
        try:
            self.lines += measure_it()
        except Refusal as refusal:
            self.refusals.append(refusal)


def _through_jack(
    args: argparse.Namespace,
    what: Sequence[str],
    machine: dict[str, Any],
    findings: Findings,
    tell: Tell,
) -> list[Line]:
    """Measure what goes through ports, on the server that runs or one of our own."""
    with running_jack(args.period) as is_own:
        look = NativeClient("bench-look", "listen", ("in",), records=1, cycles=1)
        machine["server"] = server_facts(look, is_own=is_own)
        machine["sentences"].append(machine["server"]["sentence"])
        look.close()
        findings.remarks += [UNSEEN, *([NO_CARD] if is_own else [])]
        if set(what) & {"latency", "jitter", "synth"}:
            findings.gather(lambda: _evening(args, what, findings, tell))
        for measure_it, length in _others(args, what):
            findings.gather(partial(measure_it, length, tell))
    return []


def _others(
    args: argparse.Namespace, what: Sequence[str]
) -> list[tuple[Callable[[float, Tell], list[Line]], float]]:
    """Return what else is measured through ports, and for how long."""
    from accompanist.app.bench import controls, load, play_lines, soak, stalls, startup

    known: dict[str, tuple[Callable[[float, Tell], list[Line]], float]] = {
        "latency": (play_lines.measure, args.seconds),
        "load": (load.measure, args.seconds),
        "controls": (controls.measure, args.seconds),
        "stalls": (stalls.measure, args.seconds),
        "startup": (startup.measure, args.seconds),
        "soak": (partial(soak.measure, audio_in=args.audio_in), args.minutes),
    }
    return [known[name] for name in known if name in what]


def _evening(
    args: argparse.Namespace, what: Sequence[str], findings: Findings, tell: Tell
) -> list[Line]:
    """Measure with the whole band in the bench's own house."""
    from accompanist.app.bench import clock_lines, house_lines
    from accompanist.app.bench.house import open_house
    from accompanist.app.bench.house_run import TEST_NOTES_A_SECOND, spend
    from accompanist.app.bench.score import Tests

    house, no_sound = open_house(args.seconds, with_input="latency" in what)
    with house:
        evening = spend(house, Tests(args.seconds, TEST_NOTES_A_SECOND), tell)
    lines = []
    if "latency" in what:
        lines.append(house_lines.reflex(evening))
        if house.audio_inputs:
            lines.append(house_lines.attack(evening))
    if "jitter" in what:
        lines += [*house_lines.jitter(evening), clock_lines.clock(evening)]
    if "synth" in what and not no_sound:
        lines.append(house_lines.synth(evening))
    findings.remarks += [no_sound] if no_sound else []
    return lines


def _loopback(args: argparse.Namespace) -> Report:
    from accompanist.app.bench.loopback_lines import measure as measure_loopback

    return Report(machine_facts(), tuple(measure_loopback(args.loopback)))


def _seconds(args: argparse.Namespace, what: Sequence[str]) -> float:
    """About how long all of it takes, for the progress bar."""
    from accompanist.app.bench.load import CONDITIONS

    each = {
        "latency": 1.5 * args.seconds + 8.0,
        "inference": args.seconds,
        "load": len(CONDITIONS) * args.seconds,
        "controls": 5.0 * args.seconds,
        "stalls": args.seconds,
        "startup": max(args.seconds, 18.0),
        "soak": 60.0 * args.minutes,
    }
    house = args.seconds if set(what) & {"latency", "jitter", "synth"} else 0.0
    return float(house + sum(each.get(name, 0.0) for name in what))


@contextmanager
def _progress(seconds: float) -> Iterator[Tell]:
    """A bar on the terminal, which is told of seconds passed."""
    form = "{l_bar}{bar}| {elapsed}"
    with tqdm(
        total=seconds, desc="measuring", bar_format=form, disable=None, leave=False
    ) as progress:
        yield lambda passed_s: progress.update(min(passed_s, progress.total - progress.n))


def _read(path: Path) -> Report:
    try:
        return Report.from_facts(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise Refusal(f"{path} cannot be read ({error.strerror}); name a file of --json") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} is no report of bench --json ({error}); make a new one") from error
