"""Checks of what a pack says of itself: parameters at their bounds, whole splits, clauses covered, rules tested."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, product
from typing import Any

from arbitration.engine.check.boxes import Space, settled
from arbitration.engine.check.problems import Problem
from arbitration.engine.loading import WHOLE
from arbitration.engine.pack import Leaf, Pack

CORNERS = 64  # combinations of bounds that are tried of one rule
Values = Mapping[str, Any]


def bounds(pack: Pack) -> Iterator[Problem]:
    """Rules that a parameter at one of its bounds turns into one that never applies."""
    for rule in pack.rules:
        names = list(dict.fromkeys(leaf.param for leaf in rule.when if leaf.param))
        empty = next((corner for corner in _corners(names, pack) if _empty(rule.when, corner)), None)
        if empty is not None and not _empty(rule.when, pack.values):
            at = ", ".join(f"{name} = {empty[name]}" for name in names)
            zh, en = f"{rule.id} 在 {at} 时永远不会适用。", f"{rule.id} can never apply with {at}."
            yield Problem("bounds", "warning", (rule.id,), {}, zh, en, rule.stage)


def _empty(when: tuple[Leaf, ...], values: Values) -> bool:
    whole = settled(when, values)
    return Space([whole]).box(whole) is None


def _corners(names: list[str], pack: Pack) -> Iterator[Values]:
    """The parameters at each combination of their bounds, within reason; those without bounds keep their value."""
    ends = [
        (param["min"], param["max"]) if "min" in (param := pack.params[name]) else (param["value"],) for name in names
    ]
    for _, corner in zip(range(CORNERS), product(*ends), strict=False):
        yield {**pack.values, **dict(zip(names, corner, strict=True))}


def split(pack: Pack) -> Iterator[Problem]:
    """Splits that are not the whole at the pack's values, or at a combination of bounds."""
    for stage, name, then in _consequences(pack):
        parts = _percentages(then)
        names = [part["param"] for part in parts if isinstance(part, Mapping)]
        wrong = next((v for v in chain([pack.values], _corners(names, pack)) if not _whole(parts, v)), None)
        if wrong is not None:
            at = ", ".join(f"{param} = {wrong[param]}" for param in names)
            zh, en = f"{name} 的分成在 {at} 时不是 100%。", f"the split of {name} is not 100 % with {at}."
            yield Problem("split", "error", (name,), {}, zh, en, stage)


def _consequences(pack: Pack) -> Iterator[tuple[str, str, Values]]:
    for stage in pack.stages:
        yield from ((stage.id, rule.id, rule.then) for rule in stage.rules)
        yield from ((stage.id, f"{stage.id}.otherwise[{i}]", row.then) for i, row in enumerate(stage.otherwise))


def _percentages(then: Values) -> list[Any]:
    """The parts of a split that names them."""
    named = then.get("split", then.get("propose", {}).get("split"))
    return list(named.values()) if isinstance(named, Mapping) and not named.keys() & {"shares", "fund"} else []


def _whole(parts: list[Any], values: Values) -> bool:
    total = sum(values[part["param"]] if isinstance(part, Mapping) else part for part in parts if part != "remainder")
    return not parts or (total <= WHOLE if "remainder" in parts else total == WHOLE)


def clauses(pack: Pack, deciding: Collection[str]) -> Iterator[Problem]:
    """Clauses that decide, of the pack's document, that are neither a rule nor explained; rules that are explained away as well."""
    known = {rule.id for rule in pack.rules} | set(pack.not_rules) | set(pack.off)
    for clause in sorted(deciding):
        if clause.startswith(f"{pack.document}-") and clause not in known:
            zh = f"条款 {clause} 既不是规则，也没有在 not_rules 里说明。"
            en = f"clause {clause} is neither a rule nor explained under not_rules."
            yield Problem("clause", "error", (clause,), {}, zh, en)
    for rule in pack.rules:
        if rule.id in pack.not_rules:
            zh, en = f"{rule.id} 是规则，却又写在 not_rules 里。", f"{rule.id} is a rule, and yet under not_rules."
            yield Problem("clause", "error", (rule.id,), {}, zh, en, rule.stage)


def untested(pack: Pack, fired: Collection[str]) -> Iterator[Problem]:
    """Rules that take effect in none of the cases."""
    for rule in pack.rules:
        if rule.id not in fired:
            zh, en = f"{rule.id} 在所有测试案例里都没有起过作用。", f"{rule.id} takes effect in none of the test cases."
            yield Problem("untested", "warning", (rule.id,), {}, zh, en, rule.stage)
