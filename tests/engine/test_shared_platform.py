"""D12: look up, contact, update, investigate, clear up."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D12-*.yaml"))
PACK = load_pack("shared-platform")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "team": "sales", "superior": "boss"},
    {"id": "bob", "role": "salesperson", "team": "sales"},
    {"id": "sue", "role": "salesperson", "team": "service", "superior": "boss"},
    {"id": "boss", "role": "manager"},
]
NOBODYS = ("negotiation", "collision_reported", "notice", "investigation", "conduct", "cancellation")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def rule(*events, ask="2025-03-20T09:00:00", people=PEOPLE, customer=None, **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in NOBODYS else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    given = {
        "case": "x",
        "policy": "shared-platform",
        "ask": ask,
        "people": people,
        "customers": [{"id": "c1", **(customer or {})}],
        "subjects": [{"id": "p", "kind": "product"}, {"id": "q", "kind": "product"}],
        "events": rows,
        **more,
    }
    return decide(decode_case(deepcopy(given)), PACK, explain=False)


def contact(who, at, mode="pitch", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def visited(who, at, **keys):
    return contact(who, at, "field_visit", id="v", **keys)


def looked_up(who, at, found=None):
    return "query", at, {"id": "q1", "by": who, "found": found}


def record(who, at):
    return "report", at, {"by": who, "channel": "web"}


def update(who, at):
    return "record_update", at, {"by": who}


def told(who, to, at, kind="prompt"):
    return "notice", at, {"by": who, "to": to, "kind": kind}


def leave(by, to, at, kind="holder_permission"):
    return "consent", at, {"by": by, "to": to, "kind": kind}


def result(ruling, clause, about):
    found = [f["result"] for f in ruling.findings if (f["clause"], f["about"]) == (clause, about)]
    assert len(found) == 1, found
    return found[0]


def duty(ruling, clause):
    (found,) = [d for d in ruling.duties if d["clause"] == clause]
    return found


BOTH = (contact("ann", "02-10T10:00:00"), contact("bob", "03-03T10:00:00"))


class TestTheCollision:
    """D12-2: the same product, inside the sales department, at whatever time."""

    def test_two_of_the_department_selling_one_product_collide_however_far_apart(self):
        r = rule(contact("ann", "01-10T10:00:00", subject="p"), contact("bob", "03-03T10:00:00", subject="p"))
        assert (result(r, "D12-2", "case"), "D12-2" in r.fired) == ("collision", True)

    @pytest.mark.parametrize(
        "other",
        [
            contact("bob", "03-03T10:00:00", subject="q"),
            contact("sue", "03-03T10:00:00", subject="p"),
            contact("bob", "03-03T10:00:00", "service", subject="p"),
        ],
        ids=["another product", "another department", "service"],
    )
    def test_not_for_another_product_nor_by_another_department_nor_in_service(self, other):
        r = rule(contact("ann", "02-10T10:00:00", subject="p"), other)
        assert (result(r, "D12-2", "case"), r.status) == ("no_collision", "no_collision")

    def test_whose_department_is_not_known_counts_as_of_the_same(self):
        people = [
            {"id": "ann", "role": "salesperson"},
            {"id": "bob", "role": "salesperson", "team": "sales"},
            PEOPLE[3],
        ]
        assert result(rule(*BOTH, people=people), "D12-2", "case") == "collision"


class TestWhoseCustomer:
    """D12-6.2b before 6.5b before the head of the department."""

    def test_the_first_to_be_entered_on_the_platform_is_responsible(self):
        r = rule(*BOTH, record("bob", "03-03T11:00:00"), record("ann", "03-04T11:00:00"))
        assert (r.status, r.owner, "D12-6.2b" in r.fired) == ("decided", "bob", True)

    @pytest.mark.parametrize(
        ("later", "owner"),
        [
            (leave("boss", "bob", "03-05T10:00:00", "manager_assignment"), "bob"),
            (leave("ann", "bob", "03-05T10:00:00", "manager_assignment"), "ann"),
            (("transfer", "03-05T10:00:00", {"from": "ann", "to": "bob"}), "bob"),
            (("transfer", "03-05T10:00:00", {"from": "bob", "to": "bob"}), "ann"),
        ],
    )
    def test_a_manager_or_whoever_is_responsible_may_pass_the_customer_on(self, later, owner):
        busy = (contact("ann", "03-06T10:00:00"), contact("bob", "03-07T10:00:00"))
        assert rule(record("ann", "02-10T11:00:00"), later, *busy).owner == owner

    def test_a_rejected_or_incomplete_report_enters_nobody(self):
        for keys in ({"review": "rejected"}, {"complete": False}):
            void = ("report", "02-10T11:00:00", {"by": "ann", "channel": "web", **keys})
            assert rule(*BOTH, void, record("bob", "03-03T11:00:00")).owner == "bob"

    def test_where_the_platform_shows_nobody_the_head_settles_it(self):
        r = rule(*BOTH)
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "nobody_responsible")

    def test_whoever_has_left_is_not_responsible(self):
        people = [
            {**PEOPLE[0], "resigned_at": "2025-03-01T18:00:00"},
            PEOPLE[1],
            {**PEOPLE[2], "team": "sales"},
            PEOPLE[3],
        ]
        r = rule(
            record("ann", "02-10T11:00:00"),
            *BOTH,
            contact("sue", "03-04T10:00:00"),
            record("sue", "03-04T11:00:00"),
            people=people,
        )
        assert (r.owner, "G-10" in r.fired) == ("sue", True)

    def test_a_settlement_of_all_parties_decides(self):
        deal = ("negotiation", "03-05T10:00:00", {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]})
        assert rule(record("ann", "02-10T11:00:00"), *BOTH, deal).owner == "bob"


class TestStaleCustomers:
    """D12-6.5b: strictly more than ninety days."""

    ALLOCATED = leave("boss", "ann", "01-01T09:00:00", "manager_assignment")

    @pytest.mark.parametrize(("ask", "owner"), [("04-01T23:59:59", "ann"), ("04-02T00:00:00", "reassign")])
    def test_ninety_days_without_a_sale_are_the_limit(self, ask, owner):
        r = rule(self.ALLOCATED, ask=f"2025-{ask}")
        assert (r.owner, "D12-6.5b" in r.fired) == (owner, owner == "reassign")

    def test_a_sale_begins_a_new_time_and_a_new_allocation_too(self):
        sale = ("contract", "03-01T10:00:00", {"id": "k", "by": "ann"})
        again = leave("boss", "ann", "03-01T09:00:00", "manager_assignment")
        for event in (sale, again):
            assert rule(self.ALLOCATED, event, ask="2025-04-20T09:00:00").owner == "ann"

    def test_a_cancelled_sale_is_none(self):
        sale = ("contract", "03-01T10:00:00", {"id": "k", "by": "ann"})
        gone = ("cancellation", "03-02T10:00:00", {"contract": "k"})
        assert rule(self.ALLOCATED, sale, gone, ask="2025-04-20T09:00:00").owner == "reassign"

    def test_in_a_collision_the_person_responsible_comes_first(self):
        r = rule(
            self.ALLOCATED,
            contact("ann", "01-02T10:00:00"),
            contact("bob", "04-10T10:00:00"),
            ask="2025-04-20T09:00:00",
        )
        assert (r.owner, "D12-6.5b" in r.fired) == ("ann", False)

    def test_the_company_may_wait_longer(self):
        assert rule(self.ALLOCATED, ask="2025-04-20T09:00:00", params={"stale_days": 180}).owner == "ann"


class TestLookUpAndConfirm:
    """D12-6.2."""

    def test_a_visit_needs_an_own_look_up_before(self):
        for look, found in (
            (None, "breach"),
            (looked_up("ann", "03-03T09:00:00"), "breach"),
            (looked_up("bob", "03-03T09:00:00"), "no_breach"),
            (looked_up("bob", "03-03T11:00:00"), "breach"),
        ):
            r = rule(*([look] if look else []), visited("bob", "03-03T10:00:00"))
            assert result(r, "D12-6.2a", "v") == found

    def test_a_pitch_on_the_telephone_is_no_visit(self):
        assert not [f for f in rule(contact("bob", "03-03T10:00:00", "call")).findings if f["clause"] == "D12-6.2a"]

    def test_whoever_visits_their_own_old_customer_need_not_look_up(self):
        r = rule(contact("ann", "02-10T10:00:00"), visited("ann", "03-03T10:00:00"), customer={"assigned_to": "ann"})
        assert result(r, "D12-6.2a", "v") == "no_breach"

    @pytest.mark.parametrize(
        ("at", "state"), [("03-03T09:40:00", "met"), ("03-03T09:40:01", "breached"), (None, "breached")]
    )
    def test_the_person_responsible_is_contacted_within_half_an_hour(self, at, state):
        r = rule(looked_up("bob", "03-03T09:10:00", "ann"), *([told("bob", "ann", at)] if at else []))
        found = duty(r, "D12-6.2b")
        assert (found["who"], found["due"], found["state"]) == ("bob", "2025-03-03T09:40:00+08:00", state)

    def test_visiting_waits_for_the_confirmation_and_not_only_for_the_contact(self):
        look, word = looked_up("bob", "03-03T09:10:00", "ann"), told("bob", "ann", "03-03T09:20:00")
        assert result(rule(look, word), "D12-6.2c", "q1") == "blocked"
        r = rule(look, word, leave("ann", "bob", "03-03T09:30:00"))
        assert (result(r, "D12-6.2c", "q1"), "D12-6.2c" in r.fired) == ("allowed", True)

    def test_a_visit_all_the_same_is_a_breach(self):
        r = rule(looked_up("bob", "03-03T09:10:00", "ann"), visited("bob", "03-03T10:00:00"))
        assert (result(r, "D12-6.2c", "v"), "D12-6.2c" in r.fired) == ("breach", False)

    def test_where_nobody_is_shown_visiting_may_start(self):
        r = rule(looked_up("bob", "03-03T09:10:00"))
        assert (result(r, "D12-6.2c", "q1"), r.fired) == ("allowed", ("D12-6.2c",))


class TestUpdates:
    """D12-6.3a."""

    @pytest.mark.parametrize(
        ("done", "state"),
        [
            (update("bob", "03-04T10:00:00"), "met"),
            (update("bob", "03-04T10:00:01"), "breached"),
            (update("ann", "03-03T12:00:00"), "breached"),
            (record("bob", "03-03T12:00:00"), "met"),
            (update("bob", "03-03T09:59:59"), "breached"),
        ],
    )
    def test_after_a_visit_the_platform_is_updated_within_a_day(self, done, state):
        found = duty(rule(looked_up("bob", "03-02T10:00:00"), visited("bob", "03-03T10:00:00"), done), "D12-6.3a")
        assert (found["who"], found["due"], found["state"]) == ("bob", "2025-03-04T10:00:00+08:00", state)


class TestInvestigation:
    """D12-6.4a."""

    def known(self, who, at):
        return "collision_known", at, {"by": who}

    def opened(self, at, **keys):
        return "investigation", at, {"by": "boss", "opened": True, **keys}

    @pytest.mark.parametrize(
        ("at", "state"), [("03-03T10:30:00", "met"), ("03-03T10:30:01", "breached"), (None, "breached")]
    )
    def test_the_head_opens_it_within_half_an_hour_of_knowing(self, at, state):
        r = rule(
            *BOTH,
            self.known("bob", "03-03T09:00:00"),
            self.known("boss", "03-03T10:00:00"),
            *([self.opened(at)] if at else []),
        )
        found = duty(r, "D12-6.4a")
        assert (found["who"], found["due"], found["state"]) == ("boss", "2025-03-03T10:30:00+08:00", state)

    def test_a_report_to_the_head_is_knowledge(self):
        r = rule(
            *BOTH, ("collision_reported", "03-03T10:00:00", {"by": "bob", "to": "boss"}), self.opened("03-03T10:20:00")
        )
        assert duty(r, "D12-6.4a")["state"] == "met"

    def test_where_only_others_know_it_runs_from_the_discovery(self):
        assert duty(rule(*BOTH, self.known("bob", "03-03T10:00:00")), "D12-6.4a")["due"] == "2025-03-03T10:30:00+08:00"

    def test_where_nobody_is_on_record_as_knowing_it_runs_from_now(self):
        assert duty(rule(*BOTH), "D12-6.4a")["state"] == "open"

    def test_without_a_collision_nothing_is_investigated(self):
        assert not [d for d in rule(BOTH[0]).duties if d["clause"] == "D12-6.4a"]


class TestSanction:
    """D12-6.4b: first a warning, a repeat a fine."""

    CLOSED = ("investigation", "03-05T16:00:00", {"by": "boss", "closed": True})
    FAULT = visited("bob", "03-03T10:00:00")

    def sanctions(self, *events, **more):
        return [(s["to"], s["kind"], s.get("amount")) for s in rule(*events, **more).sanctions]

    def test_whoever_broke_the_rules_is_warned_once_the_investigation_is_closed(self):
        assert self.sanctions(self.FAULT, self.CLOSED) == [("bob", "warning", None)]
        assert self.sanctions(self.FAULT) == []

    @pytest.mark.parametrize(
        "before",
        [
            told("boss", "bob", "01-03T10:00:00", "warning"),
            ("conduct", "01-03T10:00:00", {"by": "bob", "kind": "unauthorised_contact", "customer": "c2"}),
        ],
        ids=["a warning", "an act about another customer"],
    )
    def test_a_repeat_within_a_year_is_a_fine(self, before):
        customers = [{"id": "c1"}, {"id": "c2"}]
        assert self.sanctions(before, self.FAULT, self.CLOSED, customers=customers) == [("bob", "fine", "500.00")]

    def test_who_did_not_contact_the_person_responsible_or_did_not_update_is_at_fault(self):
        look = looked_up("bob", "03-03T09:10:00", "ann")
        assert self.sanctions(look, self.CLOSED) == [("bob", "warning", None)]
        quiet = (looked_up("ann", "03-01T09:00:00"), visited("ann", "03-01T10:00:00"))
        assert self.sanctions(*quiet, self.CLOSED) == [("ann", "warning", None)]

    def test_a_fault_after_the_closing_is_another_matter(self):
        assert self.sanctions(visited("bob", "03-06T10:00:00"), self.CLOSED) == []

    def test_whoever_did_everything_right_is_not_sanctioned(self):
        right = (looked_up("bob", "03-03T09:10:00"), visited("bob", "03-03T10:00:00"), update("bob", "03-03T12:00:00"))
        assert self.sanctions(*right, BOTH[0], self.CLOSED) == []
