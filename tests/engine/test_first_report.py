"""D08, clause by clause: the given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D08-*.yaml"))
PACK = load_pack("first-report")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "superior": "boss"}, {"id": "bob", "role": "salesperson", "superior": "boss"},
    {"id": "cat", "role": "salesperson", "superior": "boss"}, {"id": "boss", "role": "manager"},
]  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask="2025-04-01T09:00:00", people=PEOPLE, customers=({"id": "c1"},), **more):
    """Rule on a small case; events are (type, at, keys)."""
    about_nobody = ("negotiation", "collision_reported", "evidence", "notice")
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in about_nobody else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    case = {
        "case": "x", "policy": "first-report", "ask": ask, "people": people, "customers": list(customers),
        "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=False)


def report(who, at, **keys):
    return "report", at, {"by": who, "channel": "web", **keys}


def contact(who, at, mode="call", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def told(who, at, kind="result"):
    return "notice", at, {"by": "boss", "to": who, "kind": kind}


def misdeed(who, at, kind="poaching", **keys):
    return "conduct", at, {"by": who, "kind": kind, "against": "ann", **keys}


def approval(who, at, by="boss", kind="department_approval"):
    return "consent", at, {"by": by, "to": who, "kind": kind}


def agreed(at, by=("ann", "bob"), **keys):
    return "negotiation", at, {"outcome": "settled", "confirmed_by": list(by), **keys}


def found(ruling, clause):
    return {row["about"]: row["result"] for row in ruling.findings if row["clause"] == clause}


def duties(ruling, clause):
    return {row["who"]: row["state"] for row in ruling.duties if row["clause"] == clause}


def sanctions(ruling):
    return [(row["to"], row["kind"], row.get("amount")) for row in ruling.sanctions]


ANN = (contact("ann", "03-03T08:30:00", id="a1"), report("ann", "03-03T09:00:00", id="ra"))
BOTH = (*ANN, contact("bob", "03-03T08:40:00", id="b1"), report("bob", "03-03T09:30:00", id="rb"))


class TestWhoseCustomerItIs:
    def test_the_first_report_decides_and_takes_the_whole(self):
        r = rule(*BOTH)
        assert (r.status, r.owner, r.shares) == ("decided", "ann", {"ann": 10_000})
        assert {"D08-3", "D08-4.2b", "D08-5.3"} <= set(r.fired)

    def test_one_second_is_enough(self):
        early = (report("bob", "03-03T09:00:00"), report("ann", "03-03T09:00:01"))
        assert rule(*early).owner == "bob"

    def test_two_reports_in_one_second_are_left_to_the_superior(self):
        r = rule(report("bob", "03-03T09:00:00"), report("ann", "03-03T09:00:00"))
        assert (r.status, r.owner, r.to, r.reason) == ("escalated", None, "boss", "same_second")

    def test_the_department_settles_what_fell_into_one_second(self):
        r = rule(report("bob", "03-03T09:00:00"), report("ann", "03-03T09:00:00"), approval("bob", "03-05T09:00:00"))
        assert (r.owner, "D08-5.5" in r.fired) == ("bob", True)

    def test_whoever_did_not_report_has_no_priority(self):
        r = rule(contact("bob", "03-02T09:00:00"), *ANN)
        assert (r.owner, "D08-4.2b" in r.fired, "D08-5.3" in r.fired) == ("ann", True, False)

    def test_without_any_report_that_counts_the_superior_decides(self):
        r = rule(contact("ann", "03-03T09:00:00"), contact("bob", "03-04T09:00:00"))
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "nobody_reported")

    @pytest.mark.parametrize("keys", [{"complete": False}, {"review": "rejected"}, {"review": "pending"}])
    def test_an_incomplete_rejected_or_pending_report_is_not_ranked(self, keys):
        first = report("ann", "03-03T09:00:00", reviewed_by="boss", **keys)
        assert rule(contact("ann", "03-03T08:30:00"), first, report("bob", "03-03T09:30:00")).owner == "bob"

    def test_the_time_of_the_report_counts_not_that_of_its_review(self):
        late = report("ann", "03-03T09:00:00", review="approved", reviewed_by="boss", reviewed_at="2025-03-05T09:00:00")
        assert rule(late, report("bob", "03-03T09:30:00", reviewed_at="2025-03-03T10:00:00")).owner == "ann"

    def test_a_review_still_to_come_has_not_happened(self):
        r = rule(report("ann", "03-03T09:00:00", id="ra", reviewed_at="2025-05-01T09:00:00"))
        assert found(r, "D08-5.2") == {"ra": "pending"}

    def test_a_household_is_one_customer(self):
        customers = [{"id": "c1", "household": "h"}, {"id": "c2", "household": "h"}]
        r = rule(report("ann", "03-02T10:00:00"), report("bob", "03-01T10:00:00", customer="c2"), customers=customers)
        assert r.owner == "bob"

    def test_a_leavers_report_frees_the_customer_for_the_next(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-10T00:00:00"}, *PEOPLE[1:]]
        r = rule(*BOTH, contact("cat", "03-12T09:00:00"), people=people)
        assert (r.owner, "G-10" in r.fired) == ("bob", True)

    def test_whoever_gives_the_customer_up_is_out(self):
        assert rule(*BOTH, ("withdrawal", "03-05T09:00:00", {"by": "ann"})).owner == "bob"

    def test_claims_never_run_out_unless_the_company_says_so(self):
        stale = (report("ann", "01-02T09:00:00"), contact("bob", "03-20T09:00:00"), contact("ann", "03-30T09:00:00"))
        stale = (*stale, report("bob", "03-20T09:30:00"))
        assert rule(*stale).owner == "ann"
        assert rule(*stale, params={"expiry_days": 60}).owner == "bob"


class TestCollision:
    @pytest.mark.parametrize(("day", "met"), [("04-02T23:59:59", True), ("04-03T00:00:00", False)])
    def test_follow_up_lasts_thirty_days_after_the_last_talk(self, day, met):
        r = rule(contact("ann", "03-03T10:00:00", "quote"), contact("bob", day, "negotiate"), ask="2025-05-01T09:00:00")
        assert found(r, "D08-3") == {"case": "collision" if met else "no_collision"}
        assert ("D08-3" in r.fired) == met

    def test_without_a_collision_the_first_reporter_goes_on(self):
        r = rule(*ANN, contact("bob", "05-20T10:00:00"), ask="2025-06-01T09:00:00")
        assert (r.status, r.owner, "D08-4.2b" in r.fired) == ("no_collision", "ann", False)

    def test_one_person_alone_is_no_collision(self):
        r = rule(*ANN, contact("ann", "03-05T10:00:00"))
        assert (r.status, r.owner) == ("no_collision", "ann")

    def test_after_sales_service_and_unanswered_calls_develop_nobody(self):
        other = (contact("bob", "03-04T10:00:00", "service"), contact("bob", "03-05T10:00:00", connected=False))
        assert rule(*ANN, *other).status == "no_collision"


class TestAgreement:
    """5.4 and 5.5: the parties talk, the department decides on what they came to."""

    def test_the_department_confirms_what_they_agreed(self):
        r = rule(*BOTH, agreed("03-05T15:00:00", owner="bob"), approval("bob", "03-06T10:00:00"))
        assert (r.owner, r.shares, "D08-5.5" in r.fired, "G-48" in r.fired) == ("bob", {"bob": 10_000}, True, False)

    def test_until_then_the_written_agreement_holds_as_a_default(self):
        r = rule(*BOTH, agreed("03-05T15:00:00", owner="bob"))
        assert (r.owner, "G-48" in r.fired, "D08-5.5" in r.fired) == ("bob", True, False)

    def test_they_may_share(self):
        r = rule(*BOTH, agreed("03-05T15:00:00", shares={"ann": 4000, "bob": 6000}), approval("bob", "03-06T10:00:00"))
        assert (r.owner, r.shares) == ("bob", {"ann": 4000, "bob": 6000})

    def test_the_department_may_turn_an_agreement_down_for_the_first_reporter(self):
        r = rule(*BOTH, agreed("03-05T15:00:00", owner="bob"), approval("ann", "03-06T10:00:00"))
        assert (r.owner, "D08-5.5" in r.fired) == ("ann", True)

    def test_an_agreement_that_one_party_did_not_confirm_is_none(self):
        assert rule(*BOTH, agreed("03-05T15:00:00", by=["bob"], owner="bob")).owner == "ann"

    @pytest.mark.parametrize("talks", [[], [("negotiation", "03-05T15:00:00", {"outcome": "failed"})]])
    def test_without_an_agreement_the_first_report_stands_whatever_is_decided(self, talks):
        r = rule(*BOTH, *talks, approval("bob", "03-06T10:00:00"))
        assert (r.owner, "D08-5.5" in r.fired) == ("ann", False)

    def test_a_decision_signed_by_a_salesperson_is_none(self):
        r = rule(*BOTH, agreed("03-05T15:00:00", owner="bob"), approval("bob", "03-06T10:00:00", by="cat"))
        assert (r.owner, "D08-5.5" in r.fired) == ("bob", False)

    @pytest.mark.parametrize(
        ("at", "state"), [("03-04T10:00:00", "met"), ("03-04T10:00:01", "breached"), (None, "breached")]
    )
    def test_who_learns_of_the_collision_negotiates_within_a_day(self, at, state):
        known = ("collision_known", "03-03T10:00:00", {"by": "ann"})
        talk = [("negotiation", at, {"outcome": "open"})] if at else []
        r = rule(*BOTH, known, *talk)
        assert duties(r, "D08-5.4") == {"ann": state}
        assert ("D08-5.4" in r.fired) == (state == "breached")

    def test_who_withdraws_need_not_negotiate(self):
        known = ("collision_known", "03-03T10:00:00", {"by": "bob"})
        r = rule(*BOTH, known, ("withdrawal", "03-03T12:00:00", {"by": "bob"}))
        assert duties(r, "D08-5.4") == {"bob": "met"}

    def test_the_duty_is_open_while_there_is_time(self):
        known = ("collision_known", "03-03T10:00:00", {"by": "bob"})
        assert duties(rule(*BOTH, known, ask="2025-03-04T10:00:00"), "D08-5.4") == {"bob": "open"}


class TestReports:
    @pytest.mark.parametrize(("at", "worth"), [("03-04T10:00:00", "valid"), ("03-04T10:00:01", "late")])
    def test_a_report_is_due_a_day_after_the_first_contact(self, at, worth):
        r = rule(contact("ann", "03-03T10:00:00"), report("ann", at, id="ra"))
        assert (found(r, "D08-5.1a"), "D08-5.1a" in r.fired) == ({"ra": worth}, worth == "late")

    def test_a_call_that_nobody_answered_starts_no_term(self):
        unanswered = contact("ann", "03-01T10:00:00", connected=False)
        r = rule(unanswered, contact("ann", "03-03T10:00:00"), report("ann", "03-04T09:00:00", id="ra"))
        assert found(r, "D08-5.1a") == {"ra": "valid"}

    def test_an_incomplete_report_is_no_report_so_the_next_may_be_late(self):
        r = rule(
            contact("ann", "03-03T10:00:00"), report("ann", "03-03T11:00:00", id="r1", complete=False),
            report("ann", "03-05T11:00:00", id="r2"),
        )  # fmt: skip
        assert (found(r, "D08-5.1a"), found(r, "D08-5.1b")) == ({"r2": "late"}, {"r1": "incomplete", "r2": "valid"})

    @pytest.mark.parametrize(
        ("ask", "result"), [("2025-03-04T10:00:00", "not_flagged"), ("2025-03-04T10:00:01", "flagged")]
    )
    def test_whoever_has_not_reported_is_listed_once_the_term_is_over(self, ask, result):
        r = rule(contact("ann", "03-03T10:00:00"), ask=ask)
        assert (found(r, "D08-4.2a"), "D08-4.2a" in r.fired) == ({"ann": result}, result == "flagged")

    @pytest.mark.parametrize(
        ("keys", "worth"),
        [
            ({"review": "rejected", "reviewed_by": "boss"}, "rejected"),
            ({"review": "rejected", "reviewed_by": "bob"}, "pending"),
            ({"review": "approved", "reviewed_by": "bob"}, "pending"), ({"review": "pending"}, "pending"),
            ({"review": "approved", "reviewed_by": "boss"}, "valid"), ({}, "valid"),
        ],
    )  # fmt: skip
    def test_only_the_sales_management_reviews(self, keys, worth):
        r = rule(report("ann", "03-03T09:00:00", id="ra", **keys))
        assert (found(r, "D08-5.2"), "D08-5.2" in r.fired) == ({"ra": worth}, worth == "rejected")

    @pytest.mark.parametrize(("ask", "state"), [("2025-03-05T23:59:59", "open"), ("2025-03-06T00:00:00", "breached")])
    def test_the_review_is_due_in_two_working_days(self, ask, state):
        r = rule(report("ann", "03-03T09:00:00", review="pending"), ask=ask)
        assert duties(r, "G-05") == {"boss": state}


class TestTheFirstReportersRight:
    def test_others_may_not_contact_the_customer_after_the_first_report(self):
        r = rule(*ANN, contact("bob", "03-03T08:50:00", id="before"), contact("bob", "03-05T10:00:00", id="after"))
        assert found(r, "D08-6.1") == {"a1": "allowed", "before": "allowed", "after": "blocked"}
        assert any("ann" in row.get("note", [""])[0] for row in r.findings if row["about"] == "after")

    @pytest.mark.parametrize(
        "leave",
        [
            approval("bob", "03-05T10:00:00", by="ann", kind="holder_permission"),
            approval("bob", "03-04T10:00:00", kind="manager_assignment"),
        ],
    )
    def test_unless_the_holder_or_the_management_lets_them(self, leave):
        r = rule(*ANN, leave, contact("bob", "03-05T10:00:00", id="b1"))
        assert (found(r, "D08-6.1")["b1"], "D08-6.1" in r.fired) == ("allowed", False)

    def test_leave_given_afterwards_or_by_somebody_else_is_none(self):
        leaves = [
            approval("bob", at, by=by, kind="holder_permission")
            for at, by in (("03-05T10:00:01", "ann"), ("03-04T10:00:00", "cat"))
        ]
        r = rule(*ANN, *leaves, contact("bob", "03-05T10:00:00", id="b1"))
        assert found(r, "D08-6.1")["b1"] == "blocked"

    def test_an_agreement_moves_the_right(self):
        r = rule(
            *BOTH, agreed("03-05T15:00:00", owner="bob"), contact("bob", "03-06T10:00:00", id="b2"),
            contact("ann", "03-06T11:00:00", id="a2"),
        )  # fmt: skip
        assert (found(r, "D08-6.1")["b2"], found(r, "D08-6.1")["a2"]) == ("allowed", "blocked")

    @pytest.mark.parametrize(
        "known",
        [
            told("bob", "03-05T10:00:00"), ("query", "03-05T10:00:00", {"by": "bob", "found": "ann"}),
            ("collision_known", "03-05T10:00:00", {"by": "bob"}),
        ],
    )  # fmt: skip
    def test_who_knows_of_the_first_report_keeps_away(self, known):
        r = rule(*BOTH, known, contact("bob", "03-06T10:00:00", id="b2"))
        assert (found(r, "D08-6.2"), "D08-6.2" in r.fired) == ({"b2": "interference"}, True)
        assert sanctions(r) == []

    def test_before_they_know_nobody_interferes(self):
        r = rule(*BOTH, contact("bob", "03-05T10:00:00", id="b2"), told("bob", "03-05T10:00:00"))
        assert (found(r, "D08-6.2"), "D08-6.2" in r.fired) == ({"bob": "no_breach"}, False)

    def test_what_the_first_reporter_does_is_no_interference(self):
        r = rule(*BOTH, told("ann", "03-05T10:00:00"), contact("ann", "03-06T10:00:00"))
        assert found(r, "D08-6.2") == {}

    def test_signing_the_customer_behind_the_holders_back_is_and_the_first_reporter_is_paid(self):
        signed = ("contract", "03-20T10:00:00", {"id": "k", "by": "bob", "commission": "1000.00"})
        r = rule(*BOTH, told("bob", "03-05T10:00:00"), signed)
        assert (found(r, "D08-6.2"), r.owner, r.amounts) == ({"k": "interference"}, "ann", {"ann": "1000.00"})


class TestSanctions:
    def test_proven_poaching_is_a_violation_and_warned(self):
        r = rule(*BOTH, misdeed("bob", "03-07T10:00:00", id="x"))
        assert (found(r, "D08-6.3"), sanctions(r)) == ({"x": "poaching"}, [("bob", "warning", None)])

    def test_what_is_not_proven_is_neither(self):
        r = rule(*BOTH, misdeed("bob", "03-07T10:00:00", id="x", proven=False))
        assert (found(r, "D08-6.3"), sanctions(r), "D08-6.3" in r.fired) == ({"x": "no_breach"}, [], False)

    def test_nor_is_what_rests_on_evidence_that_was_not_accepted(self):
        refused = ("evidence", "03-08T10:00:00", {"about": "x", "by": "ann", "accepted": False})
        r = rule(*BOTH, misdeed("bob", "03-07T10:00:00", id="x"), refused)
        assert (found(r, "D08-6.3"), sanctions(r)) == ({"x": "no_breach"}, [])

    @pytest.mark.parametrize(
        ("before", "kind", "amount"),
        [
            (["2025-03-01"], "fine", "500.00"), (["2024-03-07"], "fine", "500.00"), (["2024-03-06"], "warning", None),
            (["2025-02-01", "2025-03-01"], "fine", "1000.00"),
        ],
    )  # fmt: skip
    def test_a_repeat_within_a_year_is_fined_and_a_further_one_twice(self, before, kind, amount):
        earlier = [
            {"type": "conduct", "at": f"{day}T10:00:00", "by": "bob", "kind": "rebate", "customer": "c9"}
            for day in before
        ]
        case = {
            "case": "x", "policy": "first-report", "ask": "2025-04-01T09:00:00", "people": PEOPLE,
            "customers": [{"id": "c1"}, {"id": "c9"}],
            "events": [
                *earlier, {"type": "report", "at": "2025-03-03T09:00:00", "by": "ann", "customer": "c1"},
                {"type": "conduct", "at": "2025-03-07T10:00:00", "by": "bob", "kind": "poaching", "customer": "c1"},
            ],
        }  # fmt: skip
        assert sanctions(decide(decode_case(case), PACK, explain=False)) == [("bob", kind, amount)]

    def test_a_serious_act_ends_the_contract_and_nothing_else_is_added(self):
        acts = (misdeed("bob", "03-07T10:00:00"), misdeed("bob", "03-08T10:00:00", severity="serious"))
        assert sanctions(rule(*BOTH, *acts)) == [("bob", "dismissal", None)]

    def test_a_contact_made_in_good_faith_is_not_punished(self):
        act = misdeed("bob", "03-07T10:00:00", kind="unauthorised_contact")
        assert sanctions(rule(*BOTH, act)) == []
        assert sanctions(rule(*BOTH, told("bob", "03-05T10:00:00"), act)) == [("bob", "warning", None)]


class TestBystanders:
    SEEN = ("collision_known", "03-07T10:00:00", {"by": "cat"})

    @pytest.mark.parametrize(
        ("event", "state"),
        [
            (("accusation", "03-08T10:00:00", {"by": "cat", "against": "bob"}), "met"),
            (("accusation", "03-08T10:00:01", {"by": "cat", "against": "bob"}), "breached"),
            (("collision_reported", "03-07T16:00:00", {"by": "cat", "to": "boss"}), "met"),
            (("collision_reported", "03-07T16:00:00", {"by": "cat", "to": "ann"}), "breached"),
        ],
    )
    def test_whoever_discovers_a_violation_reports_it_to_the_management_within_a_day(self, event, state):
        r = rule(*ANN, misdeed("bob", "03-07T10:00:00"), self.SEEN, event)
        assert (duties(r, "D08-7.3"), "D08-7.3" in r.fired) == ({"cat": state}, state == "breached")

    def test_a_party_or_the_offender_is_no_bystander(self):
        known = [("collision_known", "03-07T10:00:00", {"by": who}) for who in ("ann", "bob")]
        assert duties(rule(*ANN, misdeed("bob", "03-07T10:00:00"), *known), "D08-7.3") == {}


def test_the_same_facts_as_for_every_policy_give_the_first_approved_report():
    """clauses.md § 3.1, S1: a proven call, an approved report a day later, an invitation, another who signs."""
    people = [*PEOPLE, {"id": "dan", "role": "salesperson", "superior": "boss"}]
    r = rule(
        contact("ann", "03-01T10:00:00"), contact("bob", "03-02T09:30:00"), report("bob", "03-02T10:00:00"),
        ("invitation", "03-02T18:00:00", {"by": "cat"}), report("cat", "03-03T09:00:00"),
        ("visit", "03-03T10:00:00", {"id": "v1", "initiative": "invited", "invited_by": "cat"}),
        ("reception", "03-03T10:05:00", {"by": "cat", "visit": "v1", "mode": "in_turn"}),
        ("visit", "03-18T10:00:00", {"id": "v2", "initiative": "self", "names": "cat"}),
        ("reception", "03-18T10:05:00", {"by": "dan", "visit": "v2", "mode": "on_duty"}),
        ("contract", "03-20T16:00:00", {"by": "dan", "commission": "10000.00"}), people=people,
    )  # fmt: skip
    assert (r.owner, r.amounts) == ("bob", {"bob": "10000.00"})
