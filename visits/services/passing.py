"""Nobody answered in time, or nobody was free: the next one is called. The worker asks in each round, the desk whenever it looks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.calling import Next, after
from visits.models import Reception, SiteRules, TurnChange, Visit
from visits.routing import in_order, queue_of
from visits.rules import rules_of
from visits.services.receiving import about, current, end, lock, open_, pass_claim, take_up, tell
from visits.services.rotation import take_turn

CLOCK = "clock"  # who passes a visitor on when the time is over
MISSED = gettext_noop("【轮接】%(name)s来了没人应答，转下一位接待")
WAITS = gettext_noop("【轮接】%(name)s还在等你，没有下一位可叫。马上去接")
NOBODY = gettext_noop("【轮接】%(name)s叫了没人应答，也没有下一位。找人接，或过去看看")


@transaction.atomic
def pass_on(*, visit: Visit, at: datetime, here: Workplace | None = None) -> Reception | None:
    """Whoever was called has not answered in time (SiteRules), or nobody was free: the next one is called. `here`: the desk asks for it.

    None where nobody else is free: the call stays as it is and the desk is told, once. Raises Refusal when the visitor left, when
    somebody answered, and while there is still time to.
    """
    locked = lock(visit)
    now = current(locked)
    by = here.user.pk if here else CLOCK
    if locked.waits and locked.left_at is None:
        return _take_up(locked, at, by=by)
    if now is None or locked.left_at:
        raise Refusal("visitor_left", _("客户已经离开，不能再交接"), status=409)
    if now.answered_at:
        raise Refusal("answered", _("%(who)s已经应答了") % {"who": now.by.name}, status=409)
    seconds = rules_of(locked.site).answer_seconds
    if now.since + timedelta(seconds=seconds) > at:
        raise Refusal("still_time", _("叫了不到 %(n)s 秒，再等一下") % {"n": seconds}, status=409)
    in_order(locked.site, at, lock=True)  # nobody else deals a turn at this site until we are done
    following = after(locked, now, at)
    if following is None:
        _tell_nobody(locked, now, at)
        return None
    return _call_next(locked, now, following, at, by=by)


def pass_on_due(*, at: datetime, site: Site | None = None) -> int:
    """Pass on every call that was not answered in time, then call whoever is free to those for whom nobody was; gives how many."""
    rows = Reception.objects.filter(until__isnull=True, answered_at__isnull=True, visit__left_at__isnull=True)
    rows = rows.filter(visit__site=site) if site else rows
    passed = sum(_passed(row, at) for row in rows.select_related("visit__site__rules").order_by("since", "pk"))
    waiting = Visit.objects.on_site().filter(waits=True, **({"site": site} if site else {}))
    return passed + sum(
        _called(row, at) for row in waiting.select_related("site__project").order_by("registered_at", "pk")
    )


def _passed(row: Reception, at: datetime) -> bool:
    seconds = getattr(row.visit.site, "rules", SiteRules()).answer_seconds  # read with the row: many may wait
    if not seconds or row.since + timedelta(seconds=seconds) > at:
        return False
    if row.unanswered and after(row.visit, row, at) is None:  # told already, and there is still nobody
        return False
    try:
        return pass_on(visit=row.visit, at=at) is not None
    except Refusal:  # somebody was quicker
        return False


def _called(visit: Visit, at: datetime) -> bool:
    """Call somebody to a visitor of today who waits, once somebody is free; whoever came first is served first."""
    if visit.arrived_at < visit.site.project.midnight(at) or not queue_of(visit.site, at).free(at):
        return False
    with transaction.atomic():
        locked = lock(visit)
        return locked.waits and locked.left_at is None and _take_up(locked, at, by=CLOCK) is not None


def _take_up(visit: Visit, at: datetime, *, by: object) -> Reception | None:
    """For a visitor who waits, whoever the policy's order leads to now. Locks are held."""
    reception = take_up(visit, None, by=visit.registered_by, at=at)
    if reception:
        trail.note(by=by, action="visit.pass_on", subject=f"visit:{visit.no}", at=at, project=visit.project.code)
    return reception


def _call_next(visit: Visit, now: Reception, following: Next, at: datetime, *, by: object) -> Reception:
    before = [place.user_id for place in in_order(visit.site, at)]
    dealt = (TurnChange.Kind.TAKEN, TurnChange.Kind.MADE_UP)
    if TurnChange.objects.filter(site=visit.site_id, user=now.by, source=visit.no, kind__in=dealt).exists():
        kind = TurnChange.Kind.MISSED
        TurnChange.objects.create(site=visit.site, user=now.by, kind=kind, count=1, source=visit.no, at=at)
    if following.among:
        take_turn(site=visit.site, user=following.user, source=visit.no, at=at, among=following.among)
    now.unanswered = True
    end(now, at)
    reception = open_(
        visit, following.user, at, mode=following.mode, why=following.why, stands_in_for=following.stands_in_for,
        arranged_by=now.arranged_by, queue_before=before, passed_on=True,
    )  # fmt: skip
    tell(visit, now.by, "visit.missed", MISSED, at)
    if following.stands_in_for is None:
        pass_claim(visit, now.by, following.user, at, by=by)
    trail.note(by=by, action="visit.pass_on", subject=f"visit:{visit.no}", at=at, project=visit.project.code)
    return reception


def _tell_nobody(visit: Visit, now: Reception, at: datetime) -> None:
    if not now.unanswered:
        now.unanswered = True
        now.save(update_fields=["unanswered"])
        to = now.arranged_by_id
        trail.tell(to=to, kind="visit.nobody", to_do=True, sentence=NOBODY, **about(visit, at))
        trail.tell(to=now.by_id, kind="visit.unanswered", to_do=True, sentence=WAITS, **about(visit, at))
