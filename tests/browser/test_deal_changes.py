"""An agency's deal gets a lower price after Party A has paid some of it: at a desk in Chinese, on a phone in English."""

from tests import ledger, make
from tests.arbitration.test_collisions import signed
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock


def test_finance_settles_and_the_manager_changes_the_price(site, open_page):
    estate = make.estate()
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    deal = signed(estate, estate.anju, commission=6_000_00)
    with clock.standing_at(make.MOMENT):
        money = Person(open_page(), site, estate.finance)
        money.go("/settlements")
        money.click("tbody a")
        money.page.fill("#id_amount", "2000")
        money.page.fill("#id_slip", "FP-20250428")
        money.click("main form button.pri")
        assert "FP-20250428" in money.text()
        assert "¥4,000.00" in money.text()
        boss = Person(open_page(viewport=PHONE, locale="en"), site, estate.manager)
        boss.go(f"/deals/{deal.no}")
        boss.click("a[href$='/change/price']")
        boss.page.fill("#id_amount", str(deal.amount_fen // 200))
        boss.page.fill("#id_reason", "客户换了户型")
        boss.click("main form button.pri")
        assert "¥3,000.00" in boss.text()
        boss.click("main form button.pri")
        assert "客户换了户型" in boss.text()
    assert ledger.sums(deal) == {estate.anju.organisation: 3_000_00}
