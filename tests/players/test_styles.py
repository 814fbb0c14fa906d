"""Style files are read whole or refused with a sentence."""

import shutil

import pytest

from accompanist.music.band import PARTS
from accompanist.music.parameters import STYLES
from accompanist.players.encoding import style_row
from accompanist.players.style import StyleError, groups
from accompanist.players.style_feel import dice
from accompanist.players.style_file import STYLES_DIRECTORY, load_styles, read_style


def pop_with(tmp_path, written, instead):
    text = (STYLES_DIRECTORY / "pop.toml").read_text()
    assert written in text
    path = tmp_path / "pop.toml"
    path.write_text(text.replace(written, instead, 1))
    return path


def test_every_style_of_the_parameter_tree_can_be_played():
    assert set(STYLES) <= set(load_styles())


@pytest.mark.parametrize("style", load_styles().values(), ids=lambda style: style.name)
def test_every_style_has_fills_an_arrival_an_intro_a_break_and_an_ending(style):
    assert len(style.fills) >= 3
    assert style.arrival
    assert set(style.sections) == {"intro", "break", "ending"}
    assert all(section.drums for section in style.sections.values())
    assert style.sections["break"].bars == 1


def test_every_learned_part_of_a_style_is_told_its_name():
    for style in load_styles().values():
        for part in style.models:
            assert sum(style_row(style.name)) == 1.0 or style.name == "jazz_waltz", part


def test_who_plays_a_part_is_read_in_the_style():
    rock = load_styles()["rock"]
    assert [rock.source(part) for part in PARTS] == ["model", "understudy", "understudy"]


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("beats = 4", "beats = 5", "2, 3 or 4 beats, not 5"),
        ("beats = 4", "beats = 4\nparts = 5", "3, 4 or 6 parts, not 5"),
        ('variations = "A"', 'variations = "E"', "variations are some of ABCD, not 'E'"),
        ('models = ["drums"', 'models = ["vox"', "'vox' in models is no part"),
        ('"4... 4... 4... 4...", "4', '"4', "same number of bars"),
        ("swing = 0.5", "swing = 0.9", "swing lies between 0.5 and 0.75"),
        ('"9... .... 8... ...."', '"9... .... 8..."', "12 places instead of 16"),
        ('"9... .... 8... ...."', '"9... .... z... ...."', "'z' in kick is not one of"),
        ('"R--- ---- ---- ----"', '"R--- ---- ---X ----"', "'X' in line is not one of"),
        ("kick  =", "cajon =", "lacks or misspells 'cajon'"),
        ("other_metre =", "metre =", "lacks or misspells 'other_metre'"),
        ("beats = 4", "beats = ", "cannot be read"),
    ],
)
def test_a_bad_style_file_is_refused_with_a_sentence(tmp_path, written, instead, sentence):
    with pytest.raises(StyleError, match="style pop") as refusal:
        read_style(pop_with(tmp_path, written, instead))
    assert sentence in str(refusal.value)


def test_a_missing_style_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(StyleError, match="cannot be read"):
        load_styles(tmp_path)


def test_a_style_may_not_borrow_from_one_of_its_own_metre(tmp_path):
    shutil.copytree(STYLES_DIRECTORY, tmp_path, dirs_exist_ok=True)
    pop_with(tmp_path, 'other_metre = "waltz"', 'other_metre = "rock"')
    with pytest.raises(StyleError, match="name a style of the other metre"):
        load_styles(tmp_path)


@pytest.mark.parametrize(
    ("beats", "expected"),
    [(1, (1,)), (3, (3,)), (4, (4,)), (5, (3, 2)), (6, (3, 3)), (7, (4, 3)), (8, (4, 4))],
)
def test_long_bars_are_grouped_in_fours_threes_and_twos(beats, expected):
    assert groups(beats) == expected


def test_every_bar_up_to_thirty_two_beats_is_filled_by_its_groups():
    assert all(sum(groups(beats)) == beats for beats in range(1, 33))


def test_dice_fall_evenly():
    throws = [dice(5, index) for index in range(4000)]
    assert all(0.0 <= throw < 1.0 for throw in throws)
    tenths = [sum(throw // 0.1 == tenth for throw in throws) for tenth in range(10)]
    assert min(tenths) > 320
