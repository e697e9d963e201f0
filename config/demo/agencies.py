"""Collisions between the two agencies of the estate, under their contract with the house (D07): slips, call lists, talks.

Days count back from today. Each agency reports the customer, brings them once, and the second one closes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from arbitration import services as cases
from arbitration.models import Collision, Ruling
from arbitration.services import CallList
from config.demo.cast import STAFF, House
from config.demo.customers import Person
from leads.models import Customer, Phone
from leads.services import LeadInput, enter_work_phone, register_lead, sign_deal
from people.models import Organisation
from people.roles import Role
from people.workplace import Workplace
from visits.services import Arrival, check_in, leave

OFFICES = {"安居房产": "0551-65550001", "恒信地产": "0551-65550002"}


def mobile(username: str) -> str:
    """The number that an agent works with."""
    return f"1380551{[row[0] for row in STAFF].index(username):04d}"


def enter_numbers(house: House, at: datetime) -> None:
    """Agents enter their mobiles, the counterpart the offices, before anything happens."""
    for username, _name, role, _projects, _where in STAFF:
        if role == Role.AGENT:
            enter_work_phone(here=house.people[username], organisation=None, number=mobile(username), at=at)
    for name, number in OFFICES.items():
        office = Organisation.objects.get(name=name)
        enter_work_phone(here=house.people["baihua"], organisation=office, number=number, at=at)


@dataclass(frozen=True)
class Rivalry:
    """`first` reports and brings, `second` does too and closes `signed` days ago.

    `calls`: how many days before the customer's first arrival each of them had called; empty: no list submitted yet.
    """

    first: str
    second: str
    signed: int
    amount_fen: int
    calls: tuple[int, int] | tuple[()] = ()
    talks_failed: bool = False
    ruled: bool = False

    def __call__(self, q: Any, person: Person, start: datetime) -> None:
        """Plan it. `start` is that of the other stories; here everything counts from the signing."""
        a, b, counterpart = (q.house.people[name] for name in (self.first, self.second, "baihua"))
        day = self._days(q)
        q.add(day(-7, 1), lambda at: _report(a, person, "sms", at))
        q.add(day(-6, 2), lambda at: _report(b, person, "email", at))
        q.add(day(-4, 6), lambda at: _brought(q.house, a, person, at))
        q.add(day(-2, 3), lambda at: _brought(q.house, b, person, at))
        q.add(day(-1, 8), lambda at: cases.object_to_deal(here=a, case=_case(person), at=at))
        q.add(day(0, 7), lambda at: self._sign(q.house, b, person, at))
        for i, (here, before) in enumerate(zip((a, b), self.calls, strict=False)):
            call_at = day(-4 - before, 4 + i)
            q.add(day(4 + i, 2), lambda at, here=here, call_at=call_at: _call(here, person, call_at, at))
        if self.talks_failed:
            q.add(day(7, 7), lambda at: _failed(counterpart, person, at))
        if self.ruled:
            reason = "两家都有确认单和通话清单，按合同第八条分。"
            q.add(day(self.signed - 3, 2), lambda at: q.rule("estate", person, at, Ruling.Kind.AGREED, reason))

    def _days(self, q: Any) -> Callable[[int, int], datetime]:
        """A working hour so many days after the signing, in the house's time: 1 is nine in the morning."""
        return lambda days, hour: q.day(self.signed - days, 8 + hour, 12)

    def _sign(self, house: House, closer: Workplace, person: Person, at: datetime) -> None:
        sign_deal(
            here=house.people["zhengtao"], customer=_customer(person), closer=closer.user, amount_fen=self.amount_fen,
            commission_fen=self.amount_fen * 2 // 100, designer=None, term_months=None, at=at,
        )  # fmt: skip


def _customer(person: Person) -> Customer:
    return Phone.objects.whole(f"+86{person.number}").select_related("customer").get().customer  # type: ignore[no-any-return]


def _case(person: Person) -> Collision:
    return Collision.objects.unruled().get(customer=_customer(person))  # type: ignore[no-any-return]


def _report(here: Workplace, person: Person, channel: str, at: datetime) -> None:
    company = here.organisation.name
    text = f"{company}，{person.name[:1]}{person.honorific}，{person.number}"
    lead = LeadInput(person.number, person.name, person.honorific, company, text, channel, Customer.Source.AGENCY)
    register_lead(here=here, lead=lead, at=at)


def _brought(house: House, agent: Workplace, person: Person, at: datetime) -> None:
    arrival = Arrival(
        name=person.name, honorific=person.honorific, number=person.number, brought_by=agent.user,
        hand_to=house.people["xuping"].user,
    )  # fmt: skip
    desk = house.people["luqian"]
    visit = check_in(here=desk, site=house.sites["estate"], arrival=arrival, at=at)
    leave(here=desk, visit=visit, gift=None, at=at + timedelta(minutes=70))


def _call(here: Workplace, person: Person, call_at: datetime, at: datetime) -> None:
    own = mobile(here.user.username)
    call = CallList("china_mobile", True, call_at, own, person.number, outgoing=True)
    cases.submit_call_list(here=here, case=_case(person), call=call, at=at)


def _failed(here: Workplace, person: Person, at: datetime) -> None:
    cases.record_negotiation(here=here, case=_case(person), sides=[], shares=None, confirmed=[], at=at)


RIPE = Rivalry("gaoxiang", "fanglei", 40, 1_286_000_00, calls=(1, 2), talks_failed=True)
ON_HOLD = Rivalry("duyun", "jinbo", 10, 1_452_000_00, calls=(2, 1))
OUTSIDE_THE_THREE_DAYS = Rivalry("malan", "caojun", 38, 978_000_00, calls=(4, 3), talks_failed=True)
RULED = Rivalry("fanglei", "gaoxiang", 45, 1_118_000_00, calls=(3, 1), talks_failed=True, ruled=True)
