"""What 390 pixels leave room for: a word at its place, a whole time of day, a box to tick that nothing covers."""

from itertools import pairwise

import pytest

from leads.privacy.notices import publish_notice
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock


@pytest.fixture
def store(site):
    return make.store()


def at_a_phone(open_page, site, here):
    return Person(open_page(viewport=PHONE, locale="en"), site, here)


def box(page, selector):
    return page.locator(selector).first.bounding_box()


def test_a_cell_with_nothing_in_it_keeps_its_line(store, site, open_page):
    make.registered(store.li, make.MOMENT)
    with clock.standing_at(make.MOMENT):
        li = at_a_phone(open_page, site, store.li)
        li.go("/me/print")
    cells = [cell.bounding_box() for cell in li.page.locator("tbody tr >> nth=0").locator("td, th").all()]
    assert len(cells) > 10
    assert min(cell["height"] for cell in cells) > 24
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(cells))


def test_the_time_of_a_visit_is_seen_whole_beside_its_day(store, site, open_page):
    with clock.standing_at(make.MOMENT):
        desk = at_a_phone(open_page, site, store.desk)
        desk.go("/desk/late")
    assert min(box(desk.page, f"#id_{name}")["width"] for name in ("arrived_at", "left_at")) > 250


def test_the_tick_that_the_notice_was_given_is_not_under_the_button(store, site, open_page):
    said = "我们是秀兰装饰，会记下姓名和手机号，用来联系你。"
    publish_notice(here=store.admin, text=said, text_en="", ground="consent", at=make.MOMENT)
    with clock.standing_at(make.MOMENT):
        li = at_a_phone(open_page, site, store.li)
        li.go("/register")
    tick, buttons = box(li.page, "label:has(#id_told)"), box(li.page, "#check .dock")
    assert tick["y"] + tick["height"] <= buttons["y"]
