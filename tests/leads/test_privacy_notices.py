"""Customers are told what is kept of them, why, how long, with which rights; nothing waits for it (G30, PIPL 16)."""

import pytest

from leads.models import Basis, PersonRequest, PrivacyNotice
from leads.privacy import texts
from leads.privacy.notices import (
    basis_of,
    notice_of,
    publish_notice,
    record,
    register_told,
    tell_now,
    withdraw_consent,
)
from leads.services import LeadInput
from tests import make
from trail import clock
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
AT, LATER = make.at("2025-04-01 10:00"), make.at("2025-04-10 10:00")
TEXT = "我们是秀兰装饰，会记下姓名和手机号，用来联系你。"


def published(store, text=TEXT, ground="consent", at=AT):
    return publish_notice(here=store.admin, text=text, text_en="We are Xiulan.", ground=ground, at=at)


def refused(do, **given):
    with pytest.raises(Refusal) as caught:
        do(**given)
    return caught.value.code


def test_publishing_makes_the_next_version_and_changes_none(store):
    assert notice_of(store.project) is None
    assert (published(store).version, published(store, f"{TEXT}二版").version) == (1, 2)
    assert refused(published, store=store, text=f"{TEXT}二版") == "notice_same"
    assert refused(published, store=store, text="短") == "notice_text"
    assert refused(published, store=store, ground="withdrawn") == "ground_unknown"
    assert [row.text for row in PrivacyNotice.objects.order_by("version")] == [TEXT, f"{TEXT}二版"]


def test_the_default_text_says_what_the_law_wants():
    zh, en = texts.default("秀兰", "一期")
    for word in (
        "秀兰",
        "记什么",
        "做什么用",
        "谁看得到",
        "存多久",
        "更正",
        "删除",
        "撤回同意",
        "投诉",
        "不同意也照样接待",
    ):
        assert word in zh
    assert "Xiulan" not in en
    assert "秀兰" in en
    assert "within 30 days" in en


def test_whoever_is_told_at_the_registration_has_a_basis_and_whoever_is_not_has_none(store):
    published(store)
    lead = LeadInput(number=make.PHONE, name="张建国", honorific="先生")
    register_told(here=store.li, lead=lead, told=True, at=LATER)
    row = Basis.objects.get()
    assert (row.ground, row.way, row.notice.version, row.by, row.at) == ("consent", "seller", 1, store.li.user, LATER)
    register_told(here=store.li, lead=LeadInput(number="13900000001", name="李四"), told=False, at=LATER)
    assert Basis.objects.count() == 1
    assert basis_of(store.project, make.customer("13900000001")) is None


def test_told_twice_of_the_same_version_is_written_once(store):
    published(store)
    make.registered(store.li, AT)
    customer = make.customer()
    for _time in range(2):
        record(here=store.desk, customer=customer, way="desk", at=LATER)
    published(store, f"{TEXT}二版", ground="contract", at=LATER)
    tell_now(here=store.li, customer=customer, at=LATER)
    assert [(row.notice.version, row.way) for row in Basis.objects.order_by("pk")] == [(1, "desk"), (2, "seller")]
    held = basis_of(store.project, customer)
    assert (held.ground, held.version) == ("contract", 2)


def test_the_desk_ticks_that_the_visitor_was_told_and_nothing_waits_for_it(store):
    published(store)
    make.arrived(store, LATER, told=True)
    assert (Basis.objects.get().way, Basis.objects.get().customer) == ("desk", make.customer())
    make.arrived(store, LATER, number="13900000001", name="李四")
    visit = make.arrived(store, LATER, refused=True, told=True)
    assert visit.customer is None
    assert Basis.objects.count() == 1


def test_without_a_notice_a_tick_writes_nothing_and_stops_nobody(store):
    make.arrived(store, LATER, told=True)
    assert not Basis.objects.exists()
    assert refused(tell_now, here=store.desk, customer=make.customer(), at=LATER) == "no_notice"


def test_of_a_customer_from_a_list_the_basis_is_read_off_the_report(store):
    published(store)
    make.registered(store.li, LATER, channel="import")
    held = basis_of(store.project, make.customer())
    assert (held.ground, held.way, held.by, held.version) == ("consent", "import", store.li.user, None)
    assert not Basis.objects.exists()


def test_consent_taken_back_asks_to_be_frozen_and_stays_on_record(store):
    published(store)
    make.registered(store.li, AT)
    customer = make.customer()
    record(here=store.desk, customer=customer, way="desk", at=AT)
    withdraw_consent(here=store.desk, customer=customer, identified="看了证件", at=LATER)
    assert basis_of(store.project, customer).ground == "withdrawn"
    assert PersonRequest.objects.get().kind == "freeze"
    again = {"here": store.desk, "customer": customer, "identified": "看了证件", "at": LATER}
    assert refused(withdraw_consent, **again) == "withdrawn_already"
    assert Entry.objects.filter(action="basis.withdraw").count() == 1


def test_anybody_reads_the_notice_without_login_in_both_languages(store, client):
    assert client.get("/privacy/store").status_code == 404
    published(store)
    page = client.get("/privacy/store").content.decode()
    assert TEXT in page
    assert "<svg" in page
    assert "第 1 版" in page
    assert "We are Xiulan." in client.get("/privacy/store", headers={"accept-language": "en"}).content.decode()
    assert client.get("/privacy/nowhere").status_code == 404


def test_the_pages_publish_tick_and_take_back(store, signed_in):
    with clock.standing_at(LATER):
        admin, li, desk = signed_in(store.admin), signed_in(store.li), signed_in(store.desk)
        assert "不同意也照样接待你" in admin.get("/settings/notice").content.decode()
        assert admin.post("/settings/notice", {"text": TEXT, "text_en": "", "ground": "consent"}).status_code == 302
        assert "第 1 版" in li.get("/register").content.decode()
        assert "第 1 版" in desk.get("/desk").content.decode()
        sent = {"phone": make.PHONE, "name": "张建国", "honorific": "先生", "told": "on"}
        assert li.post("/register", sent).status_code == 302
        assert "业务员告知" in li.get(f"/customers/{make.customer().pk}").content.decode()
        assert li.post("/register", {"text": "李四先生 13900000002", "told": "on"}).status_code == 302
        li.post("/register", {"text": "王五先生 13900000003"})
        other = make.customer("13900000003")
        assert "还没有告知过" in li.get(f"/customers/{other.pk}").content.decode()
        assert desk.post(f"/customers/{other.pk}/told").status_code == 302
        assert {row.way for row in Basis.objects.all()} == {"seller", "desk"}
        assert Basis.objects.count() == 3
        assert desk.post(f"/customers/{other.pk}/withdraw", {"identified": "看了证件"}).status_code == 302
    assert PersonRequest.objects.get().customer == other
