"""The TouchOSC surface holds every parameter, and is the one that is shipped."""

import builtins
import zlib
from pathlib import Path

import py2tosc
import pytest

from accompanist.control.errors import ControlError
from accompanist.control.layout import layout_bytes, write_layout
from accompanist.music.parameters import FEEDBACK, PARAMETERS

SHIPPED = Path(__file__).resolve().parents[2] / "patches" / "touchosc" / "accompanist.tosc"


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("layout") / "accompanist.tosc"
    write_layout(path)
    return py2tosc.load(path)


def messages(document, sends: bool) -> dict[str, list]:
    """Messages that the surface sends, or takes, by address."""
    by_address: dict[str, list] = {}
    for control in document.find_all():
        for message in control.messages:
            if message.send if sends else message.receive:
                address = "".join(partial.value for partial in message.path)
                by_address.setdefault(address, []).append(message)
    return by_address


def test_every_parameter_can_be_turned(document):
    sent = messages(document, sends=True)
    assert {p.address for p in PARAMETERS} <= set(sent)


def test_it_sends_nothing_that_is_no_parameter(document):
    addresses = {address.removesuffix("/touch") for address in messages(document, sends=True)}
    assert addresses == {p.address for p in PARAMETERS}


def test_everything_that_is_shown_has_a_place(document):
    lasting = {p.address for p in PARAMETERS if p.kind != "trigger"}
    heard = {feedback.address for feedback in FEEDBACK}
    assert set(messages(document, sends=False)) == lasting | heard


def test_every_fader_says_when_it_is_touched(document):
    sent = messages(document, sends=True)
    faders = [p for p in PARAMETERS if p.kind in ("share", "integer")]
    assert all(f"{p.address}/touch" in sent for p in faders)


def test_faders_send_natural_units(document):
    (bars,) = messages(document, sends=True)["/accompanist/ending_bars"]
    (amount,) = bars.arguments
    assert (amount.scale_min, amount.scale_max, str(amount.conversion)) == (1, 64, "INTEGER")


def test_choices_send_their_names(document):
    sent = messages(document, sends=True)["/accompanist/style"]
    style = next(p for p in PARAMETERS if p.name == "style")
    assert tuple(message.arguments[0].value for message in sent) == style.choices


def test_texts_are_converted_to_strings_and_not_said_back(document):
    labels = [control for control in document.find_all(type="LABEL") if control.messages]
    assert labels
    for label in labels:
        (message,) = label.messages
        assert str(message.arguments[0].conversion) == "STRING"
        assert (message.send, message.feedback) == (False, False)


def test_targets_are_large_enough_for_a_finger(document):
    for control in [*document.find_all(type="BUTTON"), *document.find_all(type="FADER")]:
        assert min(control.frame.w, control.frame.h) >= 36


def test_the_surface_is_valid(document):
    assert document.validate() == []


def test_the_same_parameters_give_the_same_bytes():
    assert layout_bytes() == layout_bytes()


def test_the_shipped_surface_is_in_step_with_the_parameters():
    assert zlib.decompress(SHIPPED.read_bytes()) == zlib.decompress(layout_bytes()), (
        "run: accompanist layout -o patches/touchosc/accompanist.tosc"
    )


def test_a_path_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ControlError, match="cannot be written"):
        write_layout(tmp_path / "nowhere" / "a.tosc")
    with pytest.raises(ControlError, match="cannot be written"):
        write_layout(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_layout_replaces_an_older_one(tmp_path):
    path = tmp_path / "a.tosc"
    path.write_bytes(b"old")
    write_layout(path)
    assert path.read_bytes() == layout_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_py2tosc_is_said_in_one_sentence(monkeypatch):
    importing = builtins.__import__

    def without_py2tosc(name, *rest):
        if name == "py2tosc":
            raise ImportError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_py2tosc)
    with pytest.raises(ControlError, match=r"^a TouchOSC layout needs py2tosc"):
        layout_bytes()
