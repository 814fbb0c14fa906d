"""The doctor: a line a fact, a remedy wherever something is amiss."""

import json

from accompanist.app import doctor
from accompanist.app.finding import ATTENTION, BROKEN, OK, Finding
from accompanist.app.main import main
from accompanist.inference import model
from accompanist.music.band import PARTS

ONE_OF_EACH = [
    Finding("styles", OK, "pop, rock"),
    Finding("JACK", ATTENTION, "no server runs", "start one, such as: jackd -d alsa"),
]


def test_this_machine_can_play(capsys):
    assert main(["doctor", "--json"]) == 0

    findings = {entry["subject"]: entry for entry in json.loads(capsys.readouterr().out)}
    for subject in ("Python", "styles", "sounds", *(f"model {part}" for part in PARTS)):
        assert findings[subject]["state"] == "ok", findings[subject]
    assert all(entry["remedy"] for entry in findings.values() if entry["state"] != "ok")


def test_a_remedy_follows_its_fact(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: ONE_OF_EACH)

    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok         styles             pop, rock",
        "attention  JACK               no server runs: start one, such as: jackd -d alsa",
    ]


def test_a_missing_model_is_broken_and_the_exit_code_says_so(monkeypatch, capsys, tmp_path):
    for room in (model, doctor):
        monkeypatch.setattr(room, "models_directory", lambda: tmp_path)

    assert main(["doctor"]) == 1

    broken = [li for li in capsys.readouterr().out.splitlines() if li.startswith(BROKEN)]
    assert [line.split()[2] for line in broken] == sorted(PARTS)
    assert all(line.endswith("reinstall it") for line in broken)
