"""The notebooks and following up, as a program sees them."""

import pytest

from leads.models import NotebookEntry, Task
from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def followed(store):
    """李强 follows 张建国 and another."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    make.registered(store.li, make.at("2025-04-21 10:00"), number="13812340000", name="李")
    return store


def of_customer(what):
    return f"customers/{make.customer().pk}/{what}"


def test_the_lines_of_a_notebook_come_newest_first_page_by_page_with_the_last_four_digits(followed):
    mine = program(followed.li)
    first = mine.get("notebooks/collection", limit=1).json()
    second = mine.get("notebooks/collection", limit=1, cursor=first["next"]).json()
    assert [page["results"][0]["name"] for page in (first, second)] == ["李", "张建国"]
    assert second["next"] is None
    line = second["results"][0]
    assert (line["number"], line["state"], line["stage"], line["lacking"]) == ("*******3333", "mine", "develop", [])


def test_filters_and_search_do_as_on_the_page_and_a_wrong_filter_is_refused(followed):
    mine = program(followed.li)
    assert mine.get("notebooks/collection", stage="quote").json()["results"] == []
    assert mine.get("notebooks/collection", stage="nonsense").json()["field"] == "stage"
    found = mine.post("notebooks/collection/search", {"text": "zhangjian"}).json()["results"]
    assert [line["name"] for line in found] == ["张建国"]
    assert mine.get("notebooks/fourth").status_code == 404


def test_a_manager_names_whose_notebook_and_a_salesperson_gets_none_but_their_own(followed):
    keeper = followed.li.user.pk
    assert len(program(followed.manager).get("notebooks/collection", keeper=keeper).json()["results"]) == 2
    assert program(followed.wang).get("notebooks/collection", keeper=keeper).status_code == 404
    assert program(followed.wang).get("notebooks/collection").json()["results"] == []


def test_the_record_of_a_visit_is_written_once(followed):
    make.arrived(followed, make.at("2025-04-22 10:00"), asked_for=followed.li.user)
    line = NotebookEntry.objects.get(book="visit").pk
    written = program(followed.li).post(f"notebook-lines/{line}/note", {"note": "询问一年期产品"})
    assert (written.status_code, written.json()["note"], written.json()["lacking"]) == (200, "询问一年期产品", [])
    assert program(followed.li).post(f"notebook-lines/{line}/note", {"note": "改"}).json()["code"] == "note_written"
    assert program(followed.wang).post(f"notebook-lines/{line}/note", {"note": "改"}).status_code == 404


def test_being_in_touch_with_another_s_customer_is_confirmed(followed):
    make.registered(followed.wang, make.at("2025-04-22 10:00"))
    theirs, asked = program(followed.wang), {"mode": "call", "asked_first": True, "answer": "none"}
    refused = theirs.post(of_customer("contacts"), asked)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        409,
        "confirm_contact",
        "confirmed",
    )
    told = theirs.post(of_customer("contacts"), asked | {"confirmed": True})
    assert (told.status_code, told.json()["asked_first"]) == (201, True)
    assert len(program(followed.li).get(of_customer("contacts")).json()["results"]) == 0
    assert len(program(followed.manager).get(of_customer("contacts")).json()["results"]) == 1


def test_the_profile_is_kept_by_who_follows_and_graded_by_the_department(followed):
    known = {"needs": "四居室", "intent": "未定", "region": "", "industry": "", "stage": "quote"}
    kept = program(followed.li).post(of_customer("profile"), known).json()
    assert (kept["stage"], len(kept["warnings"])) == ("quote", 1)
    assert program(followed.li).post(of_customer("grade"), {"potential": 3}).json()["code"] == "grade_by_department"
    graded = program(followed.manager).post(
        of_customer("grade"), {"potential": 3, "importance": 3, "profit_high": True, "loyalty_high": True}
    )
    assert (graded.json()["letter"], graded.json()["tier"]) == ("A", 1)
    assert program(followed.li).get(of_customer("profile")).json()["needs"] == "四居室"
    make.registered(followed.wang, make.at("2025-04-22 10:00"))
    assert program(followed.wang).get(of_customer("profile")).status_code == 403


def test_a_task_is_added_once_under_its_key_listed_and_done(followed):
    mine, asked = program(followed.li), {"what": "发报价", "due_at": "2025-04-29T10:00:00+08:00"}
    for _time in range(2):
        task = mine.post(of_customer("tasks"), asked, key="one").json()
    assert Task.objects.count() == 1
    assert [one["what"] for one in mine.get("tasks", open="true").json()["results"]] == ["发报价"]
    assert mine.post(f"tasks/{task['id']}/done", {"note": "发了"}).json()["note"] == "发了"
    assert mine.get("tasks", open="true").json()["results"] == []
    assert program(followed.wang).post(f"tasks/{task['id']}/done", {}).status_code == 404


def test_the_map_of_regions_is_the_manager_s(followed):
    boss = program(followed.manager)
    row = boss.post("territories", {"region": "城北", "user": followed.li.user.pk})
    assert (row.status_code, row.json()["weight"], row.json()["user"]["name"]) == (201, 100, "李强")
    assert boss.post("territories", {"region": "城南"}).json()["code"] == "territory_of_whom"
    assert boss.post(f"territories/{row.json()['id']}/end", {}).json()["until"]
    assert boss.get("territories").json() == {"results": []}
    assert program(followed.li).get("territories").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("notebooks/collection", {"keeper": "9" * 20}, 404), ("notebooks/collection", {"keeper": "x"}, 404),
        ("notebooks/collection", {"first": "2025-13-01"}, 422), ("notebooks/collection", {"idle_days": "5"}, 422),
        ("notebooks/collection", {"limit": "0"}, 422), ("notebooks/collection", {"cursor": "x"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(followed, path, query, status):
    assert program(followed.manager).get(path, **query).status_code == status


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("contacts", {"mode": "smoke"}, "mode"), ("contacts", {"mode": "call", "claimed_at": "2025-04-28T14:06:00+08:00"}, "claimed_at"),
        ("profile", {"stage": "done"}, "stage"), ("profile", {"stage": "quote", "needs": "x" * 501}, "needs"),
        ("grade", {"potential": 4}, "potential"), ("tasks", {"what": "x", "due_at": "soon"}, "due_at"), ("tasks", {"what": "x"}, "due_at"),
    ],
)  # fmt: skip
def test_a_mistake_stands_at_its_field(followed, what, body, field):
    refused = program(followed.manager).post(
        of_customer(what), body | ({"confirmed": True} if what == "contacts" else {})
    )
    assert refused.status_code == 422
    assert field in (refused.json()["field"], *(error.get("field") for error in refused.json().get("errors", ())))
