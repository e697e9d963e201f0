"""D13, clause by clause: the given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D13-*.yaml"))
PACK = load_pack("first-contact")
PEOPLE = [
    {"id": "ann", "role": "salesperson", "superior": "boss", "phones": ["13800000001"]},
    {"id": "bob", "role": "salesperson", "superior": "boss"}, {"id": "boss", "role": "manager"},
    {"id": "fay", "role": "front_desk"},
]  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask="2025-04-01T09:00:00", people=PEOPLE, customers=({"id": "c1"},), **more):
    """Rule on a small case; events are (type, at, keys)."""
    about_nobody = ("negotiation", "collision_reported", "evidence", "investigation", "loss")
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in about_nobody else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    case = {
        "case": "x", "policy": "first-contact", "ask": ask, "people": people, "customers": list(customers),
        "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=False)


def contact(who, at, mode="call", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def report(who, at, **keys):
    return "report", at, {"by": who, "channel": "web", **keys}


def listed(who, at, call_at, **keys):
    more = {"issuer": "china_mobile", "official": True, "call_at": f"2025-{call_at}", **keys}
    return "call_list", at, {"id": "cl", "by": who, **more}


def evidence(about, accepted):
    return "evidence", "03-20T10:00:00", {"about": about, "by": "ann", "accepted": accepted}


def misdeed(who, at, **keys):
    return "conduct", at, {"by": who, "kind": "non_cooperation", **keys}


def found(ruling, clause):
    return {row["about"]: row["result"] for row in ruling.findings if row["clause"] == clause}


def duties(ruling, clause):
    return {row["who"]: row["state"] for row in ruling.duties if row["clause"] == clause}


def sanctions(ruling):
    return [(row["to"], row["kind"], row.get("amount")) for row in ruling.sanctions]


BOB = (contact("bob", "03-03T10:00:00", id="b1"),)


class TestFirstComeFirstServed:
    def test_the_first_contact_decides_and_takes_the_whole(self):
        r = rule(*BOB, contact("ann", "03-01T10:05:00", claimed_at="2025-03-01T10:00:00"))
        assert (r.status, r.owner, r.shares, "D13-4.1" in r.fired) == ("decided", "ann", {"ann": 10_000}, True)

    def test_not_the_first_report(self):
        assert rule(report("bob", "02-20T10:00:00"), *BOB, contact("ann", "03-01T10:00:00")).owner == "ann"

    def test_a_call_that_nobody_answered_is_no_contact(self):
        assert (
            rule(*BOB, contact("ann", "03-01T10:00:00", connected=False), contact("ann", "03-04T10:00:00")).owner
            == "bob"
        )

    @pytest.mark.parametrize(("claimed", "owner"), [("02-27T10:00:00", "ann"), ("02-27T09:59:59", "bob")])
    def test_a_contact_entered_more_than_a_day_later_needs_evidence(self, claimed, owner):
        late = contact("ann", "02-28T10:00:00", id="a1", claimed_at=f"2025-{claimed}")
        assert rule(*BOB, late).owner == owner
        assert rule(*BOB, late, evidence("a1", accepted=True)).owner == "ann"
        assert rule(*BOB, late, evidence("a1", accepted=False)).owner == "bob"

    def test_the_time_that_somebody_claims_never_decides(self):
        late = contact("ann", "03-04T10:00:00", id="a1", claimed_at="2025-02-20T10:00:00")
        assert rule(*BOB, late, evidence("a1", accepted=True)).owner == "bob"

    def test_an_operators_call_list_sets_the_time_of_the_call(self):
        late = contact("ann", "03-04T10:00:00", claimed_at="2025-03-01T10:00:00")
        assert rule(*BOB, late, listed("ann", "03-20T10:00:00", "03-01T10:00:00")).owner == "ann"

    def test_even_where_the_call_was_entered_nowhere(self):
        r = rule(*BOB, listed("ann", "03-20T10:00:00", "03-01T10:00:00"))
        assert (r.owner, "D13-3.2" in r.fired) == ("ann", True)

    @pytest.mark.parametrize(
        "keys",
        [{"official": False}, {"issuer": "other"}, {"from_phone": "13800000009"}, {"to_phone": "13900000009"}],
    )
    def test_a_list_that_is_not_official_or_of_another_call_proves_nothing(self, keys):
        customers = [{"id": "c1", "phones": ["13900000001"]}]
        numbers = {"from_phone": "13800000001", "to_phone": "13900000001"}
        proof = listed("ann", "03-20T10:00:00", "03-01T10:00:00", **numbers)
        assert rule(*BOB, proof, customers=customers).owner == "ann"
        other = listed("ann", "03-20T10:00:00", "03-01T10:00:00", **{**numbers, **keys})
        assert rule(*BOB, other, contact("ann", "03-04T10:00:00"), customers=customers).owner == "bob"

    def test_nor_does_one_that_was_not_accepted(self):
        r = rule(*BOB, listed("ann", "03-20T10:00:00", "03-01T10:00:00"), evidence("cl", accepted=False))
        assert (r.status, r.owner) == ("no_collision", "bob")

    def test_a_stand_in_is_in_touch_for_the_one_they_stand_in_for(self):
        visit = ("visit", "03-01T10:00:00", {"id": "v1", "initiative": "self"})
        stands_in = ("reception", "03-01T10:05:00", {"by": "bob", "for": "ann", "visit": "v1", "mode": "stand_in"})
        assert rule(visit, stands_in, *BOB).owner == "ann"

    def test_where_nobody_was_first_the_supervisor_divides_the_work(self):
        both = (*BOB, contact("ann", "03-03T10:00:00"))
        r = rule(*both)
        assert (r.status, r.to, r.reason) == ("escalated", "boss", "same_moment")
        named = ("consent", "03-05T10:00:00", {"by": "boss", "to": "ann", "kind": "manager_assignment"})
        r = rule(*both, named)
        assert (r.owner, "D13-5.3" in r.fired) == ("ann", True)

    def test_the_supervisor_does_not_take_the_customer_from_the_first(self):
        named = ("consent", "03-05T10:00:00", {"by": "boss", "to": "bob", "kind": "manager_assignment"})
        assert rule(*BOB, contact("ann", "03-01T10:00:00"), named).owner == "ann"

    def test_without_any_proven_contact_nobody_was_first(self):
        late = [contact(w, "03-04T10:00:00", claimed_at="2025-03-01T10:00:00") for w in ("ann", "bob")]
        assert (rule(*late).status, rule(*late).reason) == ("escalated", "no_proven_contact")

    def test_the_parties_may_settle_otherwise(self):
        settled = (
            "negotiation",
            "03-05T10:00:00",
            {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]},
        )
        r = rule(*BOB, contact("ann", "03-01T10:00:00"), settled)
        assert (r.owner, "G-48" in r.fired) == ("bob", True)

    def test_a_leaver_is_followed_by_the_next(self):
        people = [{**PEOPLE[0], "resigned_at": "2025-03-10T00:00:00"}, *PEOPLE[1:]]
        r = rule(*BOB, contact("ann", "03-01T10:00:00"), people=people)
        assert (r.owner, "G-10" in r.fired) == ("bob", True)


class TestCollision:
    def test_contacts_at_any_distance_collide(self):
        r = rule(contact("ann", "01-01T10:00:00", "sample"), contact("bob", "03-20T10:00:00", "pitch"))
        assert (found(r, "D13-3.2"), "D13-3.2" in r.fired) == ({"case": "collision"}, True)

    def test_so_do_those_of_another_department_but_not_of_the_supervisor(self):
        assert found(rule(*BOB, contact("fay", "03-01T10:00:00")), "D13-3.2") == {"case": "collision"}
        assert found(rule(*BOB, contact("boss", "03-01T10:00:00")), "D13-3.2") == {"case": "no_collision"}

    def test_another_department_has_no_priority(self):
        assert rule(*BOB, contact("fay", "03-01T10:00:00")).owner == "bob"

    def test_one_person_alone_goes_on(self):
        r = rule(*BOB, contact("bob", "03-04T10:00:00"))
        assert (r.status, r.owner, "D13-3.2" in r.fired) == ("no_collision", "bob", False)


class TestRecords:
    @pytest.mark.parametrize(("at", "worth"), [("03-04T10:00:00", "valid"), ("03-04T10:00:01", "late")])
    def test_a_contact_is_recorded_within_a_day(self, at, worth):
        r = rule(*BOB, report("bob", at, id="r1"))
        assert (found(r, "D13-4.3a"), "D13-4.3a" in r.fired) == ({"r1": worth}, worth == "late")

    def test_without_needs_or_intention_it_is_incomplete(self):
        r = rule(
            *BOB, report("bob", "03-03T11:00:00", id="r1", complete=False), report("bob", "03-06T11:00:00", id="r2")
        )
        assert found(r, "D13-4.3a") == {"r1": "incomplete", "r2": "late"}

    @pytest.mark.parametrize(("ask", "worth"), [("2025-03-04T10:00:00", {}), ("2025-03-04T10:00:01", {"b1": "late"})])
    def test_a_contact_that_is_recorded_nowhere_is_late_when_the_term_is_over(self, ask, worth):
        assert found(rule(*BOB, ask=ask), "D13-4.3a") == worth


class TestHandling:
    @pytest.mark.parametrize(
        "hint", [("collision_known", {"by": "bob"}), ("query", {"by": "bob", "found": "ann"})], ids=lambda h: h[0]
    )
    @pytest.mark.parametrize(
        ("at", "state"), [("03-04T10:00:00", "met"), ("03-04T10:00:01", "breached"), (None, "breached")]
    )
    def test_a_suspicion_is_reported_within_a_day(self, hint, at, state):
        told = [("collision_reported", at, {"by": "bob", "to": "boss"})] if at else []
        r = rule((hint[0], "03-03T10:00:00", hint[1]), *told)
        assert (duties(r, "D13-5.1"), "D13-5.1" in r.fired) == ({"bob": state}, state == "breached")

    def test_telling_a_colleague_is_no_report(self):
        known = ("collision_known", "03-03T10:00:00", {"by": "bob"})
        r = rule(known, ("collision_reported", "03-03T11:00:00", {"by": "bob", "to": "ann"}))
        assert duties(r, "D13-5.1") == {"bob": "breached"}

    def test_a_look_up_that_shows_oneself_or_nobody_raises_none(self):
        looks = [("query", "03-03T10:00:00", {"by": "bob", "found": who}) for who in ("bob", None)]
        assert duties(rule(*looks), "D13-5.1") == {}

    @pytest.mark.parametrize(
        ("opened", "state"),
        [("03-03T12:30:00", "met"), ("03-03T12:30:01", "breached"), (None, "breached")],
    )
    def test_the_supervisor_investigates_within_half_an_hour(self, opened, state):
        told = ("collision_reported", "03-03T12:00:00", {"by": "bob", "to": "boss"})
        look = [("investigation", opened, {"by": "boss", "opened": True})] if opened else []
        assert duties(rule(told, *look), "D13-5.2") == {"boss": state}

    def test_an_investigation_begins_at_the_time_that_it_names(self):
        told = ("collision_reported", "03-03T12:00:00", {"by": "bob", "to": "boss"})
        look = ("investigation", "03-04T12:00:00", {"by": "boss", "opened": "2025-03-03T12:20:00"})
        assert duties(rule(told, look), "D13-5.2") == {"boss": "met"}


class TestSanctions:
    @pytest.mark.parametrize(
        ("severity", "before", "kind"),
        [
            ("minor", None, "criticism"), ("minor", "2025-01-05", "rectify"), ("minor", "2024-03-04", "criticism"),
            ("minor", "2024-03-05", "rectify"), ("normal", None, "warning"), ("normal", "2025-01-05", "warning"),
            ("serious", None, "dismissal"), (None, None, "warning"),
        ],
    )  # fmt: skip
    def test_the_ladder_follows_severity_and_repetition(self, severity, before, kind):
        act = misdeed("bob", "03-05T10:00:00", **({"severity": severity} if severity else {}))
        other = {"type": "conduct", "at": f"{before}T12:00:00", "by": "bob", "kind": "rebate", "customer": "c9"}
        case = {
            "case": "x", "policy": "first-contact", "ask": "2025-04-01T09:00:00", "people": PEOPLE,
            "customers": [{"id": "c1"}, {"id": "c9"}],
            "events": [
                *([other] if before else []),
                *({"type": t, "at": f"2025-{at}", "customer": "c1", **keys} for t, at, keys in (*BOB, act)),
            ],
        }  # fmt: skip
        assert sanctions(decide(decode_case(case), PACK, explain=False)) == [("bob", kind, None)]

    def test_a_duty_not_done_in_time_is_not_yet_a_proven_violation(self):
        r = rule(*BOB, ("collision_known", "03-03T10:00:00", {"by": "bob"}))
        assert ("D13-5.1" in r.fired, sanctions(r)) == (True, [])

    def test_what_is_not_proven_is_not_punished(self):
        assert sanctions(rule(*BOB, misdeed("bob", "03-05T10:00:00", proven=False))) == []

    def test_of_several_acts_the_heaviest_sanction_remains(self):
        acts = [misdeed("bob", f"03-0{n}T10:00:00", severity="minor") for n in (5, 6)]
        assert sanctions(rule(*BOB, *acts)) == [("bob", "rectify", None)]

    def test_a_loss_is_made_good_by_whoever_caused_it(self):
        losses = [("loss", f"03-1{n}T10:00:00", {"by": "bob", "amount": "1500.50"}) for n in (0, 1)]
        r = rule(*BOB, misdeed("bob", "03-05T10:00:00"), *losses)
        assert sanctions(r) == [("bob", "warning", None), ("bob", "compensation", "3001.00")]
        assert "D13-6.2" in r.fired

    @pytest.mark.parametrize(
        ("loss", "act"),
        [
            ({"by": "bob", "amount": "0.00"}, {}), ({"by": "bob", "amount": "10.00"}, {"proven": False}),
            ({"by": "ann", "amount": "10.00"}, {}),
        ],
    )  # fmt: skip
    def test_nothing_is_claimed_without_a_loss_or_a_proven_violation(self, loss, act):
        r = rule(*BOB, misdeed("bob", "03-05T10:00:00", **act), ("loss", "03-10T10:00:00", loss))
        assert [row for row in sanctions(r) if row[1] == "compensation"] == []


def test_the_same_facts_as_for_every_policy_give_the_first_proven_contact():
    """clauses.md § 3.1, S1: a call that only the operator's list proves, an approved report a day later, another who signs."""
    people = [*PEOPLE, *({"id": who, "role": "salesperson", "superior": "boss"} for who in ("cat", "dan"))]
    r = rule(
        listed("ann", "03-25T10:00:00", "03-01T10:00:00"), contact("bob", "03-02T09:30:00"), report("bob", "03-02T10:00:00"),
        ("invitation", "03-02T18:00:00", {"by": "cat"}), report("cat", "03-03T09:00:00"),
        ("visit", "03-03T10:00:00", {"id": "v1", "initiative": "invited", "invited_by": "cat"}),
        ("reception", "03-03T10:05:00", {"by": "cat", "visit": "v1", "mode": "in_turn"}),
        ("reception", "03-18T10:05:00", {"by": "dan", "visit": "v1", "mode": "on_duty"}),
        ("contract", "03-20T16:00:00", {"by": "dan", "commission": "10000.00"}), people=people,
    )  # fmt: skip
    assert (r.owner, r.amounts) == ("ann", {"ann": "10000.00"})
