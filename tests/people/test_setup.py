"""From nothing: the first visitor, the list of what is to be done, project, policy, people."""

import http.client
import re
import subprocess
import threading
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from arbitration.models import PolicyInForce
from people.installation import setup_code
from people.models import Installation, Membership, Organisation, Project, Team, User
from people.roles import Role
from tests import make
from tests.people.first import FIRST, PASSWORD, PROJECT, by_link, founded, opened, rows
from tests.test_races import TOKEN
from trail.models import Entry

GUISHU = Path(__file__).parent.parent.parent / "guishu"
nothing_yet = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def administrator(db, at_noon):
    """Whoever set the program up, logged in; no project yet."""
    client = Client()
    client.force_login(founded())
    return client


@pytest.fixture
def with_project(administrator):
    opened(User.objects.get())
    return administrator


class TestTheFirstVisitor:
    pytestmark = nothing_yet

    def test_every_way_in_leads_to_the_set_up(self, client):
        for url in ("/", "/login", "/desk", "/setup"):
            page = client.get(url, follow=True)
            assert page.resolver_match.url_name == "setup_first", url
            assert "./guishu manage setup_link" in page.content.decode()

    def test_without_the_link_nobody_gets_further(self, client):
        page = client.post("/setup/first", FIRST)
        assert "第一位管理员要从终端里的链接进来" in page.content.decode()
        assert not User.objects.exists()

    def test_a_wrong_code_is_told_and_after_twenty_there_is_a_pause(self, client):
        for code in ["", "x", "错", setup_code()[:-1]] * 5:
            page = client.get("/setup/first", {"code": code})
            assert (page.status_code, "这个链接不对" in page.content.decode()) == (403, True)
        locked = client.get("/setup/first", {"code": setup_code()})
        assert (locked.status_code, "一小时后再试" in locked.content.decode()) == (429, True)
        assert client.post("/setup/first", FIRST).status_code == 200
        assert not User.objects.exists()

    def test_the_console_prints_the_link_until_somebody_used_it(self, client):
        out = StringIO()
        call_command("setup_link", "--address", "http://192.0.2.1:8010/", stdout=out)
        place = urlsplit(out.getvalue().strip())
        assert place.netloc == "192.0.2.1:8010"
        assert client.get(f"{place.path}?{place.query}").url == "/setup/first"  # the code leaves the address
        founded()
        again = StringIO()
        call_command("setup_link", stdout=again)
        assert again.getvalue() == ""

    def test_without_an_address_the_link_leads_to_where_mails_lead(self, db, settings):
        settings.GUISHU_URL, out = "https://guishu.example.com", StringIO()
        call_command("setup_link", stdout=out)
        assert out.getvalue().startswith("https://guishu.example.com/setup/first?code=")

    def test_the_first_visitor_becomes_administrator_and_goes_on_to_the_list(self, client):
        answer = by_link(client).post("/setup/first", FIRST)
        assert (answer.status_code, answer.url) == (302, "/setup")
        user = User.objects.get()
        assert (user.username, user.name, user.check_password(PASSWORD)) == ("wuyong", "吴勇", True)
        assert Installation.objects.get().administrator == user
        own = Organisation.objects.get()
        assert (own.name, own.short_name, own.kind) == ("秀兰装饰有限公司", "秀兰", "own")
        assert {"installation.set_up", "organisation.create"} <= {e.action for e in Entry.objects.all()}
        assert "项目和案场" in client.get("/setup").content.decode()

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"new_password": "kurz", "again": "kurz"}, "密码至少 10 位"),
            ({"new_password": "1234567890", "again": "1234567890"}, "这个密码太常见"),
            ({"new_password": "wuyong-1234", "again": "wuyong-1234"}, "太像"),
            ({"again": "另一个很长的密码呀呀"}, "两遍不一样"),
            ({"username": "wu yong"}, "中间没有空格"),
            ({"email": "wuyong@"}, "邮箱写得不对"),
            ({"name": " "}, "这一项要填"),
            ({"person": ""}, "这一项要填"),
        ],
    )
    def test_bad_input_comes_back_filled_in_without_the_password(self, client, given, sentence):
        page = by_link(client).post("/setup/first", FIRST | given)
        text = page.content.decode()
        assert page.status_code == 422
        assert sentence in text
        assert 'value="秀兰"' in text
        assert PASSWORD not in text
        assert not User.objects.exists()

    def test_where_people_work_already_nobody_can_set_up(self, store, client):
        assert client.get("/setup/first", {"code": setup_code()}).url == "/login"
        assert client.post("/setup/first", FIRST).url == "/login"
        assert client.get("/login").status_code == 200
        assert client.get("/setup").url == "/login"
        assert not Installation.objects.exists()

    def test_the_second_is_told_and_keeps_what_was_typed(self, client):
        by_link(client)
        founded(username="other")
        page = client.post("/setup/first", FIRST)
        text = page.content.decode()
        assert page.status_code == 409
        assert "已经由别人设置好了，登录吧" in text
        assert 'value="吴勇"' in text
        assert list(User.objects.values_list("username", flat=True)) == ["other"]


def _send(site, cookie, given, barrier, answers):
    place = urlsplit(site)
    wire = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Accept-Language": "zh-CN",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    wire.connect()
    barrier.wait()
    wire.request("POST", given.pop("to"), urlencode(given), headers)
    answer = wire.getresponse()
    answers.append((answer.status, answer.read().decode()))
    wire.close()


def at_once(site, sent):
    """Send all of these at the same instant; the answers."""
    barrier, answers = threading.Barrier(len(sent)), []
    threads = [threading.Thread(target=_send, args=(site, cookie, given, barrier, answers)) for cookie, given in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("accounts", ["aaaaaa", "abcdef"], ids=["one-account", "six-accounts"])
def test_of_six_who_set_up_at_once_one_wins_and_the_others_are_told(site, accounts):
    cookies = [by_link(Client()).cookies["sessionid"].value for _ in accounts]
    sent = [
        (cookie, {**FIRST, "to": "/setup/first", "username": f"wu{name}", "name": f"公司{i}"})
        for i, (cookie, name) in enumerate(zip(cookies, accounts, strict=True))
    ]
    answers = at_once(site, sent)
    assert sorted(status for status, _text in answers) == [302] + [409] * 5
    assert all(
        "已经由别人设置好了，登录吧" in text and 'value="吴勇"' in text for status, text in answers if status == 409
    )
    assert (Installation.objects.count(), Organisation.objects.count(), User.objects.count()) == (1, 1, 1)


class TestTheList:
    def test_the_administrator_is_led_back_to_it_after_each_step(self, administrator):
        client = administrator
        assert client.get("/").url == "/setup"
        first = client.get("/setup").content.decode()
        assert 'href="/setup/project"' in first
        assert 'href="/setup/policy"' not in first  # the project comes first
        assert client.post("/setup/project", PROJECT).url == "/setup"
        assert client.get("/").url == "/setup"
        assert 'href="/setup/policy"' in client.get("/setup").content.decode()
        assert client.post("/setup/policy", {"protection_days": "10"}).url == "/setup"
        assert 'href="/setup/policy"' not in client.get("/setup").content.decode()
        assert "还有没做完的设置" in client.get("/settings/company").content.decode()
        client.post("/setup/people", rows({"name": "李强", "username": "liqiang"}))
        assert "还有没做完的设置" not in client.get("/settings/company").content.decode()
        assert "可以开始用了" in client.get("/setup").content.decode()
        assert client.get("/").url != "/setup"

    def test_the_next_login_goes_on_where_the_last_one_stopped(self, with_project):
        fresh = Client()
        answer = fresh.post("/login", {"username": "wuyong", "password": PASSWORD}, follow=True)
        assert answer.redirect_chain[-1][0] == "/setup"
        assert fresh.get("/setup/project").url == "/setup"

    def test_others_are_led_to_their_own_pages(self, store, signed_in, at_noon):
        for here in (store.li, store.general):
            assert signed_in(here).get("/setup").url == "/"
            assert signed_in(here).get("/setup/people").status_code == 404

    def test_the_administrator_who_left_the_only_project_cannot_open_another(self, with_project):
        Membership.objects.update(since=make.LONG_AGO, until=make.MOMENT)
        assert with_project.get("/setup/project").status_code == 404
        assert with_project.get("/", follow=True).resolver_match.url_name == "account"


class TestTheSteps:
    def test_project_and_site_come_to_be_with_the_administrator_in_it(self, administrator):
        assert 'value="xiulan"' in administrator.get("/setup/project").content.decode()  # out of the short name
        administrator.post("/setup/project", PROJECT)
        project = Project.objects.get()
        assert (project.code, project.sites.get().name) == ("xiulan", "人民路店")
        assert Membership.objects.get(project=project).role == Role.ADMINISTRATOR

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"code": "Xiu Lan"}, "代码只能有小写字母"),
            ({"opens": "18:00", "closes": "09:00"}, "关门要晚于开门"),
            ({"opens": "25 Uhr"}, "时间写成 09:00 这样"),
            ({"site": ""}, "这一项要填"),
        ],
    )
    def test_a_project_that_cannot_be_leaves_nothing_behind(self, administrator, given, sentence):
        page = administrator.post("/setup/project", PROJECT | given)
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert 'value="秀兰门店"' in page.content.decode()
        assert not Project.objects.exists()

    def test_a_recommended_policy_is_put_in_force_and_leads_back_to_the_list(self, with_project):
        page = with_project.get("/setup/policy").content.decode()
        link = re.search(r'href="(/settings/policies/first-report\?next=/setup)"', page)
        form = with_project.get(link[1]).context["form"]
        sent = {f.html_name: f.value() for f in form if f.value() is not None} | {"next": "/setup"}
        with_project.post("/confirm", {"password": PASSWORD})
        assert with_project.post("/settings/policies/first-report/start", sent).url == "/setup"
        assert PolicyInForce.objects.get().policy.pack == "first-report"
        assert 'href="/setup/policy"' not in with_project.get("/setup").content.decode()

    def test_without_a_policy_the_protection_is_laid_down_all_the_same(self, with_project):
        with_project.post("/setup/policy", {"protection_days": "10"})
        assert Project.objects.get().terms.protection_days == 10
        assert not PolicyInForce.objects.exists()
        assert Entry.objects.filter(action="policy.none").count() == 1

    @pytest.mark.parametrize("days", ["0", "-1", "zehn", "99999999999"])
    def test_a_protection_that_cannot_be_is_told(self, with_project, days):
        page = with_project.post("/setup/policy", {"protection_days": days})
        assert page.status_code == 422
        assert "保护期写" in page.content.decode()
        assert Project.objects.get().terms_data == {}

    def test_several_people_are_invited_at_once_each_with_a_link(self, with_project):
        sent = rows(
            {"name": "李强", "username": "liqiang", "team": "市场一部"},
            {"name": "王芳", "username": "wangfang", "team": "市场一部", "email": "wangfang@example.com"},
            {"name": "周敏", "username": "zhoumin", "role": "front_desk"},
            key=str(uuid4()),
        )
        page = with_project.post("/setup/people", sent).content.decode()
        links = re.findall(r'value="(http://testserver/join/[^"]+)"', page)
        assert len(set(links)) == 3
        assert Team.objects.get().memberships.count() == 2
        again = with_project.post("/setup/people", sent).content.decode()  # the page is loaded again
        assert len(re.findall(r'value="(http://testserver/join/[^"]+)"', again)) == 3
        assert User.objects.count() == 4
        assert all(Client().get(link).status_code == 302 for link in links)

    @pytest.mark.parametrize(
        ("second", "sentence"),
        [
            ({"name": "另一个李强", "username": "LIQIANG"}, "有人用了"),
            ({"name": "王芳", "username": "wangfang", "email": "li@example.com"}, "这个邮箱是另一个人的"),
            ({"name": "王芳", "username": "wangfang", "email": "wangfang@"}, "邮箱写得不对"),
            ({"name": "王芳", "username": "wang fang"}, "账号"),
            ({"name": "", "username": "wangfang"}, "这一项要填"),
        ],
    )
    def test_one_row_that_cannot_be_keeps_all_out_and_all_filled_in(self, with_project, second, sentence):
        sent = rows({"name": "李强", "username": "liqiang", "email": "li@example.com", "team": "市场一部"}, second)
        page = with_project.post("/setup/people", sent)
        text = page.content.decode()
        assert page.status_code == 422
        assert sentence in text
        assert 'value="liqiang"' in text
        assert not Team.objects.exists()
        assert User.objects.count() == 1

    def test_nobody_filled_in_is_told(self, with_project):
        page = with_project.post("/setup/people", rows())
        assert (page.status_code, "至少填一个人" in page.content.decode()) == (422, True)

    def test_a_form_of_rows_that_was_cut_off_is_no_crash(self, with_project):
        assert with_project.post("/setup/people", {"form-0-name": "李强"}).status_code == 422


def test_the_keys_lie_outside_the_database_and_only_their_owner_reads_them(tmp_path):
    script = GUISHU.read_text("utf-8")
    keys = re.search(r"^keys\(\).*?^}", script, re.S | re.M)[0]
    run = f"umask 022; PY=python3 LOCAL=.local; {keys}\nkeys; keys"
    subprocess.run(["sh", "-euc", run], cwd=tmp_path, check=True)
    made = tmp_path / ".local" / "keys.env"
    assert made.stat().st_mode & 0o777 == 0o600
    names = re.findall(r"^export (GUISHU_\w+_KEY)=\S{40,}$", made.read_text(), re.M)
    assert names == ["GUISHU_SECRET_KEY", "GUISHU_PHONE_KEY", "GUISHU_INDEX_KEY"]
