"""The three notebooks on one page."""

import pytest
from django.urls import reverse

from leads.services import sign_deal
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

ME = reverse("me")


def page(response) -> str:
    return response.content.decode()


def test_the_collection_shows_whom_i_registered_by_the_last_four_digits_only(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    shown = page(signed_in(store.li).get(ME))
    assert "张建国先生" in shown
    assert "*******3333" in shown
    assert make.traces(shown[shown.index("*******3333") - 40 :]) == [
        "*******3333"
    ]  # above it stands how to write a number


def test_what_runs_out_first_stands_first(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number="13812340000", name="后来")
    make.registered(estate.xu, make.at("2025-04-21 10:00"), number="13812340001", name="快到")
    make.registered(estate.xu, make.at("2025-04-24 10:00"), number="13812340002", name="中间")
    shown = page(signed_in(estate.xu).get(ME))
    assert shown.index("快到") < shown.index("中间") < shown.index("后来")
    assert "还剩 9 小时" in shown
    assert "至 4月29日 00:00" in shown
    assert "还剩 3 天" in shown


def test_a_masked_registration_stands_in_the_collection_as_to_be_checked(store, signed_in):
    report = make.registered(store.li, make.at("2025-04-28 10:00"), number="139****3333", name="张").registration
    shown = page(signed_in(store.li).get(ME))
    assert "待核实整号" in shown
    assert reverse("receipt", args=[report.no]) in shown


def test_a_protection_that_is_over_and_a_customer_of_somebody_else_are_called_so(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-10 10:00"), number="13812340000", name="过期")
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    make.registered(estate.xu, make.at("2025-04-28 10:00"))
    shown = page(signed_in(estate.xu).get(ME))
    assert "保护期已过" in shown
    assert "归别人跟进" in shown
    assert "高翔" not in shown


def test_the_tabs_count_each_notebook(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    make.registered(store.li, make.at("2025-04-20 10:00"), number="138****0000", name="李")
    make.arrived(store, make.at("2025-04-21 10:00"), asked_for=store.li.user)
    shown = page(signed_in(store.li).get(ME, {"book": "visit"}))
    assert '收集本 <span class="num">2</span>' in shown
    assert '到访本 <span class="num">1</span>' in shown
    assert "张建国先生" in shown


def test_the_signed_notebook_leads_to_the_deal(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    deal = sign_deal(
        here=store.li, customer=make.customer(), closer=store.li.user, amount_fen=1_000_000, commission_fen=30_000,
        designer=None, term_months=None, at=make.at("2025-04-25 11:00"),
    )  # fmt: skip
    assert reverse("deal", args=[deal.no]) in page(signed_in(store.li).get(ME, {"book": "signed"}))


def test_a_long_notebook_has_pages_and_the_queries_stay_few(store, signed_in, django_assert_max_num_queries):
    for i in range(45):
        make.registered(store.li, make.at("2025-04-20 10:00"), number=f"138{i:08d}", name=f"张{i}")
    client = signed_in(store.li)
    with django_assert_max_num_queries(16):
        first = page(client.get(ME))
    assert "第 1 页，共 2 页" in first
    assert page(client.get(ME, {"page": 2})).count('<li class="row">') == 5


def test_empty_notebooks_say_what_to_do(store, signed_in):
    client = signed_in(store.li)
    assert "收集本是空的" in page(client.get(ME))
    assert "还没有客户来访" in page(client.get(ME, {"book": "visit"}))
    assert "还没有签单" in page(client.get(ME, {"book": "signed"}))


def test_there_is_no_fourth_notebook(store, signed_in):
    assert signed_in(store.li).get(ME, {"book": "black"}).status_code == 404


def test_the_notebooks_of_others_are_not_mine(store, signed_in):
    make.registered(store.wang, make.at("2025-04-20 10:00"))
    assert "张建国" not in page(signed_in(store.li).get(ME))
    assert signed_in(store.desk).get(ME).status_code == 404
