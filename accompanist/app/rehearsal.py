"""A rehearsal before the doors open: the ear and the band play to nobody, as fast as they can.

Everything that the first bars need is loaded, and compiled if it has not been, before it is late.
"""

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.devices.recorded import RecordedInput

REHEARSED_S = 8.0
"""Of the demonstration: the band has come in by then, and every player has had its turn."""


def rehearse() -> None:
    """Play the beginning of the demonstration to nobody.

    Raises
    ------
    Refusal
        If a model or a style file is missing or damaged.
    """
    session = Session(assemble(), [RecordedInput(demonstration())])
    session.run_offline(REHEARSED_S)
    session.close()
