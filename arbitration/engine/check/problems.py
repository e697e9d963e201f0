"""What a check tells, and what a pack says of it in advance.

A pack may accept a problem: `accepted: [{check, why, stage?, rule? or rules?, where?}]`. A row matches a problem
- of that check (one of `ACCEPTABLE`: the loader's mistakes, splits and missing clauses are never accepted);
- in that stage, where it names one;
- that concerns every rule it names (a rule's id; the i-th `otherwise` row of a stage is called `STAGE.otherwise[i]`);
- and, for a gap or a conflict, inside its `where`: conditions, written as in `when`. The part of the problem that lies there is
  accepted, the rest is still told. Without `where` all of it is. The other checks have no region: a row with one matches none.

What is accepted is told all the same, with its reason, and counts neither as an error nor as a warning. A row that matches nothing
is itself a warning (`stale`), so that reasons do not outlive what they excuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from arbitration.engine.check.boxes import Box, Space, Where, settled
from arbitration.engine.facts import FACTS
from arbitration.engine.pack import Leaf, Pack

REGIONS = {"gap", "conflict"}
ACCEPTABLE = REGIONS | {"never", "shadowed", "duplicate", "bounds", "untested"}
KEYS = {"check", "why", "stage", "rule", "rules", "where"}


@dataclass(frozen=True)
class Problem:
    """One thing to know about a pack: which check found it, how bad it is, which rules it concerns and where it is so."""

    check: str
    severity: str  # error, warning, info
    rules: tuple[str, ...]
    where: Where
    zh: str
    en: str
    stage: str = ""
    accepted: str = ""  # why the pack accepts it

    @property
    def counts(self) -> str:
        """What it counts as."""
        return "accepted" if self.accepted else self.severity


@dataclass(frozen=True, eq=False)
class Row:
    """One row of `accepted`; `box` None: it lies nowhere. Two that say the same are two."""

    check: str
    stage: str
    rules: frozenset[str]
    when: tuple[Leaf, ...]
    box: Box | None
    why: str

    def concerns(self, problem: Problem) -> bool:
        """Whether it speaks of such a problem, somewhere."""
        return problem.check == self.check and self.stage in ("", problem.stage) and self.rules <= set(problem.rules)


@dataclass
class Accepted:
    """The rows of a pack, and which of them were of use."""

    rows: tuple[Row, ...]
    used: set[Row] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)  # checks that were not made to the end

    @classmethod
    def of(cls, pack: Pack, space: Space) -> "Accepted":
        """The rows of a pack that are written as they should be."""
        return cls(tuple(_row(row, pack, space) for row in pack.accepted if not any(_mistakes(row))))

    def concerning(self, problem: Problem) -> list[Row]:
        """The rows that speak of such a problem, somewhere."""
        return [row for row in self.rows if row.concerns(problem) and row.box is not None]

    def by(self, row: Row, problem: Problem) -> Problem:
        """The problem, accepted by a row."""
        self.used.add(row)
        return replace(problem, accepted=row.why)

    def judged(self, problem: Problem) -> Problem:
        """A problem without a region, accepted if a row says so."""
        row = next((row for row in self.concerning(problem) if not row.when), None)
        return self.by(row, problem) if row else problem

    def stale(self) -> Iterator[Problem]:
        """Rows that matched nothing."""
        for row in self.rows:
            if row not in self.used and row.check not in self.unasked:
                zh = f"accepted 中的一条已经没有用处（{row.check}：{row.why}），请删去。"
                en = f"an accepted row matches nothing any more ({row.check}: {row.why}); take it out."
                yield Problem("stale", "warning", tuple(sorted(row.rules)), {}, zh, en, row.stage)


def conditions(pack: Pack) -> Iterator[tuple[Leaf, ...]]:
    """The regions of the accepted rows, for the cells of the space."""
    return (_when(row, pack) for row in pack.accepted if not any(_mistakes(row)))


def misspelt(pack: Pack) -> Iterator[Problem]:
    """Rows of `accepted` that nobody can follow."""
    for i, row in enumerate(pack.accepted):
        for told in _mistakes(row):
            yield Problem("accepted", "error", (), {}, f"accepted[{i}]：{told}", f"accepted[{i}]: {told}")


def _mistakes(row: Any) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield "a row has the keys check and why"
        return
    yield from (f"no such key: {key}" for key in row if key not in KEYS)
    if row.get("check") not in ACCEPTABLE:
        yield f"check: {row.get('check')!r} is none of {', '.join(sorted(ACCEPTABLE))}"
    if not row.get("why"):
        yield "why: say the reason"
    for leaf in row.get("where", ()):
        if not isinstance(leaf, Mapping) or len(leaf) != 2 or leaf.get("fact") not in FACTS:
            yield f"where: {leaf!r} is no condition, as in when"


def _row(row: Mapping[str, Any], pack: Pack, space: Space) -> Row:
    rules = frozenset((*row.get("rules", ()), *((row["rule"],) if "rule" in row else ())))
    when = _when(row, pack)
    return Row(row["check"], row.get("stage", ""), rules, when, space.box(when), row["why"])


def _when(row: Mapping[str, Any], pack: Pack) -> tuple[Leaf, ...]:
    pairs = (
        (leaf["fact"], *next((op, need) for op, need in leaf.items() if op != "fact")) for leaf in row.get("where", ())
    )
    leaves = (
        Leaf(fact, op, None, need["param"]) if isinstance(need, Mapping) else Leaf(fact, op, need)
        for fact, op, need in pairs
    )
    return settled(leaves, pack.values)
