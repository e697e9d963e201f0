"""D16 and D06: steps after an incident on site or a complaint, laid over any other policy."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

SPEC = Path(__file__).parent.parent / "spec" / "cases"
OURS = Path(__file__).parent / "cases"
CASES = sorted(path for folder in (SPEC, OURS) for doc in ("D16", "D06") for path in folder.glob(f"{doc}-*.yaml"))
PEOPLE = [
    {"id": "ann", "role": "salesperson"}, {"id": "dan", "role": "duty"}, {"id": "eve", "role": "duty"}, {"id": "boss", "role": "manager"},
]  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), load_pack(given["policy"])).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(event, policy="site-incidents", ask="2025-03-03T12:00:00", **more):
    """Rule on one incident or complaint of 3 March, 10:00."""
    case = {
        "case": "x", "policy": policy, "ask": ask, "people": PEOPLE,
        "events": [{"id": "e", "at": "2025-03-03T10:00:00", **event}], **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), load_pack(policy), explain=False)


def incident(kind="walked_out", **steps):
    return {"type": "incident", "kind": kind, "steps": {name: f"2025-03-{at}" for name, at in steps.items()}}


def states(r, clause):
    return {d["what"]: d["state"] for d in r.duties if d["clause"] == clause}


@pytest.mark.parametrize(("kind", "clause"), [("walked_out", "D16-2.2.1"), ("traffic_accident", "D16-3.2.1")])
class TestFirstSteps:
    @pytest.mark.parametrize(("at", "state"), [("03T10:30:00", "met"), ("03T10:30:01", "breached")])
    def test_whoever_is_in_charge_is_told_within_half_an_hour(self, kind, clause, at, state):
        r = rule(incident(kind, notified=at, evidence_kept="03T10:10:00"))
        assert states(r, clause) == {"notified": state, "evidence_kept": "met"}
        assert (clause in r.fired) == (state == "breached")

    def test_evidence_is_kept_just_as_fast(self, kind, clause):
        r = rule(incident(kind, notified="03T10:10:00"))
        assert states(r, clause) == {"notified": "met", "evidence_kept": "breached"}
        assert clause in r.fired

    def test_both_are_open_while_there_is_time(self, kind, clause):
        r = rule(incident(kind), ask="2025-03-03T10:30:00")
        assert set(states(r, clause).values()) == {"open"}

    def test_a_step_still_to_come_is_not_done(self, kind, clause):
        r = rule(incident(kind, notified="03T10:20:00"), ask="2025-03-03T10:10:00")
        assert states(r, clause)["notified"] == "open"


class TestFollowUp:
    @pytest.mark.parametrize(("at", "state"), [("04T10:00:00", "met"), ("04T10:00:01", "breached")])
    def test_the_superiors_hear_of_it_within_a_day(self, at, state):
        r = rule(incident(reported_up=at), ask="2025-03-05T00:00:00")
        assert states(r, "D16-2.2.3") == {"reported_up": state}

    def test_the_review_has_no_term(self):
        r = rule(incident(), ask="2025-06-01T00:00:00")
        assert states(r, "D16-2.3.1") == {"retrospective": "open"}

    def test_one_kind_of_incident_calls_for_no_steps_of_the_other(self):
        assert {d["clause"][:5] for d in rule(incident()).duties} == {"D16-2"}
        assert {d["clause"][:5] for d in rule(incident("traffic_accident")).duties} == {"D16-3"}
        assert rule({"type": "incident"}).duties == ()


class TestWhoActs:
    def test_the_person_on_duty_at_the_time_by_the_roster(self):
        shifts = [
            ("dan", "2025-03-03T02:00:00", "2025-03-03T10:00:00"),
            ("eve", "2025-03-03T10:00:00", "2025-03-03T18:00:00"),
        ]
        roster = [{"person": who, "kind": "on_duty", "from": a, "to": b} for who, a, b in shifts]
        assert {d["who"] for d in rule(incident(), roster=roster).duties} == {"eve"}

    def test_nobody_by_name_where_several_are_on_duty(self):
        assert {d["who"] for d in rule(incident()).duties} == {None}


class TestComplaints:
    def complaint(self, ask="2025-03-05T00:00:00", customer=None, **keys):
        steps = {name: f"2025-03-{at}" for name, at in keys.pop("steps", {}).items()}
        event = {"type": "complaint", "customer": "c1", "steps": steps, **keys}
        return rule(event, "complaint-handling", ask, customers=[customer or {"id": "c1"}])

    @pytest.mark.parametrize(("at", "state"), [("04T10:00:00", "met"), ("04T10:00:01", "breached")])
    @pytest.mark.parametrize("kind", [{}, {"kind": "delivery"}, {"kind": "service"}], ids=str)
    def test_every_complaint_is_answered_within_a_day(self, kind, at, state):
        assert states(self.complaint(steps={"replied": at}, **kind), "D06-5.2b") == {"replied": state}

    @pytest.mark.parametrize("kind", ["service", "product"])
    def test_a_fault_of_service_or_product_calls_for_four_steps(self, kind):
        r = self.complaint(kind=kind, steps={"investigated": "03T11:00:00"})
        open_ = dict.fromkeys(["admitted", "improved", "supervised"], "open")
        assert states(r, "D06-5.1") == {"investigated": "met", **open_}
        assert "D06-5.1" in r.fired

    @pytest.mark.parametrize("kind", [{}, {"kind": "delivery"}], ids=str)
    def test_other_causes_do_not(self, kind):
        assert "D06-5.1" not in self.complaint(**kind).fired

    def test_four_steps_done_leave_nothing_to_do(self):
        steps = dict.fromkeys(["investigated", "admitted", "improved", "supervised", "replied"], "03T11:00:00")
        assert self.complaint(kind="product", steps=steps).fired == ()

    def test_whoever_follows_the_customer_answers(self):
        r = self.complaint(customer={"id": "c1", "assigned_to": "ann"})
        assert [d["who"] for d in r.duties] == ["ann"]

    def test_the_company_is_no_person_who_answers(self):
        assert [d["who"] for d in self.complaint(customer={"id": "c1", "assigned_to": "company"}).duties] == [None]


def test_both_are_laid_over_a_policy_that_decides_and_change_nothing_of_it():
    path = SPEC / "D09-1a-T1.yaml"
    given = read_case(path.read_text("utf-8"))
    given["events"].append({**incident(), "id": "inc", "at": "2025-01-01T10:00:00"})
    overlays = [load_pack("site-incidents"), load_pack("complaint-handling")]
    alone = decide(decode_case(given), load_pack("home-decoration"))
    both = decide(decode_case(given), load_pack("home-decoration"), overlays=overlays)
    assert (both.status, both.owner, both.shares) == (alone.status, alone.owner, alone.shares)
    assert "D16-2.2.1" in both.fired
    assert "保留证据" in both.text["zh"]
