"""Keys become notes as a piano's do: pedal, retrigger, and the shortest touch that speaks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp import due, keys
from accompanist.dsp.cue import (
    KIND,
    LANE,
    LANES,
    NOTE,
    NOTE_ID,
    PERFORM,
    PERFORMER_LANE,
    REFLEX_LANE,
    A,
    packed,
)
from accompanist.dsp.due import ANY_GENERATION, END, FRAME

SHORTEST = 720
DRUMS = LANES.index("drums")
DOWN, UP = (0xB0, 64, 127), (0xB0, 64, 0)


def on(pitch, channel=0, velocity=80):
    return 0x90 | channel, pitch, velocity


def off(pitch, channel=0):
    return 0x80 | channel, pitch, 0


class Piano:
    """Keyboards whose notes are seen as (frame, "on" or "off", pitch, seat)."""

    def __init__(self):
        self.keys, self.queue = keys.new_keys(), due.new_queue()

    def play(self, frame, message, lane=PERFORMER_LANE):
        event = np.array([PERFORM, lane, packed(message), 0, 0, frame, 0, ANY_GENERATION])
        assert keys.play(self.keys, self.queue, event, SHORTEST) == 0

    def notes(self):
        pitches, notes, event = {}, [], due.new_event()
        while due.until_next(self.queue, 10**9, 1) == 0:
            due.pop_into(self.queue, event)
            note_id, frame = int(event[NOTE_ID]), int(event[FRAME])
            if event[KIND] == NOTE:
                pitches[note_id] = int(event[A]), int(event[LANE])
                notes.append((frame, "on", *pitches[note_id]))
            elif event[KIND] == END:
                notes.append((frame, "off", *pitches[note_id]))
        return notes


def played(*moves, lane=PERFORMER_LANE):
    piano = Piano()
    for frame, message in moves:
        piano.play(frame, message, lane)
    return piano.notes()


def test_a_key_sounds_from_down_to_up():
    notes = played((100, on(60)), (5000, off(60)))
    assert notes == [(100, "on", 60, PERFORMER_LANE), (5000, "off", 60, PERFORMER_LANE)]


def test_velocity_zero_is_up():
    assert played((0, on(60)), (5000, on(60, velocity=0)))[1][:2] == (5000, "off")


def test_even_the_shortest_touch_speaks():
    assert played((100, on(60)), (101, off(60)))[1][:2] == (100 + SHORTEST, "off")


def test_a_key_struck_again_ends_its_last_note():
    notes = played((0, on(60)), (5000, on(60)), (9000, off(60)))
    assert [note[:2] for note in notes] == [(0, "on"), (5000, "off"), (5000, "on"), (9000, "off")]


def test_the_pedal_holds_what_is_let_go_until_it_comes_up():
    notes = played((0, DOWN), (10, on(60)), (5000, off(60)), (9000, UP))
    assert notes[-1][:2] == (9000, "off")


def test_a_key_still_down_when_the_pedal_comes_up_sounds_on():
    notes = played((0, DOWN), (10, on(60)), (5000, UP), (9000, off(60)))
    assert notes[-1][:2] == (9000, "off")


def test_a_held_key_struck_again_sounds_once():
    notes = played((0, DOWN), (0, on(60)), (2000, off(60)), (4000, on(60)), (6000, UP))
    assert [note[:2] for note in notes] == [(0, "on"), (4000, "off"), (4000, "on")]


def test_pedals_of_other_channels_hold_nothing():
    notes = played((0, (0xB3, 64, 127)), (0, on(60)), (5000, off(60)))
    assert notes[-1][:2] == (5000, "off")


def test_pads_sound_as_drums_and_the_reflex_as_itself():
    assert played((0, on(38, channel=9)))[0][3] == DRUMS
    assert played((0, on(38, channel=9)), lane=REFLEX_LANE)[0][3] == REFLEX_LANE
    assert played((0, on(60, channel=3)), lane=REFLEX_LANE)[0][3] == REFLEX_LANE


def test_performer_and_reflex_have_keys_of_their_own():
    piano = Piano()
    piano.play(0, on(60, channel=3), PERFORMER_LANE)
    piano.play(0, on(60, channel=3), REFLEX_LANE)
    piano.play(5000, off(60, channel=3), REFLEX_LANE)
    ends = [note for note in piano.notes() if note[1] == "off"]
    assert ends == [(5000, "off", 60, REFLEX_LANE)]


def test_keys_let_go_by_a_panic_end_nothing_later():
    piano = Piano()
    piano.play(0, on(60))
    piano.notes()
    keys.let_go(piano.keys)
    piano.play(5000, off(60))
    assert piano.notes() == []


def test_other_messages_say_nothing():
    assert played((0, (0xB0, 7, 100)), (0, (0xC0, 5)), (0, (0xE0, 0, 64)), (0, (0xF8,))) == []


MOVES = st.tuples(
    st.integers(0, 4),
    st.one_of(
        st.builds(on, st.integers(58, 62), st.sampled_from((0, 1, 9))),
        st.builds(off, st.integers(58, 62), st.sampled_from((0, 1, 9))),
        st.sampled_from([(0xB0 | c, 64, v) for c in (0, 1, 9) for v in (0, 127)]),
    ),
)


@settings(deadline=None)
@given(st.lists(MOVES, max_size=60))
def test_with_keys_and_pedals_up_at_the_end_every_note_has_ended(moves):
    frame, piano = 0, Piano()
    for step, message in moves:
        frame += 1000 * step
        piano.play(frame, message)
    for channel in (0, 1, 9):
        piano.play(frame, (0xB0 | channel, 64, 0))
        for pitch in range(58, 63):
            piano.play(frame, off(pitch, channel))
    notes = piano.notes()
    begun = sorted(note[2:] for note in notes if note[1] == "on")
    assert begun == sorted(note[2:] for note in notes if note[1] == "off")
