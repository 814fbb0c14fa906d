"""Whether what sounds is a single line: one voice, and no chords, drums or band.

One voice has a clear pitch that stays from moment to moment, and its lowest partials are strong.
Chords are murky; or they are periodic as a low common root would be, but lack its partials. Drums
hold no pitch for long. What was heard of these over the last seconds is weighed. A line is believed
after a third of a second of it; once believed, it takes more to be doubted.

Limits: voices in octaves or fifths are one line, and so is a bass with nothing but drums above it,
and a triad laid open over its own root, as long as it is major.
"""

_CLEAR, _MURKY = 0.8, (0.5, 0.8)
_STEADY = 0.25
_STRONG, _WEAK = 0.25, 0.15
_REMEMBERED_S, _DOUBT_S = 2.5, 0.3
_ROOTLESS_COUNTS, _MURKY_COUNTS = 2.0, 0.6
_BEGINS, _ENDS = 0.5, 0.35


class SingleLine:
    """Judges moments of sound.

    Attributes
    ----------
    heard
        Whether a single line is heard.
    """

    def __init__(self, frame_s: float) -> None:
        self.heard = False
        self._frame_s = frame_s
        self._sounded_s = _DOUBT_S
        self._evidence = 0.0
        self._before = 0.0

    def hear(self, pitch: float, clarity: float, share: float) -> None:
        """Take a moment in which something sounds.

        Parameters
        ----------
        pitch, clarity
            The likeliest pitch, and how clear it is.
        share
            What its three lowest partials have of the sound.
        """
        clear = clarity > _CLEAR
        steady = clear and abs(pitch - self._before) < _STEADY
        self._before = pitch if clear else 0.0
        self._sounded_s = min(self._sounded_s + self._frame_s, _REMEMBERED_S)
        says = 0.0
        if steady and share > _STRONG:
            says = 1.0
        elif steady and share < _WEAK:
            says = -_ROOTLESS_COUNTS
        elif _MURKY[0] < clarity < _MURKY[1]:
            says = -_MURKY_COUNTS
        self._evidence += (says - self._evidence) * self._frame_s / self._sounded_s
        self.heard = self._evidence > (_ENDS if self.heard else _BEGINS)
