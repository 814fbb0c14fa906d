"""The styles command."""

import json

from accompanist.app.main import main
from accompanist.music.parameters import STYLES


def test_every_style_is_listed_with_what_it_plays(capsys):
    assert main(["styles"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(STYLES)
    assert all(line.endswith(".") for line in lines)


def test_styles_are_facts_for_programs_too(capsys):
    assert main(["styles", "--json"]) == 0

    facts = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert list(facts) == list(STYLES)
    assert facts["waltz"]["beats"] == 3
    assert facts["jazz"]["swing"] > 0.5
