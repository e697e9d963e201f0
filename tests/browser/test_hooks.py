"""设置 → Webhook and 审计日志 in the browser: made, tried, sent, found again in the log, with and without scripts."""

import pytest

from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from tests.draining import drain_hooks as drain
from tests.listening import listener
from tests.people.hooked import true
from trail import clock


@pytest.mark.parametrize(("locale", "viewport", "script"), [("zh-CN", DESKTOP, True), ("en-US", PHONE, False)])
def test_a_program_hears_of_a_visit_and_who_set_it_up_is_found_in_the_log(
    site, open_page, settings, locale, viewport, script
):
    store = make.store()
    admin = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.admin, script=script)
    with listener() as heard:
        settings.GUISHU_HOOKS_INSIDE = frozenset({heard.place})
        admin.go("/settings/webhooks")
        admin.page.fill("#id_name", "ERP")
        admin.page.fill("#id_address", "https://169.254.169.254/latest")
        admin.page.check("input[value='visit.registered']")
        admin.click("form[action$='/webhooks'] button.pri")
        assert admin.page.locator("#id_address_error").count() == 1
        admin.page.fill("#id_address", f"http://{heard.place}/in")
        admin.click("form[action$='/webhooks'] button.pri")
        secret = admin.page.inner_text("p.codes")
        admin.click("section[role=status] a.btn")
        admin.click("form[action$='/try'] button")
        make.arrived(store, clock.now())
        assert drain(at=clock.now()) == 1
        assert [got.json["type"] for got in heard.got] == ["webhook.test", "visit.registered"]
        assert all(true(got, secret) for got in heard.got)
        admin.go(admin.page.url.removeprefix(site))
        assert admin.page.locator("tbody .tag.ok").count() == 2
    admin.go("/audit")
    admin.page.click("details > summary")
    admin.page.select_option("#id_act", "hook")
    admin.page.fill("#id_address", "127.0.0.1")
    admin.click("details button")
    assert admin.page.locator("tbody tr").count() == 2  # made, tried
    assert "127.0.0.1" in admin.text()
