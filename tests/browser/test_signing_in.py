"""Coming in, in a real browser: the duty page, setting up, the devices one is in on, and ending another."""

import pytest

from people.models import Installation, Provider, SignIn
from people.services.single_sign_on import Given, link_identity, save_provider
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE, axe, too_wide
from tests.browser.people import Person, enrol
from trail import clock


@pytest.mark.parametrize(
    ("viewport", "locale", "script"), [(DESKTOP, "zh-CN", True), (PHONE, "en", False)], ids=["chinese", "english-without-script"]
)  # fmt: skip
def test_a_manager_is_led_to_the_second_factor_and_ends_another_session(site, open_page, viewport, locale, script):
    store = make.store()
    Installation.objects.create(administrator=store.admin.user, at=make.LONG_AGO)
    given = Given(kind="feishu", name="飞书", address="", client="a", agent="c", secret="b")
    provider = save_provider(here=store.admin, given=given, at=make.MOMENT)
    link_identity(provider=provider, external_id="m", user=store.manager.user, at=make.MOMENT)
    with clock.standing_at(make.MOMENT):
        before = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.manager, script=script)
        boss = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.manager, script=script)
        boss.page.goto(site + "/cases")
        boss.look()
        assert boss.page.url == f"{site}/account/second-factor"
        enrol(boss.page, boss.look)
        assert boss.page.url == f"{site}/cases"
        boss.go("/account")
        assert boss.page.locator("form[action^='/account/sessions/'][action$='/end'] button").count() == 2
        boss.click("form[action$='/end'] button >> nth=0")
        assert SignIn.objects.filter(ended="by_owner").count() == 1
        before.go("/cases")
        assert before.page.url.startswith(f"{site}/login")
        assert before.page.locator(f"a[href^='/login/with/{provider.pk}']").count() == 1


def test_an_administrator_sees_the_ways_to_come_in_and_a_stranger_what_to_do(site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        admin = Person(open_page(viewport=PHONE), site, store.admin)
        admin.go("/settings/signing-in")
        admin.click("main a[href='/settings/signing-in/new']")
        admin.page.select_option("#id_kind", "dingtalk")
        for name, value in (("name", "钉钉"), ("client", "ding-app"), ("agent", "ding-corp"), ("secret", "s")):
            admin.page.fill(f"#id_{name}", value)
        admin.click("main form button.pri")
        assert "/login/with/" in admin.page.input_value("#back")
        admin.go("/settings/signing-in")
        admin.go(f"/settings/people/{store.admin.user.pk}")
        stranger = open_page(viewport=PHONE, locale="en")
        stranger.goto(f"{site}/login/with/{Provider.objects.get().pk}/back")
        assert "did not begin in this browser" in stranger.inner_text("main")
        assert (axe(stranger), too_wide(stranger)) == ([], False)
