"""到访本: what of the visit log is asked for, a page at a time, and what it comes to. Totals are the database's, never summed here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from people.models import Project, Site, User
from people.workplace import Workplace
from trail import clock
from visits import desk, record
from visits.models import Visit

A_PAGE, A_CHUNK = 50, 500
DAYS_APART = 62  # a longer range is plotted by the month
RANGES: dict[str, Any] = {
    "today": _("今天"), "yesterday": _("昨天"), "week": _("近 7 天"), "month": _("本月"), "last_month": _("上月"), "all": _("全部"),
}  # fmt: skip
LATE, REFUSED, SWEEP = Visit.Registered.LATE, Visit.Registered.REFUSED, Visit.LeftHow.SWEEP
STATES: dict[str, tuple[Any, Q]] = {
    "here": (_("还没离开"), Q(left_at__isnull=True)),
    "first": (_("第一次来"), Q(known_before=False) & ~Q(registered=REFUSED)),
    "again": (_("来过的"), Q(known_before=True)),
    "late": (_("补登"), Q(registered=LATE)),
    "refused": (_("不肯留信息"), Q(registered=REFUSED)),
    "swept": (_("闭店补记离开"), Q(left_how=SWEEP)),
    "agency": (_("有经纪人带看"), Q(brought_by__isnull=False)),
    "incomplete": (_("不全"), record.INCOMPLETE),
    "corrected": (_("更正过"), Q(revision__gt=0)),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. Days are the project's, inclusive; None: without end on that side."""

    first: date | None = None
    last: date | None = None
    site: int | None = None
    receiver: int | None = None
    state: str = ""


def days_of(name: str, project: Project, at: datetime) -> tuple[date | None, date | None]:
    """First and last day of a range by its name."""
    today = localtime(at, project.zone).date()
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return {
        "today": (today, today), "yesterday": (today - timedelta(days=1),) * 2, "week": (today - timedelta(days=6), today),
        "month": (month, today), "last_month": (before.replace(day=1), before), "all": (None, None),
    }[name]  # fmt: skip


def rows(here: Workplace, wanted: Wanted) -> QuerySet[Visit]:
    """The visits asked for, the newest first."""
    return _filtered(desk.visible(here), here.project, wanted).order_by("-arrived_at", "-pk")


def _filtered(found: QuerySet[Visit], project: Project, wanted: Wanted) -> QuerySet[Visit]:
    if wanted.first:
        found = found.filter(arrived_at__gte=datetime.combine(wanted.first, time(), project.zone))
    if wanted.last:
        found = found.filter(arrived_at__lt=datetime.combine(clock.day_after(wanted.last), time(), project.zone))
    if wanted.site:
        found = found.filter(site=wanted.site)
    if wanted.receiver:
        found = found.filter(pk__in=Visit.objects.filter(receptions__by=wanted.receiver).values("pk"))
    return found.filter(STATES[wanted.state][1]) if wanted.state else found


@dataclass(frozen=True, slots=True)
class Page:
    """Visits of a page, and where the next begins; empty at the end."""

    visits: list[Visit]
    next: str


def page(found: QuerySet[Visit], after: str) -> Page:
    """A page of them by key, without counting all: `after` is what the page before gave as its `next`, else the beginning."""
    if key := _key(after):
        moment, pk = key
        found = found.filter(Q(arrived_at__lt=moment) | Q(arrived_at=moment, pk__lt=pk), arrived_at__lte=moment)
    visits = list(found.prefetch_related("receptions__by")[: A_PAGE + 1])
    last = visits[A_PAGE - 1] if len(visits) > A_PAGE else None
    return Page(visits[:A_PAGE], f"{last.arrived_at.timestamp():.6f}_{last.pk}" if last else "")


def _key(after: str) -> tuple[datetime, int] | None:
    moment, _sep, pk = after.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), tz=localtime().tzinfo), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def chunks(found: QuerySet[Visit]) -> Iterator[Visit]:
    """All of them, some at a time from a cursor on the server."""
    return found.prefetch_related("receptions__by").iterator(chunk_size=A_CHUNK)


def sites(project: Project) -> QuerySet[Site]:
    """All of the project's, the closed ones too."""
    return Site.objects.filter(project=project).order_by("pk")


def receivers(project: Project) -> QuerySet[User]:
    """Who sells or sold here: whoever may have received somebody."""
    return User.objects.filter(memberships__project=project, receptions__isnull=False).distinct().order_by("name")


# ── what it comes to ──


def totals(here: Workplace, wanted: Wanted) -> dict[str, Any]:
    """Counts and the average stay in minutes of whoever was seen leaving, by one statement."""
    named = ~Q(registered=REFUSED)
    told = rows(here, wanted).order_by().aggregate(
        visits=Count("pk"),
        new=Count("customer", filter=named & Q(known_before=False), distinct=True),
        again=Count("customer", filter=Q(known_before=True), distinct=True),
        refused=Count("pk", filter=Q(registered=REFUSED)),
        unknown=Count("pk", filter=Q(left_at__isnull=True) | Q(left_how=SWEEP)),
        stay=Avg(F("left_at") - F("arrived_at"), filter=Q(left_at__isnull=False) & ~Q(left_how=SWEEP)),
    )  # fmt: skip
    stay = told.pop("stay")
    return told | {"stay": round(stay.total_seconds() / 60) if stay is not None else None}


def by_day(here: Workplace, wanted: Wanted) -> list[tuple[date, int]]:
    """How many came on each day of the range, or in each month of a long one; days without anybody are there too."""
    zone = here.project.zone
    monthly = _is_long(wanted)
    cut = (TruncMonth if monthly else TruncDate)("arrived_at", tzinfo=zone)
    counted = rows(here, wanted).order_by().annotate(day=cut).values("day").annotate(n=Count("pk")).order_by("day")
    found = {_day(row["day"]): row["n"] for row in counted}
    if monthly or not (wanted.first and wanted.last):
        return sorted(found.items())
    span = (wanted.last - wanted.first).days + 1
    return [(day, found.get(day, 0)) for day in (wanted.first + timedelta(days=n) for n in range(span))]


def by_hour(here: Workplace, wanted: Wanted) -> list[tuple[int, int]]:
    """How many came in each hour of the day, local, from the first hour in which anybody did to the last."""
    cut = ExtractHour("arrived_at", tzinfo=here.project.zone)
    counted = rows(here, wanted).order_by().annotate(hour=cut).values("hour").annotate(n=Count("pk"))
    found = {row["hour"]: row["n"] for row in counted}
    return [(hour, found.get(hour, 0)) for hour in range(min(found), max(found) + 1)] if found else []


def _is_long(wanted: Wanted) -> bool:
    return not (wanted.first and wanted.last) or (wanted.last - wanted.first).days >= DAYS_APART


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value
