"""D19: which production order goes first. The given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

HERE = Path(__file__).parent
CASES = sorted([*(HERE.parent / "spec" / "cases").glob("D19-*.yaml"), *(HERE / "cases").glob("D19-*.yaml")])
PACK = load_pack("order-priority")
TIERS = {1: ("high", "high"), 2: ("low", "high"), 3: ("high", "low"), 4: ("low", "low")}  # loyalty, profit


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*orders, explain=False, **params):
    """Rule on orders that are alike but for what is named: `w1` of customer `c1`, entered one minute after the other."""
    customers, events = [], []
    for i, keys in enumerate(orders, 1):
        given = {"tier": 1, "lifecycle": "old", "impact": "low", "due": "20", "gap": False, **keys}
        loyalty, profit = TIERS.get(given["tier"], (None, None))
        tier = {"tier": {"loyalty": loyalty, "profit": profit}} if loyalty else {}
        life = {"lifecycle": given["lifecycle"]} if given["lifecycle"] else {}
        customers.append({"id": f"c{i}", **tier, **life})
        impacts = {k: given["impact"] for k in ("cost_impact", "quality_impact") if given["impact"]} | given.get(
            "impacts", {}
        )
        more = {"due_at": f"2025-03-{given['due']}T18:00:00"} if given["due"] else {}
        more |= {"stock_gap": given["gap"]} if given["gap"] is not None else {}
        at = given.get("at", f"2025-03-03T09:{i:02d}:00")
        events.append({"id": f"w{i}", "type": "work_order", "at": at, "customer": f"c{i}", **impacts, **more})
    case = {
        "case": "x", "policy": "order-priority", "ask": "2025-03-04T12:00:00", "people": [{"id": "boss", "role": "manager"}],
        "customers": customers, "events": events, "params": params,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=explain)


def places(r):
    return {f["about"]: (f["result"], f["clause"]) for f in r.findings}


class TestImportanceBeforeUrgency:
    def test_the_more_important_order_goes_first_though_another_is_due_earlier(self):
        r = rule({"due": "10"}, {"impact": "high"})
        assert (r.owner, r.fired) == ("c2", ("D19-1.3",))
        assert places(r) == {"w2": ("first", "D19-1.3"), "w1": ("not_first", "D19-1.3")}

    @pytest.mark.parametrize("key", ["cost_impact", "quality_impact"])
    def test_either_impact_makes_an_order_important_and_both_more_than_one(self, key):
        assert rule({}, {"impacts": {key: "high"}}).owner == "c2"
        assert rule({"impacts": {key: "high"}}, {"impact": "high"}).owner == "c2"

    def test_equal_importance_leaves_it_to_the_due_date(self):
        r = rule({"impact": "high"}, {"impact": "high", "due": "19"})
        assert (r.owner, r.fired) == ("c2", ("G-60",))

    def test_importance_goes_before_the_tier_of_the_customer(self):
        assert rule({"tier": 1}, {"tier": 4, "impact": "high"}).owner == "c2"

    @pytest.mark.parametrize("urgency", ["urgency", "URGENCY"])
    def test_a_company_may_put_urgency_first(self, urgency):
        r = rule({"due": "10"}, {"impact": "high"}, order_priority=urgency)
        assert (r.owner, r.fired) == ("c1", ("D19-1",))
        assert rule({}, {"impact": "high"}, order_priority=urgency).fired == ("D19-1.3",)


class TestCustomers:
    @pytest.mark.parametrize(("higher", "lower"), [(1, 2), (2, 3), (3, 4)])
    def test_the_lower_tier_gives_way(self, higher, lower):
        r = rule({"tier": lower, "due": "10"}, {"tier": higher})
        assert (r.owner, r.fired) == ("c2", ("D19-2.1",))

    def test_high_profit_outweighs_high_loyalty(self):
        assert rule({"tier": 3}, {"tier": 2}).owner == "c2"

    def test_within_a_tier_a_new_customer_goes_before_an_old_one_with_stock(self):
        for new in ("new", "potential"):
            r = rule({"due": "10"}, {"lifecycle": new})
            assert (r.owner, r.fired) == ("c2", ("D19-2.2",))

    def test_an_old_customer_who_would_run_out_does_not_give_way(self):
        r = rule({"gap": True, "due": "19"}, {"lifecycle": "new"})
        assert (r.owner, r.fired) == ("c1", ("G-60",))

    def test_the_tier_goes_before_new_and_old_unless_the_company_chose_the_other_scheme(self):
        orders = {"tier": 1}, {"tier": 4, "lifecycle": "new"}
        assert (rule(*orders).owner, rule(*orders).fired) == ("c1", ("D19-2.1",))
        assert (rule(*orders, order_scheme=2).owner, rule(*orders, order_scheme=2).fired) == ("c2", ("D19-2.2",))

    def test_two_old_customers_are_never_told_apart_by_their_stock(self):
        assert rule({"due": "19"}, {"gap": True}).owner == "c1"


class TestOtherwise:
    def test_the_earlier_due_date_then_the_earlier_entry(self):
        assert rule({"due": "20"}, {"due": "19"}).owner == "c2"
        assert rule({}, {}).owner == "c1"
        assert rule({"due": "20"}, {"due": "19"}, order_default="entry").owner == "c1"

    def test_orders_alike_in_everything_are_left_to_a_person(self):
        at = "2025-03-03T09:00:00"
        r = rule({"at": at}, {"at": at})
        assert (r.status, r.reason, r.to, r.owner, r.fired, r.findings) == (
            "escalated",
            "orders_alike",
            "boss",
            None,
            (),
            (),
        )

    def test_one_order_clashes_with_nothing(self):
        r = rule({})
        assert (r.status, r.owner, r.fired) == ("no_collision", "c1", ())
        assert rule().status == "decided"

    def test_there_is_no_commission_to_share(self):
        assert rule({}, {"impact": "high"}).shares == {}


class TestSeveral:
    def test_every_order_has_the_clause_that_put_it_behind_the_one_before(self):
        r = rule({"tier": 3}, {"tier": 2}, {"impact": "high", "tier": 4}, {"tier": 2, "lifecycle": "new"})
        assert places(r) == {
            "w3": ("first", "D19-1.3"), "w4": ("not_first", "D19-1.3"), "w2": ("not_first", "D19-2.2"), "w1": ("not_first", "D19-2.1"),
        }  # fmt: skip
        assert (r.owner, set(r.fired)) == ("c3", {"D19-1.3", "D19-2.1", "D19-2.2"})

    def test_old_customers_with_stock_wait_behind_new_ones_and_those_who_would_run_out(self):
        r = rule({"due": "10"}, {"gap": True, "due": "15"}, {"lifecycle": "new"})
        assert (r.owner, places(r)["w1"], places(r)["w3"]) == ("c2", ("not_first", "D19-2.2"), ("not_first", "G-60"))

    def test_rules_that_narrow_the_choice_one_after_the_other_all_take_effect(self):
        r = rule({"impact": "high", "tier": 2}, {"impact": "high", "tier": 1}, {})
        assert (r.owner, r.fired) == ("c2", ("D19-1.3", "D19-2.1"))


class TestWhatIsNotOnRecord:
    @pytest.mark.parametrize(
        ("gone", "fact"),
        [("impact", "order.by_importance"), ("tier", "order.by_tier"), ("lifecycle", "order.by_newness"), ("due", "order.by_date")],
    )  # fmt: skip
    def test_what_is_on_record_for_one_order_only_is_asked_for(self, gone, fact):
        r = rule(
            {"impact": "high", "tier": 1, "lifecycle": "new"},
            {"impact": "high", "tier": 1, "lifecycle": "new", gone: None},
        )
        assert r.status == "needs_evidence"
        assert fact in r.missing

    @pytest.mark.parametrize("gone", ["impact", "tier", "lifecycle", "due"])
    def test_what_is_on_record_for_none_tells_nothing_apart(self, gone):
        assert (rule({gone: None}, {gone: None}).owner, rule({gone: None}, {gone: None}).status) == ("c1", "decided")

    def test_the_stock_of_an_old_customer_matters_only_beside_a_new_one(self):
        assert rule({"gap": None}, {"lifecycle": "new"}).status == "needs_evidence"
        assert rule({"gap": None}, {}).status == "decided"

    def test_what_is_missing_further_back_in_the_queue_does_not_matter(self):
        r = rule({"impact": "high"}, {"tier": None}, {})
        assert (r.status, r.owner) == ("decided", "c1")


def test_the_ruling_speaks_of_orders_not_of_customers_owned():
    r = rule({}, {"impact": "high"}, explain=True)
    assert "the order of c2 goes first" in r.text["en"]
    assert "先排c2的订单" in r.text["zh"]
