"""What each policy calls a collision: who did what about one customer, at once or ever, for one product, in one department.

Every definition is a fact, and a finding about the case.
"""

from collections.abc import Iterator
from dataclasses import replace

from arbitration.engine.facts.dealings import TALKS, Dealing, Test, at_once, dealings, gap, met
from arbitration.engine.facts.keeping import given_up
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Fact, Finding, fact, finding, once

SELLING = TALKS | {"sample"}  # everything by which somebody sells, that is, not after-sales service
ACTIVE = ("contact", "reception", "invitation", "offer", "contract")


@once
def activities(m: Matter) -> list[Dealing]:
    """What those who sell did about the customer, without those who have given it up since. What somebody does in another's
    place, as a stand-in or by inviting for them, is the other's."""
    found = (replace(d, who=_in_place_of(d)) for d in dealings(m, ACTIVE, SELLING))
    return [d for d in found if m.sells(d.who) and not given_up(m, d.who, d.at, m.case.ask)]


def _in_place_of(dealing: Dealing) -> str:
    return str(dealing.event.get("for") or dealing.who) if dealing.event.type != "contact" else dealing.who


def same_product(_m: Matter, earlier: Dealing, later: Dealing) -> bool:
    """Both sell the same; one that names no product is about any."""
    return not earlier.subject or not later.subject or earlier.subject == later.subject


def same_department(m: Matter, earlier: Dealing, later: Dealing) -> bool:
    """Both work in one department; of whom none is known, in the same."""
    teams = [m.case.people[d.who].get("team") for d in (earlier, later)]
    return not all(teams) or teams[0] == teams[1]


def _fact(m: Matter, *tests: Test) -> Fact:
    found = activities(m)
    pair = met(m, found, *tests)
    people = len({d.who for d in found})
    several = (f"{people} 人有销售活动", f"{people} people sell")
    return Fact(pair is not None, tuple(d.ref for d in pair or found), gap(m, found) if at_once in tests else several)


def as_finding(found: Fact) -> Iterator[Finding]:
    """A definition of a collision as a finding about the case."""
    yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


@fact("collision.one_product", "同时推销同一产品", "they sell the same product at the same time")
def collision_one_product(m: Matter) -> Fact:
    """D02-1: two people pitch the same product to one customer within the follow-up of the earlier. That the customer is
    confused or annoyed is the usual effect, not a condition."""
    return _fact(m, at_once, same_product)


@finding("collision_one_product", "是否撞单", "whether it is a collision")
def collision_one_product_found(m: Matter) -> Iterator[Finding]:
    """D02-1: the definition, as a finding about the case."""
    yield from as_finding(m.fact("collision.one_product"))


@fact("collision.followed_at_once", "两人以上同时洽谈或跟进", "two or more negotiate or follow up at the same time")
def collision_followed_at_once(m: Matter) -> Fact:
    """D04-1: two people negotiate with or follow up one customer within the follow-up of the earlier, whatever the product."""
    return _fact(m, at_once)


@finding("collision_followed_at_once", "是否撞单", "whether it is a collision")
def collision_followed_at_once_found(m: Matter) -> Iterator[Finding]:
    """D04-1: the definition, as a finding about the case."""
    yield from as_finding(m.fact("collision.followed_at_once"))


@fact("collision.ever", "不同的人向同一客户销售", "different people sell to one customer")
def collision_ever(m: Matter) -> Fact:
    """D05-3.1: sales activities of two people with one customer, however far apart and whatever the product."""
    return _fact(m)


@finding("collision_ever", "是否撞单", "whether it is a collision")
def collision_ever_found(m: Matter) -> Iterator[Finding]:
    """D05-3.1: the definition, as a finding about the case."""
    yield from as_finding(m.fact("collision.ever"))


@fact("collision.in_department", "销售部门内多人销售同一产品", "several of the sales department sell the same product")
def collision_in_department(m: Matter) -> Fact:
    """D12-2: two people of the sales department sell the same product to one customer, at whatever time."""
    return _fact(m, same_product, same_department)


@finding("collision_in_department", "是否撞单", "whether it is a collision")
def collision_in_department_found(m: Matter) -> Iterator[Finding]:
    """D12-2: the definition, as a finding about the case."""
    yield from as_finding(m.fact("collision.in_department"))
