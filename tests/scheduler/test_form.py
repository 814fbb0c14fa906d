"""The band enters, fills, ends and rests where a player expects it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.section import CALLED
from accompanist.music.whereabouts import SILENT_STATES, Whereabouts
from accompanist.scheduler.form import BeatOfForm, Chart, Form

CHART = Chart(style="pop", variation="B", patience_bars=4, intro_bars=2, ending_bars=1)


WHERE = Whereabouts(
    now_s=10.0,
    state="locked",
    beat=20,
    at_s=10.0,
    bar=5,
    beat_in_bar=0,
    beats_per_bar=4,
    tempo_bpm=120.0,
    confidence=1.0,
    swing=0.5,
    resting_s=0.0,
    key="C major",
    chord="C:maj",
    chord_confidence=1.0,
    band_chord="C:maj",
    form_state="playing",
    form_bar=5,
    section="groove",
    requested=False,
    parameters=(),
    next_note_id=0,
    seed=0,
)


def beats(
    form: Form,
    count: int,
    *,
    start: int = 0,
    locked: bool = True,
    silent_from: int = 10**6,
    chart: Chart = CHART,
):
    """Sections of `count` beats of 4/4; the performer falls silent after beat `silent_from`."""
    return [
        form.beat(BeatOfForm(beat % 4, 4, locked, max(0.0, float(beat - silent_from))), chart)
        for beat in range(start, start + count)
    ]


def playing(bars: int = 1) -> Form:
    """A form some bars into the groove."""
    form = Form()
    beats(form, 4 * bars)
    return form


def test_the_band_waits_until_the_beat_is_locked():
    assert beats(Form(), 8, locked=False) == [None] * 8


def test_the_band_enters_on_a_downbeat():
    assert beats(Form(), 5, start=2) == [None, None, "groove", "groove", "groove"]


def test_a_start_by_hand_enters_on_the_next_beat():
    form = Form()
    form.start()
    assert beats(form, 2, start=1, locked=False) == ["groove", "groove"]


def test_every_eighth_bar_ends_with_a_fill_of_half_a_bar():
    sections = beats(Form(), 40)
    assert [index for index, section in enumerate(sections) if section == "fill"] == [30, 31]


def test_after_four_silent_bars_an_ending_of_one_bar_is_played():
    sections = beats(Form(), 40, silent_from=8)
    assert sections[23] == "groove"
    assert sections[24:28] == ["ending"] * 4
    assert sections[28:] == [None] * 12


def test_after_its_ending_the_band_comes_back_when_the_player_does():
    form = Form()
    beats(form, 40, silent_from=8)
    assert beats(form, 4, start=40) == ["groove"] * 4


def test_stopped_by_hand_it_stays_silent_until_started():
    form = Form()
    beats(form, 8)
    form.stop()
    assert beats(form, 8, start=8) == [None] * 8
    form.start()
    assert beats(form, 1, start=17) == ["groove"]


def test_while_it_is_counted_in_the_band_is_silent_and_then_it_enters():
    form = Form()
    form.count()
    assert beats(form, 4) == [None] * 4
    form.count_in()
    assert beats(form, 1, start=4) == ["groove"]


def test_stopped_in_a_count_in_it_stays_silent():
    form = Form()
    form.count()
    form.stop()
    form.count_in()
    assert beats(form, 8) == [None] * 8


def test_a_band_that_does_not_come_in_by_itself_waits_to_be_started():
    form, chart = Form(), replace(CHART, by_itself=False)
    assert beats(form, 8, chart=chart) == [None] * 8
    form.start()
    assert beats(form, 2, start=8, chart=chart) == ["groove"] * 2


def test_once_started_it_comes_back_after_the_beat_was_lost():
    form, chart = Form(), replace(CHART, by_itself=False)
    form.start()
    beats(form, 8, chart=chart)
    form.lose()
    assert beats(form, 2, start=11, chart=chart) == [None, "groove"]


def test_after_its_ending_it_waits_to_be_started_again():
    form, chart = Form(), replace(CHART, by_itself=False)
    form.start()
    beats(form, 40, silent_from=8, chart=chart)
    assert beats(form, 8, start=40, chart=chart) == [None] * 8


def test_a_pause_is_over_when_the_player_is_back():
    form = playing()
    form.pause()
    assert form.state == "waiting"
    assert beats(form, 3, start=6) == [None, None, "groove"]


def test_when_the_beat_is_lost_the_band_waits_for_the_next_locked_downbeat():
    form = Form()
    beats(form, 8)
    form.lose()
    assert beats(form, 2, start=9, locked=False) == [None, None]
    assert beats(form, 2, start=11) == [None, "groove"]


def test_losing_the_beat_does_not_undo_a_stop_by_hand():
    form = Form()
    form.stop()
    form.lose()
    assert beats(form, 4) == [None] * 4


@pytest.mark.parametrize(
    ("place", "filled"),
    [(0, [5, 6, 7]), (1, [6, 7]), (2, [7]), (3, [10, 11])],
)
def test_a_fill_fills_the_rest_of_the_bar_or_half_of_the_next(place, filled):
    form = playing()
    beats(form, place + 1, start=4)
    form.call("fill")
    sections = beats(form, 16, start=5 + place)
    assert [5 + place + index for index, s in enumerate(sections) if s == "fill"] == filled


def test_a_fill_is_played_once():
    form = playing()
    form.call("fill")
    form.call("fill")
    assert beats(form, 24, start=4).count("fill") == 2


def test_a_break_is_the_bar_that_follows():
    form = playing()
    beats(form, 2, start=4)
    form.call("break")
    assert beats(form, 10, start=6) == ["groove"] * 2 + ["break"] * 4 + ["groove"] * 4


def test_an_ending_begins_at_the_next_bar_line_and_is_as_long_as_the_style_writes():
    form = playing()
    beats(form, 2, start=4)
    form.call("ending")
    chart = replace(CHART, ending_bars=2)
    assert beats(form, 12, start=6, chart=chart) == (["groove"] * 2 + ["ending"] * 8 + [None] * 2)


def test_an_ending_tells_which_of_its_bars_it_is_in():
    form = playing()
    form.call("ending")
    chart = replace(CHART, ending_bars=2)
    told = []
    for beat in range(4, 12):
        beats(form, 1, start=beat, chart=chart)
        told.append(form.place.section_bar)
    assert told == [0] * 4 + [1] * 4


def test_after_an_ending_the_band_waits_until_the_performer_has_paused():
    form = playing()
    form.call("ending")
    assert beats(form, 24, start=4) == ["ending"] * 4 + [None] * 20
    assert beats(form, 8, start=28, silent_from=28) == [None] * 8
    assert form.state == "waiting"
    assert beats(form, 1, start=36) == ["groove"]


def test_after_an_ending_a_count_in_or_a_start_brings_the_band_back():
    for again in (Form.start, Form.count_in):
        form = playing()
        form.call("ending")
        beats(form, 8, start=4)
        again(form)
        assert beats(form, 1, start=13) == ["groove"]


def test_an_intro_is_played_as_the_band_enters():
    form = Form()
    form.call("intro")
    assert beats(form, 12) == ["intro"] * 8 + ["groove"] * 4


def test_an_intro_is_kept_until_the_beat_is_found():
    form = Form()
    form.call("intro")
    form.lose()
    assert beats(form, 4) == ["intro"] * 4


def test_an_intro_is_played_once():
    form = Form()
    form.call("intro")
    beats(form, 8)
    form.call("ending")
    beats(form, 12, start=8, silent_from=0)
    assert beats(form, 1, start=20) == ["groove"]


def test_an_intro_called_for_while_the_band_plays_and_a_fill_while_it_waits_change_nothing():
    form = Form()
    form.call("fill")
    form.call("break")
    form.call("ending")
    assert beats(form, 8) == ["groove"] * 8
    form.call("intro")
    form.call("ending")
    beats(form, 12, start=8, silent_from=0)
    assert beats(form, 1, start=20) == ["groove"]


@pytest.mark.parametrize(
    ("changed_at", "sections"),
    [(5, ["groove", "fill", "fill"]), (6, ["fill", "fill"]), (7, ["groove"])],
)
def test_another_variation_begins_at_the_bar_line_after_a_fill_if_there_is_time(
    changed_at, sections
):
    form = playing()
    beats(form, changed_at - 4, start=4)
    fuller = replace(CHART, variation="C")
    assert beats(form, 8 - changed_at, start=changed_at, chart=fuller) == sections
    assert form.place.variation == "B"
    assert beats(form, 4, start=8, chart=fuller) == ["groove"] * 4
    assert form.place.variation == "C"


def test_another_style_begins_at_the_bar_line():
    form = playing()
    funk = replace(CHART, style="funk")
    beats(form, 3, start=5, chart=funk)
    assert form.place.style == "pop"
    beats(form, 1, start=8, chart=funk)
    assert form.place.style == "funk"


def test_a_rest_of_the_performer_at_the_end_of_a_phrase_is_filled():
    sections = beats(Form(), 16, silent_from=12)
    assert [index for index, section in enumerate(sections) if section == "fill"] == [14, 15]


def test_bars_count_on_through_an_intro_and_fills_after_it():
    form = Form()
    form.call("intro")
    sections = beats(form, 44)
    assert [index for index, section in enumerate(sections) if section == "fill"] == [38, 39]
    assert form.place.bar == 10


@pytest.mark.parametrize("state", ["playing", "ending"])
def test_a_band_that_takes_over_within_a_bar_knows_its_style(state):
    form = Form()
    form.resume(replace(WHERE, form_state=state), downbeats=0)
    beats(form, 1, start=5)
    assert (form.place.style, form.place.variation) == ("pop", "B")


TURNS = st.lists(
    st.tuples(
        st.sampled_from([*CALLED, "start", "stop", "lose", "count in", "nothing", "nothing"]),
        st.integers(1, 6),
        st.booleans(),
        st.sampled_from("ABCD"),
    ),
    max_size=40,
)


@given(TURNS, st.integers(1, 7))
def test_whatever_is_called_for_a_bar_holds_what_can_be_played(turns, per_bar):
    form = Form()
    others = {"start": form.start, "stop": form.stop, "lose": form.lose, "count in": form.count_in}
    beat, silent = 0, 0.0
    for name, count, playing_on, letter in turns:
        if name in CALLED:
            form.call(name)
        elif name in others:
            others[name]()
        for _ in range(count):
            silent = 0.0 if playing_on else silent + 1.0
            told = BeatOfForm(beat % per_bar, per_bar, True, silent)
            section = form.beat(told, replace(CHART, variation=letter, ending_bars=2))
            beat += 1
            assert section in {None, "groove", *CALLED}
            assert (section is None) == (form.state in SILENT_STATES)
            if section is not None:
                assert form.place.style == "pop"
                assert form.place.section_bar < 2
