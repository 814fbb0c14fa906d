"""The README's picture is drawn from a session, by a script that anyone can run."""

import subprocess
import sys
from pathlib import Path

from matplotlib import image

ROOT = Path(__file__).resolve().parent.parent


def test_the_readmes_picture_can_be_drawn_again(tmp_path):
    command = [sys.executable, "docs/picture.py", "--from", "12", "--length", "6"]
    subprocess.run([*command, "-o", tmp_path / "picture.png"], cwd=ROOT, check=True)

    drawn = image.imread(tmp_path / "picture.png")
    assert drawn.shape[:2] == image.imread(ROOT / "docs" / "picture.png").shape[:2]
    assert colours_in(drawn) >= {"blue", "green", "orange"}


def colours_in(picture) -> set[str]:
    """Which of the parts' colours the picture shows."""
    red, green, blue = (picture[..., channel] for channel in range(3))
    return {
        name
        for name, there in {
            "blue": (blue > red + 0.2) & (blue > green + 0.1),
            "green": (green > red + 0.2) & (green > blue + 0.1),
            "orange": (red > green + 0.2) & (green > blue + 0.1),
        }.items()
        if there.sum() > 200
    }
