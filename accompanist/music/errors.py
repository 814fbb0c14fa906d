"""The one kind of error a performer may be shown."""


class Refusal(Exception):
    """Something asked for cannot be done; the message is one sentence with its remedy."""
