"""Lines as finished text: the database writes it, many times faster than it could be put together here; only sealed numbers, which it
cannot read, are said beside.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from csv import reader
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from tempfile import TemporaryFile
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, FilteredRelation, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from arbitration.shares import fund_of, label
from finance.exports.table import Column
from leads.models import Phone
from leads.screening.phones import mask34, national
from leads.vault import opener
from people.exports import Csv, Money
from people.models import Project

# Memory for one sort or join, where it needs that much: the default of 4 MB sends those of a hundred thousand lines to the disk, 64 some
# of a million, which took a twentieth more.
ROOM = "SET LOCAL work_mem = '256MB'"
A_BATCH = 250  # lines taken over at a time: a thousand no longer stay near the processor, and took a tenth longer
PLACE = "\x01"  # where a word goes in a sentence that the database fills in; a sign that no sentence has
MARK = "\x02"  # before and after what is not said yet

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


def with_number(rows: QuerySet[Any], customer: str) -> QuerySet[Any]:
    """The rows with the first number of their customer beside each, for `sealed`. Looked up line by line it took half of the time."""
    earlier = Phone.objects.filter(customer=OuterRef("first_number__customer"), pk__lt=OuterRef("first_number"))
    return rows.annotate(first_number=FilteredRelation(f"{customer}__phones", condition=Q(~Exists(earlier))))


def sealed() -> Func:
    """The number beside the line as it lies in the database, for `number` to be read."""
    return Func(F("first_number__sealed"), Value("hex"), function="encode", output_field=TextField())


# ── what is said beside ──


def number(*, whole: bool) -> Callable[[str], str]:
    """Reads a sealed number: 前三后四 unless `whole`."""
    shown, opened = national if whole else mask34, opener()

    def said(cell: str) -> str:
        return shown(opened(bytes.fromhex(cell)).decode()) if cell else ""

    return said


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands in each line of a table; nothing is text of no letters."""

    rows: QuerySet[Any]
    columns: Sequence[Column]

    def __iter__(self) -> Iterator[list[str]]:
        for record in copied(self._cells()):
            yield self._said(record)

    def as_csv(self, csv: Csv, take: Callable[[bytes, int], None]) -> None:
        """Hand them to `take` as CSV, many at a time and how many, while the database is still writing: the two work side by side. The
        connection has no ear for anything else meanwhile.
        """
        words = [column.said for column in self.columns if column.said]

        def finish(lines: bytes, count: int) -> None:
            finished = _said_in(lines, count, words, csv)
            take(finished or csv.lines([self._said(record) for record in _records(lines)]), count)

        texts = [name for name, text in zip(self._names(), csv.texts, strict=True) if text]
        arriving = _Arriving(finish)
        _copy(self._cells(), arriving, quoted=texts)
        arriving.hand_on()

    def _names(self) -> list[str]:
        return [f"cell_{place}" for place in range(len(self.columns))]

    def _cells(self) -> QuerySet[Any]:
        return self.rows.values(**dict(zip(self._names(), map(_cell, self.columns), strict=True)))

    def _said(self, record: list[str]) -> list[str]:
        for place, column in enumerate(self.columns):
            if column.said:
                record[place] = column.said(record[place].strip(MARK))
        return record


def _cell(column: Column) -> Combinable:
    """What stands in a column: text is never null, and between marks where something else will be said."""
    if isinstance(column.heading, Money):
        return column.cell  # type: ignore[no-any-return]
    cell = Coalesce(column.cell, Value(""), output_field=TextField())
    return Concat(Value(MARK), cell, Value(MARK), output_field=TextField()) if column.said else cell


def _said_in(lines: bytes, count: int, words: Sequence[Callable[[str], str]], csv: Csv) -> bytes:
    """Lines as the database wrote them, with what stands between marks said; nothing where they cannot stay as they are, for what is in
    one of them. What several lines have, as those of one deal do, is said once.
    """
    parts = lines.split(MARK.encode())
    if len(parts) != 1 + 2 * len(words) * count:
        return b""
    for place, said in enumerate(words):
        here = slice(1 + 2 * place, None, 2 * len(words))
        cells = {cell: said(cell.decode()).replace('"', '""').encode() for cell in set(parts[here])}
        parts[here] = [cells[cell] for cell in parts[here]]
    finished = b"".join(parts).replace(b"\n", b"\r\n")
    return finished if csv.harmless(finished, count) else b""


class _Arriving:
    """A file for COPY to write to, a line at a time: they are handed on many at a time."""

    def __init__(self, take: Callable[[bytes, int], None]) -> None:
        self.take = take
        self.lines: list[bytes] = []

    def write(self, line: bytes) -> int:
        self.lines.append(line)
        if len(self.lines) == A_BATCH:
            self.hand_on()
        return len(line)

    def hand_on(self) -> None:
        lines, count = b"".join(self.lines), len(self.lines)
        self.lines.clear()
        if count:
            self.take(lines, count)


def copied(rows: QuerySet[Any]) -> Iterator[list[str]]:
    """Rows as cells of text, read from a file into which the database wrote them: the connection is free for others meanwhile."""
    with TemporaryFile() as file:
        _copy(rows, file)
        file.seek(0)
        with TextIOWrapper(file, "utf-8", newline="") as lines:
            yield from reader(lines)


def _records(lines: bytes) -> Iterator[list[str]]:
    return reader(StringIO(lines.decode(), newline=""))


def _copy(rows: QuerySet[Any], file: Any, quoted: Sequence[str] = ()) -> None:
    """As CSV, by one statement: they show one state of the books, whatever is booked meanwhile. `quoted`: columns always in quotes."""
    sql, values = rows.query.sql_with_params()
    quotes = f", FORCE_QUOTE ({', '.join(quoted)})" if quoted else ""
    with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(ROOM)
        cursor.copy_expert(f"COPY ({cursor.mogrify(sql, values).decode()}) TO STDOUT (FORMAT csv{quotes})", file)
