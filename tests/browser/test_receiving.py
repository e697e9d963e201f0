"""On a telephone: the message that a customer is here, one tap, and the desk sees that they come."""

from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock


def test_from_the_message_to_coming_is_two_taps(site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        visit = make.arrived(store, make.MOMENT)
        wang = Person(open_page(viewport=PHONE), site, store.wang)
        wang.go("/inbox")
        wang.click("main li a.btn.pri")
        first = wang.page.locator("main button").first
        assert first.inner_text() == "我来接"
        assert first.bounding_box()["y"] + first.bounding_box()["height"] < PHONE["height"]
        wang.click("form[action$='/answer'] button")
        assert "14:05 应答" in wang.text()
        desk = Person(open_page(locale="en", script=False), site, store.desk, script=False)
        desk.go(f"/visits/{visit.no}")
        assert "Answered" in desk.text()
        desk.go("/rotation")
        assert visit.no in desk.text()
    assert visit.receptions.get().answered_at == make.MOMENT
