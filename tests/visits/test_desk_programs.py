"""What programs do at the desk: the log filtered, slips of paper, asking for a late entry, what was reported of conduct."""

import pytest

from tests import make
from tests.programs import program
from trail.models import Message
from visits import services
from visits.models import Conduct, PaperSlip, Visit

pytestmark = pytest.mark.django_db


def numbers(here, query):
    return [row["name"] for row in program(here).get(f"visits?{query}").json()["results"]]


def test_the_log_is_filtered_as_its_page_is(store, at_noon):
    old = make.arrived(store, make.at("2025-04-21 10:00"), number="13900000009", name="旧客户")
    services.leave(here=store.desk, visit=old, gift=None, at=make.at("2025-04-21 11:00"))
    make.arrived(store, make.MOMENT, hand_to=store.li.user)
    assert numbers(store.desk, "since=2025-04-28") == numbers(store.desk, "state=here") == ["张**"]
    assert numbers(store.desk, f"until=2025-04-27&site={store.site.pk}") == ["旧**"]
    assert numbers(store.desk, f"receiver={store.li.user.pk}") == ["张**"]
    wrong = program(store.desk).get("visits?since=soon&state=nice")
    assert wrong.status_code == 422
    assert {"since", "state"} <= set(str(wrong.json()).replace("'", " ").split())


def test_slips_of_paper_are_numbered_entered_and_void(store, at_noon):
    desk = program(store.desk)
    made = desk.post("paper-slips", {"site": store.site.pk, "count": 2})
    first, second = [row["no"] for row in made.json()]
    given = {"site": store.site.pk, "paper": first, "arrived_at": "2025-04-28T10:00:00+08:00"}
    assert desk.post("visits/late", given | {"name": "张建国", "number": make.PHONE}).status_code == 201
    assert Visit.objects.get().no == first
    assert desk.post(f"paper-slips/{second}/void", {"note": "写坏了"}).json()["state"] == "void"
    assert [row["state"] for row in desk.get("paper-slips").json()] == ["used", "void"]
    assert PaperSlip.objects.get(no=second).void_note == "写坏了"


def test_a_salesperson_asks_the_desk_to_enter_a_visit_that_nobody_logged(store, at_noon):
    li = program(store.li)
    assert li.post("visits/ask", {"arrived_at": "2025-04-28T10:00:00+08:00"}).json() == {"asked": 1}
    assert Message.objects.get(kind="visit.late_asked").to == str(store.desk.user.pk)
    assert li.post("visits/ask", {}).status_code == 422


def test_conduct_is_answered_and_decided(store, at_noon):
    told = services.Reported(kind="non_cooperation", by=store.wang.user, happened_at=make.MOMENT)
    row = services.report_conduct(here=store.desk, report=told, at=make.MOMENT)
    at = f"conduct/{row.pk}"
    assert program(store.zhao).get(at).status_code == 404
    assert program(store.wang).post(f"{at}/answer", {"what": "客户不肯说"}).json()["state"] == "answered"
    found = program(store.manager).post(f"{at}/decision", {"established": False, "reason": "说得通"}).json()
    assert (found["state"], found["finding"]["by"]["name"]) == ("dismissed", "何静")
    assert Conduct.objects.get().state == "dismissed"
