"""What the parts of a page ask of one case, asked once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from arbitration.models import Collision

Answer = TypeVar("Answer")
Given = ParamSpec("Given")


def once_a_page(
    read: Callable[Concatenate[Collision, Given], Answer],
) -> Callable[Concatenate[Collision, Given], Answer]:
    """A read that is asked once of a case that was opened for a page (`cases/opened.py`), and anew each time of any other: a service
    that has locked a case sees it as it is. What else it is given, such as the moment, is the same for a whole page.
    """

    @wraps(read)
    def asked(case: Collision, /, *given: Given.args, **named: Given.kwargs) -> Any:
        if case.known is None:
            return read(case, *given, **named)
        if read.__name__ not in case.known:
            case.known[read.__name__] = read(case, *given, **named)
        return case.known[read.__name__]

    return asked
