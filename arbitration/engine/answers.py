"""Who owns and who shares by a consequence of a rule, as people and exact fractions."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from arbitration.engine.facts.matter import FUND, Matter
from arbitration.engine.loading import NOBODYS, WHOLE
from arbitration.engine.money import equal
from arbitration.engine.ruling import Answer


def answer_of(then: Mapping[str, Any], matter: Matter) -> Answer:
    """`owner` names one; without a `split` all is theirs, if they can be paid. Shares are in the order of valid claims."""
    owner = _owner(then["owner"], matter) if "owner" in then else None
    alone = {owner: Fraction(1)} if owner and owner not in NOBODYS else {}
    shares = _shares(then["split"], matter) if "split" in then else alone
    return Answer(owner, {who: shares[who] for who in sorted(shares, key=matter.rank) if shares[who]})


def _owner(name: str, matter: Matter) -> str | None:
    return name if name in NOBODYS else next(iter(matter.role(name)), None)


def _shares(split: Any, matter: Matter) -> dict[str, Fraction]:
    if isinstance(split, str):
        return equal(matter.role(split))
    if "shares" in split:
        return dict(matter.shares(split["shares"]))
    if "fund" in split:
        return equal(tuple(f"{FUND}{team}" for team in matter.teams(split["fund"])))
    parts = {role: _part(value, matter.params) for role, value in split.items() if value != "remainder"}
    rest = {role: 1 - sum(parts.values(), Fraction(0)) for role, value in split.items() if value == "remainder"}
    shares: dict[str, Fraction] = {}
    for role, part in {**parts, **rest}.items():
        people = matter.role(role)
        for who in people:
            shares[who] = shares.get(who, Fraction(0)) + part / len(people)
    return shares


def _part(value: Any, params: Mapping[str, Any]) -> Fraction:
    return Fraction(params[value["param"]] if isinstance(value, Mapping) else value, WHOLE)
