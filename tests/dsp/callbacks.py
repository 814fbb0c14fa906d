"""Every callback of the package with the code it became; compiled anew, since kept code is closed.

``python -m tests.dsp.callbacks`` prints a JSON object: names, and LLVM assembly.
"""

import functools
import importlib
import json
from pathlib import Path
from types import ModuleType

from numba.core.ccallback import CFunc

from accompanist import dsp


def modules_with_callbacks() -> list[ModuleType]:
    """Modules of the compiled path that mention callbacks."""
    texts = [path for folder in dsp.__path__ for path in sorted(Path(folder).glob("*.py"))]
    return [
        importlib.import_module(f"{dsp.__name__}.{path.stem}")
        for path in texts
        if "cfunc(" in path.read_text(encoding="utf-8")
    ]


def callbacks_of(module: ModuleType) -> dict[str, CFunc]:
    """Callbacks that a module compiles: when it is imported, or in a function that keeps them."""
    values = dict(vars(module))
    for name, value in vars(module).items():
        if isinstance(value, functools._lru_cache_wrapper) and value.__module__ == module.__name__:
            values[name] = value()
    return {
        f"{module.__name__}.{name}": value
        for name, value in values.items()
        if isinstance(value, CFunc) and value._pyfunc.__module__ == module.__name__
    }


def main() -> None:
    """Print what every callback became."""
    found: dict[str, str] = {}
    for module in modules_with_callbacks():
        callbacks = callbacks_of(module)
        assert callbacks, f"{module.__name__} mentions callbacks, and none was found"
        found |= {name: value.inspect_llvm() for name, value in callbacks.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
