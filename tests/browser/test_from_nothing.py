"""A company that starts empty: from the link in the console to the first ruled collision and its export, in the browser."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from arbitration.models import PolicyInForce, Ruling
from people.models import Membership, User
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person, enrol
from trail import clock

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PEOPLE = (
    ("Zhou Min", "zhoumin", "front_desk"), ("Li Qiang", "liqiang", "salesperson"), ("Wang Fang", "wangfang", "salesperson"),
    ("He Jing", "hejing", "manager"), ("Qian Hui", "qianhui", "finance"),
)  # fmt: skip


class Newcomer(Person):
    """Somebody without an account yet, at a window of their own."""

    def __init__(self, page, site):
        self.page, self.site, self.script = page, site, True

    def send(self, **fields):
        """Fill a form in and send it."""
        for name, value in fields.items():
            self.page.fill(f"[name='{name}']", value)
        self.click("main form button.pri")

    def found(self, link):
        """Set the program up as its administrator, as far as the list of what is still to be done."""
        self.go("/")
        assert "/setup" in self.page.url
        self.page.goto(link)
        self.look()
        self.send(
            person="Wu Yong", username="wuyong", new_password=make.PASSWORD, again=make.PASSWORD, name="Xiulan Homes",
            short_name="Xiulan",
        )  # fmt: skip

    def open_project(self):
        self.click("a[href='/setup/project']")
        self.send(name="Xiulan Store", code="store", site="Main Street")

    def begin_on_monday(self):
        """The second factor: one's own at once, that of the others in thirty days."""
        enrol(self.page, self.look)
        self.go("/settings/signing-in")
        self.page.fill("#id_day", (clock.now().date() + timedelta(days=30)).isoformat())
        self.click("form[action$='/duty'] button")
        self.go("/setup")

    def choose_policy(self):
        """Home decoration (D09), with its own parameters."""
        self.click("a[href='/setup/policy']")
        self.click("a[href*='/settings/policies/home-decoration']")
        self.click("form[action*='/check'] button.pri")
        self.click("form[action$='/start'] button.pri")

    def invite(self):
        """Everybody, and the link of each."""
        self.click("a[href='/setup/people']")
        for i, (name, username, role) in enumerate(PEOPLE[:4]):
            self._row(i, name, username, role)
        self.click("main form button.pri")
        links = self._links()
        self.go("/setup/people")
        self._row(0, *PEOPLE[4])
        self.click("main form button.pri")
        return links | self._links()

    def _row(self, i, name, username, role):
        self.page.fill(f"[name='form-{i}-name']", name)
        self.page.fill(f"[name='form-{i}-username']", username)
        self.page.select_option(f"[name='form-{i}-role']", role)

    def _links(self):
        shown = {
            box.get_attribute("id"): box.input_value() for box in self.page.query_selector_all("main input[readonly]")
        }
        users = {f"link_{user.pk}": user.username for user in User.objects.all()}
        return {users[box]: link for box, link in shown.items()}

    def join(self, link):
        """Follow an invitation and choose a password."""
        self.page.goto(link)
        self.look()
        self.send(new_password=make.PASSWORD, again=make.PASSWORD)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["at-1280", "at-390"])
def test_from_an_empty_database_to_the_first_ruling_and_its_export(site, open_page, viewport, capsys):
    def page():
        return open_page(viewport=viewport, locale="en")

    def window(username):
        return Person(page(), site, SimpleNamespace(user=User.objects.get(username=username)))

    call_command("setup_link", "--address", site)
    link = capsys.readouterr().out.strip()
    with clock.standing_at(make.at("2025-04-01 09:00")):
        admin = Newcomer(page(), site)
        admin.found(link)
        admin.open_project()
        admin.begin_on_monday()
        admin.choose_policy()
        links = admin.invite()
        assert set(links) == {username for _name, username, _role in PEOPLE}
        admin.go("/setup")
        assert admin.page.query_selector("#begin"), "something is still to be done"
        assert not CHINESE.search(admin.text())
    with clock.standing_at(make.at("2025-04-01 10:00")):
        for username, invitation in links.items():
            newcomer = Newcomer(page(), site)
            newcomer.join(invitation)
            assert "/join" not in newcomer.page.url, username
        again = Newcomer(page(), site)
        again.page.goto(links["liqiang"])
        again.look()
        assert not again.page.query_selector("input[type=password]"), "an invitation was used twice"
        assert not CHINESE.search(again.text())
    collide_and_rule(window)
    with clock.standing_at(make.at("2025-04-30 16:00")):
        export(window("qianhui"))
    assert PolicyInForce.objects.filter(policy__pack="home-decoration", until=None).exists()
    assert Membership.objects.filter(role="administrator").count() == 1


def collide_and_rule(window):
    """Two report the same customer, one brings them, the manager rules, the owner signs the contract."""
    with clock.standing_at(make.at("2025-04-02 10:00")):
        assert "BB-250402-" in window("liqiang").register("张建国先生 13912343333")
    with clock.standing_at(make.at("2025-04-03 10:00")):
        assert "Li Qiang" in window("wangfang").register("张先生，139 1234 3333")
    with clock.standing_at(make.at("2025-04-10 14:05")):
        wang = SimpleNamespace(user=User.objects.get(username="wangfang"))
        said = window("zhoumin").log_visit("13912343333", "张建国", wang)
        assert "DF-250410-" in said
        assert "ollision" not in said
    with clock.standing_at(make.at("2025-04-11 09:00")):
        assert "CD-250411-" in window("hejing").agree("First report, well recorded")
        assert Ruling.objects.get().owner.username == "liqiang"
    with clock.standing_at(make.at("2025-04-12 16:00")):
        assert "HT-250412-" in window("liqiang").sign_deal("100000", "6000.01")


def export(finance):
    """The month's splits add up to the commission, and no phone number leaves the house."""
    finance.go("/period/202504")
    assert "¥6,000.01" in finance.text()
    with finance.page.expect_download() as download:
        finance.page.click("button[value='csv']")
    content = download.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert sum(Decimal(row[7]) for row in rows[1:]) == Decimal("6000.01")
    assert "13912343333" not in content
