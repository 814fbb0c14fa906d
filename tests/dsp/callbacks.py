"""Every callback of the package with the code it became; compiled anew, since kept code is closed.

``python -m tests.dsp.callbacks`` prints a JSON object: names, and LLVM assembly.
"""

import functools
import gc
import importlib
import json
from pathlib import Path
from typing import Any

from numba.core.ccallback import CFunc

from accompanist import dsp

_found: list[CFunc] = []


def watch() -> None:
    """Take note of every callback that is compiled from here on, wherever it is kept."""
    original = CFunc.compile

    def compile_and_note(callback: CFunc) -> None:
        original(callback)
        _found.append(callback)

    CFunc.compile = compile_and_note


def compile_callbacks() -> None:
    """Compile all: as their modules are loaded, or by the functions that keep them."""
    for path in sorted(path for folder in dsp.__path__ for path in Path(folder).glob("*.py")):
        if "cfunc(" not in path.read_text(encoding="utf-8"):
            continue
        before = len(_found)
        module: Any = importlib.import_module(f"{dsp.__name__}.{path.stem}")
        for value in vars(module).values():
            kept = isinstance(value, functools._lru_cache_wrapper)
            if kept and value.__module__ == module.__name__:
                value()
        assert len(_found) > before, f"{path.name} mentions callbacks, and none was found"


def main() -> None:
    """Print what every callback became."""
    gc.disable()
    watch()
    compile_callbacks()
    names = [f"{found._pyfunc.__module__}.{found._pyfunc.__name__}" for found in _found]
    codes = [found.inspect_llvm() for found in _found]
    print(json.dumps(dict(zip(names, codes, strict=True))))


if __name__ == "__main__":
    main()
