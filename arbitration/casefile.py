"""Rows → case file: the only bridge between the database and the engine, in the project's time zone.

What a ruling pins for replay holds no personal data: people and customers are tokens (P1, C1 …) without names, numbers or
free text. `Tokens` remembers who is who, for showing; it is rebuilt from the claims and never stored in the snapshot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime

from arbitration.models import Collision
from leads.models import Contact, Customer, Deal, Deposit, Ownership, PreCheck, Registration, Relation
from leads.models.register import Answer
from people.models import Membership, Project, User
from people.roles import Role
from visits.models import Visit

Event = dict[str, Any]

ROLES = {Role.AGENT: "broker", Role.ADMINISTRATOR: "admin"}
FAMILY = {Relation.Kind.SPOUSE, Relation.Kind.PARENT_CHILD, Relation.Kind.GRANDPARENT}


@dataclass(slots=True)
class Tokens:
    """Who stands behind a token. The order of asking gives the number, and the order of asking is that of the rows."""

    people: dict[int, str] = field(default_factory=dict)
    customers: dict[Any, str] = field(default_factory=dict)

    def person(self, pk: int) -> str:
        """The token of somebody who works here."""
        return self.people.setdefault(pk, f"P{len(self.people) + 1}")

    def customer(self, pk: Any) -> str:
        """The token of a customer."""
        return self.customers.setdefault(pk, f"C{len(self.customers) + 1}")

    def user(self, token: str | None) -> int | None:
        """The user behind a token; None for what is no person (company, pool, a fund)."""
        return next((pk for pk, known in self.people.items() if known == token), None)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as the engine reads it, and who is who in it."""

    case: dict[str, Any]
    tokens: Tokens


def build(collision: Collision, policy: str, at: datetime) -> CaseFile:
    """Everything the engine may look at, as it stands at `at`."""
    project, tokens = collision.project, Tokens()
    for claim in collision.claims.order_by("joined_at", "pk"):
        tokens.person(claim.user_id)
    customers = _customers(collision)
    for customer in customers:
        tokens.customer(customer.pk)
    reader = _Reader(project, tokens, customers, at)
    events = sorted(reader.events(), key=lambda e: (e["at"], e["id"]))
    case = {
        "case": collision.no,
        "policy": policy,
        "ask": reader.time(at),
        "customers": [reader.customer(customer) for customer in customers],
        "relations": list(reader.relations()),
        "events": events,
    }
    if collision.deal_id:
        case["about"] = f"k{collision.deal_id}"
    case["people"] = list(reader.people())  # last: every token has been given by now
    case["orgs"] = list(reader.orgs())
    return CaseFile(case, tokens)


def _customers(collision: Collision) -> list[Customer]:
    """The customer of the case, whoever is related to them, and who came in one party with them; in a fixed order."""
    pk = collision.customer_id
    related = Relation.objects.filter(Q(customer=pk) | Q(other=pk), other__isnull=False)
    ids: set[Any] = {pk} | {r.customer_id for r in related} | {r.other_id for r in related}
    parties = Visit.objects.filter(project=collision.project, customer=pk).values("party")
    ids |= set(
        Visit.objects.filter(project=collision.project, party__in=parties, customer__isnull=False).values_list(
            "customer", flat=True
        )
    )
    return sorted(Customer.objects.filter(pk__in=ids), key=lambda c: (c.pk != pk, c.created_at, str(c.pk)))


class _Reader:
    """Reads the rows of these customers in this project and turns each into an event."""

    def __init__(self, project: Project, tokens: Tokens, customers: list[Customer], at: datetime) -> None:
        self.project, self.tokens, self.at = project, tokens, at
        self.ids = [customer.pk for customer in customers]
        self.here = {"project": project, "customer__in": self.ids}

    def time(self, moment: datetime) -> str:
        """Local time with offset, to the second."""
        return localtime(moment, self.project.zone).replace(microsecond=0).isoformat()

    def event(self, id_: str, type_: str, at: datetime, **keys: Any) -> Event:
        return {"id": id_, "type": type_, "at": self.time(at), **keys}

    def events(self) -> Iterator[Event]:
        for read in (self.reports, self.queries, self.contacts, self.visits, self.deposits, self.contracts):
            yield from read()

    def reports(self) -> Iterator[Event]:
        """Reports; and where one met somebody else's claim, that the house told them at once on the reporter's behalf."""
        for row in Registration.objects.filter(**self.here, at__lte=self.at).in_order():
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            yield self.event(f"r{row.pk}", "report", row.at, by=by, customer=customer, channel=row.channel)
            owner = self._owner_then(row)
            if row.answer == Answer.TAKEN and owner and owner != row.by_id:
                to = self.tokens.person(owner)
                yield self.event(f"n{row.pk}", "notice", row.at, by=by, to=to, customer=customer, kind="prompt")

    def _owner_then(self, row: Registration) -> int | None:
        held = Ownership.objects.filter(project=self.project, customer=row.customer_id, since__lte=row.at)
        then = held.filter(Q(until__isnull=True) | Q(until__gt=row.at)).first()
        return then.user_id if then else None

    def queries(self) -> Iterator[Event]:
        for row in PreCheck.objects.filter(**self.here, at__lte=self.at).order_by("at", "pk"):
            found = self.tokens.person(row.found_id) if row.found_id else None
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            yield self.event(f"q{row.pk}", "query", row.at, by=by, customer=customer, found=found)

    def contacts(self) -> Iterator[Event]:
        for row in Contact.objects.filter(**self.here, at__lte=self.at).order_by("at", "pk"):
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            yield self.event(f"t{row.pk}", "contact", row.at, by=by, customer=customer, mode=row.mode)

    def visits(self) -> Iterator[Event]:
        rows = Visit.objects.filter(**self.here, arrived_at__lte=self.at).prefetch_related("receptions")
        for row in rows.order_by("arrived_at", "pk"):
            yield self.event(f"v{row.pk}", "visit", row.arrived_at, **self._visit(row))
            yield from self._receptions(row)

    def _visit(self, row: Visit) -> dict[str, Any]:
        keys: dict[str, Any] = {
            "customer": self.tokens.customer(row.customer_id),
            "initiative": "invited" if row.invited_by_id else "self",
            "party": row.party,
            "registration": row.registered,
            "registered_by": self.tokens.person(row.registered_by_id),
            "registered_at": self.time(row.registered_at),
        }
        if row.invited_by_id:
            keys["invited_by"] = self.tokens.person(row.invited_by_id)
        if row.asked:  # null: asked, and the answer was nobody
            keys["asked_for"] = self.tokens.person(row.asked_for_id) if row.asked_for_id else None
        if row.first_time in (Visit.First.FIRST, Visit.First.AGAIN):
            keys["first_time"] = row.first_time == Visit.First.FIRST
        if row.left_at and row.left_at <= self.at:
            keys["left_at"] = self.time(row.left_at)
        return keys

    def _receptions(self, visit: Visit) -> Iterator[Event]:
        for row in sorted(visit.receptions.all(), key=lambda r: r.since):
            keys = {"visit": f"v{visit.pk}", "customer": self.tokens.customer(visit.customer_id), "mode": row.mode}
            if row.stands_in_for_id:
                keys["for"] = self.tokens.person(row.stands_in_for_id)
            yield self.event(f"w{row.pk}", "reception", row.since, by=self.tokens.person(row.by_id), **keys)

    def deposits(self) -> Iterator[Event]:
        rows = Deposit.objects.filter(**self.here, at__lte=self.at).prefetch_related("refunds").order_by("at", "pk")
        for row in rows:
            keys = {"by": self.tokens.person(row.by_id), "customer": self.tokens.customer(row.customer_id)}
            if row.designer_id:
                keys["designer"] = self.tokens.person(row.designer_id)
            yield self.event(f"d{row.pk}", "deposit", row.at, amount=_money(row.amount_fen), **keys)
            for refund in row.refunds.all():
                yield self.event(
                    f"f{refund.pk}", "refund", refund.at, deposit=f"d{row.pk}", amount=_money(refund.amount_fen)
                )

    def contracts(self) -> Iterator[Event]:
        for row in Deal.objects.filter(**self.here, signed_at__lte=self.at).order_by("signed_at", "pk"):
            keys: dict[str, Any] = {"by": self.tokens.person(row.closer_id)}
            if row.designer_id:
                keys["designer"] = self.tokens.person(row.designer_id)
            if row.term_months:
                keys["term_months"] = row.term_months
            customer = self.tokens.customer(row.customer_id)
            yield self.event(
                f"k{row.pk}", "contract", row.signed_at, customer=customer, amount=_money(row.amount_fen),
                commission=_money(row.commission_fen), **keys,
            )  # fmt: skip

    def customer(self, row: Customer) -> dict[str, Any]:
        keys = {"id": self.tokens.customer(row.pk), "kind": row.kind, "source": row.source}
        if row.pk in self._household():
            keys["household"] = "H1"
        return keys

    def _household(self) -> set[Any]:
        """Whoever of these customers is spouse, parent, child or grandparent of another."""
        kin = Relation.objects.filter(
            customer__in=self.ids, other__in=self.ids, kind__in=FAMILY, declared_at__lte=self.at
        )
        return {pk for relation in kin for pk in (relation.customer_id, relation.other_id)}

    def relations(self) -> Iterator[dict[str, Any]]:
        rows = Relation.objects.filter(customer__in=self.ids, declared_at__lte=self.at).order_by("declared_at", "pk")
        for row in rows:
            if row.other_id and row.other_id not in self.ids:
                continue
            b = self.tokens.person(row.staff_id) if row.staff_id else self.tokens.customer(row.other_id)
            a = self.tokens.customer(row.customer_id)
            yield {"a": a, "b": b, "kind": row.kind, "declared_at": self.time(row.declared_at)}

    def people(self) -> Iterator[dict[str, Any]]:
        """Everybody named so far with role, team and superior; and who may rule, so that an escalation finds somebody."""
        held = Membership.objects.at(self.at).filter(project=self.project).select_related("team", "organisation")
        roles = list(held.order_by("pk"))
        for membership in roles:
            if membership.role in (Role.MANAGER, Role.GENERAL_MANAGER):
                self.tokens.person(membership.user_id)
        for pk in list(self.tokens.people):
            yield self._person(pk, [m for m in roles if m.user_id == pk])

    def _person(self, pk: int, memberships: list[Membership]) -> dict[str, Any]:
        first = memberships[0] if memberships else None
        role = str(first.role) if first else Role.SALESPERSON.value
        person: dict[str, Any] = {"id": self.tokens.person(pk), "role": ROLES.get(Role(role), role)}
        if first and first.team:
            person["team"] = f"T{first.team_id}"
            if first.team.leader_id in self.tokens.people and first.team.leader_id != pk:
                person["superior"] = self.tokens.people[first.team.leader_id]
        if first and first.organisation.outside:
            person["org"] = f"O{first.organisation_id}"
        return person

    def orgs(self) -> Iterator[dict[str, Any]]:
        held = Membership.objects.filter(project=self.project, user__in=self.tokens.people).select_related(
            "organisation"
        )
        for organisation in sorted({m.organisation for m in held}, key=lambda o: o.pk):
            if organisation.outside:
                yield {"id": f"O{organisation.pk}", "kind": "distributor"}


def _money(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def names(tokens: Tokens) -> dict[str, str]:
    """Token → name, for showing a ruling to people."""
    users = User.objects.in_bulk(list(tokens.people))
    customers = Customer.objects.in_bulk(list(tokens.customers))
    shown = {token: str(users[pk]) for pk, token in tokens.people.items() if pk in users}
    return shown | {token: customers[pk].name[:1] + "**" for pk, token in tokens.customers.items() if pk in customers}
