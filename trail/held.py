"""Forms that are shown as they were filled in and not sent: what they hold is looked at once more by whoever filled them in.

While one is held, every form that is given something refuses it with a sentence and does nothing else; its page shows it as it shows
any form with a mistake in it, with all that was typed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_now: ContextVar["Held | None"] = ContextVar("held", default=None)


@dataclass
class Held:
    """Why a form is held. `met`: whether there was one."""

    sentence: str
    met: bool = False


def holding() -> Held | None:
    """What holds forms just now."""
    return _now.get()


@contextmanager
def hold(sentence: str) -> Iterator[Held]:
    """Inside, no form is valid."""
    held = Held(sentence)
    token = _now.set(held)
    try:
        yield held
    finally:
        _now.reset(token)
