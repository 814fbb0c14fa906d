"""Controls of a file are turned at their time; a line that does not fit is named."""

from pathlib import Path

import pytest

from accompanist.devices.controls_file import read_controls
from accompanist.devices.errors import DeviceError
from accompanist.music.events import ControlTurn


def controls(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "controls.jsonl"
    path.write_text(text)
    return path


def test_controls_are_read_by_time(tmp_path):
    path = controls(
        tmp_path,
        '{"at_s": 12.0, "parameter": "/accompanist/bass/mute", "value": 1}\n\n'
        '{"at_s": 3, "parameter": "/accompanist/style", "value": "jazz"}\n',
    )
    assert read_controls(path) == (
        ControlTurn(3.0, "/accompanist/style", "jazz", "file"),
        ControlTurn(12.0, "/accompanist/bass/mute", 1, "file"),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("mute the bass", "this is not JSON"),
        ("[1, 2, 3]", "a control has at_s, parameter and value"),
        ('{"at_s": 1, "parameter": "/accompanist/style"}', "a control has at_s"),
        ('{"at_s": -1, "parameter": "/accompanist/tap", "value": 1}', "at_s is a number"),
        ('{"at_s": NaN, "parameter": "/accompanist/tap", "value": 1}', "at_s is a number"),
        ('{"at_s": true, "parameter": "/accompanist/tap", "value": 1}', "at_s is a number"),
        ('{"at_s": 1, "parameter": "/accompanist/fame", "value": 1}', "no parameter"),
        ('{"at_s": 1, "parameter": ["x"], "value": 1}', "no parameter"),
        ('{"at_s": 1, "parameter": "/accompanist/tap", "value": [1]}', "a number or a name"),
        ('{"at_s": 1, "parameter": "/accompanist/style", "value": "polka"}', "polka"),
        ('{"at_s": 1' + "0" * 400 + ', "parameter": "/accompanist/tap", "value": 1}', "line 2"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_control_that_does_not_fit_names_its_line(tmp_path, line, reason):
    good = '{"at_s": 0, "parameter": "/accompanist/bass/mute", "value": 1}'
    with pytest.raises(DeviceError) as caught:
        read_controls(controls(tmp_path, f"{good}\n{line}\n"))
    assert "line 2" in str(caught.value)
    assert reason in str(caught.value)


def test_a_missing_file_of_controls_is_named(tmp_path):
    with pytest.raises(DeviceError, match="cannot be read"):
        read_controls(tmp_path / "nothing.jsonl")


def test_a_file_of_controls_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "controls.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeviceError, match="is not text"):
        read_controls(path)
