"""The scheduler commits late, binds last, and can always release everything."""

from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import BandNote, NoteCut, NoteHeld, PlannedNote
from accompanist.scheduler.scheduler import COMMIT_LEAD_S, LONGEST_S, TOO_LATE_S, Scheduler


class SteadyClock:
    """A beat clock of one tempo that a test can turn."""

    def __init__(self, tempo_bpm: float) -> None:
        self.tempo_bpm = tempo_bpm

    def seconds_at(self, beats: float) -> float:
        return beats * 60.0 / self.tempo_bpm


def planned(onset_beats: float, pitch: int = 40, part: str = "bass", length: float = 1.0):
    return PlannedNote(part, onset_beats, length, pitch, 90, "understudy")


def test_a_note_is_committed_no_earlier_than_the_commit_lead():
    scheduler = Scheduler()
    scheduler.plan([planned(2.0)])
    clock = SteadyClock(120.0)
    assert scheduler.commit(1.0 - COMMIT_LEAD_S - 0.001, clock) == []
    (note,) = scheduler.commit(1.0 - COMMIT_LEAD_S, clock)
    assert isinstance(note, BandNote)
    assert (note.on_s, note.off_s, note.on_beats) == (1.0, 1.5, 2.0)


def test_a_change_of_tempo_moves_what_is_not_committed():
    scheduler = Scheduler()
    scheduler.plan([planned(4.0)])
    assert scheduler.commit(1.5, SteadyClock(120.0)) == []
    (note,) = scheduler.commit(2.9, SteadyClock(80.0))
    assert note.on_s == 3.0


def test_a_withdrawn_note_never_sounds():
    scheduler = Scheduler()
    scheduler.plan([planned(1.0, part="bass"), planned(1.0, part="drums")])
    scheduler.withdraw(lambda note: note.part == "bass")
    assert [n.part for n in scheduler.commit(0.5, SteadyClock(120.0))] == ["drums"]


def test_a_note_far_too_late_is_dropped_and_one_barely_late_sounds_now():
    scheduler = Scheduler()
    scheduler.plan([planned(0.0, pitch=40), planned(2.0, pitch=43)])
    now_s = 1.0 + TOO_LATE_S / 2
    (note,) = scheduler.commit(now_s, SteadyClock(120.0))
    assert (note.pitch, note.on_s) == (43, now_s)


def test_a_pitch_struck_again_is_cut_where_it_begins_anew():
    scheduler = Scheduler()
    clock = SteadyClock(120.0)
    scheduler.plan([planned(0.0, length=4.0)])
    (held,) = scheduler.commit(0.0, clock)
    scheduler.plan([planned(1.0)])
    cut, struck = scheduler.commit(0.45, clock)
    assert isinstance(cut, NoteCut)
    assert (cut.note_id, cut.off_s) == (held.note_id, 0.5)
    assert struck.on_s == 0.5


def test_a_cut_spares_notes_that_have_ended():
    scheduler = Scheduler()
    scheduler.plan([planned(0.0, length=0.5)])
    scheduler.commit(0.0, SteadyClock(120.0))
    assert scheduler.cut(0.3, 0.3, lambda note: True) == []


def legato(*notes: PlannedNote) -> tuple[Scheduler, list[BandNote | NoteCut]]:
    """A scheduler that committed notes legato at 120 BPM, and what it said."""
    scheduler = Scheduler()
    scheduler.plan(notes)
    said = [scheduler.commit(0.01 * k, SteadyClock(120.0), legato=True) for k in range(200)]
    return scheduler, [event for events in said for event in events]


def test_a_legato_note_lasts_until_the_next_of_its_part():
    _, (first, second, cut, third) = legato(
        planned(0.0), planned(1.0, part="harmony"), planned(2.0, pitch=43)
    )
    assert [note.off_s for note in (first, second, third)] == [
        note.on_s + LONGEST_S for note in (first, second, third)
    ]
    assert (cut.note_id, cut.off_s) == (first.note_id, third.on_s)


def test_a_legato_note_is_not_ended_before_its_written_end():
    _, (held, cut, _) = legato(planned(0.0, length=3.0), planned(2.0, pitch=43))
    assert (cut.note_id, cut.off_s) == (held.note_id, 1.5)


def test_the_notes_of_a_strummed_chord_do_not_end_each_other():
    strum = [planned(0.05 * k, pitch=60 + 4 * k, part="harmony") for k in range(3)]
    _, said = legato(*strum)
    assert [type(event) for event in said] == [BandNote] * 3


def test_drums_are_not_played_legato():
    _, (hit,) = legato(planned(0.0, part="drums"))
    assert hit.off_s == 0.5


def test_legato_notes_are_let_go_together():
    scheduler, notes = legato(planned(0.0), planned(0.0, pitch=64, part="harmony"))
    cuts = scheduler.let_go(5.0)
    assert [(cut.note_id, cut.off_s) for cut in cuts] == [(note.note_id, 5.0) for note in notes]
    assert scheduler.let_go(5.1) == []


def test_a_legato_note_that_nobody_ends_ends_by_itself():
    scheduler, _ = legato(planned(0.0))
    scheduler.commit(LONGEST_S + 0.01, SteadyClock(120.0))
    assert scheduler.open_notes == ()
    assert scheduler.let_go(LONGEST_S + 0.02) == []


def test_clear_ends_every_open_note_and_forgets_every_plan():
    scheduler = Scheduler()
    clock = SteadyClock(120.0)
    scheduler.plan([planned(0.0), planned(8.0)])
    (note,) = scheduler.commit(0.0, clock)
    assert [cut.note_id for cut in scheduler.clear(0.1)] == [note.note_id]
    assert scheduler.commit(4.0, clock) == []


@given(
    st.lists(
        st.tuples(
            st.floats(0, 16),
            st.floats(0.01, 4),
            st.integers(36, 40),
            st.sampled_from(["bass", "drums"]),
        ),
        max_size=40,
    ),
    st.floats(40, 240),
    st.booleans(),
)
def test_no_pitch_of_a_part_ever_sounds_twice_at_once(notes, tempo_bpm, broadening):
    scheduler = Scheduler()
    clock = SteadyClock(tempo_bpm)
    scheduler.plan(planned(on, pitch, part, length) for on, length, pitch, part in notes)
    ends: dict[int, BandNote] = {}
    offs: dict[int, float] = {}
    now_s = 0.0
    while now_s < clock.seconds_at(21):
        for event in scheduler.commit(now_s, clock, legato=broadening):
            if isinstance(event, BandNote):
                ends[event.note_id] = event
                offs[event.note_id] = event.off_s
            else:
                offs[event.note_id] = min(event.off_s, offs[event.note_id])
        now_s += 0.01
    for one in ends.values():
        for other in ends.values():
            if one.note_id < other.note_id and (one.part, one.pitch) == (other.part, other.pitch):
                assert offs[one.note_id] <= other.on_s or offs[one.note_id] <= one.on_s


def test_a_scheduler_that_stands_in_gives_no_number_that_was_given_before():
    scheduler = Scheduler()
    scheduler.resume(100)
    scheduler.plan([planned(0.0)])
    (note,) = scheduler.commit(0.0, SteadyClock(120.0))
    assert isinstance(note, BandNote)
    assert note.note_id > 1000


def holding(*notes: PlannedNote) -> tuple[Scheduler, dict[str, NoteHeld]]:
    """A scheduler that committed notes and holds at 0.4 s, and what is held by part."""
    scheduler = Scheduler()
    scheduler.plan(notes)
    scheduler.commit(0.0, SteadyClock(120.0))
    scheduler.commit(0.39, SteadyClock(120.0))
    return scheduler, {note.part: note for note in scheduler.hold(0.4)}


def test_bass_and_harmony_that_sound_are_held_and_drums_are_not():
    parts = ("drums", "bass", "harmony")
    _, held = holding(*(planned(0.0, part=part) for part in parts))
    assert set(held) == {"bass", "harmony"}
    assert {note.off_s for note in held.values()} == {0.4 + LONGEST_S}


def test_what_has_ended_is_not_held_and_what_is_about_to_sound_is():
    _, held = holding(planned(0.0, length=0.5), planned(1.0, part="harmony"))
    assert set(held) == {"harmony"}


def test_of_two_chords_that_overlap_the_later_is_held():
    scheduler, _ = holding(planned(0.0, 40, length=2.0), planned(0.9, 43), planned(1.0, 47))
    assert sorted(note.pitch for note in scheduler.open_notes if note.off_s > 5.0) == [43, 47]


def test_a_hold_lasts_as_long_as_it_is_asked_for():
    scheduler, held = holding(planned(0.0))
    assert scheduler.hold(1.0) == []
    now_s = 0.4 + 0.6 * LONGEST_S
    (again,) = scheduler.hold(now_s)
    assert (again.note_id, again.off_s) == (held["bass"].note_id, now_s + LONGEST_S)


def test_what_was_held_ends_when_it_is_let_go():
    scheduler, held = holding(planned(0.0))
    (cut,) = scheduler.let_go(5.0)
    assert (cut.note_id, cut.off_s) == (held["bass"].note_id, 5.0)
    assert scheduler.let_go(5.1) == []
