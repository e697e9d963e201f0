"""A month's splits as a table (people/exports.py)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from finance import reads
from people import exports
from people.models import Project


def heading() -> list[str]:
    """The columns."""
    return [
        _("账期"), _("签单编号"), _("签约日期"), _("客户"), _("手机号"), _("姓名"), _("比例"), _("金额（元）"), _("依据"),
        _("裁定"), _("条款"), _("付款"), _("可付（元）"),
    ]  # fmt: skip


def record(line: Any) -> list[Any]:
    """One line of `reads.lines` as cells; amounts are Decimals, all else text. While an appeal is pending nothing is payable (G-27)."""
    deal = line.deal
    phone = next(iter(deal.customer.phones.all()), None)
    return [
        line.period, deal.no, f"{localtime(deal.signed_at):%Y-%m-%d}", deal.customer.name[:1] + "**",
        phone.masked if phone else "", line.payee_label, _percent(line.share_bp),
        Decimal(line.amount_fen) / 100, line.get_basis_display(), line.ruling, reads.ground(line),
        _("申诉中，暂停支付") if line.paused else _("可付"), Decimal(0 if line.paused else line.amount_fen) / 100,
    ]  # fmt: skip


def _percent(bp: int) -> str:
    return f"{bp // 100}.{bp % 100:02d}%"


def _records(project: Project, period: str) -> Iterator[list[Any]]:
    return (record(line) for line in reads.rows(project, period))


def as_csv(project: Project, period: str) -> Iterator[str]:
    """The month as CSV."""
    return exports.as_csv(heading(), _records(project, period))


def as_xlsx(project: Project, period: str) -> IO[bytes]:
    """The month as XLSX."""
    return exports.as_xlsx(f"{project.name} {period}", period, heading(), _records(project, period))
