"""Decoding a case, strictly: every mistake is told, each with its path.

The structure stands in `case.schema.json` (format 1); what a schema cannot say, that every id referred to exists and is of the
right kind, is a table here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from arbitration.engine.case import Case, CaseError, build, moment

SPECIAL = frozenset({"company", "pool", "reassign"})
OWN = "own"


def decode_case(given: Any) -> Case:
    """A mapping as read from YAML or JSON → a case. Raises CaseError with every mistake."""
    mistakes = list(dict.fromkeys(_structure(given)))
    if not mistakes:
        mistakes = [*_times(given), *_references(given)]
    if mistakes:
        raise CaseError(mistakes)
    return build(given)


@lru_cache
def _validator() -> tuple[Draft202012Validator, Mapping[str, Any]]:
    """The schema's validator, and the forms of the events by `event_<type>`."""
    schema: Any = json.loads((Path(__file__).parent / "case.schema.json").read_text("utf-8"))
    schema["properties"]["events"]["items"] = {
        "type": "object",
        "required": ["type", "at"],
    }  # each by its own type below
    return Draft202012Validator(schema), schema["$defs"]


@lru_cache
def event_types() -> frozenset[str]:
    """The types of events that the format has."""
    return frozenset(name.removeprefix("event_") for name in _validator()[1] if name.startswith("event_"))


def _structure(given: Any) -> Iterator[str]:
    """What the schema finds, in words."""
    if not isinstance(given, Mapping):
        yield "(top): a case is a mapping"
        return
    whole, forms = _validator()
    yield from _told(whole.iter_errors(given), "")
    events = given.get("events")
    for i, event in enumerate(events if isinstance(events, list) else []):
        if isinstance(event, Mapping) and "type" in event:
            yield from _event_structure(whole, forms, i, event)


def _event_structure(
    whole: Draft202012Validator, forms: Mapping[str, Any], i: int, event: Mapping[str, Any]
) -> Iterator[str]:
    form = forms.get(f"event_{event['type']}") if isinstance(event["type"], str) else None
    if form is None:
        yield f"events[{i}].type: no event is called {event['type']!r}"
    else:
        yield from _told(whole.evolve(schema=form).iter_errors(event), f"events[{i}]")


def _told(errors: Iterator[ValidationError], prefix: str) -> Iterator[str]:
    for error in sorted(errors, key=lambda e: [str(p) for p in e.absolute_path]):
        path = prefix + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
        yield from _words(error, path.lstrip("."))


def _words(error: Any, path: str) -> Iterator[str]:
    join = f"{path}." if path else ""
    if error.validator == "required":
        yield from (f"{join}{key}: missing" for key in error.validator_value if key not in error.instance)
    elif error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = error.schema.get("properties", {})
        yield from (f"{join}{key}: no such key" for key in error.instance if key not in known)
    elif error.validator == "enum":
        yield f"{path}: {error.instance!r} is none of {', '.join(map(str, error.validator_value))}"
    elif error.validator == "pattern":
        yield f"{path}: {error.instance!r} is not written as the format has it"
    elif error.validator == "type":
        yield f"{path or '(top)'}: {error.instance!r} is no {error.validator_value}"
    else:
        yield f"{path or '(top)'}: {error.message[:160]}"


def _times(given: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Times that have the form of one but are none (25:00, 30 February)."""
    for where, value in _walk(given, path):
        if isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\dT", value):
            try:
                moment(value)
            except ValueError as trouble:
                yield f"{where}: {trouble}"


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "expect":
                yield from _walk(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{i}]")
    else:
        yield path, value


P, C, O, S = "person", "customer", "organisation", "subject"  # noqa: E741
PEOPLE_KEYS = (
    "by", "reviewed_by", "for", "to", "from", "against", "invited_by", "asked_for", "names", "found", "registered_by",
    "arranged_by", "designer", "people", "confirmed_by",
)  # fmt: skip
REFERS: dict[str, str] = {
    **dict.fromkeys(PEOPLE_KEYS, P), "customer": C, "old_customer": C, "subject": S, "org": O,
    "visit": "visit", "offer": "offer", "deposit": "deposit", "contract": "contract", "about": "event",
}  # fmt: skip


def _references(given: Mapping[str, Any]) -> Iterator[str]:
    """Ids given twice, and ids that nobody has."""
    pools, twice = _pools(given)
    yield from twice
    for part, keys in (
        ("people", {"org": O, "superior": P}), ("customers", {"assigned_to": "owner"}), ("roster", {"person": P}),
        ("relations", {"a": C, "b": "party"}),
    ):  # fmt: skip
        for i, row in enumerate(given.get(part, [])):
            yield from _dangling(row, keys, pools, f"{part}[{i}]")
    for i, event in enumerate(given["events"]):
        yield from _dangling(event, _refers(event), pools, f"events[{i}]")
    if "about" in given and given["about"] not in pools["contract"]:
        yield f"about: no contract {given['about']!r}"


def _refers(event: Mapping[str, Any]) -> dict[str, str]:
    special: dict[str, dict[str, str]] = {
        "objection": {"by": "claimant"},
        "transfer": {"to": "owner", "from": "owner"},
        "negotiation": {"owner": "claimant"},
    }
    return REFERS | special.get(event["type"], {})


def _pools(given: Mapping[str, Any]) -> tuple[dict[str, set[str]], list[str]]:
    seen: dict[str, str] = {}
    twice: list[str] = []
    pools: dict[str, set[str]] = {}
    for part in ("orgs", "people", "customers", "subjects", "events"):
        for i, row in enumerate(given.get(part, [])):
            if "id" not in row:
                continue
            where = f"{part}[{i}].id"
            if row["id"] in seen:
                twice.append(f"{where}: id {row['id']!r} is already used at {seen[row['id']]}")
            if row["id"] in SPECIAL | {"case"}:
                twice.append(f"{where}: {row['id']!r} is a reserved word")
            seen[row["id"]] = where
            for kind in (part, row.get("type", ""), "event" if part == "events" else ""):
                pools.setdefault(kind, set()).add(row["id"])
    kinds = {P: "people", C: "customers", S: "subjects"}
    named = {name: pools.get(part, set()) for name, part in kinds.items()}
    named[O] = pools.get("orgs", set()) | {OWN}
    named |= {"owner": named[P] | SPECIAL, "claimant": named[P] | named[O] | SPECIAL, "party": named[C] | named[P]}
    named |= {t: pools.get(t, set()) for t in ("visit", "offer", "deposit", "contract", "event")}
    return named, twice


def _dangling(
    row: Mapping[str, Any], keys: Mapping[str, str], pools: Mapping[str, set[str]], path: str
) -> Iterator[str]:
    for key, kind in keys.items():
        for value in row[key] if isinstance(row.get(key), list) else [row.get(key)]:
            if value is not None and value not in pools[kind]:
                yield f"{path}.{key}: no {kind} {value!r}"
