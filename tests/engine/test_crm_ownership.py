"""D05: deed, valid transfer, first record; records in time; monthly updates; warnings."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D05-*.yaml"))
PACK = load_pack("crm-ownership")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "team": "one"},
    {"id": "bob", "role": "salesperson", "team": "two"},
    {"id": "cat", "role": "salesperson", "team": "two"},
    {"id": "boss", "role": "manager"},
]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    assert list(compare(given["expect"], decide(decode_case(given), PACK).as_dict())) == []


def rule(*events, ask="2025-03-20T09:00:00", people=PEOPLE, customers=({"id": "c1"},), **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t == "negotiation" else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    given = {
        "case": "x",
        "policy": "crm-ownership",
        "ask": ask,
        "people": people,
        "customers": list(customers),
        "events": rows,
        **more,
    }
    return decide(decode_case(deepcopy(given)), PACK, explain=False)


def call(who, at, **keys):
    return "contact", at, {"by": who, "mode": "call", **keys}


def record(who, at, **keys):
    return "report", at, {"by": who, "channel": "web", **keys}


def passed(from_, to, at, **keys):
    return "transfer", at, {"id": "t", "from": from_, "to": to, **keys}


def agreed(kind, at, by="boss", **keys):
    return "consent", at, {"kind": kind, **({"by": by} if by else {}), **keys}


def result(ruling, clause, about):
    found = [f["result"] for f in ruling.findings if (f["clause"], f["about"]) == (clause, about)]
    assert len(found) == 1, found
    return found[0]


ANN = (call("ann", "03-01T10:00:00"), record("ann", "03-01T11:00:00", id="ra"))
BOB = (call("bob", "03-05T10:00:00"), record("bob", "03-05T11:00:00", id="rb"))


class TestFirstRecord:
    """D05-4.2a."""

    def test_the_first_to_record_owns_the_customer(self):
        r = rule(*ANN, *BOB)
        assert (r.status, r.owner, r.shares) == ("decided", "ann", {"ann": 10_000})
        assert (result(r, "D05-4.2a", "ra"), result(r, "D05-4.2a", "rb")) == ("protected", "unprotected")

    @pytest.mark.parametrize(("at", "found"), [("03-02T10:00:00", "protected"), ("03-02T10:00:01", "late")])
    def test_a_contact_is_recorded_within_a_day(self, at, found):
        r = rule(call("ann", "03-01T10:00:00"), record("ann", at, id="ra"))
        state = next(d["state"] for d in r.duties if d["clause"] == "D05-4.2a")
        assert (result(r, "D05-4.2a", "ra"), state) == (found, "met" if found == "protected" else "breached")
        assert "D05-4.2a" in r.fired

    def test_a_late_record_counts_from_its_own_time(self):
        assert rule(call("ann", "03-01T10:00:00"), record("ann", "03-04T10:00:00"), *BOB).owner == "ann"
        assert rule(call("ann", "03-01T10:00:00"), *BOB, record("ann", "03-06T10:00:00")).owner == "bob"

    def test_who_records_nothing_is_not_protected(self):
        r = rule(call("ann", "03-01T10:00:00", id="k"), *BOB)
        assert (r.owner, result(r, "D05-4.2a", "k")) == ("bob", "unprotected")

    def test_a_record_before_the_first_call_is_in_time(self):
        assert (
            result(rule(record("ann", "03-01T09:00:00", id="ra"), call("ann", "03-05T10:00:00")), "D05-4.2a", "ra")
            == "protected"
        )

    def test_a_message_in_a_chat_is_no_record(self):
        assert rule(record("ann", "03-01T11:00:00", channel="im"), *BOB).owner == "bob"

    def test_two_records_in_one_second_leave_it_to_the_department(self):
        r = rule(record("ann", "03-01T11:00:00"), record("bob", "03-01T11:00:00"))
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "no_crm_title")

    def test_without_any_record_the_department_decides_and_may_have_done_so(self):
        both = (call("ann", "03-01T10:00:00"), call("bob", "03-02T10:00:00"))
        assert rule(*both).status == "escalated"
        assert rule(*both, agreed("manager_assignment", "03-03T10:00:00", to="bob")).owner == "bob"

    def test_whom_the_crm_already_names_keeps_the_customer(self):
        assert rule(*BOB, customers=[{"id": "c1", "assigned_to": "ann"}]).owner == "ann"

    def test_the_record_of_somebody_who_left_is_free(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-10T18:00:00"}, *PEOPLE[1:]]
        r = rule(*ANN, *BOB, call("cat", "03-06T10:00:00"), people=people)
        assert (r.owner, "G-10" in r.fired) == ("bob", True)


class TestDeed:
    """D05-4.2c."""

    def deed(self, who, at, **keys):
        return "deed", at, {"by": who, **keys}

    def test_an_agreement_goes_before_the_first_record(self):
        r = rule(*ANN, *BOB, self.deed("bob", "03-10T10:00:00", id="d"))
        assert (r.owner, result(r, "D05-4.2c", "d"), "D05-4.2c" in r.fired) == ("bob", "valid", True)

    def test_so_it_does_if_the_other_records_only_afterwards(self):
        assert rule(self.deed("bob", "02-10T10:00:00"), *ANN).owner == "bob"

    def test_the_latest_agreement_holds(self):
        r = rule(*ANN, self.deed("bob", "03-10T10:00:00", id="d1"), self.deed("cat", "03-12T10:00:00", id="d2"))
        assert (r.owner, result(r, "D05-4.2c", "d1"), result(r, "D05-4.2c", "d2")) == ("cat", "void", "valid")

    def test_a_valid_transfer_after_it_passes_the_customer_on(self):
        consent = agreed("customer_consent", "03-11T10:00:00", by=None)
        r = rule(*ANN, self.deed("bob", "03-10T10:00:00"), consent, passed("bob", "cat", "03-12T10:00:00"))
        assert (r.owner, "D05-4.2b1" in r.fired, "D05-4.2b2" in r.fired) == ("cat", True, False)


class TestTransfer:
    """D05-4.2b2: either consent suffices, given before."""

    @pytest.mark.parametrize(
        ("consent", "found"),
        [
            (None, "blocked"),
            (agreed("customer_consent", "03-10T10:00:00", by=None), "allowed"),
            (agreed("department_approval", "03-10T10:00:00"), "allowed"),
            (agreed("department_approval", "03-10T10:00:00", by="bob"), "blocked"),
            (agreed("department_approval", "03-10T10:00:01"), "blocked"),
            (agreed("holder_permission", "03-10T10:00:00", by="ann"), "blocked"),
            (agreed("department_approval", "03-10T10:00:00", to="cat"), "blocked"),
            (agreed("department_approval", "03-10T09:00:00", to="bob"), "allowed"),
        ],
    )
    def test_a_hand_over_needs_consent_or_approval(self, consent, found):
        r = rule(*ANN, *([consent] if consent else []), passed("ann", "bob", "03-10T10:00:00"))
        assert (r.status, r.owner) == ("decided", "bob" if found == "allowed" else "ann")
        assert (result(r, "D05-4.2b2", "t"), "D05-4.2b2" in r.fired) == (found, found == "blocked")

    def test_only_the_owner_hands_over(self):
        consent = agreed("customer_consent", "03-10T09:00:00", by=None)
        r = rule(*ANN, *BOB, consent, passed("bob", "cat", "03-10T10:00:00"))
        assert (r.owner, result(r, "D05-4.2b2", "t")) == ("ann", "blocked")

    def test_to_the_company_needs_nobodys_consent(self):
        r = rule(*ANN, *BOB, passed("ann", "pool", "03-10T10:00:00"))
        assert (result(r, "D05-4.2b2", "t"), r.status) == ("allowed", "escalated")

    def test_what_was_handed_over_validly_stays_so_after_the_giver_left(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-15T18:00:00"}, *PEOPLE[1:]]
        consent = agreed("department_approval", "03-10T09:00:00", to="cat")
        assert rule(*ANN, *BOB, consent, passed("ann", "cat", "03-10T10:00:00"), people=people).owner == "cat"


def test_a_settlement_of_all_parties_decides():
    deal = (
        "negotiation",
        "03-10T10:00:00",
        {"outcome": "settled", "shares": {"ann": 5000, "bob": 5000}, "owner": "bob", "confirmed_by": ["ann", "bob"]},
    )
    r = rule(*ANN, *BOB, deal)
    assert (r.owner, r.shares, "G-48" in r.fired) == ("bob", {"ann": 5000, "bob": 5000}, True)


class TestTheCollision:
    """D05-3.1: no matter when, no matter what."""

    def test_two_people_collide_however_far_apart(self):
        r = rule(call("ann", "01-01T10:00:00"), call("bob", "12-01T10:00:00"), ask="2025-12-02T09:00:00")
        assert (result(r, "D05-3.1", "case"), "D05-3.1" in r.fired) == ("collision", True)

    def test_a_second_record_without_any_selling_is_none(self):
        r = rule(*ANN, record("bob", "03-05T11:00:00"))
        assert (result(r, "D05-3.1", "case"), r.owner) == ("no_collision", "ann")


class TestMonthlyUpdate:
    """D05-4.1c: both the update and the report, inside the month."""

    def update(self, at):
        return "record_update", at, {"by": "ann"}

    @pytest.mark.parametrize(
        ("events", "state"),
        [
            ((), "breached"), ((("report", "02-28T23:59:59"), ("record_update", "02-01T00:00:00")), "met"),
            ((("report", "02-10T10:00:00"),), "breached"), ((("record_update", "02-10T10:00:00"),), "breached"),
            ((("report", "03-01T00:00:00"), ("record_update", "02-10T10:00:00")), "breached"),
        ],
    )  # fmt: skip
    def test_the_owner_updates_and_reports_every_month(self, events, state):
        done = [(t, at, {"by": "ann"}) for t, at in events]
        r = rule(record("ann", "01-10T10:00:00"), *done, ask="2025-03-01T00:00:00")
        (duty,) = [d for d in r.duties if d["clause"] == "D05-4.1c"]
        assert (duty["who"], duty["due"], duty["state"]) == ("ann", "2025-03-01T00:00:00+08:00", state)

    def test_not_in_the_month_in_which_the_customer_was_first_recorded(self):
        r = rule(record("ann", "02-01T10:00:00"), ask="2025-03-01T00:00:00")
        assert not [d for d in r.duties if d["clause"] == "D05-4.1c"]


class TestWarning:
    """D05-4.3a, G-12, G-13, G-38: phone first, a person's name never."""

    @pytest.mark.parametrize(
        ("mine", "other", "found"),
        [
            ({"phones": ["13900001111"]}, {"phones": ["13900001111"]}, "flagged"),
            ({"phones": ["13900001111"]}, {"phones": ["13700000000", "+8613900001111"]}, "flagged"),
            ({"phones": ["13900001111"], "name": "王建平"}, {"phones": ["13900001112"], "name": "王建平"}, "not_flagged"),
            ({"kind": "company", "name": "甲公司"}, {"kind": "company", "name": "甲公司"}, "flagged"),
            ({"kind": "company", "name": "甲公司"}, {"kind": "company", "name": "乙公司"}, "not_flagged"),
        ],
    )  # fmt: skip
    def test_an_entry_that_may_be_anothers_customer_is_flagged(self, mine, other, found):
        customers = [{"id": "c1", "assigned_to": "ann", **mine}, {"id": "c2", **other}]
        r = rule(*ANN, record("bob", "03-05T10:00:00", id="rb", customer="c2"), customers=customers)
        assert (result(r, "D05-4.3a", "rb"), "D05-4.3a" in r.fired) == (found, found == "flagged")

    def test_until_somebody_confirms_the_earlier_record_has_priority(self):
        customers = [{"id": "c1", "phones": ["13900001111"]}, {"id": "c2", "phones": ["13900001111"]}]
        r = rule(*ANN, record("bob", "03-05T10:00:00", customer="c2"), customers=customers)
        assert (r.owner, "G-12" in r.fired) == ("ann", True)

    def test_a_call_to_anothers_customer_is_flagged_too(self):
        r = rule(*ANN, call("bob", "03-05T10:00:00", id="k"))
        assert (result(r, "D05-4.3a", "k"), result(r, "D05-4.3a", "ra")) == ("flagged", "not_flagged")
