"""The pages of registering: paste, look first, register, receipt."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import PreCheck, Registration
from leads.privacy.notices import publish_notice
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

REGISTER, CHECK = reverse("register"), reverse("register_check")
KEY = "0b6f3c1e-6a57-4b0e-9a51-1f3f0c5f7d11"


def page(response) -> str:
    return response.content.decode()


def paste(client: Client, text: str, **more):
    return client.post(REGISTER, {"text": text, **more})


def check(client: Client, text: str, *, htmx: bool = True):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(CHECK, {"text": text}, headers=headers)


# ── registering what was pasted ──


def test_a_pasted_line_becomes_a_registration_and_leads_to_its_receipt(store, signed_in):
    response = paste(signed_in(store.li), "张建国先生 13912343333")
    report = Registration.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("receipt", args=[report.no])
    assert (report.name, report.honorific, report.number, report.by) == (
        "张建国",
        "先生",
        "+8613912343333",
        store.li.user,
    )


def test_several_lines_lead_to_a_page_of_all_their_receipts(store, signed_in):
    client = signed_in(store.li)
    response = client.post(REGISTER, {"text": "张先生 13912343333\n李女士 13812340000"}, follow=True)
    shown = page(response)
    assert response.redirect_chain[0][0].startswith(reverse("receipts") + "?no=BB-")
    assert all(report.no in shown for report in Registration.objects.all())


def test_no_telephone_number_stands_in_an_address(store, signed_in):
    client = signed_in(store.li)
    several = paste(client, "张先生 13912343333\n李女士 13812340000").url
    one = paste(client, "王先生 13712340000").url
    assert not any(digits in several + one for digits in ("13912343333", "13812340000", "13712340000", "3333"))


def test_lines_with_a_problem_come_back_in_the_box_and_the_others_are_registered(store, signed_in):
    response = paste(signed_in(store.li), "张先生 13912343333\n王总\n李女士，1391234333")
    shown = page(response)
    assert response.status_code == 422
    assert [report.name for report in Registration.objects.all()] == ["张"]
    assert "「王总」没有手机号" in shown
    assert "「李女士」手机号要 11 位，现在是 10 位" in shown
    assert "王总\n李女士，1391234333</textarea>" in shown
    assert Registration.objects.get().no in shown


def test_each_line_is_registered_even_when_the_service_refuses_another(store, signed_in):
    response = paste(signed_in(store.li), "柳先生 +852 9123 4567\n张先生 13912343333")
    assert response.status_code == 422
    assert "柳先生" in page(response)
    assert "境外号码" in page(response)
    assert Registration.objects.get().name == "张"


def test_an_empty_box_says_what_to_do(store, signed_in):
    response = paste(signed_in(store.li), "   ")
    assert response.status_code == 422
    assert "粘一条客户信息，再点报备" in page(response)


def test_a_text_that_reports_nobody_comes_back_as_it_was(store, signed_in):
    response = paste(signed_in(store.li), "今天还有房源吗?")
    assert response.status_code == 422
    assert "今天还有房源吗?</textarea>" in page(response)
    assert not Registration.objects.exists()


def test_more_than_fifty_at_once_are_refused_and_kept_in_the_box(store, signed_in):
    text = "\n".join(f"张先生 139{i:08d}" for i in range(51))
    response = paste(signed_in(store.li), text)
    assert response.status_code == 422
    assert "一次最多 50 位" in page(response)
    assert "13900000050" in page(response)
    assert not Registration.objects.exists()


def test_a_double_tap_registers_once_and_leads_to_the_same_receipt(store, signed_in):
    client = signed_in(store.li)
    first, second = (paste(client, "张先生 13912343333\n李女士 13812340000", key=KEY) for _i in range(2))
    assert first.url == second.url
    assert Registration.objects.count() == 2


def test_an_edited_paste_under_the_same_key_is_not_taken_for_the_first_one(store, signed_in):
    client = signed_in(store.li)
    paste(client, "张先生 13912343333", key=KEY)
    paste(client, "李女士 13812340000", key=KEY)
    assert {report.name for report in Registration.objects.all()} == {"张", "李"}


def test_the_same_customer_twice_in_one_text_is_registered_once(store, signed_in):
    response = paste(signed_in(store.li), "安居公司，岑女士，13912343333\n安居公司，岑女士，13912343333")
    assert response.status_code == 302
    assert Registration.objects.count() == 1


# ── house and agencies ──


def test_in_house_a_bare_surname_will_do_and_the_company_is_ones_own(store, signed_in):
    assert paste(signed_in(store.li), "张 13912343333").status_code == 302
    assert Registration.objects.get().agency == "秀兰"


def test_in_house_two_numbers_behind_a_bare_surname_are_still_asked_about(store, signed_in):
    response = paste(signed_in(store.li), "张 13912343333/13812340000")
    assert response.status_code == 422
    assert "两个手机号" in page(response)


def test_the_pasted_company_is_the_reporting_agency(estate, signed_in):
    paste(signed_in(estate.anju), "恒信地产，张先生，139****3333")
    report = Registration.objects.get()
    assert (report.agency, report.name, report.masked) == ("恒信地产", "张", True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("张先生，139****3333", "没有写报备公司"), ("安居公司，张，139****3333", "只有姓，加上先生或女士")],
)
def test_an_agency_writes_company_and_salutation(estate, signed_in, text, sentence):
    response = paste(signed_in(estate.anju), text)
    assert response.status_code == 422
    assert sentence in page(response)
    assert f"{text}</textarea>" in page(response)
    assert not Registration.objects.exists()


# ── one customer, field by field ──


def test_a_single_customer_can_be_typed_field_by_field(store, signed_in):
    given = {"name": "张建国", "honorific": "先生", "phone": "139 1234 3333"}
    response = signed_in(store.li).post(REGISTER, given)
    assert response.status_code == 302
    assert Registration.objects.get().number == "+8613912343333"


def test_a_wrong_number_in_the_single_form_is_explained_beside_it_and_kept(store, signed_in):
    response = signed_in(store.li).post(REGISTER, {"name": "张建国", "honorific": "先生", "phone": "1391234333"})
    assert response.status_code == 422
    assert "手机号要 11 位，现在是 10 位" in page(response)
    assert 'value="1391234333"' in page(response)
    assert 'value="张建国"' in page(response)


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("保密", "这不是号码；手机号用数字写"), ("0755-26001234-1234567", "手机号要 11 位，现在是 19 位"), ("13698765432转8", "只填数字"),
        ("136****5432/137****5432", "这里有两个号码"), ("126****5432", "只有大陆手机号能隐去"), ("0755-2600123", "手机号要 11 位"),
    ],
)  # fmt: skip
def test_whatever_stands_for_the_number_is_explained_beside_it_and_kept(store, signed_in, phone, sentence):
    response = signed_in(store.li).post(REGISTER, {"name": "张建国", "phone": phone})
    assert response.status_code == 422
    assert sentence in page(response)
    assert f'value="{phone}"' in page(response)


@pytest.mark.parametrize("name", ["张先生", "張经理", "王女士", "张建国"])
def test_a_salutation_typed_behind_the_name_is_none_of_it(store, signed_in, name):
    assert signed_in(store.li).post(REGISTER, {"name": name, "phone": "13912343333"}).status_code == 302
    report = Registration.objects.select_related("customer").get()
    told = (name[:1], name[1:]) if len(name) == 3 and name != "张建国" else (name, "")
    assert (report.name, report.honorific) == told
    assert (report.customer.name, report.customer.honorific) == told


@pytest.mark.parametrize("name", ["张", "欧阳", "歐陽"])
def test_the_single_form_of_an_agency_asks_for_more_than_a_surname(estate, signed_in, name):
    given = {"name": name, "phone": "13912343333", "company": "安居公司", "honorific": ""}
    response = signed_in(estate.anju).post(REGISTER, given)
    assert response.status_code == 422
    assert "只有姓，加上先生或女士" in page(response)


# ── looking first ──


def test_looking_first_says_free_and_until_when_one_would_be_protected(estate, signed_in):
    shown = page(check(signed_in(estate.xu), "张先生 13912343333"))
    assert "可以报备" in shown
    assert "保护到 5月6日" in shown
    assert "报备（1 位）" in shown
    assert not Registration.objects.exists()


def test_in_house_a_taken_customer_is_shown_with_the_owner_and_to_contact_them_now(store, signed_in):
    make.registered(store.wang, make.at("2025-04-20 10:00"))
    shown = page(check(signed_in(store.li), "张先生 13912343333"))
    assert "不能报备" in shown
    assert "<strong>王芳</strong>，马上和 TA 联系" in shown
    assert "仍要报备（1 位）" in shown


def test_an_agency_is_told_neither_owner_nor_date(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"))
    shown = page(check(signed_in(estate.anju), "安居公司，张先生，13912343333"))
    assert "不能报备" in shown
    assert "许平" not in shown
    assert not any(date in shown for date in ("4月", "5月", "2025"))


def test_an_agency_is_told_no_date_of_its_own_protection_either(estate, signed_in):
    assert "5月" not in page(check(signed_in(estate.anju), "安居公司，张先生，13912343333"))


def test_a_masked_number_like_somebody_elses_has_to_be_checked_at_the_desk(store, signed_in):
    make.registered(store.wang, make.at("2025-04-20 10:00"))
    shown = page(check(signed_in(store.li), "张先生 139****3333"))
    assert "有相似，要前台核实" in shown
    assert "王芳" not in shown


def test_ones_own_customer_is_said_to_be_ones_own(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    assert "已是你的客户" in page(check(signed_in(store.li), "张先生 13912343333"))


def test_each_line_gets_its_own_answer_and_its_own_sentence(store, signed_in):
    shown = page(check(signed_in(store.li), "张先生 13912343333\n王总"))
    assert "1 位可以报" in shown
    assert "1 位还缺信息" in shown
    assert "没有手机号" in shown


def test_the_answer_is_a_fragment_for_htmx_and_a_whole_page_without(store, signed_in):
    client = signed_in(store.li)
    fragment, whole = check(client, "张先生 13912343333"), check(client, "张先生 13912343333", htmx=False)
    assert "<html" not in page(fragment)
    assert "<html" in page(whole)
    assert "张先生 13912343333</textarea>" in page(whole)
    assert "可以报备" in page(whole)


def test_looking_at_an_empty_box_answers_nothing(store, signed_in):
    response = check(signed_in(store.li), "")
    assert response.status_code == 200
    assert "可以报备" not in page(response)


def test_asking_again_while_typing_is_one_question(store, signed_in):
    client = signed_in(store.li)
    for _i in range(3):
        check(client, "张先生 13912343333\n李女士 138****0000")
    assert PreCheck.objects.count() == 2


def test_who_asked_too_much_today_is_told_so_and_can_still_register(store, signed_in):
    make.terms(store.project, questions_a_day=1)
    client = signed_in(store.li)
    check(client, "张先生 13912343333")
    shown = page(check(client, "李女士 13812340000"))
    assert "今天查得太多了" in shown
    assert "可以报备" not in shown
    assert paste(client, "李女士 13812340000").status_code == 302


def test_a_customer_who_stands_in_the_shop_already_is_mentioned_before_one_registers(store, signed_in):
    make.arrived(store, make.at("2025-04-28 13:20"), asked_for=store.wang.user)
    shown = page(check(signed_in(store.li), "张先生 13912343333"))
    assert "王芳" in shown  # who receives follows: that is the news, the arrival is on the receipt


# ── receipts ──


def test_a_receipt_shows_number_time_to_the_second_and_protection_but_no_whole_number(estate, signed_in):
    report = make.registered(estate.anju, make.at("2025-04-28 10:12:07")).registration
    shown = page(signed_in(estate.anju).get(reverse("receipt", args=[report.no])))
    assert report.no in shown
    assert "2025-04-28 10:12:07" in shown
    assert "保护至" in shown
    assert "5月6日" in shown
    assert "139****3333" in shown
    assert set(make.traces(shown)) <= {"139****", "****3333"}


def test_the_text_to_copy_says_it_all_without_a_whole_number(estate, signed_in):
    report = make.registered(estate.anju, make.at("2025-04-28 10:12:07")).registration
    shown = page(signed_in(estate.anju).get(reverse("receipt", args=[report.no])))
    text = shown[shown.index("报备回执 BB") : shown.index("</textarea>")]
    assert text.splitlines()[:4] == [
        f"报备回执 {report.no}", "客户：张建国先生 139****3333", "报备公司：安居公司", "收到时间：2025-04-28 10:12:07",
    ]  # fmt: skip


def test_a_refused_registration_is_filed_and_the_receipt_says_so_with_the_owner(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    report = make.registered(store.wang, make.at("2025-04-28 10:00")).registration
    shown = page(signed_in(store.wang).get(reverse("receipt", args=[report.no])))
    assert f"已收到并存档，编号 {report.no}；客户现在归李强，主管会裁定。" in shown
    assert "马上和 李强 联系" in shown


def test_an_agency_whose_registration_is_refused_is_told_no_name(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"))
    report = make.registered(estate.anju, make.at("2025-04-28 10:00")).registration
    shown = page(signed_in(estate.anju).get(reverse("receipt", args=[report.no])))
    assert f"已收到并存档，编号 {report.no}；客户已有人跟进，主管会裁定。" in shown
    assert "许平" not in shown
    assert "4月27日" not in shown


def test_a_registration_after_the_arrival_is_called_a_late_entry(store, signed_in):
    make.arrived(store, make.at("2025-04-28 14:05"), asked_for=store.li.user)
    report = make.registered(store.wang, make.at("2025-04-28 14:30")).registration
    shown = page(signed_in(store.wang).get(reverse("receipt", args=[report.no])))
    assert "客户 14:05 已到访，这条报备在到访之后，会记为「补登」" in shown


def test_an_agency_is_told_that_the_customer_was_there_but_not_when(estate, signed_in):
    make.arrived(estate, make.at("2025-04-28 13:20"), asked_for=estate.xu.user)
    report = make.registered(estate.anju, make.at("2025-04-28 14:00")).registration
    shown = page(signed_in(estate.anju).get(reverse("receipt", args=[report.no])))
    assert "在这条报备之前已到访" in shown
    assert "13:20" not in shown


def test_a_masked_registration_waits_for_the_whole_number(store, signed_in):
    report = make.registered(store.li, make.at("2025-04-28 10:00"), number="139****3333", name="张").registration
    shown = page(signed_in(store.li).get(reverse("receipt", args=[report.no])))
    assert "待核实整号" in shown
    assert "收到时间不变" in shown


def test_a_receipt_is_for_the_reporter_and_for_who_sees_all_customers(store, signed_in):
    url = reverse("receipt", args=[make.registered(store.li, make.at("2025-04-20 10:00")).registration.no])
    seen = {name: signed_in(getattr(store, name)).get(url).status_code for name in ("li", "manager", "general", "wang")}
    assert seen == {"li": 200, "manager": 200, "general": 200, "wang": 404}
    assert signed_in(store.desk).get(url).status_code == 404


def test_the_page_of_several_receipts_leaves_out_those_of_others(store, signed_in):
    mine = make.registered(store.li, make.at("2025-04-20 10:00")).registration.no
    other = make.registered(store.wang, make.at("2025-04-20 11:00"), number="13812340000").registration.no
    shown = page(signed_in(store.li).get(reverse("receipts"), {"no": [mine, other]}))
    assert mine in shown
    assert other not in shown


def test_a_receipt_of_another_project_is_nobodys_business_here(store, estate, signed_in):
    report = make.registered(estate.xu, make.at("2025-04-20 10:00")).registration
    assert signed_in(store.manager).get(reverse("receipt", args=[report.no])).status_code == 404


def test_whoever_may_not_register_finds_no_such_page(store, signed_in):
    assert signed_in(store.desk).get(REGISTER).status_code == 404
    assert signed_in(store.finance).post(CHECK, {"text": "x"}).status_code == 404


def test_the_page_speaks_english_too(store, signed_in):
    client = signed_in(store.li)
    store.li.user.language = "en"
    store.li.user.save()
    assert "Paste or type the customers" in page(client.get(REGISTER))
    assert "Free to register" in page(check(client, "张先生 13912343333"))


# ── nothing that was typed is lost ──


@pytest.fixture
def told(store):
    """The notice is published: whoever registers can say that it was given."""
    publish_notice(
        here=store.admin,
        text="我们是秀兰装饰，会记下姓名和手机号，用来联系你。",
        text_en="",
        ground="consent",
        at=make.MOMENT,
    )


TICKED = re.compile(r'name="told"[^>]* checked')


def test_looking_first_without_script_keeps_the_text_and_the_tick(store, told, signed_in):
    shown = page(signed_in(store.li).post(CHECK, {"text": "张先生 13912343333", "told": "on", "key": KEY}))
    assert "张先生 13912343333</textarea>" in shown
    assert TICKED.search(shown)


def test_lines_that_come_back_keep_the_tick(store, told, signed_in):
    assert TICKED.search(page(paste(signed_in(store.li), "张先生 13912343333\n王总", told="on")))


def test_a_text_that_is_too_long_to_look_up_comes_back_whole(store, signed_in):
    text = "张先生 13912343333\n" * 1_500
    response = check(signed_in(store.li), text, htmx=False)
    assert response.status_code == 422
    assert "太长了，分几次粘" in page(response)
    assert page(response).count("13912343333") == 1_500


def test_getting_in_touch_with_one_owner_keeps_the_other_customers_in_the_box(store, signed_in):
    make.registered(store.wang, make.at("2025-04-20 10:00"))
    client, text = signed_in(store.li), "张先生 13912343333\n李女士 13812340000"
    check(client, text)
    for number, status in (("13912343333", 200), ("13812340000", 409)):
        response = client.post(reverse("register_contact"), {"text": text, "number": number})
        assert response.status_code == status
        assert f"{text}</textarea>" in page(response)
