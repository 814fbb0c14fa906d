"""Fermatas: who broadens and then holds a chord is waited for, and nobody else is."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.listening.fermata import Fermata
from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.events import Gesture, NoteOff, NoteOn, Pedal
from accompanist.music.heard import Heard, HoldHeard, StateHeard
from tests.listening.performers import beats, comping, in_order, listen, strum
from tests.performances import final_chord

BEAT_S = 0.6
CHORD = (48, 64)


@pytest.fixture(params=[Listener, learned_listener], ids=["rules", "learned"])
def listener(request: pytest.FixtureRequest) -> Listener:
    """A fresh listener, bare and with the shipped networks."""
    return request.param()


def holds(heard: list[Heard]) -> list[tuple[float, bool]]:
    return [(value.announced_s, value.holding) for value in heard if isinstance(value, HoldHeard)]


def playing(broad: float = 1.0, beats: int = 16) -> Fermata:
    """A fermata told of a stroke a beat, the last four ever broader, and of the chord they end in.

    That chord is struck at 100 s and held.
    """
    fermata, gaps = Fermata(), [BEAT_S] * (beats - 4)
    gaps += [BEAT_S * (1.0 + (broad - 1.0) * k / 4) for k in (1, 2, 3, 4)]
    at_s = 100.0 - sum(gaps)
    for gap_s in gaps:
        fermata.hear(NoteOn(at_s, 60, 90))
        fermata.hear(NoteOff(at_s + 0.5 * gap_s, 60))
        fermata.beat(BEAT_S)
        at_s += gap_s
    for pitch in CHORD:
        fermata.hear(NoteOn(at_s, pitch, 90))
    return fermata


def let_go(fermata: Fermata, time_s: float) -> None:
    for pitch in CHORD:
        fermata.hear(NoteOff(time_s, pitch))


def test_a_chord_after_broadening_holds_once_it_is_longer_than_a_beat() -> None:
    fermata = playing(broad=1.5)
    assert not fermata.begins(100.0 + BEAT_S)
    assert fermata.begins(100.0 + 2.5 * BEAT_S)
    assert fermata.holding


def test_a_long_note_in_steady_time_is_no_hold() -> None:
    assert not playing().begins(100.0 + 12 * BEAT_S)


def test_silence_after_broadening_is_no_hold() -> None:
    fermata = playing(broad=1.5)
    let_go(fermata, 100.3)
    assert not fermata.begins(100.0 + 12 * BEAT_S)


def test_the_pedal_holds_what_the_hand_lets_go() -> None:
    fermata = playing(broad=1.5)
    fermata.hear(Pedal(100.1, True))
    let_go(fermata, 100.3)
    assert fermata.begins(100.0 + 3 * BEAT_S)
    fermata.hear(Pedal(105.0, False))
    assert not fermata.gone(105.0 + BEAT_S)
    assert fermata.gone(105.0 + 2.5 * BEAT_S)


def test_a_single_note_is_no_hold() -> None:
    fermata = playing(broad=1.5)
    fermata.hear(NoteOff(100.3, CHORD[0]))
    assert not fermata.begins(100.0 + 12 * BEAT_S)


def test_drums_are_not_held() -> None:
    fermata = playing(broad=1.5)
    let_go(fermata, 100.3)
    fermata.hear(NoteOn(100.3, 36, 90, channel=9))
    assert not fermata.begins(100.0 + 12 * BEAT_S)


def test_who_played_long_notes_before_holds_none() -> None:
    """Broadening half notes: a third of a stroke a beat is no busy playing."""
    fermata, at_s = Fermata(), 1.0
    for k in range(8):
        for pitch in CHORD:
            fermata.hear(NoteOn(at_s, pitch, 90))
        for _ in range(3):
            fermata.beat(BEAT_S)
        at_s += 3 * BEAT_S * (1.0 + 0.1 * max(k - 3, 0))
    assert fermata.broadening
    assert not fermata.begins(at_s + 20 * BEAT_S)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, 1.0, 2.0]), st.booleans()),
        min_size=20,
        max_size=40,
    )
)
def test_even_playing_never_broadens(notes: list[tuple[float, bool]]) -> None:
    fermata, at = Fermata(), 0.0
    for _ in range(16):
        fermata.beat(BEAT_S)
    for length, held in notes:
        at_s = 20.0 + BEAT_S * at
        for pitch in CHORD:
            fermata.hear(NoteOn(at_s, pitch, 90))
        assert not fermata.broadening
        assert not fermata.begins(at_s + BEAT_S * 0.9 * length)
        if not held:
            let_go(fermata, at_s + 0.1)
        at += length


@pytest.mark.parametrize(("broad", "slowing"), [(1.6, 6), (1.4, 8), (1.5, 4), (1.3, 4)])
def test_no_beat_is_announced_while_the_last_chord_is_held(
    listener: Listener, broad: float, slowing: int
) -> None:
    events, end_s = final_chord(8.0, broad=broad, slowing=slowing)
    heard = listen(events, end_s + 7.9, listener)
    ((held_s, holding),) = holds(heard)
    assert holding
    assert end_s + BEAT_S < held_s < end_s + 1.5
    assert max(beat.at_s for beat in beats(heard)) <= held_s + 0.1
    assert listener.state == "locking"


def test_the_next_onset_after_a_hold_is_a_beat_at_once_in_the_old_tempo(
    listener: Listener,
) -> None:
    events, end_s = final_chord(5.0)
    again_s = end_s + 6.0
    later = comping(8, seconds_of=lambda beat: again_s + BEAT_S * beat)
    heard = beats(listen(in_order([*events, *later]), again_s + 20 * BEAT_S, listener))
    before = [beat for beat in heard if beat.at_s < again_s - 0.1]
    after = heard[len(before) :]
    assert 0.0 <= after[0].announced_s - again_s < 0.005
    assert after[0].beat == before[-1].beat + 1
    assert after[0].tempo_bpm == pytest.approx(100.0, rel=0.03)
    strays = [beat.at_s - again_s - BEAT_S * k for k, beat in enumerate(after)]
    assert max(abs(stray) for stray in strays) < 0.05


def test_the_beat_is_lost_when_the_hands_leave_and_nothing_follows(listener: Listener) -> None:
    events, end_s = final_chord(5.0)
    heard = listen(events, end_s + 12.0, listener)
    assert [holding for _, holding in holds(heard)] == [True, False]
    assert holds(heard)[-1][0] == pytest.approx(end_s + 5.0, abs=0.01)
    (lost,) = [v for v in heard if isinstance(v, StateHeard) and v.state == "lost"]
    assert end_s + 5.0 + BEAT_S < lost.announced_s < end_s + 5.0 + 3 * BEAT_S


def test_a_chord_held_by_the_pedal_is_held(listener: Listener) -> None:
    events, end_s = final_chord(5.0, pedal=True, length_s=0.5)
    heard = listen(events, end_s + 12.0, listener)
    assert [holding for _, holding in holds(heard)] == [True, False]
    assert holds(heard)[-1][0] == pytest.approx(end_s + 5.0, abs=0.01)


def test_the_beat_goes_on_under_a_chord_held_in_steady_time(listener: Listener) -> None:
    events: list[Gesture] = [*comping(12), *strum(1.0 + 48 * BEAT_S, (36, 60, 64, 67), 9.0)]
    heard = listen(in_order(events), 1.0 + 60 * BEAT_S, listener)
    assert holds(heard) == []
    under = [beat for beat in beats(heard) if beat.at_s > 1.0 + 48.5 * BEAT_S]
    assert len(under) >= 11


@pytest.mark.parametrize("make", [Listener, learned_listener], ids=["rules", "learned"])
def test_taps_end_a_hold(make: Callable[[], Listener]) -> None:
    events, end_s = final_chord(30.0, length_s=30.0)
    listener = make()
    listen([event for event in events if event.time_s < end_s + 3.0], end_s + 3.0, listener)
    for tap in range(4):
        listener.tap(end_s + 4.0 + 0.5 * tap)
    heard = beats(listener.advance(end_s + 9.0))
    assert heard[0].at_s == pytest.approx(end_s + 5.5, abs=0.01)
    assert [round(beat.at_s - end_s, 1) for beat in heard[1:5]] == [6.0, 6.5, 7.0, 7.5]
