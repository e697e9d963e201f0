"""Rows into Postgres by COPY, a table at a time."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _moment(value: datetime) -> str:
    return value.isoformat()


TEXTS: dict[type, Callable[[Any], str]] = {
    str: lambda value: value.translate(ESCAPES),
    bytes: lambda value: "\\\\x" + value.hex(),
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: "\\N",
    datetime: _moment,
}


def text(value: Any) -> str:
    """A value as COPY reads it."""
    return TEXTS.get(type(value), str)(value)


class Table:
    """Rows of one model, collected until they are copied. Columns that are not named get the model's default.

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
        self.defaults = [text(f.get_default()) for f in rest]
        self.sql = f'COPY "{meta.db_table}" ({columns}) FROM STDIN'
        self.lines: list[str] = []

    def add(self, *values: Any) -> None:
        """One more row, its values in the order of the names."""
        self.lines.append("\t".join([*map(text, values), *self.defaults]))

    def copy(self, cursor: Any) -> int:
        """Send the rows and forget them; gives how many there were."""
        count = len(self.lines)
        if count:
            cursor.copy_expert(self.sql, BytesIO(("\n".join(self.lines) + "\n").encode()))
        self.lines.clear()
        return count
