"""Where compiled code is kept from one start to the next: a folder for each state of its sources.

numba keeps what it has compiled, but asks only whether the file that a function stands in is still
the same, and not those that it calls into. So the folder's name tells all sources of the compiled
path, the Python and the numba: whatever changes, a new folder begins. Whoever sets NUMBA_CACHE_DIR
has chosen a folder already; where none can be made, numba looks for one by itself.

Nothing here imports numba, so that those who compile nothing can ask, too.
"""

import hashlib
import importlib.util
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"

SOURCES = Path(__file__).parent

_FORMER_FOLDERS = 3
_DIGITS = 16


def home() -> Path:
    """Folder of the user's for what can be made anew, by the system's custom.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def fingerprint(sources: Path = SOURCES) -> str:
    """Name of everything that compiled code depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(sources.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    compiler = importlib.util.find_spec("numba")
    if compiler is not None and compiler.origin is not None:
        digest.update(f"{compiler.origin} {Path(compiler.origin).stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:_DIGITS]


def settle() -> None:
    """Let numba keep what it compiles in the folder of these sources, unless one is chosen."""
    with suppress(RuntimeError):
        ours = home() / "accompanist"
        chosen = os.environ.get(VARIABLE)
        if not chosen or Path(chosen).parent == ours:
            os.environ[VARIABLE] = str(ours / fingerprint())


def folder() -> Path:
    """Where compiled code is kept."""
    return Path(os.environ.get(VARIABLE) or SOURCES / "__pycache__")


def is_complete() -> bool:
    """Whether everything that playing needs has been compiled from these sources."""
    return _mark().is_file()


def note_complete() -> None:
    """Take note that everything is compiled, and forget the code of sources long gone."""
    with suppress(OSError, RuntimeError):
        _mark().parent.mkdir(parents=True, exist_ok=True)
        _mark().touch()
        if folder().parent == home() / "accompanist":
            _forget_former(folder())


def _mark() -> Path:
    return folder() / f"{fingerprint()}.complete"


def _forget_former(present: Path) -> None:
    folders = [other for other in present.parent.iterdir() if other.is_dir() and other != present]
    folders.sort(key=lambda other: other.stat().st_mtime, reverse=True)
    for other in folders[_FORMER_FOLDERS:]:
        shutil.rmtree(other, ignore_errors=True)
