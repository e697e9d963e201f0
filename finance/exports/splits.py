"""A month's splits: what deals bring to whom, with the ruling and the clauses. A line of `finance.reads.lines` each."""

from typing import Any

from django.db.models import Case, Func, Max, TextField, Value, When
from django.db.models.functions import Concat, Left
from django.utils.translation import gettext as _

from arbitration.models import Ruling
from finance import reads
from finance.exports.lookups import PLACE, Lines, filled, holder, hundredth, local_day, number, sealed, with_number
from finance.exports.table import Ask, Column, Table, mark
from finance.models import Entry
from people.exports import Money, in_yuan


def count(ask: Ask) -> int:
    """How many lines."""
    return reads.lines(ask.project, ask.month).count()


def table(ask: Ask) -> Table:
    """The lines in the order of posting. Of the customer's name the first character."""
    lines = reads.lines(ask.project, ask.month)
    until = lines.order_by().aggregate(at=Max("entry__at"))["at"]
    columns = [
        Column(_("账期"), "entry__period"),
        Column(_("签单编号"), "entry__deal__no"),
        Column(_("签约日期"), local_day("entry__deal__signed_at", ask.project)),
        Column(_("客户"), Concat(Left("entry__deal__customer__name", 1), Value("**"))),
        Column(_("手机号"), sealed(), number(whole=ask.whole)),
        Column(_("姓名"), holder()),
        Column(_("比例"), _percent()),
        Column(Money(_("金额（元）")), hundredth("amount_fen")),
        Column(_("依据"), _basis()),
        Column(_("裁定"), "entry__ruling__no"),
        Column(_("条款"), _ground()),
        Column(_("付款"), _paused(Value(_("申诉中，暂停支付")), Value(_("可付")))),
        Column(Money(_("可付（元）")), _paused(Value(in_yuan(0)), hundredth("amount_fen"))),
        Column(mark(ask, until), Value("")),
    ]
    records = Lines(with_number(lines, "entry__deal__customer"), columns)
    return Table([column.heading for column in columns], records, until)


def _percent() -> Func:
    """Nothing where there is no share."""
    parts = hundredth("share_bp"), Value("%")
    return Func(*parts, template="%(expressions)s", arg_joiner=" || ", output_field=TextField())


def _basis() -> Case:
    """As `finance.reads.basis` says it."""
    return Case(
        *(
            When(entry__kind=kind, entry__ruling__isnull=not ruled, then=Value(reads.basis_of(kind, ruled=ruled)))
            for kind in Entry.Kind.values
            for ruled in (False, True)
        ),
        output_field=TextField(),
    )


def _ground() -> Case:
    """As `finance.reads.ground` says it."""
    overruled = filled(reads.overruled(PLACE), "entry__ruling__reason")
    otherwise = When(entry__ruling__kind=Ruling.Kind.OTHERWISE, then=overruled)
    return Case(otherwise, default="entry__clauses", output_field=TextField())


def _paused(then: Any, default: Any) -> Case:
    """An appeal pauses its lines: nothing of them is payable meanwhile (G-27)."""
    return Case(When(paused=True, then=then), default=default, output_field=TextField())
