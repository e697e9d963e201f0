"""The queue by keyboard alone: J and K move, Enter opens, 1 claims, H postpones; never while somebody types, nor once switched off."""

from datetime import timedelta

import pytest

from arbitration.models import Collision, KeySettings
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def cases(site):
    store = make.store()
    for n in range(3):
        for here in (store.li, store.wang):
            make.registered(here, make.at(f"2025-04-0{n + 1} 10:00"), number=f"1380000000{n}")
    return store, list(Collision.objects.order_by("opened_at"))


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def test_a_manager_works_through_the_queue_by_single_keys(open_page, site, cases):
    store, (first, second, third) = cases
    manager = Person(open_page(), site, store.manager)
    page = manager.page
    manager.go("/cases")
    for key, at in (("j", first), ("j", second), ("j", third), ("j", third), ("k", second)):
        page.keyboard.press(key)
        assert focused(page) == at.no
    page.keyboard.press("1")
    page.wait_for_selector("#live .note")
    assert Collision.objects.get(pk=second.pk).taken_by == store.manager.user
    page.locator("details.card > summary").click()
    page.locator("#id_least").focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "id_least"
    manager.go("/cases?tab=todo")
    page.keyboard.press("j")
    page.keyboard.press("h")
    page.wait_for_url("**/postpone?*")
    page.fill("#id_until", f"{make.MOMENT.date() + timedelta(days=2)}")
    page.fill("#id_reason", "等公证处")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases?*")
    assert Collision.objects.get(pk=first.pk).postponed_until is not None
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{second.no}?*")
    page.get_by_role("link", name="下一件").click()
    page.wait_for_url(f"**/cases/{third.no}?*")
    KeySettings.objects.create(user=store.manager.user, letters=False)
    manager.go("/cases")
    page.keyboard.press("j")
    assert focused(page) not in (second.no, third.no)


def test_its_pages_are_accessible_and_fit_a_phone(open_page, site, cases):
    store, (first, *_rest) = cases
    general = Person(open_page(viewport=PHONE, locale="en"), site, store.general)
    for address in ("/cases", "/cases/warnings", "/cases/insight", "/account/keys", f"/cases/{first.no}/postpone"):
        general.go(address)
