"""The visit record by program: departure, correction, late entry, statistics, gifts."""

import pytest

from tests import make
from tests.programs import program
from trail.models import Entry
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_a_program_of_the_desk_sees_off_and_corrects(store):
    admin, desk, visit = (
        program(store.admin),
        program(store.desk),
        make.arrived(store, make.MOMENT, asked_for=store.li.user),
    )
    added = admin.post("gifts", {"site": store.site.pk, "name": "保温杯", "stock": 1})
    assert (added.status_code, desk.get("gifts").json()[0]["stock"]) == (201, 1)
    assert desk.post(f"visits/{visit.no}/leave", {"gift": added.json()["id"]}).json()["gift"] == "保温杯"
    assert desk.post(f"visits/{visit.no}/leave", {}).status_code == 409
    put_right = desk.post(f"visits/{visit.no}/correct", {"gift": None, "companions": 2, "reason": "没拿"})
    assert (put_right.status_code, put_right.json()["gift"]) == (200, "")
    moved = admin.post(f"gifts/{added.json()['id']}/stock", {"count": -2, "note": "坏了"})
    assert (moved.status_code, moved.json()["field"]) == (409, "count")
    assert desk.get("visits/statistics?range=today").json()["visits"] == 1


def test_a_salespersons_program_corrects_nothing_and_its_try_is_on_record(store):
    """D01-1/T1."""
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    answer = program(store.li).post(f"visits/{visit.no}/correct", {"companions": 2, "reason": "少记了"})
    assert (answer.status_code, answer.json()["code"]) == (409, "only_the_desk")
    assert Entry.objects.filter(action="visit.correct_refused").count() == 1
    assert program(store.li).post(f"visits/{visit.no}/leave", {}).status_code == 200
    assert Visit.objects.get().left_how == "receiver"


def test_late_entries(store):
    desk, nameless = program(store.desk), make.arrived(store, make.MOMENT, refused=True)
    given = {"name": "张建国", "number": make.PHONE}
    assert desk.post(f"visits/{nameless.no}/enter", given).json()["registered"] == "late"
    whole = given | {"site": store.site.pk, "number": "13900000002", "arrived_at": "2025-04-28T10:00:00+08:00"}
    assert desk.post("visits/late", whole | {"left_at": "2025-04-28T11:00:00+08:00"}).status_code == 201
    assert desk.post("visits/late", whole | {"arrived_at": "2025-04-29T10:00:00+08:00"}).json()["field"] == "arrived_at"
