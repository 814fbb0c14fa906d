"""A failing model is never heard as silence."""

import pytest

from accompanist.music.band import PlannedNote
from accompanist.players.chair import FAILURES_BEFORE_REST, REST_BARS, Chair
from tests.players.frames import frame


class Soloist:
    """A player that plays one note a frame, or fails when told to, and counts its frames."""

    part = "bass"

    def __init__(self, source: str) -> None:
        self.source = source
        self.failing = False
        self.state: object = 0

    def reset(self) -> None:
        self.state = 0

    def play(self, frame):
        if self.failing:
            raise RuntimeError("not finite")
        self.state += 1
        return (PlannedNote("bass", frame.index / 4, 0.25, 40, 90, self.source),)


def chair() -> tuple[Chair, Soloist]:
    model = Soloist("model")
    return Chair(model, Soloist("understudy")), model


def sources(chair: Chair, bars: range) -> list[str]:
    return [chair.play(frame(index=16 * bar, bar=bar))[0].source for bar in bars]


def test_the_model_plays_while_it_can():
    seat, _ = chair()
    assert sources(seat, range(2)) == ["model", "model"]


def test_the_understudy_plays_when_preferred():
    seat, _ = chair()
    seat.prefers_model = False
    assert sources(seat, range(2)) == ["understudy", "understudy"]


def test_a_part_without_a_model_is_played_by_its_understudy():
    assert sources(Chair(None, Soloist("understudy")), range(1)) == ["understudy"]


@pytest.mark.parametrize(("part", "who"), [("drums", "understudy"), ("bass", "model")])
def test_the_understudy_drums_in_half_time(part, who):
    model, understudy = Soloist("model"), Soloist("understudy")
    understudy.part = part
    assert Chair(model, understudy).play(frame(level="half"))[0].source == who


def test_a_failure_hands_the_rest_of_that_bar_to_the_understudy():
    seat, model = chair()
    model.failing = True
    assert sources(seat, range(1)) == ["understudy"]
    model.failing = False
    assert seat.play(frame(index=1, bar=0))[0].source == "understudy"
    assert seat.play(frame(index=16, bar=1))[0].source == "model"
    assert seat.faults == ["bass model failed (not finite); the understudy plays"]


def test_a_model_that_keeps_failing_rests_and_is_tried_again():
    seat, model = chair()
    model.failing = True
    sources(seat, range(FAILURES_BEFORE_REST))
    model.failing = False
    last = FAILURES_BEFORE_REST - 1
    assert set(sources(seat, range(last + 1, last + 1 + REST_BARS))) == {"understudy"}
    assert sources(seat, range(last + 1 + REST_BARS, last + 2 + REST_BARS)) == ["model"]


@pytest.mark.parametrize(
    ("section", "who"),
    [
        ("intro", "understudy"),
        ("groove", "model"),
        ("fill", "model"),
        ("break", "understudy"),
        ("ending", "understudy"),
    ],
)
def test_what_is_arranged_is_played_by_the_understudy(section, who):
    seat, _ = chair()
    assert seat.play(frame(section=section))[0].source == who


def test_a_style_that_the_model_has_not_learned_is_played_by_the_understudy():
    seat, _ = chair()
    assert seat.play(frame(learned=("drums", "harmony")))[0].source == "understudy"


def test_a_state_put_back_is_the_state_taken():
    seat, model = chair()
    seat.play(frame())
    before = seat.state
    seat.play(frame(index=1))
    seat.state = before
    assert model.state == 1
