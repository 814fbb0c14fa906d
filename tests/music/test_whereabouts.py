"""Where the band is survives being written down, and damage is noticed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.parameters import PARAMETERS
from accompanist.music.whereabouts import (
    FORM_STATES,
    LARGEST_TEXT,
    MOST_COUNTED,
    STATES,
    Whereabouts,
)
from tests.music.strategies import chords, keys

counts = st.integers(0, 10**9)
shares = st.floats(0.0, 1.0)
times = st.floats(0.0, 1e6)


def _values(parameter):
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.kind == "share":
        return shares
    return st.integers(int(parameter.minimum), int(parameter.maximum))


@st.composite
def places(draw) -> Whereabouts:
    beats_per_bar = draw(st.integers(2, 4))
    return Whereabouts(
        now_s=draw(times),
        state=draw(st.sampled_from(STATES)),
        beat=draw(st.integers(-1, 10**6)),
        at_s=draw(times),
        bar=draw(st.integers(-1, 10**6)),
        beat_in_bar=draw(st.integers(0, beats_per_bar - 1)),
        beats_per_bar=beats_per_bar,
        tempo_bpm=draw(st.floats(30.0, 330.0)),
        confidence=draw(shares),
        swing=draw(shares),
        resting_s=draw(times),
        key=draw(keys).name,
        chord=draw(chords).label,
        chord_confidence=draw(shares),
        band_chord=draw(chords).label,
        form_state=draw(st.sampled_from(FORM_STATES)),
        form_bar=draw(counts),
        section=draw(st.sampled_from(("", "groove", "fill", "ending"))),
        requested=draw(st.booleans()),
        parameters=tuple((p.address, draw(_values(p))) for p in PARAMETERS),
        next_note_id=draw(counts),
        seed=draw(counts),
        counting=draw(st.integers(0, MOST_COUNTED)),
    )


def waltz(**given: object) -> Whereabouts:
    """Second beat of the third bar of a waltz at 120, announced for 10 s."""
    values: dict[str, object] = {
        "now_s": 9.9,
        "state": "locked",
        "beat": 7,
        "at_s": 10.0,
        "bar": 2,
        "beat_in_bar": 1,
        "beats_per_bar": 3,
        "tempo_bpm": 120.0,
        "confidence": 0.9,
        "swing": 0.5,
        "resting_s": 0.1,
        "key": "D minor",
        "chord": "G:min7",
        "chord_confidence": 0.8,
        "band_chord": "G:min7",
        "form_state": "playing",
        "form_bar": 1,
        "section": "groove",
        "requested": False,
        "parameters": (("/accompanist/density", 0.5),),
        "next_note_id": 40,
        "seed": 0,
    }
    return Whereabouts(**{**values, **given})  # type: ignore[arg-type]


@given(places())
def test_what_was_written_is_read_again(where):
    text = where.to_text()
    assert len(text) < LARGEST_TEXT
    assert Whereabouts.from_text(text) == where


def test_its_last_beat_is_where_it_would_be_had_the_band_gone_on():
    beat = waltz().last_beat(11.1)
    assert (beat.beat, beat.at_s, beat.bar, beat.downbeat) == (9, 11.0, 3, True)


@pytest.mark.parametrize(
    ("now_s", "beats", "downbeats"),
    [(9.95, 0, 0), (10.4, 0, 0), (10.6, 1, 0), (11.1, 2, 1), (12.6, 5, 2)],
)
def test_beats_and_bars_that_went_by_are_counted(now_s, beats, downbeats):
    where = waltz()
    assert (where.beats_passed(now_s), where.downbeats_passed(now_s)) == (beats, downbeats)


def test_before_the_first_beat_none_goes_by():
    where = waltz(beat=-1, bar=-1, beat_in_bar=0)
    assert (where.beats_passed(60.0), where.downbeats_passed(60.0)) == (0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tempo_bpm", 0.0),
        ("tempo_bpm", "fast"),
        ("at_s", 1e300),
        ("beats_per_bar", 0),
        ("beat_in_bar", 3),
        ("beat", 1.5),
        ("state", "dizzy"),
        ("form_state", "dancing"),
        ("confidence", 1.5),
        ("key", "H major"),
        ("chord", "G:nice"),
        ("requested", 1),
        ("parameters", {"/accompanist/kazoo": 1}),
        ("parameters", {"/accompanist/style": "polka"}),
        ("parameters", 3),
        ("next_note_id", None),
        ("counting", -1),
        ("counting", 10**9),
    ],
)
def test_a_value_that_cannot_be_is_refused(name, value):
    named = json.loads(waltz().to_text()) | {name: value}
    with pytest.raises(ValueError, match=r"\w"):
        Whereabouts.from_text(json.dumps(named))


@given(st.integers(0, len(waltz().to_text()) - 1))
def test_a_torn_text_is_refused(length):
    with pytest.raises(ValueError, match=r"\w"):
        Whereabouts.from_text(waltz().to_text()[:length])


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", "null", "[" * 10_000, " " * 30_000])
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        Whereabouts.from_text(text)


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        Whereabouts.from_text(text)
