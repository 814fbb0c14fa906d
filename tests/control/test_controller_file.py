"""Map files are read as players write them, and changed without touching the rest."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.controller_file import edited, map_of, read_map
from accompanist.control.controller_map import ENCODERS, Binding, ControllerMap
from accompanist.control.errors import ControlError
from accompanist.control.message import Message
from accompanist.music.parameters import PARAMETERS
from tests.control.hands_at_play import bound

FILE = Path("keys.toml")
MINE = """\
# My keyboard
device = "MPK mini 3"  # the little one
takeover = "scale"

# the left knob
[[control]]
turns = "intensity"
on = "CC 70"
channel = 1

[[control]]
turns = "fill"  # a pad
on = "note 36"
channel = 10
long = "ending"
"""


def test_a_file_is_read():
    assert map_of(MINE, FILE) == ControllerMap(
        "MPK mini 3",
        "scale",
        (bound("intensity", "CC 70", 1), bound("fill", "note 36", 10, long="ending")),
    )


def test_every_word_of_a_control_is_read():
    text = """device = "X"
    [[control]]
    turns = "style"
    on = "CC 3"
    value = "jazz"
    switch = "latching"
    [[control]]
    turns = "dip"
    on = "note 3"
    hold = true
    [[control]]
    turns = "density"
    on = "CC 4"
    encoder = "signed bit"
    step = 0.02
    [[control]]
    turns = "outside"
    on = "CC 5"
    takeover = "jump"
    """
    assert map_of(text, FILE).bindings == (
        bound("style", "CC 3", value="jazz", switch="latching"),
        bound("dip", "note 3", hold=True),
        bound("density", "CC 4", encoder="signed bit", step=0.02),
        bound("outside", "CC 5", takeover="jump"),
    )


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "a map needs the name of its device"),
        ('device = "X"\ncontrol = 3', 2, "control is a list"),
        ('device = "X"\nknobs = 3', 2, "a map has no 'knobs'"),
        ('device = "X"\ntakeover = "slow"', 2, "'slow' is no takeover; choose from pickup"),
        ('device = "X"\n\n[[control]]\nturns = "fill"', 3, "a control needs 'on'"),
        ('device = "X"\n[[control]]\non = "CC 1"\nturns = "fil"', 4, "there is no parameter 'fil'"),
        ('device = "X"\n[[control]]\nturns = "fill"\non = "CC 200"', 4, "there is no CC 200"),
        ('device = "X"\n[[control]]\nturns = "fill"\non = 3', 4, "3 is no on"),
        ('device = "X"\n[[control]]\nturns = "fill"\non = "CC 3"\nknob = 1', 5, "has no 'knob'"),
        ('device = "X"\n[[control]]\nturns = "fill"\non = "CC 3"\nlong = "fil"', 5, "'fil'"),
        (
            'device = "X"\n[[control]]\nturns = "fill"\non = "CC 3"\n'
            '[[control]]\nturns = "tap"\non = "CC 3"',
            7,
            "CC 3 is bound twice",
        ),
        ('device = "X"\n[[control]]\nturns = "fill"\non = "CC 3"\nencoder = "auto"', 2, "encoder"),
        ('device = "X"\n[[control]]\nturns = "style"\non = "CC 3"\nvalue = "polka"', 2, "'polka'"),
        ('device = "X"\n[[control]]\nturns = "fill"\non = "CC 3"\nhold = true', 2, "hold is for"),
        ('device = "X"\nthis is not', 2, "this is not TOML"),
        ("device = [[[", 1, "this is not TOML"),
        ("a = " + "[" * 4000, 1, "this is"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_line(text, line, sentence):
    with pytest.raises(ControlError) as refusal:
        map_of(text, FILE)
    said = str(refusal.value)
    assert said.startswith(f"keys.toml, line {line}: ")
    assert sentence in said
    assert "\n" not in said


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ControlError, match="there is no map"):
        read_map(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "sound.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ControlError, match="is not text"):
        read_map(tmp_path / "sound.toml")


def test_a_huge_file_is_refused(tmp_path):
    (tmp_path / "huge.toml").write_bytes(b"#" * (1 << 20) + b"#")
    with pytest.raises(ControlError, match="larger than 1 MiB"):
        read_map(tmp_path / "huge.toml")


@given(st.text(max_size=200))
def test_any_text_is_a_map_or_is_refused(text):
    try:
        map_of(text, FILE)
    except ControlError as refusal:
        assert "line" in str(refusal)


def test_what_is_learned_is_appended_and_everything_else_stays():
    learned = map_of(MINE, FILE).bound(bound("density", "CC 71", 1))
    assert edited(MINE, learned, FILE) == (
        MINE + '\n[[control]]\nturns = "density"\non = "CC 71"\nchannel = 1\n'
    )


def test_what_is_forgotten_goes_with_its_own_lines():
    kept = ControllerMap("MPK mini 3", "scale", map_of(MINE, FILE).bindings[1:])
    text = edited(MINE, kept, FILE)
    assert "the little one" in text
    assert "# a pad" in text
    assert "CC 70" not in text


def test_a_new_file_reads_as_a_player_would_write_it():
    learned = ControllerMap("Keys", bindings=(bound("fill", "note 36", 10),))
    assert edited("", learned, FILE) == (
        "# What this device turns; accompanist writes here what it learns.\n"
        'device = "Keys"\n'
        'takeover = "pickup"\n'
        "\n"
        "[[control]]\n"
        'turns = "fill"\n'
        'on = "note 36"\n'
        "channel = 10\n"
    )


def test_controls_in_a_list_are_written_out():
    text = 'control = [{ turns = "fill", on = "CC 3" }]\ndevice = "Keys"\n'
    learned = map_of(text, FILE).bound(bound("tap", "CC 4"))
    assert map_of(edited(text, learned, FILE), FILE) == learned


def test_a_damaged_file_is_not_written_over():
    with pytest.raises(ControlError, match="line 1"):
        edited("device = ", ControllerMap("Keys"), FILE)


MESSAGES = st.one_of(
    st.builds(Message, st.just("CC"), st.integers(0, 119), st.none() | st.integers(0, 15)),
    st.builds(Message, st.just("note"), st.integers(0, 127), st.none() | st.integers(0, 15)),
    st.builds(Message, st.just("program"), st.none() | st.integers(0, 127), st.none()),
)


@st.composite
def maps(draw):
    bindings = []
    for message in draw(st.lists(MESSAGES, max_size=6, unique=True)):
        parameter = draw(st.sampled_from(PARAMETERS))
        more = {}
        if message.kind == "CC" and parameter.kind in ("share", "integer", "choice"):
            more["encoder"] = draw(st.none() | st.sampled_from(ENCODERS))
        elif message.kind != "program":
            more["long"] = draw(st.none() | st.sampled_from(PARAMETERS))
        bindings.append(Binding(parameter, message, **more))
    return ControllerMap(draw(st.text(min_size=1).filter(str.strip)), bindings=tuple(bindings))


@given(maps(), maps())
def test_whatever_is_written_is_read_back_and_changed_into_anything_else(first, second):
    text = edited("", first, FILE)
    assert map_of(text, FILE) == first
    changed = ControllerMap(first.device, first.takeover, second.bindings)
    after = map_of(edited(text, changed, FILE), FILE)
    assert set(after.bindings) == set(second.bindings)
