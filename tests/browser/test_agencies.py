"""A collision between two agencies in a real browser: brought at the desk, proved by call lists, objected to, talked over, ruled."""

import os

import pytest

from arbitration.models import Collision
from leads.services import sign_deal
from tests import agencies, ledger, make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import PICTURES, Person
from trail import clock

OBJECTION = "details:has(form[action$='/objection'])"
TALKS = "details:has(form[action$='/negotiation'])"


def case_page(person):
    person.go(f"/cases/{Collision.objects.get().no}")
    return person


def brings(desk, agent):
    """The desk logs the customer with the agent who came along."""
    desk.go("/desk")
    desk.page.fill("#id_name", "张建国")
    desk.page.fill("#id_phone", make.PHONE)
    desk.page.select_option("#id_invited_by", "none")
    desk.page.select_option("#id_asked_for", "none")
    desk.page.select_option("#id_brought_by", str(agent.user.pk))
    desk.page.click("label[for='id_first_time_0']")
    desk.page.wait_for_timeout(300)  # the routing card may be on its way
    desk.look()
    desk.click("#routing button.pri")
    return desk.text()


def submits(agent, own, call_at):
    """An agent puts a call list on record."""
    case_page(agent)
    agent.click("a[href$='/calls']")
    agent.page.select_option("#calls_issuer", "china_mobile")
    agent.page.check("#calls_official")
    agent.page.fill("#calls_own", own)
    agent.page.fill("#calls_customer", make.PHONE)
    agent.page.fill("#calls_at_0", call_at)
    agent.page.select_option("#calls_way_0", "out")
    agent.click("form:has(#calls_at_0) button.pri")
    return agent.text()


def enters(agent, number):
    agent.go("/numbers")
    agent.page.fill("#id_number", number)
    agent.click("main form button.pri")


def test_two_agencies_from_the_report_to_the_money(site, open_page):
    estate = make.estate()
    agencies.in_force(estate)

    def window(here, **given):
        return Person(open_page(**given), site, here)

    with clock.standing_at(make.at("2025-03-05 09:00")):
        for here, number in ((estate.anju, agencies.ANJU), (estate.hengxin, agencies.HENGXIN)):
            enters(window(here), number)
    for here, moment in ((estate.anju, "2025-03-06 09:12"), (estate.hengxin, "2025-03-07 10:05")):
        with clock.standing_at(make.at(moment)):
            window(here).register(f"{here.organisation.name}，张先生，{make.PHONE}")
    with clock.standing_at(make.at("2025-03-10 15:00")):
        assert "DF-250310-" in brings(window(estate.desk), estate.anju)
    with clock.standing_at(make.at("2025-03-12 10:30")):
        brings(window(estate.desk), estate.hengxin)
    with clock.standing_at(make.at("2025-03-14 16:00")):
        objector = case_page(window(estate.anju))
        objector.page.click(f"{OBJECTION} summary")
        objector.page.check("#objection_sure")
        objector.click(f"{OBJECTION} button.pri")
    sign_deal(
        here=estate.manager, customer=make.customer(), closer=estate.hengxin.user, amount_fen=agencies.AMOUNT,
        commission_fen=agencies.COMMISSION, designer=None, term_months=None, at=make.at("2025-03-15 15:00"),
    )  # fmt: skip
    with clock.standing_at(make.at("2025-04-08 09:30")):
        assert "138****0001" in submits(window(estate.anju), agencies.ANJU, "2025-03-09T10:20")
        second = submits(window(estate.hengxin), agencies.HENGXIN, "2025-03-09T18:40")
        assert "138****0001" not in second
        waiting = case_page(window(estate.manager)).text()
        assert "2025年4月16日" in waiting
    with clock.standing_at(make.at("2025-04-10 15:00")):
        site_ = case_page(window(estate.counterpart))
        site_.page.click(f"{TALKS} summary")
        site_.page.select_option("#negotiation_outcome", "failed")
        site_.click(f"{TALKS} button.pri")
    with clock.standing_at(make.at("2025-04-20 10:00")):
        ruled = window(estate.manager).agree("按合同第八条，两家都有确认单和清单")
        for said in ("安居公司 40%", "恒信公司 60%", "D07-8.6.2"):
            assert said in ruled
    with clock.standing_at(make.at("2025-04-21 10:00")):
        small = {"viewport": PHONE, "locale": "en"}
        told = case_page(window(estate.anju, **small))
        for said in ("安居公司 40%", "恒信公司 60%", "Accepted", "Evidence"):
            assert said in told.text()
        money = window(estate.finance, **small)
        money.go("/period/202504")
        assert "¥20,000.00" in money.text()
        assert "¥30,000.01" in money.text()
        own = window(estate.hengxin, **small)
        own.go("/statements/202504")
        assert "¥30,000.01" in own.text()
    assert sum(fen for _who, fen in ledger.splits()) == agencies.COMMISSION


@pytest.mark.parametrize(
    ("viewport", "locale"), [(DESKTOP, "zh-CN"), (PHONE, "en")], ids=["chinese-at-1280", "english-at-390"]
)
def test_the_pages_of_a_case_between_agencies_keep_nobody_out(site, open_page, viewport, locale):
    estate = make.estate()
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-06 10:20")  # four days before: not taken
    visit = case.customer.visits.order_by("arrived_at").first()
    picture = os.environ.get("GUISHU_PICTURES")
    with clock.standing_at(make.at("2025-04-20 10:00")):
        for name in ("anju", "counterpart", "manager"):
            person = Person(open_page(viewport=viewport, locale=locale), site, getattr(estate, name))
            case_page(person)
            for closed in person.page.query_selector_all("details:not([open]) > summary"):
                closed.click()
            person.look()
            if picture:
                path = PICTURES / f"agencies-{name}-{viewport['width']}.png"
                person.page.screenshot(path=path, full_page=True)
            person.go("/numbers")
        desk = Person(open_page(viewport=viewport, locale=locale), site, estate.desk)
        for url in ("/desk", f"/visits/{visit.no}", f"/visits/{visit.no}/slip"):
            desk.go(url)
