"""What the parts of a page ask of one case, asked once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from arbitration.models import Collision

Answer = TypeVar("Answer")


def once_a_page(read: Callable[[Collision], Answer]) -> Callable[[Collision], Answer]:
    """A read that is asked once of a case that was opened for a page (`cases/opened.py`), and anew each time of any other: a service
    that has locked a case sees it as it is.
    """

    @wraps(read)
    def asked(case: Collision) -> Any:
        if case.known is None:
            return read(case)
        if read.__name__ not in case.known:
            case.known[read.__name__] = read(case)
        return case.known[read.__name__]

    return asked
