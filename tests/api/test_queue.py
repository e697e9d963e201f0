"""The queue by program: filters, claiming, postponing, early warnings, and what a span came to."""

import pytest

from arbitration.models import Collision, EarlyWarning
from leads.services import add_task
from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    return store.project.collisions.get()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("tab=todo", 1),
        ("tab=ruled", 0),
        ("trigger=registration", 1),
        ("trigger=visit", 0),
        ("tab=todo&least=1", 0),
    ],
)
def test_the_list_is_filtered_as_the_queue(store, case, query, found):
    assert len(program(store.manager).get(f"collisions?{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["tab=mine", "trigger=nothing", "party=0", "least=-1", "due=never"])
def test_a_filter_that_cannot_be_is_refused(store, case, query):
    answer = program(store.manager).get(f"collisions?{query}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "filter_wrong",
        query.partition("=")[0],
    )


def test_a_party_learns_nothing_of_others_by_filtering(store, case):
    for party in (store.wang.user.pk, 0):
        assert len(program(store.li).get(f"collisions?party={party}&tab=todo").json()["results"]) == 1


def test_a_case_is_claimed_given_back_postponed_and_taken_up(store, case):
    manager = program(store.manager)
    assert manager.post(f"collisions/{case.no}/take", {}).json()["taken_by"]["name"] == "何静"
    assert program(store.general).post(f"collisions/{case.no}/take", {}).json()["code"] == "taken"
    assert manager.post(f"collisions/{case.no}/release", {}).json()["taken_by"] is None
    told = manager.post(f"collisions/{case.no}/postpone", {"until": "2025-05-01", "reason": "等公证处"}).json()
    assert told["postponed_until"].startswith("2025-05-01T00:00:00")
    assert [c["no"] for c in manager.get("collisions?tab=postponed").json()["results"]] == [case.no]
    assert manager.post(f"collisions/{case.no}/resume", {}).json()["postponed_until"] is None
    late = manager.post(f"collisions/{case.no}/postpone", {"until": "2025-04-01", "reason": "等公证处"})
    assert (late.status_code, late.json()["code"], late.json()["field"]) == (422, "until_past", "until")
    assert program(store.li).post(f"collisions/{case.no}/take", {}).status_code == 404


def test_warnings_are_read_and_dismissed_without_a_number_or_a_whole_name(store):
    customer = make.registered(store.li, make.at("2025-04-01 10:00")).registration.customer
    add_task(here=store.wang, customer=customer, what="打电话", due_at=make.at("2025-05-01 10:00"), at=make.MOMENT)
    answer = program(store.manager).get("collision-warnings")
    (line,) = answer.json()["results"]
    assert (line["by"]["name"], line["owner"]["name"], line["name"], line["cause"]) == ("王芳", "李强", "张**", "plan")
    assert make.PHONE[-4:] not in answer.content.decode()
    address = f"collision-warnings/{line['id']}/dismiss"
    assert program(store.li).post(address, {}).status_code == 404
    assert program(store.manager).post(address, {"whole_pair": True}).json() == {"dismissed": 1}
    assert program(store.manager).post(address, {}).json()["code"] == "dismissed"
    assert not EarlyWarning.objects.filter(dismissed_at=None).exists()


def test_insight_is_told_of_a_span_of_days(store, case):
    told = program(store.general).get("collision-insight?since=2025-03-31&until=2025-04-06").json()
    assert (told["cases"], told["weekly"]) == (1, [{"label": "2025-03-31", "n": 1}])
    assert Collision.objects.count() == 1
    wrong = program(store.general).get("collision-insight?since=2025-02-30")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "since")
    assert program(store.li).get("collision-insight").status_code == 404
