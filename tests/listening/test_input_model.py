"""What is played on is known by what is played, slowly, and says what counts for harmony."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.input_model import InputModel
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from accompanist.music.parameters import INPUT_MODELS
from tests.listening.performers import comping, in_order, strum

LINE = (72, 74, 76, 77, 79, 77, 76, 74)


def after(events: Sequence[PerformerEvent], **settings: object) -> InputModel:
    model = InputModel()
    for name, value in settings.items():
        setattr(model, name, value)
    for event in in_order(list(events)):
        model.hear(event)
    return model


def line(
    pitches: Sequence[int], count: int, start_s: float = 0.0, length_s: float = 0.25
) -> list[PerformerEvent]:
    """One note after the other, every 0.3 s."""
    return [
        event
        for k in range(count)
        for event in strum(start_s + 0.3 * k, (pitches[k % len(pitches)],), length_s)
    ]


def chord_and_line(chord: Sequence[int], count: int) -> list[PerformerEvent]:
    """A chord and two notes of its scale, over and over."""
    return [
        event
        for k in range(count)
        for event in (
            *strum(0.9 * k, chord, 0.25),
            *strum(0.9 * k + 0.3, (chord[-1] + 2,), 0.25),
            *strum(0.9 * k + 0.6, (chord[-1],), 0.25),
        )
    ]


def pads(count: int, channel: int = 9) -> list[PerformerEvent]:
    return [NoteOn(0.3 * k, (36, 42, 38, 42)[k % 4], 90, channel) for k in range(count)]


def test_nothing_is_known_before_anything_is_played() -> None:
    assert (InputModel().known, InputModel().model) == (False, "two hands")


@pytest.mark.parametrize(
    ("events", "model"),
    [
        (comping(4), "two hands"),
        (line(LINE, 32), "single line"),
        (line([pitch - 14 for pitch in LINE], 32), "single line"),
        (chord_and_line((64, 67, 72), 16), "right hand"),
        (chord_and_line((43, 50, 55), 16), "left hand"),
        (pads(8), "pads"),
    ],
    ids=["comping", "flute", "saxophone", "right hand", "left hand", "pads"],
)
def test_it_is_heard_what_is_played_on(events: list[PerformerEvent], model: str) -> None:
    heard = after(events)
    assert (heard.known, heard.model) == (True, model)


def test_legato_is_a_line_as_well() -> None:
    """Every key comes up 50 ms after the next has gone down."""
    assert after(line(LINE, 40, length_s=0.35)).model == "single line"


def test_two_hands_stay_two_while_the_right_plays_alone_for_three_bars() -> None:
    solo = line(LINE, 24, start_s=25.0)
    assert after([*comping(8), *solo]).model == "two hands"


def test_a_player_who_goes_on_with_one_hand_is_known_for_it_in_time() -> None:
    solo = line(LINE, 96, start_s=25.0)
    assert after([*comping(8), *solo]).model == "single line"


def test_the_left_hand_is_noticed_soon_after_a_single_line() -> None:
    later = [replace(event, time_s=event.time_s + 20.0) for event in comping(2)]
    assert after([*line(LINE, 40), *later]).model == "two hands"


def test_drums_beside_keys_are_no_pads() -> None:
    assert after([*comping(8), *pads(16)]).model == "two hands"


def test_what_is_set_counts_whatever_is_played() -> None:
    heard = after(comping(4), setting="single line")
    assert (heard.known, heard.model, heard.has_bass) == (True, "single line", False)


def test_what_was_heard_meanwhile_counts_once_it_is_left_to_the_ear_again() -> None:
    heard = after(comping(4), setting="right hand")
    heard.setting = "auto"
    assert heard.model == "two hands"


@pytest.mark.parametrize(
    ("model", "bass"),
    [("two hands", True), ("left hand", True), ("right hand", False), ("single line", False)],
)
def test_a_bass_is_played_by_a_left_hand_only(model: str, bass: bool) -> None:
    assert after((), setting=model).has_bass == bass


def test_the_left_hand_gives_harmony_below_the_split_alone() -> None:
    heard = after((), setting="left hand", split=54)
    assert heard.gives_harmony(NoteOn(1.0, 53, 80))
    assert not heard.gives_harmony(NoteOn(1.0, 54, 80))
    assert heard.gives_harmony(NoteOff(2.0, 54))


def test_a_left_hand_that_is_but_heard_gives_all_it_plays() -> None:
    heard = after(chord_and_line((43, 50, 55), 16))
    assert heard.model == "left hand"
    assert heard.gives_harmony(NoteOn(20.0, 64, 80))


@pytest.mark.parametrize("model", ["two hands", "right hand", "single line"])
def test_without_a_split_every_note_gives_harmony(model: str) -> None:
    heard = after((), setting=model)
    assert all(heard.gives_harmony(NoteOn(1.0, pitch, 80)) for pitch in range(128))


ANYTHING = st.lists(
    st.builds(
        NoteOn,
        st.floats(0.0, 20.0),
        st.integers(0, 127),
        st.integers(1, 127),
        st.sampled_from((0, 3, 9)),
    )
    | st.builds(NoteOff, st.floats(0.0, 20.0), st.integers(0, 127), st.sampled_from((0, 3, 9))),
    max_size=80,
)


@given(ANYTHING)
def test_whatever_is_played_some_model_is_held(events: list[PerformerEvent]) -> None:
    assert after(events).model in INPUT_MODELS[1:]
