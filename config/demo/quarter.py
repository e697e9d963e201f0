"""The story of the quarter, event by event through the same services that people use; nothing is written past them.

Days count back from today, hours are those of the house: whenever the demo is started, nobody works at night.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils.timezone import localtime

from arbitration import services as cases
from arbitration.cases.parties import parties
from arbitration.cases.proposals import policy_of, propose
from arbitration.models import Collision, Ruling
from config.demo import cast, contests
from config.demo.cast import House
from config.demo.customers import Person, people
from leads.models import Contact, Customer, Deposit, Ownership, Phone
from leads.services import LeadInput, give_deposit_back, log_contact, register_lead, sign_deal, take_deposit
from people.models import User
from people.workplace import Workplace
from visits.gifts import offered
from visits.models import Visit
from visits.services import Arrival, add_shift, answer, check_in, leave

DAYS = 90
CUSTOMERS = 500
OPENS, CLOSES = 9, 18  # o'clock


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens at a time; `order` keeps the sequence within a second."""

    at: datetime
    order: int
    do: Callable[[datetime], object]


class Quarter:
    """Plans what happens, then lets it happen in order of time."""

    def __init__(self, house: House, now: datetime) -> None:
        self.house, self.now, self.random = house, now, Random(7)  # noqa: S311 — a story, not a secret
        self.people = people(self.random)
        self.events: list[Event] = []
        self.midnight = localtime(now, house.store.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def plan(self) -> list[Event]:
        """All events of the quarter, in order."""
        contested = contests.STORE + contests.ESTATE
        for i in range(CUSTOMERS - len(contested) - len(contests.QUIET) - 3):
            self._ordinary("store" if i % 5 < 3 else "estate")
        for story in contested + contests.QUIET:
            story(self, next(self.people), self.day(24, 10))
        self._shifts()
        self._guests()
        return sorted(e for e in self.events if e.at <= self.now)

    def add(self, at: datetime, do: Callable[[datetime], object]) -> None:
        """Plan one event."""
        self.events.append(Event(at.replace(microsecond=0), len(self.events), do))

    def day(self, ago: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """So many days ago, at this time of the house's clock."""
        return self.midnight - timedelta(days=ago) + timedelta(hours=hour, minutes=minute, seconds=second)

    def _shifts(self) -> None:
        """Somebody is on duty at each site today."""
        for code, name in (("store", "sunli"), ("estate", "anqi")):
            here, site = self.house.people[cast.MANAGERS[code]], self.house.sites[code]
            user = self.house.people[name].user
            span = {"since": self.midnight, "until": self.midnight + timedelta(days=1)}
            add_shift(here=here, site=site, user=user, at=self.midnight, **span)

    def _moment(self, ago: int) -> datetime:
        """Some working hour that many days ago."""
        return self.day(ago, self.random.randrange(OPENS, CLOSES), self.random.randrange(60), self.random.randrange(60))

    def _later(self, ago: int, most: int) -> int:
        """At least a day and at most so many days later; below zero it is still to come."""
        return ago - self.random.randrange(1, most + 1)

    def _ordinary(self, code: str) -> None:
        """A customer about whom nobody quarrels: registered or walked in, visited, perhaps signed."""
        person, random = next(self.people), self.random
        seller = random.choice(self.house.selling(code))
        start = random.randrange(1, DAYS)
        masked = code == "estate" and random.random() < 0.3
        asked: Workplace | None = None
        if random.random() < 0.8:
            asked = seller
            self.add(self._moment(start), lambda at: self.register(seller, person, at, masked=masked))
            for _i in range(random.choice((0, 1, 1, 2, 2))):
                self.add(self._moment(self._later(start, 8)), lambda at: self.contact(seller, person, at))
        if random.random() < 0.72 or asked is None:
            self._visits(code, person, asked, self._later(start, 10))

    def _visits(self, code: str, person: Person, asked: Workplace | None, ago: int) -> None:
        random = self.random
        self.add(self._moment(ago), lambda at: self.visit(code, person, at, asked))
        if random.random() < 0.34:
            ago = self._later(ago, 8)
            self.add(self._moment(ago), lambda at: self.visit(code, person, at, None))
        if random.random() < 0.3:
            paid, amount = self._later(ago, 3), random.choice((2_000_00, 5_000_00, 10_000_00))
            self.add(self._moment(paid), lambda at: self.deposit(code, person, at, amount))
            after = self._moment(self._later(paid, 7))
            if random.random() < 0.15:
                self.add(after, lambda at: self.refund(person, at))
            else:
                worth = random.randrange(60, 400) * 1000_00
                commission = worth * 3 // 100 + random.randrange(100)
                self.add(after, lambda at: self.sign(code, person, at, worth, commission))

    def _guests(self) -> None:
        """A few visitors who are still there; at night, since the shop closed."""
        last = self.now if self.now >= self.day(0, OPENS + 1) else self.day(1, CLOSES)
        for minutes in (12, 34, 55):
            arrived = min(last, self.day(0, CLOSES)) - timedelta(minutes=minutes)
            self._guest(next(self.people), self.random.choice(self.house.selling("store")), arrived)

    def _guest(self, person: Person, seller: Workplace, arrived: datetime) -> None:
        self.add(self._moment(2), lambda at: self.register(seller, person, at))
        self.add(arrived, lambda at: self.visit("store", person, at, seller, stays=True))

    # what people do

    def register(self, who: Workplace, person: Person, at: datetime, *, masked: bool = False) -> None:
        lead = LeadInput(
            number=person.masked if masked else person.number, name=person.name[:1] if masked else person.name,
            honorific=person.honorific, source="agency" if who.outside else self.random.choice(("field", "web", "list")),
        )  # fmt: skip
        register_lead(here=who, lead=lead, at=at)

    def contact(self, who: Workplace, person: Person, at: datetime, mode: str = "") -> None:
        customer = known(person)
        if customer:
            mode = mode or self.random.choice(Contact.Mode.values)
            log_contact(here=who, customer=customer, mode=mode, note="", confirmed=True, at=at)

    def visit(
        self, code: str, person: Person, at: datetime, asked: Workplace | None, *, invited: Workplace | None = None,
        stays: bool = False,
    ) -> None:  # fmt: skip
        """Somebody comes, invited by whom they ask for unless it is said otherwise, and goes again unless they stay."""
        desk = self.house.people["zhoumin" if code == "store" else "luqian"]
        inviter = invited or asked
        arrival = Arrival(
            name=person.name, honorific=person.honorific, number=person.number,
            invited_by=inviter.user if inviter and not inviter.outside else None, asked_for=asked.user if asked else None,
            first_time="again" if Visit.objects.filter(customer=known(person)).exists() else "first",
        )  # fmt: skip
        visit = check_in(here=desk, site=self.house.sites[code], arrival=arrival, at=at)
        if visit.receptions.filter(until=None).exists():
            answer(here=desk, visit=visit, at=at + timedelta(seconds=20))
        left = at + timedelta(minutes=self.random.randrange(25, 140))
        if not stays and left <= self.now:
            leave(here=desk, visit=visit, gift=self.random.choice((None, None, *offered(visit.site))), at=left)

    def deposit(self, code: str, person: Person, at: datetime, amount: int) -> None:
        customer, owner = known(person), owner_of(person)
        if customer and owner:
            designer = self.house.people[self.random.choice(("zhuan", "gemin"))].user if code == "store" else None
            take_deposit(
                here=self._seller(owner, code), customer=customer, by=owner, amount_fen=amount, designer=designer, at=at
            )

    def refund(self, person: Person, at: datetime) -> None:
        deposit = Deposit.objects.filter(customer=known(person)).first()
        if deposit:
            give_deposit_back(
                here=self._seller(deposit.by, deposit.project.code), deposit=deposit, amount_fen=deposit.left_fen, at=at
            )

    def sign(
        self, code: str, person: Person, at: datetime, worth: int, commission: int, closer: Workplace | None = None
    ) -> None:
        customer, owner = known(person), owner_of(person)
        signer = closer.user if closer else owner
        if customer and signer:
            sign_deal(
                here=self._seller(signer, code), customer=customer, closer=signer, amount_fen=worth,
                commission_fen=commission, designer=None, term_months=None, at=at,
            )  # fmt: skip

    def _seller(self, user: User, code: str) -> Workplace:
        return next(w for w in self.house.selling(code) if w.user.pk == user.pk)

    def state(self, who: str, person: Person, at: datetime, text: str) -> None:
        """A party says what speaks for its claim."""
        cases.state_case(here=self.house.people[who], case=case_of(person), text=text, at=at)

    def rule(
        self, code: str, person: Person, at: datetime, kind: str, reason: str, *, due: datetime | None = None,
        sanctions: list[cases.Sanction] | None = None,
    ) -> None:  # fmt: skip
        """Whoever may, decides: as the engine proposes, or halves where it proposes nothing, or where it is ruled otherwise."""
        case = case_of(person)
        proposal = propose(case, at)
        decision = cases.Decision(kind=kind, reason=reason, evidence_due=due, sanctions=sanctions or [])
        if kind == Ruling.Kind.OTHERWISE or (kind == Ruling.Kind.AGREED and proposal.status != "decided"):
            decision = self._halves(case, reason, sanctions or [])
        cases.decide_case(
            here=self._ruler(code, case, kind), case=case, seen_version=case.version, seen_proposal=proposal.fingerprint,
            decision=decision, at=at,
        )  # fmt: skip

    def _halves(self, case: Collision, reason: str, sanctions: list[cases.Sanction]) -> cases.Decision:
        sides = parties(case, policy_of(case))[:2]
        return cases.Decision(
            kind=Ruling.Kind.OTHERWISE, reason=reason, owner_kind=Ruling.Owner.PERSON, owner=sides[0].people[0],
            shares=[(side.sharer, 5_000) for side in sides], sanctions=sanctions,
        )  # fmt: skip

    def _ruler(self, code: str, case: Collision, kind: str) -> Workplace:
        """The manager of the place; the general manager where the manager may not."""
        manager = self.house.people["hejing" if code == "store" else "zhengtao"]
        recused = cases.recused(manager, case) and kind != cases.ESCALATE
        return self.house.there("chenguang", case.project) if recused else manager


def known(person: Person) -> Customer | None:
    """The customer, if the number has been entered by now."""
    phone = Phone.objects.whole(f"+86{person.number}").select_related("customer").first()
    return phone.customer if phone else None


def case_of(person: Person) -> Collision:
    """The case about this customer that is not ruled yet."""
    return Collision.objects.unruled().get(customer=known(person))  # type: ignore[no-any-return]


def owner_of(person: Person) -> User | None:
    """Who follows them now."""
    held = Ownership.objects.open().filter(customer=known(person)).select_related("user").first()
    return held.user if held else None


def tell(house: House, now: datetime) -> Iterator[tuple[int, int]]:
    """Let the quarter happen; yields how many of how many events are done."""
    events = Quarter(house, now).plan()
    for done, event in enumerate(events, start=1):
        event.do(event.at)
        yield done, len(events)
