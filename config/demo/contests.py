"""Collisions of the store and the estate, one of each shape that D09 knows best, in every state; and a report that stands.

In the store most are between two people of one team, so that their manager may rule on them; one is between the teams.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from arbitration import services as cases
from arbitration.models import Ruling
from arbitration.sanctions import SanctionKind
from arbitration.services import Sanction
from config.demo import agencies
from config.demo.customers import Person
from leads.models import Contact, Customer, Phone, Relation
from leads.services import relate

Story = Callable[[Any, Person, datetime], None]


def came_again(q: Any, person: Person, start: datetime) -> None:
    """D09-1a: 李强 received the customer, 王芳 called them afterwards, and they come again asking for her. Open."""
    li, wang = q.house.people["liqiang"], q.house.people["wangfang"]
    q.add(q.day(30, 10, 20), lambda at: q.register(li, person, at))
    q.add(q.day(28, 14, 5), lambda at: q.visit("store", person, at, li))
    q.add(q.day(9, 16, 30), lambda at: q.contact(wang, person, at, Contact.Mode.CALL))
    q.add(q.day(4, 10, 40), lambda at: q.visit("store", person, at, wang))
    q.add(q.day(3, 9, 30), lambda at: q.state("wangfang", person, at, "我上周打电话约的，客户这次是来找我的。"))
    q.add(q.day(2, 9, 50), lambda at: q.state("liqiang", person, at, "客户二十八天前上过门，是我接待的，一直在跟。"))


def at_once(q: Any, person: Person, start: datetime) -> None:
    """D09-5b: both report within the minute, and the customer asks for the second. A contract waits for the ruling. Open."""
    zhao, sun = q.house.people["zhaolei"], q.house.people["sunli"]
    q.add(q.day(16, 11, 2, 10), lambda at: q.register(zhao, person, at))
    q.add(q.day(16, 11, 2, 41), lambda at: q.register(sun, person, at))
    q.add(q.day(12, 15, 20), lambda at: q.visit("store", person, at, sun))
    q.add(q.day(6, 16, 10), lambda at: q.sign("store", person, at, 96_000_00, 4_800_00, sun))
    q.add(q.day(5, 9, 15), lambda at: q.state("zhaolei", person, at, "我先报的，早了三十秒。"))


def came_in_turns(q: Any, person: Person, start: datetime) -> None:
    """D09-8a: husband and wife, reported and received by two people. Ruled as proposed, signed afterwards."""
    wang, zhao, other = q.house.people["wangfang"], q.house.people["zhaolei"], next(q.people)
    q.add(q.day(40, 10), lambda at: q.register(wang, person, at))
    q.add(q.day(38, 10, 30), lambda at: q.visit("store", person, at, wang))
    q.add(q.day(36, 9, 40), lambda at: q.register(zhao, other, at))
    q.add(q.day(34, 15), lambda at: q.visit("store", other, at, zhao))
    q.add(q.day(33, 11), lambda at: _spouses(wang, person, other, at))
    careless = Sanction(to=zhao.user, kind=SanctionKind.CRITICISM, reason="登记时没有问家里谁来过")
    reason = "一家人分两次来，王芳接待在先，两人都报备过。"
    q.add(q.day(31, 10), lambda at: q.rule("store", person, at, Ruling.Kind.AGREED, reason, sanctions=[careless]))
    q.add(q.day(27, 16), lambda at: q.sign("store", person, at, 128_000_00, 6_000_01, wang))


def _spouses(here: Any, one: Person, other: Person, at: datetime) -> None:
    relate(here=here, customer=_customer(one), other=_customer(other), staff=None, kind=Relation.Kind.SPOUSE, at=at)


def _customer(person: Person) -> Customer:
    return Phone.objects.whole(f"+86{person.number}").select_related("customer").get().customer  # type: ignore[no-any-return]


def invited_after_refund(q: Any, person: Person, start: datetime) -> None:
    """D09-7b: the deposit paid with 李强 was given back in full; 孙丽 invited the customer again. Open."""
    li, sun = q.house.people["liqiang"], q.house.people["sunli"]
    q.add(q.day(45, 11), lambda at: q.register(li, person, at))
    q.add(q.day(43, 14), lambda at: q.visit("store", person, at, li))
    q.add(q.day(41, 16), lambda at: q.deposit("store", person, at, 5_000_00))
    q.add(q.day(32, 10, 30), lambda at: q.refund(person, at))
    q.add(q.day(10, 9, 20), lambda at: q.contact(sun, person, at, Contact.Mode.CALL))
    q.add(q.day(7, 15, 40), lambda at: q.visit("store", person, at, sun))
    q.add(q.day(6, 9, 10), lambda at: q.state("sunli", person, at, "客户退了定金以后，是我重新约来的。"))


def _two_reports(q: Any, person: Person, code: str, first: str, second: str, ago: int) -> None:
    """D09-5a: both report, days apart, and the customer comes asking for the second."""
    a, b = q.house.people[first], q.house.people[second]
    q.add(q.day(ago, 10, 12), lambda at: q.register(a, person, at))
    q.add(q.day(ago, 15, 25), lambda at: q.contact(a, person, at))
    q.add(q.day(ago - 1, 11, 7), lambda at: q.register(b, person, at))
    q.add(q.day(ago - 2, 14, 5), lambda at: q.visit(code, person, at, b))


def between_teams(q: Any, person: Person, start: datetime) -> None:
    """唐宇 and 王芳 are of two teams, so neither manager may rule: passed up to the general manager."""
    _two_reports(q, person, "store", "tangyu", "wangfang", 15)
    q.add(q.day(12, 9, 30), lambda at: q.state("tangyu", person, at, "我报备在先，一直有联系。"))
    q.add(q.day(12, 10, 45), lambda at: q.state("wangfang", person, at, "客户是我老客户介绍来的，直接找我。"))
    reason = "双方不在一个部，我是其中一方的领导，请总经理定。"
    q.add(q.day(11, 9, 20), lambda at: q.rule("store", person, at, cases.ESCALATE, reason))


def ruled_otherwise(q: Any, person: Person, start: datetime) -> None:
    """Ruled otherwise than proposed, halves, with sanctions proposed; nothing of them is deducted."""
    deng, song = q.house.people["dengwei"], q.house.people["songjia"]
    _two_reports(q, person, "store", "dengwei", "songjia", 26)
    q.add(q.day(23, 9, 40), lambda at: q.state("dengwei", person, at, "我先报的，宋佳查过归属，知道是我的客户。"))
    q.add(q.day(23, 11, 20), lambda at: q.state("songjia", person, at, "邓伟报备以后没有约客户上门，客户是来找我的。"))
    sanctions = [
        Sanction(to=song.user, kind=SanctionKind.WARNING, reason="查到归属仍然报备，没有当面说明"),
        Sanction(to=song.user, kind=SanctionKind.FINE, reason="同上；只作记录", amount_fen=500_00),
        Sanction(to=deng.user, kind=SanctionKind.CRITICISM, reason="报备以后跟进不紧"),
    ]
    reason = "邓伟报备在先但跟得松，宋佳知情仍接触；客户由邓伟跟，业绩各半。"
    q.add(q.day(21, 10), lambda at: q.rule("store", person, at, Ruling.Kind.OTHERWISE, reason, sanctions=sanctions))


def waits_for_evidence(q: Any, person: Person, start: datetime) -> None:
    """The parties have some days left to show when they first were in touch."""
    _two_reports(q, person, "store", "zhaolei", "liqiang", 13)
    due, reason = q.day(-4, 18), "请双方补充第一次联系客户的时间。"
    q.add(q.day(8, 10, 20), lambda at: q.rule("store", person, at, cases.EVIDENCE, reason, due=due))


def evidence_is_over(q: Any, person: Person, start: datetime) -> None:
    """Nobody showed anything in time: the case is due for ruling again."""
    _two_reports(q, person, "estate", "xuping", "malan", 19)
    due, reason = q.day(2, 18), "请双方补充邀约记录。"
    q.add(q.day(14, 10, 40), lambda at: q.rule("estate", person, at, cases.EVIDENCE, reason, due=due))


def stands(q: Any, person: Person, start: datetime) -> None:
    """高翔 reported a customer the day before yesterday, who is his for some days."""
    gao = q.house.people["gaoxiang"]
    q.add(q.day(2, 10, 5), lambda at: q.register(gao, person, at))
    q.add(q.day(2, 10, 5) + timedelta(hours=6), lambda at: q.contact(gao, person, at, Contact.Mode.CALL))


STORE: list[Story] = [
    came_again, at_once, came_in_turns, invited_after_refund, between_teams, ruled_otherwise, waits_for_evidence,
]  # fmt: skip
ESTATE: list[Story] = [
    agencies.RIPE, evidence_is_over, agencies.ON_HOLD, agencies.OUTSIDE_THE_THREE_DAYS, agencies.RULED,
]  # fmt: skip
QUIET: list[Story] = [stands]
