"""Chance that replays: numbers that depend on the seed, the part and the frame alone."""

import math
import random

_PARTS = {"drums": 1, "bass": 2, "harmony": 3}
_MOST = 0.995


def chance_of(seed: int, part: str, index: int) -> random.Random:
    """Generator of one part's luck in one frame."""
    return random.Random((seed << 48) ^ (_PARTS[part] << 40) ^ (index & 0xFFFFFFFFFF))


def laplace(luck: random.Random) -> float:
    """A draw of the Laplace distribution of scale 1, its last .5 % at either end cut off."""
    share = (2 * luck.random() - 1) * _MOST
    return -math.copysign(math.log1p(-abs(share)), share)
