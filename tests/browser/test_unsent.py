"""A login that ends while somebody writes, in a real browser: what they typed comes back and waits for them."""

import pytest

from leads.models import Registration
from people.services.sessions import end_for
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock


@pytest.mark.parametrize(
    ("viewport", "locale", "script"), [(DESKTOP, "zh-CN", True), (PHONE, "en", False)], ids=["chinese", "english-without-script"]
)  # fmt: skip
def test_a_report_typed_when_the_login_had_ended_is_sent_once_it_was_looked_at(
    site, open_page, viewport, locale, script
):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        li = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.li, script=script)
        li.go("/register")
        end_for(here=store.admin, user=store.li.user, at=make.MOMENT)
        li.page.fill("#id_text", "王小明先生 13912345678")
        li.click("main form[action='/register'] button.pri")
        assert li.page.url.startswith(f"{site}/login?next=/register")
        li.page.fill("#id_username", store.li.user.username)
        li.page.fill("#id_password", make.PASSWORD)
        li.click("main form button.pri")
        assert li.page.url == f"{site}/register"
        assert li.page.input_value("#id_text") == "王小明先生 13912345678"
        assert ("没送出去" if locale == "zh-CN" else "this was not sent") in li.text()
        assert not Registration.objects.exists()
        li.click("main form[action='/register'] button.pri")
        assert Registration.objects.count() == 1
