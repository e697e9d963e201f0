"""Rows → case file: the only bridge between the database and the engine, in the project's time zone.

What a ruling pins for replay holds no personal data: people and customers are tokens (P1, C1 …) without names, agencies and
teams their ids (O3, T2), a pasted report its validity. `Tokens` remembers who is who, for showing; it is rebuilt from the rows
and never stored in the snapshot.

**Telephone numbers** are tokens, too, and still have to be compared: is the caller of a call list the agent's own number, is
the other side the customer's (D07-8.5)? So the first number of a case that is asked for becomes 16900000001, the next
16900000002 …, and an office telephone 0169-00000003: the same number the same token, another number another one. 169 and 0169
are given to nobody. What a token stands for cannot be computed from it; it depends on the order of asking alone, which is that
of the rows. A number that was entered as somebody's own only after a call was nobody's at the time of that call: there, and
only there, it has a token of its own, so that nobody makes a number theirs in hindsight.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from arbitration.casefile import calendar
from arbitration.casefile.conduct import Leave
from arbitration.casefile.customers import Customers
from arbitration.casefile.duties import Duties
from arbitration.casefile.evidence import Evidence
from arbitration.casefile.judging import Judged, about_something
from arbitration.casefile.people import Staff
from arbitration.casefile.procedure import Procedure
from arbitration.casefile.reader import Reader
from arbitration.casefile.recorded import Recorded
from arbitration.casefile.records import Records
from arbitration.casefile.tokens import FUND, Tokens
from arbitration.cases.once import once_a_page
from arbitration.cases.parties import in_order
from arbitration.models import CaseEvent, Collision, Subject
from arbitration.shares import label
from leads.models import Customer, Relation
from people.calendar import changed_days, company_calendar
from people.models import Organisation, Team, User
from trail.together import fill
from visits.models import Visit

NAMING = (CaseEvent.Type.REFERRAL, CaseEvent.Type.CUSTOMER)

__all__ = ["CaseFile", "Tokens", "build", "customers_of", "names"]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as the engine reads it, and who is who in it."""

    case: dict[str, Any]
    tokens: Tokens


def build(
    collision: Collision, policy: str, at: datetime, params: dict[str, Any] | None = None, *, by_calendar: bool = False,
    packs: Collection[str] = (),
) -> CaseFile:  # fmt: skip
    """Everything the engine may look at, as it stands at `at`. `params`: what the project sets otherwise than the policy.

    `by_calendar`: the policy counts working days, and the company's calendar says which, unless `params` do.
    `packs`: the ids of the policies that are laid over it, which are told what only they ask for.
    """
    project, tokens = collision.project, Tokens()
    parties = [claim.user_id for claim in in_order(collision)]
    for party in parties:
        tokens.person(party)
    customers = customers_of(collision)
    reader = Reader(project, tokens, customers, at, policy, collision.subject_id)
    reader.recorded = sorted((e for e in collision.events.all() if e.at <= at), key=lambda e: (e.at, e.pk))
    evidence, duties = Evidence(collision, policy, reader), Duties(reader, policy, parties)
    leave, procedure = Leave(reader, policy), Procedure(collision, policy, reader)
    recorded, records = Recorded(reader), Records(reader, {reader.pack, *packs})
    readers = (reader, evidence, duties, leave, procedure, Judged(collision, reader), recorded, records)
    known, staff = Customers(reader, customers, evidence.proofs, records), Staff(reader)
    changes = reader.rows.want(changed_days()) if by_calendar else ()
    reader.read()
    case: dict[str, Any] = {
        "case": collision.no,
        "policy": policy,
        "ask": reader.time(at),
        "customers": recorded.customers(known.customers()),
        "relations": list(known.relations()),
        "events": recorded.completed(
            sorted(about_something(e for read in readers for e in read.events()), key=lambda e: (e["at"], e["id"]))
        ),
    }
    params = dict(params or {})
    if by_calendar and not params.get(calendar.PARAMETER):
        params |= {calendar.PARAMETER: days} if (days := calendar.departures(case, company_calendar(changes))) else {}
    if params:
        case["params"] = params
    if collision.deal_id:
        case["about"] = f"k{collision.deal_id}"
    if roster := records.roster():
        case["roster"] = roster
    case["subjects"] = list(reader.things.subjects())
    staff.read()  # last: every other token has been given by now
    case["people"] = recorded.people(staff.people())
    case["orgs"] = list(staff.orgs())
    return CaseFile(case, tokens)


@once_a_page
def customers_of(collision: Collision) -> list[Customer]:
    """The customer of the case, whoever is related to them, and who came in one party with them; in a fixed order.

    Where the case is about a thing, those for whom it is claimed. And whoever an entry of the case names beside them.
    """
    pk = collision.customer_id
    named = [row.payload for row in collision.events.all() if row.type in NAMING]
    ids: set[Any] = {UUID(one) for given in named for key in ("old_customer", "same_unit") if (one := given.get(key))}
    found = {row.pk: row for row in concerned(collision)}
    if beside := ids - found.keys():
        found |= Customer.objects.in_bulk(beside)
    return sorted(found.values(), key=lambda c: (c.pk != pk, c.created_at, str(c.pk)))


@once_a_page
def concerned(collision: Collision) -> Any:
    """The customer of a case, whoever is related to them, and who came in one party with them; where it is about a thing, those for
    whom it is claimed. As one list of ids: of several conditions the database would try each on every customer.
    """
    pk = collision.customer_id
    if not pk:
        return Customer.objects.filter(pk__in=collision.claims.order_by().values("customer"))
    kin = Relation.objects.of_people().order_by().filter(other__isnull=False)
    here = Visit.objects.order_by().filter(project=collision.project_id, customer__isnull=False)
    together = here.filter(party__in=here.filter(customer=pk).values("party"))
    itself = Customer.objects.order_by().filter(pk=pk).values("pk")
    about = itself.union(
        kin.filter(customer=pk).values("other"), kin.filter(other=pk).values("customer"), together.values("customer")
    )
    return Customer.objects.filter(pk__in=about)


def names(tokens: Tokens) -> dict[str, str]:
    """Token → name, for showing a ruling to people."""
    users, customers = (
        User.objects.filter(pk__in=list(tokens.people)),
        Customer.objects.filter(pk__in=list(tokens.customers)),
    )
    organisations = Organisation.objects.filter(pk__in=list(tokens.organisations))
    teams, things = Team.objects.filter(pk__in=tokens.teams), Subject.objects.filter(pk__in=tokens.things)
    fill(users, customers, organisations, teams, things)
    shown = {tokens.people[user.pk]: str(user) for user in users}
    shown |= {tokens.customers[customer.pk]: customer.name[:1] + "**" for customer in customers}
    shown |= {tokens.organisations[organisation.pk]: organisation.name for organisation in organisations}
    shown |= {f"U{row.pk}": row.name for row in things}
    shown |= {token: word for (_kind, word), token in tokens.scopes.items()}
    for team in teams:
        shown |= {f"T{team.pk}": team.name, f"{FUND}T{team.pk}": label(team)}
    return shown
