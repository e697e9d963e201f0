"""D04: the customer's wish, the manager's allocation, shares by contribution, and what breaks the rules."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D04-*.yaml"))
PACK = load_pack("cooperative")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "superior": "boss"}, {"id": "bob", "role": "salesperson", "superior": "boss"},
    {"id": "cat", "role": "salesperson", "superior": "boss"}, {"id": "boss", "role": "manager", "superior": "head"},
    {"id": "head", "role": "general_manager"},
]  # fmt: skip
NOBODYS = ("negotiation", "collision_reported", "evidence", "notice", "investigation")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def rule(*events, ask="2025-04-01T09:00:00", people=PEOPLE, customer=None, **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in NOBODYS else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    given = {
        "case": "x",
        "policy": "cooperative",
        "ask": ask,
        "people": people,
        "customers": [{"id": "c1", **(customer or {})}],
        "events": rows,
        **more,
    }
    return decide(decode_case(deepcopy(given)), PACK, explain=False)


def contact(who, at, mode="call", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def says(at, kind="asks_for", *people, **keys):
    return "statement", at, {"kind": kind, **({"people": list(people)} if people else {}), **keys}


def allocated(to, at="03-05T10:00:00", by="boss", note="需求、业绩、能力", **keys):
    return "consent", at, {"by": by, "to": to, "kind": "manager_assignment", **({"note": note} if note else {}), **keys}


def misdeed(who, at, kind="poaching", **keys):
    return "conduct", at, {"by": who, "kind": kind, "against": "ann", **keys}


COLLISION = (contact("ann", "03-01T10:00:00"), contact("bob", "03-03T10:00:00", "negotiate"))
DEAL = ("contract", "03-20T10:00:00", {"by": "bob", "commission": "10000.00"})


def effort(who, score):
    return "effort", "03-21T10:00:00", {"by": who, "score": score}


def result(ruling, clause, about=None):
    found = [f["result"] for f in ruling.findings if f["clause"] == clause and about in (None, f["about"])]
    assert len(found) == 1, found
    return found[0]


class TestTheCollision:
    """D04-1."""

    @pytest.mark.parametrize(("again", "status"), [("03-31T23:59:59", "escalated"), ("04-01T00:00:00", "no_collision")])
    def test_two_follow_ups_overlap_within_thirty_days(self, again, status):
        r = rule(contact("ann", "03-01T10:00:00"), contact("bob", again, "negotiate"), ask="2025-04-02T00:00:00")
        assert (r.status, "D04-1" in r.fired) == (status, status == "escalated")

    def test_whatever_the_product(self):
        subjects = [{"id": "p", "kind": "product"}, {"id": "q", "kind": "product"}]
        r = rule(
            contact("ann", "03-01T10:00:00", subject="p"),
            contact("bob", "03-03T10:00:00", subject="q"),
            subjects=subjects,
        )
        assert result(r, "D04-1") == "collision"

    def test_where_nothing_collides_whoever_follows_last_goes_on(self):
        r = rule(contact("ann", "01-01T10:00:00"), contact("bob", "03-03T10:00:00"))
        assert (r.status, r.owner) == ("no_collision", "bob")

    def test_the_manager_may_allocate_a_customer_whom_nobody_else_follows(self):
        assert rule(contact("ann", "03-01T10:00:00"), allocated("cat")).owner == "cat"


class TestTheJointProposal:
    """D04-3.2."""

    def test_the_customers_wish_goes_to_the_manager_as_a_proposal(self):
        r = rule(*COLLISION, says("03-04T10:00:00", "asks_for", "bob", id="s"))
        assert (r.status, r.to, r.owner, r.proposed.owner) == ("escalated", "boss", None, "bob")
        assert (result(r, "D04-3.2", "s"), "D04-3.2" in r.fired) == ("counts", True)

    def test_no_preference_is_no_proposal(self):
        r = rule(*COLLISION, says("03-04T10:00:00", "no_preference", id="s"))
        assert (r.reason, r.proposed, "D04-3.2" in r.fired) == ("management_allocates", None, False)
        assert result(r, "D04-3.2", "s") == "does_not_count"

    def test_the_latest_wish_counts(self):
        r = rule(
            *COLLISION,
            says("03-04T10:00:00", "asks_for", "bob", id="s1"),
            says("03-05T10:00:00", "endorses", "ann", id="s2"),
        )
        assert (r.proposed.owner, result(r, "D04-3.2", "s1"), result(r, "D04-3.2", "s2")) == (
            "ann",
            "does_not_count",
            "counts",
        )

    def test_what_the_parties_agreed_is_only_a_proposal_too(self):
        deal = ("negotiation", "03-04T17:00:00", {"outcome": "settled", "owner": "ann", "confirmed_by": ["ann", "bob"]})
        r = rule(*COLLISION, deal)
        assert (r.status, r.owner, r.proposed.owner) == ("escalated", None, "ann")

    def test_shares_that_are_not_the_whole_are_no_agreement(self):
        deal = (
            "negotiation",
            "03-04T17:00:00",
            {"outcome": "settled", "shares": {"ann": 6000, "bob": 3900}, "confirmed_by": ["ann", "bob"]},
        )
        r = rule(*COLLISION, deal)
        assert (r.reason, r.proposed) == ("management_allocates", None)


class TestTheManagersAllocation:
    """D04-3.3: the form is examined, not the reasons."""

    @pytest.mark.parametrize(
        ("decision", "worth", "status"),
        [
            (allocated("bob", id="d"), "valid", "decided"), (allocated("bob", by="head", id="d"), "valid", "decided"),
            (allocated("cat", id="d"), "valid", "decided"), (allocated("bob", by="ann", id="d"), "void", "escalated"),
            (allocated("ann", by="ann", id="d"), "void", "escalated"), (allocated("bob", note="", id="d"), "incomplete", "escalated"),
            (allocated("boss", id="d"), "void", "escalated"),
        ],
    )  # fmt: skip
    def test_a_manager_gives_the_customer_to_a_salesperson_with_reasons(self, decision, worth, status):
        r = rule(*COLLISION, decision)
        assert (result(r, "D04-3.3", "d"), r.status) == (worth, status)
        assert r.owner == (decision[2]["to"] if status == "decided" else None)
        assert ("D04-3.3" in r.fired) == (status == "decided")

    def test_the_latest_valid_decision_holds(self):
        r = rule(
            *COLLISION,
            allocated("bob"),
            allocated("ann", "03-06T10:00:00"),
            allocated("cat", "03-07T10:00:00", by="bob"),
        )
        assert r.owner == "ann"

    def test_it_need_not_follow_the_customers_wish(self):
        assert rule(*COLLISION, says("03-04T10:00:00", "asks_for", "bob"), allocated("ann")).owner == "ann"


class TestShares:
    """D04-3.5, G-28."""

    def test_recorded_contributions_divide_the_commission(self):
        r = rule(*COLLISION, DEAL, effort("ann", 30), effort("bob", 50), effort("ann", 10))
        assert (r.status, r.shares, r.amounts["ann"]) == ("decided", {"ann": 4444, "bob": 5556}, "4444.44")
        assert "D04-3.5" in r.fired

    def test_they_change_the_money_and_not_the_owner(self):
        r = rule(*COLLISION, DEAL, allocated("bob"), effort("ann", 60), effort("bob", 40))
        assert (r.owner, r.shares) == ("bob", {"ann": 6000, "bob": 4000})

    def test_a_score_need_not_be_whole(self):
        assert rule(*COLLISION, DEAL, effort("ann", 2.5), effort("bob", 7.5)).shares == {"ann": 2500, "bob": 7500}

    def test_whoever_scored_nothing_gets_nothing(self):
        assert rule(*COLLISION, DEAL, effort("ann", 0), effort("bob", 3)).shares == {"bob": 10_000}

    def test_without_scores_an_allocated_deal_is_shared_by_points(self):
        visits = [("reception", "03-04T10:00:00", {"by": "bob", "mode": "in_turn"})]
        calls = [contact("ann", "03-01T15:00:00"), contact("ann", "03-02T10:00:00")]
        r = rule(*COLLISION, *calls, *visits, allocated("bob"), DEAL)
        assert (r.shares, "G-28" in r.fired) == ({"ann": 4000, "bob": 6000}, True)

    def test_without_either_decision_the_manager_is_left_to_decide_and_sees_the_points(self):
        r = rule(*COLLISION, contact("bob", "03-04T10:00:00", "quote"), DEAL)
        assert (r.status, r.shares, r.proposed.basis_points) == ("escalated", {}, {"ann": 3333, "bob": 6667})

    def test_before_a_deal_nothing_is_shared(self):
        assert rule(*COLLISION, effort("ann", 60), effort("bob", 40)).status == "escalated"


class TestFairCompetition:
    """D04-4.1 and 4.2."""

    KNEW = ("query", "03-02T10:00:00", {"by": "bob", "found": "ann"})
    CALL = contact("bob", "03-03T10:00:00", id="k")

    def test_whoever_begins_although_they_know_whose_it_is_poaches(self):
        r = rule(contact("ann", "03-01T10:00:00"), self.KNEW, self.CALL)
        assert (result(r, "D04-4.2", "k"), {"D04-4.2", "D04-5.2a"} <= set(r.fired)) == ("poaching", True)
        assert [(s["to"], s["kind"], s["amount"]) for s in r.sanctions] == [("bob", "fine", "500.00")]

    @pytest.mark.parametrize(
        "known",
        [
            ("collision_known", "03-02T10:00:00", {"by": "bob"}),
            ("notice", "03-02T10:00:00", {"to": "bob", "by": "ann", "kind": "warning"}),
        ],
        ids=lambda e: e[0],
    )
    def test_own_words_or_a_notice_show_that_they_knew(self, known):
        assert result(rule(contact("ann", "03-01T10:00:00"), known, self.CALL), "D04-4.2", "k") == "poaching"

    @pytest.mark.parametrize(
        "earlier",
        [
            ("query", "03-02T10:00:00", {"by": "bob", "found": None}),
            ("consent", "03-02T10:00:00", {"by": "ann", "to": "bob", "kind": "holder_request"}),
            ("statement", "03-02T10:00:00", {"kind": "asks_for", "people": ["bob"]}),
            ("notice", "03-02T10:00:00", {"to": "bob", "by": "boss", "kind": "handover"}),
        ],
        ids=lambda e: e[0],
    )
    def test_who_did_not_know_or_was_let_in_does_not(self, earlier):
        knew = [self.KNEW] if earlier[0] in ("consent", "statement") else []
        r = rule(contact("ann", "03-01T10:00:00"), *knew, earlier, self.CALL)
        assert (result(r, "D04-4.2", "k"), r.sanctions) == ("no_breach", ())

    def test_knowledge_that_comes_later_makes_nobody_a_poacher(self):
        later = ("collision_known", "03-03T11:00:00", {"by": "bob"})
        r = rule(contact("ann", "03-01T10:00:00"), self.CALL, later, contact("bob", "03-04T10:00:00"))
        assert result(r, "D04-4.2", "k") == "no_breach"

    def test_a_customer_kept_by_another_is_anothers(self):
        assert result(rule(self.KNEW, self.CALL, customer={"assigned_to": "ann"}), "D04-4.2", "k") == "poaching"

    def test_disclosure_is_a_breach_where_it_is_proven(self):
        leak = misdeed("ann", "03-03T10:00:00", "privacy_breach", id="x")
        assert result(rule(leak), "D04-4.1", "x") == "breach"
        unproven = misdeed("ann", "03-03T10:00:00", "privacy_breach", id="x", proven=False)
        r = rule(unproven)
        assert (result(r, "D04-4.1", "x"), r.sanctions) == ("no_breach", ())


class TestReports:
    """D04-4.4."""

    @pytest.mark.parametrize(
        ("told", "to", "state"),
        [
            ("03-04T10:00:00", "boss", "met"), ("03-04T10:00:01", "boss", "breached"), ("03-03T11:00:00", "cat", "breached"),
            ("03-03T11:00:00", "head", "met"), (None, "", "breached"),
        ],
    )  # fmt: skip
    def test_a_collision_is_reported_to_the_management_within_a_day(self, told, to, state):
        known = ("collision_known", "03-03T10:00:00", {"by": "bob"})
        reported = [("collision_reported", told, {"by": "bob", "to": to})] if told else []
        r = rule(*COLLISION, known, *reported)
        (duty,) = [d for d in r.duties if d["clause"] == "D04-4.4"]
        assert (duty["who"], duty["state"], duty["due"]) == ("bob", state, "2025-03-04T10:00:00+08:00")

    def test_a_late_report_alone_is_no_sanction(self):
        r = rule(*COLLISION, ("collision_known", "03-03T10:00:00", {"by": "bob"}))
        assert ("D04-4.4" in r.fired, r.sanctions) == (True, ())


class TestSanctions:
    """D04-5.2: proposals to a person."""

    def test_a_repeat_within_a_year_costs_double(self):
        for before, amount in (("2024-03-03T10:00:00", "1000.00"), ("2024-03-02T10:00:00", "500.00")):
            earlier = {"type": "conduct", "at": before, "by": "bob", "kind": "poaching", "customer": "c2"}
            now = {"type": "conduct", "at": "2025-03-03T10:00:00", "by": "bob", "kind": "poaching", "customer": "c1"}
            followed = {"type": "contact", "at": "2025-03-01T10:00:00", "by": "ann", "mode": "call", "customer": "c1"}
            r = rule(events=[earlier, followed, now], customers=[{"id": "c1"}, {"id": "c2"}])
            assert [s["amount"] for s in r.sanctions] == [amount]

    def test_a_serious_breach_is_dismissal_and_nothing_else(self):
        r = rule(
            *COLLISION, misdeed("bob", "03-03T10:00:00", severity="serious"), misdeed("bob", "03-04T10:00:00", "rebate")
        )
        assert [(s["kind"], s["clause"]) for s in r.sanctions] == [("dismissal", "D04-5.2b")]
        assert ("D04-5.2a" in r.fired, "D04-5.2b" in r.fired) == (False, True)

    def test_of_several_breaches_one_sanction_remains(self):
        r = rule(*COLLISION, misdeed("bob", "03-03T10:00:00"), misdeed("bob", "03-03T10:00:00", "privacy_breach"))
        assert len(r.sanctions) == 1

    def test_evidence_that_was_not_accepted_proves_nothing(self):
        accused = misdeed("bob", "03-03T10:00:00", id="x")
        heard = ("evidence", "03-03T11:00:00", {"about": "x", "by": "ann", "accepted": False})
        r = rule(*COLLISION, accused, heard)
        assert (result(r, "D04-4.2", "x"), r.sanctions) == ("no_breach", ())


def test_whoever_has_left_takes_no_share():
    people = [{**PEOPLE[0], "resigned_at": "2025-03-10T18:00:00"}, *PEOPLE[1:]]
    r = rule(*COLLISION, contact("cat", "03-04T10:00:00"), DEAL, effort("ann", 60), effort("bob", 40), people=people)
    assert (r.shares, "G-10" in r.fired) == ({"bob": 10_000}, True)
