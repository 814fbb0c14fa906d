"""What a control surface can be refused: each message is one sentence with its remedy."""

from accompanist.music.errors import Refusal


class ControlError(Refusal):
    """A control surface cannot be served or written."""


class SurfacesUnavailableError(ControlError):
    """Control surfaces cannot be served on this machine at all; the band can play without."""
