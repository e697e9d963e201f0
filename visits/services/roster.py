"""Who is on duty (值班): add, change and remove a shift, copy a week. Everything locks the site, then the people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from people.calendar import Calendar, company_calendar
from people.models import Project, Site, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Duty
from visits.roster import days_span, in_words, sells_at, shifts_between

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of copying a week: how many shifts are new, and a sentence for each that was not copied."""

    new: int
    left: list[str]


@transaction.atomic
def add_shift(*, here: Workplace, site: Site, user: User, since: datetime, until: datetime, at: datetime) -> Duty:
    """Somebody is on duty at this site, half-open. Raises Refusal for what `_check` finds."""
    site = lock_site(site)
    duty = Duty(site=site, user=_lock_person(user), since=since, until=until)
    _check(duty, at)
    duty.save()
    _note(here, "duty.set", duty, at)
    return duty


@transaction.atomic
def change_shift(
    *, here: Workplace, duty: Duty, user: User, since: datetime, until: datetime, at: datetime
) -> Duty:  # fmt: skip
    """Another person or other hours for a shift that is not over. Raises Refusal for what `_check` finds."""
    locked = _lock_shift(duty, at)
    locked.user, locked.since, locked.until = _lock_person(user), since, until
    _check(locked, at)
    locked.save(update_fields=["user", "since", "until"])
    _note(here, "duty.change", locked, at)
    return locked


@transaction.atomic
def remove_shift(*, here: Workplace, duty: Duty, at: datetime) -> None:
    """Take a shift out of the roster. Raises Refusal for one that is over: it stays as a record."""
    locked = _lock_shift(duty, at)
    _note(here, "duty.remove", locked, at)
    locked.delete()


@transaction.atomic
def copy_week(*, here: Workplace, site: Site, monday: date, at: datetime) -> Copied:
    """Put the shifts of the week before onto this one. Each is copied whole or not at all, and those not are told.

    What is there already is left as it is, and nobody is put on a day off who was on duty on a working day.
    """
    site, calendar = lock_site(site), company_calendar()
    copies, left = _copies(site, monday), []
    for copy in copies:
        try:
            _check_day_off(copy, calendar)
            _check(copy, at)
            copy.save()
        except Refusal as refusal:
            span = in_words(site.project, copy.since, copy.until)
            left.append(_("%(who)s %(span)s：%(why)s") % {"who": copy.user.name, "span": span, "why": refusal.sentence})
    trail.note(
        by=here.user.pk, action="duty.copy", subject=f"site:{site.pk}", at=at, project=here.project.code,
        week=monday.isoformat(), new=len(copies) - len(left), left=len(left),
    )  # fmt: skip
    return Copied(len(copies) - len(left), left)


def _copies(site: Site, monday: date) -> list[Duty]:
    """The shifts that began in the week before, a week later, without those that are there; their people are locked, sorted."""
    since, until = days_span(site.project, monday, 7)
    there = {(duty.user_id, duty.since, duty.until) for duty in shifts_between(site, since, until)}
    before = shifts_between(site, *days_span(site.project, monday - WEEK, 7))
    copies = [_week_later(duty) for duty in before]
    copies = [c for c in copies if c.since >= since and (c.user_id, c.since, c.until) not in there]
    people = User.objects.select_for_update(no_key=True).filter(pk__in={copy.user_id for copy in copies})
    found = {user.pk: user for user in people.order_by("pk")}
    for copy in copies:
        copy.user = found[copy.user_id]
    return copies


def lock_site(site: Site) -> Site:
    """The site's row, so that its roster and rotation change one after the other. Raises Refusal once it is closed."""
    locked = Site.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=site.pk)
    if locked.closed_at:
        raise Refusal("site_closed", _("这个案场已经关了"), status=409)
    return locked


def _lock_person(user: User) -> User:
    """The person's row: duty at two sites at once is found although only one of them is locked."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _lock_shift(duty: Duty, at: datetime) -> Duty:
    site = lock_site(duty.site)
    locked = Duty.objects.select_for_update(of=("self",)).select_related("user").filter(pk=duty.pk, site=site).first()
    if locked is None:
        raise Refusal("duty_gone", _("这个班刚被撤掉了"), status=409)
    if locked.until <= at:
        raise Refusal("duty_over", _("这个班已经过了，留作记录，不能再改"), status=409)
    locked.site = site
    return locked


def _check(duty: Duty, at: datetime) -> None:
    """Refuse what ends before it begins, is over, runs past midnight, is nobody's of the house, or is twice at once."""
    project = duty.site.project
    if duty.until <= duty.since:
        raise Refusal("duty_backwards", _("结束要晚于开始。过夜的班分成两天排，前一天到 00:00"), field="until")
    if duty.until > _midnight_after(project, duty.since):
        raise Refusal("duty_past_midnight", _("一个班最晚到半夜。过夜的班分成两天排"), field="until")
    if duty.until <= at:
        raise Refusal("duty_past", _("这段时间已经过了，值班只能往后排"), field="until")
    if not sells_at(project, duty.user, duty.since):
        raise Refusal(
            "duty_not_theirs", _("%(who)s那时不是这个项目的业务员，换一个人") % {"who": duty.user.name}, field="user"
        )
    others = Duty.objects.filter(user=duty.user, since__lt=duty.until, until__gt=duty.since).exclude(pk=duty.pk)
    if other := others.select_related("site__project").order_by("since").first():
        span = in_words(other.site.project, other.since, other.until)
        raise Refusal(
            "duty_twice",
            _("%(who)s %(span)s 已在%(site)s值班，同一时间只能排一个班")
            % {"who": duty.user.name, "span": span, "site": other.site.name},
            field="user",
            status=409,
        )


def _midnight_after(project: Project, moment: datetime) -> datetime:
    return days_span(project, localtime(moment, project.zone).date(), 1)[1]


def _check_day_off(copy: Duty, calendar: Calendar) -> None:
    day = localtime(copy.since, copy.site.project.zone).date()
    state = calendar.state_of(day)
    if not state.working and calendar.is_working(day - WEEK):
        shown = {"day": date_format(day, "SHORT_DATE_FORMAT"), "name": state.name or _("休息日")}
        raise Refusal("duty_day_off", _("%(day)s休息（%(name)s）") % shown)


def _week_later(duty: Duty) -> Duty:
    """The same local hours seven days later."""
    zone = duty.site.project.zone
    since, until = (localtime(moment, zone) + WEEK for moment in (duty.since, duty.until))
    return Duty(site=duty.site, user_id=duty.user_id, since=since, until=until)


def _note(here: Workplace, action: str, duty: Duty, at: datetime) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"user:{duty.user_id}", at=at, project=here.project.code,
        site=duty.site_id, since=duty.since.isoformat(), until=duty.until.isoformat(),
    )  # fmt: skip
