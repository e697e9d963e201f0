"""Statements of every request, kept ready by the database: it reads and plans them once for each connection, not each time.

Of a statement that looks into a few indexes, planning takes the database three quarters of its time. Where connections change hands
between transactions (a pooler) nothing is kept, and the statement is sent as it is.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

PLACE = re.compile(r"%\((\w+)\)s|%%")
_KEPT: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by connection: the statements that it knows


def execute(cursor: Any, statement: str, values: Mapping[str, Any]) -> None:
    """Execute a statement with `%(name)s` for values. A statement is kept by its text: it has to be one of a few."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        cursor.execute(statement, values)
        return
    name, prepare, ask = _forms(statement)
    kept = _KEPT.setdefault(wrapper.connection, set())
    if name not in kept:
        with wrapper.wrap_database_errors:
            cursor.cursor.execute(
                prepare
            )  # the driver's: it is no question, and counts as none where questions are counted
        kept.add(name)
    cursor.execute(ask, values)


@lru_cache(maxsize=256)
def _forms(statement: str) -> tuple[str, str, str]:
    """The name under which a statement is kept, how it is given to be kept, and how it is asked for."""
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    body = PLACE.sub(placed, statement)
    name = "kept_" + blake2b(body.encode(), digest_size=8).hexdigest()
    given = ", ".join(f"%({place})s" for place in places)
    return name, f"PREPARE {name} AS {body}", f"EXECUTE {name}" + (f"({given})" if given else "")
