"""Changing what a policy says: each function takes the data of a pack and gives it changed. Whether that is sound is judged elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

Content = dict[str, Any]
Row = dict[str, Any]
OWN = "C-"  # before the number of a rule that the company added itself
OTHERWISE = "else."  # before a stage and a number: what happens where none of its rules applies, the first that does


def rows(content: Mapping[str, Any]) -> Iterator[tuple[Row, Row]]:
    """Each stage with each of its rules, those that are switched off too."""
    return ((stage, row) for stage in content["stages"] for row in stage["rules"])


def find(content: Mapping[str, Any], rule: str) -> tuple[Row, Row] | None:
    """A rule with its stage; None where nothing is called that."""
    return next(((stage, row) for stage, row in rows(content) if row["id"] == rule), None)


def otherwise(content: Mapping[str, Any]) -> Iterator[tuple[Row, Row]]:
    """Each stage with each row of what happens where no rule of it applies, in the shape of a rule without words."""
    for one in content["stages"]:
        for n, row in enumerate(one.get("otherwise", ()), start=1):
            then = {key: value for key, value in row.items() if key != "when"}
            yield one, {"id": f"{OTHERWISE}{one['id']}.{n}", "when": row.get("when", []), "then": then}


def find_otherwise(content: Mapping[str, Any], name: str) -> tuple[Row, Row] | None:
    """One of them with its stage; None where nothing is called that."""
    return next(((one, row) for one, row in otherwise(content) if row["id"] == name), None)


def otherwise_replaced(content: Mapping[str, Any], row: Row) -> Content:
    """With one of them as `row` says."""
    changed, (_else, name, n) = deepcopy(dict(content)), row["id"].split(".")
    into = stage(changed, name)
    if into is not None:
        into["otherwise"][int(n) - 1] = ({"when": row["when"]} if row["when"] else {}) | row["then"]
    return changed


def stage(content: Mapping[str, Any], name: str) -> Row | None:
    """A stage by its id."""
    return next((one for one in content["stages"] if one["id"] == name), None)


def is_own(rule: str) -> bool:
    """Whether the company added the rule itself."""
    return rule.startswith(OWN)


def next_id(content: Mapping[str, Any]) -> str:
    """What a new rule is called."""
    taken = [int(row["id"].removeprefix(OWN)) for _stage, row in rows(content) if is_own(row["id"])]
    return f"{OWN}{max(taken, default=0) + 1}"


def beaten(content: Mapping[str, Any], rule: str) -> set[str]:
    """The rules that this one is an exception to, groups told rule by rule."""
    found = find(content, rule)
    names = set(found[1].get("exception_to", ())) if found else set()
    ids = {row["id"] for _stage, row in rows(content) if row["id"] in names or row.get("group") in names}
    return ids - {rule}


def beaters(content: Mapping[str, Any], rule: str) -> set[str]:
    """The rules that are an exception to this one."""
    return {row["id"] for _stage, row in rows(content) if rule in beaten(content, row["id"])}


def switched(content: Mapping[str, Any], rule: str, on: bool) -> Content:
    """With a rule switched on or off."""
    changed = deepcopy(dict(content))
    off = [name for name in changed.get("off", ()) if name != rule] + ([] if on else [rule])
    changed["off"] = sorted(off)
    if not off:
        del changed["off"]
    return changed


def moved(content: Mapping[str, Any], rule: str, up: bool) -> Content:
    """With a rule one place further up or down in its stage; as it was where it is the first or the last."""
    changed = deepcopy(dict(content))
    found = find(changed, rule)
    if found is None:
        return changed
    rules = found[0]["rules"]
    place = rules.index(found[1])
    other = place + (-1 if up else 1)
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
    return changed


def replaced(content: Mapping[str, Any], row: Row, beats: Sequence[str], yields: Sequence[str]) -> Content:
    """With a rule as `row` says. `beats`: the rules that it is an exception to; `yields`: those that are an exception to it."""
    changed = deepcopy(dict(content))
    found = find(changed, row["id"])
    if found is None:
        return changed
    found[0]["rules"][found[0]["rules"].index(found[1])] = deepcopy(row)
    return _ordered(changed, row["id"], set(beats), set(yields))


def added(content: Mapping[str, Any], stage_id: str, row: Row, beats: Sequence[str], yields: Sequence[str]) -> Content:
    """With a further rule at the end of a stage."""
    changed = deepcopy(dict(content))
    into = stage(changed, stage_id)
    if into is not None:
        into["rules"].append(deepcopy(row))
    return _ordered(changed, row["id"], set(beats), set(yields))


def removed(content: Mapping[str, Any], rule: str) -> Content:
    """Without a rule, and without anything that names it."""
    changed = switched(content, rule, True)
    for one in changed["stages"]:
        one["rules"] = [row for row in one["rules"] if row["id"] != rule]
        for row in one["rules"]:
            for key in ("exception_to", "after"):
                _put(row, key, [name for name in row.get(key, ()) if name != rule])
    return changed


def _ordered(content: Content, rule: str, beats: set[str], yields: set[str]) -> Content:
    """Who is an exception to whom. Lists that say the same already stay as they are written."""
    found = find(content, rule)
    if found and beaten(content, rule) != beats:
        _put(found[1], "exception_to", sorted(beats))
    for _stage, row in rows(content):
        exceptions = beaten(content, row["id"])
        if row["id"] != rule and (rule in exceptions) != (row["id"] in yields):
            wanted = exceptions | {rule} if row["id"] in yields else exceptions - {rule}
            _put(row, "exception_to", sorted(wanted))
    return content


def _put(row: Row, key: str, names: Sequence[str]) -> None:
    """A list of names, or no key where there are none."""
    if names:
        row[key] = list(names)
    else:
        row.pop(key, None)
