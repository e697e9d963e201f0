"""Money: the ledger and its plans, accounting months with their statements, and files handed out."""

from finance.models.export import Export, ExportPart
from finance.models.ledger import Account, Entry, Posting, holder_columns
from finance.models.period import Period, PeriodEvent, StatementAnswer
from finance.models.plan import CommissionPlan

__all__ = [
    "Account", "CommissionPlan", "Entry", "Export", "ExportPart", "Period", "PeriodEvent", "Posting", "StatementAnswer",
    "holder_columns",
]  # fmt: skip
