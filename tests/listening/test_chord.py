"""Chords from what sounds: prompt, and without flashes."""

from dataclasses import replace

import pytest

from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.chord import QUALITIES, parse_chord
from accompanist.music.events import PerformerEvent
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


NAMED = (
    ((36, 52, 55, 60), "C:maj"),
    ((36, 51, 55, 60), "C:min"),
    ((36, 52, 55, 58), "C:7"),
    ((36, 52, 55, 59), "C:maj7"),
    ((36, 51, 55, 58), "C:min7"),
    ((36, 51, 54, 60), "C:dim"),
    ((36, 51, 54, 58), "C:hdim7"),
    ((36, 51, 54, 57), "C:dim7"),
    ((36, 52, 56, 60), "C:aug"),
    ((36, 50, 55, 60), "C:sus2"),
    ((36, 53, 55, 60), "C:sus4"),
    ((36, 52, 55, 57), "C:maj6"),
    ((36, 51, 55, 57), "C:min6"),
    ((36, 52, 55, 62), "C:maj(9)"),
)


@pytest.mark.parametrize(("pitches", "label"), NAMED, ids=[label for _, label in NAMED])
@pytest.mark.parametrize("semitones", [0, 5])
def test_every_quality_is_named_over_its_root(
    listener: Listener, pitches: tuple[int, ...], label: str, semitones: int
) -> None:
    """G seven and its tonic come before, as they would in music."""
    before = [*strum(1.0, (31, 59, 62, 65), 0.9), *strum(2.0, (36, 60, 64, 67), 0.9)]
    struck = strum(3.0, pitches, 1.0)
    events = [replace(e, pitch=e.pitch + semitones) for e in in_order([*before, *struck])]
    heard = chords(listen(events, 4.0, listener))
    assert heard[-1].chord.label == parse_chord(label).transposed(semitones).label


A_AND_B = (
    ((53, 57, 60, 64), (53, 57, 59, 64), (52, 55, 59, 62)),
    ((60, 64, 65, 69), (59, 64, 65, 69), (59, 62, 64, 67)),
)
"""D minor seven, G thirteen, C major seven without roots: from the third, from the seventh."""


def two_five_one(shape: int, basses: tuple[int, ...]) -> list[PerformerEvent]:
    """Two bars of C at 120 BPM, then a chord a bar."""
    events = [e for k in range(4) for e in strum(1.0 + k, (36, 60, 64, 67), 0.9)]
    for bar, hand in enumerate(A_AND_B[shape]):
        events += strum(5.0 + 2.0 * bar, (*basses[bar : bar + 1], *hand), 1.9)
    return in_order(events)


@pytest.mark.parametrize("shape", [0, 1])
def test_rootless_voicings_over_a_bass_are_the_chords_of_that_bass(shape: int) -> None:
    heard = chords(listen(two_five_one(shape, (38, 31, 36)), 11.0, learned_listener()))
    said = [(value.chord.root, value.chord.quality) for value in heard[-3:]]
    assert said == [(2, "min7"), (7, "7"), (0, "maj7")]


@pytest.mark.parametrize("shape", [0, 1])
def test_a_rootless_dominant_without_a_bass_is_told_by_its_key(shape: int) -> None:
    heard = chords(listen(two_five_one(shape, ()), 8.9, learned_listener()))
    assert (heard[-1].chord.root, heard[-1].chord.quality) == (7, "7")


def test_a_melody_over_the_left_hand_leaves_its_chord_alone(listener: Listener) -> None:
    """A bar of C in the left hand, and a tune in eighths from G up to C and back above it."""
    left = [e for k in range(4) for e in strum(1.0 + k, (36, 48, 52, 55), 0.95)]
    tune = (67, 69, 71, 72, 74, 72, 71, 69)
    right = [e for k in range(8) for e in strum(1.0 + 0.5 * k, (tune[k],), 0.45)]
    heard = chords(listen(in_order([*left, *right]), 5.0, listener))
    assert {(value.chord.root, value.chord.is_minor) for value in heard} == {(0, False)}


def test_a_broken_chord_never_leaves_its_family(listener: Listener) -> None:
    order = (48, 55, 52, 55) * 4
    broken = [e for k, pitch in enumerate(order) for e in strum(1.0 + 0.25 * k, (pitch,), 0.24)]
    heard = chords(listen(in_order(broken), 5.0, listener))
    assert [value.chord.label for value in heard if value.announced_s > 1.6] in ([], ["C:maj"])
    assert heard[-1].chord.label == "C:maj"


def test_a_chord_of_the_players_own_table_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUALITIES, "fourths", (0, 3, 5, 10))
    events = [*strum(1.0, (36, 60, 64, 67), 0.9), *strum(2.0, (38, 55, 60, 65), 1.0)]
    heard = chords(listen(in_order(events), 3.0, Listener()))
    assert heard[-1].chord.label == "D:fourths"
    assert heard[-1].confidence > 0.5
