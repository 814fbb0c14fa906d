"""Jazz trios as performances: onsets of three players, and their beats."""

from pathlib import Path

import pytest

from accompanist.music.errors import Refusal
from accompanist.training.jtd import read_jtd


def trio(folder: Path, files: dict[str, str]) -> None:
    where = folder / "jtd" / "references" / "manual_annotation"
    where.mkdir(parents=True)
    for name, text in files.items():
        (where / f"tune_{name}.txt").write_text(text, encoding="utf-8")


def test_onsets_may_have_a_label_or_none(tmp_path: Path) -> None:
    beats = "0.1\t1.1\n0.6\t1.2\n1.1\t1.3\n"
    trio(
        tmp_path,
        {"piano": "0.11\tNew Point\n", "bass": "0.12\n0.62\n", "drums": "0.1\n", "mix": beats},
    )
    (tune,) = read_jtd(tmp_path, ["tune"])
    assert len(tune.notes) == 4
    assert tune.beats_s.tolist() == [0.1, 0.6, 1.1]
    assert tune.downbeats.tolist() == [True, False, False]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="unpack jtd"):
        list(read_jtd(tmp_path, ["tune"]))
