"""Decoded samples, kept beside the compiled code: decoding takes half a second, reading them none.

What is kept is found by the soundfont's own bytes, so that a font that was changed or damaged is
read anew. What cannot be kept, or was damaged where it lay, is decoded every time.
"""

import hashlib
import json
import secrets
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from accompanist.dsp.kept import folder
from accompanist.dsp.zones import BAND_SOUNDFONT, ZONE, SoundBank, load_bank

_DIGITS = 16


def band_bank(
    path: Path = BAND_SOUNDFONT, decode: Callable[[Path], SoundBank] = load_bank
) -> SoundBank:
    """Return the band's instruments, decoded now or before.

    Raises
    ------
    SoundfontError
        If the font is missing, damaged or lacks an instrument.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    except OSError:
        return decode(path)
    place = folder() / f"sounds-{digest}.npz"
    bank = _read(place)
    if bank is None:
        bank = decode(path)
        _keep(bank, place)
    return bank


def _read(place: Path) -> SoundBank | None:
    try:
        with np.load(place) as kept:
            frames, zones = kept["frames"], kept["zones"]
            named = json.loads(str(kept["spans"]))
        spans = {str(name): (int(first), int(count)) for name, (first, count) in named.items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
    if frames.dtype != np.int16 or zones.dtype != ZONE:
        return None
    return SoundBank(frames, zones, spans)


def _keep(bank: SoundBank, place: Path) -> None:
    part = place.with_name(f".{place.stem}.{secrets.token_hex(4)}.npz")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        spans = np.array(json.dumps(dict(bank.spans)))
        try:
            np.savez(part, frames=bank.frames, zones=bank.zones, spans=spans)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
