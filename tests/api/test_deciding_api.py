"""Ruling by program: the same service as the page, proof each time, and a gate that is shut answers with the clause."""

import pytest

from arbitration.models import CaseEvent, Ruling
from people.services.tokens import make_token
from tests import agencies, make
from tests.programs import Program, program
from trail import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return store.project.collisions.get()


def signing(here):
    """A program that shows who it acts for."""
    return program(here, Proof=make.PASSWORD)


def told(here, case):
    return program(here).get(f"collisions/{case.no}").json()


def decide(here, case, kind="otherwise", key=None, by=None, **more):
    case.refresh_from_db()
    body = {"version": case.version, "kind": kind, "reason": "记录清楚", "unheard": True, **more}
    return (by or signing(here)).post(f"collisions/{case.no}/decision", body, key=key)


def to(here, *rows):
    return {
        "owner_kind": "person", "owner": here.user.pk,
        "shares": [{"party": str(who.user.pk), "basis_points": bp} for who, bp in rows],
    }  # fmt: skip


def test_agreeing_with_the_fingerprint_that_was_read(store, case):
    paper = told(store.manager, case)
    answer = decide(store.manager, case, "agreed", proposal=paper["proposal"]["fingerprint"])
    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["ruling"]["kind"], body["ruling"]["owner"]["name"]) == ("ruled", "agreed", "李强")
    again = decide(store.manager, case, "agreed", proposal=paper["proposal"]["fingerprint"])
    assert (again.status_code, again.json()["code"]) == (409, "stale")


def test_otherwise_with_shares_that_are_the_whole(store, case):
    half = to(store.wang, (store.li, 5_000), (store.wang, 5_000))
    ruling = decide(store.manager, case, **half).json()["ruling"]
    assert [(share["name"], share["basis_points"]) for share in ruling["shares"]] == [("李强", 5_000), ("王芳", 5_000)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"owner_kind": "person", "owner": 0}, "owner_missing"),
        ({"shares": [{"party": "0", "basis_points": 10_000}]}, "party_unknown"),
        ({"owner_kind": "company", "shares": [{"party": "li", "basis_points": 4_000}]}, "shares_not_whole"),
    ],
)
def test_what_cannot_be_is_refused(store, case, more, code):
    for row in more.get("shares", []):
        row["party"] = str(store.li.user.pk) if row["party"] == "li" else row["party"]
    answer = decide(store.manager, case, **more)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Ruling.objects.exists()


def test_without_proof_nothing_is_signed_and_wrong_proof_is_counted_although_nothing_was_done(store, case):
    bare = decide(store.manager, case, by=program(store.manager), **to(store.li))
    assert (bare.status_code, bare.json()["code"]) == (403, "proof_missing")
    secret = make_token(here=store.manager, name="CRM", scopes=store.manager.rights, days=90, at=make.MOMENT)[1]
    wrong = Program(secret, Proof="not-it")
    for _ in range(5):
        answer = decide(store.manager, case, by=wrong, key="one", **to(store.li))
        assert (answer.status_code, answer.json()["code"]) == (422, "password_wrong")
    assert decide(store.manager, case, by=wrong, key="one", **to(store.li)).status_code == 429
    assert not Ruling.objects.exists()


def test_the_same_request_with_the_same_key_rules_once(store, case):
    program_ = signing(store.manager)
    body = {"version": case.version, "kind": "otherwise", "reason": "记录清楚", "unheard": True, **to(store.li)}
    first, second = (program_.post(f"collisions/{case.no}/decision", body, key="k1") for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replay"] == "true"
    assert Ruling.objects.count() == 1


def test_a_gate_that_is_shut_answers_409_with_the_clause(estate):
    """D07-8.2a: not before the month is over."""
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    with clock.standing_at(make.at("2025-04-15 10:00")):
        answer = decide(estate.manager, case, owner_kind="unchanged")
        ripe = next(row for row in told(estate.manager, case)["checks"] if row["name"] == "ripe")
    assert (answer.status_code, answer.json()["code"]) == (409, "gate_ripe")
    assert "D07-8.2a" in answer.json()["detail"]
    assert (ripe["ok"], ripe["clause"], ripe["stops"]) == (False, "D07-8.2a", ["agreed", "otherwise"])


def test_the_parties_are_to_be_heard_or_it_is_said_that_they_were_not(store, case):
    answer = decide(store.manager, case, **to(store.li), unheard=False)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "gate_heard", "unheard")


def test_the_leader_of_one_side_is_told_the_clause_and_can_pass_it_up(store, case):
    make.registered(make.person("tang", "唐宇", "salesperson", store.project), make.at("2025-04-11 10:00"))
    answer = decide(store.manager, case, **to(store.li))
    assert (answer.status_code, answer.json()["code"]) == (409, "recused")
    assert "G-47" in answer.json()["detail"]
    assert decide(store.manager, case, "escalate").json()["state"] == "escalated"


def test_evidence_is_asked_for_and_the_talks_get_a_day(store, case):
    asked = decide(store.manager, case, "evidence", evidence_due="2025-05-05T18:00:00+08:00").json()
    assert (asked["state"], asked["ruling"]) == ("evidence", None)
    given = decide(store.manager, case, "negotiate").json()
    assert given["evidence_due"].startswith("2025-04-29T14:05")


def test_evidence_is_judged_and_the_case_says_so(store, case):
    agencies.call(store.li, case, "13805510001", "2025-04-01 11:00")
    ref = f"e{CaseEvent.objects.get().pk}"
    (line,) = told(store.manager, case)["evidence"]
    assert (line["ref"], line["waits"], line["accepted"]) == (ref, True, None)
    body = {"about": ref, "accepted": False, "reason": "号码对不上"}
    assert program(store.manager).post(f"collisions/{case.no}/judge", body).json()["accepted"] is False
    (line,) = told(store.manager, case)["evidence"]
    assert (line["waits"], line["accepted"]) == (False, False)


@pytest.mark.parametrize("what", ["decision", "judge"])
def test_nobody_else_is_told_that_there_is_such_a_thing(store, case, what):
    for here in (store.li, store.finance):
        assert program(here, Proof=make.PASSWORD).post(f"collisions/{case.no}/{what}", {}).status_code == 404
    paper = told(store.li, case)
    assert (paper["checks"], paper["evidence"], paper["proposal"]) == ([], [], None)
