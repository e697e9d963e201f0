"""Periodic work on its pages: one's own list, each kind's page, the clean-up, signatures, the choice of kinds."""

import pytest

from leads.models import Contact, Ownership
from people.acknowledging import documents
from people.models import Routine
from people.services.routines import lay_out
from tests import make
from tests.people.routines import contact, laid_out, text
from tests.test_queries import queries

pytestmark = pytest.mark.django_db


def test_ones_own_list_shows_what_waits_and_leads_to_it(store, signed_in, at_noon):
    row = laid_out(store, "visit_report", "2025-04-28 08:00", store.li)
    li = signed_in(store.li)
    page = text(li.get("/work"))
    assert f'href="/work/{row.pk}"' in page
    assert "过期没交的" not in page
    assert li.post(f"/work/{row.pk}/done", {"note": ""}).status_code == 302
    row.refresh_from_db()
    assert row.done_by == store.li.user
    assert "按时" in text(li.get("/work"))


def test_the_weekly_record_is_filled_in_on_its_page(store, signed_in, at_noon):
    make.registered(store.li, make.at("2025-04-28 09:00"))
    visit = contact(store.li, make.PHONE, "2025-04-28 10:00", Contact.Mode.FIELD_VISIT)
    row = laid_out(store, "visit_report", "2025-04-28 12:00", store.li)
    li = signed_in(store.li)
    assert "缺：拜访目的、结果" in text(li.get(f"/work/{row.pk}"))
    refused = li.post(f"/work/{row.pk}/done", {"note": ""})
    assert (refused.status_code, "1 次拜访没填全" in text(refused)) == (422, True)
    li.post(f"/work/{row.pk}/visits", {f"purpose_{visit.pk}": "报价", f"result_{visit.pk}": "未见到"})
    page = text(li.get(f"/work/{row.pk}"))
    assert "填全了" in page
    assert "13912343333" not in page
    assert li.post(f"/work/{row.pk}/done", {"note": ""}).status_code == 302


def test_another_ones_record_is_not_there(store, signed_in, at_noon):
    row = laid_out(store, "visit_report", "2025-04-28 08:00", store.li)
    assert signed_in(store.wang).get(f"/work/{row.pk}").status_code == 404
    assert signed_in(store.manager).get(f"/work/{row.pk}").status_code == 200


def test_a_manager_reallocates_and_removes_on_the_clean_up_page(store, signed_in, at_noon):
    for n in range(3):
        make.registered(store.li, make.at("2024-12-01 10:00"), number=f"1380000000{n}")
    row = laid_out(store, "clean_up", "2025-04-28 08:00")
    manager, first, second = signed_in(store.manager), make.customer("13800000000"), make.customer("13800000001")
    assert "重新分配" in text(manager.get(f"/work/{row.pk}"))
    manager.post(f"/work/{row.pk}/customers", {"customers": [first.pk], "to": store.wang.user.pk})
    manager.post(f"/work/{row.pk}/customers", {"customers": [second.pk], "to": ""})
    held = {o.customer: (o.holder, o.user and o.user.name) for o in Ownership.objects.open()}
    assert (held[first], held[second]) == (("person", "王芳"), ("pool", None))
    assert manager.post(f"/work/{row.pk}/customers", {"customers": ["x"]}, follow=True).status_code == 200
    manager.post(f"/work/{row.pk}/done", {"note": "清完"})
    row.refresh_from_db()
    assert row.figures == {"proposed": 1, "stale": 1, "reallocated": 1, "removed": 1}


@pytest.mark.parametrize("kind", ["discipline", "allocation", "evaluation", "training", "customer_update"])
def test_every_kind_has_its_page(store, signed_in, at_noon, kind):
    make.registered(store.li, make.at("2025-03-03 10:00"))
    contact(store.wang, make.PHONE, "2025-03-04 10:00")
    row = laid_out(store, kind, "2025-04-28 08:00", store.li if kind == "customer_update" else None)
    page = text(signed_in(store.manager).get(f"/work/{row.pk}"))
    said = {
        "discipline": "没有报备",
        "allocation": "<svg",
        "evaluation": "home-decoration",
        "training": "写上内容",
        "customer_update": "上次 2025-03-03",
    }
    assert said[kind] in page


def test_the_policy_is_read_and_signed_on_its_page(store, signed_in, at_noon):
    (policy,) = documents(store.project, make.MOMENT)
    li = signed_in(store.li)
    page = text(li.get("/work/ack"))
    assert policy.title in page
    assert "人还没签" not in page
    assert li.post("/work/ack", {"subject": policy.subject}, follow=True).status_code == 200
    manager = text(signed_in(store.manager).get("/work/ack"))
    left = manager.partition("人还没签")[2].partition("</section>")[0]
    assert "王芳" in left
    assert "李强" not in left


def test_an_administrator_chooses_the_kinds(store, signed_in, at_noon):
    admin = signed_in(store.admin)
    assert admin.post("/settings/routines", {"kinds": ["training"]}, follow=True).status_code == 200
    lay_out(at=make.MOMENT)
    assert set(Routine.objects.values_list("kind", flat=True)) == {"training"}


def test_the_lists_ask_no_more_for_many_than_for_few(store, signed_in, at_noon):
    laid_out(store, "visit_report", "2025-04-21 08:00", store.li)
    client = signed_in(store.manager)
    few = queries(client, "/work")
    for n in range(8):
        make.person(f"p{n}", f"新人{n}", "salesperson", store.project)
    lay_out(at=make.at("2025-04-21 08:10"))
    assert queries(client, "/work") <= few
    for n in range(8):
        make.registered(store.li, make.at("2024-12-01 10:00"), number=f"1380000000{n}")
    row = laid_out(store, "clean_up", "2025-04-28 08:00")
    assert queries(client, f"/work/{row.pk}") <= 24
