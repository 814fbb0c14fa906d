"""What is shown, said once more for surfaces that can neither compare nor take apart.

A button of such a surface lights up when it is told 1, and that is all it can do. So for each word
that a control or a fact may say there is a lamp, ``ADDRESS/WORD``, which is 1 while it says that
word and 0 otherwise (spaces become underscores). What is shown in several values at once is also
shown value by value, at ``ADDRESS/1``, ``ADDRESS/2`` and so on.
"""

from accompanist.music.parameter import Feedback, Parameter, Value
from accompanist.music.parameters import FEEDBACK, PARAMETERS

Arguments = list[tuple[str, Value]]

_SHOWN: tuple[Parameter | Feedback, ...] = (*PARAMETERS, *FEEDBACK)
_WORDS = {shown.address: shown.choices for shown in _SHOWN if shown.choices}


def lamp_of(address: str, word: str) -> str:
    """Address of the lamp that is lit while `address` says `word`."""
    return f"{address}/{word.replace(' ', '_')}"


def single_values(feedback: Feedback) -> list[tuple[str, str]]:
    """Address and type tag of each value of what is shown, each alone."""
    if len(feedback.types) == 1:
        return [(feedback.address, feedback.types)]
    return [(f"{feedback.address}/{place}", tag) for place, tag in enumerate(feedback.types, 1)]


def with_lamps(messages: dict[str, Arguments]) -> dict[str, Arguments]:
    """Return messages, by address, with those to lamps and of single values that they call for."""
    told = dict(messages)
    for address, arguments in messages.items():
        for word in _WORDS.get(address, ()):
            told[lamp_of(address, word)] = [("i", int(arguments[0][1] == word))]
        if len(arguments) > 1:
            for place, argument in enumerate(arguments, 1):
                told[f"{address}/{place}"] = [argument]
    return told
