"""Lines as finished text: the database writes it, many times faster than it could be put together here; and what it cannot know is
said beside: names of accounts, which are few, and sealed numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, FilteredRelation, Func, OuterRef, Q, QuerySet, TextField, Value, When
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


def numbered(lines: QuerySet[Any], customer: str) -> QuerySet[Any]:
    """Lines with `sealed()`: the first number of each one's customer."""
    earlier = Phone.objects.filter(customer=OuterRef("number__customer"), pk__lt=OuterRef("number__pk"))
    return lines.annotate(number=FilteredRelation(f"{customer}__phones", condition=Q(~Exists(earlier))))


def sealed() -> Func:
    """That number as it lies in the database, for `number` to be read."""
    return Func(F("number__sealed"), Value("hex"), function="encode", output_field=TextField())


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


def told(lines: QuerySet[Any], columns: Sequence[Column]) -> Iterator[Record]:
    """What stands in each line. Nothing is text of no letters."""
    ours = [(place, column.said) for place, column in enumerate(columns) if column.said]
    for record in copied(lines.values_list(*(column.cell for column in columns))):
        for place, said in ours:
            record[place] = said(record[place])
        yield record


def copied(rows: QuerySet[Any]) -> Iterator[list[str]]:
    """Rows as text, read from a file into which the database wrote them by one statement: they show one state of the books, whatever is
    booked meanwhile, and the connection is free for others.
    """
    with TemporaryFile() as file:
        _copy(rows, file)
        file.seek(0)
        with TextIOWrapper(file, "utf-8", newline="\n") as lines:
            for line in lines:
                cells = line[:-1].split("\t")
                yield [ESCAPED.sub(_sign, cell) for cell in cells] if "\\" in line else cells


def _sign(escaped: re.Match[str]) -> str:
    return SIGNS.get(escaped[1], escaped[1])


def _copy(rows: QuerySet[Any], file: IO[bytes]) -> None:
    sql, values = rows.query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(ROOM)
        cursor.copy_expert(cursor.mogrify(f"COPY ({sql}) TO STDOUT (NULL '')", values), file)
