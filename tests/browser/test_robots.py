"""设置 → 渠道 in the browser: a robot of a chat group is entered, tried, wrong and right; a visitor is called out in the group."""

import pytest

from people.models import Robot
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from tests.draining import drain_robots as drain
from tests.robots import SECRET, address, groups
from trail import clock


@pytest.mark.parametrize(("locale", "viewport", "script"), [("zh-CN", DESKTOP, True), ("en-US", PHONE, False)])
def test_a_robot_is_entered_and_calls_whoever_is_asked_for(site, open_page, locale, viewport, script):
    store = make.store()
    admin = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.admin, script=script)
    admin.go("/settings/channels")
    admin.go("/settings/channels/sms")
    with groups() as chat:
        admin.go("/settings/channels/robots/new")
        admin.page.select_option("#id_kind", "dingtalk")
        admin.page.fill("#id_name", "渠道一部")
        admin.page.fill("#id_address", "https://evil.example/robot/send")
        admin.page.fill("#id_secret", SECRET)
        if admin.page.locator("#id_password").count():  # whoever has just logged in has proven who they are
            admin.page.fill("#id_password", make.PASSWORD)
        admin.click("main form button.pri")
        assert admin.page.locator("#id_address_error").count() == 1
        admin.page.fill("#id_address", address(chat, "dingtalk"))
        admin.click("main form button.pri")
        admin.click("form[action$='/try'] button")
        assert "机器人通了" in chat.texts()[0]
        make.arrived(store, clock.now(), asked_for=store.li.user)
        assert drain(at=clock.now())
        assert "李* 【到访】张**" in chat.texts()[-1]
        admin.click(f"form[action$='/{Robot.objects.get().pk}/switch'] button")
    assert not Robot.objects.get().on
