"""甲方结佣, as finance enters it: on the page and over the API."""

import pytest
from django.urls import reverse

from finance.models import Entry
from tests import make
from tests.arbitration.test_collisions import signed
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def deal(estate):
    """高翔 of 安居公司 closed: ¥6,000.01 wait for Party A."""
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    return signed(estate, estate.anju, commission=6_000_01)


def page(response):
    return response.content.decode()


def url(deal):
    return reverse("settlement", args=[deal.no])


def test_a_payment_is_entered_and_the_deal_waits_for_the_rest(deal, estate, signed_in):
    client = signed_in(estate.finance)
    assert "¥6,000.01" in page(client.get("/settlements"))
    answer = client.post(url(deal), {"amount": "6000", "slip": "FP-20250428"}, follow=True)
    assert "结佣记下了" in page(answer)
    assert "FP-20250428" in page(answer)
    assert "¥0.01" in page(client.get("/settlements"))
    client.post(url(deal), {"amount": "0.01", "slip": "FP-20250429"})
    assert deal.no not in page(client.get("/settlements"))
    assert "录一笔" not in page(client.get(url(deal)))


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({"amount": "6000.02", "slip": "FP-1"}, 422, "还待结 ¥6,000.01，最多录这么多"),
        ({"amount": "", "slip": "FP-1"}, 422, "填金额"),
        ({"amount": "1", "slip": ""}, 422, "填结佣单号"),
        ({"amount": "-1", "slip": "FP-1"}, 422, "金额写成数字"),
    ],
)
def test_a_payment_that_cannot_be_is_explained_and_kept(deal, estate, signed_in, asked, status, sentence):
    answer = signed_in(estate.finance).post(url(deal), asked)
    assert answer.status_code == status
    assert sentence in page(answer)
    assert not Entry.objects.filter(kind="settlement").exists()


def test_a_double_tap_settles_once(deal, estate, signed_in):
    client = signed_in(estate.finance)
    for _tap in range(2):
        client.post(url(deal), {"amount": "1", "slip": "FP-1", "key": "0b6f3c1e-6a57-4b0e-9a51-1f3f0c5f7d12"})
    assert Entry.objects.filter(kind="settlement").count() == 1


def test_a_deal_of_another_project_is_not_found(deal, store, signed_in):
    assert signed_in(store.finance).get(url(deal)).status_code == 404


def test_a_program_settles_and_is_told_what_waits(deal, estate):
    money = program(estate.finance)
    answer = money.post(f"deals/{deal.no}/settlements", {"amount_fen": 6_000_00, "slip": "FP-1"})
    assert answer.json() == {
        "deal": deal.no, "agencies": [{"organisation": "安居公司", "settled_fen": 6_000_00, "waits_fen": 1}],
    }  # fmt: skip
    assert money.get(f"deals/{deal.no}/settlements").json() == answer.json()
    again = money.post(f"deals/{deal.no}/settlements", {"amount_fen": 2, "slip": "FP-2"})
    assert (again.status_code, again.json()["code"]) == (422, "settled_too_much")
