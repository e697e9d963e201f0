"""What the clauses provide for an act: penalties/schedule.yaml, read (G-17, G-18, G-31). Pure.

Amounts in fen. A row fits an act of its kinds, of a severity, that was stopped or not, that lost a customer or not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from arbitration.sanctions import SanctionKind

FILE = Path(__file__).with_name("schedule.yaml")
YEAR = 12  # months within which a further act is a repeat (G-17)
SUSPENSION_DAYS = 3  # at least, and where nothing else is said (D17-1.h3)
# From light to heavy, as the engine has it (G-31). What is owed for a loss is no punishment.
WEIGHT = ("criticism", "rectify", "warning", "written_warning", "fine", "suspension", "dismissal")


@dataclass(frozen=True, slots=True)
class Act:
    """What was found: its kind, how serious, whether it was stopped, whether a customer was lost, the proven loss in fen."""

    kind: str
    severity: str = "normal"
    stopped: bool | None = None
    customer_lost: bool = False
    loss_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What an act brings: kind, amount in fen, days."""

    kind: str
    amount: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A clause of a schedule. `steps`: for the first act, a repeat, and every further one."""

    clause: str
    steps: tuple[Step, ...]
    low: int | None = None
    high: int | None = None
    kinds: frozenset[str] = frozenset()
    when: Mapping[str, Any] = field(default_factory=dict)
    additional: bool = False
    own_fault: bool = False
    by_ruling: bool = False

    def fits(self, act: Act) -> bool:
        """Whether it provides for this act. Nobody said whether it was stopped: it was not."""
        facts = {
            "severity": act.severity, "stopped": bool(act.stopped), "customer_lost": act.customer_lost,
            "loss": bool(act.loss_fen),
        }  # fmt: skip
        return (not self.kinds or act.kind in self.kinds) and all(
            facts[key] == value for key, value in self.when.items()
        )

    def step(self, times_before: int) -> Step:
        """What it brings whoever was sanctioned so often within the twelve months before."""
        return self.steps[min(times_before, len(self.steps) - 1)]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a schedule proposes: money in fen, from–to where the clause has a range."""

    clause: str
    kind: str
    amount: int | None = None
    low: int | None = None
    high: int | None = None
    days: int | None = None
    additional: bool = False


def proposed(rows: Iterable[Row], act: Act, times_before: int) -> list[Proposed]:
    """The heaviest that fits, and what stands beside it (G-31, D13-6.2)."""
    fitting = [_proposed(row, act, times_before) for row in rows if not row.by_ruling and row.fits(act)]
    beside = [one for one in fitting if one.additional]
    main = [one for one in fitting if not one.additional]
    return [*heaviest(main), *beside]


def heaviest(found: list[Proposed]) -> list[Proposed]:
    """The heaviest, of equals the larger amount, then the earlier (G-31)."""
    return sorted(found, key=lambda one: weight(one.kind, one.amount), reverse=True)[:1]


def weight(kind: str, amount: int | None) -> tuple[int, int]:
    """How heavy a sanction is."""
    return (WEIGHT.index(kind) if kind in WEIGHT else -1, amount or 0)


def _proposed(row: Row, act: Act, times_before: int) -> Proposed:
    step = row.step(times_before)
    if step.kind == SanctionKind.COMPENSATION:
        return Proposed(row.clause, step.kind, act.loss_fen, None, act.loss_fen, None, row.additional)
    low, high = (row.low, row.high) if step.kind == SanctionKind.FINE else (None, None)
    return Proposed(row.clause, step.kind, step.amount, low, high, step.days, row.additional)


@cache
def schedules() -> dict[str, tuple[Row, ...]]:
    """All of them, by pack, or by pack and version where they differ."""
    given = yaml.safe_load(FILE.read_text())
    return {pack: tuple(_row(row) for row in rows) for pack, rows in given.items()}


def schedule(policy: str) -> tuple[Row, ...]:
    """That of a version of a pack (`walk-in-store@1`); the default where the pack says nothing of sanctions."""
    known = schedules()
    return known.get(policy) or known.get(policy.partition("@")[0]) or known["default"]


def row_of(clause: str, kind: str) -> Row | None:
    """The row that a clause has for a kind of sanction; None for what the one who rules proposed himself."""
    rows = (row for rows in schedules().values() for row in rows if clause and row.clause == clause)
    return next((row for row in rows if any(step.kind == kind for step in row.steps)), None)


def _row(given: dict[str, Any]) -> Row:
    first = {"kind": given["kind"], "amount": given.get("amount"), "days": given.get("days")}
    later = [first | given[name] for name in ("repeat", "again") if name in given]
    return Row(
        given["clause"], tuple(_step(step) for step in (first, *later)), _fen(given.get("min")), _fen(given.get("max")),
        frozenset(given.get("kinds", ())), given.get("when", {}), given.get("additional", False),
        given.get("own_fault", False), given.get("by_ruling", False),
    )  # fmt: skip


def _step(given: dict[str, Any]) -> Step:
    return Step(SanctionKind(given["kind"]).value, _fen(given.get("amount")), given.get("days"))


def _fen(yuan: float | None) -> int | None:
    return None if yuan is None else round(yuan * 100)
