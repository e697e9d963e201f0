"""两步验证 in a real browser: turned on with a telephone, then logging in, signing out of reach without it."""

import pyotp
import pytest

from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from tests.people.factors import STEP, enrolled
from trail import clock


def test_somebody_turns_it_on_and_comes_in_with_a_code_on_a_small_screen_in_english(site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        wang = Person(open_page(viewport=PHONE, locale="en"), site, store.wang)
        wang.go("/account")
        wang.click("a[href='/account/second-factor']")
        wang.click("form[action$='/begin'] button.pri")
        assert wang.page.locator(".qr svg").bounding_box()["width"] > 150
        secret = wang.page.inner_text("span.codes").replace(" ", "")
        wang.page.fill("#first_code", pyotp.TOTP(secret).at(make.MOMENT))
        wang.click("form[action$='/confirm'] button.pri")
        assert wang.page.locator("ul.codes li").count() == 10
        wang.click("a.pri")
        wang.go("/account")
        wang.click("form[action='/logout'] button")
    with clock.standing_at(make.MOMENT + STEP):
        again = Person(wang.page, site, store.wang, typed=True)
        again.look()
        assert again.page.url == f"{site}/login/code"
        again.page.fill("#id_code", "000000")
        again.click("main form button.pri")
        assert "Wrong code" in again.text()
        again.page.fill("#id_code", pyotp.TOTP(secret).at(make.MOMENT + STEP))
        again.click("main form button.pri")
        assert again.page.url == f"{site}/me"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_the_code_then_the_file_comes_by_itself(site, open_page, script):
    store = make.store()
    telephone = enrolled(store.finance.user)
    with clock.standing_at(make.MOMENT):
        money = Person(open_page(script=script), site, store.finance, script=script, typed=True)
        money.page.fill("#id_code", telephone.code(make.MOMENT))
        money.click("main form button.pri")
    with clock.standing_at(make.MOMENT + 60 * STEP):  # half an hour later
        money.go("/period/202504")
        money.click("button[value='csv']")
        money.page.fill("#id_code", telephone.code(make.MOMENT + 60 * STEP))
        with money.page.expect_download() as download:
            money.page.click("main form button.pri")
        assert download.value.suggested_filename == "splits-202504.csv"
        money.look()
        money.go("/period/202504")
        with money.page.expect_download():
            money.page.click("button[value='xlsx']")
