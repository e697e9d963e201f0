"""D02: look up before selling, speak before selling on. And laid over another policy."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D02-*.yaml"))
PACK = load_pack("query-first")
PEOPLE = [
    {"id": "ann", "role": "salesperson"},
    {"id": "bob", "role": "salesperson"},
    {"id": "boss", "role": "manager"},
]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def case(*events, ask="2025-03-31T23:59:59", policy="query-first", people=PEOPLE, customer=None, **more):
    """A small case; events are (type, at, keys)."""
    rows = [{"type": t, "at": f"2025-{at}", "customer": "c1", **keys} for t, at, keys in events]
    return decode_case(
        deepcopy(
            {
                "case": "x",
                "policy": policy,
                "ask": ask,
                "people": people,
                "customers": [{"id": "c1", **(customer or {})}],
                "subjects": [{"id": "p", "kind": "product"}, {"id": "q", "kind": "product"}],
                "events": rows,
                **more,
            }
        )
    )


def rule(*events, **more):
    return decide(case(*events, **more), PACK, explain=False)


def sold(who, at, mode="pitch", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def looked_up(who, at, found=None, id_="q1"):
    return "query", at, {"id": id_, "by": who, "found": found}


def result(ruling, clause, about=None):
    found = [f["result"] for f in ruling.findings if f["clause"] == clause and about in (None, f["about"])]
    assert len(found) == 1, found
    return found[0]


class TestWhatACollisionIs:
    """D02-1: the same product, at the same time."""

    @pytest.mark.parametrize(("again", "found"), [("03-31T23:59:59", "collision"), ("04-01T00:00:00", "no_collision")])
    def test_a_follow_up_lasts_thirty_days(self, again, found):
        r = rule(sold("ann", "03-01T10:00:00"), sold("bob", again), ask="2025-04-02T00:00:00")
        assert (result(r, "D02-1"), r.status) == (found, "escalated" if found == "collision" else "no_collision")

    @pytest.mark.parametrize(
        ("one", "other", "found"),
        [("p", "p", "collision"), ("p", "q", "no_collision"), ("p", None, "collision"), (None, None, "collision")],
    )
    def test_whoever_names_no_product_may_mean_any(self, one, other, found):
        keys = [{"subject": subject} if subject else {} for subject in (one, other)]
        r = rule(sold("ann", "03-01T10:00:00", **keys[0]), sold("bob", "03-02T10:00:00", **keys[1]))
        assert result(r, "D02-1") == found

    @pytest.mark.parametrize("mode", ["call", "im", "field_visit", "sample", "negotiate", "quote"])
    def test_selling_is_selling_in_any_form(self, mode):
        assert result(rule(sold("ann", "03-01T10:00:00"), sold("bob", "03-02T10:00:00", mode)), "D02-1") == "collision"

    def test_service_is_no_selling_nor_is_a_call_that_nobody_answers(self):
        served = rule(sold("ann", "03-01T10:00:00"), sold("bob", "03-02T10:00:00", "service"))
        missed = rule(sold("ann", "03-01T10:00:00"), sold("bob", "03-02T10:00:00", "call", connected=False))
        assert [result(r, "D02-1") for r in (served, missed)] == ["no_collision", "no_collision"]

    def test_one_person_alone_collides_with_nobody(self):
        r = rule(sold("ann", "03-01T10:00:00"), sold("ann", "03-02T10:00:00"))
        assert (r.status, result(r, "D02-1")) == ("no_collision", "no_collision")

    def test_whoever_gave_the_customer_up_no_longer_collides(self):
        gone = ("withdrawal", "03-01T18:00:00", {"by": "ann"})
        assert rule(sold("ann", "03-01T10:00:00"), gone, sold("bob", "03-02T10:00:00")).status == "no_collision"

    def test_a_collision_is_left_to_the_manager_because_the_policy_does_not_say_whose_the_customer_is(self):
        r = rule(sold("ann", "03-01T10:00:00"), sold("bob", "03-02T10:00:00"))
        assert (r.status, r.to, r.owner, r.reason) == ("escalated", "boss", None, "no_ownership_rule")


class TestLookUpFirst:
    """D02-3.2."""

    @pytest.mark.parametrize(
        ("look", "found"),
        [
            ("03-02T10:00:00", "no_breach"),
            ("03-02T09:59:59", "breach"),
            ("03-03T10:00:00", "no_breach"),
            ("03-03T10:00:01", "breach"),
        ],
    )
    def test_a_look_up_counts_for_a_day_before_the_pitch(self, look, found):
        assert result(rule(looked_up("bob", look), sold("bob", "03-03T10:00:00")), "D02-3.2") == found

    def test_anothers_look_up_does_not_count(self):
        assert result(rule(looked_up("ann", "03-03T09:00:00"), sold("bob", "03-03T10:00:00")), "D02-3.2") == "breach"

    def test_the_company_may_let_it_count_longer(self):
        longer = {"params": {"query_valid_h": 48}}
        r = rule(looked_up("bob", "03-01T10:00:00"), sold("bob", "03-03T10:00:00"), **longer)
        assert result(r, "D02-3.2") == "no_breach"

    def test_a_telephone_call_is_not_yet_a_pitch(self):
        assert not [f for f in rule(sold("bob", "03-03T10:00:00", "call")).findings if f["clause"] == "D02-3.2"]


class TestSpeakFirst:
    """D02-3.3."""

    def talk(self, at, **keys):
        return "notice", at, {"by": "bob", "to": "ann", "kind": "prompt", **keys}

    @pytest.mark.parametrize(
        ("ask", "at", "state"),
        [
            ("2025-03-04T09:55:00", None, "open"), ("2025-03-04T09:55:01", None, "breached"),
            ("2025-03-05T10:00:00", "03-04T09:55:00", "met"), ("2025-03-05T10:00:00", "03-04T09:55:01", "breached"),
        ],
    )  # fmt: skip
    def test_whoever_sees_that_another_follows_speaks_with_them_within_a_day(self, ask, at, state):
        talks = [self.talk(at)] if at else []
        r = rule(looked_up("bob", "03-03T09:55:00", "ann"), *talks, ask=ask)
        (duty,) = r.duties
        assert (duty["who"], duty["state"], duty["due"]) == ("bob", state, "2025-03-04T09:55:00+08:00")

    def test_until_then_the_pitch_is_blocked(self):
        look = looked_up("bob", "03-03T09:55:00", "ann")
        assert result(rule(look), "D02-3.3", "q1") == "blocked"
        spoken = rule(look, self.talk("03-03T10:30:00"))
        assert (result(spoken, "D02-3.3", "q1"), "D02-3.3" in spoken.fired) == ("allowed", False)

    def test_permission_by_the_other_is_as_good(self):
        allowed = ("consent", "03-03T11:00:00", {"by": "ann", "to": "bob", "kind": "holder_permission"})
        assert result(rule(looked_up("bob", "03-03T09:55:00", "ann"), allowed), "D02-3.3", "q1") == "allowed"

    def test_word_to_somebody_else_is_not(self):
        look, told = looked_up("bob", "03-03T09:55:00", "ann"), self.talk("03-03T10:00:00", to="boss")
        assert result(rule(look, told), "D02-3.3", "q1") == "blocked"

    @pytest.mark.parametrize("found", [None, "bob"])
    def test_where_nobody_else_is_shown_nothing_is_owed(self, found):
        r = rule(looked_up("bob", "03-03T09:55:00", found))
        assert (result(r, "D02-3.3", "q1"), r.duties, r.fired) == ("allowed", (), ())

    def test_nobody_speaks_with_whoever_has_left(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-01T18:00:00"}, *PEOPLE[1:]]
        assert result(rule(looked_up("bob", "03-03T09:55:00", "ann"), people=people), "D02-3.3", "q1") == "allowed"


class TestOnesOwnGroup:
    """D02-4.4: a warning, never a block."""

    NORTH = [{**PEOPLE[0], "territory": ["north", "steel"]}, {**PEOPLE[1], "territory": "south"}, PEOPLE[2]]

    @pytest.mark.parametrize(
        ("customer", "found"),
        [
            ({}, "not_flagged"), ({"assigned_to": "ann"}, "flagged"), ({"assigned_to": "bob"}, "not_flagged"),
            ({"region": "north"}, "flagged"), ({"industry": "steel"}, "flagged"), ({"region": "south"}, "not_flagged"),
            ({"region": "west"}, "not_flagged"), ({"region": "north", "industry": "south"}, "not_flagged"),
            ({"region": "north", "assigned_to": "bob"}, "not_flagged"),
        ],
    )  # fmt: skip
    def test_a_customer_of_anothers_group_brings_a_warning(self, customer, found):
        r = rule(sold("bob", "03-03T10:00:00", "call", id="k"), customer=customer, people=self.NORTH)
        assert result(r, "D02-4.4", "k") == found

    def test_not_with_leave_nor_after_the_other_gave_up(self):
        call = sold("bob", "03-03T10:00:00", "call", id="k")
        for earlier in (
            ("consent", "03-02T10:00:00", {"by": "boss", "to": "bob", "kind": "manager_assignment"}),
            ("consent", "03-02T10:00:00", {"by": "ann", "to": "bob", "kind": "holder_permission"}),
            ("withdrawal", "03-02T10:00:00", {"by": "ann"}),
            ("transfer", "03-02T10:00:00", {"from": "ann", "to": "bob"}),
        ):
            assert result(rule(earlier, call, customer={"assigned_to": "ann"}), "D02-4.4", "k") == "not_flagged"


def test_laid_over_another_policy_it_adds_findings_and_duties_and_leaves_the_customer_where_they_are():
    told = case(
        ("report", "03-01T09:00:00", {"by": "ann", "channel": "web"}),
        sold("ann", "03-01T10:00:00"),
        looked_up("bob", "03-02T09:00:00", "ann"),
        sold("bob", "03-04T10:00:00"),
        policy="first-report",
    )
    r = decide(told, load_pack("first-report"), overlays=[PACK])
    assert (r.status, r.owner) == ("decided", "ann")
    assert {"D02-1", "D02-3.2", "D02-3.3"} <= set(r.fired)
    assert [d["state"] for d in r.duties if d["clause"] == "D02-3.3"] == ["breached"]
