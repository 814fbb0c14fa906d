"""SoundFonts (SF2, and SF3 with Vorbis samples): the file's records, every bound checked.

A SoundFont 2.04 is a RIFF file: `sdta/smpl` holds samples, `pdta` nine tables that say which
sample sounds for which key. SF3 compresses each sample by itself as Ogg Vorbis; its offsets are
bytes and its loops count frames of that sample. Files over 64 MiB are refused.
"""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from accompanist.music.errors import Refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_SAMPLE_FRAMES = 4_000_000

SAMPLE_IS_VORBIS = 0x10

PRESET = np.dtype(
    [("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("unused", "<u4", 3)]
)
INSTRUMENT = np.dtype([("name", "S20"), ("bag", "<u2")])
BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
MODULATOR = np.dtype(
    [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("by", "<u2"), ("curve", "<u2")]
)
GENERATOR = np.dtype([("kind", "<u2"), ("amount", "<i2")])
SAMPLE = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate_hz", "<u4"),
        ("pitch", "u1"),
        ("correction_cents", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ]
)
TABLES = {
    "phdr": PRESET,
    "pbag": BAG,
    "pmod": MODULATOR,
    "pgen": GENERATOR,
    "inst": INSTRUMENT,
    "ibag": BAG,
    "imod": MODULATOR,
    "igen": GENERATOR,
    "shdr": SAMPLE,
}
"""The tables in the order of the file; the last record of each only ends it."""


class SoundfontError(Refusal):
    """A soundfont cannot be used; the message says why and what to do."""


class Soundfont:
    """The records of a soundfont, and its samples one by one.

    Parameters
    ----------
    path
        An ``.sf2`` or ``.sf3`` file.
    max_bytes
        Larger files are refused.

    Attributes
    ----------
    information
        Text chunks of the file, such as ``ICOP`` for the copyright.
    tables
        Arrays of `TABLES`, each with its ending record.

    Raises
    ------
    SoundfontError
        If the file is missing, too large or damaged.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                payload = file.read(max_bytes + 1)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SoundfontError(f"{path} cannot be read ({reason}); reinstall it") from error
        if len(payload) > max_bytes:
            raise SoundfontError(f"{path} is larger than {max_bytes >> 20} MiB; use a smaller one")
        if payload[:4] != b"RIFF" or payload[8:12] != b"sfbk":
            raise SoundfontError(f"{path} is not a soundfont; use an .sf2 or .sf3 file")
        self.information: dict[str, bytes] = {}
        self.tables: dict[str, NDArray[np.void]] = {}
        self._samples = memoryview(b"")
        self._read(memoryview(payload))
        self._check()

    def preset(self, bank: int, program: int) -> int:
        """Place of a preset in the table ``phdr``.

        Raises
        ------
        SoundfontError
            If the font has no such preset.
        """
        presets = self.tables["phdr"][:-1]
        found = np.flatnonzero((presets["bank"] == bank) & (presets["program"] == program))
        if found.size == 0:
            raise self._damaged(f"preset {bank}:{program} is missing")
        return int(found[0])

    def sample(self, number: int) -> NDArray[np.int16]:
        """Frames of a sample, mono.

        Raises
        ------
        SoundfontError
            If the sample cannot be decoded.
        """
        header = self.tables["shdr"][number]
        start, end = int(header["start"]), int(header["end"])
        if not header["kind"] & SAMPLE_IS_VORBIS:
            if not start <= end <= len(self._samples) // 2:
                raise self._damaged(f"sample {number} lies outside the file")
            return np.frombuffer(self._samples[2 * start : 2 * end], "<i2").astype(np.int16)
        if not start < end <= len(self._samples):
            raise self._damaged(f"sample {number} lies outside the file")
        try:
            with soundfile.SoundFile(io.BytesIO(self._samples[start:end])) as file:
                if file.channels != 1 or not 0 < file.frames <= MAX_SAMPLE_FRAMES:
                    raise self._damaged(f"sample {number} is not a mono sample")
                frames: NDArray[np.int16] = file.read(dtype="int16")
        except soundfile.LibsndfileError as error:
            raise self._damaged(f"sample {number} is not Ogg Vorbis") from error
        return frames

    def _read(self, payload: memoryview) -> None:
        for name, body in self._chunks(payload[12:]):
            if name != "LIST":
                continue
            kind = bytes(body[:4])
            for inner, content in self._chunks(body[4:]):
                if kind == b"INFO":
                    self.information[inner] = bytes(content)
                elif kind == b"sdta" and inner == "smpl":
                    self._samples = content
                elif kind == b"pdta" and inner in TABLES:
                    self.tables[inner] = self._table(inner, content)

    def _chunks(self, body: memoryview) -> Iterator[tuple[str, memoryview]]:
        at = 0
        while at + 8 <= len(body):
            name, size = struct.unpack_from("<4sI", body, at)
            if at + 8 + size > len(body):
                raise self._damaged("it is cut short")
            yield name.decode("latin-1"), body[at + 8 : at + 8 + size]
            at += 8 + size
            # Some converters leave out the zero that pads an odd chunk.
            at += size & 1 and bytes(body[at : at + 1]) == b"\0"

    def _table(self, name: str, content: memoryview) -> NDArray[np.void]:
        if len(content) % TABLES[name].itemsize:
            raise self._damaged(f"its table {name} is cut short")
        return np.frombuffer(content, TABLES[name])

    def _check(self) -> None:
        """Refuse tables that point outside one another."""
        for name in TABLES:
            if name not in self.tables or not self.tables[name].size:
                raise self._damaged(f"its table {name} is missing")
        references = {
            "pbag": self.tables["phdr"]["bag"],
            "pgen": self.tables["pbag"]["generator"],
            "ibag": self.tables["inst"]["bag"],
            "igen": self.tables["ibag"]["generator"],
        }
        for name, places in references.items():
            if np.any(np.diff(places.astype(np.int64)) < 0):
                raise self._damaged(f"its references to {name} are out of order")
            if places[-1] >= self.tables[name].size:
                raise self._damaged(f"it points outside its table {name}")

    def _damaged(self, reason: str) -> SoundfontError:
        return SoundfontError(f"{self.path} is damaged ({reason}); reinstall it")
