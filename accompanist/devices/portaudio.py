"""PortAudio: the library, the devices it knows, and which one is meant."""

from types import ModuleType
from typing import Any

from accompanist.devices.errors import AudioUnavailable

REMEDY_DEVICE = "attach one or start a JACK server"
_REMEDY_LIBRARY = "install it with: sudo apt-get install libportaudio2"


def library() -> ModuleType:
    """PortAudio, with devices listed as they are now.

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
    sounddevice._initialize()
    return sounddevice  # type: ignore[no-any-return]


def chosen_output(sounddevice: ModuleType, name: str | None) -> Any:  # noqa: ANN401
    """Return the output of a name or part of one; without a name the default, or the first.

    Raises
    ------
    AudioUnavailable
        If there is none, or a name fits several.
    """
    if name is not None:
        return _named(sounddevice, name, "output")
    candidates = [sounddevice.default.device[1]]
    candidates += [driver["default_output_device"] for driver in sounddevice.query_hostapis()]
    for number in candidates:
        if number is not None and number >= 0:
            return sounddevice.query_devices(number)
    raise AudioUnavailable(f"there is no audio output; {REMEDY_DEVICE}")


def chosen_input(sounddevice: ModuleType, output: Any) -> Any:  # noqa: ANN401
    """Return the input that runs with an output: its own, or its driver's default.

    Raises
    ------
    AudioUnavailable
        If its driver has no input.
    """
    if output["max_input_channels"] > 0:
        return output
    number = sounddevice.query_hostapis(output["hostapi"])["default_input_device"]
    if number < 0:
        raise AudioUnavailable(
            f"there is no audio input beside output {output['name']}; attach one or do without"
        )
    return sounddevice.query_devices(number)


def _named(sounddevice: ModuleType, name: str, direction: str) -> Any:  # noqa: ANN401
    devices = [d for d in sounddevice.query_devices() if d[f"max_{direction}_channels"] > 0]
    exact = [device for device in devices if device["name"] == name]
    fitting = exact or [d for d in devices if name.casefold() in d["name"].casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        known = ", ".join(device["name"] for device in devices) or "none"
        raise AudioUnavailable(f"there is no audio {direction} {name}; those attached: {known}")
    names = ", ".join(device["name"] for device in fitting)
    raise AudioUnavailable(f"several audio {direction}s fit {name} ({names}); give a whole name")
