"""Bad input: each gets a sentence that says what is wrong and what to do, keeps what was typed, and loses nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from arbitration.models import Collision, Ruling
from leads.models import Registration
from leads.services import take_deposit
from tests import make
from tests.programs import program
from tests.visits.incidents import keeping
from trail.models import Entry
from visits.models import Visit

GROUP = r"<fieldset((?:[^>{]|\{[%{].*?[%}]\})*)><legend>\{\{ ([\w.]+)\.label \}\}"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def arrival(**more):
    answers = {"invited_by": "none", "asked_for": "none", "first_time": "first"}
    return {"name": "张建国", "phone": make.PHONE, **answers, **more}


def test_a_phone_of_ten_digits_at_the_desk(store, signed_in):
    page = signed_in(store.desk).post("/desk/check-in", arrival(phone="1391234333"))
    assert page.status_code == 422
    text = page.content.decode()
    assert "手机号要 11 位，现在是 10 位" in text
    assert 'value="1391234333"' in text
    assert 'value="张建国"' in text
    assert not Visit.objects.exists()


def test_a_masked_phone_at_the_desk(store, signed_in):
    page = signed_in(store.desk).post("/desk/check-in", arrival(phone="139****3333"))
    assert "到访登记要整号，问一下中间四位" in page.content.decode()
    assert 'value="139****3333"' in page.content.decode()


def test_no_name_at_the_desk(store, signed_in):
    page = signed_in(store.desk).post("/desk/check-in", arrival(name=""))
    assert "没有姓名电话，这次到访按制度不算业务员的" in page.content.decode()


def test_a_phone_of_ten_digits_in_a_report_comes_back_and_the_good_line_is_kept(store, signed_in):
    page = signed_in(store.li).post("/register", {"text": "王梅女士 1391234333\n张建国先生 13912343333"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "现在是 10 位" in text
    assert "王梅女士 1391234333" in text
    assert Registration.objects.get().name == "张建国"


@pytest.mark.parametrize(
    ("text", "sentence"), [("13912345", "手机号要 11 位，现在是 8 位"), ("1391234567", "手机号要 11 位，现在是 10 位")]
)
def test_nothing_but_a_number_that_is_none_gets_the_sentence_about_its_digits(store, estate, signed_in, text, sentence):
    for here in (store.li, estate.anju):
        client = signed_in(here)
        for url in ("/register", "/register/check"):
            assert sentence in client.post(url, {"text": text}).content.decode()
    assert not Registration.objects.exists()


def test_a_report_of_a_customer_who_already_stands_in_the_shop(store, signed_in):
    make.arrived(store, make.at("2025-04-28 13:30"), asked_for=store.li.user)
    page = signed_in(store.wang).post("/register", {"text": "张建国先生 13912343333"}, follow=True)
    text = page.content.decode()
    assert "13:30 已到访" in text
    assert "补登" in text
    assert Registration.objects.get(by=store.wang.user).contesting


def test_an_empty_paste(store, signed_in):
    page = signed_in(store.li).post("/register", {"text": "   "})
    assert page.status_code == 422
    assert "粘一条客户信息" in page.content.decode()


def test_more_refunded_than_was_deposited(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    deposit = take_deposit(
        here=store.li, customer=make.customer(), by=store.li.user, amount_fen=500_000, designer=None, at=make.MOMENT
    )
    client = signed_in(store.li)
    assert client.post(f"/deposits/{deposit.no}/refund", {"amount": "3000"}).status_code == 302
    page = client.post(f"/deposits/{deposit.no}/refund", {"amount": "2000.01"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "定金 ¥5,000.00，已退 ¥3,000.00，最多还能退 ¥2,000.00" in text
    assert 'value="2000.01"' in text
    deposit.refresh_from_db()
    assert deposit.refunded_fen == 300_000


def test_a_commission_above_the_contract(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    given = {"closer": store.li.user.pk, "amount": "100", "commission": "100.01"}
    page = signed_in(store.li).post(f"/customers/{make.customer().pk}/deal", given)
    assert page.status_code == 422
    assert "佣金不能比合同金额高" in page.content.decode()


@pytest.fixture
def case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return Collision.objects.get()


def decision(store, case, **more):
    return {
        "version": case.version, "kind": "otherwise", "reason": "我写的理由", "owner": store.li.user.pk,
        f"share_{store.li.user.pk}": "100", f"share_{store.wang.user.pk}": "0", "password": make.PASSWORD, "checked": "on",
        "unheard": "on", **more,
    }  # fmt: skip


def test_two_windows_rule_on_the_same_case(store, case, signed_in):
    given = decision(store, case)
    assert signed_in(store.manager).post(f"/cases/{case.no}/sign", given).status_code == 302
    page = signed_in(store.general).post(f"/cases/{case.no}/sign", given)
    assert page.status_code == 409
    assert "这件案子刚被何静改过" in page.content.decode()
    assert Ruling.objects.count() == 1


def test_a_stale_form_keeps_the_reason(store, case, signed_in):
    client, given = signed_in(store.manager), decision(store, case)
    make.registered(store.zhao, make.at("2025-04-12 10:00"))
    page = client.post(f"/cases/{case.no}/sign", given)
    text = page.content.decode()
    assert page.status_code == 409
    assert "看最新的，再决定" in text
    assert "我写的理由" in text
    assert f'name="version" value="{Collision.objects.get().version}"' in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, "密码不对"),
        ({"checked": ""}, "我已核对上面的结果"),
        ({"reason": ""}, "errors"),
        ({"owner": ""}, "改判要选客户归谁"),
        ({"kind": ""}, "errors"),
        ({"kind": "evidence"}, "写明补证据的截止日期"),
        ({"sanction_kind": "fine"}, "处罚要写明谁"),
    ],
)
def test_a_decision_that_is_not_whole_is_not_signed(store, case, signed_in, change, sentence):
    page = signed_in(store.manager).post(f"/cases/{case.no}/sign", decision(store, case, **change))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Ruling.objects.exists()


@pytest.mark.parametrize("share", ["99.99", "100.01", "-1", "abc", "33.333"])
def test_shares_that_do_not_add_up_are_not_signed(store, case, signed_in, share):
    given = decision(store, case, **{f"share_{store.li.user.pk}": share})
    page = signed_in(store.manager).post(f"/cases/{case.no}/check", given)
    assert page.status_code == 422
    assert f'value="{share}"' in page.content.decode()


def test_a_double_tap_gives_one_ruling(store, case, signed_in):
    client = signed_in(store.manager)
    given = decision(store, case, key="0a0b0c0d-0000-4000-8000-000000000001")
    assert client.post(f"/cases/{case.no}/sign", given).status_code == 302
    assert client.post(f"/cases/{case.no}/sign", given).status_code == 302
    assert Ruling.objects.count() == 1


def test_a_double_tap_gives_one_registration(store, signed_in):
    client = signed_in(store.li)
    given = {"text": "张建国先生 13912343333", "key": "0a0b0c0d-0000-4000-8000-000000000002"}
    first, second = client.post("/register", given), client.post("/register", given)
    assert (first.url, Registration.objects.count()) == (second.url, 1)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'; DROP TABLE x; --", "\x00", "🙂" * 50, "张" * 5000])
def test_strange_text_breaks_nothing(store, signed_in, text):
    client = signed_in(store.li)
    for url in ("/register", "/register/check"):
        page = client.post(url, {"text": f"{text} 13912343333"}, follow=True)
        assert page.status_code in (200, 422)
        assert "<script>alert(1)" not in page.content.decode()


@pytest.mark.parametrize("url", ["/visits/%00", "/cases/ZD%00", "/register/%00", "/handovers/%00", "/%00"])
def test_a_nul_in_an_address_is_an_address_that_is_not_there(store, signed_in, url):
    assert signed_in(store.manager).get(url).status_code == 404


@pytest.mark.parametrize(
    "url",
    ["/v/%00", "/v/ABC%00", "/v/%01%1b", "/v/%E2%80%AE", "/v/ABC/sign/%00", "/v/%00/sign/x", "/join/%00", "/reset/%00"],
)
def test_what_cannot_be_printed_in_a_public_address_is_found_nowhere(db, client, url):
    assert client.get(url).status_code == 404


def test_an_agency_learns_no_owner_and_no_date(estate, signed_in):
    make.registered(estate.anju, make.at("2025-04-25 10:00"))
    client = signed_in(estate.hengxin)
    looked = client.post("/register/check", {"text": "恒信公司，张先生，13912343333"}).content.decode()
    kept = client.post("/register", {"text": "恒信公司，张先生，13912343333"}, follow=True).content.decode()
    for text in (looked, kept):
        assert "高翔" not in text
        assert "5月" not in text


def test_no_number_stands_in_any_address_or_in_the_log(store, signed_in):
    from trail.models import Entry, Message

    client = signed_in(store.desk)
    page = client.post("/desk/search", {"q": make.PHONE})
    assert make.PHONE not in page.request["PATH_INFO"] + page.request.get("QUERY_STRING", "")
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    rows = [*Entry.objects.values_list("detail", "subject"), *Message.objects.values_list("facts", "link")]
    assert make.PHONE[3:] not in str(rows)


FILTERS = (
    "/me?first={0}&last={0}", "/visits?since={0}&until={0}", "/prechecks?day={0}", "/audit?since={0}&until={0}",
    "/cases/insight?since={0}&until={0}", "/incidents?month={0:.7}", "/incidents/figures?month={0:.7}",
)  # fmt: skip


@pytest.mark.parametrize("url", FILTERS)
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_filter_takes_the_first_and_the_last_day_that_a_calendar_has(store, signed_in, url, day):
    keeping(store)
    who = store.general if url.startswith("/audit") else store.manager
    assert signed_in(who).get(url.format(day)).status_code == 200


def test_a_nul_in_a_box_or_an_address_finds_nothing_and_breaks_nothing(store, signed_in):
    desk, li = signed_in(store.desk), signed_in(store.li)
    for url in ("/visits?no=%00x", "/desk?party=%00x", "/conduct/new?visit=%00x"):
        assert desk.get(url).status_code in (200, 404), url
    assert li.get("/register/batch?no=%00x").status_code == 200
    for url, given in (("/desk/search", {"q": "张\x00"}), ("/desk/check-in", arrival(party="\x00x"))):
        assert desk.post(url, given).status_code in (200, 422), url


def test_a_nul_that_was_pasted_along_is_dropped_and_the_rest_is_kept(store, signed_in):
    """Refused, it would be for something that nobody sees on their screen."""
    client = signed_in(store.li)
    given = {"text": "张建国\x00先生 13912343333", "key": "0a0b0c0d-0000-4000-8000-000000000003"}
    assert client.post("/register", given).status_code == 302
    assert make.customer().name == "张建国"
    url = f"/customers/{make.customer().pk}/release"
    assert client.post(url, {"reason": "不\x00跟了"}).status_code == 302
    assert Entry.objects.get(action="pool.release").detail["reason"] == "不跟了"


def test_a_program_is_told_of_the_nul_that_it_sends(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    answer = program(store.li).post(f"customers/{make.customer().pk}/release", {"reason": "不\x00跟了"})
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


def test_each_line_of_the_summary_leads_to_its_field(store, case, signed_in):
    """Choices too, which are several inputs and have no id of their own."""
    sent = [
        (store.manager, f"/cases/{case.no}/check", {"version": case.version}),
        (store.desk, "/desk/check-in", {"name": "张建国"}),
        (store.admin, "/settings/channels/robots/new", {"name": "群", "kind": "wecom"}),
    ]
    for here, url, given in sent:
        page = signed_in(here).post(url, given)
        text = page.content.decode()
        assert page.status_code == 422
        places = re.findall(r'<li><a href="#([^"]+)">', text)
        assert places, url
        assert [place for place in places if f'id="{place}"' not in text] == [], url


def test_every_group_of_choices_can_be_led_to():
    pages = Path(settings.BASE_DIR, "templates").rglob("*.html")
    groups = [(page.name, *found) for page in pages for found in re.findall(GROUP, page.read_text("utf-8"))]
    assert len(groups) > 10
    assert [one for one in groups if 'id="' not in one[1]] == []
