"""Other programs that hear pieces of sound, in a process of an environment of their own.

``bench/sound_peers.py`` is run by that environment's Python, one process a peer, and says what is
installed there. What a peer heard of a file is kept in a folder, under a name made of the file, the
peer's version and the script, so that it need not hear it again. A peer that gives up on a file
hears nothing in it; one that fails altogether is left out.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from accompanist.music.chord import parse_chord
from accompanist.music.errors import Refusal
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard, StateHeard
from accompanist.music.key import parse_key
from accompanist.training.key_scores import key_moments_s
from accompanist.training.listening_sound import SoundPiece

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""More threads would cost more and, on a machine with other work, take longer."""

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class SoundPeer:
    """A peer that is installed: its version, its licence, and what it hears."""

    name: str
    version: str
    licence: str
    offline: bool
    hears: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its name, with a warning where it hears the whole piece before it says anything."""
        return f"{self.name} (offline)" if self.offline else self.name


@dataclass(frozen=True, slots=True)
class PeerHeard:
    """What a peer announced of one piece, and its processor seconds per second of sound."""

    announced: list[object]
    cost: float


class SoundPeers:
    """The peers of an environment.

    Parameters
    ----------
    python
        Its Python.
    script
        What it runs.
    kept
        Folder of what was heard before.
    say
        Takes a line about every peer, and of what keeps one from hearing.

    Raises
    ------
    Refusal
        If that Python does not run the script.
    """

    def __init__(self, python: Path, script: Path, kept: Path, say: Say) -> None:
        self._command = [str(python), str(script)]
        self._script, self._kept, self._say = script.read_bytes(), kept, say
        try:
            ran = subprocess.run(self._command, capture_output=True, text=True, check=True)
            told: dict[str, dict[str, Any]] = json.loads(ran.stdout)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise Refusal(
                f"{python} does not run {script.name}; name the python of an environment with peers"
            ) from error
        for name, about in told.items():
            if about["version"] is None:
                say(f"{name} ({about['licence']}) is not installed there, so it is left out")
        self.here = tuple(
            SoundPeer(
                name, about["version"], about["licence"], about["offline"], tuple(about["hears"])
            )
            for name, about in told.items()
            if about["version"] is not None
        )
        for peer in self.here:
            say(f"{peer.title}, {peer.version} ({peer.licence})")

    def heard(self, peer: SoundPeer, pieces: Sequence[SoundPiece]) -> list[PeerHeard] | None:
        """What a peer hears of every piece; none if it fails."""
        paths = [self._path(peer, piece) for piece in pieces]
        new = [
            (piece, path) for piece, path in zip(pieces, paths, strict=True) if not path.exists()
        ]
        if new:
            self._kept.mkdir(parents=True, exist_ok=True)
            lines = self._lines(peer, [piece for piece, _ in new])
            for line, (_, path) in zip(lines, new, strict=False):
                path.write_text(line, encoding="utf-8")
        try:
            found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        except (OSError, ValueError):
            return None
        for piece, one in zip(pieces, found, strict=True):
            if "reason" in one:
                self._say(f"{peer.name} gives up on {piece.name}: {one['reason']}")
        return [_heard(one) for one in found]

    def _path(self, peer: SoundPeer, piece: SoundPiece) -> Path:
        mark = hashlib.sha256(self._script)
        mark.update(f"{peer.name} {peer.version} {_moments_s(piece)}".encode())
        mark.update(piece.path.read_bytes())
        return self._kept / f"{mark.hexdigest()[:32]}.json"

    def _lines(self, peer: SoundPeer, pieces: list[SoundPiece]) -> Iterator[str]:
        """A line of what is heard for every piece, as it comes."""
        jobs = [
            {"path": str(piece.path.resolve()), "moments_s": _moments_s(piece)} for piece in pieces
        ]
        with TemporaryFile("w+") as asked, TemporaryFile("w+") as complaints:
            asked.writelines(f"{json.dumps(job)}\n" for job in jobs)
            asked.seek(0)
            with subprocess.Popen(
                [*self._command, peer.name],
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                env={**os.environ, **_ONE_THREAD},
            ) as process:
                yield from process.stdout or ()
            if process.returncode:
                complaints.seek(0)
                reason = (complaints.read().strip() or "no reason given").splitlines()[-1]
                self._say(f"{peer.name} fails, so it is left out: {reason}")


def _moments_s(piece: SoundPiece) -> list[float]:
    return list(key_moments_s(piece.performance).values())


def _heard(said: dict[str, Any]) -> PeerHeard:
    """Announcements as the listener makes them; a peer counts as locked from its first beat on."""
    heard: list[object] = [StateHeard(0.0, "locked")]
    heard += [
        BeatHeard(announced_s, at_s, k, k // 4, downbeat, 0.0, 1.0)
        for k, (announced_s, at_s, downbeat) in enumerate(said.get("beats", ()))
    ]
    heard += [
        KeyHeard(announced_s, parse_key(label), 1.0) for announced_s, label in said.get("keys", ())
    ]
    heard += [
        ChordHeard(announced_s, announced_s, parse_chord(label), 1.0)
        for announced_s, label in said.get("chords", ())
    ]
    return PeerHeard(heard, said["processor_s"] / max(said["length_s"], 1e-9))
