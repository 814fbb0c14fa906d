"""The controls command."""

import json

import pytest

from accompanist.app.main import main
from accompanist.music.parameters import PARAMETERS


def test_every_control_is_listed_with_what_it_does(capsys):
    assert main(["controls"]) == 0

    _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [each.name for each in PARAMETERS]
    assert all(each.help in line for each, line in zip(PARAMETERS, lines, strict=True))


def test_a_part_of_a_name_is_enough(capsys):
    assert main(["controls", "ending_bars"]) == 0

    _, line = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == ["ending_bars", "4", "held"]
    assert line.endswith("(1–64 bars)")


def test_help_names_them_all(capsys):
    with pytest.raises(SystemExit):
        main(["controls", "--help"])

    assert {each.name for each in PARAMETERS} <= set(
        capsys.readouterr().out.replace(",", " ").split()
    )


def test_controls_are_facts_for_programs_too(capsys):
    assert main(["controls", "trade", "--json"]) == 0

    (facts,) = json.loads(capsys.readouterr().out)
    assert facts["address"] == "/accompanist/trade"
    assert facts["choices"] == ["off", "2 bars", "4 bars", "8 bars"]


def test_a_control_that_there_is_not_is_refused(capsys):
    assert main(["controls", "fame"]) == 2
    assert "no control is called fame" in capsys.readouterr().err
