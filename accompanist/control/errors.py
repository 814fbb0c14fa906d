"""What a control surface can be refused: each message is one sentence with its remedy."""

from accompanist.music.errors import Refusal


class ControlError(Refusal):
    """A control surface cannot be served or written."""
