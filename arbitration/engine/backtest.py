"""What another policy would have said of cases that were ruled on: facts as they were stored, rules as they are proposed.

Only rules run again, which is why a hundred thousand cases take seconds. Where a parameter that the facts themselves read has
changed, the facts of each case must be found anew (`rederived`), and that takes the time of a ruling each.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from arbitration.engine.case import Case
from arbitration.engine.decide import params_of
from arbitration.engine.facts.matter import Matter
from arbitration.engine.loading import canonical
from arbitration.engine.pack import Pack
from arbitration.engine.stages import stages_of
from arbitration.engine.table import Values

Verdict = tuple[str, ...]
EXAMPLES = 20  # cases named for each kind of flip


def facts_of(case: Case, pack: Pack) -> Values:
    """The facts that decide a case under a policy."""
    return known(Matter(case, params_of(case, pack)), pack)


def known(matter: Matter, pack: Pack) -> Values:
    """The facts of a matter that decide it under a policy."""
    return {name: matter.fact(name).value for name in sorted(stages_of(pack, matter.params).asked)}


def stored(values: Values) -> str:
    """Facts as they are kept beside a ruling."""
    return canonical(dict(values)).decode()


@dataclass
class Report:
    """How many cases came to what before and would come to what now, with some of those that differ."""

    cases: int = 0
    moves: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    examples: dict[tuple[Verdict, Verdict], list[str]] = field(default_factory=dict)

    @property
    def flipped(self) -> int:
        """Cases that would come to something else."""
        return sum(n for (old, new), n in self.moves.items() if old != new)

    def add(self, no: str, old: Verdict, new: Verdict) -> None:
        """Count one case."""
        self.cases += 1
        self.moves[old, new] += 1
        if old != new:
            named = self.examples.setdefault((old, new), [])
            if len(named) < EXAMPLES:
                named.append(no)


def compare(before: Pack, after: Pack, rows: Iterable[tuple[str, str]]) -> Report:
    """Both policies over stored facts: (number of the case, facts as stored). A fact that was not stored counts as unknown."""
    old, new, report = stages_of(before, before.values), stages_of(after, after.values), Report()
    for no, text in rows:
        values = json.loads(text)
        report.add(no, old.verdict(values), new.verdict(values))
    return report


def rederived(before: Pack, after: Pack, rows: Iterable[tuple[str, Case]]) -> Report:
    """Both policies over the cases themselves, each with its own facts."""
    report = Report()
    for no, case in rows:
        old, new = (stages_of(pack, pack.values).verdict(facts_of(case, pack)) for pack in (before, after))
        report.add(no, old, new)
    return report


def facts_changed(before: Pack, after: Pack) -> list[str]:
    """Parameters that differ and are not only compared with, divided by or counted to by the rules: the facts may read them."""
    differ = {n for n in before.values.keys() | after.values.keys() if before.values.get(n) != after.values.get(n)}
    return sorted(differ - (set(_in_rules(before)) & set(_in_rules(after))))


def _in_rules(pack: Pack) -> Iterator[str]:
    """Parameters that rules name themselves, in a condition or a consequence."""
    for rule in pack.rules:
        yield from (leaf.param for leaf in rule.when if leaf.param)
        yield from _named(rule.then)


def _named(then: Mapping[str, Any]) -> Iterator[str]:
    for key, value in then.items():
        if isinstance(value, Mapping):
            yield from [value["param"]] if set(value) == {"param"} else _named(value)
        elif key in ("minutes", "hours", "days", "working_days"):
            yield value
