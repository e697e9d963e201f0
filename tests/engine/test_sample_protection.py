"""D20: a registered sample or visit protects; whoever calls asks first, and stops."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D20-*.yaml"))
PACK = load_pack("sample-protection")
PEOPLE = [
    {"id": "ann", "role": "salesperson"},
    {"id": "bob", "role": "salesperson"},
    {"id": "cat", "role": "salesperson"},
    {"id": "boss", "role": "manager"},
]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def rule(*events, ask="2025-03-20T09:00:00", people=PEOPLE, **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in ("negotiation", "cancellation") else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    given = {
        "case": "x",
        "policy": "sample-protection",
        "ask": ask,
        "people": people,
        "customers": [{"id": "c1", "kind": "company"}],
        "events": rows,
        **more,
    }
    return decide(decode_case(deepcopy(given)), PACK, explain=False)


def call(who, at, asked=True, **keys):
    return "contact", at, {"by": who, "mode": "call", **({"asked_first": True} if asked else {}), **keys}


def sampled(who, at, **keys):
    return "contact", at, {"id": "s", "by": who, "mode": "sample", **keys}


def visited(who, at, **keys):
    return "contact", at, {"by": who, "mode": "field_visit", **keys}


def registered(who, at, **keys):
    return "report", at, {"by": who, "channel": "web", **keys}


def signed(who, at, **keys):
    return "contract", at, {"id": "k", "by": who, "commission": "8000.00", **keys}


def result(ruling, clause, about):
    found = [f["result"] for f in ruling.findings if (f["clause"], f["about"]) == (clause, about)]
    assert len(found) == 1, found
    return found[0]


PROTECTED = (call("ann", "02-01T10:00:00"), sampled("ann", "02-03T10:00:00"), registered("ann", "02-03T11:00:00"))


class TestRegistration:
    """D20-1a: phoned, and sampled or visited."""

    @pytest.mark.parametrize(
        ("events", "states"),
        [
            ((call("ann", "02-01T10:00:00"),), []), ((sampled("ann", "02-03T10:00:00"),), []),
            ((call("ann", "02-01T10:00:00"), sampled("ann", "02-03T10:00:00")), ["open"]),
            ((call("ann", "02-01T10:00:00"), visited("ann", "02-03T10:00:00")), ["open"]),
            ((call("ann", "02-01T10:00:00", connected=False), sampled("ann", "02-03T10:00:00")), []),
            ((call("bob", "02-01T10:00:00"), sampled("ann", "02-03T10:00:00")), []), (PROTECTED, ["met"]),
        ],
    )  # fmt: skip
    def test_who_phoned_and_sampled_or_visited_registers_the_customer(self, events, states):
        r = rule(*events)
        assert [d["state"] for d in r.duties] == states
        assert ("D20-1a" in r.fired) == (states == ["open"])


class TestProtection:
    """D20-1c: ninety days, the day of the sample not counted."""

    @pytest.mark.parametrize(
        ("at", "found", "owner"), [("05-04T23:59:59", "protected", "ann"), ("05-05T00:00:00", "expired", None)]
    )
    def test_the_last_day_ends_at_midnight(self, at, found, owner):
        r = rule(*PROTECTED, call("bob", at, id="b"), ask="2025-05-05T10:00:00")
        assert (result(r, "D20-1c", "s"), r.owner, "D20-1c" in r.fired) == (found, owner, found == "protected")
        assert ("D20-1e" in r.fired, "D20-1f" in r.fired) == (bool(owner), not owner)

    def test_the_company_may_set_other_days(self):
        r = rule(*PROTECTED, call("bob", "03-10T10:00:00"), params={"sample_hold_days": 30})
        assert result(r, "D20-1c", "s") == "expired"

    def test_what_nobody_registered_protects_nobody_and_a_person_decides(self):
        r = rule(*PROTECTED[:2], call("bob", "03-10T10:00:00", id="b"))
        assert (result(r, "D20-1c", "s"), r.status, r.to) == ("unprotected", "escalated", "boss")
        assert result(r, "D20-1e", "b") == "blocked"

    def test_a_registration_before_the_sample_is_none(self):
        early = (call("ann", "02-01T10:00:00"), registered("ann", "02-02T11:00:00"), sampled("ann", "02-03T10:00:00"))
        assert result(rule(*early, call("bob", "03-10T10:00:00")), "D20-1c", "s") == "unprotected"

    def test_a_telephone_call_alone_protects_nobody(self):
        r = rule(
            call("ann", "02-01T10:00:00", id="a"), registered("ann", "02-01T11:00:00"), call("bob", "03-10T10:00:00")
        )
        assert (result(r, "D20-1c", "a"), r.status, r.owner) == ("unprotected", "decided", None)

    def test_a_second_sample_that_is_registered_counts_anew_and_a_visit_does_not(self):
        later = ("contact", "04-01T10:00:00", {"id": "s2", "by": "ann", "mode": "sample"})
        again = (*PROTECTED, later, registered("ann", "04-01T11:00:00"))
        seen = (*PROTECTED, visited("ann", "04-01T10:00:00"), registered("ann", "04-01T11:00:00"))
        assert rule(*again, call("bob", "06-01T10:00:00"), ask="2025-06-02T09:00:00").owner == "ann"
        assert rule(*seen, call("bob", "06-01T10:00:00"), ask="2025-06-02T09:00:00").owner is None

    def test_what_somebody_does_while_another_is_protected_protects_nobody(self):
        rival = (
            call("bob", "03-01T10:00:00"),
            sampled("bob", "03-02T10:00:00", id="sb"),
            registered("bob", "03-02T11:00:00"),
        )
        r = rule(*PROTECTED, *rival)
        assert (r.owner, result(r, "D20-1c", "sb")) == ("ann", "unprotected")

    def test_a_deal_that_another_closes_within_the_days_is_still_the_protected_ones(self):
        r = rule(*PROTECTED, call("bob", "03-01T10:00:00"), signed("bob", "03-10T10:00:00"))
        assert (r.owner, r.shares, r.amounts) == ("ann", {"ann": 10_000}, {"ann": "8000.00"})

    def test_whoever_withdraws_frees_the_customer(self):
        gone = ("withdrawal", "03-01T09:00:00", {"by": "ann"})
        r = rule(*PROTECTED, gone, call("bob", "03-01T10:00:00", id="b"))
        assert (r.owner, result(r, "D20-1f", "b")) == (None, "allowed")

    def test_so_does_whoever_leaves_the_company(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-01T18:00:00"}, *PEOPLE[1:]]
        r = rule(*PROTECTED, call("bob", "03-10T10:00:00"), call("cat", "03-11T10:00:00"), people=people)
        assert (r.owner, "G-10" in r.fired) == (None, True)


class TestACallToAnothersCustomer:
    """D20-1d, 1e, 1f."""

    def test_a_caller_asks_first(self):
        for asked, found in ((True, "not_flagged"), (False, "flagged")):
            r = rule(call("ann", "02-01T10:00:00", asked=False, id="a"), call("bob", "03-10T10:00:00", asked, id="b"))
            assert (result(r, "D20-1d", "b"), "D20-1d" in r.fired) == (found, found == "flagged")
            assert not [f for f in r.findings if (f["clause"], f["about"]) == ("D20-1d", "a")]

    def test_once_is_enough(self):
        r = rule(
            call("ann", "02-01T10:00:00"),
            call("bob", "03-10T10:00:00"),
            call("bob", "03-11T10:00:00", asked=False, id="b2"),
        )
        assert result(r, "D20-1d", "b2") == "not_flagged"

    def test_the_first_contact_must_be_the_last(self):
        r = rule(*PROTECTED, call("bob", "03-10T10:00:00", id="b1"), call("bob", "03-11T10:00:00", id="b2"))
        assert (result(r, "D20-1e", "b1"), result(r, "D20-1e", "b2")) == ("blocked", "breach")

    def test_in_whatever_form(self):
        r = rule(*PROTECTED, call("bob", "03-10T10:00:00"), visited("bob", "03-11T10:00:00", id="b2"))
        assert result(r, "D20-1e", "b2") == "breach"

    def test_with_leave_contact_may_go_on(self):
        leave = ("consent", "03-09T10:00:00", {"by": "ann", "to": "bob", "kind": "holder_permission"})
        r = rule(*PROTECTED, leave, call("bob", "03-10T10:00:00", id="b"))
        assert (result(r, "D20-1e", "b"), result(r, "D20-1f", "b"), r.owner) == ("no_breach", "allowed", "ann")

    def test_where_others_only_phoned_it_may_go_on_and_whoever_closes_has_the_customer(self):
        r = rule(call("ann", "02-01T10:00:00"), call("bob", "03-10T10:00:00", id="b"), signed("bob", "03-15T10:00:00"))
        assert (result(r, "D20-1f", "b"), r.owner, r.shares, "D20-1f" in r.fired) == (
            "allowed",
            "bob",
            {"bob": 10_000},
            True,
        )

    def test_two_who_closed_together_share(self):
        r = rule(call("ann", "02-01T10:00:00"), call("bob", "03-10T10:00:00"), signed(["ann", "bob"], "03-15T10:00:00"))
        assert r.shares == {"ann": 5000, "bob": 5000}

    def test_whoever_phoned_first_must_keep_away_too_once_another_has_sampled(self):
        r = rule(call("bob", "01-20T10:00:00"), *PROTECTED, call("bob", "03-10T10:00:00", asked=False, id="b"))
        assert (result(r, "D20-1d", "b"), result(r, "D20-1e", "b"), r.owner) == ("flagged", "blocked", "ann")


class TestCooperation:
    """A customer with a running contract is not another's to call."""

    @pytest.mark.parametrize(
        ("months", "at", "stops"),
        [(0, "12-01T10:00:00", True), (3, "05-10T23:59:59", True), (3, "05-11T00:00:00", False)],
    )
    def test_while_the_contract_runs_others_stop(self, months, at, stops):
        deal = signed("ann", "02-10T10:00:00", **({"term_months": months} if months else {}))
        r = rule(call("ann", "02-01T10:00:00"), deal, call("bob", at, id="b"), ask="2025-12-31T00:00:00")
        assert (result(r, "D20-1e", "b"), "D20-1e" in r.fired) == ("blocked" if stops else "no_breach", stops)
        assert r.owner == "ann"

    def test_a_cancelled_contract_is_none(self):
        gone = ("cancellation", "03-01T10:00:00", {"contract": "k"})
        r = rule(
            call("ann", "02-01T10:00:00"), signed("ann", "02-10T10:00:00"), gone, call("bob", "03-10T10:00:00", id="b")
        )
        assert (result(r, "D20-1f", "b"), r.owner) == ("allowed", None)


def test_a_settlement_of_all_parties_decides():
    deal = ("negotiation", "03-15T10:00:00", {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]})
    assert rule(*PROTECTED, call("bob", "03-10T10:00:00"), deal).owner == "bob"
