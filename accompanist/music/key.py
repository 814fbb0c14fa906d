"""Keys: a tonic and a mode, or no key at all."""

from dataclasses import dataclass

from accompanist.music.pitch import parse_pitch_class, pitch_class_name

MODES = ("major", "minor")

_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


@dataclass(frozen=True, slots=True)
class Key:
    """A major or (natural) minor key; no key when `tonic` is None."""

    tonic: int | None
    mode: str = "major"

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"{self.mode!r} is not a mode; use major or minor")

    @property
    def name(self) -> str:
        """Such as ``D minor``; ``no key`` when there is none."""
        return "no key" if self.tonic is None else f"{pitch_class_name(self.tonic)} {self.mode}"

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The seven tones of the scale; none when there is no key."""
        if self.tonic is None:
            return frozenset()
        return frozenset((self.tonic + step) % 12 for step in _SCALES[self.mode])

    @property
    def index(self) -> int:
        """Place among 24: major keys 0–11 from C, minor keys 12–23.

        Raises
        ------
        ValueError
            If there is no key.
        """
        if self.tonic is None:
            raise ValueError("no key has no place among the 24")
        return self.tonic + 12 * MODES.index(self.mode)


NO_KEY = Key(None)


def key_at(index: int) -> Key:
    """Key at a place among 24, as `Key.index` counts them."""
    return Key(index % 12, MODES[index // 12])


def parse_key(name: str) -> Key:
    """Key of a name such as ``D minor`` or ``no key``.

    Raises
    ------
    ValueError
        If there is no such tonic or mode.
    """
    if name == NO_KEY.name:
        return NO_KEY
    tonic, _, mode = name.partition(" ")
    return Key(parse_pitch_class(tonic), mode)
