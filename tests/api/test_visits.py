"""The desk and the site log by program."""

import pytest

from tests import make
from tests.programs import program
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def came(store, **more):
    answers = {"invited_by": None, "asked_for": None, "first_time": "first"}
    return {"site": store.site.pk, "name": "张建国", "number": make.PHONE, **answers} | more


def test_a_desk_program_learns_whom_it_may_name_and_checks_somebody_in(store):
    desk = program(store.desk)
    choices = desk.get("desk").json()
    assert choices["sites"] == [{"id": store.site.pk, "name": "秀兰门店"}]
    zhao = next(p["id"] for p in choices["sellers"] if p["name"] == "赵磊")
    answer = desk.post("visits", came(store, asked_for=zhao), "visit 1")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["name"], told["number"], told["asked_for"]["name"]) == ("张建国", "139****3333", "赵磊")
    assert [(r["by"]["name"], r["why"]) for r in told["receptions"]] == [("赵磊", "asked_for")]
    assert desk.get(answer["Location"].removeprefix("/api/v1/")).json() == told
    assert desk.post("visits", came(store, asked_for=zhao), "visit 1").json() == told
    assert Visit.objects.count() == 1


def test_a_visitor_who_leaves_no_number_is_never_turned_away(store):
    answer = program(store.desk).post("visits", {"site": store.site.pk, "refused": True, "name": "张", "number": "1"})
    assert (answer.status_code, answer.json()["registered"], answer.json()["name"]) == (201, "refused", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "139****3333"}, "number"), ({"number": ""}, "number"), ({"name": ""}, "name"),
        ({"site": 0}, "site"), ({"site": 10**30}, "site"), ({"site": True}, "site"), ({"site": "1"}, "site"),
        ({"asked_for": -1}, "asked_for"), ({"brought_by": "li"}, "brought_by"), ({"first_time": "maybe"}, "first_time"),
        ({"hand_to": [1]}, "hand_to"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(store, change, field):
    answer = program(store.desk).post("visits", came(store) | change)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not Visit.objects.exists()


def test_nobody_checks_in_at_another_projects_site_or_names_its_people(store, estate):
    desk = program(store.desk)
    for change in ({"site": estate.site.pk}, {"asked_for": estate.xu.user.pk}, {"brought_by": estate.anju.user.pk}):
        assert desk.post("visits", came(store) | change).status_code == 422


def test_the_log_shows_the_first_character_and_no_number(store):
    make.arrived(store, make.MOMENT, asked_for=store.li.user)
    given = program(store.manager).get("visits").json()
    line = given["results"][0]
    assert (line["name"], line["received_by"][0]["name"], given["next"]) == ("张**", "李强", None)
    assert not make.traces(given)


def test_a_visit_shows_each_person_what_the_page_shows_them(store):
    no = make.arrived(store, make.MOMENT, asked_for=store.li.user).no
    counterpart = make.person("c", "白桦", "counterpart", store.project)
    names = {who: program(who).get(f"visits/{no}").json()["name"] for who in (store.desk, store.li, counterpart)}
    assert list(names.values()) == ["张建国", "张建国", "张**"]
    assert program(store.wang).get(f"visits/{no}").status_code == 404


def test_the_agency_stands_beside_whoever_came_along(estate):
    told = program(estate.desk).post("visits", came(estate, brought_by=estate.anju.user.pk)).json()
    assert (told["brought_by"]["name"], told["agency"]) == ("高翔", "安居公司")


def test_the_log_asks_no_more_for_many_than_for_few(store, django_assert_max_num_queries):
    for i in range(6):
        make.arrived(store, make.MOMENT, number=f"1391000000{i}", asked_for=store.li.user)
    manager = program(store.manager)
    with django_assert_max_num_queries(9):
        assert len(manager.get("visits").json()["results"]) == 6
