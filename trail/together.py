"""Several querysets asked in one statement, where a page reads from many tables about one thing.

Each is filled with its rows as though it had been read alone; whoever iterates it afterwards asks nothing. The rows come as JSON,
and each column goes back to what the driver would have given, by the field that it is of.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections

# How what JSON has no word for comes back, by the kind of field. A field of a kind that is in neither list cannot be read here.
BACK: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat, "DateField": date.fromisoformat, "TimeField": time.fromisoformat, "UUIDField": UUID,
    "BinaryField": lambda text: memoryview(bytes.fromhex(text.removeprefix("\\x"))), "JSONField": json.dumps,
}  # fmt: skip
AS_IT_IS = frozenset(
    """AutoField BigAutoField BigIntegerField BooleanField CharField EmailField GenericIPAddressField IntegerField
    PositiveIntegerField PositiveSmallIntegerField SlugField SmallIntegerField TextField ArrayField""".split()
)


def fill(*asked: Any) -> None:
    """Read all of these querysets at once: one question for all, and those of their `prefetch_related`. What was read is left alone."""
    wanted = []
    for rows in (rows for rows in asked if rows._result_cache is None):
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            wanted.append((rows, compiler, *compiler.as_sql()))
        except EmptyResultSet:
            rows._result_cache = []
    if not wanted:
        return
    parts = [_one(sql, compiler) for _rows, compiler, sql, _args in wanted]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", [arg for *_rest, args in wanted for arg in args])
        found = cursor.fetchone()
    for (rows, compiler, _sql, _args), text in zip(wanted, found, strict=True):
        rows._result_cache = _made(rows, compiler, json.loads(text) if text else [])


def _one(sql: str, compiler: Any) -> str:
    """One queryset as a value; `sql` is Django's own, its arguments apart."""
    names = ", ".join(f"c{i}" for i in range(len(compiler.select)))
    return f"(SELECT json_agg(row_to_json(t))::text FROM ({sql}) AS t({names}))"  # noqa: S608


def _made(rows: Any, compiler: Any, found: list[dict[str, Any]]) -> list[Any]:
    """What the queryset is made of, by Django, as it makes it out of any answer."""
    turns = [_turn(expression.output_field) for expression, _sql, _alias in compiler.select]
    answer = [tuple(_turned(row[f"c{i}"], turn) for i, turn in enumerate(turns)) for row in found]
    compiler.execute_sql = lambda *_args, **_kwargs: [answer]
    told = rows._chain()
    told.query.get_compiler = lambda *_args, **_kwargs: compiler
    return list(told._iterable_class(told))


def _turn(field: Any) -> Callable[[Any], Any] | None:
    while field.remote_field is not None:  # of a key, what it points to
        field = field.target_field
    kind = field.get_internal_type()
    if kind not in BACK and kind not in AS_IT_IS:
        raise TypeError(f"{kind} cannot be read together with others")
    return BACK.get(kind)


def _turned(value: Any, turn: Callable[[Any], Any] | None) -> Any:
    return turn(value) if turn and value is not None else value
