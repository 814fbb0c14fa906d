"""An MPE controller is one instrument, and whatever is played on pads is drums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.channels import Channels
from accompanist.music.events import Controller, MidiEvent, NoteOff, NoteOn, Pedal, PerformerEvent


def configured(members: int, master: int = 0) -> list[MidiEvent]:
    """What a controller says to make a zone."""
    said = ((101, 0), (100, 6), (6, members))
    return [Controller(0.0, number, value, master) for number, value in said]


def told(*events: MidiEvent, setting: str = "auto") -> Channels:
    channels = Channels()
    channels.setting = setting
    for event in events:
        channels.hear(event)
    return channels


def rotating(count: int, first: int = 1, members: int = 15) -> list[MidiEvent]:
    """Notes of half a second, a new one each, every one on the next member channel."""
    events: list[MidiEvent] = []
    for k in range(count):
        channel = first + k % members
        events.append(NoteOn(0.5 * k, 60 + k % 12, 80, channel))
        events.append(NoteOff(0.5 * k + 0.4, 60 + k % 12, channel))
    return events


def test_without_mpe_every_channel_is_its_own() -> None:
    events = [NoteOn(1.0, 60, 80, 3), NoteOff(2.0, 60, 3), Pedal(2.0, True, 3)]
    channels = Channels()
    assert [channels.hear(event) for event in events] == events
    assert not channels.mpe


def test_members_of_a_zone_come_together_on_its_master() -> None:
    channels = told(*configured(15))
    assert channels.mpe
    assert channels.hear(NoteOn(1.0, 60, 80, 4)) == NoteOn(1.0, 60, 80, 0)
    assert channels.hear(NoteOn(1.0, 64, 80, 9)) == NoteOn(1.0, 64, 80, 0)


def test_channels_beyond_a_small_zone_are_their_own() -> None:
    channels = told(*configured(4))
    assert channels.hear(NoteOn(1.0, 60, 80, 4)) == NoteOn(1.0, 60, 80, 0)
    assert channels.hear(NoteOn(1.0, 36, 80, 9)) == NoteOn(1.0, 36, 80, 9)


def test_the_upper_zone_gathers_on_channel_16_beside_the_lower() -> None:
    channels = told(*configured(7), *configured(7, master=15))
    assert channels.hear(NoteOn(1.0, 60, 80, 7)) == NoteOn(1.0, 60, 80, 0)
    assert channels.hear(NoteOn(1.0, 60, 80, 8)) == NoteOn(1.0, 60, 80, 15)


def test_a_zone_that_grows_takes_members_from_the_other() -> None:
    channels = told(*configured(7), *configured(10, master=15))
    assert channels.hear(NoteOn(1.0, 60, 80, 5)) == NoteOn(1.0, 60, 80, 15)
    assert channels.hear(NoteOn(1.0, 62, 80, 4)) == NoteOn(1.0, 62, 80, 0)


def test_a_zone_without_members_ends_mpe() -> None:
    channels = told(*configured(15), *configured(0))
    assert not channels.mpe
    assert channels.hear(NoteOn(1.0, 60, 80, 4)) == NoteOn(1.0, 60, 80, 4)


@pytest.mark.parametrize("other", [((101, 0), (100, 0), (6, 2)), ((99, 0), (98, 6), (6, 15))])
def test_other_parameters_make_no_zone(other: tuple[tuple[int, int], ...]) -> None:
    assert not told(*(Controller(0.0, number, value, 0) for number, value in other)).mpe


def test_a_key_on_several_channels_sounds_until_the_last_lets_go() -> None:
    channels = told(*configured(15))
    channels.hear(NoteOn(1.0, 60, 80, 1))
    channels.hear(NoteOn(1.1, 60, 80, 2))
    assert channels.hear(NoteOff(1.2, 60, 1)) is None
    assert channels.hear(NoteOff(1.3, 60, 2)) == NoteOff(1.3, 60, 0)


def test_the_pedal_of_the_master_is_that_of_all_members() -> None:
    channels = told(*configured(15))
    assert channels.hear(Pedal(1.0, True, 0)) == Pedal(1.0, True, 0)


def test_pedals_sent_on_every_member_are_one_pedal() -> None:
    channels = told(*configured(15))
    pressed = [channels.hear(Pedal(1.0, True, channel)) for channel in (1, 2, 3)]
    released = [channels.hear(Pedal(2.0, False, channel)) for channel in (1, 2, 3)]
    assert pressed == [Pedal(1.0, True, 0), None, None]
    assert released == [None, None, Pedal(2.0, False, 0)]


def test_notes_that_move_from_channel_to_channel_are_known_for_mpe() -> None:
    channels = told(*rotating(6))
    assert channels.mpe
    assert channels.hear(NoteOn(9.0, 72, 80, 7)) == NoteOn(9.0, 72, 80, 0)


def test_chords_on_the_lowest_free_channels_are_known_for_mpe() -> None:
    chords: list[MidiEvent] = []
    for k in range(2):
        chords += [NoteOn(float(k), 60 + 4 * n, 80, 1 + n) for n in range(3)]
        chords += [NoteOff(k + 0.5, 60 + 4 * n, 1 + n) for n in range(3)]
    assert told(*chords).mpe


def test_channel_10_is_a_member_once_its_turn_has_come() -> None:
    channels = told(*rotating(8))
    assert channels.hear(NoteOn(9.0, 72, 80, 9)) == NoteOn(9.0, 72, 80, 0)


def test_drums_beside_an_mpe_controller_stay_drums() -> None:
    channels = told(*rotating(7))
    assert channels.hear(NoteOn(9.0, 36, 80, 9)) == NoteOn(9.0, 36, 80, 9)


@pytest.mark.parametrize(
    "events",
    [
        rotating(20, first=0, members=1),
        rotating(20, first=1, members=2),
        rotating(20, first=0, members=3),
        [NoteOn(0.1 * k, 48 + k, 80, 1 + k // 2 % 3) for k in range(20)],
    ],
    ids=["one channel", "two channels", "channel one among them", "chords on a channel"],
)
def test_other_controllers_are_not_taken_for_mpe(events: list[MidiEvent]) -> None:
    assert not told(*events).mpe


def test_a_hand_that_holds_chords_on_one_channel_ends_what_notes_told() -> None:
    channels = told(*rotating(8), *(NoteOn(9.0 + k, 48 + k, 80, 1) for k in range(6)))
    assert not channels.mpe


def test_mpe_can_be_switched_on_and_off_by_hand() -> None:
    assert told(setting="on").hear(NoteOn(1.0, 60, 80, 9)) == NoteOn(1.0, 60, 80, 0)
    off = told(*configured(15), setting="off")
    assert off.hear(NoteOn(1.0, 60, 80, 9)) == NoteOn(1.0, 60, 80, 9)


def test_pads_are_drums_on_any_channel() -> None:
    channels = Channels()
    channels.pads = True
    assert channels.hear(NoteOn(1.0, 60, 80, 0)) == NoteOn(1.0, 60, 80, 9)


def test_a_key_is_let_go_where_it_was_struck_whatever_was_switched_meanwhile() -> None:
    channels = Channels()
    channels.hear(NoteOn(1.0, 60, 80, 3))
    channels.hear(Pedal(1.0, True, 3))
    channels.pads = True
    assert channels.hear(NoteOff(2.0, 60, 3)) == NoteOff(2.0, 60, 3)
    assert channels.hear(Pedal(2.0, False, 3)) == Pedal(2.0, False, 3)


EVENTS = st.lists(
    st.builds(NoteOn, st.just(1.0), st.integers(58, 62), st.just(80), st.integers(0, 15))
    | st.builds(NoteOff, st.just(1.0), st.integers(58, 62), st.integers(0, 15))
    | st.builds(Pedal, st.just(1.0), st.booleans(), st.integers(0, 15))
    | st.builds(
        Controller,
        st.just(1.0),
        st.sampled_from((6, 99, 100, 101)),
        st.sampled_from((0, 6, 14, 127)),
        st.sampled_from((0, 7, 15)),
    ),
    max_size=60,
)


@given(EVENTS, st.sampled_from(("auto", "on", "off")))
def test_nothing_is_left_sounding_once_every_key_and_pedal_is_up(
    events: list[MidiEvent], setting: str
) -> None:
    up: list[MidiEvent] = [NoteOff(2.0, p, c) for p in range(58, 63) for c in range(16)]
    up += [Pedal(2.0, False, channel) for channel in range(16)]
    channels = Channels()
    channels.setting = setting
    sounding: set[tuple[int, int]] = set()
    pedals: set[int] = set()
    for event in (*events, *up):
        heard: PerformerEvent | None = channels.hear(event)
        match heard:
            case NoteOn():
                sounding.add((heard.channel, heard.pitch))
            case NoteOff():
                sounding.discard((heard.channel, heard.pitch))
            case Pedal(down=True):
                pedals.add(heard.channel)
            case Pedal():
                pedals.discard(heard.channel)
    assert (sounding, pedals) == (set(), set())
