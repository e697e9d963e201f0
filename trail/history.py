"""Proof that nobody rewrote the history: each row of a guarded table against its mark, the marks against their seals.

What it finds and what it cannot is in docs/decisions/0019-history.md. All is recomputed here, by statements of our own: nothing rests on
what the database's own functions and triggers say.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from trail import seals
from trail.operations import AppendOnly

AT_ONCE = 20_000  # ids of a table that one statement compares
TRIGGERS = ("append_only_rows", "append_only_table", "marked_rows")

# From each row back through its changes: what it held before must come to the digest of the mark before, to the first mark.
# A row without a mark, a mark without a row, a state that comes to another digest: each is a mistake.
COMPARE = """
WITH RECURSIVE marks AS MATERIALIZED (
  SELECT row_id, digest, was, row_number() OVER (PARTITION BY row_id ORDER BY id DESC) AS n{salts}
  FROM trail_mark WHERE table_name = %(table)s AND row_id {which}
), states AS (
  SELECT id AS row_id, 1::bigint AS n, {body} AS body FROM {table} t{salted} WHERE id {which}
  UNION ALL
  SELECT row_id, n + 1, body || was FROM states JOIN marks USING (row_id, n) WHERE was IS NOT NULL
)
SELECT row_id, max(body ->> 'no'), row_id IN (SELECT id FROM {table} WHERE id {which}), row_id IN (SELECT row_id FROM marks)
FROM states FULL JOIN marks USING (row_id, n)
WHERE body IS NULL OR digest IS NULL OR (digest <> ALL (array_remove(ARRAY[{digests}], NULL)){unless})
GROUP BY row_id ORDER BY row_id
"""
PLAIN = {"{salts}": "", "{body}": "to_jsonb(t)", "{salted}": "", "{unless}": ""}
# Of rows with texts that may be erased: in place of each text its digest with the salt of the row, as their marks have it. What
# was marked before there were salts cannot be checked any more once the row was marked anew to be erased.
SALTED = {
    "{salts}": """,
    (array_agg(salt) FILTER (WHERE salt IS NOT NULL) OVER (PARTITION BY row_id))[1] AS salt,
    bool_or(was = '{}') OVER (PARTITION BY row_id ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before""",
    "{body}": """CASE WHEN m.salt IS NULL THEN to_jsonb(t) ELSE to_jsonb(t) || coalesce((
    SELECT jsonb_object_agg(key, encode(sha256(m.salt || convert_to(value::text, 'UTF8')), 'hex'))
    FROM jsonb_each(to_jsonb(t)) WHERE key = ANY(%(erasable)s) AND value <> 'null'
  ), '{}') END""",
    "{salted}": " LEFT JOIN marks m ON m.row_id = t.id AND m.n = 1",
    "{unless}": " AND before IS NOT TRUE",
}
DIGEST = "sha256(convert_to(({body})::text, 'UTF8'))"
# What a change may not have changed: columns that are not open, and one that is set once and was set; but for the texts of
# somebody who was erased or frozen.
UNLAWFUL = """
SELECT DISTINCT row_id, key FROM trail_mark m, jsonb_each(was)
WHERE table_name = %(table)s AND was IS NOT NULL AND row_id {which}
  AND (NOT key = ANY(%(open)s) OR (key = ANY(%(set_once)s) AND value <> 'null'))
  AND NOT (key = ANY(%(erasable)s) AND EXISTS (SELECT FROM trail_erasing e WHERE e.id = m.erasing))
"""
SPAN = """
SELECT min(id), max(id) FROM (
  (SELECT min(id) AS id FROM {table}) UNION ALL (SELECT max(id) FROM {table})
  UNION ALL (SELECT min(row_id) FROM trail_mark WHERE table_name = %(table)s)
  UNION ALL (SELECT max(row_id) FROM trail_mark WHERE table_name = %(table)s)
) ends
"""
GONE = """
SELECT DISTINCT row_id FROM trail_mark WHERE table_name = %(table)s AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = row_id)
"""
SWITCHES = "SELECT tgname::text FROM pg_trigger WHERE tgrelid = %(table)s::regclass AND tgenabled IN ('O', 'A')"
ONE_WAY = "SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'"

# Whoever keeps what an `Erasing` speaks of says which of them nobody else knows of (config/wiring.py): where, and what.
WITNESSES: list[Callable[[], Iterator[tuple[str, str]]]] = []


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is not as it was written: of which table, which row by id and number, or which seal, and what is wrong."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@cache
def guarded() -> dict[str, AppendOnly]:
    """The tables whose rows are marked, as the migrations have it: the database is not asked, it may have been told otherwise."""
    found: dict[str, AppendOnly] = {}
    migrations = MigrationLoader(None).disk_migrations
    for (app, _name), migration in sorted(migrations.items()):
        for operation in migration.operations:
            if isinstance(operation, AppendOnly) and operation.marked:
                found[apps.get_model(app, operation.model)._meta.db_table] = operation
    return found


def mistakes(
    *of: type[models.Model], seen: Callable[[str, int], None] = lambda _place, _count: None
) -> Iterator[Mistake]:
    """Everything that is wrong with the rows of these models, of all guarded ones where none is named; then with the seals.

    `seen(table, ids)` is called whenever a part of a table was looked at. In constant memory, and beside people who write:
    a row and its mark are committed together.
    """
    for table in [model._meta.db_table for model in of] or guarded():
        yield from _guard(table)
        low, high = _rows(SPAN, table)[0]
        for start in range(low, high + 1, AT_ONCE) if low is not None else ():
            yield from _compare(table, "BETWEEN %(low)s AND %(high)s", low=start, high=min(start + AT_ONCE - 1, high))
            seen(table, min(start + AT_ONCE - 1, high) - low + 1)
    if not of:
        yield from (Mistake(place, what) for place, what in seals.mistakes())
        yield from (Mistake(place, what) for witness in WITNESSES for place, what in witness())


def mistakes_among(rows: models.QuerySet) -> Iterator[Mistake]:
    """What is wrong with these rows, and which rows of their table are gone: enough for one month of one project, and quick."""
    table = rows.model._meta.db_table
    ids = list(rows.values_list("pk", flat=True))
    yield from _guard(table)
    yield from _compare(table, "= ANY(%(ids)s)", ids=ids)
    for (row,) in _rows(GONE, table):
        yield Mistake(f"{table} {row}", "is gone")


def _compare(table: str, which: str, **given: Any) -> Iterator[Mistake]:
    rule = guarded()[table]
    digests, without = _digests(rule)
    compare, given["erasable"] = COMPARE.replace("{digests}", digests), list(rule.erasable)
    for part, sql in (SALTED if rule.erasable else PLAIN).items():
        compare = compare.replace(part, sql)
    for row, no, there, marked in _rows(compare, table, which, **without, **given):
        yield Mistake(f"{table} {row}" + (f" ({no})" if no else ""), _what(there=there, marked=marked))
    open_ = [*rule.set_once, *rule.free, *rule.moves]
    for row, column in _rows(UNLAWFUL, table, which, open=open_, set_once=list(rule.set_once), **given):
        yield Mistake(f"{table} {row}", f"{column} was changed again")


def _digests(rule: AppendOnly) -> tuple[str, dict[str, str]]:
    """What a row may come to: its digest, or that of a time before the last column was added, or the last two …, as long as they
    hold what rows of that time hold."""
    digests, values, without = [DIGEST.format(body="body")], {}, list(rule.later)
    for n in range(len(without)):
        added = {name: rule.later[name] for name in without[n:]}
        values[f"added_{n}"], names = json.dumps(added), ", ".join(f"'{name}'" for name in added)
        digest = DIGEST.format(body=f"body - ARRAY[{names}]")
        digests.append(f"CASE WHEN body @> %(added_{n})s THEN {digest} END")
    return ", ".join(digests), values


def _what(*, there: bool, marked: bool) -> str:
    if not there:
        return "is gone"
    return "was changed" if marked else "was put in unmarked"


def _guard(table: str) -> Iterator[Mistake]:
    on = {name for (name,) in _rows(SWITCHES, table)}
    for name in TRIGGERS:
        if name not in on:
            yield Mistake(table, f"its guard {name} is switched off")


def _rows(sql: str, table: str, which: str = "", **given: Any) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_WAY)
        cursor.execute(sql.replace("{table}", table).replace("{which}", which), {"table": table, **given})
        return list(cursor.fetchall())
