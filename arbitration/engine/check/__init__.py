"""Static checks of a pack, exact and without a solver: what may go wrong in any case, told before there is one.

`check(pack)` tells, in this order:
- `invalid` (error): a mistake of the loader, where the pack is given as text; then nothing else is told;
- `never` (error): a row that can never apply; `shadowed`: one that can, but never has a say (of a rule an error, of a row for
  otherwise a warning); `duplicate` (warning): two rules that say the same;
- `conflict` (error): two rules of a `unique` stage that stand side by side, neither an exception to the other nor both beaten,
  with different consequences; `order` (info): two of a `first` stage whose order decides;
- `gap` (warning): situations that a `unique` stage has no rule for, nor a conditional row for otherwise; an error where it has rows
  for otherwise and even the last one names conditions: then nothing is decided there;
- `bounds` (warning), `split` (error): what becomes of a rule where its parameters are at their bounds;
- `clause` (error): a deciding clause of the document that is neither a rule nor explained;
- `untested` (warning): a rule that takes effect in none of the cases;
- `not_proven` (warning): a check that took too long and was left off;
- `accepted` (error), `stale` (warning): rows of `accepted` that are misspelt, or excuse nothing (`problems.py`).

`difference(old, new)` tells the situations in which two versions come to different results.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from arbitration.engine.case import CaseError
from arbitration.engine.check import claims, regions, rows
from arbitration.engine.check.boxes import NotProven, Space
from arbitration.engine.check.compare import difference
from arbitration.engine.check.grounds import grounds, whens
from arbitration.engine.check.problems import Accepted, Problem, conditions, misspelt
from arbitration.engine.loading import PackError
from arbitration.engine.pack import Pack, parse_pack
from arbitration.engine.reading import read_yaml
from arbitration.engine.shape import crooked

__all__ = ["Problem", "check", "difference", "draft"]

Found = Iterable[Problem]


def check(
    pack: Pack | str, *, fired: Collection[str] | None = None, clauses: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """What is wrong with a pack, or worth knowing.

    `fired`: the rules that took effect in the test cases; `clauses`: the ids of the clauses that decide. Without them nothing is
    said about tests, or about clauses.
    """
    if isinstance(pack, str):
        try:
            pack = draft(pack)
        except (PackError, CaseError) as trouble:
            return tuple(Problem("invalid", "error", (), {}, told, told) for told in trouble.mistakes)
    return tuple(_check(pack, fired, clauses))


def draft(text: str) -> Pack:
    """A pack out of YAML that somebody may have written anyhow. Raises PackError, CaseError."""
    found = list(crooked(read_yaml(text)))
    if found:
        raise PackError(found)
    return parse_pack(text)


def _check(pack: Pack, fired: Collection[str] | None, clauses: Collection[str] | None) -> Iterator[Problem]:
    space = Space([*whens(pack), *conditions(pack)])
    accepted = Accepted.of(pack, space)
    yield from _stages(pack, space, accepted)
    yield from map(accepted.judged, claims.bounds(pack))
    yield from claims.split(pack)
    yield from claims.clauses(pack, clauses or ())
    if fired is None:
        accepted.unasked.add("untested")
    else:
        yield from map(accepted.judged, claims.untested(pack, fired))
    yield from misspelt(pack)
    yield from accepted.stale()


def _stages(pack: Pack, space: Space, accepted: Accepted) -> Iterator[Problem]:
    whole: tuple[tuple[str, Callable[[Any], Found]], ...] = (
        ("never", rows.never), ("shadowed", rows.shadowed), ("duplicate", rows.duplicate), ("order", regions.order),
    )  # fmt: skip
    parted: tuple[tuple[str, Callable[[Any, Accepted], Found]], ...] = (
        ("conflict", regions.conflict), ("gap", regions.gap),
    )  # fmt: skip
    try:
        for ground in grounds(pack, space):
            for name, one in whole:
                yield from _proven(space, accepted, name, ground.stage.id, map(accepted.judged, one(ground)))
            for name, other in parted:
                yield from _proven(space, accepted, name, ground.stage.id, other(ground, accepted))
    except NotProven:
        yield _left_off("", "", accepted)


def _proven(space: Space, accepted: Accepted, check: str, stage: str, found: Found) -> Iterator[Problem]:
    """What a check finds before it takes too long."""
    space.looked_at = 0
    try:
        yield from found
    except NotProven:
        yield _left_off(check, stage, accepted)


def _left_off(check: str, stage: str, accepted: Accepted) -> Problem:
    accepted.unasked.add(check)
    zh = f"{check or '其余检查'} 没有查完：组合太多。"
    en = f"{check or 'the rest'} is not proven: there are too many combinations."
    return Problem("not_proven", "warning", (), {}, zh, en, stage)
