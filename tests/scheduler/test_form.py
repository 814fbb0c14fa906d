"""The band enters, fills, ends and rests where a player expects it."""

from accompanist.scheduler.form import BeatOfForm, Form


def beats(form: Form, count: int, *, start: int = 0, locked: bool = True, silent_from: int = 10**6):
    """Sections of `count` beats of 4/4; the performer falls silent after beat `silent_from`."""
    return [
        form.beat(
            BeatOfForm(beat % 4, 4, locked, max(0.0, float(beat - silent_from))), ending_bars=4
        )
        for beat in range(start, start + count)
    ]


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
