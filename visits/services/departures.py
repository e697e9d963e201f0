"""Departures that nobody noted: the receiver is asked after a while, and at closing time they are put down as what they are."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads.screening import names
from people.models import Membership, Site
from people.roles import Right, roles_with
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal
from trail.sentences import counted_noop
from visits.models import SiteRules, Visit
from visits.rules import rules_of
from visits.services.leaving import end_receptions, may_say, receiving

ASKED = "visit.left"  # the kind of the question
REMEMBERED = timedelta(days=40)  # that a desk was told of a day
NOT_SWEPT = counted_noop("%(site)s闭店了，还有 %(n)s 位没记离开时间")
SWEPT = counted_noop("%(site)s闭店时有 %(n)s 位没记离开时间，已补成闭店时间")


def ask_whether_left(*, at: datetime) -> int:
    """Ask whoever receives a visitor whether they have left, some minutes (SiteRules) after the arrival, the beginning of the
    reception or the last question. Gives how many were asked."""
    rules = _rules()
    waiting = Visit.objects.on_site().filter(site__closed_at__isnull=True).values_list("pk", "site", "arrived_at")
    spans = {site: rules.get(site, SiteRules()).ask_left_minutes for site in {row[1] for row in waiting}}
    long_enough = [pk for pk, site, arrived in waiting if spans[site] and arrived + _minutes(spans[site]) <= at]
    return sum(_ask(pk, at) for pk in long_enough)


@transaction.atomic
def _ask(pk: int, at: datetime) -> bool:
    """Under the visit's lock, so that two workers ask once; one that somebody else holds is left to the next run."""
    rows = Visit.objects.on_site().select_for_update(of=("self",), skip_locked=True)
    visit = rows.select_related("site", "project").filter(pk=pk).first()
    now = receiving(visit) if visit else None
    if visit is None or now is None:
        return False
    minutes = rules_of(visit.site).ask_left_minutes
    if max(now.since, visit.asked_left_at or now.since) + _minutes(minutes) > at:
        return False
    visit.asked_left_at = at
    visit.save(update_fields=["asked_left_at"])
    link = f"/visits/{visit.no}"
    trail.done(link=link, kind=ASKED, at=at)
    there = int((at - visit.arrived_at).total_seconds()) // 60
    trail.tell(
        to=now.by_id, kind=ASKED, project=visit.project.code, link=link, to_do=True, at=at,
        sentence=counted_noop("%(name)s走了吗？到访已经 %(n)s 分钟，没记离开时间"), n=there,
        name=names.hidden(visit.name),
    )  # fmt: skip
    return True


@transaction.atomic
def still_here(*, here: Workplace, visit: Visit, at: datetime) -> None:
    """«还在»: whoever receives says that the visitor is still there, and is asked again after the same span.

    Raises Refusal for anybody else, and once the visitor has left.
    """
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.left_at:
        raise Refusal("visitor_left", _("这位客户的离开时间已经记过了"), status=409)
    may_say(here, locked)
    locked.asked_left_at = at
    locked.save(update_fields=["asked_left_at"])
    trail.done(link=f"/visits/{visit.no}", kind=ASKED, at=at)


# ── closing time ──


def closing_of(site: Site, moment: datetime) -> datetime:
    """The first closing time of a site after this moment: the same local day's, or the next one's for who came later."""
    local = localtime(moment, site.project.zone)
    closing = datetime.combine(local.date(), site.closes, site.project.zone)
    return closing if closing > moment else datetime.combine(
        local.date() + timedelta(days=1), site.closes, site.project.zone
    )  # fmt: skip


def sweep(*, at: datetime) -> int:
    """Put down the departure of who has not left by closing time as closing time, each of its own day, marked as that.

    Where a site does not want it, its desk is reminded instead (D01-1.f). Gives how many were put down. Twice is as good as
    once; after days without a worker every visit still gets the closing time of its own day.
    """
    rules, swept, left = _rules(), defaultdict[Site, int](int), defaultdict[Site, int](int)
    for visit, closing in _overdue(at):
        if not rules.get(visit.site_id, SiteRules()).sweep:
            left[visit.site] += 1
        elif _put_down(visit.pk, closing, at):
            swept[visit.site] += 1
    for site, count in swept.items():
        _tell_desk(site, SWEPT, count, "swept", at)
    for site, count in left.items():
        closing = closing_of(site, at)  # the next one: told once between two of them
        if limits.take(f"not_left:{site.pk}:{closing:%y%m%d%H%M}", limit=1, within=REMEMBERED, at=at):
            _tell_desk(site, NOT_SWEPT, count, "here", at)
    return sum(swept.values())


def _overdue(at: datetime) -> Iterator[tuple[Visit, datetime]]:
    """Open visits whose closing time has come, with it."""
    for visit in Visit.objects.on_site().filter(arrived_at__lt=at).select_related("site__project").order_by("pk"):
        closing = closing_of(visit.site, visit.arrived_at)
        if closing <= at:
            yield visit, closing


@transaction.atomic
def _put_down(pk: int, closing: datetime, at: datetime) -> bool:
    rows = Visit.objects.on_site().select_for_update(of=("self",), skip_locked=True).select_related("project")
    visit = rows.filter(pk=pk).first()
    if visit is None:  # somebody is noting the departure this moment, or has
        return False
    visit.left_at, visit.left_how = closing, Visit.LeftHow.SWEEP
    visit.save(update_fields=["left_at", "left_how"])
    end_receptions(visit, closing)
    trail.done(link=f"/visits/{visit.no}", at=at)
    trail.note(by="system", action="visit.sweep", subject=f"visit:{visit.no}", at=at, project=visit.project.code)
    return True


def _tell_desk(site: Site, sentence: str, count: int, state: str, at: datetime) -> None:
    for user in Membership.objects.people(site.project, roles_with(Right.DESK), at):
        trail.tell(
            to=user, kind="visit.not_left", project=site.project.code, link=f"/visits?state={state}&range=all", at=at,
            sentence=sentence, site=site.name, n=count,
        )  # fmt: skip


def _rules() -> dict[int, SiteRules]:
    return {rules.site_id: rules for rules in SiteRules.objects.all()}


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
