"""A month in a real browser: a statement confirmed on a phone without script, a line explained by one click, closed by four."""

import pytest

from finance.models import Period
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from tests.periods import APRIL, MAY, all_confirm, contested, shared
from trail import clock


@pytest.fixture
def store(site):
    made = make.store()
    contested(made)
    shared(made)
    with clock.standing_at(MAY):
        yield made


class Counted(Person):
    """Somebody whose clicks are counted."""

    clicks = 0

    def click(self, selector):
        self.clicks += 1
        super().click(selector)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_month_without_blockers_is_closed_in_four_clicks_and_a_line_explained_in_one(store, site, open_page, script):
    li = Person(open_page(viewport=PHONE, script=script), site, store.li, script=script)
    li.go(f"/statements/{APRIL}")
    li.click(".card a[href^='/entries/']")
    assert "¥1,999.803333" in li.text()
    li.go(f"/statements/{APRIL}")
    li.click("form[action$='/confirm'] button")
    assert "已确认" in li.text()
    all_confirm(store)
    finance = Counted(open_page(script=script), site, store.finance, script=script)
    finance.go("/period")
    finance.click("#lines ~ .tw a[href^='/entries/']")
    assert (finance.clicks, "改判：两人都跟过" in finance.text()) == (1, True)
    finance.clicks = 0
    finance.go("/period")
    finance.click(f"a[href='/period/{APRIL}/close']")
    finance.click("label:has(#id_checked)")
    finance.page.focus("#id_password")  # by the Tab key
    finance.page.keyboard.type(make.PASSWORD)
    finance.click("main form button.pri")
    assert finance.clicks <= 4
    assert Period.objects.get(month=APRIL).closed_at is not None
    finance.go(f"/period/{APRIL}/figures")
    general = Person(open_page(viewport=PHONE, script=script), site, store.general, script=script)
    general.go(f"/period/{APRIL}")
    general.click(f"a[href='/period/{APRIL}/reopen']")
