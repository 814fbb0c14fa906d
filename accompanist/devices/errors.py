"""What a device or a file can refuse: each message is one sentence with its remedy."""

from accompanist.music.errors import Refusal


class DeviceError(Refusal):
    """A device or a file cannot be used."""


class PerformanceError(DeviceError):
    """A performance cannot be read."""


class AudioUnavailable(DeviceError):  # noqa: N818
    """There is no audio output to play through."""
