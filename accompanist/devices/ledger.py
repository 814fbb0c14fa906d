"""The ledger of what really sounds: which note owns each key of each channel of an instrument.

An instrument knows keys, not notes: when two notes overlap on one key, the later one owns it, and
the end of the earlier one must not silence it.
"""

Key = tuple[int, int]
"""Channel 0–15 and pitch 0–127."""


class Ledger:
    """Which notes sound now, at most one a key."""

    def __init__(self) -> None:
        self._owner: dict[Key, int] = {}
        self._key: dict[int, Key] = {}

    @property
    def sounding(self) -> tuple[Key, ...]:
        """Keys that are down, in the order in which they were struck."""
        return tuple(self._owner)

    def sounds(self, key: Key) -> bool:
        """Whether a key is down."""
        return key in self._owner

    def strike(self, note_id: int, key: Key) -> bool:
        """Give a key to a note; true if it was down, so that it must be let up first."""
        former = self._owner.pop(key, None)
        if former is not None:
            del self._key[former]
        self._owner[key] = note_id
        self._key[note_id] = key
        return former is not None

    def lift(self, note_id: int) -> Key | None:
        """Key to let up at a note's end; none if the note owns no key (any more)."""
        key = self._key.pop(note_id, None)
        if key is not None:
            del self._owner[key]
        return key

    def clear(self) -> tuple[Key, ...]:
        """Keys to let up so that nothing sounds."""
        sounding = self.sounding
        self._owner.clear()
        self._key.clear()
        return sounding
