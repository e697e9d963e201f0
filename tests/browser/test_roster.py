"""A secretary with a telephone fills the roster; the administrator changes the calendar and what the desk says and prints."""

import re

from leads.models import Customer
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock
from visits.models import Duty, Place, SiteTexts
from visits.services import save_texts
from visits.wording import NOTE_LINES

NOW = make.at("2025-04-28 14:05")
ADD = "form:has(#id_day) button.pri"


def adds(secretary, here, since, until):
    page = secretary.page
    page.select_option("#id_day", "2025-04-29")
    page.select_option("#id_user", str(here.user.pk))
    page.fill("#id_since", since)
    page.fill("#id_until", until)
    secretary.click(ADD)
    return secretary.text()


def test_a_week_is_filled_on_a_telephone_in_english(site, open_page):
    store = make.store()
    make.person("new", "新人", "salesperson", store.project)
    here = make.person("sec", "宋秘", "secretary", store.project)
    with clock.standing_at(NOW):
        secretary = Person(open_page(viewport=PHONE, locale="en"), site, here)
        secretary.go("/settings/roster")
        assert "Tue 14:00–18:00 nobody on duty" in adds(secretary, store.li, "09:00", "14:00")
        assert "李强 is already on duty at 秀兰门店, 29 Apr 09:00–14:00" in adds(secretary, store.li, "13:00", "18:00")
        assert "Tue 14:00" not in adds(secretary, store.wang, "13:00", "18:00")
        secretary.click("a[href*='/shifts/']")
        secretary.page.fill("#id_until", "13:00")
        secretary.click(ADD)
        assert "09:00–13:00" in secretary.text()
        secretary.click("form[action$='/remove'] button")
        secretary.click("a[href*='2025-W19']")
        secretary.click("form[action*='/copy'] button")
        assert "Copied 1 shift from last week" in secretary.text()
        assert Duty.objects.count() == 2
        secretary.go("/settings/rotation")
        secretary.page.select_option("#id_user", label="新人")
        secretary.click("form:has(#id_user) button.pri")
        secretary.click("ol li:last-child button[value='up']")
    assert Place.objects.order_by("position")[3].user.name == "新人"


def test_the_calendar_and_the_texts_are_changed_without_javascript(site, open_page):
    store = make.store()
    with clock.standing_at(NOW):
        admin = Person(open_page(viewport=DESKTOP, script=False), site, store.admin, script=False)
        admin.go("/settings/calendar")
        admin.page.fill("#id_first", "2025-12-29")
        admin.page.fill("#id_last", "2025-12-31")
        admin.page.fill("#id_name", "秋游三天")
        admin.click("form:has(#id_first) button.pri")
        assert "12月29日–12月31日" in admin.text()
        admin.go("/settings/texts")
        admin.page.fill("#id_greeting", "欢迎光临{site}")
        admin.click("button[name='look']")
        assert "欢迎光临秀兰门店" in admin.text()
        admin.click("form:has(#id_greeting) button.pri")
        desk = Person(open_page(viewport=DESKTOP, script=False), site, store.desk, script=False)
        desk.go("/desk")
        desk.click("details summary")
        assert "欢迎光临秀兰门店" in desk.text()


def test_the_pages_keep_nobody_out_at_either_size(site, open_page):
    store = make.store()
    with clock.standing_at(NOW):
        for viewport, locale in ((DESKTOP, "zh-CN"), (PHONE, "en")):
            admin = Person(open_page(viewport=viewport, locale=locale), site, store.admin)
            for url in ("calendar", "calendar?year=2030", "texts", "roster", "rotation"):
                admin.go(f"/settings/{url}")


def test_the_fullest_slip_is_one_page_of_a5(site, open_page):
    store = make.estate()
    brought = {"brought_by": store.anju.user, "invited_by": store.xu.user, "asked_for": store.xu.user}
    visit = make.arrived(store, NOW, name="阿" * 60, **brought)
    note = "\n".join(["您的信息仅用于确认到访与后续联系，可要求更正或删除。您的信息仅用于确认到访。"] * NOTE_LINES)
    texts = {
        "greeting": "",
        "farewell": "",
        "slip_heading": "客户到访确认单客户到访确认" * 2,
        "slip_note": (note + "说明" * 99)[:200],
    }
    save_texts(here=store.desk, site=store.site, texts=texts, at=NOW)
    assert (Customer.objects.count(), SiteTexts.objects.count()) == (1, 1)
    with clock.standing_at(NOW):
        desk = Person(open_page(locale="en"), site, store.desk)
        desk.go(f"/visits/{visit.no}/slip")
        printed = desk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
