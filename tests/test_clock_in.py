"""The band follows a clock that comes in: its beat, starts and stops; and goes on without it."""

import math
from itertools import pairwise

import pytest

from accompanist.app.assembly import assemble
from accompanist.devices.settled import settled
from accompanist.engine import TICK_S
from accompanist.music.band import BandNote, Fault, NoteCut, Panic
from accompanist.music.events import ClockTick, ControlTurn, Transport
from accompanist.music.heard import BeatHeard, ChordHeard, StateHeard
from accompanist.music.section import SectionBegun
from tests.listening.clocks import tick_times_s, ticks
from tests.performances import two_hands
from tests.test_engine import play

FOLLOW = ControlTurn(0.0, "/accompanist/sync/clock_in", 1)
START = Transport(1.99, "start")
LATE_S = 0.003
LOOP = "C:maj A:min F:maj G:maj"
BEAT_S = 60.0 / 117.0
GONE = "the clock is gone; the band follows your playing"


def heard(*events, until_s: float) -> list:
    """What a band announces that follows a clock."""
    return play(assemble(), sorted((FOLLOW, *events), key=lambda e: e.time_s), until_s)


def beats(announced) -> list[BeatHeard]:
    return [value for value in announced if isinstance(value, BeatHeard)]


def sections(announced) -> list[tuple[str, float]]:
    return [(a.section, a.at_s) for a in announced if isinstance(a, SectionBegun)]


def onsets_s(announced) -> list[float]:
    """Beginnings of all notes that were not taken back before them."""
    played = settled(a for a in announced if isinstance(a, BandNote | NoteCut | Panic))
    return [note.on_s for note in played]


def strays_s(announced, true_s: list[float]) -> list[float]:
    """How far every beat is from the nearest that the clock meant."""
    return [min(abs(beat.at_s - at_s) for at_s in true_s) for beat in beats(announced)]


@pytest.fixture(scope="module")
def led() -> list:
    """Sixteen beats of a clock that starts and stops, and nobody plays."""
    clock = ticks(117, 16, late_s=LATE_S)
    return heard(START, *clock, Transport(2.0 + 16 * BEAT_S, "stop"), until_s=13.0)


def test_the_band_starts_with_the_clock_and_counts_its_bars(led):
    first = beats(led)[0]
    assert first.at_s == pytest.approx(2.0, abs=0.006)
    assert onsets_s(led)[0] == pytest.approx(2.0, abs=0.012)
    assert [beat.downbeat for beat in beats(led)[:9]] == [True, *[False] * 3] * 2 + [True]


def test_every_beat_is_the_clocks_and_known_ahead(led):
    counted = [beat for beat in beats(led) if beat.at_s < 2.0 + 15.5 * BEAT_S]
    strays = strays_s(counted, tick_times_s(117, 16)[::24])
    assert len(counted) == 16
    assert max(strays) < 0.006
    assert min(beat.at_s - beat.announced_s for beat in counted[1:]) > 0.09


def test_silence_does_not_end_a_song_that_a_clock_leads(led):
    assert [section for section, _ in sections(led)[:3]] == ["groove", "fill", "groove"]


def test_the_band_stops_with_the_clock(led):
    stop_s = 2.0 + 16 * BEAT_S
    assert sections(led)[-1][0] == "stopped"
    assert sections(led)[-1][1] == pytest.approx(stop_s, abs=0.005)
    assert max(onsets_s(led)) < stop_s + TICK_S


def test_a_ramp_of_tempo_is_followed():
    def tempo(beat: float) -> float:
        return 120 + 5 * min(max(beat - 4, 0), 8)

    announced = heard(START, *ticks(tempo, 16, late_s=LATE_S), until_s=8.5)
    assert len(beats(announced)) >= 14
    assert max(strays_s(announced, tick_times_s(tempo, 18)[::24])) < 0.015


@pytest.mark.parametrize("tempo", [66, 90, 132, 174, 240])
@pytest.mark.parametrize("period_s", [0.0053, 0.0107])
def test_a_start_in_a_tempo_that_nobody_knew_through_a_coarse_port_has_even_beats(tempo, period_s):
    """Ticks come with the sound server's next period, so that the first ones seem close or far."""
    due_s = tick_times_s(tempo, 6, start_s=2.0009)
    coarse = [ClockTick(period_s * math.ceil(time_s / period_s)) for time_s in due_s]
    announced = heard(Transport(2.0, "start"), *coarse, until_s=due_s[-1])
    said = [beat.at_s for beat in beats(announced)]
    gaps_s = [after - before for before, after in pairwise(said)]
    assert len(said) >= 6
    assert max(abs(gap_s - 60 / tempo) for gap_s in gaps_s) < 0.012


def test_a_clock_that_nobody_is_to_follow_is_not_heard():
    clock = [START, *ticks(117, 8)]
    assert play(assemble(), clock, 6.0) == []


@pytest.fixture(scope="module")
def vanishing() -> list:
    """A clock that is gone after six seconds, while the performer plays on."""
    clock = [tick for tick in ticks(117, 32, late_s=LATE_S) if tick.time_s < 8.0]
    keys = two_hands(LOOP, bars=8, tempo_bpm=117.0, start_s=2.0)
    return heard(START, *clock, *keys, until_s=16.0)


def test_when_the_clock_vanishes_one_sentence_says_so(vanishing):
    faults = [value for value in vanishing if isinstance(value, Fault)]
    assert [fault.what for fault in faults] == [GONE]
    assert 8.0 < faults[0].announced_s < 8.0 + 0.6 * BEAT_S


def test_when_the_clock_vanishes_the_ear_takes_over_without_a_gap(vanishing):
    strays = strays_s(vanishing, [2.0 + number * BEAT_S for number in range(40)])
    assert len(beats(vanishing)) >= 27
    assert max(strays) < 0.010
    late = [on_s for on_s in onsets_s(vanishing) if 8.0 < on_s < 15.0]
    assert max(after - before for before, after in pairwise(late)) < BEAT_S + 0.05


def test_chords_are_heard_while_a_clock_leads(vanishing):
    chords = [value.chord.label for value in vanishing if isinstance(value, ChordHeard)]
    assert {"C:maj", "A:min", "F:maj", "G:maj"} <= {label.split("/")[0] for label in chords}


def test_without_a_performer_the_band_goes_on_for_its_patience():
    clock = [tick for tick in ticks(117, 32) if tick.time_s < 8.0]
    announced = heard(START, *clock, until_s=21.0)
    (ending_s,) = [at_s for section, at_s in sections(announced) if section == "ending"]
    assert ending_s > 8.0 + 12 * BEAT_S


def test_a_clock_that_is_back_leads_again():
    clock = [tick for tick in ticks(117, 40, late_s=LATE_S) if not 8.0 < tick.time_s < 11.0]
    keys = two_hands(LOOP, bars=10, tempo_bpm=117.0, start_s=2.0)
    announced = heard(START, *clock, *keys, until_s=16.0)
    faults = [value.what for value in announced if isinstance(value, Fault)]
    assert faults == [GONE, "the clock is back, and leads again"]
    assert max(strays_s(announced, tick_times_s(117, 48)[::24])) < 0.010


def test_a_start_takes_back_the_beat_that_was_said_ahead():
    """A clock that ticks before it starts, and starts 40 ms before the beat of those ticks."""
    idle, start_s = ticks(120, 5 + 22 / 24, start_s=1.0), 3.96
    song = ticks(120, 8, start_s=start_s)
    announced = heard(*idle, Transport(start_s - 0.002, "start"), *song, until_s=7.0)
    entered = [beat for beat in beats(announced) if beat.at_s >= start_s]
    assert [round(beat.at_s - start_s, 1) for beat in entered[1:5]] == [0.0, 0.5, 1.0, 1.5]
    assert entered[0].beat == entered[1].beat
    assert onsets_s(announced)[0] == pytest.approx(start_s, abs=0.012)


def test_a_song_that_goes_on_from_a_position_has_its_bars_there():
    clock = ticks(120, 10)
    events = [Transport(1.9, "position", 4 * 6), Transport(1.99, "continue"), *clock]
    announced = heard(*events, until_s=6.5)
    downbeats = [beat.downbeat for beat in beats(announced)[:7]]
    assert downbeats == [False, False, True, False, False, False, True]


def test_a_link_session_gives_the_beat_and_the_bar_and_starts_nothing():
    follow = ControlTurn(0.0, "/accompanist/sync/link", "follow")
    # The first tick heard is the last of a bar's third beat.
    session = [ClockTick(tick.time_s, 71 + k) for k, tick in enumerate(ticks(120, 8))]
    announced = play(assemble(), [follow, *session], 6.0)
    downbeat_s = 2.0 + 25 * 0.5 / 24
    led = [(round(beat.at_s - downbeat_s, 2), beat.downbeat) for beat in beats(announced)]
    assert led[:5] == [(0.0, True), (0.5, False), (1.0, False), (1.5, False), (2.0, True)]
    assert sections(announced) == []


def test_turned_off_while_it_leads_the_beat_goes_on_at_its_tempo():
    off = ControlTurn(5.0, "/accompanist/sync/clock_in", 0)
    announced = heard(START, *ticks(120, 6), off, *ticks(90, 8, start_s=5.0), until_s=8.0)
    late = [beat for beat in beats(announced) if beat.at_s > 5.2]
    assert len(late) >= 4
    assert [beat.tempo_bpm for beat in late] == pytest.approx([120.0] * len(late), rel=0.01)
    assert not [value for value in announced if isinstance(value, Fault)]


def test_the_same_clock_gives_the_same_band_however_time_is_cut():
    events = sorted((FOLLOW, START, *ticks(117, 10, late_s=LATE_S)), key=lambda e: e.time_s)
    whole = play(assemble(), events, 6.0)
    cut = play(assemble(), events, 6.0, cuts=[0.7 + 0.013 * number for number in range(400)])
    assert whole == cut


def test_ticks_alone_start_nothing():
    assert sections(heard(*[ClockTick(tick.time_s) for tick in ticks(120, 8)], until_s=6.0)) == []


def turned(name: str, value: float | str, at_s: float = 4.3) -> ControlTurn:
    return ControlTurn(at_s, f"/accompanist/{name}", value)


@pytest.mark.parametrize("name", ["half", "double", "nudge_later", "fermata"])
def test_what_would_move_the_beat_of_a_clock_does_nothing_and_says_so(name):
    clock = ticks(120, 12)
    announced = heard(START, *clock, turned(name, 1), until_s=7.9)
    assert max(strays_s(announced, tick_times_s(120, 14)[::24])) < 0.006
    faults = [value.what for value in announced if isinstance(value, Fault)]
    assert faults == [f"a clock leads the beat, so {name} does nothing; turn sync off first"]


def test_a_tempo_that_is_to_be_held_is_held_after_the_clock():
    clock = [tick for tick in ticks(120, 12) if tick.time_s < 5.0]
    keys = two_hands(LOOP, bars=5, tempo_bpm=132.0, start_s=5.0)
    announced = heard(START, turned("hold_tempo", 1), *clock, *keys, until_s=9.0)
    late = [beat.tempo_bpm for beat in beats(announced) if 6.0 < beat.at_s < 9.0]
    assert late == pytest.approx([120.0] * len(late), rel=0.01)


def test_started_by_hand_while_a_clock_leads_nothing_is_counted_in():
    counts_in = ControlTurn(0.0, "/accompanist/count_in", "2 bars")
    announced = heard(counts_in, *ticks(120, 16), turned("start", 1), until_s=8.0)
    assert onsets_s(announced)[0] == pytest.approx(4.5, abs=0.02)


def test_taps_do_not_move_the_beat_of_a_clock():
    taps = [turned("tap", 1, 4.1 + 0.4 * number) for number in range(4)]
    announced = heard(START, *ticks(120, 12), *taps, until_s=7.9)
    assert max(strays_s(announced, tick_times_s(120, 14)[::24])) < 0.006


def test_a_band_that_waits_for_the_first_note_keeps_the_beat_of_a_clock():
    waits = ControlTurn(0.0, "/accompanist/start_with", "first note")
    announced = heard(waits, *ticks(120, 12), until_s=7.9)
    assert len(beats(announced)) >= 10
    assert {value.state for value in announced if isinstance(value, StateHeard)} == {"locked"}
