"""Cuts the band's instruments out of a large soundfont and packs them small.

Run as ``python -m accompanist.training.soundfont FluidR3_GM.sf2 -o band.sf3``. The source is
FluidR3 GM by Frank Wen (MIT; Debian package ``fluid-soundfont-gm``); packing needs ``sf3convert``
(Debian package of that name). The same source gives the same bytes.
"""

import argparse
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.instruments import INSTRUMENTS, Instrument
from accompanist.dsp.soundfont import TABLES, Soundfont
from accompanist.music.errors import Refusal

MAX_SOURCE_BYTES = 512 * 1024 * 1024
VORBIS_QUALITY = "0.4"

_INSTRUMENT_REFERENCE, _SAMPLE_REFERENCE = 41, 53
_LINKED_KINDS = (2, 4, 8)
_GAP_FRAMES = 46
"""Zeros after every sample, as the SoundFont standard asks for."""


class _Cut:
    """Copies presets with all they need, numbering instruments and samples anew."""

    def __init__(self, source: Soundfont) -> None:
        self._source = source
        self._rows: dict[str, list[np.void]] = {name: [] for name in TABLES}
        self._instruments: dict[int, int] = {}
        self._samples: dict[int, int] = {}
        self._frames: list[NDArray[np.int16]] = []
        self._length = 0

    def take(self, instrument: Instrument) -> None:
        place = self._source.preset(instrument.bank, instrument.program)
        row = self._source.tables["phdr"][place].copy()
        first, row["bag"] = int(row["bag"]), len(self._rows["pbag"])
        self._rows["phdr"].append(row)
        after = int(self._source.tables["phdr"][place + 1]["bag"])
        for bag in range(first, after):
            for generator in self._bag("pbag", "pmod", bag):
                if generator["kind"] == _INSTRUMENT_REFERENCE:
                    generator["amount"] = self._instrument(int(generator["amount"]))
                self._rows["pgen"].append(generator)

    def tables(self) -> dict[str, bytes]:
        """Every table with its ending record."""
        ends = {name: np.zeros((), TABLES[name]) for name in TABLES}
        ends["phdr"]["name"], ends["phdr"]["bag"] = b"EOP", len(self._rows["pbag"])
        ends["inst"]["name"], ends["inst"]["bag"] = b"EOI", len(self._rows["ibag"])
        ends["shdr"]["name"] = b"EOS"
        for bags, generators, modulators in (("pbag", "pgen", "pmod"), ("ibag", "igen", "imod")):
            ends[bags]["generator"] = len(self._rows[generators])
            ends[bags]["modulator"] = len(self._rows[modulators])
        return {
            name: b"".join(row.tobytes() for row in rows) + ends[name].tobytes()
            for name, rows in self._rows.items()
        }

    def frames(self) -> bytes:
        return np.concatenate(self._frames).astype("<i2").tobytes()

    def _bag(self, bags: str, modulators: str, number: int) -> NDArray[np.void]:
        """Copy a zone's modulators, and return its generators to be copied."""
        table = self._source.tables[bags]
        this, following = table[number], table[number + 1]
        row = this.copy()
        generators = bags.replace("bag", "gen")
        row["generator"] = len(self._rows[generators])
        row["modulator"] = len(self._rows[modulators])
        self._rows[bags].append(row)
        span = slice(int(this["modulator"]), int(following["modulator"]))
        self._rows[modulators] += list(self._source.tables[modulators][span])
        span = slice(int(this["generator"]), int(following["generator"]))
        return self._source.tables[generators][span].copy()

    def _instrument(self, number: int) -> int:
        if number in self._instruments:
            return self._instruments[number]
        new = self._instruments[number] = len(self._rows["inst"])
        row = self._source.tables["inst"][number].copy()
        first, row["bag"] = int(row["bag"]), len(self._rows["ibag"])
        self._rows["inst"].append(row)
        after = int(self._source.tables["inst"][number + 1]["bag"])
        for bag in range(first, after):
            for generator in self._bag("ibag", "imod", bag):
                if generator["kind"] == _SAMPLE_REFERENCE:
                    generator["amount"] = self._sample(int(generator["amount"]))
                self._rows["igen"].append(generator)
        return new

    def _sample(self, number: int) -> int:
        if number in self._samples:
            return self._samples[number]
        new = self._samples[number] = len(self._rows["shdr"])
        row = self._source.tables["shdr"][number].copy()
        self._rows["shdr"].append(row)
        frames = self._source.sample(number)
        shift = self._length - int(row["start"])
        for name in ("start", "end", "loop_start", "loop_end"):
            row[name] = int(row[name]) + shift
        self._frames += [frames, np.zeros(_GAP_FRAMES, np.int16)]
        self._length += len(frames) + _GAP_FRAMES
        linked = int(row["kind"]) in _LINKED_KINDS
        row["link"] = self._sample(int(row["link"])) if linked else 0
        return new


def cut_soundfont(source: Soundfont, instruments: Iterable[Instrument]) -> bytes:
    """Bytes of an SF2 that holds these presets, by bank and program, and nothing else.

    Raises
    ------
    SoundfontError
        If a preset is missing or damaged.
    """
    cut = _Cut(source)
    for instrument in sorted(instruments, key=lambda one: (one.bank, one.program)):
        cut.take(instrument)
    information = b"".join(_chunk(name, text) for name, text in source.information.items())
    tables = b"".join(_chunk(name, rows) for name, rows in cut.tables().items())
    lists = (b"INFO" + information, b"sdta" + _chunk("smpl", cut.frames()), b"pdta" + tables)
    return _chunk("RIFF", b"sfbk" + b"".join(_chunk("LIST", body) for body in lists))


def pack_soundfont(soundfont: bytes, target: Path) -> None:
    """Compress an SF2's samples as Ogg Vorbis and write the SF3.

    Raises
    ------
    Refusal
        If ``sf3convert`` is missing or fails.
    """
    program = shutil.which("sf3convert")
    if program is None:
        raise Refusal("sf3convert is missing; install it with: sudo apt-get install sf3convert")
    with tempfile.TemporaryDirectory() as folder:
        loose, packed = Path(folder) / "band.sf2", Path(folder) / "band.sf3"
        loose.write_bytes(soundfont)
        command = [program, "-z", "-q", VORBIS_QUALITY, "-S", "1", str(loose), str(packed)]
        result = subprocess.run(command, capture_output=True, check=False)
        if result.returncode or not packed.is_file():
            raise Refusal("sf3convert could not pack the soundfont; try another version of it")
        shutil.copyfile(packed, target)


def _chunk(name: str, body: bytes) -> bytes:
    return struct.pack("<4sI", name.encode(), len(body)) + body + b"\0" * (len(body) & 1)


def main() -> int:
    """Cut and pack the soundfont that the band plays."""
    parser = argparse.ArgumentParser(description="Cut the band's soundfont out of FluidR3 GM.")
    parser.add_argument("source", type=Path, metavar="FluidR3_GM.sf2")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="band.sf3")
    args = parser.parse_args()
    try:
        source = Soundfont(args.source, MAX_SOURCE_BYTES)
        pack_soundfont(cut_soundfont(source, INSTRUMENTS.values()), args.output)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
