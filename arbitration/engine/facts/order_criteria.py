"""D19: what production orders are ranked by. A rank is a whole number, the lower goes first; None where it is not on record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.engine.case import LOCAL, Event, Record, moment
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Note

Rank = int | None
Ranks = Callable[[Matter, Sequence[Event]], list[Rank]]


@dataclass(frozen=True)
class Criterion:
    """What orders are ranked by, and how an order's standing is told."""

    name: str
    ranks: Ranks
    told: Callable[[Matter, Event], Note]


def _customer(m: Matter, order: Event) -> Record:
    return m.case.customers[order["customer"]]


def _impact(value: Any) -> Rank:
    """An impact as the format has it: high or low; numbers are taken as they are."""
    if isinstance(value, str):
        return {"high": 1, "low": 0}.get(value)
    return None if value is None else int(value)


def _impacts(order: Event) -> list[int]:
    weights = (_impact(order.get(key)) for key in ("cost_impact", "quality_impact"))
    return [weight for weight in weights if weight is not None]


def _importance(m: Matter, group: Sequence[Event]) -> list[Rank]:
    """D19-1.1: rising cost and endangered quality weigh alike, both more than one; one that is not on record adds nothing."""
    return [-sum(found) if (found := _impacts(order)) else None for order in group]


def _importance_told(m: Matter, order: Event) -> Note:
    n = sum(_impacts(order))
    return f"成本、质量两项中影响大的 {n} 项", f"{n} high impacts out of cost and quality"


TIERS = {("high", "high"): 1, ("high", "low"): 2, ("low", "high"): 3, ("low", "low"): 4}  # profit, loyalty (D19-2.1)


def _tier(m: Matter, order: Event) -> Rank:
    tier = _customer(m, order).get("tier") or {}
    return TIERS.get((tier.get("profit", ""), tier.get("loyalty", "")))


def _tiers(m: Matter, group: Sequence[Event]) -> list[Rank]:
    return [_tier(m, order) for order in group]


def _tier_told(m: Matter, order: Event) -> Note:
    return f"客户第 {_tier(m, order)} 级", f"customer of tier {_tier(m, order)}"


def _is_new(m: Matter, order: Event) -> bool | None:
    """Whoever has not bought before is new, a potential customer too."""
    known = _customer(m, order).get("lifecycle")
    return None if known is None else known != "old"


def _newness(m: Matter, group: Sequence[Event]) -> list[Rank]:
    """D19-2.2: where a new customer is among them, old customers who would not run out of stock wait; else nobody does."""
    some_new = any(_is_new(m, order) for order in group)
    return [_waits(m, order) if some_new else _known_old(m, order) for order in group]


def _known_old(m: Matter, order: Event) -> Rank:
    return None if _is_new(m, order) is None else 0


def _waits(m: Matter, order: Event) -> Rank:
    if _is_new(m, order):
        return 0
    gap = order.get("stock_gap")
    return None if gap is None or _is_new(m, order) is None else int(not gap)


def _newness_told(m: Matter, order: Event) -> Note:
    if _is_new(m, order):
        return "新客户", "a new customer"
    stock = {True: ("会缺货", "who would run out"), False: ("有存货", "with stock"), None: ("", "")}[
        order.get("stock_gap")
    ]
    return f"老客户{stock[0]}", f"an old customer {stock[1]}".rstrip()


def _seconds(at: datetime | None) -> Rank:
    """Resolution one second (G-01)."""
    return int(at.timestamp()) if at else None


def _due(order: Event) -> datetime | None:
    return moment(order["due_at"]) if order.get("due_at") else None


def _dues(m: Matter, group: Sequence[Event]) -> list[Rank]:
    return [_seconds(_due(order)) for order in group]


def _due_told(m: Matter, order: Event) -> Note:
    due = _due(order)
    day = f"{due.astimezone(LOCAL):%Y-%m-%d %H:%M}" if due else ""
    return f"交期 {day}", f"due {day}"


def _entries(m: Matter, group: Sequence[Event]) -> list[Rank]:
    return [_seconds(order.at) for order in group]


def _entry_told(m: Matter, order: Event) -> Note:
    at = f"{order.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    return f"收单 {at}", f"entered {at}"


# ── which of them, in which order ──

IMPORTANCE = Criterion("importance", _importance, _importance_told)
TIER = Criterion("tier", _tiers, _tier_told)
NEWNESS = Criterion("newness", _newness, _newness_told)
URGENCY = Criterion("urgency", _dues, _due_told)
DUE, ENTRY = Criterion("date", _dues, _due_told), Criterion("date", _entries, _entry_told)


def in_force(params: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Importance or urgency first (D19-1); then one of the two schemes for customers (X-34); then what G-60 says."""
    leading = (URGENCY, IMPORTANCE) if str(params["order_priority"]).lower() == "urgency" else (IMPORTANCE,)
    customers = (NEWNESS, TIER) if params["order_scheme"] == 2 else (TIER, NEWNESS)
    rest = (DUE, ENTRY) if params["order_default"] == "due_date" else (ENTRY,)
    return (*leading, *customers, *rest)
