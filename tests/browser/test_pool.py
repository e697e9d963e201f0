"""公海 on a desk and on a telephone: given up, taken, handed over with approval, the deed printed, the rules set."""

from leads.models import Deed, Ownership, Transfer
from leads.services import release_to_pool
from people.terms import Terms
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock

NOW = make.at("2025-04-28 14:05")


def owner():
    return Ownership.objects.open().get(customer=make.customer()).user


def test_a_customer_goes_through_the_pool_to_a_colleague_and_onto_paper(site, open_page):
    store = make.store()
    terms = Terms(protection_days=7, protection_min=7, protection_max=10, pool_claims_a_day=3)
    store.project.terms_data = terms.as_json()
    store.project.save()
    with clock.standing_at(NOW):
        make.registered(store.li, make.at("2025-04-27 10:00"))
        release_to_pool(here=store.li, customer=make.customer(), reason="客户不买了", at=make.at("2025-04-28 09:00"))
        wang = Person(open_page(viewport=PHONE), site, store.wang)
        wang.go("/pool")
        wang.click("form[action$='/claim'] button")
        assert owner() == store.wang.user
        wang.click("a[href$='/transfer']")
        wang.page.select_option("#id_to", str(store.sun.user.pk))
        wang.page.select_option("#id_consent", "none")
        wang.page.fill("#id_reason", "我忙不过来")
        wang.click("main form button.pri")
        assert "不能私自转交" in wang.text()
        wang.page.select_option("#id_consent", "department")
        wang.click("main form button.pri")
        boss = Person(open_page(locale="en"), site, store.manager)
        boss.go("/transfers")
        boss.click("button[name='approve'][value='yes']")
        assert (owner(), Transfer.objects.get().state) == (store.sun.user, "done")
        boss.go(f"/customers/{make.customer().pk}/deed")
        boss.page.select_option("#id_user", str(store.sun.user.pk))
        boss.page.fill("#id_signed_on", "2025-04-28")
        boss.click("main form button.pri")
        assert Deed.objects.get().no in boss.text()


def test_the_rules_are_set_without_a_mouse_and_without_scripts(site, open_page):
    store = make.store()
    with clock.standing_at(NOW):
        keeper = Person(open_page(viewport=PHONE, locale="en", script=False), site, store.general, script=False)
        keeper.go("/settings/protection")
        keeper.page.fill("#id_protection_days", "7")
        keeper.page.fill("#id_extend_days", "5")
        keeper.page.check("#id_extend_on input[value='visit']")
        keeper.click("main form button.pri")
        keeper.click("main form button.pri")
    store.project.refresh_from_db()
    assert store.project.terms == Terms(protection_days=7, extend_days=5, extend_on=("visit",))
