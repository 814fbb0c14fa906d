"""Another version is heard through its command line."""

from pathlib import Path

import numpy as np
import pytest

from accompanist.music.errors import Refusal
from accompanist.music.heard import BeatHeard
from accompanist.training.listening_previous import heard_before
from accompanist.training.performances import read_midi
from accompanist.training.stress import NOISE
from tests.training.takes import steady

_MAIN = """
import json
from pathlib import Path

def main(words):
    said = [{"kind": "beat", "announced_s": at_s, "at_s": at_s, "beat": k, "bar": 0,
             "downbeat": True, "tempo_bpm": 60.0, "confidence": 1.0}
            for k, at_s in enumerate((12.0, 900.0))]
    Path(words[3]).write_text("".join(json.dumps(line) + chr(10) for line in said))
    Path(CHECKOUT, "heard.mid").write_bytes(Path(words[1]).read_bytes())
    return CODE
"""


def checkout(folder: Path, code: int) -> Path:
    """A version that says two beats, one long after the end, and keeps the file it was given."""
    package = folder / "accompanist" / "app"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    text = _MAIN.replace("CHECKOUT", repr(str(folder))).replace("CODE", str(code))
    (package / "main.py").write_text(text)
    return folder


def test_what_it_says_while_somebody_plays_is_read(tmp_path: Path) -> None:
    quiet, heard = heard_before(checkout(tmp_path, 0), [NOISE["nothing"](0), steady()])
    assert quiet == []
    assert heard == [BeatHeard(12.0, 12.0, 0, 0, True, 60.0, 1.0)]


def test_it_is_given_the_performance_to_a_twentieth_of_a_millisecond(tmp_path: Path) -> None:
    heard_before(checkout(tmp_path, 0), [steady()])
    written = read_midi(tmp_path / "heard.mid").notes
    assert written.on_s == pytest.approx(steady().notes.on_s, abs=0.00005)
    assert np.array_equal(written.velocity, steady().notes.velocity)


def test_a_version_that_fails_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not listen"):
        heard_before(checkout(tmp_path, 1), [steady()])


def test_a_folder_without_a_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no checkout"):
        heard_before(tmp_path, [steady()])
