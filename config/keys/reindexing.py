"""Every blind index is computed anew, while nobody works: until it is done, numbers are found under the one key or the other.

From the numbers that somebody reported or works with, what each index was and what it becomes; then each column by that list. A row
that is done is not in the list any more, so a run that was broken off is simply begun again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from config.keys import withheld
from config.keys.columns import NUMBERS, Column, indexed
from config.keys.resealing import unguarded
from leads.privacy.pieces import Piece
from leads.screening import phones
from people.models import RecoveryCode
from people.services.second_factor import PAGE
from trail import vault
from trail.services import tell

AT_ONCE = 20_000  # ids of a table in one transaction
BECOMES = "CREATE TEMPORARY TABLE becomes (was bytea PRIMARY KEY, new bytea NOT NULL)"
ARRIVING = "CREATE TEMPORARY TABLE arriving (was bytea, new bytea)"
ARRIVED = "INSERT INTO becomes SELECT * FROM arriving ON CONFLICT DO NOTHING; TRUNCATE arriving"
CHANGE = """
UPDATE {table} AS t SET {name} = becomes.new FROM becomes
WHERE becomes.was = t.{name} AND t.{pk} BETWEEN %(low)s AND %(high)s
"""
STRANGE = "SELECT count(*) FROM {table} t WHERE {name} <> '' AND NOT EXISTS (SELECT FROM becomes WHERE new = t.{name})"
# Of other roles no more than this can be seen; the server's own workers have no role.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""
OLDEST = "SELECT sealed, whole FROM leads_phone ORDER BY id LIMIT 1"
NO_CODES = gettext_noop("恢复码不能用了。去换一批新的，抄下来")
Seen = Callable[[str, int], None]


def kinds(number: str) -> list[tuple[str, str]]:
    """What is known of a number that an index may have been made of (leads/vault.py, leads/services/precheck.py)."""
    digits = phones.national(number)
    first, last = digits[:3], digits[-4:]
    asked = [("mask", number)] if "*" in number else []
    return [*asked, ("whole", number), ("m34", first + last), ("ends33", first + last[-3:]), ("last4", last)]


def others() -> int:
    """How many connections others have to this database: while there are any, the program is not stopped."""
    return int(_ask(OTHERS))


def fitting(ask: Callable[[str], Any]) -> bool:
    """Whether the keys that we have are those of this database: the oldest number opens, and is found under the newest key."""
    oldest = ask(OLDEST)
    if oldest is None:
        return True
    sealed, whole = oldest
    try:
        return vault.index("whole", vault.unseal(sealed)) == bytes(whole)
    except InvalidTag:
        return False


def reindex(seen: Seen = lambda _place, _count: None) -> Counter[str]:
    """Compute every index anew under the newest key; gives of each column how many rows hold what cannot be computed any more.

    Of questions about numbers that nobody ever reported, that is as it should be. `seen(place, rows)` is called after each step.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS becomes, arriving; {BECOMES}; {ARRIVING}")
    for label, name in NUMBERS.items():
        _learn(Column(apps.get_model(label), name), seen)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE becomes")
    with transaction.atomic():
        withheld.renew(_indexed_anew)
    for column in indexed():
        _change(column, seen)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM leads_claimkey")  # rows to lock: they are made again when they are needed
    strange = {str(c): int(_ask(STRANGE.format(table=c.table, name=c.name))) for c in indexed()}
    return +Counter(strange)


def _learn(column: Column, seen: Seen) -> None:
    """What each index of these numbers was, and what it becomes."""
    rows = column.model.objects.order_by("pk").values_list(column.name, flat=True).iterator(AT_ONCE)
    for batch in _batches(rows):
        opened = (vault.unseal(sealed) for sealed in batch if sealed)  # of who was erased nothing is left
        lines = "".join(f"\\\\x{was.hex()}\t\\\\x{new.hex()}\n" for number in opened for was, new in _pairs(number))
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY arriving FROM STDIN", StringIO(lines))
            cursor.execute(ARRIVED)
        seen(str(column), len(batch))


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _pairs(number: str) -> Iterator[tuple[bytes, bytes]]:
    for kind, known in kinds(number):
        new, *olds = vault.indexes(kind, known)
        yield new, new
        yield from ((old, new) for old in olds)


def _indexed_anew(piece: Piece) -> Callable[[bytes], bytes]:
    """In what a frozen customer left: their numbers are nowhere else."""
    becomes = dict(pair for number in withheld.numbers_of(piece) for pair in _pairs(number))
    return lambda raw: becomes.get(raw, raw)


def _change(column: Column, seen: Seen) -> None:
    """From the newest rows to the oldest, so that the oldest number of all is done last."""
    low, high = _ask(f"SELECT min({column.pk}), max({column.pk}) FROM {column.table}")  # noqa: S608 — a table of our own
    while low is not None and high >= low:
        with unguarded(column.table), connection.cursor() as cursor:
            names = {"table": column.table, "name": column.name, "pk": column.pk}
            cursor.execute(
                CHANGE.format(**names) + f" AND t.{column.name} <> becomes.new",
                {"low": high - AT_ONCE + 1, "high": high},
            )
            seen(str(column), cursor.rowcount)
        high -= AT_ONCE


@transaction.atomic
def forget_codes(*, at: datetime) -> int:
    """A recovery code cannot be computed anew: those that were not used go, and whose they were are told; gives how many people."""
    codes = RecoveryCode.objects.filter(used_at__isnull=True)
    people = sorted(set(codes.values_list("user", flat=True)))
    for user in people:
        tell(to=user, kind="second_factor.codes", sentence=NO_CODES, link=PAGE, at=at)
    codes.delete()
    return len(people)


def _ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()
    return found[0] if len(found) == 1 else found
