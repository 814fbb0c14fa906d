"""The one kind of error a performer may be shown."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something asked for cannot be done; the message is one sentence with its remedy."""
