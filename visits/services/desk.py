"""What people do at the front desk: check in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import claims, identity, vault
from leads.models import Basis
from leads.privacy import notices
from leads.screening import phones
from people.models import Site, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Visit
from visits.party import party_of, routed
from visits.routing import Visitor, in_order, route
from visits.services.claiming import follow_up, settle_reports, tell_concerned
from visits.services.expected import arrived
from visits.services.receiving import receive
from visits.services.visitors import visitor_of
from visits.services.without_leave import look_at_invitation


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the desk keyed: the items of D01-1 and the three questions. `hand_to` overrides who is to receive.

    `party` is the number of a visit of today with whom they came; `companions` came along without a record of their own;
    `unsure` names those of invited_by and asked_for to which the customer knew no answer. `told`: they were shown what is kept
    of them, and why (PIPL 17); nothing waits for it.
    """

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
    companions: int = 0
    arrived_at: datetime | None = None
    unsure: tuple[str, ...] = ()
    told: bool = False


@transaction.atomic
def check_in(*, here: Workplace, site: Site, arrival: Arrival, at: datetime) -> Visit:
    """Log a visitor and send somebody to receive them; a contested claim opens a case, reception goes on.

    Raises Refusal for a number that is not whole, or a missing name; a visitor who refuses is never turned away (PIPL 16).
    """
    if arrival.refused:
        return _log(here, site, arrival, "", at)
    e164 = whole_number(arrival)
    claims.lock_number(here.project, e164)
    return _log(here, site, arrival, e164, at)


def whole_number(arrival: Arrival) -> str:
    """The visitor's number, where they are named. A mask is not enough: the customer is there to be asked."""
    if not arrival.name.strip():
        raise Refusal(
            "name_missing",
            _("没有姓名电话，这次到访按制度不算业务员的。仍要记录，选「客户不肯留信息」"),
            field="name",
        )
    return read_whole(arrival.number, field="phone")


def read_whole(number: str, *, field: str) -> str:
    """A number that can be (D01-1.q2), in full: a mobile's or a landline's. Raises Refusal, at its field, for a mask and the rest."""
    read = phones.read(number)
    if read.kind == "masked":
        raise Refusal("phone_masked", _("到访登记要整号，问一下中间四位"), field=field)
    if read.kind not in ("mobile", "landline") or not read.e164:
        problem = phones.problem(read, number)
        raise Refusal(problem.code, _(problem.message) % problem.params, field=field)
    return read.e164


def _log(here: Workplace, site: Site, arrival: Arrival, e164: str, at: datetime) -> Visit:
    """With the number's key row locked, where there is a number."""
    no, arrived_at, party = trail.next_number("DF", at), arrival.arrived_at or at, party_of(site, arrival.party, at)
    given = {"name": arrival.name.strip(), "honorific": arrival.honorific}
    customer, sure = visitor_of(here, e164, **given, no=no, at=at) if e164 else (None, True)
    known = customer is not None and identity.arrived_before(here.project, customer, arrived_at) is not None
    contesting = settle_reports(here.project, customer, e164, **given, no=no, at=at) if customer and sure else []
    _open(site)
    in_order(site, at, lock=True)  # nobody else deals a turn at this site until we are done
    visitor = Visitor(customer, arrival.invited_by, arrival.asked_for, arrival.brought_by)
    routing = routed(route(here.project, site, visitor, at), party)
    visit = Visit.objects.create(
        no=no, project=here.project, site=site, customer=customer, name=given["name"] if e164 else "",
        arrived_at=arrived_at, invited_by=arrival.invited_by, asked_for=arrival.asked_for, asked=arrival.asked,
        unsure=list(arrival.unsure), brought_by=arrival.brought_by, first_time=arrival.first_time, known_before=known,
        registered=_registered(arrival, at), registered_by=here.user, registered_at=at, party=party.no if party else no,
        companions=arrival.companions, sealed_number=vault.seal(e164) if e164 else None,
    )  # fmt: skip
    reception = receive(visit=visit, routing=routing, hand_to=arrival.hand_to, at=at, arranged_by=here.user)
    if customer and arrival.told:
        notices.record(here=here, customer=customer, way=Basis.Way.DESK, at=at)
    if customer:
        arrived(visit)
        follow_up(visit, customer, reception.whose if reception else None, contesting, at, by=here.user, sure=sure)
        tell_concerned(visit, reception.by if reception else None, contesting, at)
        if sure:
            look_at_invitation(visit, at)
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
