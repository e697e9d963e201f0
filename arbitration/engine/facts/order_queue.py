"""D19: which of several production orders goes first. Criteria are asked one after the other, each only where those before it
left orders alike; so the queue is one order of all, and every place in it has the criterion that gave it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.order_criteria import DUE, IMPORTANCE, NEWNESS, TIER, URGENCY, Criterion, in_force
from arbitration.engine.facts.words import Fact, Finding, Note, fact, finding, role, shares


@dataclass(frozen=True)
class Group:
    """Orders that nothing has told apart so far. `open`: the criterion that could not, as it is on record for some of them only."""

    orders: tuple[Event, ...]
    open: str = ""


@dataclass(frozen=True)
class Queue:
    """Groups of orders, foremost first; the criterion that parts each from the next; which of them helped to find the foremost."""

    groups: tuple[Group, ...]
    borders: tuple[Criterion, ...]
    used: frozenset[str] = frozenset()

    @property
    def first(self) -> Event | None:
        """The order that goes first, where one alone does."""
        return self.groups[0].orders[0] if self.groups and len(self.groups[0].orders) == 1 else None


def queue(m: Matter) -> Queue:
    """All orders of the case in the order of the criteria in force."""
    orders = tuple(m.case.of("work_order"))
    found = Queue((Group(orders),) if orders else (), ())
    for criterion in in_force(m.params):
        found = _refined(m, found, criterion)
    return found


def _refined(m: Matter, found: Queue, criterion: Criterion) -> Queue:
    """The queue after one more criterion."""
    groups: list[Group] = []
    borders: list[Criterion] = []
    for i, group in enumerate(found.groups):
        parts = _parts(m, group, criterion)
        groups += parts
        borders += [criterion] * (len(parts) - 1) + list(found.borders[i : i + 1])
    helped = bool(groups) and groups[0].orders != found.groups[0].orders
    return Queue(tuple(groups), tuple(borders), found.used | ({criterion.name} if helped else set()))


def _parts(m: Matter, group: Group, criterion: Criterion) -> list[Group]:
    """A group cut by a criterion; whole where no order of it has on record what is asked, open where only some have."""
    ranks = criterion.ranks(m, group.orders)
    if group.open or len(group.orders) == 1 or all(rank is None for rank in ranks):
        return [group]
    if None in ranks:
        return [replace(group, open=criterion.name)]
    rows = sorted(zip(ranks, group.orders, strict=True), key=lambda row: row[0] or 0)
    return [Group(tuple(order for _rank, order in part)) for _rank, part in groupby(rows, key=lambda row: row[0])]


# ── the words ──


@fact("order.several", "几张订单相撞", "several orders clash")
def order_several(m: Matter) -> Fact:
    """Whether there is more than one production order to put in order (D19-2). Silence: no."""
    found = tuple(order.ref for order in m.case.of("work_order"))
    return Fact(len(found) > 1, found, (f"{len(found)} 张订单", f"{len(found)} orders"))


@fact("order.first_found", "能排出最先的一张订单", "one order goes first")
def order_first_found(m: Matter) -> Fact:
    """Whether the criteria leave one order alone in front (D19-1.3, 2.1, 2.2, G-60). Unknown where a criterion is on record for
    some of the foremost orders and missing for others; what no order has on record tells nothing apart."""
    found = queue(m)
    foremost = found.groups[0] if found.groups else Group(())
    refs = tuple(order.ref for order in foremost.orders)
    return Fact(None if foremost.open else len(refs) == 1, refs)


def _used(m: Matter, criterion: Criterion) -> Fact:
    """Whether a criterion helped to find the foremost order; None where it is just this that is not on record."""
    found = queue(m)
    foremost = found.groups[0] if found.groups else Group(())
    refs = tuple(order.ref for order in foremost.orders)
    return Fact(None if foremost.open == criterion.name else criterion.name in found.used, refs, _told(m, criterion))


def _told(m: Matter, criterion: Criterion) -> Note:
    """How the orders stand by a criterion in force, each standing once."""
    orders = tuple(m.case.of("work_order")) if criterion in in_force(m.params) else ()
    ranked = (order for order, rank in zip(orders, criterion.ranks(m, orders), strict=True) if rank is not None)
    notes = dict.fromkeys(criterion.told(m, order) for order in ranked)
    return "；".join(zh for zh, _en in notes), "; ".join(en for _zh, en in notes)


@fact("order.by_importance", "重要性有高低", "the orders differ in importance")
def by_importance(m: Matter) -> Fact:
    """D19-1.3: importance helped to tell which order goes first."""
    return _used(m, IMPORTANCE)


@fact("order.by_urgency", "先按紧急程度分出先后", "the orders differ in urgency, which goes first here")
def by_urgency(m: Matter) -> Fact:
    """D19-1: where the company puts urgency before importance, the due date helped to tell which order goes first."""
    return _used(m, URGENCY)


@fact("order.by_tier", "客户等级有高低", "the customers differ in tier")
def by_tier(m: Matter) -> Fact:
    """D19-2.1: among orders alike so far the tier of the customers helped."""
    return _used(m, TIER)


@fact("order.by_newness", "有新客户，老客户不缺货", "a new customer beside an old one with stock")
def by_newness(m: Matter) -> Fact:
    """D19-2.2: among orders alike so far that of a new customer goes before those of old ones who would not run out."""
    return _used(m, NEWNESS)


@fact("order.by_date", "交期或收单有先后", "the orders differ in due date or entry")
def by_date(m: Matter) -> Fact:
    """G-60: among orders alike so far the earlier due date helped, then the earlier entry."""
    return _used(m, DUE)


@role("first_in_queue", "最先的订单的客户", "the customer of the first order")
def first_in_queue(m: Matter) -> tuple[str, ...]:
    """Whose order is produced first; of an only order its customer."""
    first = queue(m).first
    return (first["customer"],) if first else ()


@shares("no_commission", "没有佣金可分", "no commission to share")
def no_commission(m: Matter) -> dict[str, Fraction]:
    """The order of production divides no money."""
    return {}


def _placed(m: Matter, name: str) -> Iterator[Finding]:
    """The places that a criterion gave: the first order by what parts it from the next, every other by what parts it from the one
    before. Orders that nothing tells apart have no place of their own."""
    found = queue(m)
    for i, border in enumerate(found.borders):
        if border.name == name:
            if i == 0 and found.first:
                yield Finding(found.first.ref, "first", (found.first.ref,), border.told(m, found.first))
            for order in found.groups[i + 1].orders:
                yield Finding(order.ref, "not_first", (order.ref,), border.told(m, order))


@finding("placed_by_importance", "按重要性排定的位置", "places given by importance")
def placed_by_importance(m: Matter) -> Iterator[Finding]:
    """D19-1.3, about each order that importance put in its place."""
    return _placed(m, "importance")


@finding("placed_by_urgency", "按紧急性排定的位置", "places given by urgency")
def placed_by_urgency(m: Matter) -> Iterator[Finding]:
    """D19-1, about each order that urgency put in its place."""
    return _placed(m, "urgency")


@finding("placed_by_tier", "按客户等级排定的位置", "places given by tier")
def placed_by_tier(m: Matter) -> Iterator[Finding]:
    """D19-2.1, about each order that the tier of its customer put in its place."""
    return _placed(m, "tier")


@finding("placed_by_newness", "按新老客户排定的位置", "places given by new or old")
def placed_by_newness(m: Matter) -> Iterator[Finding]:
    """D19-2.2, about each order that goes before or after for a new customer's sake."""
    return _placed(m, "newness")


@finding("placed_by_date", "按交期、收单排定的位置", "places given by date")
def placed_by_date(m: Matter) -> Iterator[Finding]:
    """G-60, about each order that its dates put in its place."""
    return _placed(m, "date")
