"""A month's splits: what deals bring to whom, with the ruling and the clauses. A line of `finance.reads.lines` each."""

from functools import lru_cache, partial
from typing import Any

from django.db.models import Max, TextField
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext as _

from arbitration.models import Ruling
from finance import reads
from finance.exports.lookups import Holders, local, numbers, told
from finance.exports.table import Ask, Table, mark
from people.exports import Money, Record, in_yuan

NOTHING, OTHERWISE = in_yuan(0), Ruling.Kind.OTHERWISE.value


def count(ask: Ask) -> int:
    """How many lines."""
    return reads.lines(ask.project, ask.month).count()


def table(ask: Ask) -> Table:
    """The lines in the order of posting. Of the customer's name the first character."""
    lines = reads.lines(ask.project, ask.month)
    until = lines.order_by().aggregate(at=Max("entry__at"))["at"]
    heading = [
        _("账期"), _("签单编号"), _("签约日期"), _("客户"), _("手机号"), _("姓名"), _("比例"), Money(_("金额（元）")), _("依据"),
        _("裁定"), _("条款"), _("付款"), Money(_("可付（元）")), mark(ask, until),
    ]  # fmt: skip
    rows = lines.select_related(None).values_list(
        "account_id", "share_bp", "amount_fen", "paused", "entry__kind", "entry__clauses", "entry__deal__no",
        local("entry__deal__signed_at", ask.project, "YYYY-MM-DD"), Cast("entry__deal__customer", TextField()),
        Left("entry__deal__customer__name", 1), "entry__ruling__no", "entry__ruling__kind", "entry__ruling__reason",
    )  # fmt: skip
    return Table(heading, told(rows, partial(_tell, ask, Holders(ask.project))), until)


def _tell(ask: Ask, names: Holders, batch: list[tuple[Any, ...]]) -> list[Record]:
    """An appeal pauses its lines: nothing of them is payable meanwhile (G-27)."""
    phones = numbers([row[8] for row in batch], whole=ask.whole)
    records: list[Record] = []
    month, pays, waits, basis = ask.month, _("可付"), _("申诉中，暂停支付"), _Basis()
    for account, bp, fen, paused, kind, clauses, deal, day, customer, first, ruling, ruled, reason in batch:
        amount = in_yuan(fen)
        records.append((
            month, deal, day, first + "**", phones.get(customer, ""), names[account], _percent(bp), amount,
            basis[kind, ruling is not None], ruling or "", reads.overruled(reason) if ruled == OTHERWISE else clauses,
            waits if paused else pays, NOTHING if paused else amount, "",
        ))  # fmt: skip
    return records


class _Basis(dict[tuple[str, bool], str]):
    """Why a line is there, as `finance.reads.basis` says it, by the kind of its entry and whether there is a ruling."""

    def __missing__(self, key: tuple[str, bool]) -> str:
        kind, ruled = key
        self[key] = reads.basis_of(kind, ruled=ruled)
        return self[key]


@lru_cache
def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{bp // 100}.{bp % 100:02d}%"
