"""投诉和事件 in a browser: a walk-out from a telephone without scripts, a complaint at a desk by the keyboard, a month as a plot."""

from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from tests.visits.incidents import keeping, opened
from trail import clock
from visits.models import Incident

NOW = make.at("2025-04-28 14:05")


def test_a_walk_out_is_entered_and_worked_through_on_a_phone_without_scripts(site, open_page):
    store = keeping(make.store())
    with clock.standing_at(NOW):
        desk = Person(open_page(viewport=PHONE, script=False), site, store.desk, script=False)
        desk.go("/incidents")
        desk.click("a[href='/incidents/new']")
        desk.click("a[href$='kind=walkout']")
        desk.page.fill("#id_what", "没付钱就走了")
        desk.click("main form button.pri")
        desk.page.click("#evidence summary")
        desk.click("#evidence button")
        assert "选留下了哪种证据" in desk.text()
        desk.page.check("#evidence input[value='video']")
        desk.click("#evidence button")
        assert Incident.objects.get().steps.get(code="evidence").evidence == ["video"]


def test_a_complaint_is_entered_by_the_keyboard_and_counted(site, open_page):
    store = keeping(make.store())
    with clock.standing_at(NOW):
        opened(store.desk, "complaint", make.at("2025-04-20 10:00"), cause="defect")
        boss = Person(open_page(locale="en"), site, store.manager)
        boss.go("/incidents/new?kind=complaint")
        boss.page.fill("#id_what", "The door does not close")
        boss.page.keyboard.press("Control+Enter")
        boss.page.wait_for_url("**/incidents/SJ-*")
        boss.look()
        boss.go("/incidents?late=on")
        boss.click("tbody a")
        boss.go("/incidents/figures?month=2025-04")
        assert boss.page.locator("svg.plot").count() == 2
