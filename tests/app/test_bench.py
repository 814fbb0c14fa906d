"""The bench measures through real JACK ports, beside its floors; each line in a short real run."""

import json

import jsonschema
import pytest

from accompanist.app.bench import startup
from accompanist.app.main import main

LINES = {
    "latency": {"latency/reflex", "latency/attack", "latency/response", "latency/osc"},
    "jitter": {"jitter/frames", "jitter/time", "jitter/clock"},
    "synth": {"synth/callback"},
    "stalls": {"stalls/releases"},
    "soak": {"soak/memory", "soak/cycles"},
    "startup": {"startup/warm", "startup/cold"},
    "inference": {
        *(f"inference/{part}" for part in ("harmony", "drums", "bass", "bar")),
        *(f"inference/{name}" for name in ("anticipation", "evidence", "chord", "downbeat", "key")),
        *(f"inference/sound/{what}" for what in ("beat", "harmony", "bar")),
    },
}

PAIR = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
SPREAD = {
    "type": "object",
    "required": ["n", "p50", "p99", "p99_9", "max", "p50_range", "p99_range"],
    "additionalProperties": False,
    "properties": {
        "n": {"type": "integer", "minimum": 1},
        **{name: {"type": "number"} for name in ("p50", "p99", "p99_9", "max")},
        **{name: PAIR for name in ("p50_range", "p99_range")},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["schema", "machine", "lines", "remarks"],
    "properties": {
        "schema": {"const": 2},
        "machine": {"type": "object", "required": ["processor", "cores", "real_time_priority"]},
        "remarks": {"type": "array", "items": {"type": "string"}},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "name", "unit", "spread", "verdict", "floor", "lost", "ratios"],
                "properties": {
                    "key": {"pattern": "^[a-z]+/[a-z]+(/[a-z]+)?$"},
                    "spread": SPREAD,
                    "floor": {"anyOf": [SPREAD, {"type": "null"}]},
                    "lost": {"type": "integer", "minimum": 0},
                },
            },
        },
    },
}


def measured(path, *words):
    """Lines by key of a run of the command, as it wrote them down."""
    assert main(["bench", *words, "--json", str(path)]) == 0
    facts = json.loads(path.read_text())
    jsonschema.validate(facts, SCHEMA)
    return {line["key"]: line for line in facts["lines"]}


@pytest.fixture(scope="module")
def evening(jack_server, tmp_path_factory):
    """Two seconds of the whole band: latency, jitter and synth."""
    path = tmp_path_factory.mktemp("bench") / "evening.json"
    return measured(path, "latency", "jitter", "synth", "--seconds", "5")


def test_every_line_asked_for_is_there(evening):
    assert set(evening) == LINES["latency"] | LINES["jitter"] | LINES["synth"]


def test_percentiles_rise(evening):
    for line in evening.values():
        spread = line["spread"]
        assert spread["p50"] <= spread["p99"] <= spread["p99_9"] <= spread["max"]


def test_the_reflex_answers_in_the_cycle_of_the_key_beside_a_thru(evening):
    reflex = evening["latency/reflex"]
    assert reflex["spread"]["n"] > 100
    assert reflex["floor"]["n"] > 100
    assert reflex["spread"]["p50"] < 2000
    assert "100.0% of the answers leave at the very frame" in reflex["remarks"][0]


def test_the_middle_note_is_heard_at_the_frame_it_was_planned_for(evening):
    assert evening["jitter/frames"]["spread"]["p50"] == 0
    assert evening["jitter/frames"]["spread"]["n"] > 1000


def test_notes_stray_less_than_a_millisecond_in_the_middle_beside_a_bare_thread(evening):
    assert evening["jitter/time"]["spread"]["p50"] < 1000
    assert evening["jitter/time"]["floor"]["n"] > 1000


def test_ticks_of_the_clock_come_evenly_beside_a_bare_thread(evening):
    clock = evening["jitter/clock"]
    assert clock["spread"]["n"] > 100
    assert clock["spread"]["p50"] < 50
    assert clock["floor"]["n"] > 1000
    assert clock["lost"] == 0


def test_a_click_is_stamped_when_it_was_struck(evening):
    assert evening["latency/attack"]["spread"]["n"] >= 10
    stamp_ms = float(evening["latency/attack"]["remarks"][0].split()[3])
    assert abs(stamp_ms) < 2.0


def test_osc_brings_midi_every_time(evening):
    osc = evening["latency/osc"]
    assert osc["spread"]["n"] >= 10
    assert osc["lost"] == 0
    assert osc["spread"]["p50"] < 100


def test_the_synth_takes_a_part_of_the_period(evening):
    assert 0 < evening["synth/callback"]["spread"]["p50"] < 100


def test_the_players_are_timed_beside_their_bare_networks(tmp_path):
    lines = measured(tmp_path / "bench.json", "inference", "--seconds", "0.5")
    assert set(lines) == LINES["inference"]
    for part in ("harmony", "drums", "bass"):
        line = lines[f"inference/{part}"]
        assert (
            line["floor"]["p50"] < line["spread"]["p50"] < lines["inference/bar"]["spread"]["p50"]
        )


def test_no_note_hangs_after_stalls(jack_server, tmp_path):
    line = measured(tmp_path / "bench.json", "stalls", "--seconds", "1")["stalls/releases"]
    assert line["lost"] == 0
    assert line["verdict"] == "none hangs"
    assert line["spread"]["n"] > 50


def test_a_short_evening_is_watched(jack_server, tmp_path):
    words = ("soak", "--minutes", "0.1", "--audio-in")
    lines = measured(tmp_path / "bench.json", *words)
    memory, cycles = (lines[f"soak/{what}"] for what in ("memory", "cycles"))
    assert memory["spread"]["n"] >= 2
    assert memory["lost"] == 0
    assert "MiB in all processes" in memory["remarks"][0]
    assert cycles["spread"]["n"] > 5.0 * jack_server.sample_rate / jack_server.period_frames
    assert "the machine itself stood still" in cycles["remarks"][1]


def test_starts_are_timed_warm_and_cold(jack_server, tmp_path, monkeypatch):
    monkeypatch.setattr(startup, "LEAST_STARTS", 1)
    lines = measured(tmp_path / "bench.json", "startup", "--seconds", "0.5")
    warm, cold = (lines[f"startup/{how}"]["spread"] for how in ("warm", "cold"))
    assert 0 < warm["p50"] < cold["p50"]
