"""The caller says every change of section, style and variation, and says it once."""

import pytest

from accompanist.music.parameter import ROOT
from accompanist.music.parameter_values import ParameterValues
from accompanist.scheduler.caller import Caller
from accompanist.scheduler.form import BeatOfForm, Chart, Form


class Dance:
    """A form that is led by hand, four beats to the bar, and its caller."""

    def __init__(self) -> None:
        self.form = Form()
        self.values = ParameterValues()
        self.caller = Caller(self.form, self.values)
        self.beats = 0

    def turn(self, name: str, value: str) -> list[tuple[str, str, str]]:
        self.values.take(f"{ROOT}/{name}", value)
        return self.called()

    def beat(self) -> list[tuple[str, str, str]]:
        style, variation = str(self.values["style"]), str(self.values["variation"])
        self.form.beat(BeatOfForm(self.beats % 4, 4, True, 0.0), Chart(style, variation, 4, 1, 1))
        self.beats += 1
        return self.called()

    def bars(self, count: int) -> list[tuple[str, str, str]]:
        return [called for _ in range(4 * count) for called in self.beat()]

    def called(self) -> list[tuple[str, str, str]]:
        said = self.caller.call(float(self.beats), self.beats + 0.1)
        assert all((a.announced_s, a.at_s) == (self.beats, self.beats + 0.1) for a in said)
        return [(a.section, a.style, a.variation) for a in said]


@pytest.fixture
def dance() -> Dance:
    return Dance()


def test_that_the_band_waits_goes_without_saying(dance):
    assert dance.called() == []


def test_a_section_is_called_as_it_begins_and_not_again(dance):
    assert dance.bars(9) == [("groove", "pop", "B"), ("fill", "pop", "B"), ("groove", "pop", "B")]


def test_a_style_chosen_while_the_band_plays_is_called_at_the_bar_line(dance):
    dance.bars(1)
    dance.beat()
    assert dance.turn("style", "jazz") == []
    rest_of_the_bar = [dance.beat() for _ in range(3)]
    assert rest_of_the_bar == [[], [("fill", "pop", "B")], []]
    assert dance.beat() == [("groove", "jazz", "B")]


def test_a_style_or_a_variation_chosen_in_silence_is_called_at_once(dance):
    assert dance.turn("style", "jazz") == [("waiting", "jazz", "B")]
    assert dance.turn("variation", "D") == [("waiting", "jazz", "D")]
    assert dance.beat() == [("groove", "jazz", "D")]


def test_how_the_band_is_silent_is_called(dance):
    dance.bars(1)
    dance.form.call("ending")
    assert dance.bars(2) == [("ending", "pop", "B"), ("resting", "pop", "B")]
    dance.form.stop()
    assert dance.called() == [("stopped", "pop", "B")]


def test_that_the_band_is_counted_in_is_called(dance):
    dance.form.count()
    assert dance.called() == [("counting", "pop", "B")]
    dance.form.count_in()
    assert dance.beat() == [("groove", "pop", "B")]


def test_between_a_fall_and_the_next_beat_there_is_nothing_to_call(dance):
    dance.form.state = "playing"
    assert dance.called() == []
    assert dance.beat() == [("groove", "pop", "B")]


def test_what_was_said_and_forgotten_is_said_again(dance):
    dance.bars(1)
    dance.caller.forget()
    assert dance.called() == [("groove", "pop", "B")]
