"""What people would rather look at: a month by team, where its splits come from, what the teams' funds hold. Counted by the database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Sum, TextChoices, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.models import Ruling, Settlement
from arbitration.shares import Key, Kind, label, sharers
from finance.models import Account, Entry, Posting
from finance.reads.holders import HOLDER, key_of_row, teams_of
from finance.reads.months import up_to
from finance.reads.splits import OF_DEALS
from people.models import Project

TEAM_MONTHS, FUND_MONTHS = 6, 12


class Source(TextChoices):
    """Where a split comes from."""

    UNCONTESTED = "uncontested", gettext_lazy("没有撞单")
    AGREED = "agreed", gettext_lazy("按建议裁定")
    NEGOTIATED = "negotiated", gettext_lazy("各方谈好")
    OTHERWISE = "otherwise", gettext_lazy("改判")
    COMPANY = "company", gettext_lazy("归公")


@dataclass(frozen=True, slots=True)
class Figures:
    """Fen. `teams`: team → each of `months`, the last of which is the one asked for; `sources`: (source, fen, deals); `funds`: month → what
    all teams' funds hold at its end.
    """

    months: list[str]
    teams: list[tuple[str, list[int]]]
    sources: list[tuple[Source, int, int]]
    funds: list[tuple[str, int]]


def figures(project: Project, period: str) -> Figures:
    """Of one month, with those before it beside. Eight queries at most, whatever there is."""
    months = up_to(period, TEAM_MONTHS)
    return Figures(
        months, _teams(project, months), _sources(project, period), _funds(project, up_to(period, FUND_MONTHS))
    )


def _commission(project: Project) -> Any:
    return Posting.objects.filter(
        entry__project=project, entry__book=Entry.Book.COMMISSION, entry__kind__in=OF_DEALS,
        account__kind__in=(Account.Kind.PAYABLE, Account.Kind.ACCRUED),
    )  # fmt: skip


def _teams(project: Project, months: list[str]) -> list[tuple[str, list[int]]]:
    """The largest of the last month first. Somebody counts for the team that they are of now."""
    rows = list(
        _commission(project)
        .filter(entry__period__in=months)
        .values("entry__period", *HOLDER)
        .annotate(fen=Sum("amount_fen"))
    )
    names = _names(project, rows)
    table: dict[str, list[int]] = defaultdict(lambda: [0] * len(months))
    for name, row in zip(names, rows, strict=True):
        table[name][months.index(row["entry__period"])] += row["fen"]
    return sorted(table.items(), key=lambda item: (-item[1][-1], item[0]))


def _names(project: Project, rows: list[Mapping[str, Any]]) -> list[str]:
    keys: list[Key] = [key_of_row(row) for row in rows]
    teams = teams_of(project, [key.pk for key in keys if key.kind == Kind.PERSON and key.pk])
    return [
        teams.get(key.pk or 0, _("没有团队")) if key.kind == Kind.PERSON else label(who)
        for key, who in zip(keys, sharers(keys), strict=True)
    ]


def _sources(project: Project, period: str) -> list[tuple[Source, int, int]]:
    agreed = Settlement.objects.filter(collision=OuterRef("entry__ruling__collision"), state=Settlement.State.CONFIRMED)
    source = Case(
        When(entry__ruling=None, then=Value(Source.UNCONTESTED)),
        When(entry__ruling__owner_kind=Ruling.Owner.COMPANY, then=Value(Source.COMPANY)),
        When(entry__ruling__kind=Ruling.Kind.OTHERWISE, then=Value(Source.OTHERWISE)),
        When(Q(Exists(agreed)), then=Value(Source.NEGOTIATED)),
        default=Value(Source.AGREED), output_field=CharField(),
    )  # fmt: skip
    rows = _commission(project).filter(entry__period=period).annotate(source=source).values("source")
    found = {
        row["source"]: row for row in rows.annotate(fen=Sum("amount_fen"), deals=Count("entry__deal", distinct=True))
    }
    return [(one, found[one]["fen"], found[one]["deals"]) for one in Source if one in found]


def _funds(project: Project, months: list[str]) -> list[tuple[str, int]]:
    rows = Posting.objects.filter(
        entry__project=project, entry__book=Entry.Book.COMMISSION, entry__period__lte=months[-1],
        account__team__isnull=False,
    )  # fmt: skip
    moved = dict(rows.values("entry__period").annotate(fen=Sum("amount_fen")).values_list("entry__period", "fen"))
    balance, held = sum(fen for month, fen in moved.items() if month < months[0]), []
    for month in months:
        balance += moved.get(month, 0)
        held.append((month, balance))
    return held if moved else []
