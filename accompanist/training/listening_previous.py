"""Another version of the program, heard through its command line and its log.

Any earlier checkout that has ``listen PERFORMANCE --log LOG`` will do; it runs in a process of its
own, so that its modules and models are its own. What it costs is not measured.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from accompanist.music.errors import Refusal
from accompanist.music.heard import Heard
from accompanist.training.heard_log import read_log
from accompanist.training.performances import Performance, write_midi

_LISTEN = """
import sys
from accompanist.app.main import main
for path in sys.argv[1:]:
    if main(["listen", path, "--log", path + ".jsonl"]):
        sys.exit(1)
"""


def heard_before(checkout: Path, performances: list[Performance]) -> list[list[Heard]]:
    """What the version in `checkout` announces of every performance.

    Raises
    ------
    Refusal
        If there is no such version, or it does not listen.
    """
    if not (checkout / "accompanist" / "app" / "main.py").is_file():
        raise Refusal(f"{checkout} is no checkout of the program; name the folder of one")
    with TemporaryDirectory() as folder:
        # A file without notes is refused, and rightly so: nothing is heard in it.
        paths = {
            number: Path(folder) / f"{number}.mid"
            for number, performance in enumerate(performances)
            if len(performance.notes)
        }
        for number, path in paths.items():
            write_midi(performances[number], path)
        environment = {**os.environ, "PYTHONPATH": str(checkout.resolve())}
        ran = subprocess.run(
            [sys.executable, "-c", _LISTEN, *map(str, paths.values())],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            reason = (ran.stderr.strip() or "no reason given").splitlines()[-1]
            raise Refusal(f"the version in {checkout} does not listen: {reason}")
        return [
            _while_played(performance, paths.get(number))
            for number, performance in enumerate(performances)
        ]


def _while_played(performance: Performance, path: Path | None) -> list[Heard]:
    """What the log beside `path` says up to the performance's last event."""
    if path is None:
        return []
    end_s = performance.events()[-1].time_s
    heard = read_log(path.with_name(f"{path.name}.jsonl"))
    return [value for value in heard if value.announced_s <= end_s]
