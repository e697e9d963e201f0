"""The first steps in a real browser: from the link of the console to somebody who comes in by an invitation."""

import pytest

from people.installation import setup_code
from people.models import Installation, Membership, User
from tests.browser.fixtures import DESKTOP, PHONE, axe, too_wide
from tests.browser.people import enrol
from tests.people.first import PASSWORD


def look(page):
    """Nothing shuts anybody out, nothing scrolls sideways."""
    page.wait_for_load_state()
    assert not too_wide(page), page.url
    assert axe(page) == [], page.url


@pytest.mark.parametrize(
    ("viewport", "locale"), [(DESKTOP, "zh-CN"), (PHONE, "en")], ids=["chinese-at-1280", "english-at-390"]
)
def test_from_nothing_to_the_first_salesperson(site, open_page, viewport, locale):
    page = open_page(viewport=viewport, locale=locale)

    def go(url):
        page.goto(site + url)
        look(page)

    def send(**given):
        for name, value in given.items():
            page.fill(f"[name='{name.replace('__', '-')}']", value)
        page.click("main form button.pri")
        look(page)

    go("/")
    assert page.url == f"{site}/setup/first"
    go(f"/setup/first?code={setup_code()}")
    assert page.url == f"{site}/setup/first"
    send(person="吴勇", username="wuyong", new_password=PASSWORD, again="x", name="秀兰装饰有限公司", short_name="秀兰")
    assert page.input_value("#id_person") == "吴勇"
    send(new_password=PASSWORD, again=PASSWORD)
    page.click("main a[href='/setup/project']")
    send(name="秀兰门店", site="人民路店")
    assert page.url == f"{site}/account/second-factor"
    enrol(page, lambda: look(page))
    assert page.url == f"{site}/setup"
    page.click("main a[href='/setup/policy']")
    look(page)
    page.fill("#id_protection_days", "10")
    page.click("main form:has(#id_protection_days) button")
    page.click("main a[href='/setup/people']")
    look(page)
    send(form__0__name="李强", form__0__username="liqiang", form__0__team="市场一部")
    link = page.input_value("input[data-select]")
    page.click("main a[href='/setup']")
    look(page)
    assert page.locator("main .tag.info").count() == 0
    assert Installation.objects.get().administrator.username == "wuyong"

    page = open_page(viewport=viewport, locale=locale)
    go(link.removeprefix(site))
    assert page.url == f"{site}/join"
    send(new_password=PASSWORD, again=PASSWORD)
    assert page.url == f"{site}/me"
    assert User.objects.get(username="liqiang").invited_at is None
    assert Membership.objects.get(user__username="liqiang").team.name == "市场一部"
