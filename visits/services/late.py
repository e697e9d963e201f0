"""Late entry (补登): what the desk writes after the fact. Claimed time and time of entry are both kept; the latter counts (G-35)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims, identity, vault
from leads.models import Customer, NotebookEntry, Registration
from leads.services import note_in_book
from leads.signals import claim_contested
from people.models import Membership, Site, User
from people.roles import Right, roles_with
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Gift, PaperSlip, Reception, Visit
from visits.record import too_late
from visits.services.claiming import follow_up, receiver_of, settle_reports
from visits.services.desk import Arrival, whole_number
from visits.services.expected import arrived
from visits.services.gifts import give
from visits.services.roster import lock_site
from visits.services.visitors import visitor_of

OLDEST = timedelta(days=31)  # further back nobody remembers when it was
ASKS_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Past:
    """What the desk says of a visit that is over, or was forgotten: all as claimed, beside the time of entry.

    `left_at` None: not known, or still here. `gift_asked` False: whether there was a gift is not known. `paper`: the slip of
    paper that was filled in meanwhile; its number becomes the visit's.
    """

    arrived_at: datetime
    left_at: datetime | None = None
    received_by: User | None = None
    gift: Gift | None = None
    gift_asked: bool = False
    paper: PaperSlip | None = None


@transaction.atomic
def enter_late(*, here: Workplace, visit: Visit, arrival: Arrival, at: datetime) -> Visit:
    """Data of a visitor who gave none at first: kept with its own time, marked late, and never as if it had been there.

    Later than 24 hours after the customer left it is kept, and gives nobody a claim (D01-1.n2b). Raises Refusal: no whole number,
    no name, named already (409).
    """
    e164 = whole_number(arrival)
    claims.lock_number(here.project, e164)
    given = {"name": arrival.name.strip(), "honorific": arrival.honorific}
    customer, sure = visitor_of(here, e164, **given, no=visit.no, at=at)
    locked = Visit.objects.select_for_update(of=("self",)).select_related("project").get(pk=visit.pk)
    if locked.customer_id:
        raise Refusal("visit_named", _("这次到访已经登记过姓名"), status=409)
    locked.customer, locked.name, locked.sealed_number = customer, given["name"], vault.seal(e164)
    locked.known_before = identity.arrived_before(here.project, customer, locked.arrived_at) is not None
    locked.first_time, locked.invited_by, locked.asked_for = arrival.first_time, arrival.invited_by, arrival.asked_for
    locked.brought_by, locked.unsure = arrival.brought_by, list(arrival.unsure)
    locked.registered, locked.registered_by, locked.registered_at = Visit.Registered.LATE, here.user, at
    locked.save()
    _claims_of(here, locked, customer, e164, arrival.honorific, at, sure=sure)
    trail.done(link=f"/visits/{visit.no}/enter", at=at)
    _note(here, "visit.enter_late", locked, at)
    return locked


@transaction.atomic
def enter_visit(*, here: Workplace, site: Site, arrival: Arrival, past: Past, at: datetime) -> Visit:
    """A whole visit that nobody logged when it was: forgotten, or on paper in an outage (G-35). No turn is dealt for it.

    Raises Refusal: times out of order, in the future or too long ago; what `check_in` refuses; a slip of paper that was entered,
    or is void (409).
    """
    _check_past(past, at)
    e164 = "" if arrival.refused else whole_number(arrival)
    if e164:
        claims.lock_number(here.project, e164)
    paper = lock_paper(past.paper, site) if past.paper else None
    no, given = paper.no if paper else trail.next_number("DF", at), {"name": arrival.name.strip()}
    given["honorific"] = arrival.honorific
    customer, sure = visitor_of(here, e164, **given, no=no, at=at) if e164 else (None, True)
    visit = _visit(here, site, arrival, past, at)
    visit.no = visit.party = no
    visit.customer, visit.name = customer, given["name"] if e164 else ""
    visit.sealed_number = vault.seal(e164) if e164 else None
    visit.known_before = bool(customer and identity.arrived_before(here.project, customer, past.arrived_at))
    visit.save()
    _write_past(here, visit, past, paper, at)
    if customer:
        _claims_of(here, visit, customer, e164, arrival.honorific, at, sure=sure)
    lock_site(site)  # whoever closes it waits for us, and then finds the visitor there
    _note(here, "visit.enter_whole", visit, at, paper=bool(paper))
    return visit


def _check_past(past: Past, at: datetime) -> None:
    check_times(past.arrived_at, past.left_at, at)
    _check_age(past.arrived_at, at)


def _check_age(arrived_at: datetime, at: datetime) -> None:
    if arrived_at < at - OLDEST:
        raise Refusal("arrived_long_ago", _("只能补登最近 %(n)d 天的到访") % {"n": OLDEST.days}, field="arrived_at")


def _visit(here: Workplace, site: Site, arrival: Arrival, past: Past, at: datetime) -> Visit:
    """What was claimed, with who enters it and when; not saved."""
    return Visit(
        project=here.project, site=site, arrived_at=past.arrived_at, left_at=past.left_at,
        left_how=Visit.LeftHow.DESK if past.left_at else "", invited_by=arrival.invited_by, asked_for=arrival.asked_for,
        asked=arrival.asked, unsure=list(arrival.unsure), brought_by=arrival.brought_by, first_time=arrival.first_time,
        registered=Visit.Registered.REFUSED if arrival.refused else Visit.Registered.LATE, registered_by=here.user,
        registered_at=at, companions=arrival.companions,
    )  # fmt: skip


def _write_past(here: Workplace, visit: Visit, past: Past, paper: PaperSlip | None, at: datetime) -> None:
    """Who received, the gift, and the slip of paper that this is."""
    if past.received_by:
        Reception.objects.create(
            visit=visit, by=past.received_by, mode=Reception.Mode.ASSIGNED, why=Reception.Why.DESK, arranged_by=here.user,
            since=past.arrived_at, until=past.left_at, answered_at=past.arrived_at,
        )  # fmt: skip
    if past.gift_asked:
        give(here=here, visit=visit, gift=past.gift, at=at)
        visit.save(update_fields=["gift", "gift_item", "gift_asked"])
    if paper:
        paper.visit = visit
        paper.save(update_fields=["visit"])


def _claims_of(
    here: Workplace, visit: Visit, customer: Customer, e164: str, honorific: str, at: datetime, *, sure: bool
) -> None:  # fmt: skip
    """What the entry does to the claims on the customer, from now on (G-35)."""
    given = {"name": visit.name, "honorific": honorific, "no": visit.no}
    contesting = settle_reports(here.project, customer, e164, **given, at=at) if sure else []
    arrived(visit)
    if not too_late(visit):
        follow_up(visit, customer, receiver_of(visit), contesting, at, by=here.user, sure=sure)
        return
    # The customer was here, which their records must know; nobody has a claim from it (D01-1.n2b).
    note_in_book(here.project, customer, None, NotebookEntry.Book.VISIT, visit.no, visit.arrived_at)
    _contest_reports(visit, customer, contesting, at)


def _contest_reports(visit: Visit, customer: Customer, reports: list[Registration], at: datetime) -> None:
    """Reports that the number was found to fit are claims of their own, however late the visit was entered."""
    held = claims.current(visit.project, customer, at)
    if held and held.user and reports:
        rivals = [(report.by, report.no, report) for report in reports]
        claim_contested.send(
            sender=Visit, project=visit.project, customer=customer, trigger="visit", source=visit.no, deal=None,
            claimants=[(held.user, held.source, None), *rivals], at=at,
        )  # fmt: skip


def check_times(arrived_at: datetime, left_at: datetime | None, at: datetime) -> None:
    """Refuse what has not been yet, and a departure before the arrival."""
    if arrived_at > at:
        raise Refusal("arrived_later", _("到访时间还没到"), field="arrived_at")
    if left_at and left_at > at:
        raise Refusal("left_later", _("离开时间还没到"), field="left_at")
    if left_at and left_at < arrived_at:
        raise Refusal("left_before", _("离开不能早于到访"), field="left_at")


def lock_paper(paper: PaperSlip, site: Site) -> PaperSlip:
    """The slip of paper, so that it is entered or void, once. Raises Refusal for one of another site, entered or void."""
    locked: PaperSlip | None = PaperSlip.objects.select_for_update().filter(pk=paper.pk, site=site).first()
    if locked is None:
        raise Refusal("paper_unknown", _("这个案场没有这张纸单"), status=404)
    if locked.visit_id:
        raise Refusal("paper_entered", _("%(no)s 已经录入过了") % {"no": locked.no}, status=409)
    if locked.voided_at:
        raise Refusal("paper_void", _("%(no)s 已经作废了") % {"no": locked.no}, status=409)
    return locked


@transaction.atomic
def ask_entry(*, here: Workplace, visit: Visit | None, arrived_at: datetime, at: datetime) -> int:
    """A salesperson asks the desk to enter late what they know: data of a visitor whom they received, or a visit that nobody
    logged. They write nothing themselves (D01-1, D01-1.n2a). Gives how many people at the desk were asked.

    Raises Refusal: a visit that has its data (409), a time that is not past or too long ago to be entered, or too many in a day (429).
    """
    if visit and visit.customer_id:
        raise Refusal("visit_named", _("这次到访已经登记过姓名"), status=409)
    check_times(arrived_at, None, at)
    if visit is None:
        _check_age(arrived_at, at)
    if not limits.take(f"ask_entry:{here.user.pk}", limit=ASKS_A_DAY, within=timedelta(days=1), at=at):
        raise Refusal("asked_often", _("今天请前台补登太多次了，直接去前台说"), status=429)
    local = arrived_at.astimezone(here.project.zone)
    link = f"/visits/{visit.no}/enter" if visit else f"/desk/late?at={local:%Y-%m-%dT%H:%M}"
    desk = Membership.objects.people(here.project, roles_with(Right.DESK), at)
    for user in desk:
        trail.tell(
            to=user, kind="visit.late_asked", project=here.project.code, link=link, to_do=True, at=at,
            sentence=gettext_noop("%(who)s请你补登 %(when)s 的到访"), who=here.user.name, when=f"{local:%m-%d %H:%M}",
        )  # fmt: skip
    subject = f"visit:{visit.no}" if visit else f"project:{here.project.code}"
    trail.note(by=here.user.pk, action="visit.ask_late", subject=subject, at=at, project=here.project.code)
    return len(desk)


def _note(here: Workplace, action: str, visit: Visit, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"visit:{visit.no}", at=at, project=here.project.code,
        too_late=too_late(visit), **detail,
    )  # fmt: skip
