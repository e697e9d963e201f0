"""Words that only these tests know, and packs in few lines made of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from arbitration.engine.facts import FACTS, MOMENTS, ROLES, Fact
from arbitration.engine.facts.words import fact, moment, role
from arbitration.engine.loading import canonical
from arbitration.engine.pack import Pack

TRUTH = ("t.a", "t.b", "t.c")
COLOURS = ("red", "green", "blue")
DAYS = range(0, 400)
point: dict[str, Any] = {}  # the situation that the words below tell of


@contextmanager
def words() -> Iterator[None]:
    """Facts `t.a`–`t.c` (yes or no), `t.colour`, `t.days`; roles `r.one`–`r.three`, each one person; the moment `t.then`."""
    before = [dict(register) for register in (FACTS, ROLES, MOMENTS)]
    for name in (*TRUTH, "t.colour", "t.days"):
        kinds: dict[str, Any] = {"t.colour": {c: (f"{c}色", c) for c in COLOURS}, "t.days": DAYS}
        units = {"t.days": ("天", "days")}
        ask = lambda matter, name=name: Fact(point[name])  # noqa: E731
        fact(name, f"事实{name[2:]}", f"fact {name[2:]}", values=kinds.get(name), unit=units.get(name, ("", "")))(ask)
    for i, name in enumerate(("one", "two", "three")):
        role(f"r.{name}", f"角色{i + 1}", f"role {name}")(lambda matter, who=f"p{i}": (who,))
    moment("t.then", "那时", "then")(lambda matter: None)
    try:
        yield
    finally:
        for register, known in zip((FACTS, ROLES, MOMENTS), before, strict=True):
            register.clear()  # type: ignore[attr-defined]
            register.update(known)  # type: ignore[attr-defined]


def leaf(said: str) -> dict[str, Any]:
    """`a`, `not a`, `days < 7`, `colour in red,blue`: a condition."""
    parts = said.split()
    if len(parts) < 3:
        return {"fact": f"t.{parts[-1]}", "is": len(parts) == 1}
    name, op, value = parts
    ops = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "is", "!=": "not", "in": "in"}
    read = lambda one: int(one) if one.isdigit() else {"param": one} if one.startswith("p_") else one  # noqa: E731
    return {"fact": f"t.{name}", ops[op]: [read(v) for v in value.split(",")] if op == "in" else read(value)}


def leaves(said: str) -> list[dict[str, Any]]:
    """Several conditions, with `and` between them."""
    return [leaf(one) for one in said.split(" and ")] if said else []


def rule(id_: str, when: str, then: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One rule."""
    told = {"zh": id_, "en": id_}
    return {"id": id_, "title": told, "says": told, "when": leaves(when), "then": then, **more}


def data(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pack as YAML has it."""
    named = [{"id": f"s{i}", **stage} for i, stage in enumerate(stages)]
    head = {
        "schema": "guishu-pack/1",
        "id": "test",
        "version": "1",
        "document": "D99",
        "title": {"zh": "试", "en": "test"},
    }
    return {**head, "decides": "customer", "parties": ["staff"], "params": {}, "stages": named, **more}


def pack(*stages: dict[str, Any], **more: Any) -> Pack:
    """A pack, ready to decide."""
    return Pack.from_bytes(canonical(data(*stages, **more)))


def unique(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A stage whose rules must agree."""
    return {"hit": "unique", "rules": list(rules), **more}


def first(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A stage of gates."""
    return {"hit": "first", "rules": list(rules), **more}


ONE, TWO = {"owner": "r.one"}, {"owner": "r.two"}
