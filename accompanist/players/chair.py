"""A seat in the band: the learned player sits in it, and an understudy stands behind.

Intros, breaks and endings are arranged, so the understudy plays them; so it does the styles that
the part's model does not know, and half- and double-time drums, which no model has learned. When
the model raises or gives nonsense, the understudy plays to the end of that bar. A model that fails
`FAILURES_BEFORE_REST` times rests for `REST_BARS` bars, and is then tried again. Silence is never
the fallback.
"""

from accompanist.music.band import PlannedNote
from accompanist.music.section import ARRANGED
from accompanist.players.player import Frame, Player

FAILURES_BEFORE_REST = 3
REST_BARS = 8


class Chair:
    """Plays a part by its model or its understudy, as asked and as able.

    Parameters
    ----------
    model
        The learned player; None when it could not be loaded.
    understudy
        The rule-based player of the same part.
    """

    def __init__(self, model: Player | None, understudy: Player) -> None:
        self._model = model
        self._understudy = understudy
        self.part = understudy.part
        self.prefers_model = True
        self.faults: list[str] = []
        self._failures = 0
        self._away_until_bar = -1

    @property
    def state(self) -> object:
        """Both players' memories."""
        return (self._model.state if self._model else None, self._understudy.state)

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, tuple)
        model_memory, understudy_memory = remembered
        if self._model:
            self._model.state = model_memory
        self._understudy.state = understudy_memory

    def reset(self) -> None:
        """Forget the piece; failures are forgotten with it."""
        if self._model:
            self._model.reset()
        self._understudy.reset()
        self._failures = 0
        self._away_until_bar = -1

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Notes of this frame; never raises on the model's account."""
        if self._model and self._model_plays(frame):
            try:
                return self._model.play(frame)
            except Exception as error:
                self._excuse(frame.bar, error)
        return self._understudy.play(frame)

    def _model_plays(self, frame: Frame) -> bool:
        learned = self.part in frame.learned and frame.section not in ARRANGED
        felt = self.part != "drums" or frame.level == "normal"
        return self.prefers_model and learned and felt and frame.bar > self._away_until_bar

    def _excuse(self, bar: int, error: Exception) -> None:
        self._failures += 1
        self._away_until_bar = bar
        if self._failures % FAILURES_BEFORE_REST == 0:
            self._away_until_bar = bar + REST_BARS
        self.faults.append(f"{self.part} model failed ({error}); the understudy plays")
