"""What the editor of a policy offers to choose from: facts with what they may be compared with, and consequences, in words.

Facts are those that the policy asks for somewhere: another policy's may read parameters that this one has not. Nothing is typed
but whole numbers and the words of a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from arbitration.engine.facts import FACTS, ROLES
from arbitration.engine.facts.reasons import REASONS
from arbitration.engine.facts.words import Word
from arbitration.engine.loading import COLLECTED, canonical
from arbitration.policies import parameters
from arbitration.policies.edits import Content, rows

NUMBER_OPS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "is": "=", "not": "≠"}
LEAVE_TO_A_PERSON = {"escalate": "no_rule_applies"}
Condition = Mapping[str, Any]
Then = Mapping[str, Any]


# ── conditions ──


def facts(*contents: Content) -> list[Word[Any]]:
    """The facts that a condition of a policy may ask for: those that it, or the version that it was begun from, asks for."""
    used = {leaf["fact"] for content in contents for when in _whens(content) for leaf in when}
    used |= {stage["contested"] for content in contents for stage in content["stages"] if stage.get("contested")}
    return [FACTS[name] for name in sorted(used)]


def _whens(content: Content) -> Iterator[Sequence[Condition]]:
    for stage in content["stages"]:
        yield from (row.get("when", ()) for row in (*stage["rules"], *stage.get("otherwise", ())))
    yield from (row["all"] for row in content.get("impossible", ()))


def kind(fact: str, condition: Condition | None = None) -> str:
    """How a fact is compared on the page: `yes_no`, `one_of`, `number`; `fixed` for a condition that may only be taken out."""
    word = FACTS[fact]
    if condition and (op_of(condition) == "in" and (isinstance(word.values, range) or _param(condition))):
        return "fixed"
    if isinstance(word.values, range):
        return "number"
    return "one_of" if word.says else "yes_no"


def op_of(condition: Condition) -> str:
    """How a condition compares."""
    return next(key for key in condition if key != "fact")


def _param(condition: Condition) -> str:
    need = condition[op_of(condition)]
    return str(need["param"]) if isinstance(need, Mapping) else ""


def allowed(condition: Condition) -> list[str]:
    """The values of a named fact that meet a condition."""
    op, need = op_of(condition), condition[op_of(condition)]
    if op == "not":
        return [str(value) for value in FACTS[condition["fact"]].values if value != need]
    return list(need) if op == "in" else [str(need)]


def one_of(fact: str, values: Sequence[str]) -> Condition:
    """The condition that a fact is one of these, in the order of the vocabulary."""
    chosen = [value for value in FACTS[fact].values if value in values]
    return {"fact": fact, "is": chosen[0]} if len(chosen) == 1 else {"fact": fact, "in": chosen}


def number_params(content: Content) -> list[str]:
    """The parameters that a number may be compared with."""
    return [name for name, param in content["params"].items() if type(param["value"]) is int]


def in_words(condition: Condition, content: Mapping[str, Any], values: Mapping[str, Any], lang: str) -> str:
    """A condition for readers, parameters with their values."""
    fact, op, need = condition["fact"], op_of(condition), condition[op_of(condition)]
    word, name = FACTS[fact], _param(condition)
    label = f"「{word.zh}」" if lang == "zh" else f"“{word.en}”"
    is_, or_ = ("为", " 或 ") if lang == "zh" else (" is ", " or ")
    if name:
        told = parameters.label(name, content["params"][name], lang)
        said = f"{told}（{parameters.said(name, values[name])}）" if lang == "zh" else f"{told} ({values[name]})"
        return f"{label}{NUMBER_OPS.get(op, is_)} {said}"
    if isinstance(word.values, range):
        return f"{label} {NUMBER_OPS.get(op, is_)} {or_.join(word.said(n, lang) for n in _listed(need))}"
    if op == "not":
        need = allowed(condition)
    return f"{label}{is_}{or_.join(word.said(value, lang) for value in _listed(need))}"


def _listed(need: Any) -> Sequence[Any]:
    return need if isinstance(need, list | tuple) else [need]


# ── consequences ──


def consequences(stage: Mapping[str, Any], *contents: Content) -> dict[str, Then]:
    """What a rule of a stage may do, by a short name: what rules of these do, and every owner that they know."""
    found = _collected if stage["hit"] == "collect" else _deciding
    return {token(then): then for content in contents for then in found(content)}


def token(then: Then) -> str:
    """A short name of a consequence, for a form."""
    return sha256(canonical(dict(then))).hexdigest()[:12]


def _collected(content: Content) -> Iterator[Then]:
    yield {"applies": True}
    for _stage, row in rows(content):
        yield from (then for then in (row["then"], *row.get("also", ())) if COLLECTED & set(then))


def _deciding(content: Content) -> Iterator[Then]:
    known = [row["then"] for stage, row in rows(content) if stage["hit"] != "collect"]
    for stage in content["stages"]:
        known += [_without(row) for row in stage.get("otherwise", ())]
    yield from (then for then in known if "applies" not in then)
    yield {"applies": True}
    if "no_rule_applies" in REASONS:
        yield LEAVE_TO_A_PERSON
    if content.get("decides", "nothing") != "nothing":
        yield from ({"owner": name} for name in (*_roles(content, known), "company", "pool"))


def _without(row: Mapping[str, Any]) -> Then:
    return {key: value for key, value in row.items() if key != "when"}


def _roles(content: Content, known: Sequence[Then]) -> list[str]:
    """Who may own: the roles to which this policy gives something already, alone or shared."""
    named = {str(stage.get("sole", "")) for stage in content["stages"]}
    for then in known:
        split = then.get("split", {})
        named |= {str(then.get("owner", "")), *([split] if isinstance(split, str) else split)}
    return sorted(named & ROLES.keys())
