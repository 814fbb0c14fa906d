"""Chords from what sounds: prompt, and without flashes."""

import numpy as np
import pytest

from accompanist.listening.chord_evidence import ROWS, struck_whole
from accompanist.listening.listener import Listener, learned_listener
from tests.listening.performers import chords, in_order, listen, strum


@pytest.fixture(params=[Listener, learned_listener], ids=["rules", "learned"])
def listener(request: pytest.FixtureRequest) -> Listener:
    """A fresh listener, bare and with the shipped networks."""
    return request.param()


def test_two_keys_two_milliseconds_apart_flash_no_wrong_chord(listener: Listener) -> None:
    spread = in_order(
        [e for k, pitch in enumerate((57, 60, 64)) for e in strum(1.0 + 0.002 * k, (pitch,), 1.0)]
    )
    heard = chords(listen(spread, 2.0, listener))
    assert [value.chord.label for value in heard] == ["A:min"]


def test_a_clear_chord_is_heard_a_moment_after_its_last_key(listener: Listener) -> None:
    fingers = [e for k, p in enumerate((43, 59, 62, 67)) for e in strum(3 + 0.003 * k, (p,), 1.0)]
    heard = chords(listen(in_order([*strum(1.0, (48, 64, 67, 72), 1.9), *fingers]), 4.0, listener))
    assert [value.chord.root for value in heard] == [0, 7]
    assert heard[1].announced_s - 3.009 <= 0.0085


def test_what_a_glimpse_missed_is_put_right_by_the_whole_chord() -> None:
    late_bass = in_order([*strum(1.0, (60, 64, 67), 1.0), *strum(1.03, (45, 57), 1.0)])
    heard = chords(listen(late_bass, 2.0, learned_listener()))
    assert [value.chord.label for value in heard] == ["C:maj", "A:min7"]
    assert heard[1].revises == heard[0].announced_s
    assert heard[1].announced_s < 1.04


def test_one_key_is_not_taken_for_a_chord_at_a_glimpse() -> None:
    alone = [*strum(1.0, (48, 64, 67, 72), 1.9), *strum(3.0, (62,), 1.0)]
    heard = chords(listen(in_order(alone), 3.03, learned_listener()))
    assert [value.chord.root for value in heard] == [0]


def test_a_triad_that_shares_no_tone_with_the_last_is_heard_without_a_bass(
    listener: Listener,
) -> None:
    """Close triads about middle C, struck as the last is let go: C, E flat minor, F, C# minor."""
    hands = ((60, 64, 67), (63, 66, 70), (60, 65, 69), (61, 64, 68))
    events = [e for k, hand in enumerate(hands * 4) for e in strum(1 + 0.8 * k, hand, 0.8)]
    heard = chords(listen(in_order(events), 1 + 16 * 0.8 - 0.1, listener))
    triads = [(value.chord.root, value.chord.is_minor) for value in heard]
    assert triads == 4 * [(0, False), (3, True), (5, False), (1, True)]
    assert max((value.announced_s - 1.0) % 0.8 for value in heard) < 0.0085


@pytest.mark.parametrize(
    ("struck", "named"),
    [
        ((0, 4, 7), {0}),
        ((0, 3, 7), {12}),
        ((0, 4, 7, 10), {0}),
        ((0, 4, 7, 9), {0, 21}),
        ((0, 4), set()),
        ((0, 4, 7, 6), set()),
        ((), set()),
    ],
)
def test_a_triad_is_struck_whole_with_all_its_tones_and_no_foreign_one(
    struck: tuple[int, ...], named: set[int]
) -> None:
    view = np.zeros((ROWS, 12), np.float32)
    view[2, list(struck)] = 0.5
    assert set(np.flatnonzero(struck_whole(view)).tolist()) == named


def test_an_arpeggio_is_one_chord(listener: Listener) -> None:
    arpeggio = [strum(1.0 + 0.2 * k, (p,), 0.9) for k, p in enumerate((48, 55, 60, 64, 67, 64))]
    heard = chords(listen(in_order([e for note in arpeggio for e in note]), 3.0, listener))
    assert heard[-1].chord.root == 0
    assert heard[-1].chord.quality == "maj"


def test_the_left_hand_alone_is_understood(listener: Listener) -> None:
    bars = [strum(1.0 + 2 * k, p, 1.9) for k, p in enumerate([(48, 52, 55), (45, 48, 52)])]
    heard = chords(listen(in_order([e for bar in bars for e in bar]), 5.0, listener))
    assert [value.chord.root for value in heard] == [0, 9]


def test_a_minor_seventh_is_named(listener: Listener) -> None:
    heard = chords(listen(strum(1.0, (38, 60, 65, 69), 2.0), 2.0, listener))
    assert [value.chord.label for value in heard] == ["D:min7"]


def test_the_chord_begins_when_it_was_struck(listener: Listener) -> None:
    heard = chords(listen(strum(1.0, (48, 64, 67), 2.0), 2.0, listener))
    assert heard[0].at_s == 1.0
    assert 1.0 < heard[0].announced_s < 1.1


def test_a_chord_completed_late_revises_the_one_before() -> None:
    listener = Listener()
    early = strum(1.0, (48, 60), 2.0) + strum(1.2, (45, 57, 64, 69), 1.8)
    heard = chords(listen(in_order(early), 2.0, listener))
    assert [value.chord.root for value in heard] == [0, 9]
    assert heard[1].revises == heard[0].announced_s
    assert heard[1].at_s == heard[0].at_s


def test_silence_has_no_chord(listener: Listener) -> None:
    listener.advance(5.0)
    assert listener.harmony.chord.label == "N"
    assert listener.harmony.chord_posterior[24] == 1.0
