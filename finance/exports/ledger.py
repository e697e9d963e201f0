"""The ledger of a month, a posting a line (G-30): entry, account and whose, amount with its sign, what it rests on, what it reverses."""

from django.db.models import Max, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from finance.exports.lookups import Lines, holder, hundredth, local, words
from finance.exports.table import Ask, Column, Table, mark
from finance.models import Account, Entry, Posting
from people.exports import Money


def rows(ask: Ask) -> QuerySet[Posting]:
    """The postings of a month, of both books, in order."""
    found: QuerySet[Posting] = Posting.objects.filter(entry__project=ask.project, entry__period=ask.month).order_by(
        "pk"
    )
    return found


def count(ask: Ask) -> int:
    """How many lines."""
    return rows(ask).count()


def table(ask: Ask) -> Table:
    """All of it; each entry's lines come to zero. The company's accounts have nobody's name."""
    until = rows(ask).order_by().aggregate(at=Max("entry__at"))["at"]
    columns = [
        Column(_("分录号"), "entry__no"),
        Column(_("时间"), local("entry__at", ask.project)),
        Column(_("账期"), "entry__period"),
        Column(_("账本"), words("entry__book", dict(Entry.Book.choices))),
        Column(_("事项"), words("entry__kind", dict(Entry.Kind.choices))),
        Column(_("科目"), words("account__kind", dict(Account.Kind.choices))),
        Column(_("归谁"), holder()),
        Column(Money(_("金额（元）")), hundredth("amount_fen")),
        Column(_("签单编号"), "entry__deal__no"),
        Column(_("裁定"), "entry__ruling__no"),
        Column(_("条款"), "entry__clauses"),
        Column(_("撞单"), "entry__ruling__collision__no"),
        Column(_("冲销或调整的分录"), Coalesce("entry__reverses__no", "entry__corrects__no")),
        Column(_("处分、奖励或结佣单"), "entry__source"),
        Column(mark(ask, until), Value("")),
    ]
    return Table([column.heading for column in columns], Lines(rows(ask), columns), until)
