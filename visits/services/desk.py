"""What people do at the front desk: check in, hand over, see off, enter late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from leads import claims, identity, vault
from leads.models import Customer, NotebookEntry, Ownership, ProtectionChange, Registration
from leads.screening import phones
from leads.services import bind_provisional, claim_walk_in, extend_on, note_in_book
from leads.signals import claim_contested
from people.models import Membership, Project, Site, User
from people.roles import SELLING
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Reception, Visit
from visits.routing import Routing, Visitor, in_order, route
from visits.services.rotation import take_turn


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the desk keyed: the items of D01-1 and the three questions. `hand_to` overrides who is to receive."""

    name: str = ""
    honorific: str = ""
    number: str = ""
    refused: bool = False
    invited_by: User | None = None
    asked_for: User | None = None
    brought_by: User | None = None
    asked: bool = True
    first_time: str = ""
    hand_to: User | None = None
    party: str = ""
    arrived_at: datetime | None = None


@transaction.atomic
def check_in(*, here: Workplace, site: Site, arrival: Arrival, at: datetime) -> Visit:
    """Log a visitor and send somebody to receive them; a contested claim opens a case, reception goes on.

    Raises Refusal for a number that is not whole, or a missing name; a visitor who refuses is never turned away (PIPL 16).
    """
    if arrival.refused:
        return _log(here, site, arrival, None, "", at)
    e164 = _whole_number(arrival)
    claims.lock_number(here.project, e164)
    customer, _new = claims.find_or_create(
        e164, at=at, name=arrival.name.strip(), honorific=arrival.honorific, source=Customer.Source.WALK_IN
    )
    return _log(here, site, arrival, customer, e164, at)


def _whole_number(arrival: Arrival) -> str:
    """The visitor's number. At the desk a mask is not enough: the customer is there to be asked."""
    if not arrival.name.strip():
        raise Refusal(
            "name_missing",
            _("没有姓名电话，这次到访按制度不算业务员的。仍要记录，选「客户不肯留信息」"),
            field="name",
        )
    read = phones.read(arrival.number)
    if read.kind == "masked":
        raise Refusal("phone_masked", _("到访登记要整号，问一下中间四位"), field="phone")
    if read.kind != "mobile" or not read.e164:
        problem = phones.problem(read, arrival.number)
        raise Refusal(problem.code, _(problem.message) % problem.params, field="phone")
    return read.e164


def _log(here: Workplace, site: Site, arrival: Arrival, customer: Customer | None, e164: str, at: datetime) -> Visit:
    arrived_at = arrival.arrived_at or at
    known = identity.arrived_before(here.project, customer, arrived_at) if customer else None
    no = trail.next_number("DF", at)
    contesting = _settle_reports(here.project, customer, e164, arrival, no, at) if customer else []
    in_order(site, at, lock=True)  # nobody else deals a turn at this site until we are done
    routing = route(
        here.project, site, Visitor(customer, arrival.invited_by, arrival.asked_for, arrival.brought_by), at
    )
    visit = Visit.objects.create(
        no=no, project=here.project, site=site, customer=customer, name=arrival.name.strip(),
        arrived_at=arrived_at, invited_by=arrival.invited_by, asked_for=arrival.asked_for, asked=arrival.asked,
        brought_by=arrival.brought_by, first_time=arrival.first_time, known_before=known is not None,
        registered=_registered(arrival, at), registered_by=here.user, registered_at=at, party=arrival.party or no,
        sealed_number=vault.seal(e164) if e164 else None,
    )  # fmt: skip
    _open(site)
    receiver = _receive(here, visit, routing, arrival.hand_to, at)
    if customer:
        _follow_up(here, visit, customer, receiver, contesting, arrival, at)
    trail.note(by=here.user.pk, action="visit.check_in", subject=f"visit:{no}", at=at, project=here.project.code)
    return visit


def _open(site: Site) -> None:
    """Refuse a site that was closed. From now on whoever closes it waits for us, and then finds the visitor there.

    A lock, because the foreign key of the visit locks the site's row at the end of the transaction only.
    """
    if Site.objects.select_for_update(no_key=True).get(pk=site.pk).closed_at is not None:
        raise Refusal("site_closed", _("%(site)s关闭了，不能再登记到访") % {"site": site.name}, status=409)


def keep_open_for_visitors(*, site: Site) -> None:
    """Refuse to close a site while visitors are there."""
    there = Visit.objects.on_site().filter(site=site).count()
    if there:
        said = ngettext(
            "%(site)s还有 %(n)d 批客人没离开：先登记离开", "%(site)s还有 %(n)d 批客人没离开：先登记离开", there
        )
        raise Refusal("visitors_on_site", said % {"site": site.name, "n": there}, status=409)


def _registered(arrival: Arrival, at: datetime) -> str:
    if arrival.refused:
        return Visit.Registered.REFUSED
    late = arrival.arrived_at is not None and arrival.arrived_at < at - timedelta(minutes=1)
    return Visit.Registered.LATE if late else Visit.Registered.REGISTERED


def _settle_reports(
    project: Project, customer: Customer, e164: str, arrival: Arrival, no: str, at: datetime
) -> list[Registration]:
    """Masked reports become this customer's; the first of them owns one whom nobody follows. Returns those that contest."""
    bound = bind_provisional(
        project=project, customer=customer, e164=e164, name=arrival.name, honorific=arrival.honorific, at=at, visit=no
    )
    held = claims.current(project, customer, at)
    if held is None and bound:
        held = claim_walk_in(
            project=project, customer=customer, user=bound[0].by, reason=Ownership.Reason.BOUND, source=bound[0].no,
            by=no, at=at,
        )  # fmt: skip
    return [report for report in bound if held and report.by_id != held.user_id]


def _receive(here: Workplace, visit: Visit, routing: Routing, hand_to: User | None, at: datetime) -> User | None:
    """Open the reception and use up a turn where one was dealt."""
    receiver = hand_to or routing.receiver
    if receiver is None:
        return None
    overridden = hand_to is not None and hand_to != routing.receiver
    stands_in = routing.receiver if overridden and routing.why != Reception.Why.ROTATION else None
    why = Reception.Why.DESK if overridden else routing.why
    Reception.objects.create(
        visit=visit, by=receiver, mode=_mode(why, stands_in), why=why, stands_in_for=stands_in, arranged_by=here.user,
        since=at, queue_before=list(routing.queue),
    )  # fmt: skip
    if routing.dealt and not overridden:
        take_turn(site=visit.site, user=receiver, source=visit.no, at=at)
    trail.tell(
        to=receiver.pk, kind="visit.arrived", project=here.project.code, link=f"/visits/{visit.no}", to_do=True, at=at,
        sentence=gettext_noop("%(name)s到了，前台在等你"), name=(visit.name[:1] + "**") if visit.name else "**",
    )  # fmt: skip
    return receiver


def _mode(why: str, stands_in: User | None) -> str:
    if stands_in is not None:
        return Reception.Mode.STAND_IN
    modes = {
        Reception.Why.ROTATION: Reception.Mode.IN_TURN,
        Reception.Why.ON_DUTY: Reception.Mode.ON_DUTY,
        Reception.Why.DESK: Reception.Mode.ASSIGNED,
    }
    return modes.get(Reception.Why(why), Reception.Mode.ASKED_FOR)


def _follow_up(
    here: Workplace, visit: Visit, customer: Customer, receiver: User | None, contesting: list[Registration],
    arrival: Arrival, at: datetime,
) -> None:  # fmt: skip
    """Notebook, first ownership, and the case that a second claim opens."""
    held = claims.current(here.project, customer, at)
    first = arrival.brought_by or receiver  # an agent who brings a customer of nobody's has the better claim
    if held is None and first and _sells(here.project, first, at):
        held = claim_walk_in(
            project=here.project, customer=customer, user=first, reason=Ownership.Reason.WALK_IN, source=visit.no,
            by=here.user.pk, at=at,
        )  # fmt: skip
    note_in_book(here.project, customer, receiver, NotebookEntry.Book.VISIT, visit.no, visit.arrived_at)
    if held is None or held.user is None:
        return
    _renew(held, visit, {receiver, arrival.invited_by, arrival.asked_for, arrival.brought_by}, at)
    claimants: list[tuple[User, str, Registration | None]] = [(report.by, report.no, report) for report in contesting]
    claimants += [
        (user, visit.no, None)
        for user in (arrival.invited_by, arrival.asked_for, arrival.brought_by)
        if user and user != held.user and _sells(here.project, user, at)
    ]
    if claimants:
        claim_contested.send(
            sender=Visit, project=here.project, customer=customer, trigger="visit", source=visit.no, deal=None,
            claimants=[(held.user, held.source, None), *claimants], at=at,
        )  # fmt: skip


def _renew(held: Ownership, visit: Visit, concerned: set[User | None], at: datetime) -> None:
    """A visit to the owner moves the end of their protection, as the terms say: they received, invited, brought, were asked for
    or were stood in for."""
    if held.user and (held.user in concerned or visit.receptions.filter(stands_in_for=held.user).exists()):
        extend_on(
            project=held.project,
            customer=held.customer,
            user=held.user,
            why=ProtectionChange.Why.VISIT,
            source=visit.no,
            at=at,
        )


def _sells(project: Project, user: User, at: datetime) -> bool:
    return Membership.objects.at(at).filter(project=project, user=user, role__in=SELLING).exists()


@transaction.atomic
def hand_over(*, here: Workplace, visit: Visit, to: User, at: datetime) -> Reception:
    """Somebody else receives from now on, as a stand-in where they take over from somebody. Raises Refusal once left."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.left_at:
        raise Refusal("visitor_left", _("客户已经离开，不能再交接"), status=409)
    now = locked.receptions.filter(until__isnull=True).first()
    if now and now.by_id == to.pk:
        return now
    if now:
        now.until = at
        now.save(update_fields=["until"])
        trail.done(to=now.by_id, link=f"/visits/{visit.no}", at=at)
    reception = Reception.objects.create(
        visit=locked, by=to, mode=Reception.Mode.STAND_IN if now else Reception.Mode.ASSIGNED, why=Reception.Why.DESK,
        stands_in_for=(now.stands_in_for or now.by) if now else None, arranged_by=here.user, since=at,
    )  # fmt: skip
    trail.tell(
        to=to.pk, kind="visit.handed", project=here.project.code, link=f"/visits/{visit.no}", to_do=True, at=at,
        sentence=gettext_noop("%(name)s由你代接"), name=(visit.name[:1] + "**") if visit.name else "**",
    )  # fmt: skip
    return reception


@transaction.atomic
def leave(*, here: Workplace, visit: Visit, gift: str, at: datetime) -> Visit:
    """The visitor goes; a gift is noted with it. Raises Refusal when they had gone already."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.left_at:
        raise Refusal("visitor_left", _("这位客户的离开时间已经记过了"), status=409)
    locked.left_at, locked.gift = at, gift.strip()[:60]
    locked.save(update_fields=["left_at", "gift"])
    locked.receptions.filter(until__isnull=True).update(until=at)
    trail.done(link=f"/visits/{visit.no}", at=at)
    trail.note(by=here.user.pk, action="visit.leave", subject=f"visit:{visit.no}", at=at, project=here.project.code)
    return locked


@transaction.atomic
def enter_late(*, here: Workplace, visit: Visit, arrival: Arrival, at: datetime) -> Visit:
    """Data of a visitor who gave none at first (补登): kept with its own time, marked late, and never as if it had been there."""
    e164 = _whole_number(arrival)
    claims.lock_number(here.project, e164)
    customer, _new = claims.find_or_create(
        e164, at=at, name=arrival.name.strip(), honorific=arrival.honorific, source=Customer.Source.WALK_IN
    )
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.customer_id:
        raise Refusal("visit_named", _("这次到访已经登记过姓名"), status=409)
    contesting = _settle_reports(here.project, customer, e164, arrival, locked.no, at)
    locked.customer, locked.name, locked.sealed_number = customer, arrival.name.strip(), vault.seal(e164)
    locked.known_before = identity.arrived_before(here.project, customer, locked.arrived_at) is not None
    locked.first_time, locked.invited_by, locked.asked_for = arrival.first_time, arrival.invited_by, arrival.asked_for
    locked.brought_by = arrival.brought_by
    locked.registered, locked.registered_by, locked.registered_at = Visit.Registered.LATE, here.user, at
    locked.save()
    now = locked.receptions.order_by("since").first()
    _follow_up(here, locked, customer, now.by if now else None, contesting, arrival, at)
    trail.note(
        by=here.user.pk, action="visit.enter_late", subject=f"visit:{visit.no}", at=at, project=here.project.code
    )
    return locked
