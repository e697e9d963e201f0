"""改价、部分退款、解约: a check page with the money before and after, then it is done; the same over the API."""

import pytest
from django.urls import reverse

from finance.models import CommissionPlan
from leads.models import Deal, Deposit
from leads.services import Change, change_deal
from tests import ledger, make
from tests.arbitration.test_collisions import signed
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
WHY = "客户换了户型"


@pytest.fixture
def deal(store):
    """李强 signed for ¥100,000.00, commission ¥6,000.00."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    found = signed(store, store.li, commission=6_000_00)
    Deal.objects.filter(pk=found.pk).update(amount_fen=100_000_00)
    return Deal.objects.get(pk=found.pk)


def page(response):
    return response.content.decode()


def url(deal, kind):
    return reverse("deal_change", args=[deal.no, kind])


def test_the_money_is_shown_before_anything_is_done(deal, store, signed_in):
    client = signed_in(store.manager)
    asked = {"amount": "80000", "reason": WHY, "seen": "10000000-600000"}
    shown = page(client.post(url(deal, "price"), asked))
    for part in ("¥100,000.00", "¥80,000.00", "¥6,000.00", "¥4,800.00", WHY, "确认改价"):
        assert part in shown
    assert not deal.changes.exists()
    answer = client.post(url(deal, "price"), asked | {"sure": "1"}, follow=True)
    assert "改好了" in page(answer)
    assert "¥100,000.00 → ¥80,000.00" in page(answer)
    assert ledger.sums(deal) == {store.li.user: 4_800_00}


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        ("price", {"amount": ""}, "填金额"),
        ("price", {"amount": "100000"}, "和现在的金额一样"),
        ("price", {"amount": "5000", "commission": "5000.01"}, "佣金不能比合同金额高"),
        ("refund", {"amount": "100000"}, "退款要比它少"),
        ("refund", {"amount": "1", "reason": ""}, "写明原因"),
        ("cancel", {"reason": ""}, "写明原因"),
    ],
)
def test_what_cannot_be_is_said_before_the_check_and_kept(deal, store, signed_in, kind, asked, sentence):
    answer = signed_in(store.finance).post(url(deal, kind), {"reason": WHY} | asked)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert "sure" not in page(answer)


def test_a_double_tap_gives_back_once(deal, store, signed_in):
    client, key = signed_in(store.manager), "0b6f3c1e-6a57-4b0e-9a51-1f3f0c5f7d11"
    for _tap in range(2):
        client.post(url(deal, "refund"), {"amount": "500", "reason": WHY, "sure": "1", "key": key})
    assert deal.changes.count() == 1


def test_a_page_that_is_out_of_date_changes_nothing(deal, store, signed_in):
    change_deal(here=store.manager, deal=deal, change=Change("price", 90_000_00), reason=WHY, at=make.MOMENT)
    asked = {"amount": "80000", "reason": WHY, "seen": "10000000-600000", "sure": "1"}
    answer = signed_in(store.manager).post(url(deal, "price"), asked)
    assert answer.status_code == 409
    assert "合同金额刚被改过" in page(answer)


def test_a_cancelled_contract_says_so_and_offers_no_change(deal, store, signed_in):
    client = signed_in(store.manager)
    client.post(url(deal, "cancel"), {"reason": WHY, "sure": "1"})
    shown = page(client.get(reverse("deal", args=[deal.no])))
    assert "已解约" in shown
    assert url(deal, "price") not in shown
    assert client.post(url(deal, "price"), {"amount": "5", "reason": WHY}).status_code == 409
    assert ledger.sums(deal) == {}


def test_who_sells_sees_what_became_of_the_contract_and_cannot_change_it(deal, store, signed_in):
    change_deal(here=store.manager, deal=deal, change=Change("price", 90_000_00), reason=WHY, at=make.MOMENT)
    client = signed_in(store.li)
    shown = page(client.get(reverse("deal", args=[deal.no])))
    assert WHY in shown
    assert url(deal, "price") not in shown
    assert client.get(url(deal, "price")).status_code == 404
    assert signed_in(store.manager).get(url(deal, "gift")).status_code == 404


# ── the form of a contract ──


def test_a_commission_left_empty_is_the_plans_and_products_are_offered(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    CommissionPlan.objects.create(
        project=store.project, rate_bp=300, product="地板", since=make.at("2025-01-01 00:00").date()
    )
    client, new = signed_in(store.li), reverse("deal_new", args=[make.customer().pk])
    assert '<option value="地板">' in page(client.get(new))
    refused = client.post(new, {"closer": store.li.user.pk, "amount": "10000"})
    assert "没有适用的提成方案" in page(refused)
    client.post(new, {"closer": store.li.user.pk, "amount": "10000", "product": "地板"})
    assert Deal.objects.get().commission_fen == 300_00


# ── for programs ──


def test_a_program_takes_a_deposit_signs_and_changes(store):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    seller, boss, who = program(store.li), program(store.manager), make.customer().pk
    paid = seller.post(f"customers/{who}/deposits", {"amount_fen": 2_000_00})
    back = seller.post(f"deposits/{paid.json()['no']}/refunds", {"amount_fen": 500_00})
    assert (paid.status_code, back.json()["left_fen"], Deposit.objects.get().refunded_fen) == (201, 1_500_00, 500_00)
    asked = {"closer": store.li.user.pk, "amount_fen": 100_000_00, "commission_fen": 6_000_00}
    made = seller.post(f"customers/{who}/deals", asked)
    no = made.json()["no"]
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/deals/{no}")
    changed = boss.post(f"deals/{no}/changes", {"kind": "refund", "amount_fen": 50_000_00, "reason": WHY})
    assert changed.json()["changes"][0]["commission_fen"] == changed.json()["commission_fen"] == 3_000_00
    assert seller.get(f"deals/{no}").json() == changed.json()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "price", "reason": WHY}, "amount_fen"),
        ({"kind": "gift", "amount_fen": 1, "reason": WHY}, "kind"),
        ({"kind": "refund", "amount_fen": 0, "reason": WHY}, "amount_fen"),
        ({"kind": "refund", "amount_fen": 100_000_00, "reason": WHY}, "amount"),
        ({"kind": "cancel", "reason": ""}, "reason"),
    ],
)
def test_what_a_program_asks_amiss_is_told_by_its_field(deal, store, asked, field):
    answer = program(store.manager).post(f"deals/{deal.no}/changes", asked)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not deal.changes.exists()
