"""What a policy is: parameters, rules in stages, the words of its clauses. Data, not code; loaded strictly, hashed, pinned.

A pack's canonical form (sorted keys, no blanks, no floats) is what is stored and hashed; YAML is only how people write it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from arbitration.engine.facts import ACTS, FACTS, FINDINGS, ROLES
from arbitration.engine.reading import read_yaml

PACKS = Path(__file__).parent.parent / "packs"
HITS = ("unique", "collect")
THEN = {"owner", "split", "agreed", "duty", "finding", "applies"}
RULE_KEYS = {"id", "group", "origin", "title", "says", "quote", "when", "exception_to", "then"}
LIMITS = ("minutes", "hours")
Texts = Mapping[str, str]


class PackError(ValueError):
    """A pack that cannot be used, with every mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Leaf:
    """One condition: a fact is this value."""

    fact: str
    need: bool | str


@dataclass(frozen=True)
class Rule:
    """One row. `id` is its clause, or the default (G-) that it follows, and then `origin` is interpretation."""

    id: str
    stage: str
    when: tuple[Leaf, ...]
    then: Mapping[str, Any]
    title: Texts
    says: Texts
    quote: str
    origin: str
    group: str
    beats: frozenset[str]

    @property
    def clause(self) -> str:
        """The clause that it restates."""
        return self.id


@dataclass(frozen=True)
class Stage:
    """Rules that answer one question. `unique`: those that apply must agree. `collect`: all take effect."""

    id: str
    hit: str
    rules: tuple[Rule, ...]
    otherwise: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Pack:
    """A policy, ready to decide."""

    id: str
    version: str
    title: Texts
    params: Mapping[str, Mapping[str, Any]]
    stages: tuple[Stage, ...]
    not_rules: Mapping[str, str]
    canonical: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """What a ruling pins."""
        return sha256(self.canonical).hexdigest()

    @property
    def rules(self) -> Iterator[Rule]:
        """All rules in the order of the stages."""
        return (rule for stage in self.stages for rule in stage.rules)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The parameters with the pack's own values."""
        return {name: param["value"] for name, param in self.params.items()}

    @classmethod
    def from_bytes(cls, canonical: bytes) -> "Pack":
        """A pack out of its canonical form, as pinned by a ruling."""
        return _build(json.loads(canonical), canonical)


def canonical(data: Any) -> bytes:
    """The one way to write data: sorted keys, no blanks, UTF-8. Floats are refused: they have no one way."""
    _no_floats(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _no_floats(data: Any) -> None:
    if isinstance(data, float):
        raise ValueError(f"a float has no canonical form: {data}")
    for inner in data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ():
        _no_floats(inner)


def pack_ids() -> list[str]:
    """The shipped packs."""
    return sorted(path.stem for path in PACKS.glob("*.yaml"))


@lru_cache
def load_pack(name: str) -> Pack:
    """A shipped pack by `id` or `id@version`. Raises PackError."""
    wanted, _, version = name.partition("@")
    path = next((p for p in (PACKS / f"{name}.yaml", PACKS / f"{wanted}.yaml") if p.is_file()), None)
    if path is None or "/" in name:
        raise PackError([f"no policy pack {name!r}"])
    pack = parse_pack(path.read_text("utf-8"))
    if version and version != pack.version:
        raise PackError([f"no policy pack {name!r}: the shipped version is {pack.version}"])
    return pack


def parse_pack(text: str) -> Pack:
    """A pack out of YAML, checked. Raises PackError with every mistake."""
    data = read_yaml(text)
    mistakes = list(_mistakes(data))
    if mistakes:
        raise PackError(mistakes)
    return _build(data, canonical(data))


def _build(data: Mapping[str, Any], content: bytes) -> Pack:
    groups: dict[str, set[str]] = {}
    for stage in data["stages"]:
        for row in stage["rules"]:
            groups.setdefault(row.get("group", row["id"]), set()).add(row["id"])
            groups.setdefault(row["id"], set()).add(row["id"])
    stages = tuple(
        Stage(
            stage["id"], stage["hit"], tuple(_rule(row, stage["id"], groups) for row in stage["rules"]),
            tuple(stage.get("otherwise", ())),
        )
        for stage in data["stages"]
    )  # fmt: skip
    return Pack(
        data["id"], data["version"], data["title"], data["params"], stages, data.get("not_rules", {}), canonical=content
    )


def _rule(row: Mapping[str, Any], stage: str, groups: Mapping[str, set[str]]) -> Rule:
    beaten = frozenset().union(*(groups[name] for name in row.get("exception_to", ()))) - {row["id"]}
    when = tuple(Leaf(leaf["fact"], leaf["is"]) for leaf in row.get("when", ()))
    return Rule(
        row["id"], stage, when, row["then"], row["title"], row["says"], row.get("quote", ""), row.get("origin", "text"),
        row.get("group", row["id"]), beaten,
    )  # fmt: skip


# ── what may be wrong with a pack ──


def _mistakes(data: Any) -> Iterator[str]:
    needed = {"schema", "id", "version", "document", "title", "params", "stages"}
    if not isinstance(data, Mapping) or not needed <= set(data):
        yield f"a pack has the keys {', '.join(sorted(needed))}"
        return
    yield from (f"{key}: no such key" for key in set(data) - needed - {"not_rules", "impossible"})
    yield from _param_mistakes(data["params"])
    rows = [(stage, row) for stage in data["stages"] for row in stage["rules"]]
    ids = [row.get("id") for _stage, row in rows]
    names = set(ids) | {row.get("group") for _stage, row in rows}
    yield from (f"{id_}: given twice" for id_ in {i for i in ids if ids.count(i) > 1})
    for stage, row in rows:
        for mistake in _row_mistakes(row, names, data):
            yield f"{stage['id']}.{row.get('id', '?')}: {mistake}"


def _param_mistakes(params: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, param in params.items():
        low, value, high = param.get("min", 0), param["value"], param.get("max", 0)
        if isinstance(value, int) and not isinstance(value, bool) and not (low <= value <= high):
            yield f"params.{name}: {value} is outside {low}–{high}"


def _row_mistakes(row: Mapping[str, Any], names: set[Any], data: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"no such key: {key}" for key in set(row) - RULE_KEYS)
    yield from (f"missing: {key}" for key in {"id", "title", "says", "then"} - set(row))
    if str(row.get("id", "")).startswith("G-") and row.get("origin") != "interpretation":
        yield "follows a default, so its origin is interpretation"
    if str(row.get("id", "")).startswith("D") and not row.get("quote"):
        yield "a clause is quoted"
    for leaf in row.get("when", ()):
        word = FACTS.get(leaf.get("fact"))
        if word is None:
            yield f"no fact {leaf.get('fact')!r}"
        elif leaf.get("is") not in word.values:
            yield f"{word.name} is never {leaf.get('is')!r}"
    yield from (f"exception to nothing known: {name}" for name in row.get("exception_to", ()) if name not in names)
    yield from _then_mistakes(row.get("then", {}), data["params"])


def _then_mistakes(then: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    kinds = THEN & set(then)
    if len(kinds) != 1:
        yield f"one consequence out of {', '.join(sorted(THEN))}"
    known: dict[str, Mapping[str, Any]] = {"owner": ROLES, "split": ROLES, "duty": ACTS, "finding": FINDINGS}
    for kind in kinds & set(known):
        if then[kind] not in known[kind]:
            yield f"no {kind} {then[kind]!r}"
    yield from (f"no parameter {then[limit]!r}" for limit in LIMITS if limit in then and then[limit] not in params)
