"""The inbox: what waits for me first, each with one thing to do about it; and the badge."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from people.kinds import ACTIONS, action
from tests import make
from trail.models import Message
from trail.services import tell
from visits.services import hand_over, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
BASE = Path(__file__).parent.parent.parent


def page(response):
    return response.content.decode()


def told(here, count, **more):
    for n in range(count):
        given = {"kind": "collision.ruled", "sentence": "%(no)s 已裁定，看结果和理由", "link": f"/cases/{n}", **more}
        tell(to=here.user.pk, at=make.MOMENT, no=f"ZD-{n:03d}", **given)


def test_what_waits_for_me_comes_first_with_one_thing_to_do_about_it(store, signed_in):
    told(store.li, 40)
    told(store.li, 1, kind="collision.evidence", to_do=True, sentence="【补证据】%(no)s 截止 %(due)s", due="5月1日")
    Message.objects.filter(kind="collision.evidence").update(at=make.LONG_AGO)
    client = signed_in(store.li)
    first, second = page(client.get("/inbox")), page(client.get("/inbox?page=2"))
    assert first.index("【补证据】ZD-000") < first.index("知会") < first.index("ZD-039 已裁定")
    assert re.search(r'class="btn pri" href="/inbox/\d+"[^>]*>交证据<', first)
    assert "【补证据】" not in second
    assert [f"ZD-{n:03d} 已裁定" in first for n in range(40)] == [n > 10 for n in range(40)]
    assert [f"ZD-{n:03d} 已裁定" in second for n in range(40)] == [n <= 10 for n in range(40)]


def test_more_to_do_than_a_page_holds_goes_on_with_the_next(store, signed_in):
    told(store.li, 31, to_do=True)
    told(store.li, 3, kind="lead.contested")
    second = page(signed_in(store.li).get("/inbox?page=2"))
    assert "ZD-000" in second
    assert (second.count(">看结果<"), second.count(">看客户<")) == (1, 3)


def test_the_badge_counts_what_waits_for_me_not_what_there_is(store, signed_in):
    told(store.li, 5)
    client = signed_in(store.li)
    assert 'class="badge"' not in page(client.get("/me"))
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    assert 'class="badge">1<' in page(client.get("/me"))
    assert page(client.get("/inbox/badge?n=0")).count('class="badge">1<') == 1
    assert client.get("/inbox/badge?n=1").status_code == 204
    leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
    assert 'class="badge"' not in page(client.get("/inbox/badge?n=1"))


def test_a_page_left_open_after_logging_out_stops_asking_for_the_badge(store, client):
    answer = client.get("/inbox/badge?n=3")
    assert (answer.status_code, answer.content) == (286, b"")


def test_what_is_done_is_marked_and_waits_no_more(store, signed_in):
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    client = signed_in(store.li)
    assert "去接待" in page(client.get("/inbox"))
    hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.MOMENT)
    after = page(client.get("/inbox"))
    assert "都处理完了" in after
    assert "已办" in after


def test_who_has_spoken_with_a_colleague_says_so_and_nobody_else_can(store, signed_in):
    told(store.li, 1, kind="precheck.asked", to_do=True)
    client, row = signed_in(store.li), Message.objects.get(kind="precheck.asked")
    assert ">对过了<" in page(client.get("/inbox"))
    assert signed_in(store.wang).post(f"/inbox/{row.pk}/done").status_code == 404
    for _ in range(2):
        assert client.post(f"/inbox/{row.pk}/done").url == "/inbox"
    row.refresh_from_db()
    assert row.done_at == make.MOMENT
    assert ">对过了<" not in page(client.get("/inbox"))


def test_a_ruling_is_not_done_by_saying_so(store, signed_in):
    told(store.manager, 1, kind="collision.escalated", to_do=True)
    assert signed_in(store.manager).post(f"/inbox/{Message.objects.get().pk}/done").status_code == 404
    assert Message.objects.waiting().exists()


def test_following_a_message_from_a_mail_counts_as_reading_it(store, signed_in):
    told(store.li, 1)
    row = Message.objects.get()
    assert signed_in(store.li).get(f"/inbox/{row.pk}").status_code == 302
    row.refresh_from_db()
    assert row.read_at == make.MOMENT


def kinds():
    """Every kind that some service asks somebody to do something about; read from the program itself."""
    for file in BASE.glob("*/**/*.py"):
        if {".venv", ".local", "tests"} & set(file.relative_to(BASE).parts):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "tell":
                given = {k.arg: k.value for k in node.keywords}
                if "kind" in given and "to_do" in given:
                    kind = given["kind"]
                    yield value_in(file, kind.id) if isinstance(kind, ast.Name) else ast.literal_eval(kind)


def value_in(file, name):
    """What a name stands for in a module, defined there or imported."""
    module = ".".join(file.relative_to(BASE).with_suffix("").parts)
    return getattr(import_module(module), name)


def test_whatever_asks_somebody_to_do_something_names_what():
    seen = set(kinds())
    assert {"visit.arrived", "collision.evidence", "collision.escalated"} <= seen
    assert seen <= set(ACTIONS)
    assert [action(kind) for kind in ("visit.arrived", "collision.bring", "password.changed")] == [
        "去接待",
        "看案子",
        "看账号",
    ]


def test_a_word_of_the_program_in_a_message_is_in_the_readers_language(store, signed_in):
    told(store.li, 1, kind="routine.due", sentence="%(what)s：%(until)s前做完", what="更新客户信息", until="4月30日")
    client = signed_in(store.li)
    assert "更新客户信息：4月30日前做完" in page(client.get("/inbox"))
    client.post("/language", {"language": "en", "next": "/inbox"})
    assert "Customers kept up to date: to be done before 4月30日" in page(client.get("/inbox"))


def test_the_badge_counts_messages_whatever_else_waits_on_a_page(store, signed_in):
    page = signed_in(store.li).get("/inbound")
    assert (page.status_code, 'class="badge"' in page.content.decode()) == (200, False)
