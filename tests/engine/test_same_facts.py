"""The same two stories under every policy that decides whose the customer is: contradictions between policies are settled by which
of them governs, never by mixing them (§ 3.1 of the clause analysis)."""

import pytest

from arbitration.engine import decode_case, load_pack
from arbitration.engine.decide import rule_on


def people(*names, role="salesperson", **more):
    phones = {name: f"1380551000{i}" for i, name in enumerate("ABCD", 1)}
    return [
        {"id": name, "role": role, "team": "S1", "superior": "M", "phones": [phones[name]], **more} for name in names
    ]


BOSSES = [
    {"id": "M", "role": "manager", "superior": "G"}, {"id": "G", "role": "general_manager"}, {"id": "F", "role": "front_desk"},
]  # fmt: skip


def story_one(policy, role="salesperson", orgs=()):
    """Called first (A), entered first (B), invited first (C), signed (D): a walk-in customer whom four people can claim.

    A's call was proven by a call list but entered in no system; C's visit was the first; D was on duty when the customer came back.
    """
    staff = people("A", "B", "C", "D", role=role)
    if orgs:
        for person in staff:
            person["org"] = "Ag"
    return {
        "case": "S1", "policy": policy, "ask": "2025-05-01T10:00:00", "people": [*staff, *BOSSES], "orgs": list(orgs),
        "customers": [{"id": "c", "name": "王建国", "phones": ["13900001111"], "kind": "person", "source": "walk_in"}],
        "subjects": [{"id": "p", "kind": "product"}],
        "roster": [{"person": "D", "kind": "on_duty", "from": "2025-03-18T09:00:00", "to": "2025-03-18T18:00:00"}],
        "events": [
            {"id": "rb", "type": "report", "at": "2025-03-02T10:00:00", "by": "B", "customer": "c", "subject": "p",
             "channel": "intent_table", "text": "客户:王建国;电话:13900001111;需求:P", "review": "approved", "reviewed_by": "M"},
            {"id": "tb", "type": "contact", "at": "2025-03-02T10:20:00", "by": "B", "customer": "c", "mode": "call", "subject": "p"},
            {"id": "rc", "type": "report", "at": "2025-03-03T09:00:00", "by": "C", "customer": "c", "subject": "p",
             "channel": "intent_table", "text": "客户:王建国;电话:13900001111;需求:P", "review": "approved", "reviewed_by": "M"},
            {"id": "ic", "type": "invitation", "at": "2025-03-03T09:10:00", "by": "C", "customer": "c", "succeeded": True},
            {"id": "v1", "type": "visit", "at": "2025-03-03T10:00:00", "customer": "c", "initiative": "invited", "invited_by": "C",
             "asked_for": "C", "first_time": True, "registration": "registered", "registered_by": "F", "left_at": "2025-03-03T11:00:00",
             "gift": "none"},
            {"id": "w1", "type": "reception", "at": "2025-03-03T10:00:00", "visit": "v1", "customer": "c", "by": "C", "mode": "in_turn"},
            {"id": "la", "type": "call_list", "at": "2025-03-04T09:00:00", "by": "A", "customer": "c", "issuer": "china_mobile",
             "official": True, "call_at": "2025-03-01T10:00:00", "from_phone": "13805510001", "to_phone": "13900001111"},
            {"id": "ea", "type": "evidence", "at": "2025-03-04T09:30:00", "about": "la", "by": "A", "accepted": True},
            {"id": "kn", "type": "collision_known", "at": "2025-03-04T10:00:00", "by": "M", "customer": "c"},
            {"id": "v2", "type": "visit", "at": "2025-03-18T10:00:00", "customer": "c", "initiative": "self", "names": "C",
             "asked_for": None, "invited_by": None, "first_time": False, "registration": "registered", "registered_by": "F"},
            {"id": "w2", "type": "reception", "at": "2025-03-18T10:05:00", "visit": "v2", "customer": "c", "by": "D", "mode": "in_turn"},
            {"id": "k", "type": "contract", "at": "2025-03-20T16:00:00", "customer": "c", "by": "D", "subject": "p",
             "amount": "200000.00", "commission": "10000.00"},
        ],
    }  # fmt: skip


ONE = {
    "first-report": "B", "first-contact": "A", "intent-table": "C", "home-decoration": "C", "sales-office": "D",
    "walk-in-store": "C", "crm-ownership": "B", "shared-platform": "B", "sample-protection": "D",
}  # fmt: skip


@pytest.mark.parametrize(("policy", "owner"), ONE.items())
def test_whose_the_walk_in_is_depends_on_the_policy_alone(policy, owner):
    ruling = rule_on(decode_case(story_one(policy)), load_pack(policy))
    assert (ruling.status, ruling.owner, ruling.shares) == ("decided", owner, {owner: 10_000}), ruling.fired


@pytest.mark.parametrize("policy", ["collision-control", "cooperative"])
def test_where_the_text_leaves_it_to_a_person_a_person_decides(policy):
    ruling = rule_on(decode_case(story_one(policy)), load_pack(policy))
    assert (ruling.status, ruling.owner, ruling.to) == ("escalated", None, "M")


def test_among_brokers_whoever_brought_and_closed_has_it():
    case = story_one("channel-project@1", role="broker", orgs=[{"id": "Ag", "kind": "distributor"}])
    case["events"] += [
        {"id": "b1", "type": "bring", "at": "2025-03-03T10:00:00", "visit": "v1", "by": "C", "present": True},
        {"id": "b2", "type": "bring", "at": "2025-03-18T10:00:00", "visit": "v2", "by": "D", "present": True},
    ]
    case["events"] = [event for event in case["events"] if event["type"] != "reception"]
    ruling = rule_on(decode_case(case), load_pack("channel-project@1"))
    assert (ruling.status, ruling.owner) == ("decided", "D"), ruling.fired


def story_two(policy):
    """A couple: he was reported later but came first, with A; she was reported first, came with B and signed with B."""
    report = {"type": "report", "subject": "p", "channel": "intent_table", "review": "approved", "reviewed_by": "M"}
    arrival = {
        "type": "visit",
        "initiative": "invited",
        "first_time": True,
        "registration": "registered",
        "registered_by": "F",
    }
    return {
        "case": "S2", "policy": policy, "ask": "2025-05-01T10:00:00", "people": [*people("A", "B"), *BOSSES],
        "customers": [
            {"id": "h", "name": "王建国", "phones": ["13900001111"], "kind": "person", "household": "H", "buying_unit": "H"},
            {"id": "w", "name": "李秀英", "phones": ["13900002222"], "kind": "person", "household": "H", "buying_unit": "H"},
        ],
        "subjects": [{"id": "p", "kind": "product"}],
        "relations": [{"a": "h", "b": "w", "kind": "spouse", "proof": {"doc": "marriage_certificate", "at": "2025-03-01T09:00:00"}}],
        "events": [
            {**report, "id": "rb", "at": "2025-03-01T10:00:00", "by": "B", "customer": "w", "text": "客户:李秀英;电话:13900002222;需求:P"},
            {"id": "tb", "type": "contact", "at": "2025-03-01T10:00:00", "by": "B", "customer": "w", "mode": "call", "subject": "p"},
            {**report, "id": "ra", "at": "2025-03-02T10:00:00", "by": "A", "customer": "h", "text": "客户:王建国;电话:13900001111;需求:P"},
            {"id": "ta", "type": "contact", "at": "2025-03-02T10:00:00", "by": "A", "customer": "h", "mode": "call", "subject": "p"},
            {"id": "ia", "type": "invitation", "at": "2025-03-02T11:00:00", "by": "A", "customer": "h", "succeeded": True},
            {**arrival, "id": "v1", "at": "2025-03-03T10:00:00", "customer": "h", "invited_by": "A", "asked_for": "A", "party": "p1"},
            {"id": "w1", "type": "reception", "at": "2025-03-03T10:00:00", "visit": "v1", "customer": "h", "by": "A", "mode": "in_turn"},
            {"id": "ib", "type": "invitation", "at": "2025-03-03T15:00:00", "by": "B", "customer": "w", "succeeded": True},
            {**arrival, "id": "v2", "at": "2025-03-04T10:00:00", "customer": "w", "invited_by": "B", "asked_for": "B", "party": "p2"},
            {"id": "w2", "type": "reception", "at": "2025-03-04T10:00:00", "visit": "v2", "customer": "w", "by": "B", "mode": "in_turn"},
            {"id": "kn", "type": "collision_known", "at": "2025-03-05T10:00:00", "by": "M", "customer": "w"},
            {"id": "k", "type": "contract", "at": "2025-03-06T16:00:00", "customer": "w", "by": "B", "subject": "p",
             "amount": "900000.00", "commission": "10000.00"},
        ],
    }  # fmt: skip


TWO = {
    "first-report": {"B": 10_000}, "first-contact": {"B": 10_000}, "intent-table": {"A": 10_000}, "home-decoration": {"A": 10_000},
    "sales-office": {"A": 5_000, "B": 5_000}, "walk-in-store": {"A": 10_000}, "crm-ownership": {"B": 10_000},
    "shared-platform": {"B": 10_000},
}  # fmt: skip


@pytest.mark.parametrize(("policy", "shares"), TWO.items())
def test_whose_the_couple_is_depends_on_the_policy_alone(policy, shares):
    ruling = rule_on(decode_case(story_two(policy)), load_pack(policy))
    assert (ruling.status, ruling.shares) == ("decided", shares), ruling.fired


def test_an_in_house_consultant_keeps_the_couple_against_a_broker():
    case = story_two("channel-project@1")
    case["orgs"] = [{"id": "Ag", "kind": "distributor"}]
    case["people"][0]["role"] = "site_consultant"
    case["people"][1] |= {"role": "broker", "org": "Ag"}
    case["events"] = [event for event in case["events"] if event["id"] != "w2"]
    case["events"].append(
        {"id": "b2", "type": "bring", "at": "2025-03-04T10:00:00", "visit": "v2", "by": "B", "present": True}
    )
    ruling = rule_on(decode_case(case), load_pack("channel-project@1"))
    assert (ruling.status, ruling.shares) == ("decided", {"A": 10_000}), ruling.fired
