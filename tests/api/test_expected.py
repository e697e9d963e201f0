"""The API of expected visits, of what agents announce, and of slips: the services' refusals, nothing of people beyond the pages."""

import pytest

from tests import make, programs
from tests.visits.test_expected import REPORTED
from visits.models import Expected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def send(here, path, **said):
    return programs.program(here).client.post(f"/api/v1/{path}", said, content_type="application/json")


def ask(here, path):
    return programs.program(here).client.get(f"/api/v1/{path}")


def test_a_customer_is_expected_listed_and_withdrawn(store):
    make.registered(store.li, REPORTED)
    answer = send(store.li, f"customers/{make.customer().pk}/expect", on="2025-04-28", about="15:00")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["number"], body["state"], body["channel"]) == ("张**", "139****3333", "coming", "api")
    assert [row["no"] for row in ask(store.desk, "expected").json()["results"]] == [body["no"]]
    assert ask(store.wang, "expected").json()["results"] == []
    again = send(store.li, f"customers/{make.customer().pk}/expect", on="2025-04-28")
    assert (again.status_code, again.json()["code"]) == (409, "expected_already")
    assert send(store.li, f"expected/{body['no']}/withdraw").json()["state"] == "withdrawn"


def test_what_an_agent_announces_is_checked_and_called(estate):
    make.registered(estate.anju, REPORTED)
    path = f"customers/{make.customer().pk}/expect"
    assert send(estate.anju, path, on="2025-04-28", present=False).status_code == 201
    no = Expected.objects.get().no
    row = ask(estate.counterpart, "announced").json()["results"][0]
    assert (row["no"], row["check"], row["call"]) == (no, "waiting", "waiting")
    assert send(estate.counterpart, f"announced/{no}/check", passed=True).json()["check"] == "done"
    assert send(estate.counterpart, f"announced/{no}/call", note="确认下午来").json()["call"] == "done"
    assert ask(estate.anju, "announced").status_code == 404


def test_a_slip_is_issued_once_and_ends_with_a_correction(store):
    from visits import services

    visit = make.arrived(store, make.MOMENT)
    first = send(store.desk, f"visits/{visit.no}/slips").json()
    assert send(store.desk, f"visits/{visit.no}/slips").json()["code"] == first["code"]
    services.correct(here=store.desk, visit=visit, given={"first_time": "again"}, reason="听错了", at=make.MOMENT)
    (slip,) = ask(store.manager, f"visits/{visit.no}/slips").json()
    assert slip["over_since"] is not None
    assert send(store.desk, f"visits/{visit.no}/slips").json()["code"] != first["code"]
