"""The confirmation slip on paper, exactly one page of either size whatever stands on it, and signed on the customer's phone."""

import re

import pytest

from people.models import Organisation, Site, User
from tests import make
from tests.browser.fixtures import PHONE, axe, too_wide
from tests.browser.people import Person
from trail.clock import standing_at
from visits import services
from visits.models import SiteRules, SiteTexts, Visit

LONG = "阿卜杜勒拉赫曼买买提艾合麦提江吐尔逊古丽帕提曼夏木西努尔"
A5, ROLL = (595, 420), (227, 842)  # points


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def box(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", pdf)
    assert found
    return round(float(found[1])), round(float(found[2]))


def visited(estate: make.Estate, *, extreme: bool) -> Visit:
    """A visit with a showing; extreme: every name and text as long as it may be."""
    if extreme:
        User.objects.all().update(name=(LONG * 3)[:60])
        Organisation.objects.filter(pk=estate.anju.organisation.pk).update(name=(LONG * 4)[:80])
        Site.objects.filter(pk=estate.site.pk).update(name=(LONG * 3)[:60])
        SiteTexts.objects.create(
            site=estate.site, slip_heading=(LONG + "{site}")[:30], slip_note="{name}{company}\n" * 3 + "说" * 150
        )
    with standing_at(make.MOMENT):
        visit = make.arrived(
            estate, make.MOMENT, name=(LONG * 3)[:60] if extreme else "张建国", invited_by=estate.xu.user,
            asked_for=estate.xu.user, brought_by=estate.anju.user, first_time="first",
        )  # fmt: skip
    Visit.objects.filter(pk=visit.pk).update(
        gift=(LONG * 3)[:60] if extreme else "", companions=3, left_at=make.MOMENT, left_how="desk"
    )
    return visit


@pytest.mark.parametrize("extreme", [False, True])
def test_a_slip_is_exactly_one_page_of_either_paper(site, open_page, extreme):
    estate = make.estate()
    visit = visited(estate, extreme=extreme)
    desk = Person(open_page(), site, estate.desk)
    for size, paper in (("a5", A5), ("80mm", ROLL)):
        desk.go(f"/visits/{visit.no}/slip?size={size}")
        pdf = desk.page.pdf(prefer_css_page_size=True)
        assert (pages(pdf), box(pdf)) == (1, paper)
        desk.page.emulate_media(media="print")
        assert desk.page.evaluate(FITS) == []
        desk.page.emulate_media(media="null")


# What of the slip is wider than its box, or cut off.
FITS = """() => [...document.querySelectorAll(".slip, .slip *:not(svg):not(path)")].filter(
    e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline").map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("script", [True, False])
def test_the_customer_signs_on_a_phone_in_their_own_language(site, open_page, script):
    estate = make.estate()
    SiteRules.objects.create(site=estate.site, signing="phone")
    visit = visited(estate, extreme=False)
    desk = Person(open_page(), site, estate.desk)
    desk.go(f"/visits/{visit.no}/slip")
    address = desk.page.get_attribute("section[aria-labelledby=phone] a", "href")
    phone = open_page(viewport=PHONE, locale="en-GB", script=script)
    phone.goto(address)
    assert "Sign" in phone.inner_text("main form button.pri")
    assert not too_wide(phone)
    assert (
        phone.locator("label:has(#id_agreed)").count() == 1
    )  # the tick and what it says are one line, and one place to tap
    if script:
        assert axe(phone) == []
    phone.click("main form button.pri")
    phone.fill("#id_name", "张建国")
    phone.check("#id_agreed")
    phone.click("main form button.pri")
    phone.wait_for_load_state()
    assert "Signed" in phone.inner_text("main")
    desk.go(f"/visits/{visit.no}/slip")
    assert "已在手机上签" in desk.text()
    slip = services.issue_slip(here=estate.desk, visit=visit, at=make.MOMENT)
    phone.goto(f"{site}/v/{slip.code}")
    assert not too_wide(phone)
    assert "张" not in phone.inner_text("main")
