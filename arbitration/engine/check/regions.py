"""Checks that find regions: rules that contradict each other, whose order decides, and situations that no rule covers."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from arbitration.engine.check.boxes import Box, Where, first, meet, within
from arbitration.engine.check.grounds import Ground, known
from arbitration.engine.check.problems import Accepted, Problem
from arbitration.engine.check.wording import consequence, region
from arbitration.engine.pack import Rule

GAPS = 12  # regions that are told of one stage; more nobody reads


def conflict(ground: Ground, accepted: Accepted) -> Iterator[Problem]:
    """Pairs of rules of a `unique` stage that stand side by side with different consequences, with a region where they do."""
    for a, b in _pairs(ground, "unique"):
        both = ground.overlap(a, b)
        if both is None or a.id in b.beats or b.id in a.beats:
            continue
        beaten = ground.boxes([*ground.before(a), *ground.before(b)])
        tell = lambda where, a=a, b=b: _conflict(ground, a, b, where)  # noqa: E731
        yield from _regions(ground, both, beaten, accepted, tell, 1)


def order(ground: Ground) -> Iterator[Problem]:
    """Pairs of rules of a `first` stage whose order decides: the one is the first that applies, and the other applies too."""
    for a, b in _pairs(ground, "first"):
        both = ground.overlap(a, b)
        part = None if both is None else first(_grown(ground, both, ground.boxes(ground.before(a))))
        if part is not None:
            where = ground.space.where(part)
            zh = f"{a.id} 排在 {b.id} 之前，次序有影响，例如：{region(where, 'zh')}。"
            en = f"{a.id} goes before {b.id}, and the order decides where, for instance, {region(where, 'en')}."
            yield Problem("order", "info", (a.id, b.id), where, zh, en, ground.stage.id)


def gap(ground: Ground, accepted: Accepted) -> Iterator[Problem]:
    """Regions of a `unique` stage in which no rule applies, nor a row for otherwise that names its conditions."""
    if ground.stage.hit != "unique":
        return
    named = known(box for row, box in zip(ground.stage.otherwise, ground.others, strict=True) if row.when)
    covers = [*ground.ruled, *named]
    yield from _regions(ground, {}, covers, accepted, lambda where: _gap(ground, where), GAPS + 1)


def _pairs(ground: Ground, hit: str) -> Iterator[tuple[Rule, Rule]]:
    """The pairs of rules with different consequences, if it is such a stage."""
    pairs = combinations(ground.stage.rules if ground.stage.hit == hit else (), 2)
    return ((a, b) for a, b in pairs if a.then != b.then)


def _regions(
    ground: Ground, box: Box, covers: Sequence[Box], accepted: Accepted, tell: Callable[[Where], Problem], most: int
) -> Iterator[Problem]:
    """A problem for each region of a box that nothing covers: first those that the pack accepts, then what these leave."""
    covers = list(covers)
    for row in accepted.concerning(tell({})):
        inside = meet(box, row.box or {})
        if inside is not None and not ground.covered(inside, covers):
            yield accepted.by(row, tell(ground.space.where(row.box or {})))
            covers.append(row.box or {})
    for i, part in enumerate(_grown(ground, box, covers)):
        if i == most:
            return
        yield _more(tell({}), GAPS) if i == GAPS else tell(ground.space.where(part))


def _grown(ground: Ground, box: Box, covers: Sequence[Box]) -> Iterator[Box]:
    """Large regions that together are what nothing covers of a box. They may spread to what cannot be: that reads better."""
    found: list[Box] = []
    while (part := first(ground.free(box, [*covers, *found]))) is not None:
        fits = lambda larger: within(larger, box) and ground.all_free(larger, covers)  # noqa: E731
        found.append(ground.space.enlarged(part, fits))
        yield found[-1]


def _conflict(ground: Ground, a: Rule, b: Rule, where: Where) -> Problem:
    params = ground.pack.values
    in_zh, in_en = (
        [f"{rule.id}（{consequence(rule.then, params, 'zh')}）" for rule in (a, b)],
        [f"{rule.id} ({consequence(rule.then, params, 'en')})" for rule in (a, b)],
    )
    zh = f"{' 与 '.join(in_zh)}相冲突：{region(where, 'zh')}。请让其中一条成为另一条的例外。"
    en = f"{' and '.join(in_en)} conflict where {region(where, 'en')}. Make one of them an exception to the other."
    return Problem("conflict", "error", (a.id, b.id), where, zh, en, ground.stage.id)


def _gap(ground: Ground, where: Where) -> Problem:
    last = next((row for row in ground.stage.otherwise if not row.when), None)
    params = ground.pack.values
    zh = consequence(last.then, params, "zh") if last else "这一阶段不作决定"
    en = consequence(last.then, params, "en") if last else "this stage decides nothing"
    told = f"没有条款：{region(where, 'zh')}。这时{zh}。", f"no rule where {region(where, 'en')}. Then: {en}."
    if ground.stage.otherwise and last is None:  # its author meant the last row to take what is left
        zh, en = (
            "最后一行「其余情形」带了条件：去掉条件，或再加一行。",
            "The last row for otherwise has a condition: drop it, or add a row.",
        )
        told = f"{told[0]}{zh}", f"{told[1]} {en}"
        return Problem(
            "gap", "error", (f"{ground.stage.id}.otherwise[{len(ground.others) - 1}]",), where, *told, ground.stage.id
        )
    return Problem("gap", "warning", (), where, *told, ground.stage.id)


def _more(like: Problem, most: int) -> Problem:
    zh, en = (
        f"没有条款的情形还有；只列出 {most} 处。",
        f"there are further situations without a rule; {most} are listed.",
    )
    return Problem(like.check, like.severity, like.rules, {}, zh, en, like.stage)
