"""Every commission line of before becomes a posting: what was booked together is one entry, and what reversed it reverses that."""

from itertools import groupby
from typing import Any

from django.db import migrations


def _account(apps: Any, line: Any, kind: str) -> Any:
    whose = {"user": None, "organisation": None, "team": None}
    if kind == "payable":
        whose = {"user_id": line.user_id, "organisation_id": line.organisation_id, "team_id": line.team_id}
    account, _made = apps.get_model("finance", "Account").objects.get_or_create(
        project_id=line.project_id, kind=kind, **whose
    )
    return account


def _enter(apps: Any, lines: list[Any], number: int, before: dict[int, Any]) -> Any:
    first = lines[0]
    ruling = apps.get_model("arbitration", "Ruling").objects.filter(no=first.ruling).first() if first.ruling else None
    reverses = before.get(first.reverses_id)
    return apps.get_model("finance", "Entry").objects.create(
        no=f"FL-0-{number}", project_id=first.project_id, book="commission", kind="reversal" if reverses else "accrual",
        period=first.period, deal_id=first.deal_id, ruling=ruling, clauses=first.clauses, reverses=reverses, at=first.at,
    )  # fmt: skip


def copy(apps: Any, schema_editor: Any) -> None:
    """In the order of posting, so that what is reversed is there before what reverses it."""
    posting = apps.get_model("finance", "Posting").objects
    lines = apps.get_model("finance", "CommissionLine").objects.order_by("pk")
    entered: dict[int, Any] = {}
    for number, (_key, group) in enumerate(groupby(lines, key=lambda r: (r.deal_id, r.at, r.basis)), start=1):
        together = list(group)
        entry = _enter(apps, together, number, entered)
        for line in together:
            entered[line.pk] = entry
            payable = _account(apps, line, "payable")
            posting.create(entry=entry, account=payable, share_bp=line.share_bp, amount_fen=line.amount_fen)
        total = sum(line.amount_fen for line in together)
        posting.create(entry=entry, account=_account(apps, together[0], "commission"), amount_fen=-total)


class Migration(migrations.Migration):
    dependencies = [("finance", "0005_ledger"), ("arbitration", "0008_manager_desk_guards")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
