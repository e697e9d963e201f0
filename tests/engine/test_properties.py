"""What holds for every policy: nobody is favoured by a name or a place in the file, nothing is lost, nothing crashes."""

import json
import random
import re
from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from arbitration.engine import CaseError, decide, decode_case, load_pack
from arbitration.engine.decide import rule_on
from arbitration.engine.reading import read_case
from tests.engine.corpus import case_and_pack, given, texts

NAMES = list(texts())
LISTS = ("turns", "sanctions", "findings", "duties")
every_case = pytest.mark.parametrize("name", NAMES)


def renamed(value, names):
    """A ruling, or part of one, with other names; a relation `a+b` and a fund `team_fund:t` hold names too."""
    if isinstance(value, dict):
        return {renamed(key, names): renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(inner, names) for inner in value]
    if isinstance(value, str):
        return re.sub(r"(?<![.A-Za-z0-9_-])[A-Za-z0-9_-]+", lambda m: names.get(m[0], m[0]), value)
    return value


def settled(ruling):
    """What a ruling says, without the order in which lists happen to stand."""
    said = ruling.as_dict()
    parts = ("status", "owner", "shares", "amounts", "until", "to", "missing", "fired")
    lists = ("turns", "sanctions", "findings", "duties")
    return {key: said.get(key) for key in parts} | {
        key: sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in said[key]) for key in lists
    }


@every_case
def test_renaming_people_customers_and_organisations_renames_the_ruling_and_nothing_else(name):
    raw = given(name)
    ids = [row["id"] for part in ("people", "customers", "orgs") for row in raw.get(part, ()) if row["id"] != "own"]
    names = {old: f"z{len(ids) - i:02d}q" for i, old in enumerate(ids)}
    case, pack = case_and_pack(name)
    swapped = {
        key: renamed(value, names) if key not in ("case", "policy", "expect") else value for key, value in raw.items()
    }
    for i, person in enumerate(swapped.get("people", ())):  # words of the format that happen to be an id too
        person |= {key: raw["people"][i][key] for key in ("role",) if key in raw["people"][i]}
    before, after = rule_on(case, pack), rule_on(decode_case(swapped), pack)
    was, is_ = settled(before), settled(after)
    assert {k: v for k, v in is_.items() if k not in LISTS} == renamed(
        {k: v for k, v in was.items() if k not in LISTS}, names
    )
    for key in LISTS:
        assert sorted(is_[key]) == sorted(
            json.dumps(renamed(json.loads(row), names), sort_keys=True, ensure_ascii=False) for row in was[key]
        )


@every_case
def test_the_order_of_the_file_does_not_matter(name):
    raw = given(name)
    if any("id" not in event for event in raw["events"]):
        raw = {**raw, "events": [{"id": f"ev{i}", **event} for i, event in enumerate(raw["events"])]}
    before = rule_on(decode_case(raw), load_pack(raw["policy"]))
    mixed = {**raw}
    for part in ("events", "people", "customers", "relations", "orgs", "subjects", "roster"):
        if part in raw:
            mixed[part] = random.Random(7).sample(raw[part], len(raw[part]))
    assert settled(rule_on(decode_case(mixed), load_pack(raw["policy"]))) == settled(before)


@every_case
def test_what_happens_after_the_question_changes_nothing(name):
    raw = given(name)
    case, pack = case_and_pack(name)
    later = [
        {**event, "at": "2099-01-01T00:00:00", "id": f"later{i}"}
        for i, event in enumerate(raw["events"])
        if event["type"] not in ("visit", "deposit", "contract", "offer")
    ]
    after = decode_case({**raw, "events": [*raw["events"], *later]})
    assert rule_on(after, pack).canonical() == rule_on(case, pack).canonical()


@every_case
def test_shares_are_the_whole_and_amounts_the_commission(name):
    case, pack = case_and_pack(name)
    ruling = rule_on(case, pack)
    assert sum(ruling.shares.values()) in (0, 10_000)
    if ruling.amounts:
        commission = ruling.matter.contract["commission"]
        assert sum(Fraction(amount) for amount in ruling.amounts.values()) == Fraction(commission)


@every_case
def test_every_ruling_is_explained_and_says_what_would_have_changed_it(name):
    case, pack = case_and_pack(name)
    ruling = decide(case, pack)
    assert all(ruling.text[lang] for lang in ("zh", "en"))
    assert len(ruling.counterfactuals) <= 5
    for row in ruling.counterfactuals:
        assert (row["status"], row["owner"], tuple(sorted(row["shares"].items()))) != ruling.outcome()
    said = ruling.as_dict()
    assert {row["rule"] for row in said["trace"] if "rule" in row} == {rule.id for rule in pack.rules}
    assert all(row["because"] for row in said["trace"] if row.get("state") == "undetermined")
    assert ruling.canonical()


def _crippled(raw, chance):
    """A case with some events and some optional keys gone."""
    events = [dict(event) for event in raw["events"] if chance.random() > 0.15]
    for event in events:
        for key in [k for k in event if k not in ("type", "at", "id") and chance.random() < 0.12]:
            del event[key]
    rest = {}
    for part in ("people", "customers", "orgs", "subjects", "relations", "roster"):
        rest[part] = [dict(row) for row in raw.get(part, ())]
        for row in rest[part]:
            for key in [
                k for k in row if k not in ("id", "a", "b", "person", "kind", "role") and chance.random() < 0.15
            ]:
                del row[key]
    return {**raw, **{part: rows for part, rows in rest.items() if rows}, "events": events}


POLICIES = sorted({given(name)["policy"] for name in NAMES})


@settings(max_examples=400, deadline=None)
@drawn(st.sampled_from(NAMES), st.sampled_from(POLICIES), st.integers(0, 2**32))
def test_a_valid_case_is_always_ruled_on_whatever_the_policy(name, policy, seed):
    try:
        case = decode_case(_crippled({**given(name), "policy": policy, "params": {}}, random.Random(seed)))
    except CaseError:
        return
    ruling = decide(case, load_pack(policy))
    assert sum(ruling.shares.values()) in (0, 10_000)
    assert ruling.canonical()


def test_reading_a_case_as_json_or_yaml_gives_the_same_ruling():
    for name in NAMES[:5]:
        raw = given(name)
        case, pack = case_and_pack(name)
        assert rule_on(decode_case(read_case(json.dumps(raw))), pack).canonical() == rule_on(case, pack).canonical()
