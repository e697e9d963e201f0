"""D07: what a company adds to its evidence never lowers its share, and no company is favoured by its name.

安居 and 恒信 claim the same customer, who comes on 10, 12 and 14 March 2025 and signs on the 15th. Everything else is drawn: when each
reported, to which visits it came along, its slip, its call list, its objection, who closed, what became of the talks, when it is asked.

A showing is added to a visit that took place anyway. One more visit before the first would move the arrival, by which every report
and call is measured (D07-7.3, 8.4): that is other evidence, not more.
"""

import json
import re

import pytest
from hypothesis import assume, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from arbitration.engine import decode_case, load_pack
from arbitration.engine.decide import rule_on

PACK = load_pack("channel-contract")
BROKER = {"anju": "ann", "heng": "hal"}
OTHER = {"anju": "heng", "heng": "anju", "ann": "hal", "hal": "ann", "安居": "恒信", "恒信": "安居"}
PHONE = {"anju": "13805510001", "heng": "13805520002"}
CALLED = {"admissible": "2025-03-08T12:00:00", "too early": "2025-03-06T23:59:59", "too late": "2025-03-10T09:00:00"}
VISITS = {"v1": "2025-03-10T15:00:00", "v2": "2025-03-12T10:30:00", "v3": "2025-03-14T11:00:00"}
OBJECTED = {"in time": "2025-03-14T16:00:00", "too late": "2025-03-15T15:00:00"}
TALKS = {"settled": {"shares": {"anju": 3000, "heng": 7000}, "confirmed_by": ["ann", "hal"]}, "failed": {}}


def mostly(common, *rare):
    """One of the rare now and then: most matters should come as far as the division."""
    return st.sampled_from([*common * 6, *rare])


COMPANY = st.fixed_dictionaries(
    {
        "reported": mostly(["2025-03-06T09:12:00", "2025-03-07T10:05:00"], None, "2025-03-11T08:00:00"),
        "shown": st.sets(st.sampled_from(sorted(VISITS))),
        "slip": mostly([True], False, False),
        "called": mostly([{"admissible"}, {"too early", "admissible"}], set(), {"too early"}, {"too late"}, set()),
        "objected": mostly(["in time"], None, "too late"),
    }
)
MATTER = st.fixed_dictionaries(
    {
        "companies": st.fixed_dictionaries({"anju": COMPANY, "heng": COMPANY}),
        "closed": mostly([["ann"], ["hal"], ["ann", "hal"]], ["xu"], None),
        "talks": mostly(["failed"], None, "settled"),
        "ask": mostly(["2025-05-10T09:00:00"], "2025-04-10T09:00:00", "2025-04-18T09:00:00"),
    }
)
ADDED = {
    "call list": lambda had: {**had, "called": {*had["called"], "admissible"}},
    "slip": lambda had: {**had, "slip": True},
    "showing": lambda had: {**had, "shown": {*had["shown"], "v3"}},
}
COMPLETE = {
    "reported": "2025-03-06T09:12:00", "shown": {"v2"}, "slip": True, "called": {"admissible"}, "objected": "in time"
}  # fmt: skip


def events_of(company, had):
    """What a company did, and what it shows for it."""
    who = BROKER[company]
    if had["reported"]:
        yield {
            "type": "report",
            "at": had["reported"],
            "by": who,
            "customer": "wang",
            "subject": "proj",
            "channel": "sms",
        }
    for visit in sorted(had["shown"]):
        yield {"type": "bring", "at": VISITS[visit], "by": who, "visit": visit}
    if had["slip"]:
        yield {"type": "slip", "at": "2025-03-14T12:00:00", "by": who, "org": company, "customer": "wang"}
    for call in sorted(had["called"]):
        yield {
            "type": "call_list", "at": "2025-03-14T13:00:00", "by": who, "customer": "wang", "issuer": "china_mobile",
            "official": True, "call_at": CALLED[call], "from_phone": PHONE[company], "to_phone": "13900003333",
        }  # fmt: skip
    if had["objected"]:
        yield {"type": "objection", "at": OBJECTED[had["objected"]], "by": company, "contract": "k"}


def case_of(matter):
    """A matter as a case file has it."""
    events = [{"type": "visit", "id": id_, "at": at, "customer": "wang"} for id_, at in VISITS.items()]
    for company, had in matter["companies"].items():
        events += events_of(company, had)
    if matter["closed"]:
        deal = {"id": "k", "customer": "wang", "by": matter["closed"], "subject": "u101", "amount": "1280000.00"}
        events.append({"type": "contract", "at": "2025-03-15T15:00:00", **deal})
    if matter["talks"]:
        talk = {"outcome": matter["talks"], **TALKS[matter["talks"]]}
        events.append({"type": "negotiation", "at": "2025-03-20T15:00:00", **talk})
    orgs = [{"id": c, "name": name, "kind": "distributor"} for c, name in (("anju", "安居"), ("heng", "恒信"))]
    brokers = [{"id": BROKER[c], "role": "broker", "org": c, "phones": [PHONE[c]]} for c in BROKER]
    return {
        "case": "x", "policy": "channel-contract", "ask": matter["ask"], "orgs": [{"id": "site", "kind": "party_a"}, *orgs],
        "people": [*brokers, {"id": "xu", "role": "site_consultant", "org": "site"}],
        "customers": [{"id": "wang", "phones": ["13900003333"]}],
        "subjects": [{"id": "proj", "kind": "project", "area": "湖畔"}, {"id": "u101", "kind": "unit", "area": "湖畔"}],
        "events": events if matter["closed"] else [e for e in events if e["type"] != "objection"],
    }  # fmt: skip


def shares(matter):
    return rule_on(decode_case(case_of(matter)), PACK).shares


def with_more(matter, company, added):
    """The same matter, in which a company has one thing more."""
    richer = ADDED[added](matter["companies"][company])
    return {**matter, "companies": {**matter["companies"], company: richer}}


@settings(max_examples=300, deadline=None)
@drawn(matter=MATTER, company=st.sampled_from(sorted(BROKER)), added=st.sampled_from(sorted(ADDED)))
def test_more_evidence_never_lowers_the_share_of_whoever_has_it(matter, company, added):
    richer = with_more(matter, company, added)
    assume(richer != matter)
    before, after = shares(matter), shares(richer)
    assert after.get(company, 0) >= before.get(company, 0)


@pytest.mark.parametrize(
    ("added", "lacking", "before", "after"),
    [
        ("call list", {"called": {"too early"}}, 0, 4000), ("slip", {"slip": False}, 0, 4000),
        ("showing", {"shown": set()}, 1000, 4000),
    ],
)  # fmt: skip
def test_each_kind_of_evidence_may_raise_it(added, lacking, before, after):
    companies = {"anju": {**COMPLETE, **lacking}, "heng": COMPLETE}
    matter = {"companies": companies, "closed": ["hal"], "talks": "failed", "ask": "2025-05-10T09:00:00"}
    assert (shares(matter).get("anju", 0), shares(with_more(matter, "anju", added))["anju"]) == (before, after)


@settings(max_examples=200, deadline=None)
@drawn(matter=MATTER)
def test_exchanging_the_two_companies_exchanges_their_shares(matter):
    case = case_of(matter)
    words = re.compile("|".join(rf"\b{word}\b" for word in OTHER))
    mirrored = json.loads(words.sub(lambda word: OTHER[word[0]], json.dumps(case, ensure_ascii=False)))
    given, mirror = (rule_on(decode_case(one), PACK) for one in (case, mirrored))
    assert (mirror.status, mirror.fired) == (given.status, given.fired)
    assert mirror.shares == {OTHER[company]: part for company, part in given.shares.items()}
