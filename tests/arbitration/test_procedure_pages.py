"""The procedure on the page of a case: who is asked what, in one tap after reading; a gate that is shut has no button."""

import re

import pytest

from arbitration.models import Appeal, CaseEvent, Collision, Settlement
from tests import agencies, make, procedure
from tests.arbitration.test_procedure_table import STATES, cast, expected
from tests.programs import program
from trail import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
# Where an act is done on the page; `{…}` are numbers.
BUTTONS = {
    "write terms": r"/cases/{no}/terms", "confirm": r"/cases/{no}/terms/\d+/answer",
    "withdraw terms": r"/cases/{no}/terms/\d+/withdraw",
    "declare failed": r"/cases/{no}/failed", "reopen": r"/cases/{no}/reopen",
    "conclude": r"/cases/{no}/findings", "appeal": r"/rulings/[\w-]+/appeal",
    "decide appeal": r"/appeals/[\w-]+/decide", "withdraw appeal": r"/appeals/[\w-]+/withdraw",
}  # fmt: skip
OF_THE_API = {
    "write terms": "collisions/{no}/settlements", "confirm": "collisions/{no}/settlements/{terms}/confirm",
    "reject": "collisions/{no}/settlements/{terms}/reject", "withdraw terms": "collisions/{no}/settlements/{terms}/withdraw",
    "say they talk": "collisions/{no}/talks", "declare failed": "collisions/{no}/talks", "report upward": "collisions/{no}/report",
    "investigate": "collisions/{no}/investigation", "conclude": "collisions/{no}/findings", "appeal": "rulings/{ruling}/appeal",
    "decide appeal": "appeals/{appeal}/decide", "withdraw appeal": "appeals/{appeal}/withdraw",
}  # fmt: skip


@pytest.fixture
def case(store):
    return procedure.contested(store)


def page_of(client, case):
    response = client.get(f"/cases/{case.no}")
    assert response.status_code == 200
    return response.content.decode()


def offered(page, case):
    """The acts that have a form on the page."""
    actions = re.findall(r'action="([^"]+)"', page)
    return {act for act, at in BUTTONS.items() if any(re.fullmatch(at.format(no=case.no), one) for one in actions)}


@pytest.mark.parametrize("state", ["terms", "settled", "failed", "investigated", "ruled_long_ago", "appealed"])
def test_a_gate_that_is_shut_has_no_button_and_answers_409_with_the_clause(store, state, signed_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: make.at("2025-04-28 16:00"))
    people, case = cast(store), STATES[state](store)
    for role in ("party", "other", "manager", "general"):
        may = {act for act in BUTTONS if expected(act, state)[role] == "ok"}
        assert offered(page_of(signed_in(people[role]), case), case) == may, f"{role} in {state}"
        _shut_over_the_api(people[role], role, state, case)


def _shut_over_the_api(here, role, state, case):
    numbers = {
        "no": case.no, "terms": Settlement.objects.values_list("pk", flat=True).last(), "ruling": _last(case.rulings.all()),
        "appeal": _last(Appeal.objects.all()),
    }  # fmt: skip
    program_ = program(here, Proof=make.PASSWORD)
    bodies = {
        "write terms": {"terms": "一起跟", "shares": [{"party": str(pk), "basis_points": bp} for pk, bp in _halves(case)]},
        "say they talk": {"outcome": "open"}, "declare failed": {"outcome": "failed"},
        "decide appeal": {"outcome": "upheld", "reason": "看过记录"},
    }  # fmt: skip
    for act, path in OF_THE_API.items():
        code = expected(act, state)[role]
        if code in ("ok", "404", "recused"):
            continue
        body = bodies.get(
            act, {} if act in ("confirm", "withdraw terms", "investigate", "withdraw appeal") else {"reason": "不服"}
        )
        answer = program_.post(path.format_map(numbers), body)
        assert (answer.status_code, answer.json()["code"]) == (409, code), f"{role} {act} in {state}"
        assert re.search(r"[DG]\d*-\d", answer.json()["detail"]) or code == "case_ruled", answer.json()


def _last(rows):
    return rows.values_list("no", flat=True).last()


def _halves(case):
    return [(pk, 5_000) for pk in case.claims.values_list("user", flat=True)]


def test_terms_are_written_on_one_page_and_confirmed_on_the_other_in_one_tap(store, case, signed_in):
    li, wang = signed_in(store.li), signed_in(store.wang)
    shares = {f"share_{store.li.user.pk}": "40", f"share_{store.wang.user.pk}": "60"}
    sent = li.post(f"/cases/{case.no}/terms", {"terms": "王芳跟，四六分", "owner": store.wang.user.pk, **shares})
    assert sent.status_code == 302
    page = page_of(wang, case)
    assert "王芳跟，四六分" in page
    (address,) = re.findall(r'action="(/cases/[^"]+/answer)"', page)
    assert wang.post(address, {"agrees": "yes"}).status_code == 302
    assert Settlement.objects.get().state == "confirmed"
    assert "各方已确认" in page_of(li, case)


def test_shares_that_are_not_the_whole_come_back_with_what_was_typed(store, case, signed_in):
    shares = {f"share_{store.li.user.pk}": "40", f"share_{store.wang.user.pk}": "50"}
    answer = signed_in(store.li).post(f"/cases/{case.no}/terms", {"terms": "四六分", **shares})
    assert answer.status_code == 422
    assert "比例加起来要正好 100%" in answer.content.decode()
    assert "四六分" in answer.content.decode()


def test_a_no_says_why(store, case, signed_in):
    row = procedure.written(store, case)
    signed_in(store.wang).post(f"/cases/{case.no}/terms/{row.pk}/answer", {"agrees": "no", "why": "我占大头"})
    assert "我占大头" in page_of(signed_in(store.li), case)


def test_duties_are_shown_with_what_is_left_and_done_on_the_page(store, signed_in, monkeypatch):
    """D13-5.1 and 5.2: the party reports, the manager investigates and concludes."""
    case = procedure.contested(procedure.under(store, "first-contact"))
    monkeypatch.setattr(clock, "now", lambda: make.at("2025-04-02 12:00"))
    li, manager = signed_in(store.li), signed_in(store.manager)
    page = page_of(li, case)
    assert "D13-5.1" in page
    assert "截止 2025-04-03 10:00" in page
    assert "还剩 22 小时" in page
    assert page.count('<span class="num sm">D13-5.1</span>') == 1  # their own
    li.post(f"/cases/{case.no}/report", {"to": store.manager.user.pk, "text": "客户先问了我"})
    assert manager.post(f"/cases/{case.no}/investigate", {}).status_code == 302
    assert manager.post(f"/cases/{case.no}/findings", {"findings": "没有人违规"}).status_code == 302
    types = CaseEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == ["collision_reported", "investigation", "investigation"]
    assert "没有人违规" in page_of(li, case)


def test_an_appeal_is_made_decided_and_signed_on_the_page(store, case, signed_in):
    procedure.ruled(store, case, when=clock.now())
    li, general = signed_in(store.li), signed_in(store.general)
    assert "还剩 7 天" in page_of(li, case)
    ruling = case.rulings.get()
    assert li.post(f"/rulings/{ruling.no}/appeal", {"reason": "我先报备的"}).status_code == 302
    no = Appeal.objects.get().no
    form = {"outcome": "accepted", "reason": "记录有误", "password": "wrong"}
    refused = general.post(f"/appeals/{no}/decide", form)
    assert (refused.status_code, refused.content.decode().count('id="errors"')) == (422, 1)
    assert general.post(f"/appeals/{no}/decide", {**form, "password": make.PASSWORD}).status_code == 302
    assert Collision.objects.get().state == "escalated"
    assert "记录有误" in page_of(li, case)


def test_who_may_not_rule_reads_the_clause_and_who_may(store, case, signed_in):
    """G-47."""
    people = cast(store)
    page = page_of(signed_in(people["recused"]), case)
    assert "G-47" in page
    assert "能裁这件的：" in page
    assert "何静、陈光" in page


def test_an_objection_shows_whether_it_came_before_the_signing(estate, signed_in):
    """D07-8.8a: 安居 on 14 March, 恒信's contract on the 15th; one more after it is kept and too late."""
    from arbitration import services

    agencies.in_force(estate)
    agencies.closed(estate)
    case = Collision.objects.get()
    page = page_of(signed_in(estate.manager), case)
    assert "签约前，有效" in page
    services.object_to_deal(here=estate.hengxin, case=case, at=make.at("2025-03-16 10:00"))
    assert "2025-03-15 15:00 已签约，太迟" in page_of(signed_in(estate.manager), case)


def test_a_program_reads_what_is_due_and_who_may_rule(store, case):
    told = program(store.manager).get(f"collisions/{case.no}/duties").json()
    assert [p["name"] for p in told["rulers"]] == ["何静", "陈光"]
    assert told["recused"] == ""
    assert program(store.zhao).get(f"collisions/{case.no}/duties").status_code == 404


def test_a_program_settles_a_case(store, case):
    body = {
        "terms": "四六分", "owner": store.wang.user.pk,
        "shares": [{"party": str(store.li.user.pk), "basis_points": 4000}, {"party": str(store.wang.user.pk), "basis_points": 6000}],
    }  # fmt: skip
    made = program(store.li).post(f"collisions/{case.no}/settlements", body)
    assert made.status_code == 201
    done = program(store.wang).post(f"collisions/{case.no}/settlements/{made.json()['id']}/confirm", {})
    assert (done.status_code, done.json()["settlement_state"]) == (200, "confirmed")
    (row,) = program(store.manager).get(f"collisions/{case.no}/settlements").json()["results"]
    assert [answer["agrees"] for answer in row["answers"]] == [True, True]


def test_a_program_appeals_and_another_decides(store, case):
    ruling = procedure.ruled(store, case, when=clock.now())
    made = program(store.li).post(f"rulings/{ruling.no}/appeal", {"reason": "我先报备的"})
    assert made.status_code == 201
    no = made.json()["no"]
    body = {"outcome": "upheld", "reason": "看过记录"}
    assert program(store.general).post(f"appeals/{no}/decide", body).status_code == 403
    done = program(store.general, Proof=make.PASSWORD).post(f"appeals/{no}/decide", body)
    assert (done.status_code, done.json()["appeal_state"]) == (200, "upheld")
