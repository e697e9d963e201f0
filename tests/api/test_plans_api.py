"""Commission plans, as a program sees them."""

from datetime import date

import pytest

from finance.models import CommissionPlan
from tests import make
from tests.programs import program
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

WHOLE_YEAR = {"rate_bp": 250, "since": "2025-01-01"}


def test_a_plan_is_added_once_and_read_where_the_answer_says(store):
    finance = program(store.finance)
    first = finance.post("plans", {**WHOLE_YEAR, "role": "salesperson", "product": " 厨房  套餐 "}, key="one")
    again = finance.post("plans", {**WHOLE_YEAR, "role": "salesperson", "product": " 厨房  套餐 "}, key="one")
    assert (first.status_code, again.json()) == (201, first.json())
    plan = CommissionPlan.objects.get()
    assert first.json() == finance.get(first.headers["Location"].removeprefix("/api/v1/")).json()
    assert first.json() == {
        "id": plan.pk, "organisation": None, "role": "salesperson", "product": "厨房 套餐", "rate_bp": 250,
        "since": "2025-01-01", "until": None,
    }  # fmt: skip
    assert Entry.objects.get(action="plan.add").detail["rate"] == 250


def test_an_agency_has_its_own_plan_and_no_plan_is_for_an_agency_and_a_role(store):
    agency, finance = make.agency("安居公司"), program(store.finance)
    made = finance.post("plans", {**WHOLE_YEAR, "organisation": agency.pk}).json()
    assert made["organisation"] == {"id": agency.pk, "name": "安居公司"}
    both = finance.post("plans", {**WHOLE_YEAR, "organisation": agency.pk, "role": "agent"})
    assert (both.status_code, both.json()["code"], both.json()["field"]) == (422, "plan_for_two", "role")
    house = finance.post("plans", {**WHOLE_YEAR, "organisation": make.house().pk})
    assert house.json()["field"] == "organisation"


def test_what_is_refused_on_the_page_is_refused_here_with_its_field(store):
    finance = program(store.finance)
    finance.post("plans", WHOLE_YEAR)
    overlap = finance.post("plans", {**WHOLE_YEAR, "since": "2025-03-01"})
    assert (overlap.status_code, overlap.json()["code"]) == (409, "plan_overlaps")
    backwards = finance.post("plans", {**WHOLE_YEAR, "until": "2024-12-31"})
    assert (backwards.json()["code"], backwards.json()["field"]) == ("plan_ends_first", "until")
    wrong = finance.post("plans", {"rate_bp": 10_001, "since": "soon"}).json()
    assert {error["field"] for error in wrong["errors"]} == {"rate_bp", "since"}


def test_another_rate_takes_its_place_from_a_day_on(store):
    finance = program(store.finance)
    first = finance.post("plans", WHOLE_YEAR).json()
    changed = finance.post(f"plans/{first['id']}/change", {"rate_bp": 300, "since": "2025-05-01"})
    assert (changed.status_code, changed.json()["rate_bp"], changed.json()["since"]) == (201, 300, "2025-05-01")
    listed = finance.get("plans").json()["results"]
    assert [(line["rate_bp"], line["until"]) for line in listed] == [(300, None), (250, "2025-05-01")]
    same = finance.post(f"plans/{changed.json()['id']}/change", {"rate_bp": 300, "since": "2025-06-01"}).json()
    assert (same["code"], same["field"]) == ("plan_same_rate", "rate_bp")


def test_a_plan_ends_and_one_that_has_not_begun_is_taken_back(store):
    finance = program(store.finance)
    now = finance.post("plans", WHOLE_YEAR).json()["id"]
    past = finance.post(f"plans/{now}/end", {"until": "2025-04-27"}).json()
    assert (past["code"], past["field"]) == ("plan_in_past", "until")
    assert finance.post(f"plans/{now}/end", {"until": "2025-05-01"}).json()["plan"]["until"] == "2025-05-01"
    later = finance.post("plans", {**WHOLE_YEAR, "since": "2025-06-01"}).json()["id"]
    assert finance.post(f"plans/{later}/end", {"until": "2025-06-01"}).json() == {"plan": None}
    assert CommissionPlan.objects.get().until == date(2025, 5, 1)
    assert finance.post(f"plans/{later}/end", {}).status_code == 404


def test_plans_go_on_by_a_cursor(store):
    finance = program(store.finance)
    for month in ("2025-06-01", "2025-07-01", "2025-08-01"):
        finance.post("plans", {**WHOLE_YEAR, "since": month, "product": month})
    first = finance.get("plans", limit=2).json()
    second = finance.get("plans", limit=2, cursor=first["next"]).json()
    days = [line["since"] for line in first["results"] + second["results"]]
    assert (days, second["next"]) == (["2025-08-01", "2025-07-01", "2025-06-01"], None)


def test_who_keeps_no_plans_finds_none(store, estate):
    finance, plan = program(store.finance), CommissionPlan.objects.create(
        project=estate.project, rate_bp=100, since=make.MOMENT.date()
    )  # fmt: skip
    assert program(store.li).get("plans").status_code == 404
    assert finance.get(f"plans/{plan.pk}").status_code == 404
    assert finance.post(f"plans/{plan.pk}/change", {}).status_code == 404
