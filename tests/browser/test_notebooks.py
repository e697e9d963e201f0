"""A salesperson keeps the notebooks on a telephone; a manager looks at them, grades, and draws the map of regions."""

import os
from pathlib import Path

from leads.models import NotebookEntry, Profile
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

NOW = make.at("2025-04-28 14:05")
SHOTS = os.environ.get("SHOTS")


def shot(who, name):
    """A picture for whoever builds this; none in the tests."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        who.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def fill(store):
    for i, (number, name) in enumerate(
        (("13912343333", "张建国"), ("13812340001", "李秀英"), ("13812340002", "陈德胜"))
    ):
        make.registered(store.li, make.at(f"2025-04-2{i} 10:00"), number=number, name=name)
    make.registered(store.li, make.at("2025-04-23 10:00"), number="138****0004", name="黄")
    make.arrived(store, make.at("2025-04-26 10:00"), asked_for=store.li.user)


def test_a_salesperson_keeps_the_notebooks_on_a_telephone(site, open_page):
    store = make.store()
    fill(store)
    with clock.standing_at(NOW):
        li = Person(open_page(viewport=PHONE), site, store.li)
        li.go("/me")
        shot(li, "me-phone")
        li.page.fill("#id_q", "3333")
        li.click("form[role='search'] button")
        assert "找到 1 条" in li.text()
        li.click("a[href^='/customers/']")
        shot(li, "customer-phone")
        li.click("a[href$='/profile']")
        li.page.fill("#id_needs", "四居室整装")
        li.page.fill("#id_region", "城北")
        li.page.select_option("#id_stage", "sign")
        shot(li, "profile-phone")
        li.click("form[action$='/profile'] button.pri")
        assert "跳过了跟进、报价" in li.text()
        li.click("a[href$='/tasks']")
        li.page.fill("#id_what", "发报价")
        li.page.fill("#id_due_at", "2025-04-28T18:00")
        li.click("form[action$='/tasks'] button.pri")
        shot(li, "tasks-phone")
        li.go("/me?book=visit")
        li.click("a[href^='/books/lines/']")
        li.page.fill("#id_note", "询问一年期产品，带爱人再来")
        li.click("form button.pri")
        shot(li, "visit-phone")
        assert "询问一年期产品" in li.text()
    assert NotebookEntry.objects.get(book="visit").noted_at == NOW
    assert Profile.objects.get().needs == "四居室整装"


def test_a_manager_looks_grades_and_draws_the_map(site, open_page):
    store = make.store()
    fill(store)
    with clock.standing_at(NOW):
        boss = Person(open_page(viewport=DESKTOP, locale="en"), site, store.manager)
        boss.go("/books")
        shot(boss, "books-desktop")
        boss.click(f"a[href='/books/{store.li.user.pk}']")
        boss.page.click("main details summary")
        shot(boss, "book-desktop")
        boss.click("a[href$='/print?']")
        shot(boss, "print-desktop")
        paper = boss.page.pdf(prefer_css_page_size=True)
        assert b"/MediaBox [0 0 841" in paper or b"/MediaBox [0 0 842" in paper  # A4 across
        boss.go(f"/customers/{make.customer().pk}/profile")
        boss.page.select_option("#grade_potential", "3")
        boss.page.select_option("#grade_importance", "2")
        boss.click("form[action$='/grade'] button")
        shot(boss, "customer-desktop")
        boss.go("/settings/territories")
        boss.page.fill("#id_region", "城北")
        boss.page.select_option("#id_user", str(store.wang.user.pk))
        boss.click("form:has(#id_region) button.pri")
        shot(boss, "territories-desktop")
        assert "城北" in boss.text()
