"""Everything sealed is sealed anew with the newest key, in small steps beside people who write; what is done stays done."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connection, transaction

from config.keys import withheld
from config.keys.columns import Column, sealed
from trail import vault

AT_ONCE = 500  # rows of a transaction
GUARD = "append_only_rows"
NEXT = """
SELECT {pk}, {name} FROM {table} WHERE {name} <> '' AND substring({name}, 1, %(size)s) <> %(newest)s {after}
ORDER BY {pk} LIMIT %(most)s FOR UPDATE
"""
WRITE = "UPDATE {table} SET {name} = %s WHERE {pk} = %s"
LEFT = """
SELECT substring({name}, 1, %(size)s), count(*) FROM {table} WHERE {name} <> '' GROUP BY 1
"""
# Five characters of base64 say thirty bits of the id: enough to tell our keys apart.
IN_CASES = """
SELECT left(payload ->> side, 5), count(*) FROM arbitration_caseevent, unnest(ARRAY['own', 'customer']) AS side
WHERE type = 'call_list' AND payload ? side GROUP BY 1
"""
# Whoever may see nothing else of a connection of another role sees its name.
BEHIND = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND starts_with(application_name, %s) AND position(%s IN application_name) = 0
"""
GUARDED = "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s AND tgenabled <> 'D')"


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """A transaction in which the guard of an append-only table is off; its owner alone can do that. No row says anything else after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GUARDED, [table, GUARD])
        guarded = cursor.fetchone()[0]
        if guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {GUARD}")
        yield
        if guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {GUARD}")


def behind() -> int:
    """How many connections are of programs that do not know the newest key: they could read nothing that is sealed anew."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, [vault.PROGRAM, vault.key_id(settings.PHONE_KEYS[0]).hex()])
        return int(cursor.fetchone()[0])


def reseal(seen: Callable[[Column, int], None] = lambda _column, _count: None) -> tuple[int, Counter[str]]:
    """Seal anew what is not under the newest key; gives how many, and what no key of ours opens, by column.

    `seen(column, rows)` is called after each step. Columns whose changes are marked are left alone.
    """
    done, shut = 0, Counter[str]()
    for column in sealed():
        last: Any = None
        while not column.marked:
            with unguarded(column.table):
                last, changed, unopened = _step(column, last)
            shut[str(column)] += unopened
            done += changed
            if last is None:
                break
            seen(column, changed)
    with transaction.atomic():  # last: who is frozen meanwhile takes along what was not yet sealed anew
        withheld.renew(withheld.sealed_anew)
    return done, +shut


def _step(column: Column, last: Any) -> tuple[Any, int, int]:
    """The next rows behind `last`; gives the last of them (none: that was all), how many were sealed anew, how many stay shut."""
    names = {"table": column.table, "name": column.name, "pk": column.pk}
    given = {"size": vault.ID, "newest": vault.key_id(settings.PHONE_KEYS[0]), "last": last}
    after = f"AND {column.pk} > %(last)s" if last is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(NEXT.format(after=after, **names), given | {"most": 1 if column.large else AT_ONCE})
        rows = cursor.fetchall()
        fresh = [(text, pk) for pk, text in ((pk, _anew(old)) for pk, old in rows) if text is not None]
        cursor.executemany(WRITE.format(**names), fresh)
    return (rows[-1][0] if rows else None), len(fresh), len(rows) - len(fresh)


def _anew(old: memoryview) -> bytes | None:
    try:
        return vault.seal_bytes(vault.unseal_bytes(old))
    except InvalidTag:
        return None


def left_in_cases() -> Counter[str]:
    """The same of the numbers of call lists, which stand in events of a case: no event is ever changed."""
    known = {base64.b64encode(vault.key_id(key))[:5].decode(): vault.key_id(key).hex() for key in settings.PHONE_KEYS}
    with connection.cursor() as cursor:
        cursor.execute(IN_CASES)
        return Counter({known.get(name, "older"): count for name, count in cursor.fetchall()})


def left() -> dict[str, Counter[str]]:
    """How much lies under which key, by column: the id of the key, or `older` for what was sealed before keys had ids."""
    known = {vault.key_id(key): vault.key_id(key).hex() for key in settings.PHONE_KEYS}
    found: dict[str, Counter[str]] = {}
    for column in sealed():
        with connection.cursor() as cursor:
            cursor.execute(LEFT.format(table=column.table, name=column.name), {"size": vault.ID})
            for name, count in cursor.fetchall():
                found.setdefault(str(column), Counter())[known.get(bytes(name), "older")] += count
    return found
