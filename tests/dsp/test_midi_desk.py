"""The desk sends what is due in order, and nothing that began stays without its end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp import cue, midi_cues, midi_desk, waiting
from tests.dsp.desks import AGAIN_AFTER, BASS, DRUMS, HARMONY, Sent, TestDesk, keys_down, off, on


@pytest.fixture
def desk() -> TestDesk:
    return TestDesk()


def test_a_note_begins_and_ends_at_its_times(desk):
    desk.note(1, 10, 20)
    assert desk.until(100) == [Sent(10, on()), Sent(20, off())]


def test_nothing_leaves_before_it_is_due(desk):
    desk.note(1, 10, 20)
    assert desk.until(10) == []
    assert desk.until(11) == [Sent(10, on())]
    assert desk.until(20) == []
    assert desk.until(21) == [Sent(20, off())]


def test_it_knows_when_it_is_needed_next(desk):
    assert midi_desk.next_time(desk.desk) == waiting.NEVER
    desk.note(1, 10, 20)
    assert midi_desk.next_time(desk.desk) == 10
    desk.until(11)
    assert midi_desk.next_time(desk.desk) == 20
    desk.until(21)
    assert midi_desk.next_time(desk.desk) == 20 + AGAIN_AFTER


def test_notes_come_in_any_order_and_leave_in_order_of_time(desk):
    desk.note(1, 30, 40, pitch=43)
    desk.note(2, 10, 50, pitch=41)
    desk.note(3, 20, 35, pitch=42)
    times = [sent.time for sent in desk.until(100)]
    assert times == [10, 20, 30, 35, 40, 50]


def test_each_lane_has_its_channel(desk):
    desk.note(1, 0, 5, 36, DRUMS)
    desk.note(2, 0, 5, 60, HARMONY)
    assert [sent.message[0] for sent in desk.until(1)] == [0x99, 0x92]


def test_an_end_comes_before_a_beginning_of_the_same_moment(desk):
    desk.note(2, 20, 30, pitch=41)
    desk.note(1, 10, 20)
    assert desk.until(21)[1:] == [Sent(20, off()), Sent(20, on(pitch=41))]


def test_a_key_that_sounds_is_let_up_before_it_is_struck_again(desk):
    desk.note(1, 10, 30)
    desk.note(2, 20, 40)
    assert desk.until(50) == [Sent(10, on()), Sent(20, off()), Sent(20, on()), Sent(40, off())]


def test_an_end_is_said_again_in_case_it_was_lost(desk):
    desk.note(1, 10, 20)
    assert desk.until(1000)[2:] == [Sent(20 + AGAIN_AFTER, off())]
    assert desk.counts == {"sent": 3, "resent": 1}


def test_an_end_is_not_said_again_while_the_key_sounds(desk):
    desk.note(1, 10, 20)
    desk.note(2, 110, 500)
    assert desk.until(400)[2:] == [Sent(110, on())]


def test_after_a_loss_all_recent_ends_are_said_again_now_and_once_more(desk):
    desk.note(1, 10, 20)
    desk.note(2, 10, 700, pitch=41)
    desk.until(500)
    midi_desk.say_offs_again(desk.desk, 500)
    assert desk.until(650) == [Sent(500, off()), Sent(500 + AGAIN_AFTER, off())]
    desk.until(3000)
    midi_desk.say_offs_again(desk.desk, 3000)
    assert desk.until(4000) == []


def test_a_cut_before_the_beginning_takes_the_note_back(desk):
    desk.note(1, 10, 20)
    desk.cut(1, 10)
    assert desk.until(1000) == []


@pytest.mark.parametrize("cut_at", [0, 12])
def test_a_cut_after_the_beginning_moves_the_end(desk, cut_at):
    desk.note(1, 10, 20)
    desk.until(cut_at)
    desk.cut(1, 15)
    assert desk.until(100)[-1] == Sent(15, off())


def test_a_cut_never_makes_a_note_longer(desk):
    desk.note(1, 10, 20)
    desk.cut(1, 50)
    assert desk.until(100) == [Sent(10, on()), Sent(20, off())]


def test_a_cut_that_comes_too_late_ends_the_note_now_and_is_not_late(desk):
    desk.note(1, 10, 500)
    desk.until(100)
    desk.cut(1, 50)
    assert desk.until(150) == [Sent(100, off())]
    assert "late" not in desk.counts


def test_a_cut_leaves_the_note_that_took_the_key_alone(desk):
    desk.note(1, 10, 500)
    desk.note(2, 20, 400)
    desk.until(30)
    desk.cut(1, 40)
    assert desk.until(450) == [Sent(400, off())]


def test_a_note_of_an_older_generation_never_begins(desk):
    desk.note(1, 10, 20)
    desk.note(2, 10, 20, 60, HARMONY)
    desk.generations[BASS] += 1
    assert [sent.message for sent in desk.until(100)] == [on(HARMONY, 60), off(HARMONY, 60)]
    assert desk.counts["cancelled"] == 1


def test_a_note_that_has_begun_outlives_its_generation(desk):
    desk.note(1, 10, 20)
    desk.until(15)
    desk.generations[BASS] += 1
    assert desk.until(100) == [Sent(20, off())]


def test_an_older_generation_does_not_let_up_the_key_it_would_have_struck(desk):
    desk.note(1, 10, 50)
    desk.note(2, 20, 60)
    desk.until(15)
    desk.generations[BASS] += 1
    assert desk.until(100) == [Sent(50, off())]


def test_a_late_note_begins_now_and_is_counted(desk):
    desk.until(100)
    desk.note(1, 51, 200)
    assert desk.until(150) == [Sent(100, on())]
    assert desk.counts == {"sent": 1, "late": 1}


def test_a_note_late_by_more_than_fifty_milliseconds_never_begins(desk):
    desk.until(100)
    desk.note(1, 49, 200)
    assert desk.until(150) == []
    assert desk.counts == {"stale": 1}


def test_notes_before_the_gate_do_not_sound(desk):
    desk.gate = 15
    desk.note(1, 14, 30)
    desk.note(2, 15, 30, pitch=41)
    assert [sent.message[1] for sent in desk.until(20)] == [41]
    assert desk.counts["gated"] == 1


@pytest.mark.parametrize("columns", [(BASS, 128), (BASS, -1), (0, 40), (99, 40), (-3, 40)])
def test_a_note_that_no_instrument_has_is_passed_over(desk, columns):
    lane, pitch = columns
    desk.row(1, lane, pitch, 90, 1, 10, 20, 0)
    assert desk.until(100) == []


def test_a_note_without_length_is_passed_over(desk):
    desk.note(1, 10, 10)
    assert desk.until(100) == []


@pytest.mark.parametrize(("asked", "velocity"), [(0, 1), (300, 127)])
def test_velocities_stay_within_midi(desk, asked, velocity):
    desk.row(1, BASS, 40, asked, 1, 10, 20, 0)
    assert desk.until(11) == [Sent(10, on(velocity=velocity))]


def test_a_release_ends_what_sounds_and_forgets_what_waits(desk):
    desk.note(1, 10, 500)
    desk.note(2, 60, 500, pitch=41)
    desk.until(50)
    desk.release()
    assert desk.until(90) == [Sent(50, off())]
    assert desk.until(1000) == [Sent(50 + AGAIN_AFTER, off())]


def test_what_is_sent_after_a_release_sounds(desk):
    desk.release()
    desk.note(1, 10, 20)
    assert desk.until(100) == [Sent(10, on()), Sent(20, off())]


def test_a_silence_also_quietens_our_channels(desk):
    desk.note(1, 10, 500)
    desk.until(50)
    desk.silence()
    sent = [each.message for each in desk.until(90)]
    assert sent[0] == off()
    channels, controllers = (9, 1, 2, 3), (64, 123, 120)
    assert set(sent[1:]) == {(0xB0 | where, what, 0) for where in channels for what in controllers}
    assert len(sent) == 13


def test_after_a_release_nothing_begins_that_was_meant_for_before_its_end(desk):
    desk.row(cue.RELEASE, 0, 0, 0, 0, 0, 100, 0)
    desk.note(1, 90, 200, pitch=40)
    desk.note(2, 100, 200, pitch=41)

    assert [message for _, message in desk.until(150)] == [on(pitch=41)]
    assert desk.counts["gated"] == 1


def test_a_hushed_lane_ends_now_begins_nothing_and_leaves_the_others_alone(desk):
    desk.note(1, 10, 500)
    desk.note(2, 10, 500, lane=HARMONY)
    desk.note(3, 60, 500, pitch=41)
    desk.until(50)
    desk.hush(BASS, 1)
    desk.note(4, 70, 500, pitch=42)

    assert desk.until(100) == [(50, off())]
    assert desk.counts["cancelled"] == 2


def test_a_lane_that_is_hushed_no_more_begins_what_is_still_to_come(desk):
    desk.hush(BASS, 1)
    desk.note(1, 10, 500)
    desk.note(2, 60, 500, pitch=41)
    desk.until(50)
    desk.hush(BASS, 0)

    assert [message for _, message in desk.until(100)] == [on(pitch=41)]


@pytest.mark.parametrize("lane", [-1, 0, len(midi_desk.CHANNELS), 1 << 40])
def test_a_lane_that_no_instrument_has_cannot_be_hushed(desk, lane):
    desk.note(1, 10, 500)
    desk.hush(lane, 1)

    assert [message for _, message in desk.until(100)] == [on()]


def test_a_level_is_its_channels_volume_at_once(desk):
    desk.until(30)
    desk.level(HARMONY, 500_000)
    desk.level(BASS, 2_000_000)
    assert desk.until(40) == [Sent(30, (0xB2, 7, 64)), Sent(30, (0xB1, 7, 127))]
    assert desk.desk.facts[midi_desk.LEVELS + HARMONY] == 64


def test_a_message_leaves_at_its_time_or_at_once(desk):
    desk.until(5)
    desk.message((0xC1, 33))
    desk.message((0xE1, 0, 64), at=20)
    assert desk.until(100) == [Sent(5, (0xC1, 33)), Sent(20, (0xE1, 0, 64))]


@pytest.mark.parametrize("message", [(0x91, 40, 90), (0x81, 40, 0)])
def test_a_note_does_not_pass_as_a_message(desk, message):
    desk.message(message)
    assert desk.until(100) == []


def test_messages_outlive_a_silence(desk):
    desk.message((0xC1, 33))
    desk.silence()
    assert Sent(0, (0xC1, 33)) in desk.until(10)


def test_a_jump_of_the_devices_time_moves_everything(desk):
    desk.note(1, 10, 30)
    desk.note(2, 40, 50, pitch=41)
    desk.until(20)
    midi_desk.shift(desk.desk, 1000)
    desk.now = 1020
    assert desk.until(1100) == [
        Sent(1030, off()),
        Sent(1040, on(pitch=41)),
        Sent(1050, off(pitch=41)),
    ]


def test_beginnings_without_room_are_dropped_and_counted_and_the_rest_ends(desk):
    for number in range(waiting.CAPACITY):
        desk.note(number, 10, 20 + number, number % 128, number // 128 % 16 + 1)
    kept = midi_cues.MOST_NOTES
    assert desk.counts == {"dropped": waiting.CAPACITY - kept}
    sent = desk.until(20_000)
    assert sum(each.message[0] >> 4 == 9 for each in sent) == kept
    assert keys_down(sent) == set()


def test_a_full_desk_still_falls_silent(desk):
    for number in range(waiting.CAPACITY):
        desk.note(number, 10, 20)
    desk.silence()
    assert len(desk.until(5)) == 12


def sent_by(desk: TestDesk) -> list[Sent]:
    """All that a desk still has to say once everything is released."""
    desk.release()
    return desk.until(desk.now + 10_000_000)


moments = st.integers(0, 400)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("note"), moments, st.integers(1, 300), st.integers(40, 43)),
        st.tuples(st.just("cut"), st.integers(0, 20), moments),
        st.tuples(st.just("take back"), st.sampled_from([BASS, HARMONY])),
        st.tuples(st.just("wait"), st.integers(1, 200)),
        st.tuples(st.sampled_from(["silence", "release", "loss"])),
        st.tuples(st.just("jump"), st.integers(-100, 100)),
    ),
    max_size=40,
)


def played(story: list[tuple]) -> tuple[list[Sent], TestDesk]:
    """What a desk says while all that happens, and after everything is released."""
    desk, sent = TestDesk(), []
    for number, (what, *details) in enumerate(story):
        if what == "note":
            on_time, length, pitch = details
            lane = (BASS, HARMONY)[number % 2]
            desk.note(
                number, desk.now + on_time - 60, desk.now + on_time - 60 + length, pitch, lane
            )
        elif what == "cut":
            desk.cut(number - details[0], desk.now + details[1] - 60)
        elif what == "take back":
            desk.generations[details[0]] += 1
        elif what == "wait":
            sent += desk.until(desk.now + details[0])
        elif what == "silence":
            desk.silence()
        elif what == "release":
            desk.release()
        elif what == "loss":
            midi_desk.say_offs_again(desk.desk, desk.now)
        else:
            midi_desk.shift(desk.desk, details[0])
    return sent + sent_by(desk), desk


@given(happenings)
def test_whatever_happens_no_key_is_struck_twice_and_every_key_comes_up(story):
    sent, _ = played(story)
    assert keys_down(sent) == set()


@given(happenings)
def test_whatever_happens_messages_leave_in_order_of_time(story):
    sent, _ = played(story)
    times = [each.time for each in sent]
    assert times == sorted(times)


@given(happenings)
def test_whatever_happens_the_same_happenings_sound_the_same(story):
    assert played(story)[0] == played(story)[0]


@given(happenings)
def test_whatever_happens_all_that_was_sent_is_counted(story):
    sent, desk = played(story)
    assert desk.counts.get("sent", 0) == len(sent)
    assert desk.counts.get("dropped", 0) == 0


@settings(max_examples=30)
@given(st.lists(st.tuples(moments, st.integers(1, 300), st.integers(0, 127)), max_size=200))
def test_below_capacity_every_note_begins_at_its_time(notes):
    desk = TestDesk()
    for number, (on_time, length, pitch) in enumerate(notes):
        desk.note(number, on_time, on_time + length, pitch)
    begun = [(each.time, each.message[1]) for each in desk.until(1000) if each.message[0] == 0x91]
    assert sorted(begun) == sorted((on_time, pitch) for on_time, _, pitch in notes)


def test_the_memory_of_a_desk_is_found_again_by_its_addresses(desk):
    desk.note(1, 10, 20)
    addresses = np.array(midi_desk.desk_addresses(desk.desk), np.int64)
    assert midi_desk.next_time(midi_desk.desk_at(addresses)) == 10


def test_a_note_that_is_held_sounds_on(desk):
    desk.note(1, 10, 20)
    desk.until(15)
    desk.hold(1, 50)
    assert desk.until(60) == [Sent(50, off())]


def test_a_note_that_is_held_before_it_begins_lasts_as_long(desk):
    desk.note(1, 10, 20)
    desk.hold(1, 50)
    assert desk.until(60) == [Sent(10, on()), Sent(50, off())]


def test_a_hold_ends_no_note_sooner_and_begins_none(desk):
    desk.note(1, 10, 40)
    desk.hold(1, 20)
    desk.hold(2, 20)
    assert desk.until(50) == [Sent(10, on()), Sent(40, off())]


def test_a_note_that_is_held_can_be_cut(desk):
    desk.note(1, 10, 20)
    desk.hold(1, 50)
    desk.cut(1, 30)
    assert desk.until(60) == [Sent(10, on()), Sent(30, off())]
