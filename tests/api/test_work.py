"""Periodic work and leaving by program: the same services, refusals and rights as the pages."""

import pytest

from leads.models import Contact, Ownership
from leads.services import log_contact
from people.acknowledging import documents
from people.models import HandOver, Routine
from people.services.routines import lay_out
from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
DAY = "2025-04-28"


@pytest.fixture
def week(store):
    """The weekly record of 李强, with one visit."""
    make.registered(store.li, make.at("2025-04-28 09:00"))
    log_contact(
        here=store.li, customer=make.customer(), mode=Contact.Mode.FIELD_VISIT, at=make.at("2025-04-28 10:00"),
        confirmed=True,
    )  # fmt: skip
    lay_out(at=make.at("2025-04-28 08:00"))
    return Routine.objects.get(kind="visit_report", user=store.li.user)


def test_a_weekly_record_is_read_filled_in_and_handed_in(store, week):
    li, path = program(store.li), f"routines/{week.pk}"
    told = li.get(path).json()
    assert (told["figures"]["incomplete"], told["overdue"]) == (1, False)
    assert told["why_not"].startswith("1 次拜访没填全")
    assert li.post(f"{path}/done", {}).json()["code"] == "incomplete"
    visit = {"contact": Contact.objects.get().pk, "purpose": "报价", "result": "未见到"}
    assert li.post(f"{path}/visits", {"visits": [visit]}).json() == {"changed": 1}
    assert li.post(f"{path}/done", {"note": "好"}).json()["done_by"]["name"] == "李强"
    assert li.post(f"{path}/done", {}).json()["code"] == "done_already"


def test_a_list_holds_ones_own_and_for_a_manager_all(store, week):
    mine = program(store.li).get("routines").json()["results"]
    assert {row["user"]["name"] for row in mine} == {"李强"}
    everything = program(store.manager).get("routines").json()["results"]
    assert {row["user"] and row["user"]["name"] for row in everything} >= {"李强", "王芳", None}
    assert program(store.wang).get(f"routines/{week.pk}").status_code == 404


def test_a_policy_is_signed_and_a_manager_sees_who_has_not(store):
    (policy,) = documents(store.project, make.MOMENT)
    li = program(store.li)
    (before,) = li.get("acknowledgements").json()["results"]
    assert (before["signed_at"], before["unsigned"]) == (None, [])
    (after,) = li.post("acknowledgements", {"subject": policy.subject}).json()["results"]
    assert after["signed_at"] is not None
    (seen,) = program(store.manager).get("acknowledgements").json()["results"]
    assert "王芳" in {person["name"] for person in seen["unsigned"]}
    assert li.post("acknowledgements", {"subject": "policy:0"}).status_code == 404


def test_a_hand_over_by_program(store):
    for n in range(3):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1380000000{n}")
    manager, finance, admin, li = (program(here) for here in (store.manager, store.finance, store.admin, store.li))
    made = manager.post("handovers", {"user": store.li.user.pk, "last_day": DAY})
    assert (made.status_code, made.json()["customers_left"]) == (201, 3)
    assert li.get("routines").status_code == 401
    path = f"handovers/{made.json()['no']}"
    assert finance.post(f"{path}/sign", {"as_": "finance"}).json()["code"] == "customers_left"
    one = {"holder": "person", "people": [store.wang.user.pk], "customers": [str(make.customer("13800000000").pk)]}
    assert manager.post(f"{path}/customers", one).json() == {"given": 1, "left": 2}
    assert manager.post(f"{path}/customers", {}).json() == {"given": 2, "left": 0}
    assert sorted(Ownership.objects.open().values_list("holder", flat=True)) == ["company", "company", "person"]
    assert manager.post(f"{path}/books", {"books": ["signed"]}).json()["code"] == "not_finance"
    assert finance.post(f"{path}/books", {"books": ["signed"]}).json()["books_missing"] == ["collection", "visit"]
    finance.post(f"{path}/books", {"books": ["collection", "visit"]})
    assert finance.post(f"{path}/sign", {"as_": "finance"}).json()["finance_by"]["name"] == "钱慧"
    assert admin.post(f"{path}/sign", {"as_": "office"}).json()["office_by"]["name"] == "吴勇"
    assert admin.post(f"{path}/archive", {}).json()["after"]["customers"] == 0
    assert HandOver.objects.get().archived_by == store.admin.user
    assert [row["no"] for row in finance.get("handovers").json()["results"]] == [made.json()["no"]]
