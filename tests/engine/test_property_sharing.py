"""D03: share and register before receiving; area, weight and rotation."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D03-*.yaml"))
PACK = load_pack("property-sharing")
PEOPLE = [
    {"id": "ann", "role": "site_consultant", "territory": "east", "performance": 6000},
    {"id": "bob", "role": "site_consultant", "territory": ["west"], "performance": 4000},
    {"id": "cat", "role": "site_consultant", "territory": "east", "performance": 4000},
    {"id": "boss", "role": "manager"}, {"id": "desk", "role": "front_desk"},
]  # fmt: skip
SUBJECTS = [
    {"id": "tower_e", "kind": "project", "area": "east", "priority": 1},
    {"id": "tower_w", "kind": "project", "area": "west", "priority": 2},
    {"id": "hut", "kind": "project", "area": "west"},
    {"id": "mill", "kind": "project", "area": "north", "priority": 0},
]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def about(type_):
    return {} if type_ == "negotiation" else {"customer": "c1"}


def rule(*events, ask="2025-03-03T18:00:00", people=PEOPLE, order="bob cat ann", absent="", **more):
    """Rule on a small case; events are (type, at, keys). `order`: the rotation."""
    rows = [{"type": t, "at": f"2025-{at}", **about(t), **keys} for t, at, keys in events]
    roster = [{"person": who, "kind": "rotation", "position": i} for i, who in enumerate(order.split(), 1)]
    roster += [{"person": who, "kind": "absent"} for who in absent.split()]
    given = {
        "case": "x",
        "policy": "property-sharing",
        "ask": ask,
        "people": people,
        "customers": [{"id": "c1"}],
        "subjects": SUBJECTS,
        "roster": roster,
        "events": rows,
        **more,
    }
    return decide(decode_case(deepcopy(given)), PACK, explain=False)


def shared(who, at, **keys):
    return "report", at, {"by": who, "channel": "im", **keys}


def form(who, at, **keys):
    return "report", at, {"by": who, "channel": "form", **keys}


def received(who, at, id_="r", **keys):
    return "reception", at, {"id": id_, "by": who, "mode": "in_turn", **keys}


def wanted(subject, at="03-03T10:00:00"):
    return form("desk", at, subject=subject)


def result(ruling, clause, about):
    found = [f["result"] for f in ruling.findings if (f["clause"], f["about"]) == (clause, about)]
    assert len(found) == 1, found
    return found[0]


class TestBeforeTheReception:
    """D03-2.1a and 2.2a: the same second is not before."""

    @pytest.mark.parametrize(
        ("clause", "entry"), [("D03-2.1a", shared), ("D03-2.2a", form)], ids=["sharing", "the form"]
    )
    @pytest.mark.parametrize(
        ("at", "found"), [("03-03T09:59:59", "no_breach"), ("03-03T10:00:00", "breach"), ("03-03T10:00:01", "breach")]
    )
    def test_an_entry_is_made_before_the_reception_begins(self, clause, entry, at, found):
        r = rule(entry("ann", at), received("ann", "03-03T10:00:00"))
        assert (result(r, clause, "r"), clause in r.fired) == (found, found == "breach")

    def test_each_consultant_makes_their_own_entries(self):
        r = rule(shared("bob", "03-03T09:00:00"), form("bob", "03-03T09:00:00"), received("ann", "03-03T10:00:00"))
        assert [result(r, c, "r") for c in ("D03-2.1a", "D03-2.2a")] == ["breach", "breach"]

    def test_a_form_without_contact_data_or_needs_is_none(self):
        r = rule(form("ann", "03-03T09:00:00", complete=False), received("ann", "03-03T10:00:00"))
        assert result(r, "D03-2.2a", "r") == "breach"


class TestWhoIsReceiving:
    """D03-1.1 and 2.1b."""

    FIRST = received("ann", "03-01T10:00:00", "r1")

    def test_a_reception_while_another_is_receiving_is_a_collision_that_the_manager_settles(self):
        r = rule(self.FIRST, received("bob", "03-03T10:00:00"))
        assert (result(r, "D03-1.1", "case"), r.status, r.to) == ("collision", "escalated", "boss")

    @pytest.mark.parametrize(("at", "found"), [("03-31T23:59:59", "collision"), ("04-01T00:00:00", "no_collision")])
    def test_a_reception_relation_lasts_thirty_days_after_the_last_dealing(self, at, found):
        r = rule(self.FIRST, received("bob", at), ask="2025-04-02T00:00:00")
        assert result(r, "D03-1.1", "case") == found

    def test_a_call_keeps_it_alive(self):
        call = ("contact", "03-20T10:00:00", {"by": "ann", "mode": "call"})
        r = rule(self.FIRST, call, received("bob", "04-05T10:00:00"), ask="2025-04-06T00:00:00")
        assert result(r, "D03-1.1", "case") == "collision"

    @pytest.mark.parametrize(
        "between",
        [
            ("withdrawal", "03-02T10:00:00", {"by": "ann"}),
            ("transfer", "03-02T10:00:00", {"from": "ann", "to": "bob"}),
            ("consent", "03-02T10:00:00", {"by": "ann", "to": "bob", "kind": "holder_permission"}),
        ],
        ids=lambda e: e[0],
    )
    def test_after_a_hand_over_there_is_none(self, between):
        r = rule(self.FIRST, between, received("bob", "03-03T10:00:00"))
        assert (result(r, "D03-1.1", "case"), r.status, r.owner) == ("no_collision", "no_collision", "bob")

    def test_a_stand_in_receives_for_the_other(self):
        r = rule(self.FIRST, received("bob", "03-03T10:00:00", **{"for": "ann"}, mode="stand_in"))
        assert (result(r, "D03-1.1", "case"), r.owner) == ("no_collision", "ann")

    def test_two_receptions_by_one_consultant_are_none(self):
        r = rule(self.FIRST, received("ann", "03-03T10:00:00"))
        assert (r.status, r.owner) == ("no_collision", "ann")

    def test_who_shares_a_customer_whom_another_receives_is_prompted(self):
        r = rule(self.FIRST, shared("bob", "03-03T09:00:00", id="s"))
        assert (result(r, "D03-2.1b", "s"), "D03-2.1b" in r.fired, r.owner) == ("flagged", True, "ann")

    def test_a_later_withdrawal_does_not_take_the_prompt_back(self):
        gone = ("withdrawal", "03-03T12:00:00", {"by": "ann"})
        assert result(rule(self.FIRST, shared("bob", "03-03T09:00:00", id="s"), gone), "D03-2.1b", "s") == "flagged"

    def test_a_settlement_of_all_parties_decides(self):
        deal = ("negotiation", "03-03T12:00:00", {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]})
        r = rule(self.FIRST, received("bob", "03-03T10:00:00"), deal)
        assert (r.status, r.owner, "G-48" in r.fired) == ("decided", "bob", True)


class TestFirstAllocation:
    """D03-2.3a, 3.1b, G-59: area, then weight, then rotation."""

    ON = {"params": {"reception_weights": True}}
    BOTH = (shared("ann", "03-03T10:00:00"), shared("bob", "03-03T10:00:00"))

    def test_the_highest_weight_receives_where_weights_are_on(self):
        r = rule(*self.BOTH, **self.ON)
        assert (r.owner, "D03-2.3a" in r.fired, "G-59" in r.fired) == ("ann", True, False)

    def test_without_weights_the_rotation_decides_between_those_who_ask(self):
        r = rule(*self.BOTH, order="cat bob ann")
        assert (r.owner, r.fired) == ("bob", ("G-59",))

    def test_so_it_does_between_equal_weights(self):
        r = rule(shared("bob", "03-03T10:00:00"), shared("cat", "03-03T10:00:00"), order="cat bob", **self.ON)
        assert (r.owner, r.fired) == ("cat", ("G-59",))

    def test_an_unknown_weight_is_asked_for(self):
        people = [PEOPLE[0], {"id": "bob", "role": "site_consultant"}, *PEOPLE[3:]]
        r = rule(*self.BOTH, people=people, order="bob ann", **self.ON)
        assert (r.status, r.missing) == ("needs_evidence", ("weight.leader",))

    def test_who_is_absent_gets_nothing(self):
        assert rule(*self.BOTH, absent="bob").owner == "ann"

    def test_the_area_with_the_highest_priority_goes_first(self):
        people = [p for p in PEOPLE if p["id"] != "cat"]
        r = rule(wanted("tower_e"), wanted("tower_w"), people=people, order="bob ann")
        assert (r.owner, "D03-3.1b" in r.fired, "G-59" in r.fired) == ("ann", True, False)

    def test_an_area_that_nobody_looks_after_is_passed_over(self):
        r = rule(wanted("mill"), wanted("tower_w"))
        assert (r.owner, "D03-3.1b" in r.fired) == ("bob", True)

    def test_a_building_without_priority_leaves_it_to_the_rotation(self):
        r = rule(wanted("hut"), order="cat bob ann")
        assert (r.owner, r.fired) == ("cat", ("G-59",))

    def test_among_several_of_the_area_the_rotation_decides(self):
        r = rule(wanted("tower_e"), order="bob cat ann")
        assert (r.owner, r.fired) == ("cat", ("D03-3.1b", "G-59"))

    def test_the_area_goes_before_the_weight(self):
        r = rule(*self.BOTH, wanted("tower_w"), **self.ON)
        assert (r.owner, "D03-2.3a" in r.fired) == ("bob", False)

    def test_of_several_of_the_area_who_ask_the_heaviest_receives(self):
        r = rule(shared("ann", "03-03T10:00:00"), shared("cat", "03-03T10:00:00"), wanted("tower_e"), **self.ON)
        assert (r.owner, r.fired) == ("ann", ("D03-3.1b", "D03-2.3a"))

    def test_a_visitor_who_waits_goes_to_the_next_in_rotation(self):
        r = rule(("visit", "03-03T10:00:00", {"id": "v"}), order="cat bob")
        assert (r.owner, r.fired) == ("cat", ("G-59",))

    def test_without_a_roster_the_manager_says_who(self):
        r = rule(*self.BOTH, order="")
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "no_rotation")

    def test_one_who_asks_alone_receives(self):
        assert rule(shared("ann", "03-03T10:00:00"), order="").owner == "ann"

    def test_once_somebody_is_receiving_a_request_changes_nothing(self):
        r = rule(received("ann", "03-03T09:00:00"), shared("bob", "03-03T10:00:00"))
        assert (r.status, r.owner) == ("no_collision", "ann")
