"""Lines as finished text: the database writes it, many times faster than it could be put together here; only sealed numbers, which it
cannot read, are said beside.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import TextIOWrapper
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Func, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from arbitration.shares import fund_of, label
from finance.exports.table import Column
from leads.models import Phone
from leads.screening.phones import mask34, national
from leads.vault import opener
from people.models import Project

# Memory for one sort or join, where it needs that much: the default of 4 MB sends those of a hundred thousand lines to the disk, 64 some
# of a million, which took a twentieth more.
ROOM = "SET LOCAL work_mem = '256MB'"
A_BATCH = 250  # lines taken over at a time: a thousand no longer stay near the processor, and took a tenth longer
PLACE = "\x01"  # where a word goes in a sentence that the database fills in; a sign that no sentence has
# How COPY writes a sign that would part cells or lines.
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

# ── what the database says ──


def local(field: str, project: Project) -> Func:
    """A moment as text, to the second, where the project is: 2025-04-28 10:00:00. By to_char it took a sixth of a line more."""
    return Func(
        _there(field, project), template="date_trunc('second', %(expressions)s)::text", output_field=TextField()
    )


def local_day(field: str, project: Project) -> Func:
    """The day of a moment as text, where the project is: 2025-04-28."""
    return Func(_there(field, project), template="(%(expressions)s)::date::text", output_field=TextField())


def _there(field: str, project: Project) -> Func:
    return Func(Value(str(project.zone)), F(field), function="timezone", output_field=TextField())


def hundredth(amount: str | Combinable) -> Func:
    """Fen in yuan, as `people.exports.in_yuan` writes them; basis points in percent, without the sign. Two places, as 0.01 has."""
    return Func(amount, template="(%(expressions)s * 0.01)::text", output_field=TextField())


def words(field: str, choices: Mapping[str, Any]) -> Case:
    """What stands for each value of a field."""
    return Case(
        *(When(**{field: value}, then=Value(str(word))) for value, word in choices.items()), output_field=TextField()
    )


def filled(sentence: str, word: str) -> Func:
    """A sentence with the words of a field where `PLACE` stands."""
    return Func(Value(sentence), Value(PLACE), F(word), function="replace", output_field=TextField())


def holder() -> Coalesce:
    """What the holder of the line's account is called, as `arbitration.shares.label` says it."""
    fund = filled(fund_of(PLACE), "account__team__name")
    names = "account__user__name", "account__organisation__name", fund, Value(label(None))
    return Coalesce(*names, output_field=TextField())


def sealed(customer: str) -> Subquery:
    """The first number of the line's customer as it lies in the database, for `number` to be read. Asked line by line, of an index: a
    join of all first numbers costs less with good statistics, and was seen to take twenty minutes for 8,000 lines without any.
    """
    numbers = Phone.objects.filter(customer=OuterRef(customer)).order_by("pk")
    written = Func(F("sealed"), Value("hex"), function="encode", output_field=TextField())
    return Subquery(numbers.values(written=written)[:1])


# ── what is said beside ──


def number(*, whole: bool) -> Callable[[str], str]:
    """Reads a sealed number: 前三后四 unless `whole`. Once for lines of one deal, which follow one another."""
    shown, opened = national if whole else mask34, opener()

    @lru_cache(maxsize=1)
    def said(cell: str) -> str:
        return shown(opened(bytes.fromhex(cell)).decode()) if cell else ""

    return said


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands in each line of a table; nothing is text of no letters."""

    rows: QuerySet[Any]
    columns: Sequence[Column]

    def __iter__(self) -> Iterator[list[str]]:
        records = copied(self._cells())
        while batch := list(islice(records, A_BATCH)):
            self._say(batch)
            yield from batch

    def each(self, take: Callable[[list[list[str]]], None]) -> None:
        """Hand them to `take`, many at a time, while the database is still writing: the two work side by side. The connection has no
        ear for anything else meanwhile.
        """

        def said(records: list[list[str]]) -> None:
            self._say(records)
            take(records)

        arriving = _Arriving(said)
        _copy(self._cells(), arriving)
        arriving.hand_on()

    def _cells(self) -> QuerySet[Any]:
        return self.rows.values_list(*(column.cell for column in self.columns))

    def _say(self, records: list[list[str]]) -> None:
        for place, column in enumerate(self.columns):
            if said := column.said:
                for record in records:
                    record[place] = said(record[place])


class _Arriving:
    """A file for COPY to write to, a row at a time: they are handed on as records, many at a time."""

    def __init__(self, take: Callable[[list[list[str]]], None]) -> None:
        self.take = take
        self.rows: list[bytes] = []

    def write(self, row: bytes) -> int:
        self.rows.append(row)
        if len(self.rows) == A_BATCH:
            self.hand_on()
        return len(row)

    def hand_on(self) -> None:
        text = b"".join(self.rows).decode()
        self.rows.clear()
        if text:
            plain = "\\" not in text  # asked of all at once: hardly any has a sign to be put back
            self.take([line.split("\t") if plain else _record(line) for line in text[:-1].split("\n")])


def copied(rows: QuerySet[Any]) -> Iterator[list[str]]:
    """Rows as cells of text, read from a file into which the database wrote them: the connection is free for others meanwhile."""
    with TemporaryFile() as file:
        _copy(rows, file)
        file.seek(0)
        with TextIOWrapper(file, "utf-8", newline="\n") as lines:
            for line in lines:
                yield _record(line[:-1])


def _copy(rows: QuerySet[Any], file: Any) -> None:
    """By one statement: they show one state of the books, whatever is booked meanwhile."""
    sql, values = rows.query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(ROOM)
        cursor.copy_expert(f"COPY ({cursor.mogrify(sql, values).decode()}) TO STDOUT (NULL '')", file)


def _record(line: str) -> list[str]:
    cells = line.split("\t")
    return [ESCAPED.sub(_sign, cell) for cell in cells] if "\\" in line else cells


def _sign(escaped: re.Match[str]) -> str:
    return SIGNS.get(escaped[1], escaped[1])
