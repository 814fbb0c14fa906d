"""A session rendered to WAV as it goes.

Sound is 16-bit stereo at 48 kHz from the built-in synth. Rendering follows the announcements with
half a second in hand, so memory stays flat however long the session; a WAV ends after six hours,
where its format does.
"""

from pathlib import Path
from typing import BinaryIO

from accompanist.devices.atomic import AtomicFile
from accompanist.devices.errors import DeviceError
from accompanist.devices.seats import Seats
from accompanist.devices.wav_file import Place, WavFile
from accompanist.dsp import mixer
from accompanist.dsp.synth import SAMPLE_RATE_HZ, BandSynth
from accompanist.music.band import Played
from accompanist.music.events import PerformerEvent

LONGEST_S = 6 * 3600.0

_BLOCK_FRAMES = 1024
_IN_HAND_S = 0.5
_LONGEST_TAIL_S = 8.0


class WavRendering:
    """Writes the performer and the band as sound, at the end of a file that grows.

    Parameters
    ----------
    place
        The file: empty, or with the sound of the same session up to some time, which goes on.
    style
        Whose instruments play.
    synth
        What sounds; a new synth at 48 kHz unless given.

    Raises
    ------
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(self, place: Place, style: str = "", synth: BandSynth | None = None) -> None:
        self._synth = synth or BandSynth(SAMPLE_RATE_HZ)
        self._synth.set_style(style)
        self._seats = Seats(self._synth, self._frame_at)
        self._wav = WavFile(place, round(self._synth.sample_rate_hz))
        # Nothing is rendered of what the file holds already.
        self._synth.rig.counters[mixer.NOW] = self._wav.frames
        self._seen_s = 0.0

    def send(self, event: Played) -> None:
        """Take a committed event of the band."""
        self.follow(event.announced_s)
        self._seats.send(event)

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer."""
        self.follow(event.time_s)
        self._seats.perform(event)

    def follow(self, time_s: float) -> None:
        """Render what nothing that comes after this time can change."""
        self._seen_s = max(self._seen_s, time_s)
        self._render_to(self._frame_at(self._seen_s - _IN_HAND_S))

    def set_level(self, part: str, level: float) -> None:
        """Loudness of a part from the last announcement on, 0–1."""
        self._synth.set_level(part, level, self._frame_at(self._seen_s))

    def set_style(self, style: str, at_s: float) -> None:
        """Change instruments, for the notes that begin from then on."""
        self._synth.set_style(style, self._frame_at(at_s))

    def close(self) -> None:
        """Let the last notes die away."""
        self._render_to(self._frame_at(self._seen_s + _IN_HAND_S))
        last = self._synth.frame + self._frame_at(_LONGEST_TAIL_S)
        self._synth.all_off(last - _BLOCK_FRAMES * 4)
        while self._synth.voices_sounding and self._synth.frame < last:
            self._render_to(self._synth.frame + _BLOCK_FRAMES)
        self.settle()

    def settle(self) -> None:
        """Have the file say how long it is."""
        self._wav.settle()

    def _frame_at(self, time_s: float) -> int:
        return max(0, round(time_s * self._synth.sample_rate_hz))

    def _render_to(self, frame: int) -> None:
        """Render whole blocks up to a frame."""
        while self._synth.frame + _BLOCK_FRAMES <= frame:
            sound = self._synth.render(_BLOCK_FRAMES)
            if self._synth.frame < self._frame_at(LONGEST_S):
                self._wav.write(sound)


class WavSink(WavRendering):
    """Writes the performer and the band as sound; the file takes its name when it is kept.

    Parameters
    ----------
    path
        Where the WAV will be.
    style, synth
        As for a `WavRendering`.

    Raises
    ------
    DeviceError
        If nothing can be written there.
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(self, path: Path, style: str = "", synth: BandSynth | None = None) -> None:
        synth = synth or BandSynth(SAMPLE_RATE_HZ)
        self._file = AtomicFile(path)
        self._disk = _Disk(self._file.stream)
        self._path = path
        super().__init__(self._disk, style, synth)

    def keep(self) -> None:
        """Put the file in its place.

        Raises
        ------
        DeviceError
            If the disk refused any of it; then what stood there before still stands.
        """
        if self._disk.refusal is not None:
            self.discard()
            reason = (self._disk.refusal.strerror or str(self._disk.refusal)).lower()
            raise DeviceError(f"{self._path} cannot be written ({reason}); choose another path")
        self._file.keep()

    def discard(self) -> None:
        """Leave everything as it was before."""
        self._file.discard()


class _Disk:
    """A file that never refuses while sound goes on, and says afterwards whether it did."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.refusal: OSError | None = None

    def write_at(self, place: int, payload: bytes) -> bool:
        """Write, or remember why not."""
        try:
            self._stream.seek(place)
            self._stream.write(payload)
        except OSError as error:
            self.refusal = self.refusal or error
            return False
        return True
