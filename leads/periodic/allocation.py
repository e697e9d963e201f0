"""The allocation statistics (分单统计, D03-3.2): to whom customers went in a period, where they came from, and in which territory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Customer, Deal, Ownership, Profile, Registration
from people.models import Routine
from people.routines import Sheet, span

MOST = 20  # bars in a plot; the rest is one
WORDS = {
    "allocated": gettext_lazy("分出的客户"), "reports": gettext_lazy("报备"), "contested": gettext_lazy("有争议的报备"),
    "deals": gettext_lazy("签单"),
}  # fmt: skip
# The plot, in units of its own: a line a bar, words left, numbers right.
LINE, LEFT, LONGEST = 30, 120, 190


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a plot."""

    label: str
    count: int
    y: int
    width: int

    @property
    def end(self) -> int:
        """Where its number stands."""
        return LEFT + self.width + 8


@dataclass(frozen=True, slots=True)
class Plot:
    """Counts as bars, drawn by the server; the table beneath says the same in words."""

    title: str
    bars: list[Bar]

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return LINE * len(self.bars)


def allocation(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """Whom customers were given to in the period, however they came to them; by salesperson, source and region."""
    begin, end = span(routine)
    given = Ownership.objects.filter(
        project=routine.project, holder=Ownership.Holder.PERSON, since__gte=begin, since__lt=end
    )
    reports = Registration.objects.filter(project=routine.project, at__gte=begin, at__lt=end)
    signed = Deal.objects.filter(project=routine.project, signed_at__gte=begin, signed_at__lt=end)
    figures = {
        "allocated": given.count(), "reports": reports.count(),
        "contested": reports.filter(answer="taken").count(), "deals": signed.count(),
    }  # fmt: skip
    return Sheet(
        figures, "leads/work/allocation.html", {"plots": plots(given), "width": LEFT + LONGEST + 50, "left": LEFT}
    )


def plots(given: "QuerySet[Ownership]") -> list[Plot]:
    """Three plots of the same customers; three queries."""
    region = Profile.objects.filter(project=OuterRef("project"), customer=OuterRef("customer")).values("region")[:1]
    by_person = _counts(given, "user__name")
    by_source = _counts(given, "customer__source")
    by_region = _counts(given.annotate(region=Subquery(region)), "region")
    sources = {str(value): str(label) for value, label in Customer.Source.choices}
    return [
        plot(_("按业务员"), by_person),
        plot(_("按来源"), [(sources.get(key, key), n) for key, n in by_source]),
        plot(_("按区域"), [(key or _("没填区域"), n) for key, n in by_region]),
    ]


def _counts(given: "QuerySet[Ownership]", key: str) -> list[tuple[str, int]]:
    rows: Any = given.order_by().values(key).annotate(n=Count("*")).order_by("-n", key)
    merged: dict[str, int] = {}
    for row in rows:  # no profile and an empty region are one
        merged[row[key] or ""] = merged.get(row[key] or "", 0) + row["n"]
    return sorted(merged.items(), key=lambda pair: -pair[1])


def plot(title: str, counts: list[tuple[str, int]]) -> Plot:
    """Bars as long as their counts; from the twentieth on, one for all others."""
    shown = (
        counts if len(counts) <= MOST else [*counts[: MOST - 1], (_("其余"), sum(n for _k, n in counts[MOST - 1 :]))]
    )
    longest = max((n for _label, n in shown), default=1)
    return Plot(title, [Bar(label, n, i * LINE, max(2, n * LONGEST // longest)) for i, (label, n) in enumerate(shown)])
