"""The ear as a whole: what is announced, when, and that time may be cut anyhow."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.events import (
    Attack,
    Controller,
    Gesture,
    NoteOff,
    NoteOn,
    Pedal,
    SoundFrame,
    ToneOff,
    ToneOn,
)
from accompanist.music.heard import (
    ChordHeard,
    CountInHeard,
    FeelHeard,
    Heard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
)
from accompanist.music.metre import Metre
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import INPUT_MODELS, MPE_SETTINGS
from tests.listening.performers import beats, chords, comping, in_order, listen, strum
from tests.performances import two_hands

BAR_S = 2.4
START_S = 1.0


@pytest.fixture(params=[Listener, learned_listener], ids=["rules", "learned"])
def listener(request: pytest.FixtureRequest) -> Listener:
    """A fresh listener, bare and with the shipped networks."""
    return request.param()


def test_the_shipped_networks_are_used() -> None:
    assert learned_listener().fault is None


def test_missing_networks_leave_rules_and_a_reason(tmp_path) -> None:
    listener = learned_listener(tmp_path)
    assert "evidence" in (listener.fault or "")
    assert beats(listen(comping(4), 10.0, listener))


def test_no_beat_is_heard_in_silence(listener: Listener) -> None:
    assert listener.advance(30.0) == []
    assert listener.state == "lost"


def test_two_stray_notes_are_no_beat(listener: Listener) -> None:
    stray = in_order(strum(1.0, (60,), 0.2) + strum(1.7, (64,), 0.2))
    assert beats(listen(stray, 12.0, listener)) == []


def test_a_steady_player_is_heard_within_two_bars(listener: Listener) -> None:
    heard = beats(listen(comping(12), START_S + 12 * BAR_S, listener))
    assert heard[0].at_s < START_S + 2 * BAR_S


def test_a_steady_beat_is_announced_in_time_and_ahead_of_it(listener: Listener) -> None:
    heard = beats(listen(comping(12), START_S + 12 * BAR_S, listener))
    late = [beat for beat in heard if beat.at_s > START_S + 3 * BAR_S]
    phases = [(beat.at_s - START_S) / 0.6 for beat in late]
    assert max(abs(phase - round(phase)) for phase in phases) * 0.6 < 0.035
    assert float(np.median([beat.announced_s - beat.at_s for beat in late])) <= -0.06


def test_beats_are_counted_one_by_one_from_zero(listener: Listener) -> None:
    heard = beats(listen(comping(8), 25.0, listener))
    assert [beat.beat for beat in heard] == list(range(len(heard)))


def test_no_beat_is_announced_after_it_should_have_sounded(listener: Listener) -> None:
    heard = beats(listen(comping(8), 25.0, listener))
    assert all(beat.announced_s <= beat.at_s for beat in heard)


def test_a_steady_player_is_locked_to(listener: Listener) -> None:
    heard = listen(comping(8), 20.0, listener)
    states = [value.state for value in heard if isinstance(value, StateHeard)]
    assert states == ["locking", "locked"]


def test_bars_of_four_begin_where_the_chords_change(listener: Listener) -> None:
    heard = beats(listen(comping(16), START_S + 16 * BAR_S, listener))
    downs = [beat.at_s for beat in heard if beat.downbeat and beat.at_s > START_S + 8 * BAR_S]
    places = [(at_s - START_S) / BAR_S for at_s in downs]
    assert len(downs) >= 7
    assert max(abs(place - round(place)) for place in places) < 0.05


def test_a_waltz_is_heard_in_three() -> None:
    listener = learned_listener()
    heard = listen(comping(24, 3, lambda beats: 1.0 + 0.42 * beats), 31.0, listener)
    assert listener.metre == Metre(3)
    assert [value.metre for value in heard if isinstance(value, MetreHeard)][-1] == Metre(3)


def test_an_accelerando_is_followed(listener: Listener) -> None:
    slow_s, fast_s = 60 / 80, 60 / 112

    def seconds_of(beat: float) -> float:
        ramp = min(max(beat - 32, 0.0), 32.0)
        even = slow_s * min(beat, 32.0) + fast_s * max(beat - 64, 0.0)
        return 1.0 + even + slow_s * ramp - (slow_s - fast_s) / 64 * ramp**2

    heard = beats(listen(comping(24, 4, seconds_of), seconds_of(95), listener))
    truth_s = np.array([seconds_of(beat) for beat in range(96)])
    late = np.array([beat.at_s for beat in heard if beat.at_s > seconds_of(40)])
    nearest = np.abs(late[:, None] - truth_s[None, :]).min(axis=1)
    assert float((nearest < 0.07).mean()) > 0.95
    assert listener.tempo_bpm == pytest.approx(112, rel=0.04)


def test_the_beat_goes_on_through_three_bars_of_rest(listener: Listener) -> None:
    played = comping(12)
    rest_s = (START_S + 8 * BAR_S, START_S + 11 * BAR_S)
    events = [e for e in played if not rest_s[0] - 0.1 < e.time_s < rest_s[1] - 0.1]
    heard = beats(listen(events, START_S + 12 * BAR_S, listener))
    silent = [beat for beat in heard if rest_s[0] < beat.at_s < rest_s[1] - 0.1]
    phases = [(beat.at_s - START_S) / 0.6 for beat in silent]
    assert len(silent) in (11, 12)
    assert max(abs(phase - round(phase)) for phase in phases) * 0.6 < 0.07
    assert silent[-1].confidence < silent[0].confidence


def test_the_beat_is_lost_long_after_the_player_stopped(listener: Listener) -> None:
    heard = beats(listen(comping(8), 90.0, listener))
    stopped_s = START_S + 8 * BAR_S
    assert stopped_s + 4 * BAR_S < heard[-1].at_s < stopped_s + 8 * BAR_S
    assert listener.state == "lost"


def test_chords_are_named_as_they_change(listener: Listener) -> None:
    heard = chords(listen(comping(4), START_S + 4 * BAR_S - 0.1, listener))
    assert [value.chord.label for value in heard] == ["C:maj", "F:maj", "G:maj", "C:maj"]


def test_a_chord_is_named_within_a_tenth_of_a_second(listener: Listener) -> None:
    heard = chords(listen(comping(8), START_S + 8 * BAR_S - 0.1, listener))
    assert max(value.announced_s - value.at_s for value in heard) < 0.1


def test_a_scale_tells_its_key(listener: Listener) -> None:
    steps = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2)
    notes = [strum(0.5 + 0.3 * k, (62 + steps[k % 14],), 0.28) for k in range(57)]
    heard = listen(in_order([event for note in notes for event in note]), 19.0, listener)
    assert [value.key.name for value in heard if isinstance(value, KeyHeard)][-1] == "D major"
    assert listener.harmony.key_posterior.sum() == pytest.approx(1.0, abs=1e-4)
    assert listener.harmony.chord_posterior.sum() == pytest.approx(1.0, abs=1e-4)


def test_four_taps_set_tempo_and_phase() -> None:
    listener = Listener()
    for tap in range(4):
        listener.tap(2.0 + 0.5 * tap)
    heard = beats(listener.advance(6.0))
    assert [round(beat.at_s, 2) for beat in heard] == [4.0, 4.5, 5.0, 5.5, 6.0]


def test_an_announced_beat_keeps_its_time_on_the_clock(listener: Listener) -> None:
    heard = beats(listen(comping(8), 20.0, listener))
    assert [listener.seconds_at(beat.beat) for beat in heard] == [beat.at_s for beat in heard]
    assert [listener.beats_at(beat.at_s) for beat in heard] == [beat.beat for beat in heard]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0.0, 12.0), max_size=12))
def test_announcements_do_not_depend_on_how_time_is_cut(cuts: list[float]) -> None:
    whole = listen(comping(4), 12.0, Listener())
    listener, heard, waiting = Listener(), [], comping(4)
    for cut_s in [*sorted(cuts), 12.0]:
        while waiting and waiting[0].time_s <= cut_s:
            listener.hear(waiting.pop(0))
        heard += listener.advance(cut_s)
    assert heard == whole


def test_the_same_performance_is_heard_the_same_twice() -> None:
    first, second = (listen(comping(8), 20.0, learned_listener()) for _ in range(2))
    assert first == second


def attacks(count: int, period_s: float) -> list[Attack]:
    return [Attack(1.0 + period_s * k, 0.9 if k % 4 == 0 else 0.6) for k in range(count)]


def test_the_beat_is_heard_in_attacks_alone_and_no_harmony(listener: Listener) -> None:
    heard = listen(attacks(32, 0.6), 18.0, listener)
    late = [(beat.at_s - 1.0) / 0.6 for beat in beats(heard) if beat.at_s > 8.0]
    assert len(late) >= 14
    assert max(abs(place - round(place)) for place in late) * 0.6 < 0.035
    assert [value for value in heard if isinstance(value, ChordHeard | KeyHeard)] == []


@pytest.mark.parametrize("make", [Listener, learned_listener], ids=["rules", "learned"])
def test_attacks_disturb_neither_chords_nor_keys(make: Callable[[], Listener]) -> None:
    alone = listen(comping(12), START_S + 12 * BAR_S, make())
    stray = [Attack(1.37 + 1.1 * k, 0.7) for k in range(24)]
    beside = listen(in_order([*comping(12), *stray]), START_S + 12 * BAR_S, make())

    def said(heard: list[Heard]) -> list[str]:
        return [h.chord.label for h in heard if isinstance(h, ChordHeard)] + [
            h.key.name for h in heard if isinstance(h, KeyHeard)
        ]

    assert said(beside) == said(alone)


def test_drums_are_not_taken_for_chords(listener: Listener) -> None:
    pads = [NoteOn(1.0 + 0.3 * k, (36, 42, 38, 42)[k % 4], 90, channel=9) for k in range(64)]
    heard = listen(pads, 21.0, listener)
    assert len(beats(heard)) > 20
    assert [value for value in heard if isinstance(value, ChordHeard | KeyHeard)] == []


def test_the_master_pedal_of_an_mpe_controller_holds_the_notes_of_all_members() -> None:
    """C, E and G on a channel each, let go at once; the pedal on channel 1 keeps the harmony."""
    listener = Listener()
    for number, value in ((101, 0), (100, 6), (6, 15)):
        listener.hear(Controller(0.0, number, value, 0))
    events = [NoteOn(1.0, pitch, 90, channel) for channel, pitch in ((1, 48), (2, 64), (3, 67))]
    lifted = [NoteOff(1.1, pitch, channel) for channel, pitch in ((1, 48), (2, 64), (3, 67))]
    heard = listen([Pedal(0.9, True, 0), *events, *lifted], 9.0, listener)
    assert [value.chord.label for value in chords(heard)] == ["C:maj"]
    assert [value.key.name for value in heard if isinstance(value, KeyHeard)] == ["C major"]


def played_with(model: str, mpe: str = "auto") -> ParameterValues:
    values = ParameterValues()
    values.take("/accompanist/input/model", model)
    values.take("/accompanist/input/mpe", mpe)
    return values


def played_on(heard: list[Heard]) -> list[tuple[str, bool]]:
    return [(value.model, value.mpe) for value in heard if isinstance(value, InputHeard)]


def test_what_is_played_on_is_announced_once_it_is_known() -> None:
    heard = listen(comping(8), START_S + 8 * BAR_S, Listener())
    assert played_on(heard) == [("two hands", False)]


def test_what_is_played_on_is_announced_at_once_when_it_is_set() -> None:
    listener = Listener()
    listener.set_up(played_with("single line", "on"))
    assert played_on(listener.advance(0.1)) == [("single line", True)]


@pytest.mark.parametrize(("model", "label"), [("two hands", "C:maj/3"), ("right hand", "C:maj")])
def test_the_lowest_note_of_a_right_hand_is_no_bass(model: str, label: str) -> None:
    listener = Listener()
    listener.set_up(played_with(model))
    heard = listen(strum(1.0, (64, 67, 72), 1.0), 1.5, listener)
    assert [value.chord.label for value in chords(heard)] == [label]


def test_the_left_hand_is_not_disturbed_by_a_melody_above_the_split() -> None:
    left = [event for k in range(4) for event in strum(1.0 + 2.4 * k, (43, 50, 55, 59), 2.3)]
    right = [event for k in range(16) for event in strum(1.0 + 0.6 * k, (61 + 5 * (k % 3),), 0.5)]
    listener = Listener()
    listener.set_up(played_with("left hand"))
    heard = listen(in_order([*left, *right]), 10.0, listener)
    assert [value.chord.label for value in chords(heard)] == ["G:maj"]


def test_keys_that_are_named_pads_give_the_beat_and_no_harmony() -> None:
    listener = Listener()
    listener.set_up(played_with("pads"))
    heard = listen(comping(8), START_S + 8 * BAR_S, listener)
    assert beats(heard)
    assert [value for value in heard if isinstance(value, ChordHeard | KeyHeard)] == []


def counted(source: str) -> list[Gesture]:
    """Four strokes from 2 s on, half a second apart."""
    match source:
        case "key":
            return [event for k in range(4) for event in strum(2.0 + 0.5 * k, (60,), 0.1)]
        case "sticks":
            return [NoteOn(2.0 + 0.5 * k, 31, 90, channel=9) for k in range(4)]
        case "pedal":
            return [Pedal(2.0 + 0.25 * k, k % 2 == 0) for k in range(7)]
    return [Controller(2.0 + 0.25 * k, 67, 127 * (k % 2 == 0)) for k in range(7)]


@pytest.mark.parametrize("source", ["key", "sticks", "pedal", "soft pedal"])
def test_a_count_in_has_the_downbeat_after_it_announced_before_it_sounds(
    listener: Listener, source: str
) -> None:
    heard = listen(in_order(counted(source)), 4.6, listener)
    (count,) = [value for value in heard if isinstance(value, CountInHeard)]
    first, second = beats(heard)[:2]
    assert count.at_s == pytest.approx(4.0)
    assert count.announced_s == pytest.approx(3.5, abs=0.006)
    assert (first.at_s, second.at_s) == pytest.approx((4.0, 4.5), abs=0.01)
    assert first.announced_s <= 4.0 - 0.06
    assert (first.downbeat, second.downbeat) == (True, False)


def test_an_early_last_stroke_leaves_the_downbeat_after_it() -> None:
    strokes = [NoteOn(at_s, 37, 90, channel=9) for at_s in (2.0, 2.5, 3.0, 3.47)]
    first = beats(listen(strokes, 4.6, Listener()))[0]
    assert (first.at_s, first.downbeat) == (pytest.approx(3.97, abs=0.02), True)


def test_bars_follow_the_count_in() -> None:
    """The tune begins with the downbeat that was counted."""
    listener = learned_listener()
    tune = comping(8, 4, lambda beats: 4.0 + 0.5 * beats)
    heard = beats(listen(in_order([*counted("key"), *tune]), 20.0, listener))
    assert [beat.at_s for beat in heard if beat.downbeat] == pytest.approx(
        [4.0 + 2.0 * bar for bar in range(len([b for b in heard if b.downbeat]))], abs=0.05
    )


def test_a_new_piece_is_counted_in_once_the_beat_of_the_last_is_lost() -> None:
    listener = Listener()
    listen(comping(8), 90.0, listener)
    assert listener.state == "lost"
    later = [NoteOn(90.0 + 0.7 * k, 60, 90) for k in range(4)]
    heard = beats(listen(later, 94.3, listener))
    first, second = [beat for beat in heard if beat.at_s > later[-1].time_s + 0.1][:2]
    assert (first.at_s, second.at_s) == pytest.approx((92.8, 93.5), abs=0.01)
    assert (first.downbeat, second.downbeat) == (True, False)


def test_repeated_notes_of_a_tune_that_is_followed_count_nothing() -> None:
    repeated = [event for k in range(16) for event in strum(20.2 + 0.45 * k, (72,), 0.2)]
    heard = listen(in_order([*comping(8), *repeated]), 28.0, Listener())
    assert [value for value in heard if isinstance(value, CountInHeard)] == []


def test_keys_struck_at_random_are_no_count_in() -> None:
    random = np.random.default_rng(5)
    times_s = np.cumsum(random.exponential(0.25, 40)) + 0.5
    stray = [NoteOn(float(t), int(random.integers(40, 80)), 80) for t in times_s]
    heard = listen(stray, 11.0, Listener())
    assert [value for value in heard if isinstance(value, CountInHeard)] == []


def test_the_feel_is_said_with_the_first_beat_and_when_it_changes() -> None:
    """Straight eighths, and from the ninth bar on shuffled ones."""

    def seconds_of(beats: float) -> float:
        phase = beats % 1.0
        late = 0.16 if beats > 32 and phase == 0.5 else 0.0
        return 1.0 + 0.6 * (beats + late)

    heard = listen(comping(20, 4, seconds_of), 48.0, learned_listener())
    feels = [value for value in heard if isinstance(value, FeelHeard)]
    first = next(beat.announced_s for beat in beats(heard))
    assert (feels[0].announced_s, feels[0].shuffled, feels[0].level) == (first, False, "normal")
    assert [feel.shuffled for feel in feels[1:]][-1:] == [True]
    assert feels[-1].swing == pytest.approx(0.66, abs=0.03)


def sung(pitches: list[int], *, alone: bool = True) -> list[ToneOn | ToneOff]:
    """Tones of 0.4 s, each known 50 ms after it began."""
    return [
        tone
        for place, pitch in enumerate(pitches)
        for tone in (
            ToneOn(1.05 + 0.4 * place, pitch, 90, 1.0 + 0.4 * place, alone),
            ToneOff(1.38 + 0.4 * place, pitch),
        )
    ]


D_MINOR = [62, 64, 65, 67, 69, 70, 73, 74, 73, 70, 69, 67, 65, 64, 62]


def test_a_key_is_heard_in_what_is_sung() -> None:
    listener = Listener()
    listen(sung(D_MINOR), 8.0, listener)
    assert listener.harmony.key.name == "D minor"


def test_tones_make_no_beat_of_their_own() -> None:
    assert beats(listen(sung(D_MINOR * 3), 20.0, Listener())) == []


@pytest.mark.parametrize(
    ("setting", "alone", "counts"),
    [("auto", True, True), ("auto", False, False), ("line", False, True), ("chords", True, False)],
)
def test_tones_count_where_a_single_line_is_heard_or_set(
    setting: str, alone: bool, counts: bool
) -> None:
    listener, values = Listener(), ParameterValues()
    values.take("/accompanist/input/sound", setting)
    listener.set_up(values)
    told = [listener.hear(tone) for tone in sung([62], alone=alone)]
    assert [tone is not None for tone in told] == [counts, counts]


AT_S = st.floats(0.0, 5.0)
CHANNEL = st.sampled_from((0, 1, 2, 9, 15))
GESTURES = st.lists(
    st.builds(NoteOn, AT_S, st.integers(0, 127), st.integers(1, 127), CHANNEL)
    | st.builds(NoteOff, AT_S, st.integers(0, 127), CHANNEL)
    | st.builds(Pedal, AT_S, st.booleans(), CHANNEL)
    | st.builds(Controller, AT_S, st.integers(0, 127), st.integers(0, 127), CHANNEL)
    | st.builds(Attack, AT_S, st.floats(0.0, 1.0))
    | st.builds(ToneOn, AT_S, st.integers(0, 127), st.integers(1, 127), AT_S, st.booleans())
    | st.builds(ToneOff, AT_S, st.integers(0, 127))
    | st.builds(SoundFrame, AT_S, st.just(-20.0), st.just(b"\x80" * 204), st.just(bytes(72))),
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(GESTURES, st.sampled_from(INPUT_MODELS), st.sampled_from(MPE_SETTINGS))
def test_whatever_is_sent_is_taken(gestures: list[Gesture], model: str, mpe: str) -> None:
    listener = Listener()
    listener.set_up(played_with(model, mpe))
    announced = [value.announced_s for value in listen(in_order(gestures), 6.0, listener)]
    assert announced == sorted(announced)


@pytest.mark.parametrize("tempo_bpm", [84.0, 96.0, 112.0, 132.0])
def test_plain_comping_in_quarters_is_counted_in_quarters(tempo_bpm: float) -> None:
    """Nothing divides the beat: half as fast would explain it as well, and feel wrong."""
    played = two_hands("C:maj A:min F:maj G:maj", 10, tempo_bpm)
    tempi = [beat.tempo_bpm for beat in beats(listen(played, 18.0, learned_listener()))]
    assert len(tempi) > 18
    assert tempi == pytest.approx([tempo_bpm] * len(tempi), rel=0.05)
