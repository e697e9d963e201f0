"""Sites, teams, companies outside and the working calendar, as a program of an administrator sets them."""

import pytest

from people.models import DayChange, Organisation, Site, Team
from tests import make
from tests.programs import program
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

NORTH = {"name": "城北案场", "opens": "09:30", "closes": "20:00"}


@pytest.fixture
def admin(store):
    return program(store.admin)


def test_a_site_is_opened_once_and_read_where_the_answer_says(store, admin):
    first, again = (admin.post("sites", NORTH, key="one") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    site = Site.objects.exclude(pk=store.site.pk).get()
    assert first.json() == admin.get(first.headers["Location"].removeprefix("/api/v1/")).json()
    assert first.json() == {**NORTH, "id": site.pk, "closed_at": None, "version": site.history.first().history_id}
    assert {line["name"] for line in admin.get("sites").json()["results"]} == {store.site.name, "城北案场"}
    assert Entry.objects.get(action="site.create").subject == f"site:{site.pk}"


def test_a_site_takes_no_name_twice_and_does_not_close_before_it_opens(store, admin):
    taken = admin.post("sites", {**NORTH, "name": store.site.name})
    assert (taken.status_code, taken.json()["code"], taken.json()["field"]) == (422, "name_taken", "name")
    night = admin.post("sites", {**NORTH, "closes": "08:00"}).json()
    assert (night["code"], night["field"]) == ("hours", "closes")
    wrong = admin.post("sites", {"name": " ", "opens": "early", "closes": "20:00"}).json()
    assert {error["field"] for error in wrong["errors"]} == {"name", "opens"}
    assert Site.objects.count() == 1


def test_what_somebody_else_changed_since_is_not_written_over(store, admin):
    at = f"sites/{store.site.pk}"
    seen = admin.get(at).json()["version"]
    assert admin.post(f"{at}/change", {**NORTH, "version": seen}).json()["name"] == "城北案场"
    late = admin.post(f"{at}/change", {**NORTH, "name": "城南案场", "version": seen})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    store.site.refresh_from_db()
    assert store.site.name == "城北案场"


def test_a_site_with_visitors_stays_open_and_a_closed_one_opens_again(store, admin):
    at = f"sites/{store.site.pk}"
    make.arrived(store, make.MOMENT, asked_for=store.li.user)
    assert admin.post(f"{at}/close", {}).status_code == 409
    other = admin.post("sites", NORTH).json()["id"]
    assert admin.post(f"sites/{other}/close", {}).json()["closed_at"]
    assert admin.post(f"sites/{other}/close", {}).json()["code"] == "closed_already"
    assert admin.post(f"sites/{other}/reopen", {}).json()["closed_at"] is None


def test_another_projects_site_is_not_there(store, estate, admin):
    for step in ("", "/change", "/close", "/reopen"):
        answer = admin.post(f"sites/{estate.site.pk}{step}", NORTH) if step else admin.get(f"sites/{estate.site.pk}")
        assert answer.status_code == 404


def test_a_team_has_a_leader_of_the_house_and_keeps_one_who_left(store, estate, admin):
    made = admin.post("teams", {"name": "市场二部", "leader": store.zhao.user.pk}).json()
    assert made["leader"] == {"id": store.zhao.user.pk, "name": "赵磊"}
    outside = admin.post("teams", {"name": "市场三部", "leader": estate.anju.user.pk}).json()
    assert outside["field"] == "leader"
    store.zhao.user.memberships.update(until=make.MOMENT)
    renamed = admin.post(f"teams/{made['id']}/change", {"name": "大客户部", "leader": store.zhao.user.pk})
    assert (renamed.status_code, renamed.json()["name"], renamed.json()["leader"]["name"]) == (200, "大客户部", "赵磊")
    assert admin.post(f"teams/{made['id']}/change", {"name": "大客户部"}).json()["leader"] is None
    again = admin.post(f"teams/{made['id']}/change", {"name": "大客户部", "leader": store.zhao.user.pk}).json()
    assert (again["code"], again["field"]) in {
        ("leader_outside", "leader"),
        ("unknown", "leader"),
        ("invalid", "leader"),
    }


def test_a_team_with_people_does_not_end(store, admin):
    full = admin.post(f"teams/{store.team.pk}/close", {})
    assert (full.status_code, full.json()["code"]) == (409, "team_has_people")
    empty = admin.post("teams", {"name": "市场二部"}).json()["id"]
    assert admin.post(f"teams/{empty}/close", {}).json()["closed_at"]
    assert admin.post(f"teams/{empty}/reopen", {}).json()["closed_at"] is None
    assert Team.objects.get(pk=empty).closed_at is None


def test_a_company_outside_is_entered_and_renamed_and_the_house_is_none_of_them(store, admin):
    made = admin.post("agencies", {"name": "安居公司", "short_name": "安居", "kind": "distributor"}).json()
    assert (made["kind"], made["short_name"]) == ("distributor", "安居")
    assert admin.post("agencies", {"name": "秀兰二", "kind": "own"}).json()["field"] == "kind"
    renamed = admin.post(f"agencies/{made['id']}/change", {"name": "安居置业", "version": made["version"]}).json()
    assert (renamed["name"], renamed["short_name"], renamed["kind"]) == ("安居置业", "", "distributor")
    assert admin.post(f"agencies/{make.house().pk}/change", {"name": "别的"}).status_code == 404
    assert Organisation.objects.get(kind="own").name == "秀兰"
    assert [line["name"] for line in admin.get("agencies").json()["results"]] == ["安居置业"]


def test_the_company_rests_on_a_day_and_works_on_it_again(store, admin):
    party = {"first": "2025-06-12", "last": "2025-06-13", "working": False, "name": "公司年会"}
    year = admin.post("working-days", party).json()
    assert [change["day"] for change in year["changes"]] == ["2025-06-12", "2025-06-13"]
    assert {"2025-06-12", "2025-06-13", "2025-10-01"} <= set(year["resting"])
    assert "2025-09-28" in year["working"]  # a Sunday that the state works for the holidays after it
    assert (year, year["estimated"]) == (admin.get("working-days?year=2025").json(), False)
    undone = admin.post("working-days/undo", {"first": "2025-06-12", "last": "2025-06-13"}).json()
    assert (undone["changes"], "2025-06-12" in undone["resting"]) == ([], False)
    assert not DayChange.objects.exists()
    assert admin.post("working-days/undo", {"first": "2025-06-12", "last": "2025-06-13"}).status_code == 409


def test_a_span_of_days_is_refused_as_on_the_page(store, admin):
    backwards = admin.post("working-days", {"first": "2025-06-13", "last": "2025-06-12", "working": True}).json()
    assert (backwards["code"], backwards["field"]) == ("days_backwards", "last")
    for year in ("", "?year=1999", "?year=two"):
        answer = admin.get(f"working-days{year}")
        assert (answer.status_code, answer.json()["field"]) == (422, "year")
