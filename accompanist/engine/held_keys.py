"""Which keys and sustain pedals the performer holds down."""

from accompanist.music.events import PERCUSSION_CHANNEL, Attack, NoteOff, NoteOn, PerformerEvent


class HeldKeys:
    """Follows keys and pedals; drum pads are struck and not held.

    Attributes
    ----------
    lifted_s
        When the last of them came up; None while one is down, and before the first.
    """

    def __init__(self) -> None:
        self._down: set[tuple[int, int]] = set()
        self._pedals: set[int] = set()
        self.lifted_s: float | None = None

    @property
    def are_down(self) -> bool:
        """Whether a key or a pedal is down."""
        return bool(self._down or self._pedals)

    def hear(self, event: PerformerEvent | Attack) -> None:
        """Take an event."""
        if isinstance(event, Attack) or event.channel == PERCUSSION_CHANNEL:
            return
        were_down = self.are_down
        if isinstance(event, NoteOn):
            self._down.add((event.channel, event.pitch))
        elif isinstance(event, NoteOff):
            self._down.discard((event.channel, event.pitch))
        elif event.down:
            self._pedals.add(event.channel)
        else:
            self._pedals.discard(event.channel)
        if self.are_down:
            self.lifted_s = None
        elif were_down:
            self.lifted_s = event.time_s
