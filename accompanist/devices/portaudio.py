"""PortAudio: the library, the devices it knows, and which one is meant."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from accompanist.devices.errors import AudioUnavailable

REMEDY_DEVICE = "attach one or start a JACK server"
_REMEDY_LIBRARY = "install it with: sudo apt-get install libportaudio2"

_USUAL_CLIENT = b"PortAudio"
_MIXED = 2


def library(client: bytes = _USUAL_CLIENT) -> ModuleType:
    """PortAudio, with devices listed as they are now; streams that are open end.

    Parameters
    ----------
    client
        What JACK is to call this program; kept by the caller.

    Raises
    ------
    AudioUnavailable
        If it is not installed.
    """
    try:
        import sounddevice
    except OSError as error:
        raise AudioUnavailable(
            f"the audio library PortAudio is missing; {_REMEDY_LIBRARY}"
        ) from error
    if sounddevice._initialized:
        sounddevice._terminate()
    # Only a PortAudio that knows JACK has a name for it.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(sounddevice._libname).PaJack_SetClientName(client)
    sounddevice._initialize()
    return sounddevice  # type: ignore[no-any-return]


def opens(sounddevice: ModuleType, device: Any, direction: str) -> bool:  # noqa: ANN401
    """Whether a device could be opened now, as an ``input`` or ``output``."""
    check = getattr(sounddevice, f"check_{direction}_settings")
    try:
        check(device["index"], dtype="float32", samplerate=device["default_samplerate"])
    except (sounddevice.PortAudioError, ValueError):
        return False
    return True


@contextmanager
def let_go_if_refused(sounddevice: ModuleType) -> Iterator[None]:
    """Detach from sound servers if a device is refused: one that stops later must find nobody."""
    try:
        yield
    except AudioUnavailable:
        sounddevice._terminate()
        raise


def chosen_output(sounddevice: ModuleType, name: str | None) -> Any:  # noqa: ANN401
    """Return the output of a name or part of one; without a name the default, or the first.

    Raises
    ------
    AudioUnavailable
        If there is none, or a name fits several.
    """
    return _default(sounddevice, "output") if name is None else _named(sounddevice, name, "output")


def chosen_input(sounddevice: ModuleType, wanted: str) -> tuple[Any, int, int]:
    """Return the input that a name means, and the first channel and how many are listened to.

    A name, or part of one, is followed by a colon and a channel, counted from 1; without a channel
    the first two are mixed, as instruments and pairs of microphones are plugged in. Without a name
    it is the default, or the first.

    Raises
    ------
    AudioUnavailable
        If there is none, a name fits several, or the device has no such channel.
    """
    name, channel = _split(sounddevice, wanted)
    device = _named(sounddevice, name, "input") if name else _default(sounddevice, "input")
    count = int(device["max_input_channels"])
    if channel is None:
        return device, 0, min(count, _MIXED)
    if not 1 <= channel <= count:
        raise AudioUnavailable(
            f"audio input {device['name']} has no channel {channel}; it has 1 to {count}"
        )
    return device, channel - 1, 1


def _split(sounddevice: ModuleType, wanted: str) -> tuple[str, int | None]:
    """Part a name from the channel after it; names may hold colons and numbers too."""
    name, colon, channel = wanted.rpartition(":")
    known = [device["name"].casefold() for device in _all(sounddevice, "input")]
    if not (colon and channel.strip().isdecimal()) or any(wanted.casefold() in n for n in known):
        return wanted.strip(), None
    return name.strip(), int(channel)


def _default(sounddevice: ModuleType, direction: str) -> Any:  # noqa: ANN401
    place = ("input", "output").index(direction)
    candidates = [sounddevice.default.device[place]]
    candidates += [driver[f"default_{direction}_device"] for driver in sounddevice.query_hostapis()]
    for number in candidates:
        if number is not None and number >= 0:
            return sounddevice.query_devices(number)
    raise AudioUnavailable(f"there is no audio {direction}; {REMEDY_DEVICE}")


def _all(sounddevice: ModuleType, direction: str) -> list[Any]:
    devices = sounddevice.query_devices()
    return [device for device in devices if device[f"max_{direction}_channels"] > 0]


def _named(sounddevice: ModuleType, name: str, direction: str) -> Any:  # noqa: ANN401
    devices = _all(sounddevice, direction)
    exact = [device for device in devices if device["name"] == name]
    fitting = exact or [d for d in devices if name.casefold() in d["name"].casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        known = ", ".join(device["name"] for device in devices) or "none"
        raise AudioUnavailable(f"there is no audio {direction} {name}; those attached: {known}")
    names = ", ".join(device["name"] for device in fitting)
    raise AudioUnavailable(f"several audio {direction}s fit {name} ({names}); give a whole name")
