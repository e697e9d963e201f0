"""Pages of pool, offers, transfers, deed and the rules of protection."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services
from leads.models import Deed, Offer, Ownership, Provision, Transfer
from leads.privacy.giving import clean_up_customers
from people.terms import Terms
from tests import make
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
EARLIER = make.at("2025-04-20 10:00")


@pytest.fixture
def pooled(store):
    """A customer in the pool, given up by 李强."""
    make.registered(store.li, EARLIER)
    services.release_to_pool(here=store.li, customer=make.customer(), reason="客户不买了", at=EARLIER)
    return make.customer()


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def owner():
    return Ownership.objects.open().get(customer=make.customer()).user


# ── the pool ──


def test_the_pool_shows_a_masked_name_since_when_and_why_and_no_number(store, pooled, signed_in):
    page = signed_in(store.wang).get("/pool")
    assert "张**" in text(page)
    assert "放回公海" in text(page)
    for secret in ("张建国", "3333", "1391234"):
        assert secret not in text(page)


def test_one_tap_claims_and_the_second_one_too_late_is_told(store, pooled, signed_in):
    wang, zhao = signed_in(store.wang), signed_in(store.zhao)
    assert wang.post(f"/pool/{pooled.pk}/claim").url == f"/customers/{pooled.pk}"
    assert wang.post(f"/pool/{pooled.pk}/claim").url == f"/customers/{pooled.pk}"
    late = zhao.post(f"/pool/{pooled.pk}/claim", follow=True)
    assert "可能刚被别人认领" in text(late)
    assert owner() == store.wang.user


def test_the_pool_is_filtered_by_reason(store, pooled, signed_in):
    client = signed_in(store.wang)
    assert "张**" in text(client.get("/pool?reason=released"))
    assert "张**" not in text(client.get("/pool?reason=expired"))
    assert "张**" not in text(client.get("/pool?region=城东"))


def test_a_customer_of_another_project_cannot_be_claimed(store, pooled, estate, signed_in):
    assert signed_in(estate.xu).post(f"/pool/{pooled.pk}/claim").status_code == 404


def test_an_agency_learns_nothing_of_a_customer_in_the_pool(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-01 10:00"))
    make.registered(estate.anju, make.at("2025-04-02 10:00"), company="安居公司")
    services.expire_due(at=make.at("2025-04-20 10:00"))
    page = text(signed_in(estate.anju).get(f"/customers/{make.customer().pk}"))
    assert "没有人跟进" in page
    assert "公海" not in page
    assert signed_in(estate.anju).get("/pool").status_code == 404


def test_a_longer_pool_asks_the_database_no_more_often(store, signed_in):
    client, asked = signed_in(store.manager), []
    for start, end in ((0, 2), (2, 12)):
        for i in range(start, end):
            make.registered(store.li, EARLIER, number=f"1381111{i:04d}")
            services.release_to_pool(
                here=store.li, customer=make.customer(f"1381111{i:04d}"), reason="太远", at=EARLIER
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/pool").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 14


# ── giving up, giving, deciding ──


def test_the_owner_gives_a_customer_up_on_a_page_of_its_own(store, signed_in):
    make.registered(store.li, EARLIER)
    client, url = signed_in(store.li), f"/customers/{make.customer().pk}"
    assert f"{url}/release" in client.get(url).content.decode()
    assert client.post(f"{url}/release", {"reason": ""}).status_code == 422
    assert client.post(f"{url}/release", {"reason": "不买了"}).url == "/pool"
    assert Ownership.objects.open().get().holder == "pool"


def test_a_manager_allocates_and_decides_the_protection(store, signed_in):
    store.project.terms_data = Terms(protection_days=7, protection_min=7, protection_max=10).as_json()
    store.project.save()
    store.li.project.refresh_from_db()
    make.registered(store.li, make.MOMENT)
    client, url = signed_in(store.manager), f"/customers/{make.customer().pk}"
    assert "单独定保护期" in text(client.get(url))
    assert client.post(f"{url}/protection", {"days": "11", "reason": "客户要求"}).status_code == 422
    assert client.post(f"{url}/protection", {"days": "10", "reason": "客户要求"}).status_code == 302
    assert Ownership.objects.open().get().protected_until == make.at("2025-05-09 00:00")
    assert client.post(f"{url}/allocate", {"to": store.sun.user.pk, "reason": "离得近"}).status_code == 302
    assert owner() == store.sun.user


# ── to another company (PIPL 23) ──

TOLD = {"ground": "consent", "told": "11 月 3 日签了授权书", "reached": "上海市某路 1 号"}


def to_anju(estate, signed_in, **more):
    url = f"/customers/{make.customer().pk}/allocate"
    return signed_in(estate.manager).post(url, {"to": estate.anju.user.pk, "reason": "离得近", **more})


def test_the_house_gives_an_agent_a_customer_only_with_ground_and_notice(estate, signed_in):
    make.registered(estate.xu, EARLIER)
    page = text(signed_in(estate.manager).get(f"/customers/{make.customer().pk}/allocate"))
    assert "高翔 · 安居公司" in page
    assert "根据什么给别的公司" in page
    for lacking, sentence in (
        ({}, "高翔是安居公司的人：选根据什么把客户给别的公司"), ({**TOLD, "told": ""}, "写明这一项"),
        ({**TOLD, "reached": ""}, "写明这一项"), ({**TOLD, "told": f"打了{make.PHONE}"}, "号码"),
    ):  # fmt: skip
        refused = to_anju(estate, signed_in, **lacking)
        assert (refused.status_code, sentence in text(refused)) == (422, True), lacking
    assert (owner(), Provision.objects.count()) == (estate.xu.user, 0)
    assert to_anju(estate, signed_in, **TOLD).status_code == 302
    row = Provision.objects.get()
    assert (row.recipient, row.ground, row.told, row.by) == ("安居公司", "consent", TOLD["told"], estate.manager.user)
    assert (owner(), row.customer) == (estate.anju.user, make.customer())


def test_what_a_company_has_already_is_not_given_to_it(estate, signed_in):
    make.registered(estate.anju, make.at("2025-04-25 10:00"), company="安居公司")  # protected for seven days
    other = make.person("anju2", "高远", "agent", estate.project, organisation=estate.anju.organisation)
    url = f"/customers/{make.customer().pk}/allocate"
    assert signed_in(estate.manager).post(url, {"to": other.user.pk, "reason": "换人跟"}).status_code == 302
    assert signed_in(estate.manager).post(url, {"to": estate.xu.user.pk, "reason": "收回"}).status_code == 302
    assert Provision.objects.count() == 0
    assert to_anju(estate, signed_in).status_code == 422


def test_how_a_company_is_reached_is_written_once(estate, signed_in):
    for number in (make.PHONE, "13800000002"):
        make.registered(estate.xu, EARLIER, number=number)
    to_anju(estate, signed_in, **TOLD)
    url = f"/customers/{make.customer('13800000002').pk}/allocate"
    again = {"to": estate.anju.user.pk, "reason": "离得近", **TOLD, "reached": ""}
    assert signed_in(estate.manager).post(url, again).status_code == 302
    assert {row.reached for row in Provision.objects.all()} == {TOLD["reached"]}


def test_no_way_round_gives_a_customer_to_another_company_in_silence(estate):
    make.registered(estate.xu, EARLIER)
    given = {"here": estate.manager, "customer": make.customer(), "to": estate.anju.user, "reason": "清查"}
    with pytest.raises(Refusal) as refused:
        services.allocate(**given, at=make.MOMENT)
    assert refused.value.code == "provision_missing"
    moved, kept = clean_up_customers(
        here=estate.manager, customers=[make.customer().pk], to=estate.anju.user, at=make.MOMENT
    )
    assert (moved, len(kept), owner()) == (0, 1, estate.xu.user)


def test_where_no_agent_sells_nothing_of_this_is_asked(store, signed_in):
    make.registered(store.li, EARLIER)
    assert "根据什么给别的公司" not in text(signed_in(store.manager).get(f"/customers/{make.customer().pk}/allocate"))


# ── transfers ──


def test_a_private_hand_over_is_blocked_and_the_try_stays_in_the_audit_log(store, signed_in):
    make.registered(store.li, EARLIER)
    sent = {"to": store.wang.user.pk, "consent": "none", "reason": "我忙不过来"}
    answer = signed_in(store.li).post(f"/customers/{make.customer().pk}/transfer", sent)
    assert (answer.status_code, owner()) == (409, store.li.user)
    assert "不能私自转交" in text(answer)
    assert Entry.objects.get(action="transfer.blocked").actor == str(store.li.user.pk)


def test_the_department_approves_in_its_queue(store, signed_in):
    make.registered(store.li, EARLIER)
    sent = {"to": store.wang.user.pk, "consent": "department", "reason": "换区"}
    assert signed_in(store.li).post(f"/customers/{make.customer().pk}/transfer", sent).url == "/transfers"
    transfer, boss = Transfer.objects.get(), signed_in(store.manager)
    assert "李强 → 王芳" in text(boss.get("/transfers"))
    assert "写明为什么不批准" in text(boss.post(f"/transfers/{transfer.no}/decide", {"approve": "no"}, follow=True))
    boss.post(f"/transfers/{transfer.no}/decide", {"approve": "yes"})
    assert owner() == store.wang.user
    assert "已转交" in text(signed_in(store.li).get("/transfers"))
    assert transfer.no not in text(signed_in(store.zhao).get("/transfers"))


def test_whoever_asked_takes_it_back(store, signed_in):
    make.registered(store.li, EARLIER)
    sent = {"to": store.wang.user.pk, "consent": "department", "reason": "换区"}
    client = signed_in(store.li)
    client.post(f"/customers/{make.customer().pk}/transfer", sent)
    assert client.post(f"/transfers/{Transfer.objects.get().no}/withdraw").status_code == 302
    assert Transfer.objects.get().state == "withdrawn"


# ── offers ──


def asked(estate):
    """许平's protection ran out yesterday evening; 高翔 had reported the customer, too."""
    make.registered(estate.xu, make.at("2025-04-20 10:00"))
    make.registered(estate.anju, make.at("2025-04-21 10:00"), company="安居公司")
    services.expire_due(at=make.at("2025-04-28 09:00"))
    return Offer.objects.get()


@pytest.mark.parametrize(("said", "follows"), [("yes", True), ("no", False)])
def test_whoever_is_asked_answers_on_the_page(estate, signed_in, said, follows):
    offer, client = asked(estate), signed_in(estate.anju)
    page = text(client.get("/offers"))
    assert "还剩 9 小时" in page
    client.post(f"/offers/{offer.pk}/answer", {"accept": said})
    assert (owner() == estate.anju.user) == follows
    assert "没有客户等你答复" in text(client.get("/offers"))


# ── the deed ──


def test_a_deed_is_entered_and_printed_with_a_masked_number(store, signed_in):
    make.registered(store.li, EARLIER)
    client = signed_in(store.manager)
    sent = {"user": store.li.user.pk, "signed_on": "2025-04-25", "terms": "三个店都算"}
    url = client.post(f"/customers/{make.customer().pk}/deed", sent).url
    assert url == f"/deeds/{Deed.objects.get().no}"
    page = text(client.get(url))
    for words in ("客户归属协议", "李强", "139****3333", "三个店都算", "业务员签字"):
        assert words in page
    assert "13912343333" not in page
    assert signed_in(store.li).get(url).status_code == 200
    assert signed_in(store.wang).get(url).status_code == 404


def test_a_deed_signed_tomorrow_is_refused_beside_its_date(store, signed_in):
    make.registered(store.li, EARLIER)
    sent = {"user": store.li.user.pk, "signed_on": "2025-04-29", "terms": "三个店都算"}
    refused = signed_in(store.manager).post(f"/customers/{make.customer().pk}/deed", sent)
    assert refused.status_code == 422
    assert 'id="id_signed_on_error">签字的日子还没到' in refused.content.decode()
    assert "三个店都算" in text(refused)


def test_a_deed_of_a_year_that_cannot_be_is_refused_and_breaks_no_page(store, signed_in):
    make.registered(store.li, EARLIER)
    client, customer = signed_in(store.manager), make.customer()
    refused = client.post(f"/customers/{customer.pk}/deed", {"user": store.li.user.pk, "signed_on": "0001-01-01"})
    assert refused.status_code == 422
    assert 'id="id_signed_on_error">签字日期太早了' in refused.content.decode()
    assert not Deed.objects.exists()


# ── the rules ──

FORM = {
    "protection_days": "7", "protection_min": "7", "protection_max": "10", "deal_days": "30", "sample_days": "90",
    "extend_days": "7", "extend_on": ["visit", "follow_up"], "extend_limit": "2", "warn_hours": "24，3", "offer_hours": "12",
    "pool_holding_limit": "20", "pool_claims_a_day": "3", "pool_cooldown_days": "15",
    "questions_a_day": "40",
}  # fmt: skip


def seen(client):
    return re.search(r'name="seen" value="(\w+)"', client.get("/settings/protection").content.decode())[1]


def test_rules_are_checked_first_and_what_runs_is_not_changed(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"))
    client = signed_in(estate.general)
    sent = FORM | {"seen": seen(client)}
    checked = text(client.post("/settings/protection/check", sent))
    assert "现在有 1 位客户在保护期内，到期的时间都不变" in checked
    assert "7–10 天" in checked
    estate.project.refresh_from_db()
    assert estate.project.terms == Terms(protection_days=7)
    assert client.post("/settings/protection", sent).url == "/settings/protection"
    estate.project.refresh_from_db()
    assert estate.project.terms == Terms(
        protection_days=7, protection_min=7, protection_max=10, deal_days=30, sample_days=90, extend_days=7,
        extend_on=("visit", "follow_up"), extend_limit=2, warn_hours=(24, 3), offer_hours=12, pool_holding_limit=20,
        pool_claims_a_day=3, pool_cooldown_days=15, questions_a_day=40,
    )  # fmt: skip
    assert Ownership.objects.get().protected_until == make.at("2025-05-05 00:00")
    assert "pool_claims_a_day" in Entry.objects.get(action="protection.terms").detail["changed"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"protection_days": "0"}, "填 1 到 3650 之间的整数"), ({"protection_max": ""}, "最少和最多要么都填，要么都空着"),
        ({"protection_days": "20"}, "保护天数要在最少和最多之间"), ({"extend_days": ""}, "延长几天和什么算数要一起填"),
        ({"extend_on": ["sample"]}, "送样已经占着客户，不用再延长"), ({"warn_hours": "一天"}, "写小时数，用逗号隔开"),
        ({"offer_hours": ""}, "这一项要填"), ({"pool_claims_a_day": "很多"}, "写整数"),
        ({"questions_a_day": "0"}, "填 1 到 10000 之间的整数"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_said_at_their_field(estate, signed_in, wrong, sentence):
    client = signed_in(estate.general)
    answer = client.post("/settings/protection/check", FORM | {"seen": seen(client)} | wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_nobody_overwrites_rules_that_they_have_not_seen(estate, signed_in):
    client = signed_in(estate.general)
    old = seen(client)
    estate.project.terms_data = replace(Terms(protection_days=7), offer_hours=48).as_json()
    estate.project.save()
    assert client.post("/settings/protection", FORM | {"seen": old}).status_code == 409


def test_a_policy_that_is_put_in_force_leaves_the_project_s_own_rules_alone(estate):
    from arbitration import services as arbitration

    estate.project.terms_data = Terms(protection_days=7, pool_claims_a_day=3, deal_days=30).as_json()
    estate.project.save()
    for name, sample in (("channel-contract", None), ("sample-protection", 90)):
        policy = arbitration.publish(name, at=make.LONG_AGO)
        if sample:
            arbitration.withdraw(project=estate.project, pack="channel-contract", by="x", at=make.MOMENT)
        arbitration.put_in_force(
            project=estate.project, policy=policy, terms=Terms(protection_days=9), by="x",
            at=make.MOMENT if sample else make.LONG_AGO,
        )  # fmt: skip
        estate.project.refresh_from_db()
        terms = estate.project.terms
        assert (terms.protection_days, terms.pool_claims_a_day, terms.deal_days, terms.sample_days) == (
            9,
            3,
            30,
            sample,
        )
