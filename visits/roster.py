"""The duty roster (值班) of a site, week by week: who is on duty when, and when nobody is.

A shift is half-open, [since, until), and ends at midnight at the latest: one day, one shift. Two people may be on duty at
once: the rotation then says which of them receives (G-24). Nobody is on duty twice at once, wherever that is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime

from people.calendar import Calendar, State
from people.models import Membership, Organisation, Project, Site, User
from people.models.membership import MembershipQuery
from people.roles import Role
from visits.models import Duty

Span = tuple[datetime, datetime]
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as a page shows it: whether it is over, and whether its person has left and so does not count."""

    duty: Duty
    over: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the roster with what is still to come of its opening hours without anybody on duty."""

    day: date
    state: State
    shifts: list[Shift]
    holes: list[Span]


def house_sellers(project: Project, since: datetime, until: datetime) -> QuerySet[User]:
    """Salespeople of the house who work in this project at some time in [since, until): nobody else has duty or a turn."""
    held = _selling(project).filter(Q(until__isnull=True) | Q(until__gt=since), since__lt=until)
    return User.objects.filter(is_active=True, memberships__in=held).distinct().order_by("name")


def sells_at(project: Project, user: User, moment: datetime) -> bool:
    """Whether this person is a salesperson of the house in this project then."""
    return user.is_active and _selling(project).at(moment).filter(user=user).exists()


def _selling(project: Project) -> MembershipQuery:
    rows = Membership.objects.filter(project=project, role=Role.SALESPERSON)
    return rows.exclude(organisation__kind=Organisation.Kind.DISTRIBUTOR)  # type: ignore[no-any-return]


def monday_of(text: str, today: date) -> date | None:
    """The Monday of `2026-W48`, or of this week where nothing is asked; None for what is no week."""
    if not text:
        return today - timedelta(days=today.weekday())
    found = re.fullmatch(r"(20\d\d)-W(\d\d)", text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def week_name(monday: date) -> str:
    """`2026-W48`, as it stands in an address."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def span_of(project: Project, day: date, since: time, until: time) -> Span:
    """The moments of a shift on this local day; an end at 00:00 is the midnight after it."""
    last = day + ONE if until == time() else day
    return datetime.combine(day, since, project.zone), datetime.combine(last, until, project.zone)


def days_span(project: Project, first: date, days: int) -> Span:
    """From the midnight that begins this local day, so many days."""
    return datetime.combine(first, time(), project.zone), datetime.combine(
        first + timedelta(days=days), time(), project.zone
    )


def shifts_between(site: Site, since: datetime, until: datetime) -> QuerySet[Duty]:
    """Shifts that touch [since, until), in order."""
    rows = Duty.objects.filter(site=site, since__lt=until, until__gt=since)
    return rows.select_related("user").order_by("since", "until", "pk")


def week(site: Site, monday: date, calendar: Calendar, now: datetime) -> list[Day]:
    """The seven days of a week. Holes count on working days, and on days off on which somebody is on duty all the same."""
    duties = list(shifts_between(site, *days_span(site.project, monday, 7)))
    held = list(_selling(site.project).filter(user__in=[duty.user_id for duty in duties]))
    shifts = [Shift(duty, duty.until <= now, _gone(duty, held)) for duty in duties]
    return [_day(site, monday + timedelta(days=n), shifts, calendar, now) for n in range(7)]


def _gone(duty: Duty, held: Iterable[Membership]) -> bool:
    theirs = (m for m in held if m.user_id == duty.user_id)
    return not (
        duty.user.is_active and any(m.since <= duty.since and (m.until is None or m.until > duty.since) for m in theirs)
    )


def _day(site: Site, day: date, shifts: list[Shift], calendar: Calendar, now: datetime) -> Day:
    zone = site.project.zone
    here = [shift for shift in shifts if localtime(shift.duty.since, zone).date() == day]
    state = calendar.state_of(day)
    if not (state.working or any(not shift.gone for shift in here)):
        return Day(day, state, here, [])
    opens, closes = (datetime.combine(day, hour, zone) for hour in (site.opens, site.closes))
    counted = [
        (localtime(shift.duty.since, zone), localtime(shift.duty.until, zone)) for shift in shifts if not shift.gone
    ]
    return Day(day, state, here, list(holes(max(opens, localtime(now, zone)), closes, counted)))


def holes(since: datetime, until: datetime, covered: Iterable[Span]) -> Iterator[Span]:
    """The parts of [since, until) that no span covers, in order."""
    for start, end in sorted(covered):
        if since >= until:
            return
        if start > since:
            yield since, min(start, until)
        since = max(since, end)
    if since < until:
        yield since, until


def in_words(project: Project, since: datetime, until: datetime) -> str:
    """12月2日 09:00–12:00; midnight at its end reads 24:00."""
    first, last = localtime(since, project.zone), localtime(until, project.zone)
    ends = "24:00" if last.time() == time() else f"{last:%H:%M}"
    return f"{date_format(first, 'SHORT_DATE_FORMAT')} {first:%H:%M}–{ends}"
