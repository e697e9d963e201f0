"""What only pages did before: a look at a number, relations, handing a visitor over, statements, hearing anew, drafts, messages."""

import pytest

from arbitration.models import Collision, PolicyDraft
from leads.models import Relation
from tests import make, procedure
from tests.programs import Program, program, token
from trail.models import Entry, Message, Once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def proving(here):
    return Program(token(here), Proof=make.PASSWORD)


def test_a_number_is_told_once_for_a_reason_and_kept_nowhere(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    path = f"customers/{make.customer().pk}/reveal"
    assert program(store.li).post(path, {"reason": "约周六到店"}).status_code == 403
    li = proving(store.li)
    assert li.post(path, {"reason": " "}).status_code == 422
    first = li.post(path, {"reason": "约周六到店"}, key="one")
    assert first.json()["numbers"] == [make.PHONE]
    assert li.post(path, {"reason": "约周六到店"}, key="one").json()["numbers"] is None
    assert Entry.objects.get(action="phone.reveal").detail["reason"] == "约周六到店"
    assert make.PHONE not in str(list(Once.objects.values("answer")))
    assert proving(store.wang).post(path, {"reason": "约周六到店"}).status_code == 404
    assert proving(store.desk).post(path, {"reason": "约周六到店"}).status_code == 404


def test_kin_is_noted(store):
    for number, name in ((make.PHONE, "张建国"), ("13800000002", "张丽")):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=number, name=name)
    path = f"customers/{make.customer().pk}/relations"
    assert program(store.li).post(path, {"kind": "spouse", "other": "13800000002"}).json()["kind"] == "spouse"
    assert Relation.objects.get().other == make.customer("13800000002")
    assert program(store.li).post(path, {"kind": "spouse"}).json()["code"] == "relation_to_whom"


def test_the_desk_hands_a_visitor_over(store):
    visit = make.arrived(store, make.MOMENT)
    answer = program(store.desk).post(f"visits/{visit.no}/hand-over", {"to": store.sun.user.pk})
    assert answer.json()["by"]["id"] == store.sun.user.pk
    assert program(store.li).post(f"visits/{visit.no}/hand-over", {"to": store.li.user.pk}).status_code == 404


def test_a_party_speaks_and_the_general_manager_hears_anew(store):
    case = procedure.contested(store)
    path = f"collisions/{case.no}"
    assert program(store.li).post(f"{path}/statements", {"text": "我先报备的"}).json()["text"] == "我先报备的"
    assert program(store.manager).post(f"{path}/statements", {"text": "我先报备的"}).status_code == 404
    procedure.ruled(store, case)
    assert program(store.manager).post(f"{path}/reopen", {"reason": "再看一次"}).status_code == 404
    assert program(store.general).post(f"{path}/reopen", {"reason": "再看一次"}).json()["state"] == "escalated"
    assert Collision.objects.get().state == "escalated"


def test_a_draft_is_put_off_taken_back_and_dropped(store):
    manager = program(store.manager)
    draft = manager.post("policy-drafts", {"source": "home-decoration"}).json()["id"]
    path = f"policy-drafts/{draft}"
    assert (
        manager.post(f"{path}/beginning", {"seen": 1, "since": "2025-04-01T00:00:00+08:00"}).json()["code"]
        == "since_past"
    )
    later = manager.post(f"{path}/beginning", {"seen": 1, "since": "2025-06-01T00:00:00+08:00"}).json()
    assert (later["version"], later["since"]) == (2, "2025-06-01T00:00:00+08:00")
    assert manager.post(f"{path}/remove", {"seen": 2, "rule": "D09-7b"}).json()["code"] == "rule_of_the_text"
    assert manager.post(f"{path}/move", {"seen": 2, "rule": "nothing", "up": True}).status_code in {404, 409, 422}
    manager.post(f"{path}/parameters", {"seen": 2, "name": "lax_days", "value": 10})
    assert manager.post(f"{path}/submit", {"seen": 3, "why": "跟进要快"}).json()["state"] == "submitted"
    assert manager.post(f"{path}/take-back", {}).json()["state"] == "draft"
    dropped = manager.post(f"{path}/drop", {"seen": 3})
    assert dropped.status_code == 200
    assert PolicyDraft.objects.get().state == dropped.json()["state"] == "dropped"


def test_messages_of_this_project_are_read_and_done(store, estate):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    Message.objects.create(to=str(store.li.user.pk), project="estate", kind="x.y", sentence="别处的", at=make.MOMENT)
    asked = Message.objects.create(
        to=str(store.li.user.pk),
        project="store",
        kind="permission.asked",
        sentence="请允许",
        at=make.MOMENT,
        to_do=True,
    )
    li = program(store.li)
    told = li.get("messages").json()["results"]
    assert "别处的" not in str(told)
    assert told[0]["text"] == "请允许"
    assert li.post(f"messages/{asked.pk}/done", {}).json()["done_at"]
    assert program(store.wang).post(f"messages/{asked.pk}/done", {}).status_code == 404
    other = next(row for row in told if row["kind"] != "permission.asked")
    assert li.post(f"messages/{other['id']}/done", {}).status_code == 404  # done by doing it
