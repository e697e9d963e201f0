"""A colleague is stopped, asks, is let in by one button and calls; the desk records what it could not prevent."""

from leads.models import Contact
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock
from trail.models import Message
from visits.models import Conduct
from visits.services import leave

NOW = make.at("2025-04-28 14:05")


def test_a_colleague_asks_the_receiver_and_the_desk_records_an_interruption(site, open_page):
    store = make.store()
    make.terms(store.project, ask_receiver=True, routing=("asked_for",))
    make.registered(store.wang, make.at("2025-04-01 10:00"))
    make.registered(store.sun, make.at("2025-04-02 10:00"))
    store.project.refresh_from_db()
    visit = make.arrived(store, make.at("2025-04-28 10:00"), asked_for=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-28 11:00"))
    with clock.standing_at(NOW):
        sun = Person(open_page(viewport=PHONE), site, store.sun)
        sun.go(f"/customers/{make.customer().pk}")
        sun.page.select_option("#contact_mode", "call")
        sun.click("form[action$='/contact'] button")
        assert "先请 TA 允许，或请主管指派" in sun.text()
        sun.click(".errsum a.btn")
        sun.click("form[action$='/ask'] button")
        li = Person(open_page(viewport=PHONE), site, store.li)
        li.go(Message.objects.get(kind="permission.asked", to=str(store.li.user.pk)).link)
        li.click("main form.card button.pri")
        sun.go(f"/customers/{make.customer().pk}")
        sun.page.select_option("#contact_mode", "call")
        sun.click("form[action$='/contact'] button")
        sun.page.check("#contact_confirmed")  # it is 王芳's customer
        sun.click("form[action$='/contact'] button")
        assert Contact.objects.get().by == store.sun.user
        desk = Person(open_page(locale="en"), site, store.desk)
        desk.go(f"/conduct/new?visit={visit.no}")
        desk.page.select_option("#id_kind", "interruption")
        desk.page.select_option("#id_by", str(store.sun.user.pk))
        desk.page.fill("#id_happened_at", "2025-04-28T10:20")
        desk.click("main form button.pri")
        assert Conduct.objects.get().against == store.li.user
        boss = Person(open_page(), site, store.manager)
        boss.go("/conduct")
        assert "不是认定" in boss.text()
