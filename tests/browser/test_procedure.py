"""协商 on a telephone in one tap after reading, without JavaScript too; an appeal from the party's telephone to the next level's desk."""

from arbitration.models import Appeal, Collision, Settlement
from tests import make, procedure
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock


def test_terms_are_confirmed_in_one_tap_and_a_ruling_is_appealed_against(site, open_page):
    store = make.store()
    case = procedure.contested(store)
    procedure.written(store, case)

    def window(here, viewport, **more):
        script = more.pop("script", True)
        person = Person(open_page(viewport=viewport, script=script, **more), site, here, script=script)
        person.go(f"/cases/{case.no}")
        return person

    with clock.standing_at(make.at("2025-04-28 15:00")):
        wang = window(store.wang, PHONE, script=False)
        wang.click("button[name=agrees][value=yes]")
        assert "各方已确认" in wang.text()
        assert Settlement.objects.get().state == "confirmed"
        procedure.ruled(store, Collision.objects.get(), when=make.at("2025-04-28 15:30"))
    with clock.standing_at(make.at("2025-04-29 09:00")):
        li = window(store.li, PHONE, locale="en")
        li.page.click("details:has(form[action$='/appeal']) summary")
        li.page.fill("#appeal_reason", "我先报备的")
        li.click("form[action$='/appeal'] button.pri")
        general = window(store.general, DESKTOP)
        general.page.click("label[for=decide_outcome_0]")
        general.page.fill("#decide_reason", "看过记录，维持")
        general.page.fill("#decide_password", make.PASSWORD)
        general.click("form[action$='/decide'] button.pri")
        assert "看过记录，维持" in general.text()
        assert Appeal.objects.get().state == "upheld"
