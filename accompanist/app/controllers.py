"""The ``controllers`` command: what controllers turn, by maps of your own and by ready ones.

Your own are learned while you play (`learn`), or written by hand; a device's own map stands in the
place of a ready one. Forgetting a device deletes its own map.
"""

import argparse
import json

from accompanist.app.controller_folder import controllers_folder, forget, map_files
from accompanist.control.controller_file import facts_of, read_map
from accompanist.control.controller_map import Binding, ControllerMap
from accompanist.control.errors import ControlError
from accompanist.control.ready_maps import ready_maps
from accompanist.control.teacher import described

OWN, READY = "yours", "ready"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which map, and the form of the answer."""
    parser.add_argument("name", nargs="?", help="a device, or a ready map: say all that it turns")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    parser.add_argument("--forget", metavar="DEVICE", help="delete a device's own map")


def run(args: argparse.Namespace) -> int:
    """List maps, or one of them, or forget one."""
    if args.forget:
        print(f"{forget(args.forget)} is deleted")
        return 0
    known = {name: (OWN, read_map(path)) for name, path in map_files().items()}
    known |= {name: (READY, each) for name, each in ready_maps().items() if name not in known}
    if args.name:
        known = {args.name: _one(args.name, known)}
    if args.json:
        facts = [_facts(name, whose, each) for name, (whose, each) in known.items()]
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    elif args.name:
        whose, each = known[args.name]
        print(f"{each.device} ({whose}, takeover {each.takeover})")
        for binding in each.bindings:
            print(_line(binding))
    else:
        for name, (whose, each) in known.items():
            print(f"{name:24} {whose:6} {len(each.bindings):3} controls  {each.device}")
        print(f"your own are kept in {controllers_folder()}")
    return 0


def _one(name: str, known: dict[str, tuple[str, ControllerMap]]) -> tuple[str, ControllerMap]:
    if name not in known:
        raise ControlError(f"there is no map {name!r}; there are {', '.join(known)}")
    return known[name]


def _line(binding: Binding) -> str:
    turned = binding.parameter.name
    if binding.value is not None:
        turned = f"{turned} to {binding.value}"
    if binding.hold:
        turned = f"{turned} while it is down"
    if binding.long:
        turned = f"{turned}; held: {binding.long.name}"
    channel = binding.message.channel
    where = "" if channel is None else f" on channel {channel + 1}"
    return f"  {described(binding, binding.parameter) + where:28} {turned}"


def _facts(name: str, whose: str, each: ControllerMap) -> dict[str, object]:
    return {
        "name": name,
        "whose": whose,
        "device": each.device,
        "takeover": each.takeover,
        "controls": [facts_of(binding) for binding in each.bindings],
    }
