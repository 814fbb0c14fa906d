"""How the learned players do on held-out music: every figure beside humans and baselines.

    python bench/players.py --data DIR [--json FILE]

prints a table for each shipped model, as its card holds it, measured anew.
"""

import argparse
import json
import sys
from pathlib import Path

from accompanist.inference.model import StreamingModel
from accompanist.training import anticipation, bass, drums, harmony

MEASURES = {
    "drums": drums.measure,
    "bass": bass.measure,
    "harmony": harmony.measure,
    "anticipation": anticipation.measure,
}


def table(name: str, figures: dict[str, dict[str, float]]) -> str:
    """Figures as aligned lines: what, who, how much."""
    lines = [name]
    for figure, values in figures.items():
        lines += [f"  {figure:<30}{who:<36}{value:8.3f}" for who, value in values.items()]
    return "\n".join(lines)


def main() -> int:
    """Measure what is asked for, print it, and write it when told where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", choices=[*MEASURES, []], help="all unless named")
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked sets")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    measured = {}
    for name in args.models or MEASURES:
        measured[name] = MEASURES[name](StreamingModel(name), args.data)
        print(table(name, measured[name]))
    if args.json:
        args.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
