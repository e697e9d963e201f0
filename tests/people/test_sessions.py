"""Sessions as people see them: where one is in, ending it from elsewhere, and what ends it at once (G22, ASVS 7.4.2)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from people import services
from people.devices import device_words, rough_address
from people.models import Membership, SignIn
from people.services.invitations import reset_link
from people.services.sessions import end_for, forget_sessions, open_sessions
from tests import make
from tests.people.factors import enrolled
from tests.programs import program
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50 Mobile"


def came_in(here, said=WINDOWS, address="203.0.113.7"):
    client = Client(headers={"User-Agent": said}, REMOTE_ADDR=address)
    client.post("/login", {"username": here.user.username, "password": make.PASSWORD})
    return client


def is_in(client):
    return client.get("/account").status_code == 200


# ── what one sees ──


def test_one_sees_on_what_devices_one_is_in_and_which_is_this(store):
    client = came_in(store.li)
    came_in(store.li, PHONE, "198.51.100.9")
    page = client.get("/account").content.decode()
    assert "Chrome · Windows" in page
    assert "微信 · iPhone" in page
    assert "198.51.100.9" in page
    assert page.count("就是这台") == 1
    assert [row.way for row in open_sessions(store.li.user, make.MOMENT)] == ["password", "password"]


def test_with_a_code_it_is_said_so(store):
    telephone = enrolled(store.li.user)
    client = came_in(store.li)
    assert not SignIn.objects.exists()
    client.post("/login/code", {"code": telephone.code(make.MOMENT)})
    assert SignIn.objects.get().way == "code"


def test_others_see_the_device_and_only_the_network(store, signed_in):
    came_in(store.li)
    page = signed_in(store.admin).get(f"/settings/people/{store.li.user.pk}").content.decode()
    assert "Chrome · Windows" in page
    assert "203.0.*.*" in page
    assert "203.0.113.7" not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WINDOWS, "Chrome · Windows"), (WINDOWS + " Edg/140.0", "Edge · Windows"), (WINDOWS + " wxwork/4.1", "企业微信 · Windows"),
        ("Mozilla/5.0 (Linux; Android 15; HarmonyOS) Chrome/1 HuaweiBrowser/15", "华为浏览器 · HarmonyOS"),
        ("curl/8.5", "别的程序"), ("", "别的程序"),
    ],
)  # fmt: skip
def test_a_device_is_told_in_words(said, words):
    assert device_words(said) == words


def test_an_address_is_told_to_others_without_its_end():
    assert (rough_address("203.0.113.7"), rough_address("2001:db8:1:2::3"), rough_address(None)) == (
        "203.0.*.*", "2001:db8::*", "",
    )  # fmt: skip


def test_use_is_written_once_in_five_minutes(store):
    client = came_in(store.li)
    for minutes, seen in ((3, 0), (7, 5), (9, 5), (12, 10)):
        with clock.standing_at(make.at("2025-04-28 14:05") + timedelta(minutes=minutes)):
            assert is_in(client)
        assert SignIn.objects.get().seen_at - make.MOMENT == timedelta(minutes=seen), minutes


# ── ending it oneself ──


def test_one_ends_another_device_and_it_is_out_at_its_next_click(store):
    here, there = came_in(store.li), came_in(store.li, PHONE)
    row = SignIn.objects.get(device__contains="iPhone")
    assert here.post(f"/account/sessions/{row.pk}/end").url == "/account"
    assert (is_in(here), is_in(there)) == (True, False)
    row.refresh_from_db()
    assert (row.ended, row.session_key, row.ended_at) == ("by_owner", "", make.MOMENT)
    again = here.post(f"/account/sessions/{row.pk}/end", follow=True)
    assert (again.status_code, "那里已经退出了" in again.content.decode()) == (200, True)
    assert Entry.objects.filter(action="session.end", actor=str(store.li.user.pk)).count() == 1


def test_all_others_at_once(store):
    here, *others = (came_in(store.li) for _device in range(3))
    assert here.post("/account/sessions/end").url == "/account"
    assert [is_in(client) for client in (here, *others)] == [True, False, False]


def test_nobody_ends_those_of_a_stranger(store):
    li, wang = came_in(store.li), came_in(store.wang)
    row = SignIn.objects.get(user=store.wang.user)
    assert li.post(f"/account/sessions/{row.pk}/end").status_code == 404
    li.post("/account/sessions/end")
    assert is_in(wang)


def test_logging_out_ends_it_and_so_does_somebody_else_in_the_same_browser(store):
    client = came_in(store.li)
    client.post("/logout")
    assert SignIn.objects.get().ended == "logout"
    client = came_in(store.li)
    client.post("/login", {"username": "wang", "password": make.PASSWORD})
    assert SignIn.objects.filter(user=store.li.user, ended="logout").count() == 2
    row = SignIn.objects.get(ended_at=None)
    assert (row.user, row.session_key) == (store.wang.user, client.session.session_key)


# ── what ends it at once ──


def leaves(store):
    services.deactivate(user=store.li.user, by=store.admin.user, at=make.MOMENT)


def gets_a_role(store):
    services.add_membership(
        user=store.li.user, project=store.project, role="designer", team=None, organisation=None, by=store.admin.user,
        at=make.MOMENT,
    )  # fmt: skip


def loses_a_role(store):
    row = Membership.objects.get(user=store.li.user)
    services.end_membership(membership=row, by=store.admin.user, at=make.MOMENT)


def is_logged_out(store):
    assert end_for(here=store.admin, user=store.li.user, at=make.MOMENT) == 3


def gets_a_new_password(store):
    client = Client()
    client.get(reset_link(user=store.li.user, by=store.admin.user, at=make.MOMENT))
    given = "一句很长很好记的话呀"
    assert client.post("/reset", {"new_password": given, "again": given}).status_code == 302


@pytest.mark.parametrize(
    ("happens", "why"),
    [(leaves, "left"), (gets_a_role, "role"), (loses_a_role, "role"), (is_logged_out, "by_admin"), (gets_a_new_password, "password")],
)  # fmt: skip
def test_three_sessions_are_refused_at_their_next_request(store, happens, why):
    clients, other = [came_in(store.li) for _device in range(3)], came_in(store.wang)
    happens(store)
    assert [is_in(client) for client in clients] == [False] * 3
    assert set(SignIn.objects.filter(user=store.li.user).values_list("ended", flat=True)) == {why}
    assert not Session.objects.filter(session_key__in=[c.cookies["sessionid"].value for c in clients]).exists()
    assert is_in(other)


def test_who_leaves_is_cut_off_with_sessions_and_token_and_stays_so_when_the_account_comes_back(store):
    """G22: three sessions in a browser, one of the API, and a program: the next request of each is refused."""
    clients, programs = [came_in(store.li) for _device in range(3)], program(store.li)
    assert clients[2].get("/api/v1/registrations").status_code == 200
    assert programs.get("registrations").status_code == 200
    leaves(store)
    assert [client.get("/me").status_code for client in clients] == [302] * 3
    assert clients[2].get("/api/v1/registrations").status_code == 401
    assert programs.get("registrations").status_code == 401
    services.reactivate(user=store.li.user, by=store.admin.user, at=make.MOMENT)
    assert not any(is_in(client) for client in clients)
    assert programs.get("registrations").status_code == 401


def test_a_new_password_ends_all_but_the_session_in_which_it_was_chosen(store):
    here, there = came_in(store.li), came_in(store.li, PHONE)
    given = {"password": make.PASSWORD, "new_password": "一句很长很好记的话呀", "again": "一句很长很好记的话呀"}
    assert here.post("/account/password", given).url == "/account"
    assert (is_in(here), is_in(there)) == (True, False)
    row = SignIn.objects.get(ended_at=None)
    assert row.session_key == here.session.session_key
    assert "就是这台" in here.get("/account").content.decode()


def test_who_gives_oneself_a_role_goes_on_working(store):
    client = came_in(store.admin)
    services.add_membership(
        user=store.admin.user, project=store.project, role="designer", team=None, organisation=None, by=store.admin.user,
        at=make.MOMENT,
    )  # fmt: skip
    assert is_in(client)


def test_an_administrator_ends_them_on_the_persons_page_and_the_person_hears_of_it(store, signed_in):
    client = came_in(store.li)
    url = f"/settings/people/{store.li.user.pk}/sessions/end"
    assert signed_in(store.general).post(url).status_code == 404
    assert is_in(client)
    assert signed_in(store.admin).post(url).status_code == 302
    assert not is_in(client)
    assert Message.objects.get(to=str(store.li.user.pk)).kind == "session.ended"
    assert Entry.objects.get(action="session.end_for").subject == f"user:{store.li.user.pk}"


def test_an_administrator_of_one_project_cannot_for_somebody_who_works_in_another(store, estate):
    make.person("e_xu", "许平", "designer", store.project)
    with pytest.raises(Refusal) as refused:
        end_for(here=store.admin, user=estate.xu.user, at=make.MOMENT)
    assert refused.value.code == "other_projects"


def test_what_ran_out_is_marked_and_what_is_long_over_goes(store):
    client = came_in(store.li)
    Session.objects.update(expire_date=make.MOMENT + timedelta(hours=12))
    forget_sessions(make.MOMENT + timedelta(hours=11))
    assert SignIn.objects.get().ended_at is None
    over = make.MOMENT + timedelta(hours=13)
    assert not open_sessions(store.li.user, over).exists()
    forget_sessions(over)
    assert SignIn.objects.get().ended == "over"
    for days, left in ((180, 1), (181, 0)):
        forget_sessions(over + timedelta(days=days))
        assert SignIn.objects.count() == left
    assert client.cookies["sessionid"].value


def test_there_is_one_way_in():
    """A session that nobody sees among their devices could not be ended: only `let_in` begins one."""
    logins = [
        path.relative_to(settings.BASE_DIR).as_posix()
        for app in ("people", "leads", "visits", "arbitration", "penalties", "finance", "config")
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py"))
        if "from django.contrib.auth import login" in path.read_text("utf-8")
    ]
    assert logins == ["people/views/coming_in.py"]
