"""What a policy is: parameters, and rules in stages. Data, not code; loaded strictly (`loading.py`), hashed, pinned.

A pack's canonical form (sorted keys, no blanks, no floats) is what is stored and hashed; YAML is only how people write it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from arbitration.engine.loading import PackError, canonical, mistakes
from arbitration.engine.reading import read_yaml

PACKS = Path(__file__).parent.parent / "packs"
Texts = Mapping[str, str]
WRITTEN = {"is": "=", "not": "≠", "le": "≤", "lt": "<", "ge": "≥", "gt": ">", "in": "∈"}


@dataclass(frozen=True)
class Leaf:
    """One condition: how a fact must stand to a value, or to the value of a parameter."""

    fact: str
    op: str
    value: Any
    param: str = ""

    def against(self, params: Mapping[str, Any]) -> Any:
        """What the fact is compared with under these parameters."""
        return params[self.param] if self.param else self.value

    def holds(self, got: Any, params: Mapping[str, Any]) -> bool:
        """Whether a known value meets the condition."""
        return bool(OPERATORS[self.op](got, self.against(params)))


OPERATORS: Mapping[str, Any] = {
    "is": lambda got, need: got == need,
    "not": lambda got, need: got != need,
    "in": lambda got, need: got in need,
    "le": lambda got, need: got <= need,
    "lt": lambda got, need: got < need,
    "ge": lambda got, need: got >= need,
    "gt": lambda got, need: got > need,
}


@dataclass(frozen=True)
class Rule:
    """One row. `id` is its clause, or the default (G-) that it follows, and then `origin` is interpretation.

    `beats`: the rules that it is an exception to. `after`: it takes effect only where one of these did. `also`: duties, findings,
    sanctions and turns of the same clause beside its consequence, collected whatever became of its conditions.
    """

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
    after: frozenset[str]
    also: tuple[Mapping[str, Any], ...] = ()

    @property
    def clause(self) -> str:
        """The clause that it restates."""
        return self.id


@dataclass(frozen=True)
class Otherwise:
    """What happens where no rule of a stage applies; the first that applies."""

    when: tuple[Leaf, ...]
    then: Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """Rules that answer one question.

    `first`: the first that applies ends the deciding (too early, inadmissible, no collision). `unique`: those that apply must
    agree; `contested` is the fact that there is anything to decide, `sole` whoever has it otherwise. `collect`: all take effect.
    """

    id: str
    hit: str
    rules: tuple[Rule, ...]
    otherwise: tuple[Otherwise, ...] = ()
    contested: str = ""
    sole: str = ""

    @property
    def whens(self) -> Iterator[tuple[Leaf, ...]]:
        """The conditions of its rules, and of what happens where none applies."""
        yield from (rule.when for rule in self.rules)
        yield from (other.when for other in self.otherwise)


@dataclass(frozen=True, eq=False)
class Pack:
    """A policy, ready to decide. Two are the same where they are one object; what they say is compared by `sha256`.

    `off`: rules that it holds and that are switched off: they are in no stage and decide nothing.
    """

    id: str
    version: str
    document: str
    title: Texts
    decides: str
    parties: tuple[str, ...]
    params: Mapping[str, Mapping[str, Any]]
    stages: tuple[Stage, ...]
    impossible: tuple[tuple[Leaf, ...], ...]
    accepted: tuple[Mapping[str, Any], ...]
    not_rules: Mapping[str, str]
    off: tuple[str, ...]
    canonical: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """What a ruling pins."""
        return sha256(self.canonical).hexdigest()

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules in the order of the stages."""
        return tuple(rule for stage in self.stages for rule in stage.rules)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The parameters with the pack's own values."""
        return {name: param["value"] for name, param in self.params.items()}

    @property
    def deciding(self) -> Iterator[Stage]:
        """The stages that answer who owns and who shares."""
        return (stage for stage in self.stages if stage.hit != "collect")

    def adjusted(self, params: Mapping[str, Any]) -> "Pack":
        """The pack with other values of some of its parameters. Raises PackError where its rules cannot do with them."""
        if not params:
            return self
        data = json.loads(self.canonical)
        for name, value in params.items():
            data["params"][name]["value"] = value
        return Pack.from_data(data)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Pack":
        """A pack out of its canonical form, as pinned by a ruling."""
        return _build(json.loads(content), content)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Pack":
        """A pack out of what its canonical form says, as a draft holds it. Raises PackError with every mistake."""
        if found := list(mistakes(data)):
            raise PackError(found)
        return _build(data, canonical(data))


def pack_ids() -> list[str]:
    """The shipped packs, as `load_pack` takes them."""
    return sorted(path.stem for path in PACKS.glob("*.yaml"))


@lru_cache
def load_pack(name: str) -> Pack:
    """A shipped pack by `id` (its latest version) or `id@version`. Raises PackError."""
    wanted, _, version = name.partition("@")
    known = [stem for stem in pack_ids() if stem.partition("@")[0] == wanted]
    packs = [parse_pack((PACKS / f"{stem}.yaml").read_text("utf-8")) for stem in known]
    if not packs:
        raise PackError([f"no policy pack {name!r}"])
    found = [pack for pack in packs if version in ("", pack.version)]
    if not found:
        raise PackError([f"no policy pack {name!r}: shipped are {', '.join(pack.version for pack in packs)}"])
    return max(found, key=lambda pack: int(pack.version))


def parse_pack(text: str) -> Pack:
    """A pack out of YAML, checked. Raises PackError with every mistake, CaseError for what is no YAML."""
    return Pack.from_data(read_yaml(text))


def _build(data: Mapping[str, Any], content: bytes) -> Pack:
    groups: dict[str, set[str]] = {}
    for stage in data["stages"]:
        for row in stage["rules"]:
            groups.setdefault(row.get("group", row["id"]), set()).add(row["id"])
            groups.setdefault(row["id"], set()).add(row["id"])
    return Pack(
        id=data["id"], version=data["version"], document=data["document"], title=data["title"],
        decides=data.get("decides", "nothing"), parties=tuple(data.get("parties", ())), params=data["params"],
        stages=tuple(_stage(stage, groups, data.get("off", ())) for stage in data["stages"]),
        impossible=tuple(_leaves(row["all"]) for row in data.get("impossible", ())),
        accepted=tuple(data.get("accepted", ())), not_rules=data.get("not_rules", {}), off=tuple(data.get("off", ())),
        canonical=content,
    )  # fmt: skip


def _stage(data: Mapping[str, Any], groups: Mapping[str, set[str]], off: Sequence[str]) -> Stage:
    otherwise = (
        Otherwise(_leaves(row.get("when", ())), {key: value for key, value in row.items() if key != "when"})
        for row in data.get("otherwise", ())
    )
    rules = tuple(_rule(row, data["id"], groups) for row in data["rules"] if row["id"] not in off)
    return Stage(data["id"], data["hit"], rules, tuple(otherwise), data.get("contested", ""), data.get("sole", ""))


def _rule(row: Mapping[str, Any], stage: str, groups: Mapping[str, set[str]]) -> Rule:
    beaten: set[str] = set().union(*(groups[name] for name in row.get("exception_to", ())))
    return Rule(
        row["id"], stage, _leaves(row.get("when", ())), row["then"], row["title"], row["says"], row.get("quote", ""),
        row.get("origin", "text"), row.get("group", row["id"]), frozenset(beaten - {row["id"]}),
        frozenset(row.get("after", ())), tuple(row.get("also", ())),
    )  # fmt: skip


def _leaves(rows: Any) -> tuple[Leaf, ...]:
    return tuple(_leaf(row) for row in rows)


def _leaf(row: Mapping[str, Any]) -> Leaf:
    op = next(key for key in row if key != "fact")
    value = row[op]
    if isinstance(value, Mapping):
        return Leaf(row["fact"], op, None, value["param"])
    return Leaf(row["fact"], op, tuple(value) if isinstance(value, list) else value)
