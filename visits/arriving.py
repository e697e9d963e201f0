"""What the desk is told before it saves: who receives and why, whether answer and records differ, what to do with an old customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads import identity, vault
from leads.models import Customer, Phone
from leads.screening import phones
from people.models import Site, User
from people.workplace import Workplace
from trail.refusals import Refusal
from visits import desk
from visits.codes import Scanned
from visits.expected import coming, local_day
from visits.models import Reception, Visit
from visits.party import Party, party_of, routed
from visits.routing import Routing, Visitor, route

First = Visit.First
KNOWN = {Reception.Why.OWNER, Reception.Why.PREVIOUS}


@dataclass(frozen=True, slots=True)
class Card:
    """What stands beside the buttons. `routing` only once all three questions have an answer (D01-2).

    `seen`: when the customer came first, by the records; `differs`: the third answer says otherwise, and both are kept
    (D01-2.q3, G-55). `previous`: whom the desk verifies as the one who had them before (D01-2.A3), where that is settled.
    """

    open: list[str]
    routing: Routing | None
    seen: datetime | None
    differs: bool
    previous: User | None


def card(here: Workplace, site: Site, form: Any, at: datetime) -> Card:
    """The card for a form as it stands. A form without a visitor yet costs no query."""
    given = form.data if form.is_bound else form.initial
    open_ = [str(form.fields[name].label) for name in form.open_questions]
    customer = _customer(here, given)
    seen = identity.arrived_before(here.project, customer, at) if customer else None
    first = given.get("first_time")
    differs = (first == First.FIRST and seen is not None) or (first == First.AGAIN and seen is None)
    if open_ and customer is None:
        return Card(open_, None, seen, differs, None)
    named = Visitor(customer, form.who("invited_by"), form.who("asked_for"), form.who("brought_by"))
    routing = routed(route(here.project, site, named, at), _party(site, given, at))
    previous = routing.receiver if seen and routing.why in KNOWN and not routing.unsettled else None
    return Card(open_, None if open_ else routing, seen, differs, previous)


def _customer(here: Workplace, given: Any) -> Customer | None:
    """By the number that was typed, else who was picked."""
    number = phones.read(str(given.get("phone") or ""))
    if number.e164:
        return Customer.objects.filter(phones__in=Phone.objects.filter(whole=vault.whole(number.e164))).first()
    return None if given.get("phone") else desk.known(here, given.get("known"))


def _party(site: Site, given: Any, at: datetime) -> Party | None:
    try:
        return party_of(site, str(given.get("party") or ""), at)
    except Refusal:  # said when it is saved
        return None


def of_party(party: Party) -> dict[str, Any]:
    """What is known of one more of a party: the answers were given for all of them; only name and number are asked."""
    first = party.first
    return {
        "party": first.no, "invited_by": _answer(first, "invited_by"), "asked_for": _answer(first, "asked_for"),
        "brought_by": first.brought_by_id or "", "first_time": first.first_time,
    }  # fmt: skip


def _answer(visit: Visit, name: str) -> Any:
    return getattr(visit, f"{name}_id") or ("unsure" if name in visit.unsure else "none")


def announced(site: Site, customer: Customer | None, at: datetime) -> Scanned | None:
    """Who said that this customer comes today; None where nobody did, or more than one: then the customer is asked."""
    if customer is None:
        return None
    rows = coming().filter(project=site.project_id, customer=customer, on=local_day(site.project, at))
    found = list(rows.select_related("by")[:2])
    return Scanned(customer, "", found[0].by, found[0].by if found[0].present else None) if len(found) == 1 else None
