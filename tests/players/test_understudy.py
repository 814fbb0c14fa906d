"""The understudies keep the players' contract, and every control is heard."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.music.band import PARTS
from accompanist.music.chord import NO_CHORD, QUALITIES, Chord, parse_chord
from accompanist.music.key import Key
from accompanist.music.parameters import STYLES
from accompanist.music.section import VARIATIONS
from accompanist.players.colour import coloured
from accompanist.players.player import PerformerOnset
from accompanist.players.swing import place_of_part
from accompanist.players.understudy import UnderstudyBass, UnderstudyDrums, UnderstudyHarmony
from tests.players import understudies
from tests.players.understudies import LOOP, frames, perform

SHARES = st.floats(0.0, 1.0)
CHORDS = st.lists(
    st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES))), min_size=1, max_size=6
)
MELODY = st.lists(
    st.builds(PerformerOnset, st.floats(0.0, 8.0), st.integers(40, 90), st.integers(1, 127)),
    max_size=6,
).map(tuple)
PIECES = st.fixed_dictionaries(
    {
        "chords": CHORDS,
        "beats_per_bar": st.integers(2, 9),
        "style": st.sampled_from(STYLES),
        "tempo_bpm": st.floats(40.0, 220.0),
        "swing": st.floats(0.5, 0.75),
        "sixteenth_swing": st.floats(0.5, 0.75),
        "level": st.sampled_from(("half", "normal", "double")),
        "accents": st.tuples(*[st.floats(0.5, 1.5)] * 3),
        "section": st.sampled_from(("intro", "groove", "fill", "break", "ending")),
        "section_bar": st.integers(0, 4),
        "variation": st.sampled_from(VARIATIONS),
        "density": SHARES,
        "intensity": SHARES,
        "complexity": SHARES,
        "outside": SHARES,
        "chord_probability": SHARES,
        "key": st.builds(Key, st.integers(0, 11), st.sampled_from(("major", "minor"))),
        "recent": MELODY,
        "seed": st.integers(0, 2**32),
    }
)


@settings(deadline=None, max_examples=60)
@given(PIECES)
def test_every_note_belongs_to_its_frame_and_can_be_played(piece):
    frame_at = frames(3, **piece)
    players = [kind(understudies.STYLES) for kind in (UnderstudyDrums, UnderstudyBass)]
    players.append(UnderstudyHarmony(understudies.STYLES))
    for index in range(3 * 4 * piece["beats_per_bar"]):
        for player in players:
            for note in player.play(frame_at(index)):
                assert abs(note.onset_beats - index / 4) <= 0.125
                assert note.onset_beats >= 0.0
                assert note.length_beats > 0.0
                assert 0 <= note.pitch <= 127
                assert 1 <= note.velocity <= 127
                assert (note.part, note.source) == (player.part, "understudy")


@settings(deadline=None, max_examples=60)
@given(PIECES)
def test_harmony_plays_tones_of_the_chord_only(piece):
    frame_at = frames(3, **piece)
    player = UnderstudyHarmony(understudies.STYLES)
    for index in range(3 * 4 * piece["beats_per_bar"]):
        frame = frame_at(index)
        tones = coloured(frame.chord, frame.key, frame.complexity).pitch_classes
        assert all(note.pitch % 12 in tones for note in player.play(frame))


@settings(deadline=None, max_examples=60)
@given(PIECES)
def test_bass_plays_one_note_at_a_time_between_e1_and_g3(piece):
    frame_at = frames(3, **piece)
    player = UnderstudyBass(understudies.STYLES)
    for index in range(3 * 4 * piece["beats_per_bar"]):
        notes = player.play(frame_at(index))
        assert len(notes) <= 1
        assert all(28 <= note.pitch <= 55 for note in notes)


@settings(deadline=None, max_examples=60)
@given(PIECES)
def test_every_part_is_heard_in_every_bar_of_four_beats_or_more(piece):
    """In half time, or off the beat, a shorter bar may well be empty."""
    bars = 8
    played = perform(bars, **{**piece, "section": "groove"})
    length = max(piece["beats_per_bar"], 4)
    for part in PARTS:
        heard = {int((note.onset_beats + 0.125) // length) for note in played[part]}
        assert heard >= set(range(bars * piece["beats_per_bar"] // length))


@settings(deadline=None, max_examples=20)
@given(PIECES)
def test_a_plan_made_again_is_the_same_plan(piece):
    assert perform(3, **piece) == perform(3, **piece)


@settings(deadline=None, max_examples=20)
@given(PIECES, st.integers(0, 11))
def test_a_player_put_back_plays_the_same_frames_again(piece, back_to):
    frame_at = frames(3, **piece)
    for kind in (UnderstudyDrums, UnderstudyBass, UnderstudyHarmony):
        player = kind(understudies.STYLES)
        for index in range(back_to):
            player.play(frame_at(index))
        memory = player.state
        first = [player.play(frame_at(index)) for index in range(back_to, 12)]
        player.state = memory
        assert [player.play(frame_at(index)) for index in range(back_to, 12)] == first


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("part", PARTS)
def test_density_raises_the_number_of_onsets(style, part):
    counts = [
        len({note.onset_beats // 0.25 for note in perform(16, style=style, density=d)[part]})
        for d in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert counts == sorted(counts)
    assert counts[-1] >= 1.5 * counts[0]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("part", PARTS)
def test_intensity_raises_velocity(style, part):
    means = []
    for intensity in (0.0, 0.25, 0.5, 0.75, 1.0):
        velocities = [n.velocity for n in perform(8, style=style, intensity=intensity)[part]]
        means.append(sum(velocities) / len(velocities))
    assert all(softer + 4 < louder for softer, louder in pairwise(means))


@pytest.mark.parametrize("style", STYLES)
def test_complexity_never_takes_notes_away(style):
    counts = [
        sum(len(notes) for notes in perform(16, style=style, density=0.7, complexity=c).values())
        for c in (0.0, 0.35, 0.7, 1.0)
    ]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


@pytest.mark.parametrize("style", STYLES)
def test_two_minutes_of_a_loop_never_repeat_eight_bars(style):
    played = perform(56, style=style)
    spans = []
    for first in range(0, 56, 8):
        span = set()
        for notes in played.values():
            for note in notes:
                frame = round(4 * note.onset_beats) - 32 // 2 * first
                if 0 <= frame < 128:
                    span.add((note.part, frame, note.pitch))
        spans.append(span)
    assert all(before != after for before, after in pairwise(spans))


def test_the_bass_grounds_every_new_chord_with_its_root():
    played = perform(8, chords=LOOP)["bass"]
    for bar in range(8):
        first = min(played, key=lambda note: abs(note.onset_beats - 4 * bar))
        assert first.pitch % 12 == LOOP[bar % 4].root
        assert abs(first.onset_beats - 4 * bar) < 0.05


def test_a_slash_chord_is_grounded_with_its_bass():
    played = perform(1, chords=(parse_chord("C:maj/3"),))["bass"]
    assert played[0].pitch % 12 == 4


def test_bass_and_harmony_let_go_where_the_chord_is_expected_to_change():
    played = perform(8, style="ballad", density=0.0)
    for part in ("bass", "harmony"):
        for note in played[part]:
            bar_end = 4 * (int(note.onset_beats + 0.125) // 4 + 1)
            assert note.onset_beats + note.length_beats <= bar_end + 0.03


def test_without_a_chord_only_the_drums_play():
    played = perform(2, chords=(NO_CHORD,))
    assert played["drums"]
    assert not played["bass"]
    assert not played["harmony"]


def test_a_doubtful_chord_is_struck_on_the_off_beat():
    sure = perform(4, chord_probability=0.9)["harmony"]
    doubtful = perform(4, chord_probability=0.3)["harmony"]
    assert min(abs(note.onset_beats % 1 - 0.5) for note in sure) < 0.1
    assert any(note.onset_beats % 1 < 0.1 for note in sure)
    assert all(0.4 < note.onset_beats % 1 < 0.6 for note in doubtful)


@pytest.mark.parametrize("part", ["bass", "harmony"])
def test_an_unknown_chord_is_waited_for_until_the_end_of_the_bar(part):
    places = [note.onset_beats % 4 for note in perform(4, chord_probability=0.1)[part]]
    assert places
    assert all(3.2 < place < 3.9 for place in places)


def test_off_beats_swing_with_the_performer_and_else_with_the_style():
    straight = perform(4, style="pop", density=0.6)["drums"]
    led = perform(4, style="pop", density=0.6, swing=0.66)["drums"]
    jazz = perform(4, style="jazz")["drums"]

    def off_beats(notes):
        return [n.onset_beats % 1 for n in notes if 0.4 < n.onset_beats % 1 < 0.7]

    assert all(abs(place - 0.5) < 0.02 for place in off_beats(straight))
    assert all(abs(place - 0.66) < 0.02 for place in off_beats(led))
    assert all(abs(place - 0.64) < 0.02 for place in off_beats(jazz))


def test_sixteenths_swing_with_the_performer():
    hats = perform(4, style="pop", density=1.0, complexity=1.0, sixteenth_swing=0.62)["drums"]
    places = [n.onset_beats % 1 for n in hats if 0.15 < n.onset_beats % 1 < 0.45]
    assert places
    assert all(abs(place - 0.31) < 0.02 for place in places)


@pytest.mark.parametrize("style", STYLES)
def test_drums_stay_within_a_hundredth_of_a_second_of_the_written_place(style):
    for note in perform(8, style=style, complexity=0.0, density=0.2)["drums"]:
        swing, parts = understudies.STYLES[style].swing, understudies.STYLES[style].parts
        places = [place_of_part(part, parts, swing, 0.5) for part in range(parts)] + [1.0]
        off_beats = min(abs(note.onset_beats % 1 - place) for place in places)
        assert off_beats * 60 / 104 < 0.01


def test_the_downbeat_after_a_fill_is_an_arrival():
    crashes = [note for note in perform(17, style="pop")["drums"] if note.pitch == 49]
    assert [round(note.onset_beats) for note in crashes] == [0, 32, 64]


def test_a_fill_leaves_the_groove():
    played = perform(8, style="rock", density=1.0, seed=4)["drums"]
    toms = [note.onset_beats for note in played if note.pitch in (43, 45, 48)]
    assert toms
    assert min(toms) > 29.9


@pytest.mark.parametrize(
    ("level", "per_bar", "places"),
    [
        ("half", 4, [2.0]),
        ("normal", 4, [1.0, 3.0]),
        ("double", 4, [0.5, 1.5, 2.5, 3.5]),
        ("double", 2, [0.5, 1.5]),
    ],
)
def test_the_backbeat_falls_where_the_performer_feels_it(level, per_bar, places):
    sparse = {"style": "rock", "density": 0.3, "complexity": 0.0}
    drums = perform(4, beats_per_bar=per_bar, level=level, **sparse)["drums"]
    assert [round(n.onset_beats % per_bar, 1) for n in drums if n.pitch == 38] == places * 4


def test_hats_go_on_in_half_time():
    played = {level: perform(4, style="pop", level=level)["drums"] for level in ("half", "normal")}
    hats = {
        level: [n.onset_beats for n in notes if n.pitch == 42] for level, notes in played.items()
    }
    assert hats["half"] == hats["normal"]


def test_the_band_puts_half_of_the_performers_accents():
    plain = perform(4, accents=(1.0, 1.0, 1.0))
    accented = perform(4, accents=(0.8, 1.2, 1.0))
    for part in PARTS:
        louder = {
            round(old.onset_beats) % 4: new.velocity / old.velocity
            for old, new in zip(plain[part], accented[part], strict=True)
            if abs(old.onset_beats - round(old.onset_beats)) < 0.05
        }
        assert louder
        for beat, ratio in louder.items():
            assert ratio == pytest.approx(1.1 if beat % 2 else 0.9, abs=0.02)


@pytest.mark.parametrize("style", STYLES)
def test_every_ending_comes_to_rest_on_one_long_chord(style):
    written = understudies.STYLES[style]
    last = written.sections["ending"].bars - 1
    per_bar = written.beats
    played = perform(
        1, style=style, section="ending", section_bar=last, beats_per_bar=per_bar, seed=5
    )
    for part in ("bass", "harmony"):
        final = max(played[part], key=lambda note: note.onset_beats)
        assert final.onset_beats + final.length_beats == pytest.approx(per_bar, abs=0.06)
    assert played["drums"]


def test_an_ending_in_five_is_struck_once_and_lasts():
    played = perform(1, style="pop", section="ending", section_bar=1, beats_per_bar=5)
    assert all(abs(note.onset_beats) < 0.05 for part in PARTS for note in played[part])
    assert all(note.length_beats == pytest.approx(4.95, abs=0.05) for note in played["harmony"])


@pytest.mark.parametrize("style", STYLES)
def test_a_break_makes_room(style):
    groove = perform(1, style=style, bar=4)
    played = perform(1, style=style, section="break", bar=4)
    assert played["drums"]
    assert sum(map(len, played.values())) < 0.5 * sum(map(len, groove.values()))
    assert min(note.onset_beats for note in played["drums"]) < 0.05


@pytest.mark.parametrize("style", STYLES)
def test_an_intro_builds_up_to_the_groove(style):
    written = understudies.STYLES[style]
    bars, per_bar = written.sections["intro"].bars, written.beats
    assert 2 <= bars <= 4
    struck = [
        sum(
            len(notes)
            for notes in perform(
                1, style=style, section="intro", section_bar=bar, beats_per_bar=per_bar
            ).values()
        )
        for bar in range(bars)
    ]
    assert 0 < struck[0] < struck[-1]


@pytest.mark.parametrize("style", STYLES)
def test_variations_grow_from_sparse_to_full(style):
    amounts = understudies.STYLES[style].variations
    counts, forces = [], []
    for letter in VARIATIONS:
        varied = {
            knob: 0.5 + getattr(amounts[letter], knob)
            for knob in ("density", "intensity", "complexity")
        }
        played = perform(16, style=style, variation=letter, **varied)
        notes = [note for part in PARTS for note in played[part]]
        counts.append(len(notes))
        forces.append(sum(note.velocity for note in notes) / len(notes))
    assert all(fewer < more for fewer, more in pairwise(counts))
    assert forces[0] < forces[1] < forces[3]


@pytest.mark.parametrize("style", STYLES)
def test_variations_are_played_on_other_drums(style):
    drums = {
        letter: {note.pitch for note in perform(8, style=style, variation=letter)["drums"]}
        for letter in VARIATIONS
    }
    assert drums["D"] != drums["A"]
    assert drums["D"] != drums["B"]


def test_a_bar_of_three_is_played_as_a_waltz():
    drums = perform(4, beats_per_bar=3, style="pop", density=0.3, complexity=0.0)["drums"]
    kicks = [round(note.onset_beats) for note in drums if note.pitch == 36]
    assert kicks == [0, 3, 6, 9]


def test_a_bar_of_five_is_three_and_two():
    drums = perform(2, beats_per_bar=5, style="rock", density=0.0)["drums"]
    kicks = [round(note.onset_beats) for note in drums if note.pitch == 36]
    assert kicks == [0, 3, 5, 8]


def test_styles_differ_audibly_in_every_part():
    played = {style: perform(4, style=style) for style in STYLES}
    for part in PARTS:
        rhythms = {
            style: frozenset((round(4 * n.onset_beats), n.pitch) for n in notes[part])
            for style, notes in played.items()
        }
        for style in STYLES:
            for other in STYLES:
                if {style, other} != {"ballad", "waltz"} and style != other:
                    shared = len(rhythms[style] & rhythms[other])
                    assert shared < 0.8 * len(rhythms[style] | rhythms[other])


def test_six_eight_is_two_beats_in_three():
    played = perform(4, beats_per_bar=2, style="six_eight", density=0.4, complexity=0.0)
    kicks = [round(note.onset_beats, 1) for note in played["drums"] if note.pitch == 36]
    assert {0.0, 2.0, 4.0, 6.0} <= set(kicks)
    hats = {round(3 * note.onset_beats) % 6 for note in played["drums"] if note.pitch == 42}
    assert hats == {0, 1, 2, 3, 4, 5}


def test_the_shuffle_plays_triplets():
    hats = [n.onset_beats % 1 for n in perform(4, style="blues")["drums"] if n.pitch == 42]
    assert hats
    assert all(min(abs(place - third) for third in (0.0, 0.66, 1.0)) < 0.03 for place in hats)


def test_reggae_leaves_the_one_empty():
    played = perform(8, style="reggae", density=0.4, complexity=0.0, bar=3, section="groove")
    kicks = [round(note.onset_beats) % 4 for note in played["drums"] if note.pitch == 36]
    assert set(kicks) - {0} == {1, 3}
    assert kicks.count(0) <= 1
    assert all(note.onset_beats % 1 > 0.4 for note in played["harmony"][:8])


def test_electronic_is_four_on_the_floor_with_everything_else_beside_the_kick():
    played = perform(4, style="electronic", density=0.45)
    kicks = {round(note.onset_beats, 1) for note in played["drums"] if note.pitch == 36}
    assert set(map(float, range(16))) <= kicks
    for part in ("bass", "harmony"):
        assert all(0.15 < note.onset_beats % 1 < 0.9 for note in played[part])


def test_bossa_has_its_clave_on_the_rim():
    rims = [
        (n.onset_beats + 0.1) % 8
        for n in perform(8, style="bossa", complexity=0.0)["drums"]
        if n.pitch == 37 and n.onset_beats < 28
    ]
    assert {int(2 * place) / 2 for place in rims} == {0.0, 1.5, 3.0, 5.0, 6.5}


def test_which_cymbal_suits_the_intensity_is_settled_at_the_bar_line():
    player = UnderstudyDrums(understudies.STYLES)
    frame_at = frames(3, style="rock")
    struck = []
    for index in range(48):
        louder = replace(frame_at(index), intensity=0.4 if index < 24 else 0.9)
        struck += [(index, note.pitch) for note in player.play(louder)]
    assert {index < 32 for index, pitch in struck if pitch == 42} == {True}
    assert {index < 32 for index, pitch in struck if pitch == 51} == {False}


def test_a_dotted_beat_of_sixteenths_is_struck_in_all_its_six_places():
    played = perform(1, style="six_eight", beats_per_bar=2, density=1.0, complexity=1.0)
    places = {round(6 * note.onset_beats) for note in played["harmony"]}
    assert places == set(range(12)) - {1, 7}


@pytest.mark.parametrize("swing", [0.5, 0.67])
def test_swing_that_is_set_goes_for_a_style_with_a_swing_of_its_own_too(swing):
    played = perform(4, style="jazz", swing=swing, swing_is_set=True, density=0.9)
    late = [n.onset_beats % 1 for n in played["drums"] if 0.4 < n.onset_beats % 1 < 0.72]
    assert sum(late) / len(late) == pytest.approx(swing, abs=0.02)
