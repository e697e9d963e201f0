"""What Finance exported: the splits of last month as a sheet, and the ledger up to then for Beancount."""

from datetime import datetime, timedelta

from finance.reads import around
from finance.services.exporting import ask_for_export
from people.workplace import Workplace


def exported(here: Workplace, at: datetime) -> None:
    """Asked for by `here`, the day before."""
    month = around(here.project.month(at))[0]
    for kind, form in (("splits", "xlsx"), ("ledger", "beancount")):
        ask_for_export(here=here, month=month, kind=kind, form=form, at=at - timedelta(days=1))
