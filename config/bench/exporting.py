"""`bench export`: a month handed out as a file, beside COPY of the same lines by the database itself. Nothing of it stays."""

import csv
import multiprocessing
import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast

import openpyxl
from django.db import connection, transaction
from django.db.models import Sum

from config.bench.rows import Row, timed
from config.seed import house
from config.seed.ledger import Ledger
from finance import reads
from finance.exports import TABLES, Table, making, storing
from finance.exports.lookups import Lines
from finance.models import Export
from people.models import User
from trail import clock
from trail.worker import settle

LINES = 100_000
CSV_GOAL, XLSX_GOAL = 100_000, 12_000  # lines a second, of 8 columns
EIGHT = (1, 2, 3, 4, 5, 6, 7, 10)
MOST_MEMORY = 150  # MB
SELLERS = 50
COPY = """
COPY (SELECT e.period, d.no, d.signed_at, c.name, u.name, p.share_bp, p.amount_fen, e.clauses
      FROM finance_posting p JOIN finance_entry e ON e.id = p.entry_id JOIN finance_account a ON a.id = p.account_id
      JOIN leads_deal d ON d.id = e.deal_id JOIN leads_customer c ON c.id = d.customer_id JOIN people_user u ON u.id = a.user_id
      WHERE e.project_id = {project} ORDER BY p.id) TO STDOUT (FORMAT csv)
"""


class _Nowhere:
    """Takes what the database sends."""

    def write(self, data: bytes) -> int:
        return len(data)


def exports(lines: int) -> Iterator[Row]:
    """The raw COPY, each form of the splits, the ledger, and what it all took in memory. In a transaction that is taken back."""
    settle()  # as a worker does
    with transaction.atomic(), TemporaryDirectory() as folder:
        project, _password = house.build(SELLERS, clock.now() - timedelta(days=1), Random(1))  # noqa: S311
        ledger = Ledger(house.of_project(project, clock.now()), clock.now())
        ledger.lay(lines)
        _known_to_the_planner()
        raw = lines / timed(lambda: _copy(project.pk))
        yield Row("raw COPY TO STDOUT of the same lines, 8 columns", "", raw, "/s", 1.0, None)
        yield from _splits(_export(project, ledger.period), Path(folder), raw)
        yield _eight(_export(project, ledger.period, form="eight"), raw)
        for kind, form in (("ledger", "csv"), ("ledger", "beancount")):
            export = _export(project, ledger.period, kind, form)
            rate = _made(export)
            yield Row(f"{kind} as {form}: every posting, {export.rows:,} lines", "", rate, "/s", rate / raw, None)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Row("peak memory of the process", f"≤ {MOST_MEMORY} MB", memory, "MB", 1.0, memory <= MOST_MEMORY)
        transaction.set_rollback(True)


def _splits(export: Export, folder: Path, raw: float) -> Iterator[Row]:
    total = reads.lines(export.project, export.month).aggregate(fen=Sum("amount_fen"))["fen"]
    for form, goal in (("csv", None), ("xlsx", XLSX_GOAL)):
        export.form = form
        export.save()
        rate = _made(export)
        name = f"splits as {form}: made, stored, {export.rows:,} lines, 13 columns"
        yield Row(name, f"≥ {goal:,}/s" if goal else "", rate, "/s", rate / raw, rate >= goal if goal else None)
        file = folder / f"splits.{form}"
        with file.open("wb") as out:
            out.writelines(storing.content(export))
        with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:  # so that its memory is not counted
            found, formulas = pool.submit({"csv": of_csv, "xlsx": of_xlsx}[form], str(file)).result()
        yield Row(
            f"splits as {form}, read again: fen that are not the ledger's",
            "= 0",
            found - total,
            "fen",
            1.0,
            found == total,
        )
        yield Row(f"splits as {form}, read again: formulas", "= 0", formulas, "", 1.0, formulas == 0)


def _eight(export: Export, raw: float) -> Row:
    """The goal is said of eight columns: the deal, its day, customer, number, who gets it, which part, how much, by which clauses."""
    whole = TABLES[export.kind](making.ask_of(export))
    records = cast(Lines, whole.records)
    columns = [records.columns[place] for place in EIGHT]
    eight = Table([column.heading for column in columns], Lines(records.rows, columns), whole.until)
    lines: list[int] = []

    def make() -> None:
        with storing.Pieces(export.pk) as pieces:
            making.put_csv(eight, pieces, lines.append)
            pieces.store()

    seconds = timed(make)
    rate = sum(lines) / seconds
    name = f"splits as csv: made, stored, {sum(lines):,} lines, 8 of the columns"
    return Row(name, f"≥ {CSV_GOAL:,}/s", rate, "/s", rate / raw, rate >= CSV_GOAL)


def _export(project: Any, period: str, kind: str = "splits", form: str = "csv") -> Export:
    by = User.objects.get(username=f"{house.CODE}-finance-1")
    no = f"bench-{kind}-{form}"
    return Export.objects.create(no=no, project=project, kind=kind, form=form, month=period, by=by, at=clock.now())


def _made(export: Export) -> float:
    """Lines a second, from the question to the last piece in the database."""
    seconds = timed(lambda: making.make(export))
    return export.rows / seconds


def _known_to_the_planner() -> None:
    """Count the rows that were just written, as the database does by itself within a minute after a commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE finance_posting, finance_entry, finance_account, leads_deal, leads_customer, leads_phone"
        )


def _copy(project: int) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY.format(project=project), _Nowhere())


def of_csv(path: str) -> tuple[int, int]:
    """The sum of a file in fen, and how many of its cells a spreadsheet would take for a formula."""
    total, formulas = Decimal(0), 0
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for row in _below(csv.reader(file)):
            total += Decimal(row[7])
            formulas += sum(cell[:1] in tuple("=+-@\t\r＝＋－＠") for i, cell in enumerate(row) if i not in (7, 12))
    return int(total * 100), formulas


def of_xlsx(path: str) -> tuple[int, int]:
    """The same of a workbook, as openpyxl reads it, of all its sheets."""
    total, formulas = 0, 0
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        for sheet in book:
            for row in _below(sheet.iter_rows()):
                total += round(row[7].value * 100)
                formulas += sum(cell.data_type == "f" for cell in row)
    return total, formulas


def _below(rows: Any) -> Iterator[Any]:
    """What stands below the heading."""
    next(rows)
    yield from rows
