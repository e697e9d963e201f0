"""Several querysets asked in one statement, where a page reads from many tables about one thing.

Each is filled with its rows as though it had been read alone; whoever iterates it afterwards asks nothing. The rows come as JSON,
and each column goes back to what the driver would have given, by the field that it is of. What is asked with every click is
`Prepared`: its SQL is made once, which takes longer than to ask it.
"""

import json
import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from trail import prepared

# How what JSON has no word for comes back, by the kind of field. A field of a kind that is in neither list cannot be read here.
BACK: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat, "DateField": date.fromisoformat, "TimeField": time.fromisoformat, "UUIDField": UUID,
    "BinaryField": lambda text: memoryview(bytes.fromhex(text.removeprefix("\\x"))), "JSONField": json.dumps,
}  # fmt: skip
AS_IT_IS = frozenset(
    """AutoField BigAutoField BigIntegerField BooleanField CharField EmailField GenericIPAddressField IntegerField
    PositiveIntegerField PositiveSmallIntegerField SlugField SmallIntegerField TextField ArrayField""".split()
)
LIST = re.compile(r"%\((\w+)\)s::(\w+)\[\]")  # a list that is given, whose type is said: what is asked about


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


@dataclass(frozen=True, slots=True)
class Given:
    """Stands in a prepared queryset where a value will, by the name under which it is given."""

    name: str


def given(name: str) -> Any:
    """A value of a prepared queryset: `filter(at__gt=given("at"))`."""
    return RawSQL("%s", [Given(name)])


def among(column: str, name: str, of: str = "bytea") -> Any:
    """A condition of a prepared queryset: this column (`table.column`) is one of a list, of this type, that will be given."""
    return RawSQL(f"{column} = ANY(%s::{of}[])", [Given(name)], output_field=BooleanField())  # noqa: S611


class Prepared:
    """Questions put in one statement again and again, each time about something else.

    Where each list whose type is said (`%(whole)s::bytea[]`) holds one value at most, as when one person asks about one customer, the
    database keeps the statement ready (trail/prepared.py). About many it is planned for as many as there are.

    `make` gives them by name: querysets with `given` values, and what is plain SQL with `%(name)s` in it, whose rows come as
    dictionaries. `before`: the WITH of the statement, of which all of them may read.
    """

    def __init__(self, make: Callable[[], Mapping[str, Any]], *, before: str = "") -> None:
        self._make, self._before = make, before

    def ask(self, **values: Any) -> dict[str, list[Any]]:
        """The rows of each question, by its name."""
        statement, constants, questions = self._statement
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            about_one, lists = self._about_one
            if any(len(values[name]) > 1 for name in lists):
                cursor.execute(statement, constants | values)
            else:
                alone = {name: next(iter(values[name]), None) for name in lists}
                prepared.execute(cursor, about_one, constants | values | alone)
            found = cursor.fetchone()
        answers = {}
        for (name, rows, compiler), text in zip(questions, found, strict=True):
            told = json.loads(text) if text else []
            answers[name] = _made(rows, copy(compiler), told) if compiler and told else told
        return answers

    @cached_property
    def _about_one(self) -> tuple[str, frozenset[str]]:
        """The statement with each list as one of a single value, and their names. Of a list the planner expects ten, and so it would read
        small tables from end to end.
        """
        statement = self._statement[0]
        names = frozenset(name for name, _kind in LIST.findall(statement))
        return LIST.sub(r"ARRAY[%(\1)s]::\2[]", statement), names

    @cached_property
    def _statement(self) -> tuple[str, dict[str, Any], list[tuple[str, Any, Any]]]:
        constants: dict[str, Any] = {}
        parts, questions = [], []
        for name, rows in self._make().items():
            compiler = None if isinstance(rows, str) else rows.query.get_compiler(DEFAULT_DB_ALIAS)
            parts.append(_asked(compiler, constants) if compiler else _plain(rows))
            questions.append((name, rows, compiler))
        return f"{self._before} SELECT {', '.join(parts)}", constants, questions


def _asked(compiler: Any, constants: dict[str, Any]) -> str:
    sql, args = compiler.as_sql()
    return _one(_named(sql, args, constants), compiler)


def _named(sql: str, args: tuple[Any, ...], constants: dict[str, Any]) -> str:
    """Django's SQL with names for its arguments; those that are always the same are kept."""
    names = []
    for arg in args:
        names.append(arg.name if isinstance(arg, Given) else f"constant{len(constants)}")
        if not isinstance(arg, Given):
            constants[names[-1]] = arg
    return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)


def _plain(sql: str) -> str:
    return f"(SELECT json_agg(row_to_json(t))::text FROM ({sql}) AS t)"  # noqa: S608


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
