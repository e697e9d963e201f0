"""The pages of 约到访 and of 审客追访: said from the customer's page, shown with its code, done by the counterpart."""

import re

import pytest

from tests import make
from tests.visits.test_expected import REPORTED, expect
from visits.models import Expected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def main(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])


def test_a_salesperson_says_so_from_the_customers_page_and_takes_it_back(store, signed_in):
    make.registered(store.li, REPORTED)
    client, customer = signed_in(store.li), make.customer()
    assert f"/customers/{customer.pk}/expect" in client.get(f"/customers/{customer.pk}").content.decode()
    sent = {"on": "2025-04-28", "about": "15:00", "site": store.site.pk, "note": "带小孩"}
    answer = client.post(f"/customers/{customer.pk}/expect", sent)
    row = Expected.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/expected/{row.no}")
    page = client.get(answer.url)
    assert "<svg" in page.content.decode()
    assert make.PHONE not in page.content.decode()
    assert client.post(f"/customers/{customer.pk}/expect", sent).status_code == 409
    client.post(f"/expected/{row.no}/withdraw")
    row.refresh_from_db()
    assert row.withdrawn_at == make.MOMENT
    assert "撤回了" in main(client.get("/expected"))


def test_a_salesperson_is_not_asked_whether_they_come_along_an_agent_is(store, estate, signed_in):
    make.registered(store.li, REPORTED)
    assert 'name="present"' not in signed_in(store.li).get(f"/customers/{make.customer().pk}/expect").content.decode()
    make.registered(estate.anju, REPORTED)
    page = signed_in(estate.anju).get(f"/customers/{make.customer().pk}/expect").content.decode()
    assert 'name="present"' in page


def test_an_agent_announces_on_the_page_and_the_counterpart_does_both(estate, signed_in):
    make.registered(estate.anju, REPORTED)
    sent = {"on": "2025-04-28", "about": "", "site": estate.site.pk, "present": "absent"}
    signed_in(estate.anju).post(f"/customers/{make.customer().pk}/expect", sent)
    row = Expected.objects.get()
    client = signed_in(estate.counterpart)
    assert "要办" in main(client.get("/announced"))
    refused = client.post(f"/announced/{row.no}/check", {"passed": "no", "note": ""})
    assert (refused.status_code, "没通过要写明甲方怎么说" in main(refused)) == (422, True)
    client.post(f"/announced/{row.no}/check", {"passed": "yes", "note": ""})
    client.post(f"/announced/{row.no}/call", {"note": "确认下午来"})
    page = main(client.get(f"/announced/{row.no}"))
    assert "确认下午来" in page
    assert "要办" not in page


def test_another_agency_knows_nothing_of_it(estate, signed_in):
    make.registered(estate.anju, REPORTED)
    row = expect(estate.anju, estate.site)
    assert signed_in(estate.hengxin).get(f"/expected/{row.no}").status_code == 404
    assert row.no not in main(signed_in(estate.hengxin).get("/expected"))


def test_a_receipt_carries_its_code_for_the_scanner(store, signed_in):
    report = make.registered(store.li, REPORTED).registration
    page = signed_in(store.li).get(f"/register/{report.no}").content.decode()
    assert f"到访码 {report.no}" in page
