"""Libraries' own words stay off the terminal."""

import os

from accompanist.devices.quiet import hushed


def test_hushing_lets_nothing_onto_standard_error_and_gives_it_back(capfd):
    with hushed():
        os.write(2, b"ALSA lib: no such device\n")
    os.write(2, b"heard again\n")

    assert capfd.readouterr().err == "heard again\n"
