"""The band leads and follows Ableton Link; without the library one sentence says what to do."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.app.link import FELL, NOT_INSTALLED, LinkSession
from accompanist.app.link_peer import lead_beat
from accompanist.app.link_ticks import LinkTicks, Where
from accompanist.music.band import ControlTaken
from accompanist.music.events import Transport
from tests.conftest import poll

REPOSITORY = Path(__file__).resolve().parents[2]
US = 1_000_000


class Session:
    """A timeline as Link has it, with one peer."""

    def __init__(self, bpm: float, beat: float = 0.0) -> None:
        self.bpm, self.beat, self.at = bpm, beat, 0
        self.forced = 0

    def tempo(self) -> float:
        return self.bpm

    def beatAtTime(self, micros: int, _quantum: float) -> float:  # noqa: N802
        return self.beat + (micros - self.at) * self.bpm / 60e6

    def setTempo(self, bpm: float, micros: int) -> None:  # noqa: N802
        self.beat, self.at = self.beatAtTime(micros, 4), micros
        self.bpm = bpm

    def forceBeatAtTime(self, beat: float, micros: int, _quantum: float) -> None:  # noqa: N802
        self.beat, self.at = beat, micros
        self.forced += 1


def led(session: Session, beats_s: list[float], places: list[int]) -> list[float]:
    """Lead a session through beats known 100 ms ahead; how far it is from each as it falls."""
    strays = []
    for number, at_s in enumerate(beats_s[:-1]):
        at, beat_us = round(at_s * US), (beats_s[number + 1] - at_s) * US
        lead_beat(session, at - US // 10, at, beat_us, places[number], 4)
        strays.append((session.beatAtTime(at, 4) - places[number] + 2) % 4 - 2)
    return strays


def test_a_session_elsewhere_is_set_to_the_bands_beat_and_bar_at_once():
    session = Session(120, beat=0.4)
    strays = led(session, [1.0, 1.5, 2.0], [2, 3, 0])
    assert session.forced == 1
    assert max(map(abs, strays)) < 0.001


@given(st.lists(st.floats(-0.015, 0.015), min_size=4, max_size=20))
def test_beats_that_stray_bend_the_session_and_never_jump(strays_s):
    session = Session(120)
    beats_s = [0.5 * number + stray_s for number, stray_s in enumerate(strays_s)]
    led(session, beats_s, [number % 4 for number in range(len(beats_s))])
    assert session.forced == 0
    assert 100 < session.bpm < 145


def test_a_new_tempo_is_reached_within_two_beats():
    session, beats_s, at_s = Session(120), [], 0.0
    for number in range(12):
        beats_s.append(at_s)
        at_s += 0.5 if number < 4 else 0.55
    strays = led(session, beats_s, [number % 4 for number in range(12)])
    assert session.forced == 0
    assert max(map(abs, strays[6:])) < 0.01
    assert session.bpm == pytest.approx(60 / 0.55, rel=0.001)


def where(at_s: float, beat: float, bpm: float = 120, **facts) -> Where:
    usual = {"peers": 1, "plays": False, "since_s": 0.0}
    return Where(at_s, beat, 60 / bpm, **{**usual, **facts})


def test_ticks_of_a_session_come_at_their_times_with_their_numbers():
    ticks = LinkTicks()
    ticks.learn(where(10.0, 6.5))
    assert [(tick.number, round(tick.time_s, 4)) for tick in ticks.until(10.05)] == [
        (156, 10.0),
        (157, 10.0208),
        (158, 10.0417),
    ]
    assert ticks.until(10.05) == []


def test_alone_in_a_session_the_band_follows_nobody():
    ticks = LinkTicks()
    ticks.learn(where(10.0, 6.5, peers=0))
    assert ticks.until(11.0) == []


@given(st.lists(st.tuples(st.floats(-0.01, 0.01), st.floats(90, 150)), min_size=2, max_size=30))
def test_however_a_session_turns_ticks_rise_in_number_and_time(turns):
    ticks, heard, beat, now_s = LinkTicks(), [], 4.0, 1.0
    for turn, bpm in turns:
        ticks.learn(where(now_s, beat + turn, bpm))
        now_s, beat = now_s + 0.04, beat + 0.04 * bpm / 60
        heard += ticks.until(now_s)
    assert [tick.number for tick in heard] == list(range(heard[0].number, heard[-1].number + 1))
    assert [tick.time_s for tick in heard] == sorted(tick.time_s for tick in heard)


def test_a_session_that_will_play_says_so_in_time_for_its_beat():
    ticks = LinkTicks()
    ticks.learn(where(10.0, 7.0, plays=True, since_s=10.5))
    assert not [event for event in ticks.until(10.38) if isinstance(event, Transport)]
    (move,) = [event for event in ticks.until(10.40) if isinstance(event, Transport)]
    assert move == Transport(10.40, "continue")
    ticks.learn(where(11.0, 9.0, plays=False, since_s=11.0))
    moves = [event.what for event in ticks.until(11.1) if isinstance(event, Transport)]
    assert moves == ["stop"]


def test_who_slept_for_long_begins_anew_without_a_flood():
    ticks = LinkTicks()
    ticks.learn(where(10.0, 6.5))
    assert ticks.until(60.0) == []
    ticks.learn(where(60.0, 106.5))
    assert [tick.number for tick in ticks.until(60.01)] == [2556]


@pytest.mark.parametrize("damage", [{"beat": "x"}, {"beat_ns": 0}, {"peers": None}, {"at_ns": []}])
def test_a_session_that_makes_no_sense_is_refused(damage):
    said = {"at_ns": 1, "beat": 1.0, "beat_ns": 5e8, "peers": 1, "plays": False, "since_ns": 0}
    with pytest.raises(ValueError, match=r"session|float"):
        Where.of({**said, **damage}, 0)


def turned_on(told: list[str]) -> LinkSession:
    session = LinkSession(0, told.append)
    session.show(ControlTaken(0.0, "/accompanist/sync/link", "follow", "osc"))
    return session


def test_without_the_library_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "link.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(REPOSITORY)]))
    told: list[str] = []
    session = turned_on(told)
    poll(lambda: session.take(1.0) or told, what="a word")
    session.take(2.0)
    session.close()
    assert told == [NOT_INSTALLED]


def test_a_peer_that_falls_is_told_of_and_the_band_plays_on(tmp_path, monkeypatch):
    (tmp_path / "link.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(REPOSITORY)]))
    told: list[str] = []
    session = turned_on(told)
    poll(lambda: session.take(1.0) or told, what="a word")
    session.close()
    assert told == [FELL]


NETWORK = "ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo"


def scene(mode: str) -> dict:
    """What two real peers see of each other in a network of their own; skips where none can be."""
    if importlib.util.find_spec("link") is None:
        pytest.skip("LinkPython-extern is not installed; it comes with the extra [link]")
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("a network of its own needs unshare and ip (util-linux, iproute2)")
    alone = ["unshare", "--map-root-user", "--net", "sh", "-c"]
    if subprocess.run([*alone, NETWORK], capture_output=True).returncode != 0:
        pytest.skip("this system does not let a test have a network of its own")
    command = f"{NETWORK} && exec {sys.executable} -m tests.app.link_scene {mode}"
    result = subprocess.run(
        [*alone, command], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    facts: dict = json.loads(result.stdout)
    assert facts["told"] == []
    return facts


def test_another_peer_hears_the_tempo_and_beat_that_the_band_leads():
    facts = scene("lead")
    assert facts["peers"] == 1
    assert max(abs(stray) for stray in facts["strays"][1:]) < 0.03
    assert abs(facts["strays"][-1]) < 0.01
    assert facts["tempi"][5] == pytest.approx(113.0, rel=0.003)
    assert facts["tempi"][-1] == pytest.approx(118.0, rel=0.003)
    assert facts["plays"] == [False] * 4 + [True] * 8


def test_the_band_follows_another_peers_beat_and_its_start():
    facts = scene("follow")
    assert max(map(abs, facts["strays"])) < 0.002
    ((move, early_s),) = facts["moves"]
    assert move == "continue"
    assert -0.15 < early_s < -0.05


def test_nothing_is_started_until_link_is_turned_on():
    session = LinkSession(time.perf_counter_ns(), print)
    assert session.take(1.0) == ()
    session.close()
