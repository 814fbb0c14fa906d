"""What each device takes, kept by name: whole, bounded, and never guessed from a damaged file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices import compensation
from accompanist.devices.compensation import (
    NONE,
    Compensation,
    calibration_file,
    calibrations,
    compensation_for,
    forget,
    keep,
)
from accompanist.devices.errors import DeviceError


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch) -> Path:
    """An empty folder for settings."""
    folder = tmp_path / "settings"
    monkeypatch.setattr(compensation, "settings_folder", lambda: folder)
    return folder


def test_a_device_that_was_never_calibrated_takes_nothing():
    assert compensation_for("Keystation") == (0.0, 0.0) == NONE
    assert compensation_for(None) == NONE


def test_what_is_kept_is_found_again_by_name():
    keep({"Keystation": Compensation(input_s=0.002)})
    keep({"Nord Stage 3: MIDI 1": Compensation(output_s=0.004)})

    assert compensation_for("Keystation") == (0.002, 0.0)
    assert compensation_for("Nord Stage 3: MIDI 1") == (0.0, 0.004)


def test_the_file_reads_as_a_player_would_write_it():
    keep({"Flügel": Compensation(0.001, 0.0125)})

    assert calibration_file().read_text(encoding="utf-8") == (
        "{\n"
        '  "devices": {\n'
        '    "Flügel": {\n'
        '      "input_ms": 1.0,\n'
        '      "output_ms": 12.5\n'
        "    }\n"
        "  }\n"
        "}\n"
    )


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1), max_size=4)
)
def test_any_name_and_any_latency_up_to_a_second_comes_back_to_the_microsecond(latencies):
    keep({name: Compensation(latency_s, latency_s) for name, latency_s in latencies.items()})

    for name, latency_s in latencies.items():
        assert compensation_for(name) == pytest.approx((latency_s, latency_s), abs=5.1e-7)


def test_what_is_forgotten_takes_nothing_and_the_rest_stays():
    keep({"Keystation": Compensation(0.002), "synth": Compensation(0.0, 0.004)})

    forget("Keystation")

    assert calibrations() == {"synth": (0.0, 0.004)}


def test_forgetting_what_was_never_known_is_refused_with_what_is_known():
    keep({"synth": Compensation(0.0, 0.004)})

    with pytest.raises(DeviceError, match="'organ' is not calibrated; calibrated are: 'synth'"):
        forget("organ")


@pytest.mark.parametrize("latency_s", [-0.001, 1.001, float("nan"), float("inf")])
def test_a_latency_that_makes_no_sense_is_refused_and_nothing_changes(latency_s):
    keep({"synth": Compensation(0.0, 0.004)})

    with pytest.raises(DeviceError, match="no latency of 'synth'"):
        keep({"synth": Compensation(0.0, latency_s)})

    assert compensation_for("synth") == (0.0, 0.004)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"devices": []}',
        '{"devices": {"synth": 4}}',
        '{"devices": {"synth": {"input_ms": 1}}}',
        '{"devices": {"synth": {"input_ms": 1, "output_ms": "4"}}}',
        '{"devices": {"synth": {"input_ms": true, "output_ms": 4}}}',
        '{"devices": {"synth": {"input_ms": NaN, "output_ms": 4}}}',
        '{"devices": {"synth": {"input_ms": 1, "output_ms": 1e9}}}',
        "[" * 100_000,
        " " * (1 << 20) + "{}",
        "\udcff",
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence_and_left_as_it_is(settings, damage):
    settings.mkdir()
    before = damage.encode("utf-8", "surrogateescape")
    calibration_file().write_bytes(before)

    with pytest.raises(DeviceError, match=r"is damaged \([^\n]*\); mend or delete it$"):
        compensation_for("synth")
    with pytest.raises(DeviceError):
        keep({"synth": NONE})

    assert calibration_file().read_bytes() == before


def test_a_file_that_cannot_be_read_is_refused(settings):
    calibration_file().mkdir(parents=True)

    with pytest.raises(DeviceError, match=r"cannot be read \(is a directory\)"):
        calibrations()


def test_a_folder_that_cannot_be_made_is_refused(settings):
    settings.write_text("in the way")

    with pytest.raises(DeviceError):
        keep({"synth": NONE})


@pytest.mark.skipif(sys.platform != "linux", reason="the custom of Linux")
def test_settings_lie_where_the_desktop_says():
    script = "from accompanist.devices.compensation import calibration_file as f; print(f())"

    said = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "XDG_CONFIG_HOME": "/somewhere"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.strip() == "/somewhere/accompanist/calibration.json"
