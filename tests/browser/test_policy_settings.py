"""设置 → 制度 and 提成方案 in a real browser: choose, set, check, go back, put in force; a plan, and what it points out."""

import pytest

from arbitration.policies import offers
from finance.models import CommissionPlan
from leads.services import sign_deal
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

SIZES = pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(DESKTOP, "zh-CN", True), (PHONE, "en-US", True), (PHONE, "en-US", False)],
    ids=["chinese-at-1280", "english-at-390", "without-javascript"],
)


@SIZES
def test_a_company_that_begins_puts_a_policy_in_force(site, open_page, viewport, locale, script):
    estate = make.estate()
    with clock.standing_at(make.MOMENT):
        boss = Person(open_page(viewport=viewport, locale=locale, script=script), site, estate.general, script=script)
        boss.go("/settings/policies")
        boss.click("section a[href='/settings/policies/sales-office']")
        boss.page.fill("#id_p_protect_days", "0")
        boss.page.uncheck("#id_p_deal_event_0")
        boss.click("form[action*='/check'] button.pri")
        assert boss.page.get_attribute(".errsum a", "href") == "#id_p_protect_days"
        assert boss.page.input_value("#id_p_protect_days") == "0"
        boss.page.fill("#id_p_protect_days", "10")
        boss.page.fill("#id_protection_days", "10")
        boss.page.select_option("#id_route_6", "")
        boss.click("form[action*='/check'] button.pri")
        assert offers.open_rows(estate.project, make.MOMENT) == []
        boss.click("button[name=back]")
        assert boss.page.input_value("#id_protection_days") == "10"
        boss.click("form[action*='/check'] button.pri")
        boss.click("form[action$='/start'] button.pri")
        (row,) = offers.open_rows(estate.project, make.MOMENT)
        assert row.params == {"protect_days": 10, "deal_event": ["contract"]}
        estate.project.refresh_from_db()
        assert (estate.project.terms.protection_days, len(estate.project.terms.routing)) == (10, 5)
        boss.go("/settings/policies/first-report")  # another holds the matter
        assert boss.page.query_selector("a[href='/settings/policies/sales-office/stop']")
        boss.go("/policy")
    with clock.standing_at(make.at("2025-04-28 14:30")):
        boss.go("/settings/policies/sales-office/stop")
        boss.page.fill("#id_password", make.PASSWORD)  # it is long since they showed who they are
        boss.click("main form button.pri")
        assert offers.open_rows(estate.project, make.at("2025-04-28 14:30")) == []


@SIZES
def test_a_plan_is_set_and_a_wrong_commission_is_pointed_out(site, open_page, viewport, locale, script):
    store = make.store()
    make.registered(store.li, make.at("2025-04-02 10:00"))
    sign_deal(
        here=store.li, customer=make.customer(), closer=store.li.user, amount_fen=100_000_00, commission_fen=25_000_00, designer=None,
        term_months=None, at=make.at("2025-04-20 10:00"),
    )  # fmt: skip
    with clock.standing_at(make.MOMENT):
        money = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.finance, script=script)
        money.go("/settings/plans")
        money.page.select_option("#id_who", "role:salesperson")
        money.page.fill("#id_rate", "2.5%")
        money.page.fill("#id_since", "2025-01-01")
        money.click("main form button.pri")
        assert "2.5%" in money.text()
        money.click("tbody a")
        money.page.fill("#change_rate", "3")
        money.page.fill("#change_since", "2025-05-01")
        money.click("form[action$='/change'] button.pri")
        assert sorted(CommissionPlan.objects.values_list("rate_bp", flat=True)) == [250, 300]
        money.go("/period/202504")
        assert "¥2,500.00" in money.text()
