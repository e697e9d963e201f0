"""What becomes different from one version of a pack to the next: the situations whose outcome changes.

Both versions are laid over one space, cut at the conditions of both; a fact that only one of them asks for is free for the
other. A part of the space is left alone as soon as the same rows are left in both. What one version calls impossible is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from arbitration.engine.check.boxes import Box, NotProven, Space, first, settled
from arbitration.engine.check.grounds import known, whens
from arbitration.engine.check.problems import Problem
from arbitration.engine.check.versions import CONFLICT, Then, Version, resolved, version
from arbitration.engine.check.wording import consequence, region
from arbitration.engine.loading import TERMS
from arbitration.engine.pack import Pack
from arbitration.engine.stages import ends

REGIONS = 40  # told of one comparison
COVERED, SAME = "covered", "same"
Verdict = tuple[Then, Then] | str


def difference(old: Pack, new: Pack) -> tuple[Problem, ...]:
    """What changes: parameters that facts are measured by, outcomes with their regions, and what is collected."""
    space = Space([*whens(old), *whens(new)])
    return (*_parameters(old, new), *_outcomes(old, new, space), *_collected(old, new, space))


def _parameters(old: Pack, new: Pack) -> Iterator[Problem]:
    for name in dict.fromkeys((*old.values, *new.values)):
        was, now = (pack.values.get(name) for pack in (old, new))
        if was != now:
            zh = f"参数 {name}：{_value(was, '无')} → {_value(now, '无')}；用它计算的事实也会随之改变。"
            en = (
                f"parameter {name}: {_value(was, 'none')} → {_value(now, 'none')}; facts measured by it change with it."
            )
            yield Problem("parameter", "info", (), {}, zh, en)


def _value(value: Any, none: str) -> str:
    return none if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# ── outcomes ──


def _outcomes(old: Pack, new: Pack, space: Space) -> Iterator[Problem]:
    was = version(old, space, 0)
    now = version(new, space, len(was.boxes))
    axioms = known(space.box(settled(when, pack.values)) for pack in (old, new) for when in pack.impossible)
    try:
        for i, (box, verdict) in enumerate(_changes(space, was, now, axioms)):
            if i == REGIONS:
                yield _told("还有别的变化没有列出。", "there are further changes, not listed.")
                return
            where = space.where(box)
            zh, en = ([_outcome(then, lang) for then in verdict] for lang in ("zh", "en"))
            yield Problem(
                "difference", "info", (), where, f"{region(where, 'zh')}：{zh[0]} → {zh[1]}。",
                f"where {region(where, 'en')}: {en[0]} → {en[1]}.",
            )  # fmt: skip
    except NotProven:
        yield _told("比较没有做完：组合太多。", "the comparison is not complete: there are too many combinations.")


def _told(zh: str, en: str) -> Problem:
    return Problem("not_proven", "warning", (), {}, zh, en)


def _changes(
    space: Space, was: Version, now: Version, axioms: Sequence[Box]
) -> Iterator[tuple[Box, tuple[Then, Then]]]:
    """Large regions, each with one old and one new outcome, that together are all that changes."""
    found: list[Box] = []
    weights = _weights(was, now)

    def parts(box: Box, covers: Sequence[Box]) -> Iterator[tuple[Box, Verdict]]:
        rows = (*was.boxes, *now.boxes, *covers)
        return space.parts(box, rows, _judge(was, now), [*weights, *(1 for _ in covers)])

    def changing() -> Iterator[tuple[Box, tuple[Then, Then]]]:
        return ((box, told) for box, told in parts({}, [*axioms, *found]) if not isinstance(told, str))

    while (change := first(changing())) is not None:
        box, verdict = change
        fits = lambda larger, it=verdict: all(told in (COVERED, it) for _, told in parts(larger, axioms))  # noqa: E731
        found.append(space.enlarged(box, fits))
        yield found[-1], verdict


def _judge(was: Version, now: Version) -> Callable[[int, int], Verdict | None]:
    """What a part is: covered, the same in both, or its two outcomes; None as long as that is not plain."""
    end = len(was.boxes) + len(now.boxes)

    def judge(applying: int, open_: int) -> Verdict | None:
        if applying >> end:
            return COVERED
        if was.alive(applying | open_) == now.alive(applying | open_):
            return SAME
        old, new = was.outcome(applying, open_), now.outcome(applying, open_)
        if old is None or new is None:
            return None
        return SAME if old == new else None if open_ >> end else (old, new)

    return judge


def _weights(was: Version, now: Version) -> list[int]:
    """Rows that only one version has are settled first: where they do not apply, nothing changes."""
    both = {line.says for line in was.lines} & {line.says for line in now.lines}
    return [1 if line.says in both else 64 for v in (was, now) for line in v.lines]


def _outcome(then: Then, lang: str) -> str:
    """An outcome in words; beside what ends the deciding, who owned so far."""
    zh = lang == "zh"
    if then is CONFLICT:
        return "条款冲突，交负责人裁定" if zh else "clauses conflict, left to the person in charge"
    if "sole" in then:
        sole = {"owner": then["sole"]} if then["sole"] else {}
        return ("无人争议" if zh else "nobody contests it") + _further(sole, lang)
    if ends(then):
        return consequence(then, {}, lang) + _further(
            {key: then[key] for key in ("owner", "split") if key in then}, lang
        )
    return consequence(then, {}, lang) if then else "不作决定" if zh else "nothing is decided"


def _further(answer: Then, lang: str) -> str:
    return ("；" if lang == "zh" else "; ") + consequence(answer, {}, lang) if answer else ""


# ── what is collected ──


def _collected(old: Pack, new: Pack, space: Space) -> Iterator[Problem]:
    """Rules whose duties, findings, sanctions and turns are new, gone, or otherwise than before."""
    was, now = (_effects(pack, space) for pack in (old, new))
    for name in dict.fromkeys((*was, *now)):
        before, after = (tuple(e for e in effects.get(name, ()) if e[0] is not None) for effects in (was, now))
        if before != after:
            zh, en = ([_all(effects, space, lang) for effects in (before, after)] for lang in ("zh", "en"))
            told = f"{name}：{zh[0]} → {zh[1]}。", f"{name}: {en[0]} → {en[1]}."
            yield Problem("difference", "info", (name,), {}, *told)


Effect = tuple[Box | None, Then, frozenset[str]]  # where, what, and after which rules


def _effects(pack: Pack, space: Space) -> dict[str, list[Effect]]:
    """What each rule collects: as a rule that only collects, and beside its consequence."""
    found: dict[str, list[Effect]] = {}
    for stage in pack.stages:
        for rule in stage.rules:
            found[rule.id] = [({}, _termed(then, pack), frozenset()) for then in rule.also]
            if stage.hit == "collect":
                found[rule.id].insert(
                    0, (space.box(settled(rule.when, pack.values)), _termed(rule.then, pack), rule.after)
                )
    return found


def _termed(then: Then, pack: Pack) -> Then:
    return {**resolved(then, pack), **{unit: pack.values[then[unit]] for unit in TERMS if unit in then}}


def _all(effects: tuple[Effect, ...], space: Space, lang: str) -> str:
    join, none = (" + ", "无") if lang == "zh" else (" + ", "none")
    return join.join(_effect(effect, space, lang) for effect in effects) or none


def _effect(effect: Effect, space: Space, lang: str) -> str:
    """What a rule does, and where."""
    box, then, after = effect
    said = [consequence(then, {}, lang)]
    if box:
        said.append(region(space.where(box), lang))
    if after:
        said.append(f"在 {'、'.join(sorted(after))} 之后" if lang == "zh" else f"after {', '.join(sorted(after))}")
    return ("；" if lang == "zh" else "; ").join(said)
