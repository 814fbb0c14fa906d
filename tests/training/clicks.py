"""Pieces of sound made by hand, whose truth is plain to see."""

import json
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 16_000
PERIOD_S = 0.5


def write_clicks(folder: Path, name: str, beats: int = 40, **truth) -> Path:
    """A click on every beat at 120 BPM, four to a bar, from 1 s on, with what is true of it."""
    beats_s = 1.0 + PERIOD_S * np.arange(beats)
    sound = np.zeros(int((beats_s[-1] + 1.0) * RATE_HZ), np.float32)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 800) * np.exp(-np.arange(800) / 100)
    for at_s in beats_s:
        start = int(at_s * RATE_HZ)
        sound[start : start + len(noise)] = noise
    said = {"beats": beats_s.tolist(), "downbeats": beats_s[::4].tolist(), **truth}
    return write_piece(folder, name, sound, said)


def write_piece(folder: Path, name: str, sound: np.ndarray, said: dict) -> Path:
    """A file of sound, and its truth beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / f"{name}.flac", sound, RATE_HZ)
    (folder / f"{name}.json").write_text(json.dumps(said))
    return folder / f"{name}.flac"


FAKE_PEERS = """
import json, sys
from pathlib import Path
NOT_HERE = {"version": None, "licence": "MIT", "offline": False, "hears": ["beats"]}
HERE = {"version": "1", "licence": "MIT", "offline": False, "hears": ["beats", "keys", "chords"]}
if len(sys.argv) == 1:
    ahead = {**HERE, "offline": True}
    print(json.dumps({"late": HERE, "madmom": ahead, "broken": HERE, "absent": NOT_HERE}))
    sys.exit()
for line in sys.stdin:
    job = json.loads(line)
    with Path(__file__).with_name("asked").open("a") as asked:
        asked.write(sys.argv[1] + "\\n")
    if sys.argv[1] == "broken":
        sys.exit("it was never built")
    if "silent" in job["path"]:
        print(json.dumps({"reason": "too soft", "processor_s": 0.0, "length_s": 1.0}))
        continue
    beats = [[1.03 + k / 2, 1.0 + k / 2, False] for k in range(20)]
    keys = [[at_s, "C major"] for at_s in job["moments_s"]]
    said = {"beats": beats, "keys": keys, "chords": [[1.0, "C:maj"]]}
    print(json.dumps({**said, "processor_s": 2.0, "length_s": 10.0}))
"""
"""Peers that know 20 clicks by heart: one hears them late, one never runs, one is not there."""


def write_peers(folder: Path) -> Path:
    """The script of these peers."""
    script = folder / "peers.py"
    script.write_text(FAKE_PEERS)
    return script
