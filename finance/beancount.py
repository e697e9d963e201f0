"""The ledger of a project as Beancount text, so that a program that is none of ours says whether it balances (`bean-check`).

There a liability is negative: an amount in favour of a holder has the opposite sign of ours. Accounts are called by kind and id, as
names are not ASCII and change; the name stands beside. Credit (业绩) is a commodity of its own. At the end of each month a balance
is asserted for what moved in it, from sums that the database made, not from the lines above.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import F, Max, QuerySet, Sum
from django.utils.translation import gettext as _

from finance.exports.lookups import copied, hundredth, local_day
from finance.exports.table import Ask, mark
from finance.models import Account, Entry, Posting
from finance.reads import around
from people.exports import in_yuan

Kind = Account.Kind
ROOTS = {
    Kind.COMMISSION: "Expenses:Commission", Kind.PAYABLE: "Liabilities:Payable", Kind.ACCRUED: "Liabilities:Accrued",
    Kind.DEDUCTION: "Liabilities:Deduction", Kind.RECOVERED: "Income:Recovered", Kind.BONUS: "Liabilities:Bonus",
    Kind.REWARDS: "Expenses:Rewards",
}  # fmt: skip
CURRENCY = {Entry.Book.COMMISSION: "CNY", Entry.Book.CREDIT: "YEJI"}
FACTS = ("deal", "ruling", "clauses", "case", "source", "reverses", "corrects")


def rows(ask: Ask) -> QuerySet[Posting]:
    """The postings of all months up to this one."""
    found: QuerySet[Posting] = Posting.objects.filter(entry__project=ask.project, entry__period__lte=ask.month)
    return found


def count(ask: Ask) -> int:
    """How many postings."""
    return rows(ask).count()


def text(ask: Ask, tell: Any) -> Iterator[str]:
    """The file, piece by piece. `tell` hears of each posting that was written."""
    names = {str(row.pk): _name(row) for row in _accounts(ask)}
    until = rows(ask).aggregate(at=Max("entry__at"))["at"]
    yield f"; {mark(ask, until)}\n"
    yield f'option "title" {_quoted(f"{ask.project.name} {ask.month}")}\noption "operating_currency" "CNY"\n'
    yield from _opened(ask)
    for fen in groupby(_postings(ask), key=lambda row: row[0]):
        entry = list(fen[1])
        tell(len(entry))
        yield _entry(entry, names)
    yield from _balances(ask, names)


def _accounts(ask: Ask) -> Iterable[Account]:
    used = rows(ask).values("account").distinct()
    return Account.objects.filter(pk__in=used).select_related("user", "organisation", "team").order_by("pk")


def _name(account: Account) -> str:
    """Liabilities:Payable:Person12."""
    whose = {"Person": account.user_id, "Organisation": account.organisation_id, "Fund": account.team_id}
    holder = next((f"{kind}{pk}" for kind, pk in whose.items() if pk), "Company")
    return f"{ROOTS[Kind(account.kind)]}:{holder}"


def _opened(ask: Ask) -> Iterator[str]:
    first = rows(ask).order_by("entry__period").values_list("entry__period", flat=True).first()
    if first is None:
        return
    day = _first_day(first)
    yield f"{day} commodity CNY\n{day} commodity YEJI\n  name: {_quoted(str(_('业绩')))}\n"
    for row in _accounts(ask):
        yield f"{day} open {_name(row)} CNY,YEJI\n  name: {_quoted(row.holder_label)}\n  kind: {_quoted(str(row.get_kind_display()))}\n"


def _postings(ask: Ask) -> Iterator[list[str]]:
    day = local_day("entry__at", ask.project)
    return copied(
        rows(ask).order_by("entry_id", "pk").values_list(
            "entry__no", day, "entry__period", "entry__kind", "entry__book", "account_id", hundredth(-F("amount_fen")),
            "entry__deal__no", "entry__ruling__no", "entry__clauses", "entry__ruling__collision__no", "entry__source",
            "entry__reverses__no", "entry__corrects__no",
        )
    )  # fmt: skip


def _entry(lines: list[list[str]], names: dict[str, str]) -> str:
    no, day, period, kind, book = lines[0][:5]
    facts = [f"  {name}: {_quoted(fact)}\n" for name, fact in zip(FACTS, lines[0][7:], strict=True) if fact]
    postings = [f"  {names[line[5]]}  {line[6]} {CURRENCY[Entry.Book(book)]}\n" for line in lines]
    word = _quoted(str(Entry.Kind(kind).label))
    return f'{_day(day, period)} * {word}\n  entry: "{no}"\n{"".join(facts)}{"".join(postings)}'


def _day(day: str, period: str) -> str:
    """The local day; of what came after its month was closed the first of the month in which it was posted."""
    return day if day[:4] + day[5:7] == period else _first_day(period)


def _first_day(period: str) -> str:
    return f"{period[:4]}-{period[4:]}-01"


def _balances(ask: Ask, names: dict[str, str]) -> Iterator[str]:
    """At the beginning of the month after, what each account that moved came to by then."""
    moved = rows(ask).order_by("entry__period", "account", "entry__book")
    sums = moved.values_list("entry__period", "account", "entry__book").annotate(fen=Sum("amount_fen"))
    come_to: dict[tuple[int, str], int] = defaultdict(int)
    for period, account, book, fen in sums:
        come_to[account, book] += fen
        day, amount = _first_day(around(period)[1]), in_yuan(-come_to[account, book])
        yield f"{day} balance {names[str(account)]}  {amount} {CURRENCY[book]}\n"


def _quoted(said: str) -> str:
    """A text as Beancount reads it, on one line."""
    line = " ".join(said.split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
