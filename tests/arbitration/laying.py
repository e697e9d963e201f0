"""Lays a case of the specification in the application: its people and customers as they are, all that happened by the services.

Each event is told to the service behind the page on which somebody would enter it, in order of time; what has no page of its own is
put on record in the case, which is opened by hand when the first such thing comes.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from arbitration import services
from arbitration.cases.parties import parties
from arbitration.cases.proposals import policy_of
from arbitration.engine.case import fen, moment
from arbitration.events.format import Is
from arbitration.events.kinds import KINDS
from arbitration.models import Collision, Subject
from leads.models import Customer, NotebookEntry, Registration
from leads.services import (
    LeadInput,
    enter_deed,
    log_contact,
    register_lead,
    relate,
    review_report,
    sign_deal,
)
from people.models import User
from people.roles import Role
from tests.arbitration.casting import Cast
from visits.services import Arrival, check_in
from visits.services.incidents import Happening, open_incident

THINGS = {"media-slots": "slot", "order-priority": "order", "double-sale": "sale"}
CONTACTS = {"call", "im", "field_visit", "sample", "quote", "negotiate"}


class Laid(Cast):
    """A case of the specification in the application. `refs`: its ids, and those of the case file."""

    def __init__(self, name: str, base: str = "") -> None:
        super().__init__(name, base)
        self.refs: dict[str, str] = {}
        self.subjects: dict[str, Subject] = {}
        self.case: Collision | None = None
        self.later: list[Callable[[], Any]] = []
        self._lay()

    def _lay(self) -> None:
        events = sorted(self.given["events"], key=lambda e: moment(e["at"]))
        for event in events:
            self.now = moment(event["at"])
            self._relations()
            if refs := getattr(self, f"_{event['type']}", self._recorded)(event):
                self.refs[event.get("id", "")] = refs
        for put in self.later:
            put()
        self._opened()
        self._about_customers()

    def _relations(self) -> None:
        for row in self.given.get("relations", []):
            key = f"{row['a']}+{row['b']}"
            if key not in self.refs and moment(row["declared_at"]) <= self.now + timedelta(hours=1):
                self.refs[key] = key
                other, staff = self.customers.get(row["b"]), self.people.get(row["b"])
                relate(
                    here=self.manager, customer=self.customers[row["a"]], other=other, staff=staff.user if staff else None,
                    kind=row["kind"], at=moment(row["declared_at"]),
                )  # fmt: skip

    def _report(self, event: dict[str, Any]) -> str:
        here, customer = self.people[event["by"]], self.customers[event["customer"]]
        channel = {"intent_table": "web"}.get(event.get("channel", "web"), event.get("channel", "web"))
        lead = LeadInput(number=self.numbers[event["customer"]], name=customer.name, honorific="先生", channel=channel)
        report = register_lead(here=here, lead=lead, at=self.now).registration
        if event.get("review") == "approved":
            review_report(here=self.manager, report=report, approved=True, why="", at=self.now)
        assert Registration.objects.filter(pk=report.pk, customer=customer).exists()
        return f"r{report.pk}"

    def _notebook(self, event: dict[str, Any]) -> str:
        """Who takes a customer in has them in the collection book by it."""
        self._report({**event, "channel": "web"})
        entry = NotebookEntry.objects.get(user=self.people[event["by"]].user, book=event["book"])
        return f"o{entry.pk}"

    def _contact(self, event: dict[str, Any]) -> str:
        if event["mode"] not in CONTACTS:
            return self._recorded(event)
        said = "sampled" if event.get("answer") else ""
        contact = log_contact(
            here=self.people[event["by"]], customer=self.customers[event["customer"]], mode=event["mode"], at=self.now,
            asked_first=event.get("asked_first"), answer=said, confirmed=True,
        )  # fmt: skip
        return f"t{contact.pk}"

    def _visit(self, event: dict[str, Any]) -> str:
        first = "" if event.get("first_time") is None else "first" if event["first_time"] else "again"
        brought = next(
            (e["by"] for e in self.given["events"] if e["type"] == "bring" and e["visit"] == event["id"]), None
        )
        arrival = Arrival(
            name=self.customers[event["customer"]].name, honorific="先生", number=self.numbers[event["customer"]],
            first_time=first, brought_by=self.people[brought].user if brought else None,
        )  # fmt: skip
        visit = check_in(here=self.desk, site=self.site, arrival=arrival, at=self.now)
        return f"v{visit.pk}"

    def _reception(self, _event: dict[str, Any]) -> str:
        """Of the visit: the desk sends somebody the moment the customer comes in, and an agent's slip is printed then."""
        return ""

    _bring = _slip = _reception

    def _deed(self, event: dict[str, Any]) -> str:
        deed = enter_deed(
            here=self.manager, customer=self.customers[event["customer"]], user=self.people[event["by"]].user,
            signed_at=self.now - timedelta(hours=1), terms="", at=self.now,
        )  # fmt: skip
        return f"g{deed.pk}"

    def _contract(self, event: dict[str, Any]) -> str:
        customer, closer = self.customers[event["customer"]], self.people[event["by"]].user
        deal = sign_deal(
            here=self.manager, customer=customer, closer=closer, amount_fen=fen(event["amount"]),
            commission_fen=fen(event.get("commission", "0.00")), designer=None, term_months=event.get("term_months"), at=self.now,
        )  # fmt: skip
        ref = f"k{deal.pk}"
        if self.pack in THINGS:
            entry = {"type": "contract", "contract": ref, "subject": event["subject"]}
            self.later.append(lambda: self._recorded(entry))
        return ref

    def _complaint(self, event: dict[str, Any]) -> str:
        cause = {"product": "defect", "service": "service", "delivery": "late_delivery"}[event["kind"]]
        return self._incident({**event, "kind": "complaint"}, cause)

    def _incident(self, event: dict[str, Any], cause: str = "") -> str:
        kind = {"walked_out": "walkout", "traffic_accident": "traffic"}.get(event["kind"], event["kind"])
        told = Happening(
            kind=kind, what="客户说的", happened_at=self.now, cause=cause,
            customer=self.customers[event["customer"]] if "customer" in event else self._somebody(),
        )  # fmt: skip
        return f"i{open_incident(here=self.manager, told=told, at=self.now).pk}"

    def _somebody(self) -> Customer:
        """Whom the case is about, where the specification needs no customer."""
        self.numbers["c1"] = "13800009999"
        self.customers["c1"] = self._customer({"id": "c1", "name": "顾客"})
        return self.customers["c1"]

    def _negotiation(self, event: dict[str, Any]) -> str:
        case = self._opened()
        sides = parties(case, policy_of(case))
        owner = str(self.people[event["owner"]].user.pk)
        made = services.record_negotiation(
            here=self.manager, case=case, sides=sides, shares={owner: 10_000}, confirmed=[side.key for side in sides],
            at=self.now,
        )  # fmt: skip
        return f"e{made.pk}"

    def _recorded(self, event: dict[str, Any]) -> str:
        """On record in the case, by who is the site."""
        kind, case = KINDS[event["type"]], self._opened()
        keys = {field.key: field for field in kind.fields if field.key in event}
        put = {key: self._value(field.kind, event[key]) for key, field in keys.items()}
        if "note" in put or event.get("kind") == "manager_assignment":
            put["note"] = "按客户需求和业绩"
        made = services.record_event(here=self.manager, case=case, type_=kind.type, given=put, at=self.now)
        return f"e{made.pk}"

    def _value(self, kind: Is, value: Any) -> Any:
        reads: dict[Is, Callable[[Any], Any]] = {
            Is.PERSON: lambda who: self.people[who].user.pk, Is.TAKER: lambda who: self.people[who].user.pk,
            Is.PEOPLE: lambda who: [self.people[one].user.pk for one in who],
            Is.CUSTOMER: lambda who: str(self.customers[who].pk), Is.OTHER: lambda who: self.numbers[who],
            Is.SUBJECT: lambda what: self._subject(what).pk, Is.EVENT: lambda ref: self.refs.get(ref, ref),
            Is.MONEY: fen, Is.MOMENT: moment,
        }  # fmt: skip
        return reads[kind](value) if kind in reads else value

    def _subject(self, name: str) -> Subject:
        if name not in self.subjects:
            kind = next(row["kind"] for row in self.given["subjects"] if row["id"] == name)
            self.subjects[name] = services.add_subject(here=self.manager, kind=kind, name=name, at=self.now)
        return self.subjects[name]

    def _opened(self) -> Collision:
        """The case; by hand, where no other did."""
        if self.case is None:
            self.case = self._open_thing() if self.pack in THINGS else self._open_customer()
        return Collision.objects.get(pk=self.case.pk)

    def _sellers(self) -> list[User]:
        return [here.user for here in self.people.values() if here.roles & {Role.SALESPERSON, Role.AGENT}]

    def _open_customer(self) -> Collision:
        named = [e["customer"] for e in self.given["events"] if "customer" in e] or ["c1"]
        about = self.customers[named[-1]]
        claimed = [services.Claimed(user) for user in self._sellers()]
        claimed += [services.Claimed(self._staff(f"other{n}", Role.SALESPERSON).user) for n in range(len(claimed), 2)]
        return services.open_by_hand(
            here=self.manager, matter="customer", about=about, claimed=claimed, reason="两人都说是自己的", at=self.now
        )

    def _open_thing(self) -> Collision:
        matter, rows = THINGS[self.pack], self.given["events"]
        whom = {e["by"]: e["customer"] for e in rows if "by" in e and "customer" in e}
        if matter == "order":
            self.subjects["line"] = services.add_subject(
                here=self.manager, kind="production_slot", name="一号线", at=self.now
            )
            claimed = [
                services.Claimed(self._staff(f"other{n}", Role.SALESPERSON).user, customer)
                for n, customer in enumerate(self.customers.values())
            ]
        else:
            self._subject(next(e["subject"] for e in rows if "subject" in e))
            claimed = [services.Claimed(self.people[who].user, self.customers[c]) for who, c in whom.items()]
        about = next(iter(self.subjects.values()))
        return services.open_by_hand(
            here=self.manager, matter=matter, about=about, claimed=claimed, reason="都想要这一样", at=self.now
        )

    def _about_customers(self) -> None:
        """What the policy asks of people and customers beside the register."""
        kinds = {kind.type for kind in services.recordable(self.manager, self._opened())}
        for row in self.given.get("customers", []):
            if row.get("lifecycle") and "customer" in kinds:
                self._recorded({"type": "customer", "customer": row["id"], "lifecycle": row["lifecycle"]})
        for row in self.given.get("people", []):
            if "performance" in row and "person" in kinds:
                self._recorded({"type": "person", "by": row["id"], "performance": row["performance"]})
