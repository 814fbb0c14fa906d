"""Which note answers which, which hang, and when frames began: from records made by hand."""

import numpy as np
import pytest

from accompanist.app.bench.loopback_lines import ways_to_split
from accompanist.app.bench.matching import answers, frames_apart, hanging, note_ons
from accompanist.app.bench.play_lines import C_MAJOR, Triad, replies, triads_apart
from accompanist.app.bench.score import MOST_PARTS, place_of
from accompanist.app.bench.timeline import Timeline

MS = 1_000_000


def records(*rows: tuple[float, tuple[int, int, int]]) -> np.ndarray:
    """Records of messages (three bytes) at times in ms."""
    return np.array(
        [(int(at * MS), b[0] | b[1] << 8 | b[2] << 16, int(at * 48)) for at, b in rows], np.int64
    ).reshape(-1, 3)


def on(pitch: int, channel: int = 1) -> tuple[int, int, int]:
    return 0x90 | channel, pitch, 90


def off(pitch: int, channel: int = 1) -> tuple[int, int, int]:
    return 0x80 | channel, pitch, 0


def test_notes_that_begin_are_told_from_those_that_end():
    heard = records((1, on(60)), (2, off(60)), (3, (0x91, 60, 0)), (4, on(62, channel=2)))

    assert note_ons(heard)[:, 0].tolist() == [1 * MS, 4 * MS]
    assert note_ons(heard, channel=2)[:, 0].tolist() == [4 * MS]


def test_every_key_has_the_first_answer_after_it():
    pairs = answers(
        records((10, on(60)), (20, on(62))), records((11, on(72)), (23, on(74))), 5 * MS
    )

    assert pairs.took_ns.tolist() == [1 * MS, 3 * MS]
    assert pairs.lost == 0


def test_an_answer_that_never_came_is_lost_and_takes_no_other_key_along():
    pairs = answers(records((10, on(60)), (20, on(62))), records((21, on(74))), 5 * MS)

    assert pairs.took_ns.tolist() == [1 * MS]
    assert pairs.at_ns.tolist() == [20 * MS]
    assert pairs.lost == 1


def test_the_same_message_nearest_to_its_frame_is_meant():
    planned = np.array([(7, 100), (7, 500), (8, 300)])
    heard = np.array([(7, 101), (7, 499), (9, 300)])
    late, places = frames_apart(planned, heard, 50)

    assert late.tolist() == [1, -1]
    assert places.tolist() == [0, 1]


def test_what_lies_too_far_away_is_another_note():
    late, places = frames_apart(np.array([(7, 100)]), np.array([(7, 200)]), 50)

    assert len(late) == len(places) == 0


def test_a_note_that_ends_in_time_does_not_hang():
    assert hanging(records((0, on(60)), (80, off(60))), 100 * MS, 1000 * MS) == 0


@pytest.mark.parametrize(
    "heard",
    [
        records((0, on(60))),
        records((0, on(60)), (300, off(60))),
        records((0, on(60)), (50, off(61))),
        records((0, on(60)), (50, off(60, channel=2))),
    ],
)
def test_a_note_that_ends_late_or_never_hangs(heard):
    assert hanging(heard, 100 * MS, 1000 * MS) == 1


def test_a_note_struck_again_goes_on():
    assert hanging(records((0, on(60)), (90, on(60)), (150, off(60))), 100 * MS, 1000 * MS) == 0


def test_a_note_that_has_just_begun_does_not_hang_yet():
    assert hanging(records((950, on(60))), 100 * MS, 1000 * MS) == 0


def cycles(count: int, missed_at: int | None = None) -> np.ndarray:
    """Cycles of 480 frames that begin every 10 ms, up to 1 ms late; one may be missed."""
    frames = 480 * np.arange(count)
    late = np.random.default_rng(0).integers(0, MS, count)
    late[::7] = 0
    rows = np.column_stack([frames, frames * MS // 48 + late, np.zeros(count, int)])
    if missed_at is not None:
        rows[missed_at:, 0] += 480
        rows[missed_at:, 1] += 10 * MS
        rows[missed_at:, 2] += 1
    return rows


def test_frames_lie_on_the_line_under_all_cycles():
    timeline = Timeline(cycles(500), 48_000, 480)
    frames = np.array([480, 100_000, 200_001])

    assert np.allclose(timeline.ns_at(frames), frames * MS / 48, atol=1000)
    assert timeline.missed == 0


def test_a_missed_cycle_disturbs_its_neighbours_alone():
    timeline = Timeline(cycles(500, missed_at=250), 48_000, 480)
    far, near = np.array([480 * 200, 480 * 300]), np.array([480 * 250, 480 * 252])

    assert timeline.missed == 1
    assert timeline.missed_ns.tolist() == [timeline.cycles[250, 1]]
    assert timeline.is_undisturbed(far).all()
    assert not timeline.is_undisturbed(near).any()


F_SHARP = Triad(6, frozenset((6, 10, 1)))


def test_triads_apart_share_no_tone():
    assert F_SHARP in triads_apart(C_MAJOR)
    assert all(not triad.tones & C_MAJOR.tones for triad in triads_apart(C_MAJOR))


def test_the_reply_is_the_end_of_the_note_that_the_chord_made_wrong():
    took, at, unheeded = replies(
        [(1000 * MS, F_SHARP)], records((995, on(36)), (1020, off(36)), (1020, on(42)))
    )

    assert took.tolist() == [20 * MS]
    assert at.tolist() == [1000 * MS]
    assert unheeded == 0


def test_a_wrong_note_that_sounds_on_was_not_heeded():
    took, _, unheeded = replies([(1000 * MS, F_SHARP)], records((995, on(36)), (1600, off(36))))

    assert len(took) == 0
    assert unheeded == 1


def test_an_older_note_counts_only_if_a_right_one_takes_its_place():
    ended = records((600, on(36)), (1015, off(36)))
    replaced = records((600, on(36)), (1015, off(36)), (1015, on(42)))

    assert len(replies([(1000 * MS, F_SHARP)], ended)[0]) == 0
    assert replies([(1000 * MS, F_SHARP)], replaced)[0].tolist() == [15 * MS]


def test_a_chord_that_was_expected_asks_for_no_reply():
    took, _, unheeded = replies([(1000 * MS, F_SHARP)], records((995, on(42)), (1400, off(42))))

    assert len(took) == unheeded == 0


def test_no_two_test_notes_within_a_while_are_alike():
    places = [place_of(number, MOST_PARTS) for number in range(10_000)]

    assert len(set(places)) == len(places)
    assert len({lane for lane, _, _ in places}) == MOST_PARTS


@pytest.mark.parametrize(
    ("words", "pair"),
    [
        ("Out:In", ("Out", "In")),
        ("synth:out:keys:in", ("synth:out", "keys:in")),
        ("system:playback_1:card:in_1", ("system:playback_1", "card:in_1")),
    ],
)
def test_two_names_with_colons_are_told_apart(words, pair):
    assert pair in ways_to_split(words)


def test_nothing_is_no_name():
    assert ways_to_split("Out:") == []
