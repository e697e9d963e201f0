"""Deciding on a case in a real browser: back from the check page, a second window that comes too late, passing up."""

import pytest

from arbitration.models import Collision, Ruling
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

WHEN = "2025-04-11 09:00"


@pytest.fixture
def case(site):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return store, Collision.objects.get()


def otherwise(window, case, owner, reason):
    """Rule otherwise, as far as the check page."""
    window.go(f"/cases/{case.no}")
    window.page.click("label[for='id_kind_1']")
    window.page.fill("#id_reason", reason)
    window.page.click("details:has(#id_owner) > summary")
    window.page.select_option("#id_owner", str(owner.user.pk))
    window.click("form[action$='/check'] button.pri")


def sign(window):
    window.page.fill("#id_password", make.PASSWORD)
    window.page.check("#id_checked")
    window.click("form[action$='/sign'] button.pri")


@pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(DESKTOP, "zh-CN", True), (PHONE, "en", True), (PHONE, "zh-CN", False)],
    ids=["chinese-at-1280", "english-at-390", "without-javascript"],
)
def test_back_from_the_check_page_and_too_late_in_a_second_window(site, case, open_page, viewport, locale, script):
    store, found = case
    with clock.standing_at(make.at(WHEN)):
        first, second = (
            Person(open_page(viewport=viewport, locale=locale, script=script), site, here, script=script)
            for here in (store.manager, store.general)
        )
        otherwise(first, found, store.wang, "王芳接待在先")
        first.click("button[name=back]")
        assert first.page.input_value("#id_reason") == "王芳接待在先"
        assert first.page.input_value("#id_owner") == str(store.wang.user.pk)
        first.click("form[action$='/check'] button.pri")
        otherwise(second, found, store.li, "李强报备在先")
        sign(first)
        assert Ruling.objects.get().owner == store.wang.user
        sign(second)
        assert second.page.input_value("#kept-reason") == "李强报备在先"


@pytest.mark.parametrize(("viewport", "locale"), [(DESKTOP, "zh-CN"), (PHONE, "en")], ids=["zh-1280", "en-390"])
def test_who_may_not_rule_passes_the_case_up(site, case, open_page, viewport, locale):
    store, found = case
    make.registered(make.person("tang", "唐宇", "salesperson", store.project), make.at("2025-04-10 12:00"))
    with clock.standing_at(make.at(WHEN)):
        boss = Person(open_page(viewport=viewport, locale=locale), site, store.manager)
        boss.go("/cases")
        boss.click("tbody a")
        boss.page.fill("#id_reason", "我是其中一方的领导")
        boss.click("form[action$='/check'] button.pri")
        sign(boss)
        boss.go("/cases?tab=others")
        assert found.no in boss.text()
    found.refresh_from_db()
    assert found.with_general_manager
