"""Rows into Postgres, many at once: the few by one statement for all tables, the many by COPY, a table at a time."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.fields import NOT_PROVIDED

FEW = 40  # rows of all tables together: one round to the database costs more than writing them out
PIECE = 250  # rows that go over at a time: the database stores them while the next are written out
# COPY in its CSV form, with signs that nobody types: then almost no text has to be looked at.
END, QUOTE, NULL = "\x01", "\x02", "\x03"
FORM = f"(FORMAT csv, DELIMITER '{END}', QUOTE '{QUOTE}', ESCAPE '{QUOTE}', NULL '{NULL}')"


def _moment(value: datetime) -> str:
    return value.isoformat()


TEXTS: dict[type, Callable[[Any], str]] = {
    bytes: lambda value: "\\x" + value.hex(),
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: NULL,
    datetime: _moment,
}


def text(value: Any) -> str:
    """A value as COPY reads it, whatever is in it."""
    if isinstance(value, str):
        return f"{QUOTE}{value.replace(QUOTE, QUOTE * 2)}{QUOTE}"
    return TEXTS.get(type(value), str)(value)


def _column(values: tuple[Any, ...]) -> Iterable[str]:
    """The values of a column as COPY reads them where no sign of ours is in them: most columns hold one kind alone."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if len(kinds) == 1:
        return map(TEXTS.get(kinds.pop(), str), values)
    return [v if type(v) is str else TEXTS.get(type(v), str)(v) for v in values]


def _default(field: Any) -> Any:
    """What a column holds that nobody names; a structure as its JSON."""
    value = field.get_default() if field.has_default() or field.db_default is NOT_PROVIDED else field.db_default
    value = getattr(value, "value", value)  # of a value that the database gives
    return json.dumps(value) if isinstance(value, dict | list) else value


class Table:
    """Rows of one model, collected until they are written. Columns that are not named get the model's default.

    Raises ValueError for a name that is no column, or a column that has no default and is not named.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        meta = model._meta
        fields = {
            f.attname: f for f in meta.concrete_fields if not isinstance(f, models.AutoField) or f.attname in names
        }
        unknown = set(names) - set(fields)
        rest = [f for name, f in fields.items() if name not in names]
        bare = [f.attname for f in rest if not f.has_default() and not f.null and not f.empty_strings_allowed]
        if unknown or bare:
            raise ValueError(f"{model.__name__}: no such columns {sorted(unknown)}; not named {sorted(bare)}")
        columns = ", ".join(f'"{f.column}"' for f in [*(fields[name] for name in names), *rest])
        self.rest = tuple(_default(f) for f in rest)
        self.place = f'"{meta.db_table}" ({columns})'
        self.rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """One more row, its values in the order of the names."""
        self.rows.append(values)

    def pieces(self) -> Iterator[bytes]:
        """The rows as COPY reads them, some at a time."""
        for start in range(0, len(self.rows), PIECE):
            yield self._lines(self.rows[start : start + PIECE]).encode()

    def _lines(self, rows: list[tuple[Any, ...]]) -> str:
        columns = [*zip(*rows, strict=True)]
        ending = "".join(END + TEXTS.get(type(v), str)(v) for v in self.rest) + "\n"
        body = ending.join(map(END.join, zip(*map(_column, columns), strict=True))) + ending
        if self._clean(columns, body):
            return body
        return "".join(END.join(map(text, (*row, *self.rest))) + "\n" for row in rows)

    def _clean(self, columns: list[tuple[Any, ...]], body: str) -> bool:
        """Whether no text has a sign of ours in it, or a line end."""
        count = len(columns[0])
        ends = count * (len(columns) + len(self.rest) - 1)
        nulls = sum(column.count(None) for column in columns) + count * self.rest.count(None)
        signs = (body.count(END), body.count("\n"), body.count(NULL), body.count("\r"), body.count(QUOTE))
        return signs == (ends, count, nulls, 0, 0)

    def insert(self) -> tuple[str, list[Any]]:
        """One statement for all rows, and its parameters."""
        width = len(self.rows[0]) + len(self.rest)
        one = f"({', '.join(['%s'] * width)})"
        parameters = [value for row in self.rows for value in (*row, *self.rest)]
        return f"INSERT INTO {self.place} VALUES {', '.join([one] * len(self.rows))}", parameters  # noqa: S608 — our columns

    def copy(self, cursor: Any) -> int:
        """Send the rows and forget them; gives how many there were."""
        count = len(self.rows)
        if count:
            with cursor.db.wrap_database_errors:  # as Django does it around its own statements
                cursor.copy_expert(f"COPY {self.place} FROM STDIN {FORM}", _Pieces(self.pieces()))
        self.rows.clear()
        return count


class _Pieces:
    """A file to COPY from, that gives a piece of the rows however much it is asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int) -> bytes:
        return next(self._pieces, b"")


# Look up now what rows name by foreign keys, each by its index: a plan that was made while a table was small reads all of it,
# for each row, until somebody analyses the table.
CHECK = """
DISCARD PLANS; SET LOCAL enable_seqscan = off;
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; SET LOCAL enable_seqscan = DEFAULT
"""


def write(cursor: Any, tables: Iterable[Table]) -> int:
    """All rows of these tables, in the order of the tables; gives how many. Of few, all in one round to the database.

    Of many, what they name by foreign keys is looked up here and not at the end of the transaction: a mistake shows where it
    was made.
    """
    filled: Sequence[Table] = [table for table in tables if table.rows]
    count = sum(len(table.rows) for table in filled)
    if count > FEW:
        for table in filled:
            table.copy(cursor)
        cursor.execute(CHECK)
        return count
    if filled:
        statements = [table.insert() for table in filled]
        cursor.execute(
            "; ".join(sql for sql, _values in statements), [v for _sql, values in statements for v in values]
        )
        for table in filled:
            table.rows.clear()
    return count
