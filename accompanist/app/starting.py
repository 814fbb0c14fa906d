"""How a session starts: what is set before the first note."""

from accompanist.music.errors import Refusal
from accompanist.music.events import ControlTurn
from accompanist.music.parameters import ROOT, ParameterValues


def starting_style(name: str | None) -> tuple[ControlTurn, ...]:
    """Return the turn of the style control before the first note; none without a name.

    Raises
    ------
    Refusal
        If there is no such style.
    """
    if name is None:
        return ()
    turn = ControlTurn(0.0, f"{ROOT}/style", name, "file")
    try:
        ParameterValues().take(turn.address, turn.value)
    except ValueError as error:
        raise Refusal(str(error)) from error
    return (turn,)
