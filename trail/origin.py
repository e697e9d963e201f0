"""From where whoever acts is acting: the network address of the request that is being served. Jobs and commands have none.

Every line of the audit log takes it from here, so that no act can forget to say it (people/middleware.py puts it there).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)


def address() -> str | None:
    """The address of this request."""
    return _address.get()


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Whatever is done in this block is done from there."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)
