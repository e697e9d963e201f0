"""The ledger of a month, a posting a line (G-30): entry, account and whose, amount with its sign, what it rests on, what it reverses."""

from functools import partial
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from finance.exports.lookups import Holders, local, told
from finance.exports.table import Ask, Table, mark
from finance.models import Account, Entry, Posting
from people.exports import Money, Record, in_yuan


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
    """All of it; each entry's lines come to zero."""
    until = rows(ask).order_by().aggregate(at=Max("entry__at"))["at"]
    heading = [
        _("分录号"), _("时间"), _("账期"), _("账本"), _("事项"), _("科目"), _("归谁"), Money(_("金额（元）")), _("签单编号"), _("裁定"),
        _("条款"), _("撞单"), _("冲销或调整的分录"), _("处分、奖励或结佣单"), mark(ask, until),
    ]  # fmt: skip
    found = rows(ask).values_list(
        "entry__no", local("entry__at", ask.project, "YYYY-MM-DD HH24:MI:SS"), "entry__book", "entry__kind", "account__kind",
        "account_id", "amount_fen", "entry__deal__no", "entry__ruling__no", "entry__clauses", "entry__ruling__collision__no",
        "entry__reverses__no", "entry__corrects__no", "entry__source",
    )  # fmt: skip
    return Table(heading, told(found, partial(_tell, ask, Holders(ask.project))), until)


def _tell(ask: Ask, names: Holders, batch: list[tuple[Any, ...]]) -> list[Record]:
    """The company's accounts have nobody's name."""
    books, kinds, accounts = (
        {value: str(word) for value, word in choices}
        for choices in (Entry.Book.choices, Entry.Kind.choices, Account.Kind.choices)
    )
    return [
        (
            no, at, ask.month, books[book], kinds[kind], accounts[account], names[pk], in_yuan(fen), deal or "", ruling or "", clauses,
            case or "", reverses or corrects or "", source, "",
        )
        for no, at, book, kind, account, pk, fen, deal, ruling, clauses, case, reverses, corrects, source in batch
    ]  # fmt: skip
