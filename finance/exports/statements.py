"""A month's statements, a payee a line: what commission, deductions and rewards come to, what is due, and whether they confirmed it."""

from collections.abc import Iterator

from django.db.models import Max
from django.utils.translation import gettext as _

from finance.exports.table import Ask, Table, mark
from finance.reads.holders import of_month
from finance.reads.statements import Statement, statements
from people.exports import Money, Record, in_yuan


def count(ask: Ask) -> int:
    """How many lines."""
    return len(statements(ask.project, ask.month))


def table(ask: Ask) -> Table:
    """As the page of the month shows them, the largest sum first."""
    until = of_month(ask.project, ask.month).order_by().aggregate(at=Max("entry__at"))["at"]
    heading = [
        _("账期"), _("姓名"), _("团队或公司"), Money(_("提成（元）")), Money(_("其中暂停支付（元）")), Money(_("扣款（元）")),
        Money(_("奖励（元）")), Money(_("应发（元）")), Money(_("待甲方结佣（元）")), Money(_("业绩（元）")), _("确认"), mark(ask, until),
    ]  # fmt: skip
    return Table(heading, _records(ask), until)


def _records(ask: Ask) -> Iterator[Record]:
    for one in statements(ask.project, ask.month):
        yield _cells(ask, one)


def _cells(ask: Ask, one: Statement) -> Record:
    sums, state = one.row.sums, str(one.state.label) if one.state else ""
    amounts = (sums.commission, sums.paused, sums.deducted, sums.bonus, sums.due, sums.waiting, sums.credit)
    return [ask.month, one.row.name, one.row.team, *map(in_yuan, amounts), state, ""]
