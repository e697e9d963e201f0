"""Deciding on a case in a real browser: how few steps it takes, back from the check page, a second window that comes too late."""

import pytest

from arbitration import services
from arbitration.models import Collision, Draft, Ruling
from leads.models import Registration
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
    window.page.check("#id_unheard")
    window.page.click("details:has(#id_owner) > summary")
    window.page.select_option("#id_owner", str(owner.user.pk))
    window.click("form[action*='/check'] button.pri")


def sign(window):
    window.page.fill("#id_password", make.PASSWORD)
    window.page.check("#id_checked")
    window.click("form[action*='/sign'] button.pri")


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
        first.click("form[action*='/check'] button.pri")
        otherwise(second, found, store.li, "李强报备在先")
        sign(first)
        assert Ruling.objects.get().owner == store.wang.user
        sign(second)
        assert second.page.input_value("#kept-reason") == "李强报备在先"


@pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(DESKTOP, "zh-CN", True), (PHONE, "en", True), (PHONE, "zh-CN", False)],
    ids=["zh-1280", "en-390", "without-javascript"],
)
def test_who_may_not_rule_passes_the_case_up(site, case, open_page, viewport, locale, script):
    store, found = case
    make.registered(make.person("tang", "唐宇", "salesperson", store.project), make.at("2025-04-10 12:00"))
    with clock.standing_at(make.at(WHEN)):
        boss = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.manager, script=script)
        boss.go("/cases")
        boss.click("tbody a")
        boss.page.fill("#id_reason", "我是其中一方的领导")
        boss.click("form[action*='/check'] button.pri")
        assert found.no in boss.text()  # the page to check and sign, with what follows from it
        sign(boss)
        boss.go("/cases?tab=others")
        assert found.no in boss.text()
    found.refresh_from_db()
    assert found.with_general_manager


class Counted:
    """Somebody whose clicks and taps are counted; typing counts where it is no code, and so does getting into the field."""

    def __init__(self, window):
        self.window, self.page, self.steps = window, window.page, 0

    def press(self, selector):
        self.steps += 1
        self.page.click(selector)
        self.page.wait_for_load_state()

    def write(self, selector, text):
        self.steps += 1
        self.page.fill(selector, text)

    def code(self):
        self.page.fill("#id_password", make.PASSWORD)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_a_clear_case_is_signed_in_six_actions_and_on_the_phone_in_five_taps(site, case, open_page, script):
    """Facts first: why in one click, the clause in none, the original evidence in one."""
    store, found = case
    for here in (store.li, store.wang):
        services.state_case(here=here, case=found, text="客户是我先联系的", at=make.at("2025-04-10 18:00"))
    with clock.standing_at(make.at(WHEN)):
        boss = Person(open_page(viewport=DESKTOP, script=script), site, store.manager, script=script)
        boss.go(f"/cases/{found.no}")
        assert boss.page.is_visible("text=D09-5a >> nth=0")
        boss.page.click("#prop ~ details:last-of-type > summary")
        assert boss.page.is_visible("#prop ~ details:last-of-type p")
        report = Registration.objects.get(by=store.li.user)
        boss.click(f"a[href='/register/{report.no}']")
        assert report.no in boss.text()
        if script:
            boss.page.clock.install()
        boss.go(f"/cases/{found.no}")
        acts = Counted(boss)
        acts.press("label[for='id_kind_0']")
        acts.write("#id_reason", "记录清楚")
        if script:
            boss.page.clock.fast_forward(6_000)
            boss.page.wait_for_timeout(300)
            assert Draft.objects.count() == 1
        acts.press("form[action*='/check'] button.pri")
        acts.write("#id_password", make.PASSWORD)
        acts.press("#id_checked")
        acts.press("form[action*='/sign'] button.pri")
        assert acts.steps <= 6
        assert Ruling.objects.get().kind == "agreed"
        services.reopen(here=store.general, case=found, reason="总经理复核", at=make.at(WHEN))
        general = Person(open_page(viewport=PHONE, script=script), site, store.general, script=script)
        general.go(f"/cases/{found.no}")
        taps = Counted(general)
        taps.press(".to-decide a")
        assert general.page.evaluate("document.activeElement.id") == "id_reason"
        general.page.keyboard.type("同意经理的意见")
        taps.press("label[for='id_kind_0']")
        taps.press("form[action*='/check'] button.pri")
        taps.code()
        taps.press("#id_checked")
        taps.press("form[action*='/sign'] button.pri")
        assert taps.steps <= 5
    assert Ruling.objects.filter(superseded_by=None).get().by == store.general.user
