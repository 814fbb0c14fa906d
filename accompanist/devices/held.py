"""What a performer holds down, so that it can be let up when the controller is gone."""

from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent


class Held:
    """Keys and pedals that are down."""

    def __init__(self) -> None:
        self._keys: set[tuple[int, int]] = set()
        self._pedals: set[int] = set()

    def follow(self, event: PerformerEvent) -> None:
        """Take note of what goes down and comes up."""
        match event:
            case NoteOn(pitch=pitch, channel=channel):
                self._keys.add((channel, pitch))
            case NoteOff(pitch=pitch, channel=channel):
                self._keys.discard((channel, pitch))
            case Pedal(down=True, channel=channel):
                self._pedals.add(channel)
            case Pedal(channel=channel):
                self._pedals.discard(channel)

    def let_up(self, time_s: float) -> list[PerformerEvent]:
        """Events that let everything up at `time_s`."""
        keys = [NoteOff(time_s, pitch, channel) for channel, pitch in sorted(self._keys)]
        pedals = [Pedal(time_s, False, channel) for channel in sorted(self._pedals)]
        self._keys.clear()
        self._pedals.clear()
        return [*keys, *pedals]
