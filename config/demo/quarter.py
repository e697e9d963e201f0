"""The story of the quarter, event by event through the same services that people use; nothing is written past them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from arbitration import services as cases
from arbitration.models import Collision, Ruling
from arbitration.proposals import propose
from config.demo.cast import House
from config.demo.customers import Person, people
from leads.models import Contact, Customer, Deposit, Ownership, Phone
from leads.services import LeadInput, give_deposit_back, log_contact, register_lead, sign_deal, take_deposit
from people.models import User
from people.workplace import Workplace
from visits.models import Duty, Visit
from visits.services import Arrival, check_in, leave

DAYS = 90
CUSTOMERS = 500


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

    def plan(self) -> list[Event]:
        """All events of the quarter, in order."""
        contested = CONTESTED_STORE + CONTESTED_ESTATE
        for i in range(CUSTOMERS - len(contested)):
            self._ordinary("store" if i % 5 < 3 else "estate")
        for i, story in enumerate(contested):
            story(self, next(self.people), self.now - timedelta(days=24 - i, hours=3))
        self._shifts()
        self._guests()
        return sorted(e for e in self.events if e.at <= self.now)

    def add(self, at: datetime, do: Callable[[datetime], object]) -> None:
        """Plan one event."""
        self.events.append(Event(at.replace(microsecond=0), len(self.events), do))

    def _shifts(self) -> None:
        """Somebody is on duty at each site today."""
        for code, name in (("store", "sunli"), ("estate", "anqi")):
            user, site = self.house.people[name].user, self.house.sites[code]
            start = self.now.replace(hour=0, minute=30, second=0)
            Duty.objects.create(
                site=site, user=user, since=start - timedelta(hours=1), until=start + timedelta(hours=23)
            )

    def _moment(self, first: datetime, days: float) -> datetime:
        """Some working hour within so many days."""
        day = first + timedelta(days=self.random.uniform(0.2, days))
        return day.replace(
            hour=self.random.randrange(1, 10), minute=self.random.randrange(60), second=self.random.randrange(60)
        )

    def _ordinary(self, code: str) -> None:
        """A customer about whom nobody quarrels: registered or walked in, visited, perhaps signed."""
        person, random = next(self.people), self.random
        seller = random.choice(self.house.selling(code))
        start = self._moment(self.now - timedelta(days=DAYS), DAYS - 1)
        masked = code == "estate" and random.random() < 0.3
        if random.random() < 0.8:
            self.add(start, lambda at: self.register(seller, person, at, masked=masked))
            for _i in range(random.choice((0, 1, 1, 2, 2))):
                self.add(self._moment(start, 9), lambda at: self.contact(seller, person, at))
            asked: Workplace | None = seller
        else:
            asked = None
        if random.random() < 0.68:
            self._visits(code, person, asked, self._moment(start, 12))

    def _visits(self, code: str, person: Person, asked: Workplace | None, arrives: datetime) -> None:
        random = self.random
        self.add(arrives, lambda at: self.visit(code, person, at, asked))
        if random.random() < 0.3:
            arrives = self._moment(arrives, 8)
            self.add(arrives, lambda at: self.visit(code, person, at, None))
        if random.random() < 0.28:
            paid, amount = self._moment(arrives, 3), random.choice((2_000_00, 5_000_00, 10_000_00))
            self.add(paid, lambda at: self.deposit(code, person, at, amount))
            if random.random() < 0.15:
                self.add(self._moment(paid, 6), lambda at: self.refund(person, at))
            else:
                worth = random.randrange(60, 400) * 1000_00
                self.add(
                    self._moment(paid, 9),
                    lambda at: self.sign(code, person, at, worth, worth * 3 // 100 + random.randrange(100)),
                )

    def _guests(self) -> None:
        """A few visitors who are still there."""
        for minutes in (12, 34, 55):
            self._guest(next(self.people), self.random.choice(self.house.selling("store")), minutes)

    def _guest(self, person: Person, seller: Workplace, minutes: int) -> None:
        self.add(self.now - timedelta(days=2), lambda at: self.register(seller, person, at))
        self.add(self.now - timedelta(minutes=minutes), lambda at: self.visit("store", person, at, seller))

    # what people do

    def register(self, who: Workplace, person: Person, at: datetime, *, masked: bool = False) -> None:
        lead = LeadInput(
            number=person.masked if masked else person.number, name=person.name[:1] if masked else person.name,
            honorific=person.honorific, source="agency" if who.outside else self.random.choice(("field", "web", "list")),
        )  # fmt: skip
        register_lead(here=who, lead=lead, at=at)

    def contact(self, who: Workplace, person: Person, at: datetime) -> None:
        customer = known(person)
        if customer:
            log_contact(here=who, customer=customer, mode=self.random.choice(Contact.Mode.values), note="", at=at)

    def visit(self, code: str, person: Person, at: datetime, asked: Workplace | None) -> None:
        desk = self.house.people["zhoumin" if code == "store" else "luqian"]
        arrival = Arrival(
            name=person.name, honorific=person.honorific, number=person.number,
            invited_by=asked.user if asked and not asked.outside else None, asked_for=asked.user if asked else None,
            first_time="again" if Visit.objects.filter(customer=known(person)).exists() else "first",
        )  # fmt: skip
        visit = check_in(here=desk, site=self.house.sites[code], arrival=arrival, at=at)
        left = at + timedelta(minutes=self.random.randrange(25, 140))
        if left < self.now - timedelta(hours=2):
            self._see_off(desk, visit, left)

    def _see_off(self, desk: Workplace, visit: Visit, left: datetime) -> None:
        leave(here=desk, visit=visit, gift=self.random.choice(("", "", "保温杯", "雨伞")), at=left)

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

    def rule(self, code: str, person: Person, at: datetime, kind: str, reason: str) -> None:
        """The manager rules as the engine proposes, or otherwise where it proposes nothing."""
        case = Collision.objects.unruled().filter(customer=known(person)).first()
        if case is None:
            return
        here = self._ruler(code, case)
        proposal = propose(case, at)
        decision = cases.Decision(kind=kind, reason=reason, evidence_due=at + timedelta(days=7))
        if kind == Ruling.Kind.AGREED and proposal.status != "decided":
            decision = self._fifty_fifty(case, reason)
        cases.decide_case(
            here=here,
            case=case,
            seen_version=case.version,
            seen_proposal=proposal.fingerprint,
            decision=decision,
            at=at,
        )

    def _fifty_fifty(self, case: Collision, reason: str) -> cases.Decision:
        users = [claim.user for claim in case.claims.order_by("letter")[:2]]
        shares: list[tuple[User | None, int]] = [(user, 5_000) for user in users]
        return cases.Decision(
            kind=Ruling.Kind.OTHERWISE, reason=reason, owner_kind=Ruling.Owner.PERSON, owner=users[0], shares=shares
        )

    def _ruler(self, code: str, case: Collision) -> Workplace:
        manager = self.house.people["hejing" if code == "store" else "zhengtao"]
        recused = case.with_general_manager or cases.recused(manager, case)
        return self.house.there("chenguang", case.project) if recused else manager


def known(person: Person) -> Customer | None:
    """The customer, if the number has been entered by now."""
    phone = Phone.objects.whole(f"+86{person.number}").select_related("customer").first()
    return phone.customer if phone else None


def owner_of(person: Person) -> User | None:
    """Who follows them now."""
    held = Ownership.objects.open().filter(customer=known(person)).select_related("user").first()
    return held.user if held else None


Story = Callable[[Quarter, Person, datetime], None]


def _two_reports(code: str, first: str, second: str, end: str) -> Story:
    """Two people report the same customer, who then comes asking for the second; the case ends as told."""

    def tell(q: Quarter, person: Person, start: datetime) -> None:
        a, b = q.house.people[first], q.house.people[second]
        q.add(start, lambda at: q.register(a, person, at))
        q.add(start + timedelta(hours=5), lambda at: q.contact(a, person, at))
        q.add(start + timedelta(days=1), lambda at: q.register(b, person, at))
        q.add(start + timedelta(days=2), lambda at: q.visit(code, person, at, b))
        _ending(q, code, person, start + timedelta(days=3), end, closer=a)

    return tell


def _ending(q: Quarter, code: str, person: Person, when: datetime, end: str, closer: Workplace) -> None:
    reasons = {
        "agreed": "先报备在先，记录清楚。",
        "evidence": "请双方补充第一次联系客户的时间。",
        "escalate": "双方各执一词，请总经理定。",
    }
    kind = {
        "agreed": Ruling.Kind.AGREED,
        "evidence": cases.EVIDENCE,
        "escalate": cases.ESCALATE,
        "signed": Ruling.Kind.AGREED,
    }
    if end in kind:
        q.add(when, lambda at: q.rule(code, person, at, kind[end], reasons.get(end, "先报备在先，记录清楚。")))
    if end == "signed":
        q.add(when + timedelta(days=1), lambda at: q.sign(code, person, at, 128_000_00, 6_000_01, closer))
    if end == "held":
        q.add(when, lambda at: q.sign(code, person, at, 96_000_00, 4_800_00, closer))


CONTESTED_STORE: list[Story] = [
    _two_reports("store", "liqiang", "tangyu", "signed"),
    _two_reports("store", "wangfang", "dengwei", "agreed"),
    _two_reports("store", "zhaolei", "songjia", "evidence"),
    _two_reports("store", "tangyu", "wangfang", "escalate"),
    _two_reports("store", "sunli", "chenhao", "held"),
    _two_reports("store", "dengwei", "liqiang", "open"),
    _two_reports("store", "songjia", "zhaolei", "open"),
]
CONTESTED_ESTATE: list[Story] = [
    _two_reports("estate", "gaoxiang", "fanglei", "agreed"),
    _two_reports("estate", "xuping", "malan", "open"),
    _two_reports("estate", "duyun", "jinbo", "evidence"),
    _two_reports("estate", "hanmei", "caojun", "escalate"),
    _two_reports("estate", "fanglei", "gaoxiang", "held"),
]


def tell(house: House, now: datetime) -> Iterator[tuple[int, int]]:
    """Let the quarter happen; yields how many of how many events are done."""
    events = Quarter(house, now).plan()
    for done, event in enumerate(events, start=1):
        event.do(event.at)
        yield done, len(events)
