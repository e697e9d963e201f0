"""Checks of whole rows: those that can never apply, that never have a say, that are there twice."""

from collections.abc import Iterator
from itertools import combinations

from arbitration.engine.check.grounds import Ground
from arbitration.engine.check.problems import Problem
from arbitration.engine.pack import Rule


def never(ground: Ground) -> Iterator[Problem]:
    """Rows whose conditions exclude each other, or describe only what cannot be."""
    for name, box in ground.named():
        if not ground.possible(box):
            zh = f"{name} 永远不会适用：它的条件互相排斥，或者只描述不可能的情形。"
            en = f"{name} can never apply: its conditions exclude each other, or describe only what is impossible."
            yield Problem("never", "error", (name,), {}, zh, en, ground.stage.id)


def shadowed(ground: Ground) -> Iterator[Problem]:
    """Rows that can apply, yet never have a say: what goes before them always applies as well, or has ended the deciding."""
    if ground.stage.hit == "collect":
        return
    for rule in ground.stage.rules:
        box = ground.rules[rule.id]
        if box is not None and ground.possible(box) and ground.covered(box, ground.boxes(ground.before(rule))):
            yield _late(ground, rule) if ground.covered(box) else _beaten(ground, rule)
    for i, row in enumerate(ground.stage.otherwise):
        box, name = ground.others[i], f"{ground.stage.id}.otherwise[{i}]"
        if (
            row.when
            and ground.possible(box)
            and not any(True for _ in ground.free(box, [*ground.ruled, *ground.others[:i]]))
        ):
            zh = f"{name} 永远轮不到：它描述的情形都已有条款或前面的行。"
            en = f"{name} is never asked: rules, or rows before it, cover all that it describes."
            yield Problem("shadowed", "warning", (name,), {}, zh, en, ground.stage.id)


def _late(ground: Ground, rule: Rule) -> Problem:
    zh = f"{rule.id} 永远轮不到：凡是它适用的情形，之前的阶段都已有结论。"
    en = f"{rule.id} never has a say: wherever it applies, an earlier stage has ended the deciding."
    return Problem("shadowed", "error", (rule.id,), {}, zh, en, ground.stage.id)


def _beaten(ground: Ground, rule: Rule) -> Problem:
    over = [other.id for other in ground.before(rule) if ground.overlap(rule, other) is not None]
    zh = f"{rule.id} 永远不起作用：凡是它适用的情形，{'、'.join(over)} 也适用并优先。"
    en = f"{rule.id} never has a say: wherever it applies, {' or '.join(over)} applies as well and goes before it."
    return Problem("shadowed", "error", (rule.id, *over), {}, zh, en, ground.stage.id)


def duplicate(ground: Ground) -> Iterator[Problem]:
    """Pairs of rules with the same conditions and the same consequence."""
    for a, b in combinations(ground.stage.rules, 2):
        if (ground.rules[a.id], a.then, a.after, a.also) == (ground.rules[b.id], b.then, b.after, b.also):
            zh = f"{a.id} 与 {b.id} 条件相同、结果相同。"
            en = f"{a.id} and {b.id} have the same conditions and the same consequence."
            yield Problem("duplicate", "warning", (a.id, b.id), {}, zh, en, ground.stage.id)
