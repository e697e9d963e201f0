"""The case page between agencies: who sees and may add what; bad input comes back filled in, with a sentence."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from arbitration.models import CaseEvent, Collision
from tests import agencies, make
from tests.test_queries import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
CALL = {
    "issuer": "china_mobile", "official": "on", "rows": "1", "at_0": "2025-03-09T10:20", "way_0": "out", "own": agencies.ANJU,
    "customer": make.PHONE,
}  # fmt: skip


@pytest.fixture
def case(estate):
    return agencies.reported(estate)


def post(client: Client, case, kind, given):
    return client.post(f"/cases/{case.no}/events/{kind}", given)


def lists(client: Client, case, given):
    return client.post(f"/cases/{case.no}/calls", given)


def page(client, case):
    return client.get(f"/cases/{case.no}").content.decode()


def test_a_party_submits_a_call_list_and_sees_it_masked(estate, case, signed_in):
    client = signed_in(estate.anju)
    assert lists(client, case, CALL).status_code == 302
    text = page(client, case)
    assert "中国移动 · 正规打印清单" in text
    assert "138****0001 → 139****3333" in text
    assert agencies.ANJU not in text
    assert make.PHONE not in text


def test_the_other_party_sees_that_there_is_one_and_when_but_not_what(estate, case, signed_in):
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    text = page(signed_in(estate.hengxin), case)
    assert "通话清单" in text
    assert "2025-04-08 09:30" in text
    assert "内容裁定以后才看得到" in text
    assert "138****0001" not in text
    assert "中国移动" not in text


def test_a_colleague_of_the_same_agency_sees_the_agencys_own(estate, case, signed_in):
    other = make.person("e_second", "金波", "agent", estate.project, organisation=estate.anju.organisation)
    make.registered(other, make.at("2025-03-08 10:00"))
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    assert "138****0001" in page(signed_in(other), case)


def test_the_site_sees_the_numbers_masked_and_agencies_beside_names(estate, case, signed_in):
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    for here in (estate.counterpart, estate.manager):
        text = page(signed_in(here), case)
        assert "138****0001" in text
        assert "高翔" in text
        assert "安居公司" in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"issuer": ""}, "选一家运营商"),
        ({"own": ""}, "号码没有填"),
        ({"own": "1380551000"}, "手机号要 11 位，现在是 10 位"),
        ({"customer": "139****3333"}, "通话清单要写整号"),
        ({"customer": agencies.ANJU}, "两边是同一个号码"),
    ],
)
def test_a_call_list_that_is_not_whole_comes_back_filled_in(estate, case, signed_in, change, sentence):
    answer = lists(signed_in(estate.anju), case, CALL | change)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    for field, value in (CALL | change).items():
        if field in ("own", "customer", "at_0") and value:
            assert f'value="{value}"' in text
    assert not CaseEvent.objects.exists()


def test_after_the_term_for_evidence_no_call_list_is_taken_typed_or_as_a_file(estate, case, signed_in):
    client = signed_in(estate.anju)
    Collision.objects.filter(pk=case.pk).update(evidence_due=make.at("2025-04-28 08:00"))
    sent = SimpleUploadedFile("a.csv", b"x")
    for answer in (lists(client, case, CALL), client.post(f"/cases/{case.no}/calls/file", CALL | {"file": sent})):
        assert (answer.status_code, "补证据 2025-04-28 08:00 截止，已经过了" in answer.content.decode()) == (409, True)
    assert f"/cases/{case.no}/calls" not in page(client, case)
    assert not CaseEvent.objects.exists()


def test_an_objection_is_meant(estate, case, signed_in):
    client = signed_in(estate.anju)
    answer = post(client, case, "objection", {})
    assert (answer.status_code, "勾选以后才能提出" in answer.content.decode()) == (422, True)
    assert post(client, case, "objection", {"sure": "on"}).status_code == 302
    answer = post(client, case, "objection", {"sure": "on"})
    assert (answer.status_code, "你已经提过异议" in answer.content.decode()) == (409, True)


def test_the_site_records_slip_bring_signing_and_talks(estate, signed_in):
    agencies.closed(estate)
    visit = make.arrived(estate, make.at("2025-03-11 15:00"))
    case, client = Collision.objects.get(), signed_in(estate.counterpart)
    broker = estate.anju.user.memberships.get().pk
    keys = [f"{pk}" for pk in case.claims.order_by("letter").values_list("user", flat=True)]
    for kind, given in {
        "slip": {"visit": visit.pk, "broker": broker}, "bring": {"visit": visit.pk, "broker": broker, "present": "on"},
        "closing": {"people": [estate.anju.user.pk]},
        "negotiation": {"outcome": "settled", f"share_{keys[0]}": "30", f"share_{keys[1]}": "70", "confirmed": keys},
    }.items():  # fmt: skip
        assert post(client, case, kind, given).status_code == 302, kind
    text = page(client, case)
    assert "谈成了：高翔 30% / 马兰 70%，各方已书面确认" in text
    assert CaseEvent.objects.count() == 5


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("slip", {}, "选一次到访"), ("slip", {"visit": "0", "broker": "0"}, "errors"), ("bring", {}, "选一位经纪人"),
        ("closing", {}, "选签约时在场的当事人"), ("proof", {}, "选一种亲属关系"), ("negotiation", {}, "选协商的结果"),
        ("negotiation", {"outcome": "settled"}, "比例加起来要正好 100%"),
    ],
)  # fmt: skip
def test_what_the_site_left_out_is_said(estate, case, signed_in, kind, given, sentence):
    answer = post(signed_in(estate.manager), case, kind, given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("share", ["99.99", "-1", "abc", "33.333", "NaN", "1e9"])
def test_a_share_of_talks_that_is_none_comes_back(estate, case, signed_in, share):
    keys = [str(pk) for pk in case.claims.order_by("letter").values_list("user", flat=True)]
    given = {"outcome": "settled", f"share_{keys[0]}": share, f"share_{keys[1]}": "0", "confirmed": keys}
    answer = post(signed_in(estate.manager), case, "negotiation", given)
    assert answer.status_code == 422
    assert f'value="{share}"' in answer.content.decode()


@pytest.mark.parametrize("kind", ["objection", "slip", "bring", "closing", "proof", "negotiation", "nonsense"])
def test_strangers_and_the_wrong_side_get_404(estate, case, signed_in, kind):
    stranger = make.person("e_new", "新人", "agent", estate.project, organisation=make.agency("第三公司"))
    assert post(signed_in(stranger), case, kind, {}).status_code == 404
    site = kind in ("slip", "bring", "closing", "proof", "negotiation")
    if kind == "nonsense" or site:
        assert post(signed_in(estate.anju), case, kind, {}).status_code == 404
    if not site:
        assert post(signed_in(estate.manager), case, kind, {}).status_code == 404
    assert post(signed_in(estate.desk), case, kind, {}).status_code == 404


def test_a_double_tap_gives_one_call_list(estate, case, signed_in):
    given = CALL | {"key": "0a0b0c0d-0000-4000-8000-000000000009"}
    client = signed_in(estate.anju)
    assert lists(client, case, given).status_code == 302
    lists(client, case, given)
    assert CaseEvent.objects.count() == 1


def test_more_evidence_asks_the_database_no_more_often(estate, case, signed_in):
    client = signed_in(estate.manager)
    for day in (8, 9):
        agencies.call(estate.anju, case, agencies.ANJU, f"2025-03-0{day} 10:20")
    make.arrived(estate, make.at("2025-03-10 15:00"), brought_by=estate.anju.user)
    few = queries(client, f"/cases/{case.no}")
    for hour in range(10, 18):
        agencies.call(estate.hengxin, case, agencies.HENGXIN, f"2025-03-09 {hour}:20")
        make.arrived(estate, make.at(f"2025-03-11 {hour}:00"), brought_by=estate.hengxin.user)
    assert queries(client, f"/cases/{case.no}") <= few + 1  # the agency of one more agent


def test_the_desk_names_who_came_along_and_the_slip_is_the_agencys(estate, signed_in):
    client = signed_in(estate.desk)
    assert "高翔 · 安居公司" in client.get("/desk").content.decode()
    given = {
        "name": "张建国",
        "phone": make.PHONE,
        "invited_by": "none",
        "asked_for": "none",
        "first_time": "first",
        "brought_by": estate.anju.user.pk,
    }
    answer = client.post("/desk/check-in", given | {"print": "1"}, follow=True)
    text = answer.content.decode()
    assert "带看经纪人" in text
    assert "安居公司" in text


def test_the_desk_of_a_store_without_agencies_does_not_ask(store, signed_in):
    assert "带看经纪人" not in signed_in(store.desk).get("/desk").content.decode()


def test_numbers_are_entered_and_shown_masked(estate, signed_in):
    client = signed_in(estate.anju)
    assert client.post("/numbers", {"number": agencies.ANJU}).status_code == 302
    text = client.get("/numbers").content.decode()
    assert "138****0001" in text
    assert agencies.ANJU not in text
    for number, sentence in (("1380551000", "现在是 10 位"), ("138****0001", "自己的号码写整号"), ("", "号码没有填")):
        answer = client.post("/numbers", {"number": number})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert signed_in(estate.hengxin).post("/numbers", {"number": agencies.ANJU}).status_code == 409
    office = {"number": agencies.ANJU_OFFICE, "organisation": estate.anju.organisation.pk}
    assert client.post("/numbers", office).status_code == 422  # an agent enters one's own only
    assert signed_in(estate.counterpart).post("/numbers", office).status_code == 302
