"""Deposit, refund, contract."""

import pytest
from django.urls import reverse

from arbitration.models import Collision
from leads.models import Deal, Deposit
from leads.services import give_deposit_back, sign_deal, take_deposit
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

KEY = "0b6f3c1e-6a57-4b0e-9a51-1f3f0c5f7d11"


def page(response) -> str:
    return response.content.decode()


def url(name: str) -> str:
    return reverse(name, args=[make.customer().pk])


@pytest.fixture
def followed(store):
    """李强 follows a customer of the store since 20 April."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    return store


@pytest.fixture
def paid(followed):
    """The customer paid 李强 a deposit of ¥2,000."""
    return take_deposit(
        here=followed.li, customer=make.customer(), by=followed.li.user, amount_fen=200_000, designer=None,
        at=make.at("2025-04-25 10:00"),
    )  # fmt: skip


def signed(store, closer) -> Deal:
    return sign_deal(
        here=closer, customer=make.customer(), closer=closer.user, amount_fen=1_860_000, commission_fen=55_800,
        designer=None, term_months=12, at=make.at("2025-04-26 10:00"),
    )  # fmt: skip


# ── deposit ──


@pytest.mark.parametrize("typed", ["2000", "¥2,000.00", "2000元", " 2，000.0 "])
def test_a_deposit_is_taken_in_any_spelling_of_the_amount(followed, signed_in, typed):
    client = signed_in(followed.li)
    response = client.post(url("deposit"), {"amount": typed, "designer": followed.designer.user.pk})
    taken = Deposit.objects.get()
    assert response.url == url("customer")
    assert (taken.amount_fen, taken.by, taken.designer) == (200_000, followed.li.user, followed.designer.user)
    assert f"定金记下了，编号 {taken.no}" in page(client.get(url("customer")))


def test_a_double_tap_takes_one_deposit(followed, signed_in):
    client = signed_in(followed.li)
    for _i in range(2):
        client.post(url("deposit"), {"amount": "2000", "key": KEY})
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "填金额"),
        ("两千", "金额写成数字"),
        ("20.001", "最多两位小数"),
        ("0", "金额要大于零"),
        ("-5", "金额写成数字"),
    ],
)
def test_an_amount_that_is_none_is_explained_and_kept(followed, signed_in, typed, sentence):
    response = signed_in(followed.li).post(url("deposit"), {"amount": typed})
    assert response.status_code == 422
    assert sentence in page(response)
    assert not typed or f'value="{typed}"' in page(response)
    assert not Deposit.objects.exists()


# ── refund ──


def test_a_refund_is_recorded_and_the_rest_can_still_be_refunded(paid, store, signed_in):
    client = signed_in(store.li)
    client.post(reverse("refund", args=[paid.no]), {"amount": "500"})
    paid.refresh_from_db()
    assert paid.left_fen == 150_000
    assert "已退 ¥500.00" in page(client.get(url("customer")))
    assert "最多还能退 ¥1,500.00" in page(client.get(reverse("refund", args=[paid.no])))


def test_more_than_was_paid_cannot_be_refunded(paid, store, signed_in):
    give_deposit_back(here=store.li, deposit=paid, amount_fen=50_000, at=make.at("2025-04-26 10:00"))
    response = signed_in(store.li).post(reverse("refund", args=[paid.no]), {"amount": "2000"})
    assert response.status_code == 422
    assert "定金 ¥2,000.00，已退 ¥500.00，最多还能退 ¥1,500.00" in page(response)
    assert 'value="2000"' in page(response)


def test_a_double_tap_refunds_once(paid, store, signed_in):
    client = signed_in(store.li)
    for _i in range(2):
        client.post(reverse("refund", args=[paid.no]), {"amount": "500", "key": KEY})
    paid.refresh_from_db()
    assert paid.refunded_fen == 50_000


def test_a_rival_cannot_refund_what_somebody_else_took(paid, store, signed_in):
    make.registered(store.wang, make.at("2025-04-26 10:00"))
    refund = reverse("refund", args=[paid.no])
    assert signed_in(store.wang).get(refund).status_code == 404
    assert signed_in(store.wang).post(refund, {"amount": "500"}).status_code == 404
    assert signed_in(store.manager).get(refund).status_code == 200


# ── contract ──


def test_a_contract_is_entered_and_leads_to_the_deal(followed, signed_in):
    given = {"closer": followed.li.user.pk, "amount": "186,000.00", "commission": "5580", "term": "12", "key": KEY}
    client = signed_in(followed.li)
    response = client.post(url("deal_new"), given)
    deal = Deal.objects.get()
    assert response.url == reverse("deal", args=[deal.no])
    assert (deal.amount_fen, deal.commission_fen, deal.term_months) == (18_600_000, 558_000, 12)
    assert client.post(url("deal_new"), given).url == response.url
    assert Deal.objects.count() == 1


def test_whoever_enters_is_proposed_as_the_closer(followed, signed_in):
    assert f'<option value="{followed.li.user.pk}" selected>' in page(signed_in(followed.li).get(url("deal_new")))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"commission": "20000"}, "佣金不能比合同金额高"),
        ({"amount": "很多"}, "金额写成数字"),
        ({"term": "0"}, "期限至少 1 个月"),
        ({"term": "半年"}, "期限写整月数"),
        ({"closer": ""}, "谁签的单？"),
    ],
)
def test_a_contract_that_cannot_be_is_explained_and_what_was_typed_is_kept(followed, signed_in, changed, sentence):
    given = {"closer": followed.li.user.pk, "amount": "18600", "commission": "558", "term": "", **changed}
    response = signed_in(followed.li).post(url("deal_new"), given)
    assert response.status_code == 422
    assert sentence in page(response)
    assert all(f'value="{given[name]}"' in page(response) for name in ("amount", "commission"))
    assert not Deal.objects.exists()


def test_a_contract_that_somebody_else_closes_contests_the_claim(followed, signed_in):
    given = {"closer": followed.wang.user.pk, "amount": "18600", "commission": "558"}
    signed_in(followed.manager).post(url("deal_new"), given)
    assert Collision.objects.get().trigger == "deal"


def test_nobody_enters_a_contract_for_a_customer_they_do_not_know_or_without_the_right(followed, estate, signed_in):
    assert signed_in(followed.wang).get(url("deal_new")).status_code == 404
    assert signed_in(followed.desk).get(url("deal_new")).status_code == 404
    assert signed_in(followed.general).get(url("deposit")).status_code == 404


# ── the deal ──


def test_the_deal_shows_contract_deposits_and_refunds(paid, store, signed_in):
    give_deposit_back(here=store.li, deposit=paid, amount_fen=50_000, at=make.at("2025-04-26 09:00"))
    deal = signed(store, store.li)
    shown = page(signed_in(store.li).get(reverse("deal", args=[deal.no])))
    for said in ("¥18,600.00", "¥558.00", "12 个月", "李强", paid.no, "¥2,000.00", "退 ¥500.00"):
        assert said in shown


def test_closer_owner_rivals_managers_and_finance_see_a_deal_and_others_do_not(followed, signed_in):
    make.registered(followed.zhao, make.at("2025-04-21 10:00"))
    deal = reverse("deal", args=[signed(followed, followed.wang).no])
    seen = {
        name: signed_in(getattr(followed, name)).get(deal).status_code
        for name in ("wang", "li", "zhao", "manager", "general", "finance", "sun", "desk", "admin")
    }
    assert seen == {
        "wang": 200, "li": 200, "zhao": 200, "manager": 200, "general": 200, "finance": 200, "sun": 404, "desk": 404,
        "admin": 404,
    }  # fmt: skip


def test_finance_sees_the_deal_without_a_way_to_the_customer(followed, signed_in):
    shown = page(signed_in(followed.finance).get(reverse("deal", args=[signed(followed, followed.li).no])))
    assert "张**" in shown
    assert url("customer") not in shown
