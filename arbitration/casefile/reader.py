"""Rows of the apps on the left → events: reports, questions, contacts, visits, deposits, contracts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime

from arbitration.casefile.announced import Announced
from arbitration.casefile.receptions import receptions
from arbitration.casefile.rows import Rows
from arbitration.casefile.scopes import Scopes
from arbitration.casefile.things import Things
from arbitration.casefile.tokens import Tokens
from arbitration.cases.parties import held_by, outside
from arbitration.models import CaseEvent
from leads.models import Contact, Customer, Deal, Registration, Review, Transfer
from leads.models.register import Answer
from leads.screening.report_text import read_report
from people.models import Organisation, Project
from visits.models import Visit

Event = dict[str, Any]

REVIEWED = {"first-report"}  # the policies under which only an approved report ranks (D08-5.2)
ANSWER_COMPLAINS = {"home-decoration"}
TABLE = {"intent-table"}  # where what the program takes in is the table (D18-1)
# What the format has no word for: a program of the house speaks for whoever is logged in, a list is a form with many lines.
CHANNELS = {Registration.Channel.API: Registration.Channel.WEB, Registration.Channel.IMPORT: Registration.Channel.FORM}
IN_THE_TABLE = {Registration.Channel.WEB, Registration.Channel.FORM}
# What no report lacks for the house: who sent it is known from the login, and of a colleague the salutation is not asked.
KNOWN, KNOWN_INSIDE = {"", "missing_company", "duplicate"}, {"missing_honorific"}


def complete(report: Registration) -> bool:
    """Whether a pasted report has what the format asks for (D07-7.1): the text itself is never pinned."""
    problems = {entry.problem for entry in read_report(report.text)}
    return bool(problems) and problems <= (KNOWN if report.organisation.outside else KNOWN | KNOWN_INSIDE)


class Reader:
    """Reads the rows of these customers in this project and turns each into an event."""

    def __init__(
        self, project: Project, tokens: Tokens, customers: list[Customer], at: datetime, policy: str = "",
        subject: int | None = None,
    ) -> None:  # fmt: skip
        self.project, self.tokens, self.at = project, tokens, at
        self.ids = [customer.pk for customer in customers]
        self.of_text = {str(customer.pk): customer.pk for customer in customers}
        self.pack = policy.partition("@")[0]
        self.scopes = Scopes(project, self.ids, tokens, at)
        self.things = Things(project, subject, self.scopes)
        self.attended: list[int] = []  # who else was at the signing
        self.recorded: list[CaseEvent] = []  # what was put on record in the case by now, in order
        self.brokers: set[int] = set()  # whoever entries of the case name for an agency
        self.here = {"project": project, "customer__in": self.ids}
        self.rows = Rows(project, self.ids, at)
        self.rows.want(self.scopes.profiles)
        self.rows.want(self.scopes.map)
        self.rows.want(self.things.rows)
        self.announced = Announced(self)

    def read(self) -> None:
        """Read all rows at once; with them what whoever signed, brought somebody or announced them is here, and whoever the case names
        for it.
        """
        signed, brought = self.rows.deals.order_by().values("closer"), self.rows.visits.order_by().values("brought_by")
        acted = signed.union(brought, self.announced.rows.order_by().values("by"))
        self.held = self.rows.want(held_by(self.project.pk, Q(user__in=acted) | Q(user__in=self.brokers)))
        self.rows.read()

    def time(self, moment: datetime) -> str:
        """Local time with offset, to the second."""
        return localtime(moment, self.project.zone).replace(microsecond=0).isoformat()

    def event(self, id_: str, type_: str, at: datetime, **keys: Any) -> Event:
        return {"id": id_, "type": type_, "at": self.time(at), **keys}

    def events(self) -> Iterator[Event]:
        for read in self._readers():
            yield from read()

    def _readers(self) -> tuple[Callable[[], Iterator[Event]], ...]:
        told = (self.reports, self.queries, self.contacts, self.visits, self.announced.events)
        return (*told, self.deeds, self.transfers, self.deposits, self.contracts)

    def reports(self) -> Iterator[Event]:
        """Reports; and where one met somebody else's claim, that the house told them at once on the reporter's behalf."""
        for row in self.rows.reports:
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            keys: dict[str, Any] = {
                "by": by,
                "customer": customer,
                **self.things.of_report,
                "channel": self._channel(row),
            }
            if row.sealed_text:
                keys["complete"] = complete(row)
            if row.pk in self.announced.reports:
                keys["announces_visit"] = True
            yield self.event(f"r{row.pk}", "report", row.at, **keys, **self._review(row))
            owner = self._owner_then(row)
            if row.answer == Answer.TAKEN and owner and owner != row.by_id:
                to = self.tokens.person(owner)
                yield self.event(f"n{row.pk}", "notice", row.at, by=by, to=to, customer=customer, kind="prompt")

    def _channel(self, row: Registration) -> str:
        channel = CHANNELS.get(Registration.Channel(row.channel), row.channel)
        return "intent_table" if self.pack in TABLE and channel in IN_THE_TABLE else str(channel)

    def _review(self, row: Registration) -> dict[str, str]:
        """What the house's review came to, the last one; where reports are ranked by it, one that nobody reviewed is pending."""
        review = self._reviews.get(row.pk)
        if review is None:
            waits = self.pack in REVIEWED and row.channel != Registration.Channel.IMPORT
            return {"review": "pending"} if waits else {}
        by, at = self.tokens.person(review.by_id), self.time(review.at)
        return {"review": "approved" if review.approved else "rejected", "reviewed_by": by, "reviewed_at": at}

    @cached_property
    def _reviews(self) -> dict[int, Review]:
        return {row.registration_id: row for row in self.rows.reviews}

    def _owner_then(self, row: Registration) -> int | None:
        held = (own for own in self.rows.owned if own.customer_id == row.customer_id and own.since <= row.at)
        return next((own.user_id for own in held if own.until is None or own.until > row.at), None)

    def queries(self) -> Iterator[Event]:
        for row in self.rows.queries:
            found = self.tokens.person(row.found_id) if row.found_id else None
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            yield self.event(f"q{row.pk}", "query", row.at, by=by, customer=customer, found=found)

    def contacts(self) -> Iterator[Event]:
        for row in self.rows.contacts:
            by, customer = self.tokens.person(row.by_id), self.tokens.customer(row.customer_id)
            yield self.event(
                f"t{row.pk}", "contact", row.at, by=by, customer=customer, mode=row.mode, **self._contact(row)
            )

    def _contact(self, row: Contact) -> dict[str, Any]:
        """What else is known of it. Under D09-1c any `answer` is the complaint of not being cared for, so only that one is told."""
        keys: dict[str, Any] = {} if row.connected else {"connected": False}
        if row.asked_first is not None:
            keys["asked_first"] = row.asked_first
        complains = self.pack in ANSWER_COMPLAINS
        if row.answer and (row.answer == Contact.Said.NEGLECTED or not complains):
            keys["answer"] = row.answer
        return keys | ({"claimed_at": self.time(row.claimed_at)} if row.claimed_at else {})

    def visits(self) -> Iterator[Event]:
        for row in self.rows.visits:
            yield self.event(f"v{row.pk}", "visit", row.arrived_at, **self._visit(row))
            if row.brought_by_id:
                yield from self._brought(row, row.brought_by_id)
            yield from receptions(self, row)

    def _brought(self, row: Visit, agent: int) -> Iterator[Event]:
        """An agent came along: the agency brought the customer, and the visit's slip is its slip (D07-8.2b)."""
        yield self.event(
            f"b{row.pk}", "bring", row.arrived_at, visit=f"v{row.pk}", by=self.tokens.person(agent), present=True
        )
        yield from self.slip(f"s{row.pk}", row, agent)

    def slip(self, id_: str, row: Visit, agent: int) -> Iterator[Event]:
        """The visit's slip as the proof of an agent's agency; none for the house's own people."""
        if agency := self.agency(agent):
            customer, by = self.tokens.customer(row.customer_id), self.tokens.person(agent)
            keys = {"customer": customer, "visit": f"v{row.pk}", "org": agency, "by": by}
            yield self.event(id_, "slip", row.registered_at, **keys)

    def agency(self, pk: int) -> str | None:
        """The token of the agency that somebody works for; None of the house's own people."""
        organisation = self._agencies.get(pk)
        return self.tokens.organisation(organisation.pk) if organisation else None

    @cached_property
    def _agencies(self) -> dict[int, Organisation]:
        return outside(self.held)

    def _visit(self, row: Visit) -> dict[str, Any]:
        keys: dict[str, Any] = {
            "customer": self.tokens.customer(row.customer_id),
            "initiative": "brought" if row.brought_by_id else "invited" if row.invited_by_id else "self",
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
        if (
            row.left_seen and row.left_seen <= self.at
        ):  # what the closing-time sweep put down nobody saw (decision 0014)
            keys["left_at"] = self.time(row.left_seen)
        if row.gift_asked:
            keys["gift"] = "given" if row.gift else "none"
        return keys

    def deeds(self) -> Iterator[Event]:
        """Ownership agreements; what the paper says of its date is a claim, what decides is when it was entered (D05-4.2c)."""
        for row in (deed for deed in self.rows.deeds if deed.at <= self.at):
            by, customer = self.tokens.person(row.user_id), self.tokens.customer(row.customer_id)
            yield self.event(
                f"g{row.pk}", "deed", row.at, by=by, customer=customer, claimed_at=self.time(row.signed_at)
            )

    def transfers(self) -> Iterator[Event]:
        """Customers handed over, each with what allowed it (D05-4.2b2). What was not approved moved nothing."""
        for row in self.rows.transfers:
            at = row.decided_at or row.at
            to, customer = self.tokens.person(row.taker_id), self.tokens.customer(row.customer_id)
            yield self.event(f"c{row.pk}", "consent", at, to=to, customer=customer, **self._consent(row))
            giver = self.tokens.person(row.giver_id)
            keys = {"from": giver, "to": to, "customer": customer}
            yield self.event(f"z{row.pk}", "transfer", at, **keys)

    def _consent(self, row: Transfer) -> dict[str, str]:
        if row.consent == Transfer.Consent.CUSTOMER or row.decided_by_id is None:
            return {"kind": "customer_consent"}
        return {"kind": "department_approval", "by": self.tokens.person(row.decided_by_id)}

    def deposits(self) -> Iterator[Event]:
        for row in self.rows.deposits:
            keys = {"by": self.tokens.person(row.by_id), "customer": self.tokens.customer(row.customer_id)}
            if row.designer_id:
                keys["designer"] = self.tokens.person(row.designer_id)
            yield self.event(f"d{row.pk}", "deposit", row.at, amount=_money(row.amount_fen), **keys)
            for refund in (one for one in self.rows.refunds if one.deposit_id == row.pk):
                yield self.event(
                    f"f{refund.pk}", "refund", refund.at, deposit=f"d{row.pk}", amount=_money(refund.amount_fen)
                )

    def contracts(self) -> Iterator[Event]:
        for row in self.rows.deals:
            keys: dict[str, Any] = {"by": self.closers(row)}
            if agency := self.agency(row.closer_id):
                keys["org"] = agency
            if row.designer_id:
                keys["designer"] = self.tokens.person(row.designer_id)
            if row.term_months:
                keys["term_months"] = row.term_months
            customer = self.tokens.customer(row.customer_id)
            yield self.event(
                f"k{row.pk}", "contract", row.signed_at, customer=customer, amount=_money(row.amount_fen),
                commission=_money(row.commission_fen), **keys,
            )  # fmt: skip
            if row.cancelled_at and row.cancelled_at <= self.at:
                yield self.event(f"kx{row.pk}", "cancellation", row.cancelled_at, contract=f"k{row.pk}")

    def closers(self, deal: Deal) -> str | list[str]:
        """Who signed; with who else was there, where that was recorded, the one who signed first."""
        there = [deal.closer_id, *(pk for pk in self.attended if pk != deal.closer_id)]
        tokens = [self.tokens.person(pk) for pk in there]
        return tokens if len(tokens) > 1 else tokens[0]


def _money(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
