"""Somebody hands in a week's record and signs the policy; then leaves, and two sign for it. On a telephone and a desk, both languages."""

from leads.models import Contact, Ownership
from leads.services import log_contact
from people.models import HandOver, Routine
from people.services.routines import lay_out
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

NOW = make.at("2025-04-28 14:05")
BUTTON = "main form button.pri"


def week_of(here):
    """Their weekly record, with one visit of this morning."""
    make.registered(here, make.at("2025-04-28 09:00"))
    visit = log_contact(
        here=here,
        customer=make.customer(),
        mode=Contact.Mode.FIELD_VISIT,
        at=make.at("2025-04-28 10:00"),
        confirmed=True,
    )
    lay_out(at=NOW)
    return Routine.objects.get(kind="visit_report", user=here.user), visit


def test_a_week_is_handed_in_and_the_one_who_did_it_leaves(site, open_page):
    store = make.store()
    with clock.standing_at(NOW):
        week, visit = week_of(store.li)
        li = Person(open_page(viewport=PHONE, locale="en"), site, store.li)
        li.go("/work")
        li.click(f"a[href='/work/{week.pk}']")
        li.page.fill(f"#purpose_{visit.pk}", "报价")
        li.page.fill(f"#result_{visit.pk}", "未见到")
        li.click("form[action$='/visits'] button")
        li.click(f"form[action$='/done'] {'button.pri'}")
        assert Routine.objects.get(pk=week.pk).done_by == store.li.user
        li.go("/work/ack")
        li.click(BUTTON)

        manager = Person(open_page(viewport=DESKTOP), site, store.manager)
        for url in [f"/work/{row.pk}" for row in Routine.objects.filter(user=None)]:
            manager.go(url)
        manager.go("/handovers/new")
        manager.page.select_option("#id_user", str(store.li.user.pk))
        manager.page.fill("#id_last_day", "2025-04-28")
        manager.click(BUTTON)
        manager.page.fill("#id_password", make.PASSWORD)
        manager.click(BUTTON)
        no = HandOver.objects.get().no
        li.page.goto(f"{site}/work")
        assert "/login" in li.page.url
        manager.click(f"a[href='/handovers/{no}/customers']")
        manager.page.check("input[name='which'][value='all']", force=True)
        manager.click(BUTTON)
        assert Ownership.objects.open().get().holder == "company"

        finance = Person(open_page(viewport=PHONE), site, store.finance)
        finance.go(f"/handovers/{no}")
        for box in finance.page.query_selector_all("input[name='books']"):
            box.check()
        finance.click("form[action$='/books'] button")
        finance.page.fill("#finance_password", make.PASSWORD)
        finance.click("form[action*='/sign'] button")
        admin = Person(open_page(viewport=DESKTOP, locale="en"), site, store.admin)
        admin.go(f"/handovers/{no}")
        admin.page.fill("#office_password", make.PASSWORD)
        admin.click("form[action*='/sign'] button")
        admin.click("form[action$='/archive'] button")
        assert HandOver.objects.get().after["customers"] == 0
        admin.go("/handovers")
        admin.go("/settings/routines")
