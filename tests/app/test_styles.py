"""The styles command."""

import json

from accompanist.app.main import main
from accompanist.music.parameters import STYLES


def test_every_style_is_listed_with_what_it_plays_and_who_plays_it(capsys):
    assert main(["styles"]) == 0

    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["style", "beats", "swing", "variations", "drums", "bass", "harmony"]
    assert [line.split()[0] for line in lines] == list(STYLES)
    assert all(line.endswith(".") for line in lines)
    funk = next(line for line in lines if line.startswith("funk"))
    assert funk.split()[3:10] == [*"ABCD", "model", "understudy", "understudy"]


def test_styles_are_facts_for_programs_too(capsys):
    assert main(["styles", "--json"]) == 0

    facts = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert list(facts) == list(STYLES)
    assert facts["waltz"]["beats"] == 3
    assert facts["jazz"]["swing"] > 0.5
    assert (facts["six_eight"]["beats"], facts["six_eight"]["parts"]) == (2, 6)
    assert facts["pop"]["sources"] == {"drums": "model", "bass": "model", "harmony": "model"}
    assert facts["ballad"]["sources"]["drums"] == "understudy"
    assert all(entry["variations"] == ["A", "B", "C", "D"] for entry in facts.values())
    assert all(entry["fills"] >= 3 for entry in facts.values())
    assert all(set(entry["bars"]) == {"intro", "break", "ending"} for entry in facts.values())
