"""The test's database is pulled away, or can only be read: what a program notices when its server stops, or a standby takes over."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from tests import database


def _name() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _say(statement: str) -> None:
    """Say this of the test's database, and cut off everybody who is in it."""
    connections.close_all()
    with database._server() as server:
        server.execute(statement.format(name=f'"{_name()}"'))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [_name()],
        )


def switch(*, on: bool) -> None:
    """Let the database be reached, or cut everybody off and refuse whoever comes."""
    _say(f"ALTER DATABASE {{name}} WITH ALLOW_CONNECTIONS {str(on).lower()}")


@contextmanager
def away() -> Iterator[None]:
    """Nobody is let in."""
    switch(on=False)
    try:
        yield
    finally:
        switch(on=True)


@contextmanager
def read_only() -> Iterator[None]:
    """Every transaction may only read, as on a standby."""
    _say("ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        yield
    finally:
        _say("ALTER DATABASE {name} RESET default_transaction_read_only")
