"""Seals over marks: what is sealed stays as it is, and no tail of it can be cut off; whoever keeps the last seal elsewhere proves it."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.db import IntegrityError, connection, transaction

from trail.models import Mark, Seal

START = bytes(32)
MARKS_AT_MOST = 10_000  # under one seal
PATIENCE = timedelta(seconds=30)  # with acts that are under way

CONTENT = """
SELECT count(*), sha256(coalesce(string_agg(
  convert_to(concat_ws(' ', id, table_name, row_id, encode(digest, 'hex'), was, 'erasing ' || erasing), 'UTF8'),
  '\\x0a'::bytea ORDER BY id), ''))
FROM trail_mark WHERE id > %s AND id <= %s
"""
# Who has written marks and is not done: each holds this lock to the end of their transaction. A copy of this database on the same
# server has tables of the same number.
WRITING = """
SELECT virtualtransaction FROM pg_locks
WHERE relation = 'trail_mark'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def seal(*, at: datetime) -> Seal | None:
    """Put all marks under seal that are decided; gives the last seal there is.

    Ids are drawn before their transactions are committed. So whoever was writing when we looked is waited for, and what begins
    later is left for the next time: nobody waits for us. Where somebody takes longer than `PATIENCE`, nothing is sealed yet.
    """
    newest = Mark.objects.order_by("-pk").values_list("pk", flat=True).first()
    last = Seal.objects.order_by("-number").first()
    if newest is None or not _decided():
        return last
    try:
        while (last.upto if last else 0) < newest:
            last = _next(last, newest, at)
    except IntegrityError:  # another worker is doing it
        return Seal.objects.order_by("-number").first()
    return last


def _decided() -> bool:
    """Wait for whoever is writing now; whether they are all done."""
    writing, until = _writing(), time.monotonic() + PATIENCE.total_seconds()
    while writing and time.monotonic() < until:
        time.sleep(0.02)
        writing &= _writing()
    return not writing


def _writing() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        return {name for (name,) in cursor.fetchall()}


def _next(last: Seal | None, newest: int, at: datetime) -> Seal:
    after, before = (last.upto, bytes(last.digest)) if last else (0, START)
    ids = Mark.objects.filter(pk__gt=after, pk__lte=newest).order_by("pk").values_list("pk", flat=True)
    upto = [*ids[:MARKS_AT_MOST]][-1]
    count, content = _content(after, upto)
    one = Seal(
        number=last.number + 1 if last else 1, after=after, upto=upto, count=count, rows=_rows(after, upto), content=content,
        at=at, before=before,
    )  # fmt: skip
    one.digest = _digest(one)
    with transaction.atomic():
        one.save(force_insert=True)
    return one


def mistakes() -> Iterator[tuple[str, str]]:
    """What is wrong with the seals and the marks under them: where, and what."""
    before, after, expected = START, 0, 1
    for one in Seal.objects.order_by("number").iterator():
        name = f"seal {one.number}"
        if one.number != expected:
            yield f"seal {expected}", "is gone"
        elif bytes(one.digest) != _digest(one):
            yield name, "was changed"
        elif (bytes(one.before), one.after) != (before, after):
            yield name, "does not join the one before"
        elif _content(one.after, one.upto) != (one.count, bytes(one.content)):
            yield from ((name, what) for what in _broken(one))
        before, after, expected = bytes(one.digest), one.upto, one.number + 1


def missing(exported: str) -> bool:
    """Whether the history no longer holds this seal, as `name` gave it to be kept elsewhere."""
    number, _, digest = exported.partition(":")
    return not Seal.objects.filter(number=int(number), digest=bytes.fromhex(digest)).exists()


def name(one: Seal) -> str:
    """A seal as it is kept elsewhere: number and digest."""
    return f"{one.number}:{bytes(one.digest).hex()}"


def _digest(one: Seal) -> bytes:
    head = f"{one.number}\n{one.after}\n{one.upto}\n{one.count}\n{one.rows}\n{one.at.astimezone(UTC).isoformat()}\n"
    return hashlib.sha256(head.encode() + bytes(one.content) + bytes(one.before)).digest()


def _content(after: int, upto: int) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(CONTENT, [after, upto])
        count, content = cursor.fetchone()
    return count, bytes(content)


def _marked(after: int, upto: int) -> dict[str, list[int]]:
    """The rows that these marks mark, in order, by table."""
    marks = Mark.objects.filter(pk__gt=after, pk__lte=upto).order_by("table_name", "row_id")
    named = marks.values_list("table_name", "row_id")
    return {table: [row for _table, row in rows] for table, rows in groupby(named, key=lambda mark: mark[0])}


def _rows(after: int, upto: int) -> str:
    return "\n".join(f"{table} {' '.join(_spans(rows))}" for table, rows in _marked(after, upto).items())


def _spans(rows: list[int]) -> Iterator[str]:
    """Numbers in order, those in sequence as one: 1-40 42."""
    for _distance, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _place, number in run]
        yield str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


def _read(rows: str) -> Iterator[tuple[str, int]]:
    for line in rows.splitlines():
        table, *spans = line.split(" ")
        for span in spans:
            first, _, last = span.partition("-")
            yield from ((table, number) for number in range(int(first), int(last or first) + 1))


def _broken(one: Seal) -> Iterator[str]:
    """Which marks under a seal are gone or too many; where none is, one of them was written anew."""
    sealed, found = Counter(_read(one.rows)), Counter(_read(_rows(one.after, one.upto)))
    yield from (f"the mark of {table} {row} is gone" for table, row in sealed - found)
    yield from (f"a mark of {table} {row} was put in" for table, row in found - sealed)
    if sealed == found:
        yield f"one of its {one.count} marks was written anew"
