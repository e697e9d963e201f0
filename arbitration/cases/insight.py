"""撞单统计: what the collisions of a span came to. Counted by the database, in a number of queries that does not grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)  # fmt: skip
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncWeek
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from arbitration.models import Appeal, Collision, Ruling
from leads.models import Registration
from people.models import Membership, Organisation, Project
from people.routines import midnight
from trail import clock
from trail.together import fill
from visits.models import Visit

USUAL, LONGEST = timedelta(weeks=12), timedelta(weeks=106)
# Share of rulings that differ from what was proposed, in per cent: less looks like signing unread, more like a policy nobody follows.
UNREAD, CONTRARY = 2, 30
LEAST = 20  # rulings with a proposal, before a share says anything
DAY = timedelta(days=1)
Counted = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included."""

    project: Project
    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """When the first day begins."""
        return midnight(self.first, self.project.zone)

    @property
    def end(self) -> datetime:
        """When the last day is over."""
        return midnight(self.last + DAY, self.project.zone)

    def within(self, column: str) -> dict[str, datetime]:
        """The filter for a column of moments."""
        return {f"{column}__gte": self.begin, f"{column}__lt": self.end}

    def weeks(self) -> list[date]:
        """The Mondays of its weeks."""
        monday = self.first - timedelta(days=self.first.weekday())
        return [monday + timedelta(weeks=n) for n in range((self.last - monday).days // 7 + 1)]


def span(project: Project, first: date | None, last: date | None, at: datetime) -> Span:
    """The days asked for, LONGEST at most; USUAL up to today where nothing is asked."""
    last = clock.nearest(last or localtime(at, project.zone).date())
    first = first if first and first <= last else last - USUAL + DAY
    return Span(project, max(first, last - LONGEST), last)


@dataclass(frozen=True, slots=True)
class Manager:
    """Rulings of one person: all, those that had a proposal, and of these those that were ruled otherwise."""

    name: str
    rulings: int
    proposed: int
    otherwise: int

    @property
    def share(self) -> float | None:
        """Otherwise, of those that had a proposal, in per cent."""
        return round(100 * self.otherwise / self.proposed, 1) if self.proposed else None

    @property
    def watch(self) -> str:
        """`unread`, `contrary` or nothing; nothing where there are too few to say."""
        if self.share is None or self.proposed < LEAST:
            return ""
        return "unread" if self.share < UNREAD else "contrary" if self.share > CONTRARY else ""


@dataclass(frozen=True, slots=True)
class Insight:
    """What the span came to. Times to ruling in days; late entries: visits entered afterwards, reports after the customer came."""

    span: Span
    weekly: Counted
    triggers: Counted
    teams: Counted
    ruled: int
    median: float | None
    p90: float | None
    managers: list[Manager]
    appeals: Counted
    appealed: int
    late_weekly: Counted
    late_visits: int
    late_reports: int

    @property
    def cases(self) -> int:
        """How many cases opened."""
        return sum(n for _week, n in self.weekly)


def insight(within: Span) -> Insight:
    """Nine queries, whatever there is. A case that was laid down counts nowhere."""
    project = within.project
    opened = Collision.objects.filter(project=project, **within.within("opened_at")).exclude(state=Collision.State.MOOT)
    rulings = Ruling.objects.filter(collision__project=project, **within.within("at"))
    appeals = Appeal.objects.filter(ruling__collision__project=project, **within.within("at"))
    late = Visit.objects.filter(project=project, registered=Visit.Registered.LATE, **within.within("arrived_at"))
    reports = Registration.objects.filter(project=project, arrived_at__isnull=False, **within.within("at"))
    late_weekly = _weekly(within, late, "arrived_at")
    appealed = appeals.order_by().values("ruling__collision__project").annotate(n=Count("ruling", distinct=True))
    late_reports = reports.order_by().values("project").annotate(n=Count("pk"))
    fill(appealed, late_reports)
    return Insight(
        within, _weekly(within, opened, "opened_at"), _labelled(opened, "trigger", Collision.Trigger.choices), _teams(opened),
        **_timing(rulings), managers=_managers(rulings), appeals=_labelled(appeals, "state", Appeal.State.choices),
        appealed=sum(row["n"] for row in appealed), late_weekly=late_weekly, late_visits=sum(n for _week, n in late_weekly),
        late_reports=sum(row["n"] for row in late_reports),
    )  # fmt: skip


def _weekly(within: Span, rows: QuerySet[Any], column: str) -> Counted:
    """Each week of the span, by its Monday, also those in which nothing was."""
    week = TruncWeek(column, tzinfo=within.project.zone)
    counted = dict(rows.order_by().annotate(week=week).values_list("week").annotate(n=Count("pk")))
    found = {moment.date(): n for moment, n in counted.items()}
    return [(f"{monday:%Y-%m-%d}", found.get(monday, 0)) for monday in within.weeks()]


def _labelled(rows: QuerySet[Any], column: str, choices: Sequence[tuple[str, Any]]) -> Counted:
    """How many of each choice there are, of those that there are; the most first."""
    found = dict(rows.order_by().values_list(column).annotate(n=Count("pk")))
    return sorted(((str(label), found[key]) for key, label in choices if key in found), key=lambda row: -row[1])


def _teams(opened: QuerySet[Collision]) -> Counted:
    """In how many cases somebody of each team, or agency, was a party: a case counts once for each side."""
    agency = Q(organisation__kind=Organisation.Kind.OWN)
    name = Case(
        When(~agency, then=F("organisation__name")),
        default=Coalesce(F("team__name"), Value("")),
        output_field=CharField(),
    )
    held = Membership.objects.filter(project=F("user__claims__collision__project"), user__claims__collision__in=opened)
    rows = held.order_by().annotate(side=name).values_list("side")
    found = dict(rows.annotate(n=Count("user__claims__collision", distinct=True)))
    return sorted(((side or _("没有团队"), n) for side, n in found.items()), key=lambda row: (-row[1], row[0]))


class Percentile(Aggregate):
    """The value below which this share of the rows lies."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, *, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def _timing(rulings: QuerySet[Ruling]) -> dict[str, Any]:
    """From opening to the first ruling, of cases that were first ruled on in the span."""
    earlier = Ruling.objects.filter(collision=OuterRef("collision"), at__lt=OuterRef("at"))
    took = ExpressionWrapper(F("at") - F("collision__opened_at"), output_field=DurationField())
    found = rulings.exclude(Exists(earlier)).aggregate(
        ruled=Count("pk"), median=Percentile(took, share=0.5), p90=Percentile(took, share=0.9)
    )
    return {"ruled": found["ruled"]} | {
        key: None if found[key] is None else round(found[key] / DAY, 1) for key in ("median", "p90")
    }


def _managers(rulings: QuerySet[Ruling]) -> list[Manager]:
    """By who signed. A proposal is one that says what to do: `decided`."""
    text = Func(F("proposal_canonical"), Value("UTF8"), function="convert_from", output_field=TextField())
    with_status = rulings.annotate(told=Cast(text, JSONField())).annotate(status=KT("told__status"))
    proposed = Q(status="decided")
    rows = with_status.order_by().values_list("by", "by__name").annotate(
        n=Count("pk"), had=Count("pk", filter=proposed), otherwise=Count("pk", filter=proposed & Q(kind=Ruling.Kind.OTHERWISE))
    )  # fmt: skip
    found = [Manager(name, n, had, otherwise) for _by, name, n, had, otherwise in rows]
    return sorted(found, key=lambda one: (-one.rulings, one.name))


def heading() -> list[str]:
    """The columns of the export."""
    return [_("统计"), _("项"), _("数"), _("其中")]


def records(told: Insight) -> list[list[str]]:
    """All of it as one table."""
    rows = [
        *([_("每周撞单"), week, str(n), ""] for week, n in told.weekly),
        *([_("按触发"), label, str(n), ""] for label, n in told.triggers),
        *([_("按团队"), label, str(n), ""] for label, n in told.teams),
        [_("立案到裁定（天）"), _("中位数"), _shown(told.median), str(told.ruled)],
        [_("立案到裁定（天）"), _("九成在多少天内"), _shown(told.p90), str(told.ruled)],
        *([_("改判率（%）"), one.name, _shown(one.share), f"{one.otherwise}/{one.proposed}"] for one in told.managers),
        *([_("申诉"), label, str(n), ""] for label, n in told.appeals),
        *([_("每周补登"), week, str(n), ""] for week, n in told.late_weekly),
        [_("到访后才报备"), "", str(told.late_reports), ""],
    ]
    return [[str(cell) for cell in row] for row in rows]


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
