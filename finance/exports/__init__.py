"""A month of a project as tables (people/exports.py writes them): splits, statements, the ledger, sanctions.

table.py       what a table is; who exported it, as its last heading says
lookups.py     lines as the database writes them, and the numbers that it cannot read
splits.py      what deals bring to whom
ledger.py      every posting (G-30)
statements.py  a payee a line
penalties.py   sanctions that were decided or posted
"""

from collections.abc import Callable

from finance.exports import ledger, penalties, splits, statements
from finance.exports.table import Ask, Table
from finance.models import Export

Kind = Export.Kind
COUNTS: dict[str, Callable[[Ask], int]] = {
    Kind.SPLITS: splits.count, Kind.STATEMENTS: statements.count, Kind.LEDGER: ledger.count, Kind.PENALTIES: penalties.count,
}  # fmt: skip
TABLES: dict[str, Callable[[Ask], Table]] = {
    Kind.SPLITS: splits.table, Kind.STATEMENTS: statements.table, Kind.LEDGER: ledger.table, Kind.PENALTIES: penalties.table,
}  # fmt: skip

__all__ = ["COUNTS", "TABLES", "Ask", "Table"]
