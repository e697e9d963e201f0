"""The story of D07 in the estate: two agencies report one customer, each brings them once, one of them closes.

高翔 of 安居公司 reports on 6 March 2025 and brings on the 10th; 马兰 of 恒信公司 reports on the 7th, brings on the 12th and signs on
the 15th; 安居 objected the day before. Commission ¥50,000.00 and one fen, so that splitting shows.
"""

from datetime import datetime
from typing import Any

from arbitration import services as arbitration
from arbitration.models import Collision
from arbitration.services import CallList
from leads.models import Deal
from leads.services import enter_work_phone, sign_deal
from people.terms import Terms
from people.workplace import Workplace
from tests import make

PACK = "channel-contract"
ANJU, HENGXIN, ANJU_OFFICE = "13805510001", "13805520002", "0551-65550001"
AMOUNT, COMMISSION = 1_280_000_00, 50_000_01
RIPE = "2025-04-20 10:00"


def in_force(estate: make.Estate) -> None:
    """The contract with the agencies governs the estate, since long ago."""
    policy = arbitration.publish(PACK, at=make.LONG_AGO)
    terms = Terms(protection_days=7)
    arbitration.put_in_force(
        project=estate.project, policy=policy, terms=terms, by="tests", at=make.LONG_AGO,
        params={"channels": ["email", "sms", "web"]},
    )  # fmt: skip


def numbers(estate: make.Estate, when: datetime = make.LONG_AGO) -> None:
    """Both agents' own mobiles and one office telephone, entered long ago."""
    for here, number in ((estate.anju, ANJU), (estate.hengxin, HENGXIN)):
        enter_work_phone(here=here, organisation=None, number=number, at=when)
    office = estate.anju.organisation
    enter_work_phone(here=estate.counterpart, organisation=office, number=ANJU_OFFICE, at=when)


def reported(estate: make.Estate) -> Collision:
    """Both have reported: a case."""
    make.registered(estate.anju, make.at("2025-03-06 09:12"), channel="sms")
    make.registered(estate.hengxin, make.at("2025-03-07 10:05"), channel="email")
    return Collision.objects.get()


def closed(estate: make.Estate, closer: Workplace | None = None) -> Deal:
    """Each has brought the customer, 安居 has objected, and 恒信 has closed."""
    case = reported(estate)
    make.arrived(estate, make.at("2025-03-10 15:00"), brought_by=estate.anju.user)
    make.arrived(estate, make.at("2025-03-12 10:30"), brought_by=estate.hengxin.user)
    arbitration.object_to_deal(here=estate.anju, case=case, at=make.at("2025-03-14 16:00"))
    return sign_deal(
        here=estate.manager, customer=make.customer(), closer=(closer or estate.hengxin).user, amount_fen=AMOUNT,
        commission_fen=COMMISSION, designer=None, term_months=None, at=make.at("2025-03-15 15:00"),
    )  # fmt: skip


def call(here: Workplace, case: Collision, own: str, when: str, at: str = "2025-04-08 09:30", **more: Any) -> Any:
    """`here` submits a call with the customer."""
    given = CallList("china_mobile", True, make.at(when), own, make.PHONE, outgoing=True)
    given = CallList(**{**{f: getattr(given, f) for f in given.__slots__}, **more})
    return arbitration.submit_call_list(here=here, case=case, call=given, at=make.at(at))


def ripe(estate: make.Estate) -> Collision:
    """Everything is there: slips, call lists of both within the three days, and talks that failed."""
    numbers(estate)
    closed(estate)
    case = Collision.objects.get()
    call(estate.anju, case, ANJU, "2025-03-09 10:20")
    call(estate.hengxin, case, HENGXIN, "2025-03-09 18:40", at="2025-04-08 15:00", outgoing=False)
    talked(estate, case)
    return Collision.objects.get()


def talked(estate: make.Estate, case: Collision, **given: Any) -> Any:
    """The talks failed, or came to shares."""
    shown = {"sides": [], "shares": None, "confirmed": [], **given}
    return arbitration.record_negotiation(here=estate.counterpart, case=case, at=make.at("2025-04-10 15:00"), **shown)
