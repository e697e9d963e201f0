"""Who receives a visitor (接待): somebody is called, answers or is passed over, hands over to somebody else.

Each reception says why it is them and how the rotation stood before and after. Where the visitor is somebody's in particular
(their customer, asked for, invited by them, received by them before), whoever else receives stands in for them and no turn is used
up; where they are nobody's, the turn of whoever does not come is used up and the next is dealt theirs (轮空).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims
from leads.models import Customer, NotebookEntry, Ownership
from leads.screening import names
from leads.services import claim_walk_in, note_in_book
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.calling import whose
from visits.models import Reception, Visit
from visits.party import party_of, routed
from visits.routing import NAMED, Routing, Visitor, in_order, route, suspension
from visits.services.claiming import follow_up, tell_concerned
from visits.services.rotation import take_turn
from visits.services.visitors import settled

Mode, Why = Reception.Mode, Reception.Why
CALLS = (
    "visit.arrived",
    "visit.handed",
    "visit.passed_on",
    "visit.unanswered",
    "visit.nobody",
)  # what an answer settles
MODES = {Why.ROTATION: Mode.IN_TURN, Why.ON_DUTY: Mode.ON_DUTY, Why.DESK: Mode.ASSIGNED, Why.PARTY: Mode.ASSIGNED}
ARRIVED = gettext_noop("【到访】%(name)s %(time)s 到%(site)s，前台在等你。点「我来接」")
PASSED_ON = gettext_noop("【轮接】%(name)s没人应答，轮到你接。前台在等，点「我来接」")
HANDED = gettext_noop("【代接】%(name)s今天由你代接，前台在等你。当场成交按制度分成")
STOOD_IN = gettext_noop("【代接】%(name)s到了，今天由同事代接。当场成交按制度分成")
MOVED = gettext_noop("%(name)s改由同事接待")


def receive(
    *, visit: Visit, routing: Routing, hand_to: User | None, at: datetime, arranged_by: User
) -> Reception | None:  # fmt: skip
    """Call somebody to a visitor of whom nobody took care yet: whom the routing found, or whom the desk sends itself.

    Where the visitor is nobody's in particular, whoever is sent has used up a turn: theirs, be it early. Where nobody can be called
    the visitor waits for whoever is free next (`take_up`). Raises Refusal for somebody suspended.
    """
    by = hand_to or routing.receiver
    if by is None:
        _waits(visit, True)
        return None
    regular = by == routing.receiver
    if not regular:
        _refuse_suspended(visit, by, at)
    if routing.dealt:
        take_turn(site=visit.site, user=by, source=visit.no, at=at, among=routing.among if regular else ())
    principal = routing.stands_in_for or (routing.receiver if routing.why in NAMED and not regular else None)
    stands_in, why = None if principal == by else principal, Why(routing.why) if regular else Why.DESK
    reception = open_(
        visit, by, at, mode=Mode.STAND_IN if stands_in else MODES.get(why, Mode.ASKED_FOR), why=why,
        stands_in_for=stands_in, arranged_by=arranged_by, queue_before=list(routing.queue),
    )  # fmt: skip
    _waits(visit, False)
    if stands_in and visit.customer is None:  # of a customer the desk tells whoever has a claim
        tell(visit, stands_in, "visit.stood_in", STOOD_IN, at)
    return reception


def _waits(visit: Visit, waits: bool) -> None:
    if visit.waits != waits:
        visit.waits = waits
        visit.save(update_fields=["waits"])


def take_up(visit: Visit, to: User | None, *, by: User, at: datetime) -> Reception | None:
    """Somebody for a visitor who waits: whoever the policy's order leads to now, or `to`, whom the desk sends. Locks are held.

    What follows from a reception follows now: a customer of nobody's is theirs (G-58). None where there is still nobody.
    """
    in_order(visit.site, at, lock=True)  # nobody else deals a turn at this site until we are done
    visitor = Visitor(visit.customer, visit.invited_by, visit.asked_for, visit.brought_by)
    routing = routed(route(visit.project, visit.site, visitor, at), party_of(visit.site, visit.party, at))
    reception = receive(visit=visit, routing=routing, hand_to=to, at=at, arranged_by=by)
    if reception and visit.customer:
        follow_up(visit, visit.customer, reception.whose, [], at, by=by, sure=settled(visit))
        tell_concerned(visit, reception.by, [], at)
    return reception


@transaction.atomic
def hand_over(*, here: Workplace, visit: Visit, to: User, at: datetime, out_of_turn: bool = False) -> Reception:
    """The desk arranges that somebody else receives from now on; who arranged it is on record (D17-3.4a).

    They stand in for whoever has the visitor, but for somebody who was called in vain and whom nobody asked for. `out_of_turn`: they
    took the visitor themselves, and it was not their turn (D17-2.1). Raises Refusal once the visitor left, and for somebody suspended.
    """
    locked = lock(visit)
    if locked.left_at:
        raise Refusal("visitor_left", _("客户已经离开，不能再交接"), status=409)
    now = current(locked)
    if now and now.by_id == to.pk:
        return now
    if not out_of_turn:
        _refuse_suspended(locked, to, at)
    taken = take_up(locked, to, by=here.user, at=at) if locked.waits and not out_of_turn else None
    reception = taken or _hand_over(here, locked, now, to, at, out_of_turn)
    trail.note(
        by=here.user.pk, action="visit.hand_over", subject=f"visit:{locked.no}", at=at, project=here.project.code
    )
    return reception


def _hand_over(
    here: Workplace, locked: Visit, now: Reception | None, to: User, at: datetime, out_of_turn: bool
) -> Reception:  # fmt: skip
    principal = whose(now) if now else None
    if now:
        end(now, at)
        tell(locked, now.by, "visit.stood_in", MOVED, at)
    stands_in = principal if principal != to and not out_of_turn else None
    mode = Mode.OUT_OF_TURN if out_of_turn else Mode.STAND_IN if stands_in else _before(locked, to)
    reception = open_(
        locked, to, at, mode=mode, why=Why.DESK, stands_in_for=stands_in, arranged_by=here.user,
        answered_at=at if out_of_turn else None,
    )  # fmt: skip
    _waits(locked, False)
    if now and principal is None and not out_of_turn:
        pass_claim(locked, now.by, to, at, by=here.user.pk)
    return reception


@transaction.atomic
def answer(*, here: Workplace, visit: Visit, at: datetime) -> Reception:
    """«我来接» by whoever was called, or «已接到» by the desk: for the visitor, and for all who came with them and wait for the same.

    Raises Refusal when the visitor has left, where nobody was called yet, and for whoever is not called or no longer.
    """
    there = Visit.objects.on_site().select_for_update().filter(site=visit.site_id, party=visit.party).order_by("pk")
    rows = Reception.objects.filter(visit__in=[row.pk for row in there], until__isnull=True).select_related(
        "visit", "by"
    )
    now = next((row for row in rows if row.visit_id == visit.pk), None)
    if now is None and any(row.pk == visit.pk for row in there):
        raise Refusal("nobody_called", _("还没有叫到人，交给一位同事"), status=409)
    if now is None:
        raise Refusal("visitor_left", _("客户已经离开，不用再接"), status=409)
    if now.by_id != here.user.pk and not here.may(Right.DESK):
        raise Refusal("not_called", _("已经由%(who)s接待，你不用过去了") % {"who": now.by.name}, status=409)
    for row in rows:
        if row.by_id == now.by_id and row.answered_at is None:
            row.answered_at, row.unanswered = at, False
            row.save(update_fields=["answered_at", "unanswered"])
            _settle(row.visit, at)
            trail.note(
                by=here.user.pk, action="visit.answer", subject=f"visit:{row.visit.no}", at=at, project=here.project.code
            )  # fmt: skip
    return next(row for row in rows if row.pk == now.pk)


def open_(visit: Visit, by: User, at: datetime, *, passed_on: bool = False, **given: object) -> Reception:
    """Write the reception, with the rotation as it is now that it was decided, and call them. `passed_on`: who was called before did
    not answer.
    """
    after_ = [place.user_id for place in in_order(visit.site, at)]
    given.setdefault("queue_before", after_)
    reception: Reception = Reception.objects.create(visit=visit, by=by, since=at, queue_after=after_, **given)
    if reception.answered_at is None and passed_on:
        trail.tell(to=by.pk, kind="visit.passed_on", to_do=True, sentence=PASSED_ON, **about(visit, at))
    elif reception.answered_at is None and reception.stands_in_for:
        trail.tell(to=by.pk, kind="visit.handed", to_do=True, sentence=HANDED, **about(visit, at))
    elif reception.answered_at is None:
        facts: dict[str, Any] = {
            "time": f"{localtime(visit.arrived_at, visit.project.zone):%H:%M}",
            "site": visit.site.name,
        }
        trail.tell(to=by.pk, kind="visit.arrived", to_do=True, sentence=ARRIVED, **about(visit, at), **facts)
    return reception


def end(now: Reception, at: datetime) -> None:
    now.until = max(at, now.since)
    now.save(update_fields=["until", "unanswered"])
    _settle(now.visit, at)


def _settle(visit: Visit, at: datetime) -> None:
    """What the call asked of somebody is done, or no longer asked."""
    for kind in CALLS:
        trail.done(link=_link(visit), kind=kind, at=at)


def pass_claim(visit: Visit, gone: User, to: User, at: datetime, *, by: object) -> None:
    """Whoever does not come has no claim by this visit: a customer of nobody's goes to who receives them instead (G-58)."""
    if visit.customer is None:
        return
    held = claims.current(visit.project, visit.customer, at)
    walked_in = held and held.reason == Ownership.Reason.WALK_IN and held.source == visit.no
    if held and walked_in and held.user_id == gone.pk:
        claims.end(held, at=at, cause=visit.no)
        given: dict[str, Any] = {"reason": Ownership.Reason.WALK_IN, "source": visit.no, "by": by, "at": at}
        claim_walk_in(project=visit.project, customer=visit.customer, user=to, **given)
    theirs = NotebookEntry.objects.filter(user=gone, book=NotebookEntry.Book.VISIT, source=visit.no, noted_at=None)
    theirs.update(note=_("叫了没有应答，由下一位接待"), noted_at=at)
    note_in_book(visit.project, visit.customer, to, NotebookEntry.Book.VISIT, visit.no, visit.arrived_at)


def lock(visit: Visit) -> Visit:
    """The customer, whose claim may move, then the visit (docs/locking.md). Raises Refusal for one that became known meanwhile."""
    customer = Customer.objects.select_for_update(of=("self",)).filter(visits=visit.pk).first()
    rows = Visit.objects.select_for_update(of=("self",)).select_related("site__project", "project", "customer")
    locked: Visit = rows.get(pk=visit.pk)
    if locked.customer_id != (customer.pk if customer else None):
        raise Refusal("visit_changed", _("这次到访刚改过。刷新再做"), status=409)
    return locked


def current(visit: Visit) -> Reception | None:
    rows = visit.receptions.filter(until__isnull=True).select_related("visit", "by", "stands_in_for", "arranged_by")
    found: Reception | None = rows.first()
    return found


def _before(visit: Visit, to: User) -> str:
    """How somebody received this visitor earlier, to whom they return; else by the desk's order."""
    earlier = visit.receptions.filter(by=to).exclude(mode=Mode.STAND_IN).order_by("since", "pk").last()
    return earlier.mode if earlier else Mode.ASSIGNED


def _refuse_suspended(visit: Visit, user: User, at: datetime) -> None:
    """Nobody who is suspended is sent to a visitor (停接, D17-1.h3); somebody who is away may be back sooner than noted."""
    span = suspension(visit.project, user)
    if span and span[0] <= at < span[1]:
        raise Refusal("suspended", _("%(who)s停接中，换一个人") % {"who": user.name}, field="to", status=409)


def tell(visit: Visit, to: User, kind: str, sentence: str, at: datetime) -> None:
    trail.tell(to=to.pk, kind=kind, sentence=sentence, **about(visit, at))


def about(visit: Visit, at: datetime) -> dict[str, Any]:
    return {"project": visit.project.code, "link": _link(visit), "at": at, "name": names.hidden(visit.name)}


def _link(visit: Visit) -> str:
    return f"/visits/{visit.no}"
