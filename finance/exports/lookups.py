"""Lines as finished text: the database writes it, many times faster than it could be put together here; and what it cannot know is
said beside: names of accounts, which are few, and sealed numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable

from finance.exports.table import Column
from finance.models import Account
from leads.models import Phone
from leads.screening.phones import mask34, national
from leads.vault import unseal
from people.exports import Record
from people.models import Project

# Memory for one sort or join: the default of 4 MB sends those of a hundred thousand lines to the disk.
ROOM = "SET LOCAL work_mem = '32MB'"
# How COPY writes a sign that would part cells or lines.
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

# ── what the database says ──


def local(field: str, project: Project, form: str) -> Func:
    """A moment as text, where the project is. `form` as the database writes it, such as YYYY-MM-DD."""
    there = Func(Value(str(project.zone)), F(field), function="timezone", output_field=TextField())
    return Func(there, Value(form), function="to_char", output_field=TextField())


def hundredth(amount: str | Combinable) -> Func:
    """Fen in yuan, as `people.exports.in_yuan` writes them; basis points in percent, without the sign."""
    return Func(amount, template="(%(expressions)s * 0.01)::numeric(20, 2)::text", output_field=TextField())


def words(field: str, choices: Mapping[str, Any]) -> Case:
    """What stands for each value of a field."""
    return Case(
        *(When(**{field: value}, then=Value(str(word))) for value, word in choices.items()), output_field=TextField()
    )


def sealed(customer: str) -> Subquery:
    """The first number of the line's customer as it lies in the database, for `number` to be read. Asked line by line, of an index: a
    join of all first numbers costs less with good statistics, and was seen to take twenty minutes for 8,000 lines without any.
    """
    numbers = Phone.objects.filter(customer=OuterRef(customer)).order_by("pk")
    written = Func(F("sealed"), Value("hex"), function="encode", output_field=TextField())
    return Subquery(numbers.values(written=written)[:1])


# ── what is said beside ──


class Holders(dict[str, str]):
    """What the holder of each account of a project is called, by its id; asked for when the first is wanted."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project

    def __missing__(self, account: str) -> str:
        rows = Account.objects.filter(Q(project=self.project) | Q(pk=account))
        self.update({str(row.pk): row.holder_label for row in rows.select_related("user", "organisation", "team")})
        return self[account]


def number(*, whole: bool) -> Callable[[str], str]:
    """Reads a sealed number: 前三后四 unless `whole`. Once for lines of one deal, which follow one another."""
    shown = national if whole else mask34
    return lru_cache(maxsize=1)(lambda cell: shown(unseal(bytes.fromhex(cell))) if cell else "")


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands in each line of a table; nothing is text of no letters."""

    rows: QuerySet[Any]
    columns: Sequence[Column]

    def __iter__(self) -> Iterator[Record]:
        ours = [(place, column.said) for place, column in enumerate(self.columns) if column.said]
        cells = self.rows.values_list(*(column.cell for column in self.columns))
        for record in copied(cells):
            for place, said in ours:
                record[place] = said(record[place])
            yield record


def copied(rows: QuerySet[Any]) -> Iterator[list[str]]:
    """Rows as cells of text, read from a file into which the database wrote them by one statement: they show one state of the books,
    whatever is booked meanwhile, and the connection is free for others.
    """
    sql, values = rows.query.sql_with_params()
    with TemporaryFile() as file:
        with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.execute(ROOM)
            cursor.copy_expert(f"COPY ({cursor.mogrify(sql, values).decode()}) TO STDOUT (NULL '')", file)
        file.seek(0)
        with TextIOWrapper(file, "utf-8", newline="\n") as lines:
            for line in lines:
                cells = line[:-1].split("\t")
                yield [ESCAPED.sub(_sign, cell) for cell in cells] if "\\" in line else cells


def _sign(escaped: re.Match[str]) -> str:
    return SIGNS.get(escaped[1], escaped[1])
