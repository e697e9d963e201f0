"""Invitations: bound to person, role and time, usable once; and the link that an administrator hands over."""

from datetime import timedelta

import pytest
from django.test import Client

from people import links
from people.models import Membership, User
from people.roles import Role
from people.services.invitations import invite, person_link, reset_link
from people.services.people import add_membership, add_person, change_person, deactivate, end_membership, reactivate
from tests import make
from tests.mailbox import connected, mail_server
from tests.people.factors import enrolled
from tests.people.first import PASSWORD
from tests.people.test_setup import at_once
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

NEW = {"username": "liuyang", "new_password": PASSWORD, "again": PASSWORD, "language": "zh-hans"}
LATER = make.MOMENT + timedelta(minutes=1)


def newcomer(store, username="liuyang", name="刘洋", email=""):
    user, _role = add_person(
        name=name, username=username, email=email, project=store.project, role=Role.SALESPERSON, team=store.team,
        organisation=None, by=store.admin.user, at=make.MOMENT,
    )  # fmt: skip
    return user


def opens(path, when=LATER):
    """What a browser gets that opens the link at this time."""
    with clock.standing_at(when):
        return Client().get(path, follow=True)


@pytest.fixture
def invited(store, at_noon):
    """刘洋, and the path of the invitation."""
    user = newcomer(store)
    return user, invite(user=user, by=store.admin.user, at=make.MOMENT)


@pytest.mark.django_db
class TestComingIn:
    def test_the_page_greets_by_name_project_and_role_and_the_link_leaves_the_address(self, invited):
        page = opens(invited[1])
        assert page.redirect_chain == [("/join", 302)]
        text = page.content.decode()
        for said in ("你好，刘洋", "秀兰装饰", "业务员", 'value="liuyang"'):
            assert said in text
        assert page["Referrer-Policy"] == "same-origin"

    def test_whoever_comes_in_has_chosen_account_password_and_language_and_lands_on_their_page(self, invited):
        client = Client()
        client.get(invited[1])
        answer = client.post("/join", {**NEW, "username": "yang", "language": "en"}, follow=True)
        assert answer.resolver_match.url_name == "me"
        assert '<html lang="en">' in answer.content.decode()
        user = User.objects.get(pk=invited[0].pk)
        assert (user.username, user.language, user.invited_at) == ("yang", "en", None)
        assert user.check_password(PASSWORD)
        assert Entry.objects.filter(action="person.join", actor=str(user.pk)).count() == 1

    @pytest.mark.parametrize(
        ("given", "status", "sentence"),
        [
            ({"username": "LI"}, 409, "这个账号有人用了"),
            ({"username": "liu yang"}, 422, "中间没有空格"),
            ({"username": ""}, 422, "这一项要填"),
            ({"new_password": "刘洋", "again": "刘洋"}, 422, "密码至少 10 位"),
            ({"again": "x"}, 422, "两遍不一样"),
            ({"language": "xx"}, 422, "语言"),
        ],
    )
    def test_bad_input_comes_back_filled_in_and_the_link_still_counts(self, invited, given, status, sentence):
        client = Client()
        client.get(invited[1])
        page = client.post("/join", NEW | given)
        assert page.status_code == status
        assert sentence in page.content.decode()
        assert PASSWORD not in page.content.decode()
        assert client.post("/join", NEW).status_code == 302

    def test_without_a_link_there_is_nothing_to_join(self, store, client):
        for answer in (client.get("/join"), client.post("/join", NEW)):  # a second tap comes without it, too
            assert (answer.status_code, "已经用过了，就去登录" in answer.content.decode()) == (404, True)


@pytest.mark.django_db
class TestALinkThatNoLongerCounts:
    def says(self, path, sentence, status=410, when=LATER):
        page = opens(path, when)
        assert (page.status_code, sentence in page.content.decode()) == (status, True), page.content.decode()
        assert "刘洋" not in page.content.decode()

    def test_it_lasts_seven_days(self, invited):
        assert opens(invited[1], make.MOMENT + timedelta(days=7, seconds=-1)).status_code == 200
        self.says(invited[1], "过期了", when=make.MOMENT + timedelta(days=7))

    def test_it_is_used_once(self, invited):
        client = Client()
        client.get(invited[1])
        client.post("/join", NEW)
        self.says(invited[1], "已经用过了")
        assert client.post("/join", NEW).status_code == 404  # nor by the same browser

    def test_a_newer_one_takes_its_place(self, store, invited):
        newer = invite(user=invited[0], by=store.admin.user, at=LATER)
        self.says(invited[1], "后来又发了新的邀请")
        assert opens(newer).status_code == 200

    def test_it_ends_with_the_role(self, store, invited):
        end_membership(membership=Membership.objects.get(user=invited[0]), by=store.admin.user, at=LATER)
        self.says(invited[1], "撤回了", when=LATER + timedelta(minutes=1))

    def test_it_gives_no_role_that_it_was_not_written_for(self, store, invited):
        add_membership(
            user=invited[0], project=store.project, role=Role.MANAGER, team=None, organisation=None,
            by=store.admin.user, at=LATER,
        )  # fmt: skip
        self.says(invited[1], "岗位改过")

    def test_it_ends_when_the_address_changes(self, store, invited):
        change_person(
            user=invited[0], name="刘洋", username="liuyang", email="new@example.com", by=store.admin.user, at=LATER
        )
        self.says(invited[1], "撤回了")

    def test_it_ends_when_the_person_leaves_and_does_not_come_back_with_them(self, store, invited):
        deactivate(user=invited[0], by=store.admin.user, at=LATER)
        self.says(invited[1], "撤回了")
        reactivate(user=User.objects.get(pk=invited[0].pk), by=store.admin.user, at=LATER)
        self.says(invited[1], "用过了")

    @pytest.mark.parametrize("cut", [1, 10, 40])
    def test_a_part_of_it_is_told_from_one_that_counted(self, invited, cut):
        self.says(invited[1][:-cut], "不完整", status=404)

    def test_what_we_never_wrote_is_told_the_same(self, store):
        for token in ("x", "%00", "a" * 3000, "a:b:c"):
            self.says(f"/join/{token}", "不完整", status=404)

    def test_a_link_to_a_new_password_is_no_invitation(self, store, at_noon):
        path = reset_link(user=store.li.user, by=store.admin.user, at=make.MOMENT)
        self.says(path.replace("/reset/", "/join/"), "不完整", status=404)


@pytest.mark.django_db
class TestWhoMayHandOutLinks:
    def test_an_administrator_gets_an_invitation_and_later_a_link_to_a_new_password(self, store, signed_in, at_noon):
        user = newcomer(store)
        page = make.proven(signed_in(store.admin)).post(f"/settings/people/{user.pk}/link").content.decode()
        assert "/join/" in page
        user.set_password(PASSWORD)
        user.save()
        page = make.proven(signed_in(store.admin)).post(f"/settings/people/{user.pk}/link")
        assert "/reset/" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert Message.objects.get(to=str(user.pk)).kind == "password.link"
        assert {"person.invite", "person.reset_link"} <= {e.action for e in Entry.objects.all()}

    def test_nobody_else_does(self, store, estate, signed_in, at_noon):
        for here in (store.manager, store.general, store.li):
            assert signed_in(here).post(f"/settings/people/{store.li.user.pk}/link").status_code == 404
        assert signed_in(store.admin).post(f"/settings/people/{estate.xu.user.pk}/link").status_code == 404
        assert signed_in(store.admin).get(f"/settings/people/{store.li.user.pk}/link").status_code == 405

    def test_an_account_that_works_elsewhere_too_is_not_theirs_to_open(self, store, estate, signed_in, at_noon):
        Membership.objects.create(
            user=store.general.user, project=estate.project, role=Role.GENERAL_MANAGER, organisation=make.house(),
            since=make.LONG_AGO,
        )  # fmt: skip
        page = make.proven(signed_in(store.admin)).post(f"/settings/people/{store.general.user.pk}/link")
        assert page.status_code == 409
        assert "/reset/" not in page.content.decode()

    def test_one_does_not_get_round_the_old_password_of_ones_own(self, store, signed_in, at_noon):
        page = make.proven(signed_in(store.admin)).post(f"/settings/people/{store.admin.user.pk}/link")
        assert (page.status_code, "在「我的账号」里改" in page.content.decode()) == (409, True)

    def test_who_left_gets_none_and_who_came_in_is_not_invited_again(self, store, at_noon):
        store.li.user.memberships.update(until=make.MOMENT)
        with pytest.raises(Refusal, match="person_left"):
            person_link(user=store.li.user, by=store.admin.user, at=make.MOMENT)
        with pytest.raises(Refusal, match="joined_already"):
            invite(user=store.wang.user, by=store.admin.user, at=make.MOMENT)

    def test_with_a_mail_server_and_an_address_it_is_mailed_too(self, store, signed_in, at_noon, do_jobs):
        user = newcomer(store, email="liuyang@example.com")
        with mail_server() as box:
            connected(box, make.MOMENT)
            page = make.proven(signed_in(store.admin)).post(f"/settings/people/{user.pk}/link").content.decode()
            do_jobs()
        assert "也在发往 liuyang@example.com" in page
        assert [mail["To"] for mail in box.mails] == ["liuyang@example.com"]
        user.refresh_from_db()
        assert f"http://127.0.0.1:8000{links.invitation_path(user)}" in box.text()
        assert opens(links.invitation_path(user)).status_code == 200

    def test_who_came_in_before_the_mail_went_gets_none(self, store, signed_in, at_noon, do_jobs):
        user = newcomer(store, email="liuyang@example.com")
        with mail_server() as box:
            connected(box, make.MOMENT)
            make.proven(signed_in(store.admin)).post(f"/settings/people/{user.pk}/link")
            user.refresh_from_db()
            client = Client()
            client.get(links.invitation_path(user))
            client.post("/join", NEW)
            do_jobs()
        assert box.mails == []


@pytest.mark.django_db
def test_an_invitation_is_no_way_round_a_second_factor(store, at_noon):
    user = newcomer(store)
    enrolled(user)  # was here before, left, and comes back
    client = Client()
    client.get(invite(user=user, by=store.admin.user, at=make.MOMENT))
    assert client.post("/join", NEW).url == "/login"
    assert client.get("/me").status_code == 302
    assert client.post("/login", {"username": "liuyang", "password": PASSWORD}).url == "/login/code"


def test_of_six_who_use_an_invitation_at_once_one_comes_in(site):
    store = make.store()
    user = newcomer(store)
    path = invite(user=user, by=store.admin.user, at=clock.now())
    clients = [Client() for _ in range(6)]
    for client in clients:
        client.get(path)
    sent = [
        (client.cookies["sessionid"].value, {**NEW, "to": "/join", "username": f"liu{i}"})
        for i, client in enumerate(clients)
    ]
    answers = at_once(site, sent)
    assert sorted(status for status, _text in answers) == [302] + [410] * 5
    assert Entry.objects.filter(action="person.join").count() == 1
