"""Which events of a case file a policy reads: found in the code of its words, so that no list has to be kept beside them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from arbitration.engine.decode import event_types
from arbitration.engine.facts import (
    ACTS,
    FACTS,
    FINDINGS,
    MOMENTS,
    ROLES,
    SANCTIONS,
    SHARES,
    TURNS,
)
from arbitration.engine.facts.matter import Matter
from arbitration.engine.pack import Pack

REGISTERS: tuple[Mapping[str, Any], ...] = (ACTS, FACTS, FINDINGS, MOMENTS, ROLES, SANCTIONS, SHARES, TURNS)
# Who claims at all is asked by every policy; that somebody may claim by a call makes no policy one about calls.
GENERAL = frozenset({"claimants", "rank", "sells", "unit", "customer", "events", "kept", "params"})


@lru_cache(maxsize=64)
def types_read(pack: Pack) -> frozenset[str]:
    """The types of events that the facts, roles, duties … of this policy look at."""
    known, found, seen = event_types(), set[str](), set[int]()
    todo: list[Any] = [register[word].ask for register in REGISTERS for word in _words(pack) & register.keys()]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str):
            found |= {one} & known
        else:
            todo += _parts(one)
    return frozenset(found)


def _words(pack: Pack) -> set[str]:
    """Every text of the pack's rules that may be a word of the vocabulary."""
    texts: set[str] = {name for stage in pack.stages for name in (stage.contested, stage.sole)}
    for stage in pack.stages:
        texts |= {leaf.fact for when in stage.whens for leaf in when}
        for rule in stage.rules:
            texts |= set(_texts([rule.then, *rule.also]))
        texts |= set(_texts([other.then for other in stage.otherwise]))
    return texts


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (str(key), *_texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _parts(one: Any) -> Iterator[Any]:
    """What a function, a piece of code or a collection of constants is made of."""
    if isinstance(one, FunctionType):
        kept = getattr(one, "__wrapped__", one)
        yield from _code(kept.__code__, kept.__globals__)
    elif isinstance(one, property | _Cached):
        yield from _parts(getattr(one, "fget", None) or getattr(one, "func", None))
    elif isinstance(one, tuple | frozenset | set | list):
        yield from one
    elif isinstance(one, Mapping):
        yield from (*one, *one.values())


_Cached: type = type(Matter.__dict__["visits"])


def _code(code: CodeType, names: Mapping[str, Any]) -> Iterator[Any]:
    """Constants, and what the names in it stand for: functions and constants of its module, properties of the matter."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code(constant, names)
        elif isinstance(constant, str | tuple | frozenset):
            yield constant
    for name in code.co_names:
        if name in names:
            yield names[name]
        elif name in Matter.__dict__ and name not in GENERAL:
            yield Matter.__dict__[name]
