"""What may be wrong with a pack: every mistake with its place, before anything is decided by it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from arbitration.engine.facts import ACTS, FACTS, FINDINGS, MOMENTS, ROLES, SANCTIONS, SHARES, TURNS
from arbitration.engine.facts.reasons import REASONS
from arbitration.engine.shape import crooked

HITS = ("first", "unique", "collect")
DECIDES = ("customer", "sale", "slot", "order", "nothing")
PARTIES = ("staff", "agencies", "mixed")
NEEDED = {"schema", "id", "version", "document", "title", "params", "stages"}
FURTHER = {"decides", "parties", "impossible", "accepted", "not_rules", "off"}
RULE_KEYS = {"id", "group", "origin", "title", "says", "quote", "when", "exception_to", "after", "then", "also"}
STAGE_KEYS = {"id", "hit", "contested", "sole", "otherwise", "rules"}
OPS = {"is", "not", "in", "le", "lt", "ge", "gt"}
ORDERED = {"le", "lt", "ge", "gt"}
COLLECTED = {"duty", "finding", "sanction", "turns"}  # what a rule may do beside its consequence
TERMS = {"minutes", "hours", "days", "working_days"}
# One of these is what a rule does; the keys beside it that say how.
KINDS: Mapping[str, set[str]] = {
    "owner": {"split"}, "split": {"owner"}, "hold": {"reason"}, "dismiss": set(), "no_collision": set(),
    "escalate": {"to", "propose"}, "duty": TERMS, "finding": {"fires"}, "sanction": set(), "turns": set(), "applies": set(),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, Any]] = {
    "hold": MOMENTS, "duty": ACTS, "finding": FINDINGS, "sanction": SANCTIONS, "turns": TURNS, "to": ROLES,
}  # fmt: skip
NOBODYS = {"company", "pool", "reassign"}  # owners who are no person
WHOLE = 10_000  # basis points


class PackError(ValueError):
    """A pack that cannot be used, with every mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def canonical(data: Any) -> bytes:
    """The one way to write data: sorted keys, no blanks, UTF-8. Floats are refused: they have no one way."""
    _no_floats(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _no_floats(data: Any) -> None:
    if isinstance(data, float):
        raise ValueError(f"a float has no canonical form: {data}")
    for inner in data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ():
        _no_floats(inner)


def mistakes(data: Any) -> Iterator[str]:
    """Every mistake of a pack as read from YAML, each with its place."""
    if isinstance(data, Mapping) and (found := list(crooked(data))):
        yield from found
        return
    if not isinstance(data, Mapping) or not set(data) >= NEEDED:
        yield f"a pack has the keys {', '.join(sorted(NEEDED))}"
        return
    yield from (f"{key}: no such key" for key in data if key not in NEEDED | FURTHER)
    yield from _floats(data)
    if data.get("decides", "nothing") not in DECIDES:
        yield f"decides: {data['decides']!r} is none of {', '.join(DECIDES)}"
    yield from (f"parties: {p!r} is none of {', '.join(PARTIES)}" for p in data.get("parties", ()) if p not in PARTIES)
    yield from _param_mistakes(data["params"])
    for i, row in enumerate(data.get("impossible", ())):
        yield from _leaf_mistakes(row["all"], data["params"], f"impossible[{i}]")
    yield from _stage_mistakes(data)


def _floats(data: Any, path: str = "") -> Iterator[str]:
    if isinstance(data, float):
        yield f"{path}: {data} is a float; write whole numbers (basis points, fen, days)"
    for key, inner in data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ():
        yield from _floats(inner, f"{path}.{key}".lstrip("."))


def _param_mistakes(params: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, param in params.items():
        if "value" not in param or not {"zh", "en", "clause"} <= set(param):
            yield f"params.{name}: a parameter has value, clause, zh, en (a number also min and max)"
        elif isinstance(param["value"], int) and not isinstance(param["value"], bool):
            low, value, high = param.get("min", 0), param["value"], param.get("max", 0)
            if not low <= value <= high:
                yield f"params.{name}: {value} is outside {low}–{high}"


def _stage_mistakes(data: Mapping[str, Any]) -> Iterator[str]:
    rows = [(stage, row) for stage in data["stages"] for row in stage["rules"]]
    ids = [row.get("id") for _stage, row in rows]
    names = set(ids) | {row.get("group") for _stage, row in rows}
    yield from (f"{id_}: given twice" for id_ in sorted({str(i) for i in ids if ids.count(i) > 1}))
    yield from (f"off: no rule {name!r}" for name in data.get("off", ()) if name not in ids)
    for stage in data["stages"]:
        yield from (f"{stage.get('id', '?')}: no such key: {key}" for key in stage if key not in STAGE_KEYS)
        if stage.get("hit") not in HITS:
            yield f"{stage.get('id', '?')}.hit: {stage.get('hit')!r} is none of {', '.join(HITS)}"
        if stage.get("contested") and stage["contested"] not in FACTS:
            yield f"{stage['id']}.contested: no fact {stage['contested']!r}"
        if stage.get("sole") and stage["sole"] not in ROLES:
            yield f"{stage['id']}.sole: no role {stage['sole']!r}"
        for i, row in enumerate(stage.get("otherwise", ())):
            place = f"{stage['id']}.otherwise[{i}]"
            yield from _leaf_mistakes(row.get("when", ()), data["params"], place)
            then = {key: value for key, value in row.items() if key != "when"}
            yield from (f"{place}: {told}" for told in _then_mistakes(then, data["params"]))
    for stage, row in rows:
        yield from _row_mistakes(row, names, data, f"{stage['id']}.{row.get('id', '?')}")
    yield from _cycles(rows)


def _row_mistakes(row: Mapping[str, Any], names: set[Any], data: Mapping[str, Any], place: str) -> Iterator[str]:
    yield from (f"{place}: no such key: {key}" for key in row if key not in RULE_KEYS)
    yield from (f"{place}: missing: {key}" for key in sorted({"id", "title", "says", "then"} - set(row)))
    if str(row.get("id", "")).startswith("G-") and row.get("origin") != "interpretation":
        yield f"{place}: follows a default, so its origin is interpretation"
    if str(row.get("id", "")).startswith("D") and not row.get("quote"):
        yield f"{place}: a clause is quoted"
    for key in ("title", "says"):
        if set(row.get(key, {})) != {"zh", "en"}:
            yield f"{place}.{key}: in zh and en"
    yield from _leaf_mistakes(row.get("when", ()), data["params"], place)
    for key in ("exception_to", "after"):
        yield from (f"{place}.{key}: nothing is called {name!r}" for name in row.get(key, ()) if name not in names)
    yield from (f"{place}: {told}" for told in _then_mistakes(row.get("then", {}), data["params"]))
    for then in row.get("also", ()):
        yield from (f"{place}.also: {told}" for told in _then_mistakes(then, data["params"]))
        if not COLLECTED & set(then):
            yield f"{place}.also: one of {', '.join(sorted(COLLECTED))}"


def _leaf_mistakes(rows: Iterable[Mapping[str, Any]], params: Mapping[str, Any], place: str) -> Iterator[str]:
    for row in rows:
        word, ops = FACTS.get(row.get("fact", "")), set(row) - {"fact"}
        if word is None:
            yield f"{place}: no fact {row.get('fact')!r}"
        elif len(ops) != 1 or not ops <= OPS:
            yield f"{place}: {word.name} is compared once, by one of {', '.join(sorted(OPS))}"
        else:
            op = ops.pop()
            yield from (f"{place}: {told}" for told in _value_mistakes(word, op, row[op], params))


def _value_mistakes(word: Any, op: str, value: Any, params: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, Mapping):
        name = str(value.get("param"))
        if name not in params:
            yield f"no parameter {name!r}"
            return
        value = params[name]["value"]
    if op in ORDERED and not isinstance(word.values, range):
        yield f"{word.name} has no order"
    for one in value if op == "in" else [value]:
        kinds = {type(known) for known in word.values[:2]}
        if type(one) not in kinds or one not in word.values:
            yield f"{word.name} is never {one!r}"


def _then_mistakes(then: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    kinds = [key for key in then if key in KINDS]
    allowed = set(kinds).union(*(KINDS[kind] for kind in kinds))
    if not kinds or (len(kinds) > 1 and set(kinds) != {"owner", "split"}):
        yield f"one consequence out of {', '.join(sorted(KINDS))}"
        return
    yield from (f"no such key: {key}" for key in then if key not in allowed)
    yield from (f"no {key} {then[key]!r}" for key in then if key in WORDS and then[key] not in WORDS[key])
    reasons = (then[key] for key in ("reason", "dismiss", "no_collision", "escalate") if key in then)
    yield from (f"no reason {reason!r}" for reason in reasons if reason not in REASONS)
    yield from (f"no parameter {then[term]!r}" for term in TERMS if term in then and then[term] not in params)
    for answer in (then, then.get("propose", {})):
        if "owner" in answer and answer["owner"] not in NOBODYS and answer["owner"] not in ROLES:
            yield f"no owner {answer['owner']!r}"
        if "split" in answer:
            yield from _split_mistakes(answer["split"], params)


def _split_mistakes(split: Any, params: Mapping[str, Any]) -> Iterator[str]:
    """Equal parts of a role; or `{shares: WORD}`; `{fund: ROLE}`; or basis points for each role, one of them the remainder."""
    if isinstance(split, str):
        yield from [] if split in ROLES else [f"no split {split!r}"]
    elif "shares" in split:
        yield from [] if split["shares"] in SHARES else [f"no shares {split['shares']!r}"]
    elif "fund" in split:
        yield from [] if split["fund"] in ROLES else [f"no fund of {split['fund']!r}"]
    else:
        yield from (f"no role {name!r}" for name in split if name not in ROLES)
        yield from _percentage_mistakes(list(split.values()), params)


def _percentage_mistakes(parts: list[Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Whether the parts are the whole for every value that the parameters may take."""
    unknown = [p["param"] for p in parts if isinstance(p, Mapping) and p.get("param") not in params]
    if unknown:
        yield from (f"no parameter {name!r}" for name in unknown)
        return
    odd = [p for p in parts if not isinstance(p, Mapping | int) and p != "remainder"]
    if odd:
        yield from (f"{p!r} is no part: write basis points, a parameter or remainder" for p in odd)
        return
    varies = any(isinstance(p, Mapping) for p in parts)
    most = sum(
        params[p["param"]].get("max", WHOLE + 1) if isinstance(p, Mapping) else p for p in parts if p != "remainder"
    )
    rest = parts.count("remainder")
    if rest > 1 or most > WHOLE or (rest == 0 and (varies or most != WHOLE)):
        yield f"a split is the whole: the parts come to {most / 100:g} %, with {rest} remainders"


def _cycles(rows: list[tuple[Any, Mapping[str, Any]]]) -> Iterator[str]:
    """Rules that are each an exception to the other, directly or by way of others."""
    members: dict[str, set[str]] = {}
    for _stage, row in rows:
        for name in (row.get("id"), row.get("group")):
            members.setdefault(str(name), set()).add(str(row.get("id")))
    beats: dict[str, set[str]] = {
        str(row.get("id")): set().union(*(members.get(name, set()) for name in row.get("exception_to", ())))
        - {str(row.get("id"))}
        for _stage, row in rows
    }
    for start in beats:
        reached, edge = set[str](), set(beats[start])
        while edge - reached:
            reached |= edge
            edge = set().union(*(beats.get(name, set()) for name in edge))
        if start in reached:
            yield f"{start}: is an exception to itself, by way of {', '.join(sorted(reached & beats[start]))}"
