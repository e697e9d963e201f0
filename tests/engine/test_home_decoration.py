"""D09, situation by situation: the given cases, and what the text says at its edges."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

SPEC = Path(__file__).parent.parent / "spec"
CASES = sorted((SPEC / "cases").glob("D09-*.yaml"))
PACK = load_pack("home-decoration")
PEOPLE = [
    {"id": "ann", "role": "salesperson"}, {"id": "bob", "role": "salesperson"}, {"id": "cat", "role": "salesperson"},
    {"id": "boss", "role": "manager"}, {"id": "des", "role": "designer"}, {"id": "dia", "role": "designer"},
]  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask="2025-06-01T09:00:00", customers=("c1",), relations=(), people=PEOPLE, **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t == "refund" else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    case = {
        "case": "x", "policy": "home-decoration", "ask": ask, "people": people, "relations": list(relations),
        "customers": [c if isinstance(c, dict) else {"id": c} for c in customers], "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=False)


def report(who, at, **keys):
    return "report", at, {"by": who, "channel": "form", **keys}


def visit(id_, at, **keys):
    return "visit", at, {"id": id_, "initiative": "self", **keys}


def received(who, visit_, at, **keys):
    return "reception", at, {"by": who, "visit": visit_, "mode": "in_turn", **keys}


def call(who, at, **keys):
    return "contact", at, {"by": who, "mode": "call", **keys}


VISITED = (visit("v1", "02-20T10:00:00"), received("ann", "v1", "02-20T10:05:00"), report("ann", "02-20T11:00:00"))
PROSPECT = (call("ann", "02-01T09:00:00"), report("ann", "02-02T09:00:00"))


class TestVisitedBefore:
    """Situations one to three."""

    def test_the_first_consultant_keeps_a_customer_who_comes_again_after_anothers_call(self):
        r = rule(*VISITED, call("bob", "03-01T10:00:00"), visit("v2", "03-05T10:00:00", invited_by="bob"))
        assert (r.owner, "D09-1a" in r.fired) == ("ann", True)

    def test_so_does_one_who_did_not_know_that_another_met_the_customer(self):
        r = rule(*VISITED, visit("v2", "03-05T10:00:00"), received("bob", "v2", "03-05T10:00:00"))
        assert (r.owner, "D09-2a" in r.fired, "D09-1a" in r.fired) == ("ann", True, False)

    def test_so_does_one_whose_list_overlaps_whether_or_not_the_customer_comes_again(self):
        customers = [{"id": "c1", "source": "list"}]
        r = rule(*VISITED, call("bob", "03-01T10:00:00"), customers=customers)
        assert (r.owner, "D09-3a" in r.fired) == ("ann", True)

    def test_so_does_one_who_knows_that_another_receives_today(self):
        told = ("notice", "03-05T09:00:00", {"by": "bob", "to": "ann", "kind": "prompt"})
        r = rule(*VISITED, told, visit("v2", "03-05T10:00:00"), received("bob", "v2", "03-05T10:00:00"))
        assert (r.owner, "D09-3a" in r.fired) == ("ann", True)

    def test_a_later_report_by_a_newcomer_changes_nothing(self):
        assert rule(*VISITED, report("bob", "03-01T10:00:00")).owner == "ann"

    @pytest.mark.parametrize("kind", ["asks_for", "claims_relation", "wants_change"])
    def test_nor_does_what_the_customer_only_says_of_somebody_who_did_nothing(self, kind):
        r = rule(*VISITED, ("statement", "03-01T10:00:00", {"kind": kind, "people": ["bob"]}))
        assert (r.owner, "D09-3a" in r.fired) == ("ann", True)

    def test_a_stand_in_receives_for_the_one_they_stand_in_for(self):
        first = (
            visit("v1", "02-20T10:00:00"),
            received("bob", "v1", "02-20T10:05:00", mode="stand_in", **{"for": "ann"}),
        )
        assert rule(*first, call("cat", "03-01T10:00:00")).owner == "ann"

    @pytest.mark.parametrize(
        ("told", "state"), [("03-05T10:30:00", "met"), ("03-05T10:30:01", "breached"), (None, "breached")]
    )
    def test_the_first_consultant_is_called_within_half_an_hour(self, told, state):
        notice = [("notice", told, {"by": "bob", "to": "ann", "kind": "prompt"})] if told else []
        r = rule(*VISITED, visit("v2", "03-05T10:00:00"), received("bob", "v2", "03-05T10:00:00"), *notice)
        duty = next(d for d in r.duties if d["clause"] == "D09-2e")
        assert (duty["state"], duty["due"]) == (state, "2025-03-05T10:30:00+08:00")
        assert ("D09-2e" in r.fired) == (state == "breached")

    def test_a_duty_is_open_while_there_is_time(self):
        r = rule(
            *VISITED, visit("v2", "03-05T10:00:00"), received("bob", "v2", "03-05T10:00:00"), ask="2025-03-05T10:30:00"
        )
        assert [d["state"] for d in r.duties if d["clause"] == "D09-2e"] == ["open"]

    @pytest.mark.parametrize(("day", "owed"), [("03-06", False), ("03-07", True)])
    def test_follow_up_is_lax_after_fourteen_days_without_contact(self, day, owed):
        r = rule(*VISITED, call("bob", f"{day}T10:05:00"))
        assert any(d["clause"] == "D09-1c" for d in r.duties) == owed


class TestFourToSix:
    """Joint friends and referrals, and the report system."""

    def party(self, friends, **more):
        customers = [
            {"id": "c1"},
            *({"id": f"o{i}", "assigned_to": who, "lifecycle": "old"} for i, who in enumerate(friends)),
        ]
        relations = [{"a": f"o{i}", "b": "c1", "kind": "friend"} for i in range(more.pop("related", len(friends)))]
        visits = [
            ("visit", "03-08T10:00:00", {"id": f"w{i}", "customer": f"o{i}", "party": "p"}) for i in range(len(friends))
        ]
        return rule(visit("v1", "03-08T10:00:00", party="p"), *visits, customers=customers, relations=relations, **more)

    def test_a_friend_of_two_consultants_old_customers_is_shared(self):
        r = self.party(["ann", "bob"])
        assert (r.shares, "D09-4a" in r.fired) == ({"ann": 5000, "bob": 5000}, True)

    def test_a_friend_of_only_one_of_them_is_not(self):
        assert "D09-4a" not in self.party(["ann", "bob"], related=1).fired

    def test_two_old_customers_of_one_consultant_share_nothing(self):
        assert "D09-4a" not in self.party(["ann", "ann"]).fired

    def test_three_consultants_share_equally_and_the_default_is_named(self):
        r = self.party(["ann", "bob", "cat"])
        assert sorted(r.shares.values()) == [3333, 3333, 3334]
        assert "G-09" in r.fired

    def referred(self, *rows):
        customers = ["c1", "o1", "o2"]
        return rule(
            *(("referral", at, {"old_customer": old, "to": to}) for old, to, at in rows),
            report("ann", "03-08T21:00:00"), visit("v1", "03-10T10:00:00"), customers=customers,
        )  # fmt: skip

    def test_referrals_on_one_local_day_are_simultaneous(self):
        r = self.referred(("o1", "ann", "03-08T00:00:00"), ("o2", "bob", "03-08T23:59:59"))
        assert r.shares == {"ann": 5000, "bob": 5000}

    def test_referrals_on_two_days_are_not(self):
        r = self.referred(("o1", "ann", "03-08T23:59:59"), ("o2", "bob", "03-09T00:00:00"))
        assert ("D09-4b" in r.fired, r.owner) == (False, "ann")

    @pytest.mark.parametrize(("second", "owner"), [("09:01:00", "bob"), ("09:01:01", "ann")])
    def test_reports_a_minute_apart_are_simultaneous_and_then_the_customer_decides(self, second, owner):
        r = rule(*PROSPECT, report("bob", f"02-02T{second}"), visit("v1", "03-03T10:00:00", asked_for="bob"))
        assert r.owner == owner

    def test_simultaneous_reports_and_nobody_asked_for_is_a_persons_to_decide(self):
        r = rule(*PROSPECT, report("bob", "02-02T09:00:10"), visit("v1", "03-03T10:00:00", asked_for=None))
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "customer_names_neither")

    def test_simultaneous_reports_and_the_customer_was_not_asked_needs_that_fact(self):
        r = rule(*PROSPECT, report("bob", "02-02T09:00:10"), visit("v1", "03-03T10:00:00"))
        assert (r.status, r.missing) == ("needs_evidence", ("ask.names_reporter",))

    def test_a_report_after_the_visit_does_not_count(self):
        r = rule(
            call("ann", "02-01T09:00:00"),
            report("bob", "02-20T09:00:00"),
            visit("v1", "03-03T10:00:00"),
            report("ann", "03-03T10:00:01"),
        )
        assert r.owner == "bob"

    def test_an_incomplete_or_rejected_report_does_not_count(self):
        r = rule(
            report("ann", "02-01T09:00:00", review="rejected"), report("cat", "02-01T10:00:00", complete=False),
            report("bob", "02-05T09:00:00"), visit("v1", "03-03T10:00:00"),
        )  # fmt: skip
        assert r.owner == "bob"

    def test_neither_knew_fires_six_and_not_five(self):
        r = rule(*PROSPECT, report("bob", "02-05T09:00:00"), visit("v1", "03-03T10:00:00", asked_for="ann"))
        assert (r.owner, "D09-6b" in r.fired, "D09-5a" in r.fired) == ("ann", True, False)

    def test_before_any_visit_the_matter_waits(self):
        r = rule(*PROSPECT, report("bob", "02-05T09:00:00"))
        assert (r.status, r.owner, r.until) == ("on_hold", None, None)

    def test_whoever_reported_and_somebody_received_without_a_report_the_report_counts(self):
        r = rule(*PROSPECT, visit("v1", "03-03T10:00:00"), received("bob", "v1", "03-03T10:05:00"))
        assert r.owner == "ann"

    def test_the_only_report_decides_although_the_customer_asked_for_another(self):
        r = rule(*PROSPECT, visit("v1", "03-03T10:00:00", asked_for="bob"), received("ann", "v1", "03-03T10:05:00"))
        assert (r.owner, "D09-5a" in r.fired) == ("ann", True)

    def test_who_first_asks_for_one_and_then_claims_kinship_with_another_stays_the_firsts(self):
        r = rule(
            *PROSPECT, visit("v1", "03-03T10:00:00", asked_for="ann"), report("bob", "02-01T12:00:00"),
            ("statement", "03-03T11:00:00", {"kind": "claims_relation", "people": ["bob"]}),
        )  # fmt: skip
        assert r.owner == "ann"
        assert [(d["who"], d["state"]) for d in r.duties if d["clause"] == "D09-5d"] == [("bob", "open")]

    def test_kinship_said_before_asking_is_no_such_case(self):
        r = rule(
            *PROSPECT, report("bob", "02-01T08:00:00"), visit("v1", "03-03T10:00:00", asked_for="bob"),
            ("statement", "03-03T11:00:00", {"kind": "claims_relation", "people": ["bob"]}),
        )  # fmt: skip
        assert ("D09-5c" in r.fired, r.owner) == (False, "bob")


class TestRefund:
    """Situation seven."""

    def story(self, *, back="5000.00", invited="02-28T09:00:00", refund_at="01-20T11:00:00", designer=None, **more):
        invitation = [("invitation", invited, {"by": "bob"})] if invited else []
        deal = (
            [
                (
                    "contract",
                    "03-20T16:00:00",
                    {"by": "bob", "amount": "1000.00", "commission": "60.00", "designer": designer},
                )
            ]
            if designer
            else []
        )
        return rule(
            visit("v1", "01-08T10:00:00"), received("ann", "v1", "01-08T10:05:00"), report("ann", "01-08T11:00:00"),
            ("deposit", "01-10T15:00:00", {"id": "d1", "by": "ann", "designer": "des", "amount": "5000.00"}),
            ("refund", refund_at, {"deposit": "d1", "amount": back}), *invitation,
            visit("v2", "03-03T10:00:00"), received("bob", "v2", "03-03T10:05:00"), *deal, **more,
        )  # fmt: skip

    def test_a_full_refund_and_a_new_invitation_free_the_customer(self):
        r = self.story()
        assert (r.owner, "D09-7b" in r.fired, "D09-1a" in r.fired) == ("bob", True, False)
        assert ("D09-7a", "v2", "not_new_visitor") in {(f["clause"], f["about"], f["result"]) for f in r.findings}

    @pytest.mark.parametrize("change", [{"back": "4999.99"}, {"invited": None}, {"invited": "01-19T09:00:00"}])
    def test_a_partial_refund_or_no_invitation_after_it_frees_nobody(self, change):
        r = self.story(**change)
        assert (r.owner, "D09-7b" in r.fired, "D09-7a" in r.fired) == ("ann", False, False)

    @pytest.mark.parametrize(("designer", "result"), [("des", "blocked"), ("dia", "allowed")])
    def test_the_designer_of_the_refunded_order_may_not_take_the_new_one(self, designer, result):
        r = self.story(designer=designer)
        assert [f["result"] for f in r.findings if f["clause"] == "D09-7c"] == [result]
        assert ("D09-7c" in r.fired) == (result == "blocked")


class TestHousehold:
    """Situation eight."""

    def couple(self, *events, apart=False):
        relations = [] if apart else [{"a": "c1", "b": "c2", "kind": "spouse"}]
        return rule(*events, customers=["c1", "c2"], relations=relations)

    REPORTS = (report("ann", "02-01T10:00:00"), report("bob", "02-03T10:00:00", customer="c2"))

    def test_the_earliest_visit_decides_where_both_reported(self):
        r = self.couple(
            *self.REPORTS, visit("v1", "02-10T10:00:00", customer="c2"), received("bob", "v1", "02-10T10:05:00", customer="c2"),
            visit("v2", "03-01T10:00:00"), received("ann", "v2", "03-01T10:05:00"),
        )  # fmt: skip
        assert (r.owner, "D09-8a" in r.fired) == ("bob", True)

    @pytest.mark.parametrize(
        ("minutes", "shares"), [("10:15:00", {"ann": 5000, "bob": 5000}), ("10:15:01", {"ann": 10000})]
    )
    def test_visits_a_quarter_of_an_hour_apart_are_simultaneous(self, minutes, shares):
        r = self.couple(
            *self.REPORTS, visit("v1", "03-01T10:00:00", invited_by="ann"),
            visit("v2", f"03-01T{minutes}", customer="c2", invited_by="bob"),
        )  # fmt: skip
        assert r.shares == shares

    def test_who_did_not_report_has_no_claim(self):
        r = self.couple(
            report("ann", "02-01T10:00:00"), call("bob", "02-03T10:00:00", customer="c2"),
            visit("v1", "02-10T10:00:00", customer="c2", invited_by="bob"), visit("v2", "03-01T10:00:00", invited_by="ann"),
        )  # fmt: skip
        assert r.owner == "ann"

    def test_siblings_are_no_household(self):
        relations = [{"a": "c1", "b": "c2", "kind": "sibling"}]
        r = rule(
            *self.REPORTS, visit("v1", "03-01T10:00:00", invited_by="ann"), customers=["c1", "c2"], relations=relations
        )
        assert not {"D09-8a", "D09-8b"} & set(r.fired)


class TestPeople:
    """Leavers, settlements, one claimant."""

    def test_one_claimant_is_no_collision(self):
        r = rule(*PROSPECT, visit("v1", "03-03T10:00:00"))
        assert (r.status, r.owner, r.fired) == ("no_collision", "ann", ())

    def test_a_leavers_claim_goes_to_the_next(self):
        people = [{**p, "resigned_at": "2025-04-01T00:00:00"} if p["id"] == "ann" else p for p in PEOPLE]
        r = rule(
            *PROSPECT, report("bob", "02-05T09:00:00"), report("cat", "02-06T09:00:00"), visit("v1", "03-03T10:00:00"),
            people=people,
        )  # fmt: skip
        assert (r.owner, "G-10" in r.fired) == ("bob", True)

    def test_who_leaves_after_the_contract_is_paid(self):
        people = [{**p, "resigned_at": "2025-04-01T00:00:00"} if p["id"] == "ann" else p for p in PEOPLE]
        deal = ("contract", "03-20T10:00:00", {"by": "bob", "amount": "100.00", "commission": "10.00"})
        r = rule(*PROSPECT, report("bob", "02-05T09:00:00"), visit("v1", "03-03T10:00:00"), deal, people=people)
        assert r.owner == "ann"

    def test_a_settlement_of_all_parties_goes_before_the_rules(self):
        talk = (
            "negotiation",
            "04-01T10:00:00",
            {"outcome": "settled", "shares": {"ann": 3000, "bob": 7000}, "confirmed_by": ["ann", "bob"]},
        )
        talk[2]["customer"] = None
        rows = [*PROSPECT, report("bob", "02-05T09:00:00"), visit("v1", "03-03T10:00:00")]
        case = {
            "case": "x", "policy": "home-decoration", "ask": "2025-06-01T09:00:00", "people": PEOPLE, "customers": [{"id": "c1"}],
            "events": [{"type": t, "at": f"2025-{at}", "customer": "c1", **k} for t, at, k in rows]
            + [{"type": "negotiation", "at": "2025-04-01T10:00:00", **{k: v for k, v in talk[2].items() if k != "customer"}}],
        }  # fmt: skip
        r = decide(decode_case(case), PACK, explain=False)
        assert (r.shares, "G-48" in r.fired) == ({"ann": 3000, "bob": 7000}, True)


def test_every_clause_of_the_document_has_a_rule_or_a_stated_reason():
    clauses = {
        c["id"]: c for c in json.loads((SPEC / "clauses.json").read_text("utf-8"))["clauses"] if c["doc"] == "D09"
    }
    rules = {rule.id for rule in PACK.rules if rule.id.startswith("D")}
    assert rules | set(PACK.not_rules) == set(clauses)
    assert not rules & set(PACK.not_rules)
    assert {id_ for id_, c in clauses.items() if c["decision"]} == rules


def test_every_quote_is_in_its_clause():
    clauses = {c["id"]: c["quote"] for c in json.loads((SPEC / "clauses.json").read_text("utf-8"))["clauses"]}
    for one in PACK.rules:
        if one.id.startswith("D"):
            assert one.quote in clauses[one.id], one.id
