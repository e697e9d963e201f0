"""The matter at hand: which customer (household) the question is about, who claims them, and when each came in.

A matter answers questions of a case once and remembers the answers; facts, roles and duties are asked through it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from arbitration.engine.case import Case, Event, Record, moment
from arbitration.engine.facts.words import FACTS, MOMENTS, ROLES, SHARES, Fact

# Roles that follow customers; whoever manages, receives at the desk or designs has no claim of their own.
SELLING = frozenset({"salesperson", "site_consultant", "broker", "duty"})
# Kin whose claims meet as one household (G-15: without contest the customers' own statement suffices), and who buys together.
FAMILY = frozenset({"spouse", "parent_child", "grandparent", "same_buying_unit"})
FUND = "team_fund:"  # before the team, for what a deal that the company took yields
# What somebody does that brings them into a matter as a claimant.
INVOLVING = ("report", "contact", "invitation", "reception", "deposit", "contract", "notebook", "deed")


@dataclass(frozen=True)
class Outcome:
    """What the stages that decide came to: duties, findings, sanctions and turns may rest on it."""

    status: str = "decided"
    owner: str | None = None
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    fired: frozenset[str] = frozenset()  # ids of the rules that took effect


class Matter:
    """One question about one case under one policy's parameters.

    `outcome` is set once the question of ownership and shares is answered; facts, roles and shares must not look at it.
    """

    def __init__(self, case: Case, params: Mapping[str, Any]) -> None:
        self.case, self.params = case, params
        self.outcome = Outcome()
        self.kept: dict[Any, Any] = {}  # answers that were found once (`words.once`)

    def fact(self, name: str) -> Fact:
        """A fact of the vocabulary, found once."""
        return FACTS[name].ask(self)

    def role(self, name: str) -> tuple[str, ...]:
        """The people in a role, found once."""
        return ROLES[name].ask(self)

    def moment(self, name: str) -> datetime | None:
        """A moment of the vocabulary."""
        return MOMENTS[name].ask(self)

    def shares(self, name: str) -> Mapping[str, Fraction]:
        """A way to divide of the vocabulary."""
        return SHARES[name].ask(self)

    def teams(self, name: str) -> tuple[str, ...]:
        """The teams of the people in a role, each once, in the order of valid claims."""
        teams = (self.case.people[who].get("team") for who in self.role(name) if who in self.case.people)
        return tuple(dict.fromkeys(team for team in teams if team))

    # what the question is about

    @cached_property
    def contract(self) -> Event | None:
        """The deal that the question is about: the one named, else the latest that was not cancelled."""
        if self.case.about:
            return self.case.by_ref.get(self.case.about)
        gone = {event["contract"] for event in self.case.of("cancellation")}
        return next((e for e in reversed(list(self.case.of("contract"))) if e.ref not in gone), None)

    @cached_property
    def unit(self) -> tuple[str, ...]:
        """The customer asked about, with the household: of the contract, else the one whom most people claim."""
        if self.contract:
            return self._household(self.contract["customer"])
        units = sorted({self._household(customer) for customer in self.case.customers})
        return max(units, key=lambda unit: (len(self._claims(unit)), self._latest(unit), unit), default=())

    @cached_property
    def customer(self) -> str:
        """The one customer whose name stands for the matter."""
        return self.contract["customer"] if self.contract else (self.unit[0] if self.unit else "case")

    def _household(self, customer: str) -> tuple[str, ...]:
        group, grown = {customer}, True
        while grown:
            more = {b for a in group for b in self._family(a)} - group
            group, grown = group | more, bool(more)
        return tuple(sorted(group))

    def _family(self, customer: str) -> Iterator[str]:
        mine = self.case.customers[customer]
        for other in self.case.customers.values():
            if any(mine.get(key) and mine.get(key) == other.get(key) for key in ("household", "buying_unit")):
                yield other.id
        for relation in self.relations:
            ends = (relation.get("a"), relation.get("b"))
            if customer in ends and relation.get("kind") in FAMILY and set(ends) <= set(self.case.customers):
                yield ends[0] if ends[1] == customer else ends[1]

    @cached_property
    def relations(self) -> tuple[Record, ...]:
        """Relations declared by now; one without a date holds from the start."""
        return tuple(
            r for r in self.case.relations if not r.get("declared_at") or moment(r.get("declared_at")) <= self.case.ask
        )

    def _latest(self, unit: tuple[str, ...]) -> float:
        return max((e.at.timestamp() for e in self.case.events if e.get("customer") in unit), default=0.0)

    # who claims

    @cached_property
    def leavers(self) -> frozenset[str]:
        """Staff who had left before the contract, or by now where there is none: their claims are free (G-10)."""
        decisive = self.contract.at if self.contract else self.case.ask
        left = ((p.id, p.get("resigned_at")) for p in self.case.people.values())
        return frozenset(who for who, at in left if at and moment(at) <= decisive)

    def sells(self, who: str | None) -> bool:
        """Whether somebody may have a claim."""
        person = self.case.people.get(who or "")
        return bool(person and person.get("role") in SELLING and person.id not in self.leavers)

    @cached_property
    def claimants(self) -> tuple[str, ...]:
        """Everybody with a claim, in the order of validity: first report, then first reception, then first involvement."""
        return tuple(sorted(self._claims(self.unit), key=self.rank))

    def _claims(self, unit: tuple[str, ...]) -> set[str]:
        named = {who for event in self.case.events if event.get("customer") in unit for who in _named(event)}
        kept = {who for c in unit if (who := self.case.customers[c].get("assigned_to"))}
        kin = {r.get("b") for r in self.relations if r.get("a") in unit} | {
            r.get("a") for r in self.relations if r.get("b") in unit
        }
        return {who for who in named | kept | kin | self._companions(unit) if self.sells(who)}

    def _companions(self, unit: tuple[str, ...]) -> set[str]:
        """Whose old customers came in one party with this one and are related to it (D09-4a)."""
        parties = {e.get("party") for e in self.case.of("visit") if e["customer"] in unit} - {None}
        came = {e["customer"] for e in self.case.of("visit") if e.get("party") in parties} - set(unit)
        close = {
            end for r in self.relations for end in (r.get("a"), r.get("b")) if {r.get("a"), r.get("b")} & set(unit)
        }
        return {who for c in came & close if (who := self.case.customers[c].get("assigned_to"))}

    def rank(self, who: str) -> tuple[Any, ...]:
        """The order of claims for ties (G-07): report, then reception; who has neither comes last.

        A company stands where its first valid report stands among those of the others (role `agencies`); the fund of a team
        where the earliest claimant of the team stands.
        """
        if who in self.case.orgs:
            agencies = self.role("agencies")
            return (agencies.index(who) if who in agencies else len(agencies), who)
        never = float("inf")
        if who.startswith(FUND):
            team = who.removeprefix(FUND)
            members = (self.rank(p) for p in self.claimants if self.case.people[p].get("team") == team)
            return min(members, default=(never, never, never, who))
        firsts = [
            next((e.at.timestamp() for e in self.of(kind) if who in e.by), never) for kind in ("report", "reception")
        ]
        return (*firsts, next((e.at.timestamp() for e in self.events if who in _named(e)), never), who)

    # events of the matter

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events about this customer or household, in order of time."""
        return tuple(e for e in self.case.events if e.get("customer") in self.unit)

    def of(self, *types: str) -> Iterator[Event]:
        """Events of these types about this customer or household."""
        return (event for event in self.events if event.type in types)

    @cached_property
    def reports(self) -> tuple[Event, ...]:
        """Reports that count: complete, approved, by somebody who may claim."""
        given = (e for e in self.of("report") if self.sells(next(iter(e.by), None)))
        return tuple(e for e in given if e.get("complete", True) and e.get("review", "approved") == "approved")

    @cached_property
    def visits(self) -> tuple[Event, ...]:
        """Visits of this customer or household."""
        return tuple(self.of("visit"))

    @cached_property
    def receptions(self) -> tuple[tuple[str, Event], ...]:
        """(for whom, reception): a stand-in receives for the one they stand in for."""
        rows = ((e.get("for") or next(iter(e.by), ""), e) for e in self.of("reception"))
        return tuple((who, e) for who, e in rows if self.sells(who))

    def notices(self, to: str, by: str | None = None) -> Iterator[Event]:
        """Notices to somebody about this customer; one that names no customer is about the customer of the case."""
        for event in self.case.of("notice"):
            about = event.get("customer")
            if event.get("to") == to and (by is None or by in event.by) and (about is None or about in self.unit):
                yield event


def _named(event: Event) -> Iterable[str]:
    """Who is brought into the matter by an event."""
    if event.type in INVOLVING:
        yield from event.by
    if event.type == "reception" and event.get("for"):
        yield event["for"]
    if event.type == "visit":
        yield from (event[key] for key in ("invited_by", "asked_for", "names") if event.get(key))
    if event.type == "referral" and event.get("to"):
        yield event["to"]
    if event.type == "statement":
        yield from event.get("people", ())


involved = _named
