"""D15: one item sold twice. The given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

HERE = Path(__file__).parent
CASES = sorted([*(HERE.parent / "spec" / "cases").glob("D15-*.yaml"), *(HERE / "cases").glob("D15-*.yaml")])
PACK = load_pack("double-sale")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "superior": "boss"}, {"id": "bob", "role": "salesperson", "superior": "boss"},
    {"id": "cat", "role": "salesperson", "superior": "boss"}, {"id": "boss", "role": "manager"},
    {"id": "desk", "role": "front_desk"},
]  # fmt: skip
SUBJECTS = [{"id": "flat", "kind": "unit"}, {"id": "other", "kind": "unit"}, {"id": "kettle", "kind": "product"}]
NOON = "2025-03-05T12:00:00"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask=NOON, customers=("c1", "c2"), **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [{"type": t, "at": f"2025-03-{at}", **keys} for t, at, keys in events]
    people = [c if isinstance(c, dict) else {"id": c} for c in customers]
    case = {
        "case": "x", "policy": "double-sale", "ask": ask, "people": PEOPLE, "customers": people, "subjects": SUBJECTS,
        "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=False)


def sold(id_, who, customer, at, subject="flat"):
    return "contract", at, {"id": id_, "by": who, "customer": customer, "subject": subject}


def known(who, at, customer="c2"):
    return "collision_known", at, {"by": who, "customer": customer}


def call(who, at, customer="c2", **keys):
    return "contact", at, {"by": who, "customer": customer, "mode": "call", **keys}


def upward(who, at, to="boss"):
    return "collision_reported", at, {"by": who, "to": to}


def duties(r, clause):
    return [(d["who"], d["state"]) for d in r.duties if d["clause"] == clause]


TWICE = (sold("k1", "ann", "c1", "03T10:00:00"), sold("k2", "bob", "c2", "03T10:20:00"))


class TestWhatIsADoubleSale:
    def test_one_unit_sold_to_two_buyers_goes_to_the_superior_who_decides(self):
        r = rule(*TWICE)
        assert (r.status, r.to, r.owner, "D15-1" in r.fired) == ("escalated", "boss", None, True)
        assert [(f["about"], f["result"]) for f in r.findings] == [("case", "collision")]

    @pytest.mark.parametrize(
        "contracts",
        [
            (sold("k1", "ann", "c1", "03T10:00:00"),),
            (TWICE[0], sold("k2", "bob", "c2", "03T10:20:00", "other")),
            (TWICE[0], sold("k2", "bob", "c1", "03T10:20:00")),
            (TWICE[0], ("contract", "03T10:20:00", {"by": "bob", "customer": "c2"})),
        ],
        ids=["one buyer", "two units", "the same buyer again", "no subject named"],
    )
    def test_anything_else_is_none(self, contracts):
        r = rule(*contracts)
        assert (r.status, "D15-1" in r.fired) == ("no_collision", False)
        assert [f["result"] for f in r.findings] == ["no_collision"]

    @pytest.mark.parametrize("key", ["household", "buying_unit"])
    def test_a_family_that_buys_together_is_one_buyer(self, key):
        assert rule(*TWICE, customers=[{"id": c, key: "h"} for c in ("c1", "c2")]).status == "no_collision"

    def test_a_unit_given_back_before_it_is_sold_again_is_sold_once(self):
        back = ("cancellation", "03T10:10:00", {"contract": "k1"})
        r = rule(*TWICE, back, known("bob", "03T11:00:00"))
        assert (r.status, r.duties) == ("no_collision", ())

    def test_a_double_sale_undone_by_now_is_no_question_but_its_duties_remain(self):
        r = rule(*TWICE, known("bob", "03T11:00:00"), ("cancellation", "04T10:00:00", {"contract": "k2"}))
        assert r.status == "no_collision"
        assert duties(r, "D15-3a") == [("bob", "breached")]

    def test_only_the_item_of_the_contract_asked_about_counts(self):
        more = (sold("k3", "cat", "c1", "02T10:00:00", "other"),)
        assert rule(*TWICE, *more, about="k3").status == "no_collision"
        assert rule(*TWICE, *more, about="k1").status == "escalated"

    def test_nothing_sold_is_nothing_to_decide(self):
        assert rule(call("ann", "03T10:00:00", "c1")).status == "decided"


class TestDuties:
    @pytest.mark.parametrize(
        ("at", "state"), [("03T10:50:00", "met"), ("03T10:50:01", "breached"), ("03T10:19:59", "breached"), (None, "breached")]
    )  # fmt: skip
    def test_ones_own_customer_is_told_within_half_an_hour_of_knowing(self, at, state):
        r = rule(*TWICE, known("bob", "03T10:20:00"), *([call("bob", at)] if at else []))
        assert duties(r, "D15-3a") == [("bob", state)]
        assert ("D15-3a" in r.fired) == (state == "breached")

    def test_a_call_to_the_others_customer_or_one_that_was_not_answered_tells_nobody(self):
        for wrong in (call("bob", "03T10:30:00", "c1"), call("bob", "03T10:30:00", connected=False)):
            assert duties(rule(*TWICE, known("bob", "03T10:20:00"), wrong), "D15-3a") == [("bob", "breached")]

    @pytest.mark.parametrize(
        ("at", "to", "state"),
        [("04T10:20:00", "boss", "met"), ("04T10:20:01", "boss", "breached"), ("03T11:00:00", "cat", "breached")],
    )
    def test_the_superior_hears_of_it_within_a_day(self, at, to, state):
        r = rule(*TWICE, known("bob", "03T10:20:00"), upward("bob", at, to))
        assert duties(r, "D15-3c") == [("bob", state)]

    def test_a_bystander_reports_but_has_no_customer_to_tell(self):
        r = rule(*TWICE, known("cat", "03T10:20:00"))
        assert (duties(r, "D15-3a"), duties(r, "D15-3c")) == ([], [("cat", "breached")])

    def test_the_front_desk_owes_neither(self):
        assert rule(*TWICE, known("desk", "03T10:20:00")).duties == ()

    def test_whoever_knew_beforehand_owes_it_from_the_second_sale_on(self):
        r = rule(*TWICE, known("bob", "03T09:00:00", "c1"), ask="2025-03-03T10:50:00")
        assert duties(r, "D15-3a") == [("bob", "open")]

    def test_where_nobody_is_on_record_as_knowing_the_sellers_learn_of_it_with_the_question(self):
        r = rule(*TWICE)
        assert duties(r, "D15-3a") == duties(r, "D15-3c") == [("ann", "open"), ("bob", "open")]

    def test_knowing_of_what_is_no_double_sale_binds_nobody(self):
        pieces = (sold("k1", "ann", "c1", "03T10:00:00", "kettle"), sold("k2", "bob", "c2", "03T10:20:00", "kettle"))
        assert rule(*pieces, known("bob", "03T10:20:00")).duties == ()


class TestRecords:
    """D15-2b: needs and intentions are on record within a day of the talk."""

    @pytest.mark.parametrize(
        "entry",
        [
            ("record_update", {}), ("report", {"channel": "form"}), ("notebook", {"book": "collection"}),
        ],
        ids=lambda entry: entry[0],
    )  # fmt: skip
    def test_any_entry_about_the_customer_is_a_record(self, entry):
        kind, keys = entry
        r = rule(call("ann", "03T10:00:00", "c1"), (kind, "04T10:00:00", {"by": "ann", "customer": "c1", **keys}))
        assert duties(r, "D15-2b") == [("ann", "met")]

    @pytest.mark.parametrize(
        ("who", "customer", "at"),
        [("bob", "c1", "04T10:00:00"), ("ann", "c2", "04T10:00:00"), ("ann", "c1", "03T09:59:59"), ("ann", "c1", "04T10:00:01")],
        ids=["by another", "about another", "before the talk", "a second late"],
    )  # fmt: skip
    def test_others_are_none(self, who, customer, at):
        r = rule(call("ann", "03T10:00:00", "c1"), ("record_update", at, {"by": who, "customer": customer}))
        assert duties(r, "D15-2b") == [("ann", "breached")]

    def test_there_is_nothing_to_record_of_service_unanswered_calls_and_customers_who_have_bought(self):
        after = call("ann", "04T10:00:00", "c1")
        service = ("contact", "03T10:00:00", {"by": "ann", "customer": "c1", "mode": "service"})
        assert rule(service, call("ann", "03T10:00:00", connected=False)).duties == ()
        assert rule(sold("k1", "ann", "c1", "03T10:00:00"), after).duties == ()
